"""The real 2023-24 season, materialized once per test session by one range run, and read by every test of it."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from ml_models.systems import ROSTER
from nba_assets.backfill import BackfillReport
from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import quarantine_of
from nba_assets_tests.platform import platform
from resources.warehouse import LocalWarehouse

FIRST, LAST = date(2023, 10, 24), date(2024, 4, 14)
# The first night after the All-Star break.
AFTER_THE_BREAK = date(2024, 2, 22)

# Two references, a rule and the champion: the whole roster takes minutes to train.
SYSTEMS = [ROSTER[name] for name in ("market_line", "ewma_baseline", "zone_matchup_v1", "catboost_v9")]

_REPORT = "report.pickle"


@dataclass(frozen=True)
class Season:
    """The stored tables of the season, and what the run that wrote them reported."""

    warehouse: LocalWarehouse
    report: BackfillReport
    materialized: Mapping[str, set[str]]

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table by name, whole."""
        return {name: self.table(name) for name in TABLES}

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table, in key order."""
        table = TABLES[name]
        return table.ordered(self.warehouse.read(table, self.warehouse.dates(table)))

    def quarantined(self, name: str) -> pl.DataFrame:
        """What was left out of a table."""
        companion = quarantine_of(TABLES[name])
        return self.warehouse.read(companion, self.warehouse.dates(companion))


def days_from(first: date, count: int) -> list[date]:
    """That many consecutive dates."""
    return [first + timedelta(days=n) for n in range(count)]


ALL_DAYS = days_from(FIRST, (LAST - FIRST).days + 1)


def read_season(home: Path) -> Season:
    """What `materialize` wrote, in this very session."""
    report, materialized = pickle.loads((home / _REPORT).read_bytes())
    return Season(LocalWarehouse(home / "warehouse"), report, materialized)


def materialize(home: Path, landing: Path) -> None:
    """The whole season, from landing to grades, with its report."""
    with platform(home, landing, SYSTEMS) as p:
        report = p.backfill(FIRST, LAST)
        materialized = {name: p.materialized(name) for name in TABLES}
    (home / _REPORT).write_bytes(pickle.dumps((report, materialized)))
