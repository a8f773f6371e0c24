"""What a team misses tonight: its stars and the usage of those who are out, as each teammate sees it."""

import polars as pl

from nba_assets.transforms.injury_status import WILL_NOT_PLAY, is_absence
from nba_assets.transforms.windows import PLAYER_SEASON, days_before, window

_MINIMUM_GAMES = 10
_MEAN_DAYS = 10
_USAGE_DAYS = 30
# Shorter stints say little of a player's share of the plays.
_USAGE_MINUTES = 10

_TEAM = ["nba_game_id", "team_abbr"]


def with_missing_teammates(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """`rows` with star_teammates_out, questionable_star_teammates, star_tier_out and teammate_usage_out.

    `rows`: all expected players, with player_status, injury_reason_category and `has_injury_report` of their team;
    `games`: played rows of player_game_summary. Nobody is his own teammate; without a report all four are null.
    """
    absence = is_absence("injury_reason_category").fill_null(value=True)
    will_not_play = pl.col("player_status").is_in(WILL_NOT_PLAY).fill_null(value=False) & absence
    may_not_play = (pl.col("player_status") == "questionable").fill_null(value=False) & absence
    measured = rows.pipe(_with_level, games).pipe(_with_usage, games)
    star = _is_star().fill_null(value=False)
    own = {
        "star_teammates_out": (will_not_play & star).cast(pl.Int64),
        "questionable_star_teammates": (may_not_play & star).cast(pl.Int64),
        "star_tier_out": pl.when(will_not_play & star).then(_tier()).otherwise(0),
        "teammate_usage_out": pl.when(will_not_play).then(pl.col("_usage").fill_null(0.0)).otherwise(0.0),
    }
    # Sums of decimals depend on their order, so it is fixed.
    return (
        measured.sort(*_TEAM, "nba_player_id")
        .with_columns(**own)
        .with_columns(
            pl.when("has_injury_report").then((pl.col(name).sum().over(_TEAM) - pl.col(name)).clip(lower_bound=0))
            for name in own
        )
        .drop("_points", "_minutes", "_usage", "_games")
    )


def _with_level(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """`_points` and `_minutes` per game: the mean of the last days, else of the season; `_games` of the season."""
    lists = games.select("game_date", "nba_game_id", *PLAYER_SEASON, _points="points", _minutes="minutes_played")
    names = ["_points", "_minutes"]
    recent = window(rows, lists, PLAYER_SEASON, names, since=days_before(_MEAN_DAYS)).select(
        pl.col(names).list.mean().name.suffix("_recent")
    )
    season = window(rows, lists, PLAYER_SEASON, names).with_columns(_games=pl.col("_points").list.len())
    return (
        pl.concat([season, recent], how="horizontal")
        .with_columns(pl.coalesce(f"{name}_recent", pl.col(name).list.mean()).alias(name) for name in names)
        .drop(f"{name}_recent" for name in names)
    )


def _with_usage(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    regular = games.filter(pl.col("minutes_played") > _USAGE_MINUTES).select(
        "game_date", "nba_game_id", *PLAYER_SEASON, _usage="usage_rate"
    )
    lists = window(rows, regular, PLAYER_SEASON, ["_usage"], since=days_before(_USAGE_DAYS))
    return lists.with_columns(pl.col("_usage").list.mean())


def _is_star() -> pl.Expr:
    points, minutes = pl.col("_points"), pl.col("_minutes")
    return (pl.col("_games") >= _MINIMUM_GAMES) & ((points >= 18) | ((minutes >= 28) & (points >= 12)))


def _tier() -> pl.Expr:
    points = pl.col("_points")
    return pl.when(points >= 25).then(3).when(points >= 18).then(2).otherwise(1).cast(pl.Int64)
