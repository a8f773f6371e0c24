"""The sensor's decision: every generation of every file exactly once, whatever the order of arrivals and ticks."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.automation import landing_plan
from nba_assets.automation.landing_plan import COST_OF_SCHEDULE, COST_PER_TICK, Cursor, Plan, new_days, plan
from nba_assets.calendar import et_today
from nba_assets.landing_files import parse_landing_path
from resources.landing_store import LandingFile

NOON = datetime(2025, 1, 9, 17, tzinfo=UTC)
TODAY = date(2025, 1, 9)


def ns(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000_000


def box(day: date, arrived: datetime, generation: str = "1", number: int = 0) -> LandingFile:
    path = f"nba-com/player-boxscores/{day}/{number}/20250110_080500.json"
    return LandingFile(path, ns(arrived), generation)


def listing(files: Iterable[LandingFile], cursor: Cursor, now: datetime) -> list[LandingFile]:
    """What the store lists: everything since the cursor, and the folders of dates that are new."""
    begun = new_days(cursor, et_today(now))
    return [f for f in files if f.arrived_ns >= cursor.list_from_ns or parse_landing_path(f.path).day in begun]


def ticked(files: Iterable[LandingFile], cursor: Cursor = Cursor(), now: datetime = NOON) -> Plan:  # noqa: B008
    planned = plan(listing(files, cursor, now), cursor, now, lambda path: [TODAY])
    assert Cursor.parse(planned.cursor.dump()) == planned.cursor
    return planned


minutes = st.integers(0, 300)
ARRIVAL = st.fixed_dictionaries({"number": st.integers(0, 4), "day": st.integers(-3, 3), "lag": st.integers(0, 9)})
STEPS = st.lists(st.one_of(ARRIVAL, minutes.map(lambda m: {"wait": m})), max_size=40)


@settings(max_examples=300)
@given(STEPS, st.integers(1, 4))
def test_any_interleaving_reports_every_generation_exactly_once(steps: list[dict[str, int]], per_tick: int) -> None:
    """Files were lost when a busy fetcher wrote more than a tick takes, and when they lay in tomorrow's folder."""
    now, cursor = NOON, Cursor()
    store: dict[str, LandingFile] = {}
    delivered: dict[tuple[str, str], date] = {}
    reported: Counter[tuple[str, str]] = Counter()
    early = []

    def tick() -> None:
        nonlocal cursor
        generations = {path: file.generation for path, file in store.items()}
        planned = plan(listing(store.values(), cursor, now), cursor, now, lambda path: [])
        cursor = Cursor.parse(planned.cursor.dump())
        for (_, day), paths in planned.reports.items():
            reported.update((path, generations[path]) for path in paths)
            early.extend(path for path in paths if day > et_today(now))

    with_limit = landing_plan.COST_PER_TICK
    landing_plan.COST_PER_TICK = per_tick
    try:
        for number, step in enumerate(steps):
            if "wait" in step:
                tick()
                now += timedelta(minutes=step["wait"])
                continue
            # Listings show a file some time after it arrived; never more than the overlap.
            day = TODAY + timedelta(days=step["day"])
            file = box(day, now - timedelta(minutes=step["lag"]), f"{number}", step["number"])
            old = store.get(file.path)
            if old is not None and reported[old.path, old.generation] == 0:
                continue  # overwritten before anybody saw it: the newer content is what counts
            store[file.path] = file
            delivered[file.path, file.generation] = day
        now = max(now, NOON + timedelta(days=4))
        for _ in range(len(steps) + 2):
            tick()
            now += timedelta(seconds=30)
    finally:
        landing_plan.COST_PER_TICK = with_limit
    assert early == []
    assert reported == Counter(dict.fromkeys(delivered, 1))


def test_more_files_than_a_tick_takes_are_reported_over_several() -> None:
    """A season is dropped at once: nothing lost, nothing twice, and no tick over the sensor's time limit."""
    files = [box(TODAY - timedelta(days=n % 7), NOON, number=n) for n in range(3 * COST_PER_TICK)]
    cursor, seen = Cursor(), Counter[str]()
    for _ in range(3):
        planned = ticked(files, cursor)
        assert sum(len(paths) for paths in planned.reports.values()) == COST_PER_TICK
        seen.update(path for paths in planned.reports.values() for path in paths)
        cursor = planned.cursor
    assert seen == Counter(file.path for file in files)
    assert ticked(files, cursor).reports == {}


def test_season_schedules_cost_more_of_a_tick_because_they_are_read() -> None:
    """Two hundred daily snapshots of a season, dropped at once, took the sensor beyond its time limit for ever."""
    start = datetime(2024, 10, 1, 12, tzinfo=UTC)
    names = [f"{start + timedelta(days=n):%Y%m%d_%H%M%S}" for n in range(60)]
    files = [LandingFile(f"nba-com/schedule/2024-25/{name}.json", ns(NOON), "1") for name in names]
    asked: list[str] = []
    planned = plan(files, Cursor(), NOON, lambda path: asked.append(path) or [TODAY])
    assert len(asked) == COST_PER_TICK // COST_OF_SCHEDULE
    assert planned.reports == {("nba_schedule", TODAY): asked}


def test_a_bulk_drop_leaves_the_cursor_within_the_hour() -> None:
    """10,000 paths stayed in the cursor, and in the record of every tick, all summer: no newer file pushed them out."""
    files = [box(TODAY, NOON, number=n) for n in range(400)]
    planned = ticked(files)
    assert len(planned.cursor.seen) == 400
    later = ticked(files, planned.cursor, NOON + timedelta(minutes=80))
    assert later.reports == {}
    assert later.cursor.seen == {}
    assert ticked(files, later.cursor, NOON + timedelta(minutes=81)).reports == {}


def test_an_arrival_during_the_listing_is_seen_by_the_next_tick() -> None:
    """A file arrived a minute before the newest one listed, after its folder had been listed."""
    planned = ticked([box(TODAY, NOON)])
    late = box(TODAY, NOON - timedelta(minutes=1), number=1)
    assert ticked([box(TODAY, NOON), late], planned.cursor).reports == {("nba_boxscores", TODAY): [late.path]}


def test_an_overwritten_file_is_reported_again_and_a_redelivered_one_is_not() -> None:
    first = box(TODAY, NOON)
    planned = ticked([first])
    again = replace(first, arrived_ns=ns(NOON + timedelta(minutes=1)))
    assert ticked([again], planned.cursor).reports == {}
    assert ticked([replace(again, generation="2")], planned.cursor).reports == {("nba_boxscores", TODAY): [first.path]}


def test_files_of_a_later_date_are_reported_when_it_begins() -> None:
    """Tomorrow's odds land tonight. Their dates are no partitions yet; they were dropped from the record for good."""
    tomorrow = TODAY + timedelta(days=1)
    early = box(tomorrow, NOON)
    planned = ticked([early])
    assert (planned.reports, planned.waiting) == ({}, [early.path])
    midnight = NOON + timedelta(hours=13)
    assert ticked([early], planned.cursor, midnight).reports == {("nba_boxscores", tomorrow): [early.path]}


def test_what_belongs_nowhere_is_named_and_stops_nothing() -> None:
    """A folder with a typing error must not be lost silently, nor hold up its neighbours."""
    strangers = [
        LandingFile("nba-com/player-boxscore/2025-01-09/20250110_080500.json", ns(NOON), "1"),
        LandingFile("nba-com/player-boxscores/yesterday/20250110_080500.json", ns(NOON), "1"),
        LandingFile("nba-com/player-boxscores/2019-01-09/20250110_080500.json", ns(NOON), "1"),
        LandingFile("README.md", ns(NOON), "1"),
    ]
    planned = ticked([*strangers, box(TODAY, NOON)])
    assert list(planned.reports) == [("nba_boxscores", TODAY)]
    assert sorted(text.split(":")[0] for text in planned.strangers) == sorted(file.path for file in strangers)
    assert ticked(strangers, planned.cursor).strangers == []


def test_new_days_are_all_days_since_the_last_tick() -> None:
    """A laptop that slept over the weekend."""
    assert new_days(Cursor(), TODAY) == []
    assert new_days(Cursor(today="2025-01-09"), TODAY) == []
    assert new_days(Cursor(today="2025-01-10"), TODAY) == []
    assert new_days(Cursor(today="2025-01-06"), TODAY) == [date(2025, 1, day) for day in (7, 8, 9)]


def test_cursor_is_small_text() -> None:
    text = ticked([box(TODAY, NOON)]).cursor.dump()
    assert len(text) < 150
    assert json.loads(text)["today"] == "2025-01-09"


def test_the_mark_of_a_simulated_folder_is_no_stranger() -> None:
    """It is part of every simulated folder; a warning about it would hide the ones that matter."""
    planned = ticked([LandingFile("SIMULATED.txt", ns(NOON), "1")])
    assert (planned.strangers, planned.reports, planned.waiting) == ([], {}, [])
