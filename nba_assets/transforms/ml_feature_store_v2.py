"""The features of every player whose points may be predicted, as known before tip-off."""

import polars as pl

from ml_models.features import FEATURE_VERSION, FEATURES
from ml_models.quality_rules import EARLY_SEASON_GAMES
from nba_assets.contracts.ml_feature_store_v2 import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.features import history, opponent, population, precomputed, quality, team

# What is read of the summaries, and how far back: a year, for the games against the same opponent.
HISTORY_DAYS = 365
GAME_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "season_year",
    "team_abbr",
    "opponent_team_abbr",
    "is_dnp",
    "points",
    "minutes_played",
    "ft_makes",
    "usage_rate",
    "consensus_points_line",
)
TEAM_COLUMNS = ("game_date", "nba_game_id", "team_abbr", "season_year", "win_flag", "margin_of_victory")

# Begins the quarantine reason of a row with a value outside its feature's range.
OUT_OF_RANGE = "out of range: "

_IDENTITY = (
    "game_date",
    "nba_player_id",
    "nba_game_id",
    "season_year",
    "player_lookup",
    "team_abbr",
    "opponent_team_abbr",
    "tipoff_utc",
    "as_of_ts",
)


def build(
    context: pl.DataFrame,
    cache: pl.DataFrame,
    composite: pl.DataFrame,
    shot_zones: pl.DataFrame,
    defense: pl.DataFrame,
    player_games: pl.DataFrame,
    team_games: pl.DataFrame,
) -> pl.DataFrame:
    """Contract columns plus `quarantine_reason`: a row with a value that cannot be true is left out, with the value.

    The first five frames are `upcoming_player_game_context`, `player_daily_cache`, `player_composite_factors`,
    `player_shot_zone_analysis` and `team_defense_zone_analysis` of the dates asked for; the last two are the summaries
    of the `HISTORY_DAYS` before them.
    """
    rows = population.eligible(context, player_games).select(
        *_IDENTITY, population.GAMES_THIS_SEASON, *precomputed.from_context()
    )
    rows = precomputed.join_tables(rows, cache, composite, shot_zones, defense)
    rows = history.add(rows, player_games)
    rows = opponent.add(rows, player_games)
    rows = team.add(rows, player_games, team_games).with_columns(precomputed.derived())
    rows = quality.add(rows.with_columns(pl.col(feature.name).cast(pl.Float64) for feature in FEATURES))
    return rows.with_columns(
        _impossible().alias(QUARANTINE_REASON),
        early_season_flag=pl.col(population.GAMES_THIS_SEASON) < EARLY_SEASON_GAMES,
        feature_version=pl.lit(FEATURE_VERSION),
    ).select(*TABLE.column_names, QUARANTINE_REASON)


def _impossible() -> pl.Expr:
    """Names and values of features outside their range; null if there are none."""
    found = [
        pl.when(~pl.col(f.name).is_between(f.low, f.high)).then(pl.format("{} {}", pl.lit(f.name), pl.col(f.name)))
        for f in FEATURES
    ]
    text = pl.concat_str(found, separator=", ", ignore_nulls=True)
    who = pl.format("{}{}: ", pl.lit(OUT_OF_RANGE), pl.col("player_lookup"))
    return pl.when(text != "").then(who + text)
