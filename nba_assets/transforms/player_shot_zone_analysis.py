"""From where the expected players of a date shot in their last games."""

import polars as pl

from nba_assets.contracts.player_shot_zone_analysis import SAMPLE_QUALITIES, TABLE, ZONE_WORDS
from nba_assets.transforms.windows import PLAYER_SEASON, enough_games, played, season_day, window

_MINIMUM_GAMES = 10
_COUNTS = {
    "paint": ("paint_attempts", "paint_makes"),
    "mid_range": ("mid_range_attempts", "mid_range_makes"),
    "three_pt": ("three_attempts_pbp", "three_makes_pbp"),
}
_ASSISTS = ("assisted_fg_makes", "unassisted_fg_makes")

GAME_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "season_year",
    "is_dnp",
    "points",
    "minutes_played",
    "fg_attempts",
    *(name for pair in _COUNTS.values() for name in pair),
    *_ASSISTS,
)


def build(upcoming: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `upcoming_player_game_context` with enough zone games, from `player_game_summary` rows."""
    asked = upcoming.select("game_date", "nba_player_id", "player_lookup", "team_abbr", "season_year")
    counts = [name for pair in _COUNTS.values() for name in pair]
    zone_games = played(player_games).filter(
        pl.col("paint_attempts").is_not_null(), (pl.col("minutes_played") > 0) | (pl.col("fg_attempts") > 0)
    )
    games = pl.col("paint_attempts").list.len().cast(pl.Int64)
    return (
        window(asked, zone_games, PLAYER_SEASON, [*counts, *_ASSISTS], last=20)
        .filter(enough_games(games, least=_MINIMUM_GAMES, lowered=pl.min_horizontal(3 + season_day() // 3, pl.lit(9))))
        .with_columns(games_in_sample_10=games.clip(upper_bound=10), games_in_sample_20=games)
        .with_columns(*_rates(), *_assisted(), *_qualities())
        .with_columns(primary_scoring_zone=primary_zone())
        .select(TABLE.column_names)
    )


def primary_zone() -> pl.Expr:
    """The zone a player lives from: paint from 40 % of his attempts, else threes from 40, else mid-range from 35."""
    paint, three, mid_range = (pl.col(f"{zone}_rate_last_10") for zone in ("paint", "three_pt", "mid_range"))
    return (
        pl.when(paint >= 40)
        .then(pl.lit(ZONE_WORDS["paint"]))
        .when(three >= 40)
        .then(pl.lit(ZONE_WORDS["three_pt"]))
        .when(mid_range >= 35)
        .then(pl.lit(ZONE_WORDS["mid_range"]))
        .when(paint.is_not_null())
        .then(pl.lit("balanced"))
    )


def _sum(name: str, last: int) -> pl.Expr:
    return pl.col(name).list.tail(last).list.sum()


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Null, not NaN, where there is nothing to divide by."""
    return pl.when(whole > 0).then(part / whole)


def _rates() -> list[pl.Expr]:
    shots_10, shots_20 = (pl.sum_horizontal(_sum(name, last) for name, _ in _COUNTS.values()) for last in (10, 20))
    columns = [shots_10.alias("total_shots_last_10")]
    for zone, (attempts, makes) in _COUNTS.items():
        columns += [
            (100 * _ratio(_sum(attempts, 10), shots_10)).alias(f"{zone}_rate_last_10"),
            _ratio(_sum(makes, 10), _sum(attempts, 10)).alias(f"{zone}_pct_last_10"),
            (_sum(attempts, 10) / pl.col("games_in_sample_10")).alias(f"{zone}_attempts_per_game"),
        ]
    attempts, makes = _COUNTS["paint"]
    known = pl.col("games_in_sample_20") >= 15
    return [
        *columns,
        pl.when(known).then(100 * _ratio(_sum(attempts, 20), shots_20)).alias("paint_rate_last_20"),
        pl.when(known).then(_ratio(_sum(makes, 20), _sum(attempts, 20))).alias("paint_pct_last_20"),
    ]


def _assisted() -> list[pl.Expr]:
    """A game whose zones come from a shot chart knows no assists: null in the list, so in neither sum."""
    assisted, unassisted = (_sum(name, 10) for name in _ASSISTS)
    makes = assisted + unassisted
    return [
        (100 * _ratio(assisted, makes)).alias("assisted_rate_last_10"),
        (100 * _ratio(unassisted, makes)).alias("unassisted_rate_last_10"),
    ]


def _quality(games: pl.Expr, floors: tuple[int, int, int]) -> pl.Expr:
    excellent, good, limited, insufficient = (pl.lit(word) for word in SAMPLE_QUALITIES)
    return (
        pl.when(games >= floors[0])
        .then(excellent)
        .when(games >= floors[1])
        .then(good)
        .when(games >= floors[2])
        .then(limited)
        .otherwise(insufficient)
    )


def quality_tier(games: pl.Expr, *, high: int, medium: int) -> pl.Expr:
    return (
        pl.when(games >= high)
        .then(pl.lit("high"))
        .when(games >= medium)
        .then(pl.lit("medium"))
        .otherwise(pl.lit("low"))
    )


def _qualities() -> list[pl.Expr]:
    return [
        _quality(pl.col("games_in_sample_10"), (10, 7, 5)).alias("sample_quality_10"),
        _quality(pl.col("games_in_sample_20"), (20, 14, 10)).alias("sample_quality_20"),
        quality_tier(pl.col("games_in_sample_10"), high=_MINIMUM_GAMES, medium=7).alias("data_quality_tier"),
    ]
