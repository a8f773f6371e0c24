import polars as pl

from nba_assets.checks.feature_store import CHECKS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import ml_feature_store_v2 as transform


@table_asset(
    "ml_feature_store_v2",
    inputs=[
        "upcoming_player_game_context",
        "player_daily_cache",
        "player_composite_factors",
        "player_shot_zone_analysis",
        "team_defense_zone_analysis",
    ],
    look_back=[
        LookBack("player_game_summary", transform.HISTORY_DAYS, transform.GAME_COLUMNS),
        LookBack("team_offense_game_summary", transform.HISTORY_DAYS, transform.TEAM_COLUMNS),
    ],
    checks=CHECKS,
)
def ml_feature_store_v2(
    reader: LandingReader,
    upcoming_player_game_context: pl.DataFrame,
    player_daily_cache: pl.DataFrame,
    player_composite_factors: pl.DataFrame,
    player_shot_zone_analysis: pl.DataFrame,
    team_defense_zone_analysis: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    team_offense_game_summary: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        upcoming_player_game_context,
        player_daily_cache,
        player_composite_factors,
        player_shot_zone_analysis,
        team_defense_zone_analysis,
        player_game_summary,
        team_offense_game_summary,
    )
