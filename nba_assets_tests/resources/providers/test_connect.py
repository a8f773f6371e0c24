"""Which providers an environment has: never a real one by accident, never a simulated one in earnest.

Dangers covered: real documents among simulated ones, simulated ones where NBA_ENV is live, a key asked for too late, a
simulation that waits for minutes because its league is having a bad night.
"""

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from nba_assets.landing_files import LANDING_DATASETS, NBA_SCHEDULE, ODDS_EVENTS
from resources.clock import SimulatedClock
from resources.landing_store import PROVENANCE_SUFFIX, LocalLandingStore
from resources.providers.connect import NoProvidersError, can_fetch, connect, why_not
from resources.providers.landing_fetcher import LandingFetcher
from resources.providers.odds_snapshots import parse_snapshot_times
from resources.settings import Settings
from resources.simulation import SIMULATED_MARKER, Simulation, write_simulation

DAY = date(2025, 1, 2)
CLOCK = SimulatedClock(datetime(2025, 1, 3, 15, 5, tzinfo=UTC))


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NBA_ENV", "NBA_LANDING", "NBA_HOME", "NBA_ODDS_SNAPSHOTS", "ODDS_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def settings(home: Path, env: str = "local", marker: str | None = None) -> Settings:
    """A home folder; `marker` is the content of its simulation's file."""
    if marker is not None:
        (home / "landing").mkdir()
        (home / "landing" / SIMULATED_MARKER).write_text(marker)
    return Settings.model_validate({"env": env, "home": home})


@pytest.mark.parametrize(
    ("env", "marker", "reason"),
    [
        ("local", None, "set NBA_ENV=live for the real providers, or run `nba simulate` first"),
        ("local", "# SIMULATED\n", "simulated files without a league to fetch from: run `nba simulate`"),
        ("live", "seed = 1\n", "NBA_ENV=live, but .*landing holds SIMULATED files: set NBA_LANDING"),
        ("production", "# SIMULATED\n", "NBA_ENV=production, but .*landing holds SIMULATED files"),
    ],
)
def test_where_nothing_can_be_fetched_it_says_what_to_set(
    tmp_path: Path, env: str, marker: str | None, reason: str
) -> None:
    where = settings(tmp_path, env, marker)
    assert not can_fetch(where)
    with pytest.raises(NoProvidersError, match=reason):
        connect(where, CLOCK)


@pytest.mark.parametrize(("env", "marker"), [("local", "seed = 1\n"), ("live", None), ("production", None)])
def test_where_something_can(tmp_path: Path, env: str, marker: str | None) -> None:
    where = settings(tmp_path, env, marker)
    assert can_fetch(where) and why_not(where) is None
    connect(where, CLOCK).close()


@pytest.mark.parametrize("key", [None, SecretStr(" ")], ids=["none", "blank"])
def test_without_a_key_the_real_odds_are_not_asked(tmp_path: Path, key: SecretStr | None) -> None:
    """The network is blocked here: an attempt to ask would be another error."""
    where = settings(tmp_path, "live").model_copy(update={"odds_api_key": key})
    fetcher = LandingFetcher(
        connect(where, CLOCK), LocalLandingStore(where.landing_path), CLOCK, parse_snapshot_times("18:00Z")
    )
    (error,) = fetcher.fetch(ODDS_EVENTS, DAY).errors
    assert "there is no key" in error and "ODDS_API_KEY is missing or wrong: set it" in error
    assert not where.landing_path.exists()


def fetched(root: Path, faults: str | None) -> dict[str, bytes]:
    """Everything of a date, fetched as `nba` does it."""
    write_simulation(root / "landing", Simulation(2024, faults=faults))
    providers = connect(settings(root), CLOCK)
    store = LocalLandingStore(root / "landing")
    fetcher = LandingFetcher(providers, store, CLOCK, parse_snapshot_times("18:00Z"))
    reports = [fetcher.fetch(dataset, DAY) for dataset in LANDING_DATASETS]
    providers.close()
    assert [error for report in reports for error in report.errors] == []
    return {file.path: store.read(file.path) for file in store.list("") if file.path != SIMULATED_MARKER}


def test_a_rough_night_loses_nothing_doubles_nothing_and_waits_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def slept(seconds: float) -> None:
        raise AssertionError(f"{seconds} s of real time for a simulated provider")

    monkeypatch.setattr(time, "sleep", slept)
    for name in ("calm", "rough"):
        (tmp_path / name).mkdir()
    calm = fetched(tmp_path / "calm", None)
    assert not caplog.messages
    assert fetched(tmp_path / "rough", "rough_night") == calm
    assert len([line for line in caplog.messages if "retry 1 of 3" in line]) > 3
    beside = list((tmp_path / "rough").rglob(f"*{PROVENANCE_SUFFIX}"))
    assert len(beside) == len(calm) > 15


def test_a_fault_plan_that_nobody_knows_is_named(tmp_path: Path) -> None:
    where = settings(tmp_path, marker='seed = 1\nfaults = "rough_nite"\n')
    with pytest.raises(ValueError, match="'rough_nite'"):
        connect(where, CLOCK)


def test_the_league_is_the_folders(tmp_path: Path) -> None:
    """Two seeds, two schedules."""
    schedules = set()
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        providers = connect(settings(tmp_path / str(seed), marker=f"seed = {seed}\n"), CLOCK)
        store = LocalLandingStore(tmp_path / str(seed) / "landing")
        report = LandingFetcher(providers, store, CLOCK, ()).fetch(NBA_SCHEDULE, DAY)
        schedules.add(store.read(report.written[0]))
        providers.close()
    assert len(schedules) == 2
