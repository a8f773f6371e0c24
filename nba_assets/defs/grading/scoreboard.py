import polars as pl

from nba_assets.checks.scoreboard import CHECKS
from nba_assets.contracts.scoreboard import TABLE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import scoreboard as transform
from nba_assets.transforms.kept import keep_instant
from nba_assets.transforms.scoreboard_rows import CLOSE_COLUMNS, GRADED_COLUMNS
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "scoreboard",
    inputs=["nbac_schedule"],
    look_back=[
        LookBack("prediction_accuracy", SEASON_DAYS, GRADED_COLUMNS, same_date=True),
        LookBack("closing_line_value", SEASON_DAYS, CLOSE_COLUMNS, same_date=True),
    ],
    own_rows=True,
    checks=CHECKS,
)
def scoreboard(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    prediction_accuracy: pl.DataFrame,
    closing_line_value: pl.DataFrame,
    previous: pl.DataFrame,
) -> pl.DataFrame:
    rows = transform.build(prediction_accuracy, closing_line_value, nbac_schedule, reader.now)
    return keep_instant(rows, previous, TABLE.key, "computed_at")
