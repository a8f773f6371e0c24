"""A simulated week and a harness that stands in the middle of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from nba_assets_tests.automation.harness import Harness, et
from nba_assets_tests.platform import platform
from resources.simulated_landing import SimulatedLanding, write_simulated_landing

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2025, 1, day) for day in range(6, 11))
ANNOUNCED = "nba-com/schedule/2024-25/20240916_120000.json.gz"


@dataclass(frozen=True)
class Week:
    """Files of five simulated dates; Wednesday has no games."""

    landing: SimulatedLanding

    def content(self, path: str) -> bytes:
        return (self.landing.root / path).read_bytes()

    def paths(self, *prefixes: str) -> list[str]:
        files = (path.relative_to(self.landing.root).as_posix() for path in self.landing.root.rglob("*.json.gz"))
        return sorted(path for path in files if path.startswith(prefixes))

    def of(self, day: date, *datasets: str) -> list[str]:
        """Files of a date in some folders."""
        return self.paths(*(f"{dataset}/{day}" for dataset in datasets))


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    landing = write_simulated_landing(tmp_path_factory.mktemp("week"), first=MONDAY, days=5)
    assert landing.date_without_games == WEDNESDAY
    return Week(landing)


@pytest.fixture()
def fresh(tmp_path: Path, week: Week) -> Iterator[Harness]:
    """Thursday noon, nothing has landed."""
    with platform(tmp_path) as p:
        yield Harness(p, et(THURSDAY))


@pytest.fixture()
def running(fresh: Harness, week: Week) -> Harness:
    """Thursday noon of a platform that runs: the played schedule and the player index are in, all dates are settled."""
    for path in week.paths("nba-com/schedule", "nba-com/player-list"):
        fresh.drop(path, week.content(path))
    fresh.tick()
    fresh.settle()
    return fresh
