"""Averages of the expected players of a date over the games they have played this season."""

import polars as pl

from nba_assets.contracts.player_daily_cache import TABLE
from nba_assets.transforms.windows import (
    PLAYER_SEASON,
    TEAM_SEASON,
    as_of_before,
    in_order,
    league_days_before,
    played,
    window,
)

# The mean with this half-life has the smallest error of all simple averages on the games that sportsbooks price.
_HALF_LIFE_GAMES = 8
_POPULATION_DAYS = 60
_EARLY_GAMES = 10
_CUP_FINAL = "006"

_FROM_CONTEXT = [
    "games_in_last_7_days",
    "games_in_last_14_days",
    "minutes_in_last_7_days",
    "minutes_in_last_14_days",
    "avg_minutes_per_game_last_7",
    "back_to_backs_last_14_days",
]
_FROM_ZONES = ["primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10"]
_STATISTICS = ["points", "minutes_played", "usage_rate", "ts_pct", "assisted_fg_makes", "unassisted_fg_makes"]

GAME_COLUMNS = ("game_date", "nba_game_id", "nba_player_id", "season_year", "is_dnp", *_STATISTICS)
TEAM_COLUMNS = ("game_date", "nba_game_id", "team_abbr", "season_year", "pace", "offensive_rating")


def build(
    upcoming: pl.DataFrame, shot_zones: pl.DataFrame, player_games: pl.DataFrame, team_games: pl.DataFrame
) -> pl.DataFrame:
    """One row per row of `upcoming_player_game_context` with a recent game, from the shot-zone rows of the same dates
    and past rows of `player_game_summary` and `team_offense_game_summary`.
    """
    games = played(player_games)
    asked = upcoming.select(
        "game_date", "nba_player_id", "player_lookup", "nba_game_id", "team_abbr", "season_year", *_FROM_CONTEXT
    )
    recent = (
        as_of_before(asked, _ewma(games), PLAYER_SEASON)
        .pipe(league_days_before, player_games["game_date"], _POPULATION_DAYS)
        .filter(pl.col("last_game_date") >= pl.col("since"))
    )
    return (
        recent.pipe(_with_last_10, games)
        .pipe(_with_season, games)
        .pipe(_with_team, team_games)
        .join(
            shot_zones.select("game_date", "nba_player_id", *_FROM_ZONES),
            on=["game_date", "nba_player_id"],
            how="left",
            maintain_order="left",
        )
        .select(TABLE.column_names)
    )


def _ewma(games: pl.DataFrame) -> pl.DataFrame:
    weighted = pl.col("points").ewm_mean(half_life=_HALF_LIFE_GAMES, adjust=True)
    return in_order(games, PLAYER_SEASON).select(
        "game_date", "nba_game_id", *PLAYER_SEASON, points_avg_ewma=weighted.over(PLAYER_SEASON)
    )


def _with_last_10(asked: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    points = pl.col("points").list
    assisted, unassisted = pl.col("assisted_fg_makes").list.sum(), pl.col("unassisted_fg_makes").list.sum()
    return (
        window(asked, games, PLAYER_SEASON, _STATISTICS, last=10)
        .with_columns(
            points_avg_last_5=points.tail(5).list.mean(),
            points_avg_last_10=points.mean(),
            points_std_last_10=points.std(),
            minutes_avg_last_10=pl.col("minutes_played").list.mean(),
            usage_rate_last_10=pl.col("usage_rate").list.mean(),
            ts_pct_last_10=pl.col("ts_pct").list.mean(),
            assisted_share_last_10=pl.when(assisted + unassisted > 0).then(assisted / (assisted + unassisted)),
            games_in_sample_10=points.len().cast(pl.Int64),
        )
        .drop(_STATISTICS)
    )


def _with_season(asked: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Season figures; the Cup final is a played game, but not in the regular season's statistics."""
    season = games.filter(~pl.col("nba_game_id").str.starts_with(_CUP_FINAL))
    count = pl.col("points").list.len().cast(pl.Int64)
    return (
        window(asked, season, PLAYER_SEASON, ["points", "usage_rate"])
        .with_columns(
            points_avg_season=pl.col("points").list.mean(),
            player_usage_rate_season=pl.col("usage_rate").list.mean(),
            games_played_season=count,
            early_season_flag=count < _EARLY_GAMES,
        )
        .drop("points", "usage_rate")
    )


def _with_team(asked: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    return (
        window(asked, team_games, TEAM_SEASON, ["pace", "offensive_rating"], last=10)
        .with_columns(
            team_pace_last_10=pl.col("pace").list.mean(), team_off_rating_last_10=pl.col("offensive_rating").list.mean()
        )
        .drop("pace", "offensive_rating")
    )
