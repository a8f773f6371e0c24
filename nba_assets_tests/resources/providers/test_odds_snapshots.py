"""When historical odds are asked for: never after tip-off, and never guessed from a text with a mistake in it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.providers.odds_snapshots import SnapshotTime, listing_instant, parse_snapshot_times

DAY = date(2025, 1, 15)
EVENING = datetime(2025, 1, 16, 0, 40, tzinfo=UTC)
MATINEE = datetime(2025, 1, 15, 17, 40, tzinfo=UTC)


def test_fixed_times_and_times_before_tip_off() -> None:
    assert parse_snapshot_times("18:00Z, -30m,00:05Z") == (
        SnapshotTime(fixed=time(18)),
        SnapshotTime(before_tip=timedelta(minutes=30)),
        SnapshotTime(fixed=time(0, 5)),
    )


@pytest.mark.parametrize(
    "text",
    ["", "18:00", "24:00Z", "18:60Z", "8:00Z", "30m", "-0m", "-1440m", "-m", "18:00Z,", "18:00z", "-30", "١٨:00Z"],
)
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="is no snapshot time: write 18:00Z"):
        parse_snapshot_times(text)


@pytest.mark.parametrize(
    ("text", "tip", "instant"),
    [
        ("18:00Z", EVENING, datetime(2025, 1, 15, 18, tzinfo=UTC)),
        ("18:00Z", MATINEE, datetime(2025, 1, 15, 17, 10, tzinfo=UTC)),
        ("17:40Z", MATINEE, datetime(2025, 1, 15, 17, 10, tzinfo=UTC)),
        ("-30m", EVENING, datetime(2025, 1, 16, 0, 10, tzinfo=UTC)),
        ("00:30Z", EVENING, datetime(2025, 1, 15, 0, 30, tzinfo=UTC)),
    ],
    ids=["evening", "matinee", "at tip-off", "before tip-off", "on the date in UTC"],
)
def test_the_instant_of_an_event(text: str, tip: datetime, instant: datetime) -> None:
    (snapshot,) = parse_snapshot_times(text)
    assert snapshot.of(DAY, tip) == instant


TIMES = st.one_of(
    st.builds("{:02d}:{:02d}Z".format, st.integers(0, 23), st.integers(0, 59)),
    st.builds("-{}m".format, st.integers(1, 1439)),
)


@given(TIMES, st.integers(0, 24 * 60))
def test_no_instant_is_after_tip_off(text: str, minutes: int) -> None:
    """In-play quotes look like gifts in a backtest."""
    tip = datetime(2025, 1, 15, 5, tzinfo=UTC) + timedelta(minutes=minutes)
    (snapshot,) = parse_snapshot_times(text)
    assert snapshot.of(DAY, tip) < tip


@pytest.mark.parametrize(("text", "hour"), [("22:00Z,14:00Z,-30m", 14), ("23:00Z", 16), ("-30m", 16)])
def test_events_are_listed_before_the_first_game_is_over(text: str, hour: int) -> None:
    """At 23:00Z a matinee is over, and was not listed any more."""
    assert listing_instant(DAY, parse_snapshot_times(text)) == datetime(2025, 1, 15, hour, tzinfo=UTC)
