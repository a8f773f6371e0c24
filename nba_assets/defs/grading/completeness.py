from collections.abc import Mapping

import polars as pl

from nba_assets.calendar_plot import day_shares, season_calendar
from nba_assets.checks.completeness import CHECKS
from nba_assets.contracts import TABLES
from nba_assets.landing_reader import LandingReader
from nba_assets.plots import markdown_image
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import completeness as transform
from nba_assets.transforms.windows import SEASON_DAYS
from resources.table_io_manager import TableIOManager

_TABLES = [table for name, table in TABLES.items() if name != "completeness"]
_READ = {
    "nbac_schedule": transform.SCHEDULE_COLUMNS,
    transform.PREDICTIONS: transform.PREDICTION_COLUMNS,
    transform.GRADES: transform.GRADE_COLUMNS,
}


def _calendar(rows: pl.DataFrame, simulated: bool) -> Mapping[str, str]:
    picture = season_calendar(day_shares(rows), simulated=simulated)
    return {"season": markdown_image(picture, "share of the tables that are complete, by date")}


@table_asset(
    "completeness",
    look_back=[LookBack(table.name, 0, _READ.get(table.name, ("game_date",)), same_date=True) for table in _TABLES],
    may_miss=[table.name for table in _TABLES],
    own_rows=True,
    own_days=SEASON_DAYS,
    resources=["warehouse"],
    checks=CHECKS,
    pictures=_calendar,
)
def completeness(
    reader: LandingReader, previous: pl.DataFrame, warehouse: TableIOManager, **frames: pl.DataFrame
) -> pl.DataFrame:
    present = {table.name: warehouse.warehouse.dates(table) & set(reader.dates) for table in _TABLES}
    schedule = frames["nbac_schedule"]
    return transform.build(
        reader.dates,
        _TABLES,
        schedule,
        transform.stored_partitions(_TABLES, present, frames),
        transform.coverage(frames[transform.PREDICTIONS], frames[transform.GRADES], schedule),
        reader.now,
    )
