import polars as pl

from nba_assets.checks.odds import NAMES_RESOLVED
from nba_assets.landing_files import ODDS_PLAYER_PROPS
from nba_assets.landing_reader import LandingReader
from nba_assets.reference.aliases import player_aliases
from nba_assets.table_asset import table_asset
from nba_assets.transforms import odds_api_player_points_props as transform
from nba_assets.transforms.documents import odds_event


@table_asset(
    "odds_api_player_points_props",
    landing=[ODDS_PLAYER_PROPS],
    inputs=["nbac_schedule", "nbac_player_list"],
    checks=[NAMES_RESOLVED],
)
def odds_api_player_points_props(
    reader: LandingReader, nbac_schedule: pl.DataFrame, nbac_player_list: pl.DataFrame
) -> pl.DataFrame:
    quotes = reader.read(ODDS_PLAYER_PROPS, odds_event.parse, odds_event.SCHEMA)
    return transform.build(quotes, nbac_schedule, nbac_player_list, player_aliases())
