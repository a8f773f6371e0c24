import polars as pl

from nba_assets.checks.precompute import CACHE_COVERS_CONTEXT, CACHE_VARIES, PERCENT_SCALE_OF_CACHE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import player_daily_cache as transform
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "player_daily_cache",
    inputs=["upcoming_player_game_context", "player_shot_zone_analysis"],
    look_back=[
        LookBack("player_game_summary", SEASON_DAYS, transform.GAME_COLUMNS),
        LookBack("team_offense_game_summary", SEASON_DAYS, transform.TEAM_COLUMNS),
    ],
    checks=[CACHE_COVERS_CONTEXT, PERCENT_SCALE_OF_CACHE, CACHE_VARIES],
)
def player_daily_cache(
    reader: LandingReader,
    upcoming_player_game_context: pl.DataFrame,
    player_shot_zone_analysis: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    team_offense_game_summary: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        upcoming_player_game_context, player_shot_zone_analysis, player_game_summary, team_offense_game_summary
    )
