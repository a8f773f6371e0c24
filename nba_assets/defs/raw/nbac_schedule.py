import polars as pl

from nba_assets.checks.schedule import SEASON_SCHEDULE
from nba_assets.landing_files import NBA_SCHEDULE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_schedule as transform
from nba_assets.transforms.documents import schedule


@table_asset("nbac_schedule", landing=[NBA_SCHEDULE], checks=[SEASON_SCHEDULE])
def nbac_schedule(reader: LandingReader) -> pl.DataFrame:
    documents = reader.read_newest_of_season(NBA_SCHEDULE, schedule.parse, schedule.SCHEMA)
    # The document covers the season. A game whose date cannot be read stays, so that somebody hears of it.
    return transform.build(documents).filter(pl.col("game_date").is_in(reader.dates).fill_null(True))
