import polars as pl

from nba_assets.checks.precompute import DEFENCE_VARIES, PERCENTAGE_POINTS_OF_DEFENCE
from nba_assets.landing_reader import LandingReader
from nba_assets.shown import team_defence
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import team_defense_zone_analysis as transform
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "team_defense_zone_analysis",
    inputs=["nbac_schedule"],
    look_back=[LookBack("team_defense_game_summary", SEASON_DAYS, transform.GAME_COLUMNS)],
    checks=[PERCENTAGE_POINTS_OF_DEFENCE, DEFENCE_VARIES],
    pictures=team_defence,
)
def team_defense_zone_analysis(
    reader: LandingReader, nbac_schedule: pl.DataFrame, team_defense_game_summary: pl.DataFrame
) -> pl.DataFrame:
    return transform.build(nbac_schedule, team_defense_game_summary)
