"""A simulated week and a harness that stands in the middle of it."""

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log.in_memory import InMemoryEventLogStorage
from dagster._core.storage.runs.in_memory import InMemoryRunStorage

from nba_assets_tests.automation.harness import Harness, et
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.simulated import FRIDAY, MONDAY, THURSDAY, link_dates
from resources.landing_store import LocalLandingStore

PROVIDERS = ("nba-com/", "odds-api/")
SCHEDULES = "nba-com/schedule/2025-26"
ANNOUNCED = f"{SCHEDULES}/20250916_120000.json.gz"


@dataclass(frozen=True)
class Week:
    """Files of five simulated dates; Wednesday has no games. Its schedules have no other dates."""

    landing: Path

    def content(self, path: str) -> bytes:
        return (self.landing / path).read_bytes()

    def paths(self, *prefixes: str) -> list[str]:
        files = (file.path for file in LocalLandingStore(self.landing).list(""))
        return sorted(path for path in files if path.startswith(prefixes or PROVIDERS))

    def of(self, day: date, *datasets: str) -> list[str]:
        """Files of a date in some folders."""
        return self.paths(*(f"{dataset}/{day}" for dataset in datasets))


@pytest.fixture(scope="session")
def week(simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Week:
    landing = tmp_path_factory.mktemp("week")
    link_dates(simulated_landing, landing, MONDAY, FRIDAY)
    for file in (landing / SCHEDULES).glob("*.json.gz"):
        document = json.loads(gzip.decompress(file.read_bytes()))
        season = document["leagueSchedule"]
        season["gameDates"] = [day for day in season["gameDates"] if MONDAY <= _day(day) <= FRIDAY]
        file.unlink()  # a hard link
        file.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
    return Week(landing)


def _day(game_date: dict[str, Any]) -> date:
    return date.fromisoformat(game_date["games"][0]["gameDateEst"][:10])


@pytest.fixture
def fresh(tmp_path: Path, week: Week) -> Iterator[Harness]:
    """Thursday noon, nothing has landed."""
    with platform(tmp_path, entries=()) as p:
        yield Harness(p, et(THURSDAY))


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, week: Week) -> Iterator[Harness]:
    """Thursday noon of a platform that runs: the played schedule and the player index are in, all dates are settled."""
    with platform(tmp_path_factory.mktemp("settled"), entries=()) as p:
        harness = Harness(p, et(THURSDAY))
        for path in week.paths("nba-com/schedule", "nba-com/player-list"):
            harness.drop(path, week.content(path))
        harness.settle()
        yield harness


@pytest.fixture
def running(tmp_path: Path, settled: Harness) -> Iterator[Harness]:
    """A copy of that platform, with its history."""
    home = shutil.copytree(settled.platform.home, tmp_path / "home")
    with dg.DagsterInstance.ephemeral() as instance:
        _copy_history(settled.instance, instance)
        harness = Harness(Platform(home, instance, entries=()), settled.now)
        harness.cursors = settled.cursors
        yield harness


def _copy_history(source: dg.DagsterInstance, target: dg.DagsterInstance) -> None:
    """Runs and events of one ephemeral instance: copying its databases takes no time, computing a week does."""
    events, runs = _storages(source)
    copied_events, copied_runs = _storages(target)
    for old, new in ((events, copied_events), (runs, copied_runs)):
        here, there = (storage._held_conn.connection.driver_connection for storage in (old, new))
        assert here and there
        here.backup(there)
    copied_events._storage_id = events._storage_id


def _storages(instance: dg.DagsterInstance) -> tuple[InMemoryEventLogStorage, InMemoryRunStorage]:
    events, runs = instance.event_log_storage, instance.run_storage
    assert isinstance(events, InMemoryEventLogStorage) and isinstance(runs, InMemoryRunStorage)
    return events, runs
