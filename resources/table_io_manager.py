"""Moves frames between assets and the warehouse: a range of dates is one frame, a date is replaced whole."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg
import polars as pl

from nba_assets.contracts import TABLES, Table
from nba_assets.contracts.quarantine import quarantine_of
from resources.warehouse import Warehouse


@dataclass(frozen=True)
class TableOutput:
    """What an asset hands over: good rows and quarantined rows of the dates that are to be written.

    `dates` may be fewer than the run's: a date held back keeps its old partition and gets no materialization event.
    """

    table: Table
    dates: Sequence[date]
    rows: pl.DataFrame
    quarantined: pl.DataFrame


@dataclass(frozen=True)
class Stored:
    """What an asset hands over whose content is stored already (landing files, models): the partitions it wrote."""

    dates: Sequence[date]


class TableIOManager(dg.IOManager):
    """Contract-driven IO manager over a `Warehouse`; works for one partition and for a range run alike."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._seconds_read = 0.0

    def handle_output(self, context: dg.OutputContext, obj: TableOutput | Stored) -> None:
        if isinstance(obj, Stored):
            _materialize_only(context, obj.dates)
            return
        started = time.perf_counter()
        self.write_quarantine(obj.table, obj.dates, obj.quarantined)
        self.warehouse.replace(obj.table, obj.dates, obj.rows)
        _materialize_only(context, obj.dates)
        context.add_output_metadata({"run/seconds_write": round(time.perf_counter() - started, 3)})

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        started = time.perf_counter()
        table = TABLES[context.asset_key.path[-1]]
        dates = [date.fromisoformat(key) for key in context.asset_partition_keys]
        metadata = context.definition_metadata or {}
        if "look_back_days" in metadata:
            dates = _window(dates, metadata["look_back_days"], same_date=metadata["same_date"])
        frame = self.warehouse.read(table, dates, metadata.get("columns"))
        self._seconds_read += time.perf_counter() - started
        return frame

    def take_seconds_read(self) -> float:
        """Time spent loading inputs since the last call; steps of a run follow one another, so it is the step's own."""
        seconds, self._seconds_read = self._seconds_read, 0.0
        return seconds

    def write_quarantine(self, table: Table, dates: Sequence[date], quarantined: pl.DataFrame) -> None:
        """Store what was left out. Companion partitions exist only where something ever was; a clean re-run empties
        them.
        """
        companion = quarantine_of(table)
        affected = set(quarantined["game_date"].unique()) | (self.warehouse.dates(companion) & set(dates))
        if affected:
            self.warehouse.replace(companion, affected, quarantined)


def _window(dates: Sequence[date], days: int, *, same_date: bool) -> list[date]:
    """The run's dates and the `days` before each; without `same_date` the last date itself is nobody's past."""
    wanted = {day - timedelta(days=n) for day in dates for n in range(0 if same_date else 1, days + 1)}
    return sorted(wanted)


def _materialize_only(context: dg.OutputContext, dates: Sequence[date]) -> None:
    """Narrow the partitions for which Dagster will emit materialization events to those really written.

    Dagster has no public way to say "this range run wrote these dates but not those": it would call a date that was
    held back materialized. It reads the partitions from this context after the IO manager returns, so they are
    narrowed here (behaviour pinned by nba_assets_tests/upstream).
    """
    keys = [day.isoformat() for day in dates]
    partitions = context.asset_partitions_def
    context._asset_partitions_subset = partitions.subset_with_partition_keys(keys)  # noqa: SLF001
