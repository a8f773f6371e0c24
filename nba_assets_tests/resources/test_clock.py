"""The clock: real, standing, or running at a speed all processes agree on.

Dangers covered: an evening read as UTC, a wall time that exists twice taken for one of them, processes whose simulated
evenings drift apart.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from resources.clock import SimulatedClock, SystemClock, parse_instant

EVENING = datetime(2025, 1, 19, 1, 45, tzinfo=UTC)
ANCHOR = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-01-18 20:45", EVENING),
        ("2025-01-18T20:45", EVENING),
        (" 2025-01-18 20:45:00\n", EVENING),
        ("2025-01-18T20:45:00-05:00", EVENING),
        ("2025-01-19T01:45:00Z", EVENING),
        ("2025-01-19 02:45+01:00", EVENING),
        ("2025-07-01 12:00", datetime(2025, 7, 1, 16, tzinfo=UTC)),
        ("2025-11-02T01:30:00-04:00", datetime(2025, 11, 2, 5, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_et_unless_it_says_otherwise(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not an instant"),
        ("tonight", "write ET wall time"),
        ("2025-01-18", "is not an instant"),
        ("2025-02-30 20:45", "is not an instant"),
        ("20:45", "is not an instant"),
        ("2025-03-09 02:30", "does not exist in ET"),
        ("2025-11-02 01:30", "exists twice in ET"),
    ],
)
def test_what_is_no_instant(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_instant(text)


def test_a_standing_clock_moves_when_it_is_set() -> None:
    clock = SimulatedClock(EVENING.astimezone(timezone(timedelta(hours=9))))
    assert clock.now() == clock.now() == EVENING
    assert clock.now().tzinfo is UTC
    clock.set(EVENING + timedelta(hours=1))
    assert clock.now() == EVENING + timedelta(hours=1)


class Real:
    def __init__(self, now: datetime) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant


@pytest.mark.parametrize(("speed", "passed"), [(1.0, 90), (60.0, 5400), (0.5, 45)])
def test_a_running_clock_runs_from_its_anchor(speed: float, passed: int) -> None:
    real = Real(ANCHOR)
    clock = SimulatedClock(EVENING, started=ANCHOR, speed=speed, real=real)
    assert clock.now() == EVENING
    real.instant += timedelta(seconds=90)
    assert clock.now() == EVENING + timedelta(seconds=passed)


def test_processes_that_start_later_agree() -> None:
    real = Real(ANCHOR + timedelta(minutes=7))
    early = SimulatedClock(EVENING, started=ANCHOR, real=real)
    late = SimulatedClock(EVENING, started=ANCHOR.astimezone(timezone(timedelta(hours=2))), real=real)
    assert early.now() == late.now() == EVENING + timedelta(minutes=7)


def test_a_running_clock_is_not_set() -> None:
    with pytest.raises(ValueError, match="cannot be set"):
        SimulatedClock(EVENING, started=ANCHOR).set(EVENING)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_speeds_that_are_none(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        SimulatedClock(EVENING, started=ANCHOR, speed=speed)


def test_naive_times_are_refused() -> None:
    naive = EVENING.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        SimulatedClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        SimulatedClock(EVENING, started=naive)
    with pytest.raises(ValueError, match="no time zone"):
        SimulatedClock(EVENING).set(naive)


def test_the_system_clock_is_aware_and_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC) and now.tzinfo is UTC
