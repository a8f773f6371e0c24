"""A SIMULATED landing folder for tests: ten dates of the simulated league, fetched as people fetch them."""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from nba_assets.landing_files import LANDING_DATASETS, NBA_PLAYER_INDEX, NBA_SCHEDULE, parse_landing_path
from resources.clock import SimulatedClock
from resources.landing_store import PROVENANCE_SUFFIX, LocalLandingStore
from resources.providers.connect import connect
from resources.providers.landing_fetcher import LandingFetcher
from resources.providers.odds_snapshots import parse_snapshot_times
from resources.settings import Settings
from resources.simulation import SIMULATED_MARKER, Simulation, write_simulation

# Monday 22 to Friday 26 December 2025 with a Wednesday without games; injury reports get new names on Tuesday.
FIRST, LAST = date(2025, 12, 20), date(2025, 12, 29)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2025, 12, day) for day in range(22, 27))
DATE_WITHOUT_GAMES = WEDNESDAY
# Tables that have something to say about a day without games, too.
EVERY_DAY = {"nbac_player_list", "halt_state", "league_daily", "completeness"}
ANNOUNCED = datetime(2025, 9, 16, 12, tzinfo=UTC)
SEED = 2024


def fetch_landing(root: Path, first: date = FIRST, last: date = LAST) -> None:
    """Fill a folder: the schedule as announced and as played, the player index of the first morning, and every date's
    documents on the morning after, with two snapshots of odds."""
    write_simulation(root, Simulation(SEED))
    clock = SimulatedClock(ANNOUNCED)
    # Unlike Settings(), this reads no environment: no key, reserve or proxy of whoever runs the tests.
    providers = connect(Settings.model_construct(home=root, landing=root), clock)
    store = LocalLandingStore(root)

    def fetch(at: datetime, datasets: Iterable[str], day: date) -> None:
        clock.set(at)
        fetcher = LandingFetcher(providers, store, clock, parse_snapshot_times("18:00Z,-30m"))
        for dataset in LANDING_DATASETS:
            if dataset.name in datasets:
                report = fetcher.fetch(dataset, day)
                assert report.errors == [], report.errors

    fetch(ANNOUNCED, {NBA_SCHEDULE.name}, first)
    fetch(_morning(first, 15), {NBA_PLAYER_INDEX.name}, first)
    fetch(_morning(last + timedelta(days=1), 12), {NBA_SCHEDULE.name}, last)
    of_dates = {dataset.name for dataset in LANDING_DATASETS} - {NBA_SCHEDULE.name, NBA_PLAYER_INDEX.name}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        fetch(_morning(day + timedelta(days=1), 8), of_dates, day)
    providers.close()


def link_dates(source: Path, target: Path, first: date, last: date) -> None:
    """A copy by hard links of some dates; season documents and player indexes come along."""
    for file in source.rglob("*"):
        copy = target / file.relative_to(source)
        if file.is_file() and _is_of(file.relative_to(source).as_posix(), first, last):
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, copy)


def _is_of(path: str, first: date, last: date) -> bool:
    if path == SIMULATED_MARKER:
        return True
    landing = parse_landing_path(path.removesuffix(PROVENANCE_SUFFIX))
    return landing.day is None or landing.dataset is NBA_PLAYER_INDEX or first <= landing.day <= last


def _morning(day: date, hour: int) -> datetime:
    return datetime.combine(day, time_of_day(hour, 5), tzinfo=UTC)
