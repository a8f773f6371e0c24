"""What every team's defence allowed by zone, against the league, on each date with games."""

import polars as pl

from nba_assets.contracts.player_shot_zone_analysis import ZONE_WORDS
from nba_assets.contracts.team_defense_zone_analysis import TABLE
from nba_assets.transforms.player_shot_zone_analysis import quality_tier
from nba_assets.transforms.windows import TEAM_SEASON, enough_games, league_days_before, season_day, window

_GAMES = 15
_LEAST_TEAMS = 25
_LEAGUE_DAYS = 30
_LEAGUE_GAMES = 10
_LEAGUE_TEAMS = 10
# attempts, makes, own blocks
_COUNTS = {
    "paint": ("opp_paint_attempts", "opp_paint_makes", "blocks_paint"),
    "mid_range": ("opp_mid_range_attempts", "opp_mid_range_makes", "blocks_mid_range"),
    "three_pt": ("opp_three_pt_attempts", "opp_three_pt_makes", "blocks_three_pt"),
}
_SHOTS = [name for attempts, makes, _ in _COUNTS.values() for name in (attempts, makes)]
_BLOCKS = [blocks for _, _, blocks in _COUNTS.values()]
_MEANS = {
    "defensive_rating": "defensive_rating_last_15",
    "points_allowed": "opponent_points_per_game",
    "opponent_pace": "opponent_pace",
}

GAME_COLUMNS = ("game_date", "nba_game_id", "defending_team_abbr", "season_year", *_SHOTS, *_BLOCKS, *_MEANS)


def build(schedule: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """One row per team with enough zone games and date of `schedule`, from `team_defense_game_summary` rows."""
    games = team_games.rename({"defending_team_abbr": "team_abbr"}).filter(pl.col("opp_paint_attempts").is_not_null())
    asked = (
        schedule.select("game_date", "season_year")
        .unique()
        .join(games.select(TEAM_SEASON).unique(), on="season_year")
        .sort("game_date", "team_abbr")
    )
    sample = pl.col("opp_paint_attempts").list.len().cast(pl.Int64)
    return (
        window(asked, games, TEAM_SEASON, [*_SHOTS, *_BLOCKS, *_MEANS], last=_GAMES)
        .join(_league(asked, games), on="game_date", how="left", maintain_order="left")
        .filter(enough_games(sample, least=_GAMES, lowered=pl.min_horizontal(5 + season_day() // 3, pl.lit(14))))
        .filter(pl.len().over("game_date") >= _LEAST_TEAMS)
        .with_columns(*_zone_columns(sample), *_means(), games_in_sample=sample)
        .with_columns(*_vs_league())
        .with_columns(*_extreme_zones(), data_quality_tier=quality_tier(sample, high=_GAMES, medium=10))
        .select(TABLE.column_names)
    )


def _pct(zone: str) -> pl.Expr:
    attempts, makes, _ = _COUNTS[zone]
    return pl.when(pl.col(attempts).list.sum() > 0).then(pl.col(makes).list.sum() / pl.col(attempts).list.sum())


def _league(asked: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """One row per date: each zone's mean of the teams' shares, null with too few teams that have enough games."""
    since = league_days_before(asked, games["game_date"], _LEAGUE_DAYS)
    return (
        window(since, games, TEAM_SEASON, _SHOTS, since=pl.col("since"))
        .filter(pl.col(_SHOTS[0]).list.len() >= _LEAGUE_GAMES)
        .filter(pl.len().over("game_date") >= _LEAGUE_TEAMS)
        .select("game_date", **{f"_league_{zone}": _pct(zone).mean().over("game_date") for zone in _COUNTS})
        .unique()
    )


def _zone_columns(sample: pl.Expr) -> list[pl.Expr]:
    columns = [(2 * pl.col("opp_paint_makes").list.sum() / sample).alias("paint_points_allowed_per_game")]
    for zone, (attempts, _, blocks) in _COUNTS.items():
        columns += [
            _pct(zone).alias(f"{zone}_pct_allowed_last_15"),
            (pl.col(attempts).list.sum() / sample).alias(f"{zone}_attempts_allowed_per_game"),
            pl.col(blocks).list.mean().alias(f"{zone}_blocks_per_game"),
        ]
    return columns


def _means() -> list[pl.Expr]:
    return [pl.col(game).list.mean().alias(name) for game, name in _MEANS.items()]


def _vs_league() -> list[pl.Expr]:
    return [
        ((pl.col(f"{zone}_pct_allowed_last_15") - pl.col(f"_league_{zone}")) * 100).alias(
            f"{zone}_defense_vs_league_avg"
        )
        for zone in _COUNTS
    ]


def _extreme_zones() -> list[pl.Expr]:
    values = {ZONE_WORDS[zone]: pl.col(f"{zone}_defense_vs_league_avg") for zone in _COUNTS}
    known = pl.all_horizontal(value.is_not_null() for value in values.values())
    extremes = {
        "strongest_zone": pl.min_horizontal(*values.values()),
        "weakest_zone": pl.max_horizontal(*values.values()),
    }
    return [
        pl.when(known)
        .then(pl.coalesce(*(pl.when(value == extreme).then(pl.lit(word)) for word, value in values.items())))
        .alias(name)
        for name, extreme in extremes.items()
    ]
