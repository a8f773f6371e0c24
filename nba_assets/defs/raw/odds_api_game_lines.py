import polars as pl

from nba_assets.checks.schedule import LINES_OF_EVERY_GAME
from nba_assets.landing_files import ODDS_GAME_LINES
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import odds_api_game_lines as transform
from nba_assets.transforms.documents import odds_event


@table_asset("odds_api_game_lines", landing=[ODDS_GAME_LINES], inputs=["nbac_schedule"], checks=[LINES_OF_EVERY_GAME])
def odds_api_game_lines(reader: LandingReader, nbac_schedule: pl.DataFrame) -> pl.DataFrame:
    return transform.build(reader.read(ODDS_GAME_LINES, odds_event.parse, odds_event.SCHEMA), nbac_schedule)
