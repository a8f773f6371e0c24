import polars as pl

from nba_assets.landing_files import NBA_SHOT_CHARTS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_shot_charts as transform
from nba_assets.transforms.documents import shotchartdetail


@table_asset("nbac_shot_charts", landing=[NBA_SHOT_CHARTS], inputs=["nbac_schedule"])
def nbac_shot_charts(reader: LandingReader, nbac_schedule: pl.DataFrame) -> pl.DataFrame:
    return transform.build(reader.read(NBA_SHOT_CHARTS, shotchartdetail.parse, shotchartdetail.SCHEMA), nbac_schedule)
