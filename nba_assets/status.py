"""What is there, what is missing, which checks fail: per table, from the warehouse and Dagster's event log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from nba_assets.contracts import TABLES, Table
from resources.warehouse import Warehouse

_WARNINGS_SHOWN = 3
ERROR = "ERROR"


@dataclass(frozen=True)
class FailedCheck:
    """The latest verdict of a check on a date, where it did not pass."""

    game_date: str
    check: str
    severity: str
    description: str


@dataclass(frozen=True)
class TableStatus:
    """One table: dates present, newest date, game dates that should be there and are not, checks that do not pass."""

    table: str
    dates: int
    latest: date | None
    missing: list[date]
    failed: list[FailedCheck]


def game_dates(warehouse: Warehouse, until: date) -> set[date]:
    """Dates with scheduled games, as far as the schedule table knows, up to and including `until`."""
    schedule = TABLES["nbac_schedule"]
    known = [day for day in warehouse.dates(schedule) if day <= until]
    return set(warehouse.read(schedule, known, ["game_date"])["game_date"].unique())


def table_statuses(
    warehouse: Warehouse, instance: dg.DagsterInstance, check_keys: Iterable[dg.AssetCheckKey], today: date
) -> list[TableStatus]:
    """Every table in the order data travels."""
    expected = game_dates(warehouse, today)
    failed = failed_checks(instance, list(check_keys))
    return [_status(warehouse, table, expected, failed.get(table.name, [])) for table in TABLES.values()]


def _status(warehouse: Warehouse, table: Table, expected: set[date], failed: list[FailedCheck]) -> TableStatus:
    present = warehouse.dates(table)
    return TableStatus(table.full_name, len(present), max(present, default=None), sorted(expected - present), failed)


def failed_checks(instance: dg.DagsterInstance, keys: list[dg.AssetCheckKey]) -> dict[str, list[FailedCheck]]:
    """Latest verdicts that did not pass, by table."""
    storage = instance.event_log_storage
    red = [
        info
        for info in storage.get_asset_check_partition_info(keys)
        if info.latest_execution_status == AssetCheckExecutionRecordStatus.FAILED and info.partition_key
    ]
    failed: dict[str, list[FailedCheck]] = {}
    for info in sorted(red, key=lambda info: (info.partition_key or "", info.check_key.name)):
        record = storage.get_latest_asset_check_execution_by_key(
            [info.check_key], partition_filter=PartitionKeyFilter(key=info.partition_key)
        )[info.check_key]
        evaluation = record.evaluation
        if evaluation is not None:
            failed.setdefault(info.check_key.asset_key.path[-1], []).append(
                FailedCheck(
                    info.partition_key or "",
                    info.check_key.name,
                    evaluation.severity.value,
                    evaluation.description or "",
                )
            )
    return failed


def as_dict(statuses: list[TableStatus]) -> dict[str, dict[str, object]]:
    """JSON shape: table -> dates, latest, missing, failed checks."""
    return {
        status.table: {
            "dates": status.dates,
            "latest": status.latest.isoformat() if status.latest else None,
            "missing": [day.isoformat() for day in status.missing],
            "failed_checks": [vars(check) for check in status.failed],
        }
        for status in statuses
    }


def print_statuses(statuses: list[TableStatus], console: Console) -> None:
    """One line per table, then what does not pass: every ERROR, of each table the newest WARNs."""
    grid = RichTable(box=None, pad_edge=False)
    for name in ("table", "dates", "latest", "missing", "failed checks"):
        grid.add_column(name, justify="left" if name == "table" else "right", no_wrap=True)
    for status in statuses:
        errors = sum(check.severity == ERROR for check in status.failed)
        grid.add_row(
            status.table,
            str(status.dates),
            str(status.latest or "-"),
            _missing_in_words(status.missing),
            f"{errors} ERROR, {len(status.failed) - errors} WARN" if status.failed else "-",
        )
    console.print(grid)
    for status in statuses:
        warned = sorted(check.game_date for check in status.failed if check.severity != ERROR)
        for check in status.failed:
            if check.severity != ERROR and check.game_date not in warned[-_WARNINGS_SHOWN:]:
                continue
            color = "bold red" if check.severity == ERROR else "yellow"
            where = f"{check.game_date} {status.table} {check.check}"
            text = f"[{color}]{check.severity}[/] {where}: {escape(check.description)}"
            console.print(text, highlight=False, soft_wrap=True)
        if len(warned) > _WARNINGS_SHOWN:
            older = len(warned) - _WARNINGS_SHOWN
            console.print(f"[yellow]WARN[/] {status.table}: {older} older (--format json)", highlight=False)


def _missing_in_words(missing: list[date]) -> str:
    if not missing:
        return "-"
    return str(missing[0]) if len(missing) == 1 else f"{len(missing)} ({missing[0]} .. {missing[-1]})"
