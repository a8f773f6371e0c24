"""`nba status`: what is there, what is missing, what is red, as of now.

Dangers covered: a missing date that is not said to be missing, a repaired check that stays red, a held-back date whose
reason is lost.
"""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from rich.console import Console

from nba_assets.contracts import TABLES
from nba_assets.partitions import GAME_DATES
from nba_assets.status import FailedCheck, TableStatus, as_dict, game_dates, print_statuses, table_statuses
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, scheduled
from nba_assets_tests.frames import frame
from resources.warehouse import LocalWarehouse

SCHEDULE, BOXES = TABLES["nbac_schedule"], TABLES["nbac_player_boxscores"]
CHECK = dg.AssetCheckKey(dg.AssetKey([BOXES.dataset, BOXES.name]), "covers_schedule")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def warehouse(tmp_path: Path) -> LocalWarehouse:
    """Games on the 15th and 17th, none on the 16th."""
    warehouse = LocalWarehouse(tmp_path)
    rows = [scheduled("0022300561", JAN_15), scheduled("0022300563", JAN_17)]
    warehouse.replace(SCHEDULE, [JAN_15, JAN_16, JAN_17], frame("nbac_schedule", rows))
    return warehouse


def evaluate(instance: dg.DagsterInstance, day: date, *, passed: bool, description: str = "") -> None:
    """One run that materializes the date with this verdict."""

    @dg.asset(
        key=CHECK.asset_key,
        partitions_def=GAME_DATES,
        check_specs=[dg.AssetCheckSpec(CHECK.name, asset=CHECK.asset_key, partitions_def=GAME_DATES)],
    )
    def boxes(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield dg.Output(None)
        for output_name in context.assets_def.check_specs_by_output_name:
            yield dg.Output(None, output_name=output_name)
        yield dg.AssetCheckEvaluation(
            asset_key=CHECK.asset_key,
            check_name=CHECK.name,
            passed=passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=description,
            partition=day.isoformat(),
        )

    assert dg.materialize(
        [boxes], instance=instance, partition_key=day.isoformat(), resources={"io_manager": dg.mem_io_manager}
    ).success


def status_of(warehouse: LocalWarehouse, instance: dg.DagsterInstance, name: str, today: date = JAN_17) -> TableStatus:
    (status,) = (s for s in table_statuses(warehouse, instance, [CHECK], today) if s.table == TABLES[name].full_name)
    return status


def test_game_dates_are_those_with_games_up_to_today(warehouse: LocalWarehouse) -> None:
    assert game_dates(warehouse, JAN_17) == {JAN_15, JAN_17}
    assert game_dates(warehouse, JAN_16) == {JAN_15}


def test_a_game_date_without_partition_is_missing_until_it_is_there(
    warehouse: LocalWarehouse, instance: dg.DagsterInstance
) -> None:
    """A day without games is not missing; a day with games is, also when newer ones are there."""
    warehouse.replace(BOXES, [JAN_17], BOXES.empty())
    status = status_of(warehouse, instance, BOXES.name)
    assert (status.dates, status.latest, status.missing) == (1, JAN_17, [JAN_15])
    warehouse.replace(BOXES, [JAN_15], BOXES.empty())
    assert status_of(warehouse, instance, BOXES.name).missing == []


def test_the_latest_verdict_of_each_date_counts(warehouse: LocalWarehouse, instance: dg.DagsterInstance) -> None:
    evaluate(instance, JAN_15, passed=False, description="1 of 1 games without box scores")
    evaluate(instance, JAN_17, passed=False, description="old")
    evaluate(instance, JAN_17, passed=True)
    assert status_of(warehouse, instance, BOXES.name).failed == [
        FailedCheck("2024-01-15", "covers_schedule", "WARN", "1 of 1 games without box scores")
    ]
    evaluate(instance, JAN_15, passed=True)
    assert status_of(warehouse, instance, BOXES.name).failed == []


def test_every_table_has_a_status_in_the_order_data_travels(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    statuses = table_statuses(LocalWarehouse(tmp_path), instance, [], JAN_17)
    assert [status.table for status in statuses] == [table.full_name for table in TABLES.values()]
    assert all((s.dates, s.latest, s.missing, s.failed) == (0, None, [], []) for s in statuses)


def test_json_can_be_written_and_says_everything() -> None:
    failed = FailedCheck("2024-01-15", "contract", "ERROR", "1 left out")
    shown = as_dict([TableStatus("nba_raw.nbac_schedule", 2, JAN_17, [JAN_15], [failed])])
    assert json.loads(json.dumps(shown)) == {
        "nba_raw.nbac_schedule": {
            "dates": 2,
            "latest": "2024-01-17",
            "missing": ["2024-01-15"],
            "failed_checks": [
                {"game_date": "2024-01-15", "check": "contract", "severity": "ERROR", "description": "1 left out"}
            ],
        }
    }


@pytest.mark.parametrize("nasty", ["value '[/]'", "value '[bold]text'", "\\[red]"])
def test_text_from_documents_is_printed_as_it_is(nasty: str) -> None:
    """A broken file's content is quoted in reasons; it must not colour, vanish or crash the status."""
    failed = [FailedCheck("2024-01-15", "contract", "ERROR", nasty)]
    console = Console(file=io.StringIO(), width=200)
    print_statuses([TableStatus("nba_raw.nbac_schedule", 2, JAN_17, [JAN_15, JAN_16], failed)], console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert f"ERROR 2024-01-15 nba_raw.nbac_schedule contract: {nasty}\n" in text
    assert "2 (2024-01-15 .. 2024-01-16)" in text
    assert "1 ERROR, 0 WARN" in text
