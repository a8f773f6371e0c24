import polars as pl

from nba_assets.checks.grading import ALL_COUNTED
from nba_assets.contracts.system_daily_performance import TABLE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import system_daily_performance as transform
from nba_assets.transforms.kept import keep_instant


@table_asset("system_daily_performance", inputs=["prediction_accuracy"], own_rows=True, checks=[ALL_COUNTED])
def system_daily_performance(
    reader: LandingReader, prediction_accuracy: pl.DataFrame, previous: pl.DataFrame
) -> pl.DataFrame:
    return keep_instant(transform.build(prediction_accuracy, reader.now), previous, TABLE.key, "computed_at")
