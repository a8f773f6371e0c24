"""A whole platform in a temporary folder: landing files, warehouse and a Dagster instance, for tests of assets."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ml_models.calibration import Calibration
from ml_models.systems import ENTRIES, Entry
from ml_models.vintages import Vintage
from nba_assets.backfill import BackfillReport, run_backfill, select_assets
from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import quarantine_of
from nba_assets.definitions import build_definitions
from nba_assets_tests.ml_models.systems.rows import made_up
from resources.halts import Halts
from resources.landing_store import LocalLandingStore
from resources.model_store import ModelStore
from resources.pick_ledger import pick_ledger
from resources.table_io_manager import TableIOManager
from resources.training_rows_loader import training_rows_loader
from resources.warehouse import LocalWarehouse


class FixedClock:
    """Stands at one instant until it is set to another."""

    def __init__(self, now: datetime) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant


class Platform:
    """Landing folder, warehouse and event log below one folder, with the real definitions over them."""

    def __init__(
        self,
        home: Path,
        instance: dg.DagsterInstance,
        landing: Path | None = None,
        entries: Sequence[Entry] = ENTRIES,
    ) -> None:
        self.home = home
        self.instance = instance
        self.landing = landing or home / "landing"
        self.warehouse = LocalWarehouse(home / "warehouse")
        self.models = ModelStore(home / "models")
        self.ledger = pick_ledger(home / "ledger")
        self.halts = Halts(home / "ledger")
        self.clock = FixedClock(datetime(2026, 7, 1, 12, tzinfo=UTC))
        self.resources: dict[str, Any] = {
            "warehouse": TableIOManager(self.warehouse),
            "training_rows": training_rows_loader(self.warehouse),
            "models": self.models,
            "ledger": self.ledger,
            "halts": self.halts,
            "landing": LocalLandingStore(self.landing),
            "clock": self.clock,
        }
        self.defs = build_definitions(self.resources, entries=entries)

    def backfill(self, first: date, last: date | None = None, select: str | None = None) -> BackfillReport:
        """Materialize a range in one run, as `nba backfill` does."""
        return run_backfill(self.defs, self.instance, first, last or first, select_assets(self.defs, select))

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table, in key order."""
        table = TABLES[name]
        return table.ordered(self.warehouse.read(table, self.warehouse.dates(table)))

    def quarantined(self, name: str) -> pl.DataFrame:
        """What was left out of a table."""
        companion = quarantine_of(TABLES[name])
        return self.warehouse.read(companion, self.warehouse.dates(companion))

    def files(self) -> dict[str, bytes]:
        """Every file of the warehouse by relative path."""
        root = self.warehouse.root
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}

    def materialized(self, name: str) -> set[str]:
        """Partitions of a table for which Dagster has a materialization event."""
        return set(self.instance.get_materialized_partitions(dg.AssetKey([TABLES[name].dataset, name])))


@contextmanager
def platform(home: Path, landing: Path | None = None, entries: Sequence[Entry] = ENTRIES) -> Iterator[Platform]:
    """A platform with an in-memory event log and the models of `entries`; few are quicker than the whole roster."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield Platform(home, instance, landing, entries)


def register_made_up(models: ModelStore, entry: Entry, monday: date) -> None:
    """A system's model of a week, fitted on made-up rows: what it says is beside the point."""
    rows = made_up()
    vintage = Vintage(entry.create().fit(rows, monday), Calibration(monday, entry.line_aware))
    models.register(entry, vintage, rows, status=entry.status, metrics={})


def write_files(root: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Drop landing files as a fetcher would."""
    store = LocalLandingStore(root)
    for path, content in files:
        store.write(path, content)


def link_tree(source: Path, target: Path) -> None:
    """A copy of a folder by hard links: as cheap as a listing; replace a file, never edit one in place."""
    for folder, _, names in os.walk(source):
        to = target / Path(folder).relative_to(source)
        to.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.link(Path(folder) / name, to / name)
