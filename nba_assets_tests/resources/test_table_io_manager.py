"""What the IO manager loads.

Danger covered: a look-back window that ends too late (knowledge from after tip-off) or too early (yesterday is missing
from every average).
"""

from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.partitions import GAME_DATES
from nba_assets_tests.frames import frame, row
from resources.table_io_manager import TableIOManager
from resources.warehouse import LocalWarehouse

BOX = TABLES["nbac_team_boxscores"]
DAYS = [date(2025, 1, day) for day in range(1, 11)]


@pytest.fixture
def manager(tmp_path: Path) -> TableIOManager:
    warehouse = LocalWarehouse(tmp_path)
    rows = frame(BOX.name, [row(BOX.name, game_date=day) for day in DAYS])
    warehouse.replace(BOX, DAYS, rows)
    return TableIOManager(warehouse)


def loaded(manager: TableIOManager, first: str, last: str, **metadata: object) -> list[int]:
    with dg.build_input_context(
        asset_key=dg.AssetKey([BOX.dataset, BOX.name]),
        asset_partitions_def=GAME_DATES,
        asset_partition_key_range=dg.PartitionKeyRange(first, last),
        definition_metadata=metadata,
    ) as context:
        frame = manager.load_input(context)
    return frame.select(pl.col("game_date").dt.day()).to_series().sort().to_list()


def test_an_ordinary_input_is_the_dates_of_the_run(manager: TableIOManager) -> None:
    assert loaded(manager, "2025-01-04", "2025-01-06") == [4, 5, 6]


def test_a_look_back_ends_the_day_before(manager: TableIOManager) -> None:
    assert loaded(manager, "2025-01-06", "2025-01-06", look_back_days=3, same_date=False) == [3, 4, 5]


def test_a_range_loads_one_window_for_all_its_dates(manager: TableIOManager) -> None:
    assert loaded(manager, "2025-01-06", "2025-01-08", look_back_days=3, same_date=False) == [3, 4, 5, 6, 7]


def test_the_date_itself_comes_only_when_asked_for(manager: TableIOManager) -> None:
    assert loaded(manager, "2025-01-06", "2025-01-06", look_back_days=2, same_date=True) == [4, 5, 6]
