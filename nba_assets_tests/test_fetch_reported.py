"""The landing sensor after a fetch: what a run has reported is not reported again, everything else is.

Dangers covered: every fetched date computed twice, a document that landed before a failure and is never computed, a
file dropped by hand beside fetched ones that nobody sees.
"""

import gzip
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.landing_files import LANDING_DATASETS
from nba_assets_tests.automation.harness import Harness
from nba_assets_tests.resources.simulated_league.leagues import league
from nba_assets_tests.test_landing_assets import CHRISTMAS, EVE, NOW, FetchingPlatform
from resources.simulated_league.faults import Refusal, Rule

BOX = "nba_game_boxscores"


class Watched:
    """A platform that fetches, and its landing sensor."""

    def __init__(self, platform: FetchingPlatform) -> None:
        self.platform = platform
        self.harness = Harness(platform, NOW)

    def fetch(self, *datasets: str, first: date = EVE) -> None:
        self.platform.fetch(first, CHRISTMAS, *datasets)

    def reported(self) -> dict[tuple[str, str], list[str]]:
        """Paths by dataset and date, of one tick; of schedules, the two dates only."""
        told = {}
        for event in self.harness.sense():
            name, day = event.asset_key.path[-1], event.partition or ""
            if name != "nba_schedule" or day in (EVE.isoformat(), CHRISTMAS.isoformat()):
                paths = event.metadata["paths"].value
                assert isinstance(paths, list)
                told[name, day] = [str(path) for path in paths]
        return told

    def boxes(self) -> list[Path]:
        return sorted((self.platform.landing / "nba-com" / "cdn-boxscores").rglob("*.json.gz"))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watched(FetchingPlatform(tmp_path, instance))


def test_what_a_run_fetched_is_not_reported_again(watched: Watched) -> None:
    watched.fetch("nba_schedule", BOX)
    assert watched.boxes()
    assert watched.reported() == {}
    assert watched.reported() == {}


def test_what_landed_before_a_failure_is_reported(watched: Watched) -> None:
    """Its run said nothing of that date."""
    game = min(fixture.nba_game_id for fixture in league().fixtures_on(CHRISTMAS))
    watched.platform.fetching.rules = [Rule("down", Refusal(503), f"*boxscore_{game}*")]
    watched.fetch("nba_schedule", BOX)
    told = watched.reported()
    assert set(told) == {(BOX, CHRISTMAS.isoformat())}
    assert len(told[BOX, CHRISTMAS.isoformat()]) == 4
    watched.platform.fetching.rules = []
    watched.fetch(BOX)
    assert watched.reported() == {}


def test_a_file_dropped_beside_fetched_ones_is_reported(watched: Watched) -> None:
    watched.fetch("nba_schedule", BOX)
    box = watched.boxes()[0]
    dropped = box.with_name("20241226_180000.json.gz")
    dropped.write_bytes(box.read_bytes())
    (paths,) = watched.reported().values()
    assert dropped.relative_to(watched.platform.landing).as_posix() in paths


def test_a_file_dropped_after_the_fetch_was_seen_is_reported_alone(watched: Watched) -> None:
    watched.fetch("nba_schedule", BOX)
    watched.reported()
    box = watched.boxes()[0]
    dropped = box.with_name("20241226_180000.json.gz")
    dropped.write_bytes(box.read_bytes())
    assert watched.reported() == {
        (BOX, CHRISTMAS.isoformat()): [dropped.relative_to(watched.platform.landing).as_posix()]
    }


@pytest.mark.parametrize("seen_before", [False, True])
def test_a_fetched_file_that_is_replaced_in_place_is_reported(watched: Watched, seen_before: bool) -> None:
    """A correction by hand, although files should never change; the fetch had reported its path."""
    watched.fetch("nba_schedule", BOX)
    if seen_before:
        assert watched.reported() == {}
    box = watched.boxes()[0]
    time.sleep(0.05)  # file systems stamp changes some milliseconds apart
    box.write_bytes(gzip.compress(gzip.decompress(box.read_bytes()) + b" "))
    assert set(watched.reported()) == {(BOX, CHRISTMAS.isoformat())}


def test_a_second_fetch_is_not_reported_either(watched: Watched) -> None:
    watched.fetch("nba_schedule", BOX)
    watched.reported()
    watched.platform.fetching.now = NOW.replace(hour=18)
    watched.fetch("nba_schedule", BOX)
    assert len(watched.boxes()) == 10
    assert watched.reported() == {}


def test_what_the_sensor_itself_reported_is_no_fetch(watched: Watched) -> None:
    """A file that is replaced in place must be seen, although its path was reported before."""
    watched.fetch("nba_schedule")
    watched.reported()
    path = watched.platform.landing / f"nba-com/player-boxscores/{CHRISTMAS}/20241226_080000.json"
    path.parent.mkdir(parents=True)
    for content in (b"{}", b'{"corrected": true}'):
        path.write_bytes(content)
        assert set(watched.reported()) == {("nba_boxscores", CHRISTMAS.isoformat())}


def test_fetched_by_the_command_line_is_reported_by_the_sensor(watched: Watched) -> None:
    """`nba fetch` tells Dagster nothing."""
    fetcher = watched.platform.fetching.fetcher()
    for dataset in LANDING_DATASETS:
        if dataset.name in ("nba_schedule", BOX):
            fetcher.fetch(dataset, CHRISTMAS)
    assert set(watched.reported()) == {
        ("nba_schedule", EVE.isoformat()), ("nba_schedule", CHRISTMAS.isoformat()), (BOX, CHRISTMAS.isoformat()),
    }  # fmt: skip
