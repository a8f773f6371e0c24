import polars as pl

from nba_assets.checks.precompute import PERCENT_SCALE_OF_ZONES, ZONES_VARY
from nba_assets.landing_reader import LandingReader
from nba_assets.shown import busiest_shooter
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import player_shot_zone_analysis as transform
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "player_shot_zone_analysis",
    inputs=["upcoming_player_game_context"],
    look_back=[LookBack("player_game_summary", SEASON_DAYS, transform.GAME_COLUMNS)],
    checks=[PERCENT_SCALE_OF_ZONES, ZONES_VARY],
    pictures=busiest_shooter,
)
def player_shot_zone_analysis(
    reader: LandingReader, upcoming_player_game_context: pl.DataFrame, player_game_summary: pl.DataFrame
) -> pl.DataFrame:
    return transform.build(upcoming_player_game_context, player_game_summary)
