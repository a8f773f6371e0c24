import polars as pl

from nba_assets.checks.grading import PERFORMANCE_CHECKS
from nba_assets.contracts.model_performance_daily import TABLE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import model_performance as transform
from nba_assets.transforms.kept import keep_instant
from nba_assets.transforms.performance_windows import COLUMNS
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "model_performance_daily",
    inputs=["nbac_schedule"],
    look_back=[LookBack("prediction_accuracy", SEASON_DAYS, COLUMNS, same_date=True)],
    own_rows=True,
    checks=PERFORMANCE_CHECKS,
)
def model_performance_daily(
    reader: LandingReader, nbac_schedule: pl.DataFrame, prediction_accuracy: pl.DataFrame, previous: pl.DataFrame
) -> pl.DataFrame:
    rows = transform.build_daily(prediction_accuracy, nbac_schedule, reader.now)
    return keep_instant(rows, previous, TABLE.key, "computed_at")
