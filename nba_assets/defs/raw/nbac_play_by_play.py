import polars as pl

from nba_assets.landing_files import NBA_PLAY_BY_PLAY
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_play_by_play as transform
from nba_assets.transforms.documents import playbyplay


@table_asset("nbac_play_by_play", landing=[NBA_PLAY_BY_PLAY], inputs=["nbac_schedule"])
def nbac_play_by_play(reader: LandingReader, nbac_schedule: pl.DataFrame) -> pl.DataFrame:
    return transform.build(reader.read(NBA_PLAY_BY_PLAY, playbyplay.parse, playbyplay.SCHEMA), nbac_schedule)
