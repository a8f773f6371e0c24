"""Which dates a schedule snapshot changes: all of them, and no others."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.schedule import SCHEMA
from nba_assets.transforms.schedule_changes import changed_dates

MONDAY, TUESDAY, FRIDAY = date(2025, 1, 6), date(2025, 1, 7), date(2025, 1, 10)


def game(number: int, day: date | None = MONDAY, **changes: Any) -> dict[str, Any]:
    tip = datetime(2025, 1, 7, 0, 30, tzinfo=UTC) + timedelta(days=((day or MONDAY) - MONDAY).days)
    return {"nba_game_id": f"00224000{number:02d}", "game_date": day, "tipoff_utc": tip, "game_status": 1, **changes}


def parsed(*games: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(games, schema={**SCHEMA, QUARANTINE_REASON: pl.String})


BEFORE = parsed(game(1), game(2), game(3, TUESDAY))


def test_an_unchanged_schedule_changes_nothing_in_any_order() -> None:
    assert changed_dates(BEFORE, BEFORE.reverse()) == []
    assert changed_dates(BEFORE.clear(), BEFORE.clear()) == []


def test_games_that_come_and_go() -> None:
    assert changed_dates(BEFORE.clear(), BEFORE) == changed_dates(BEFORE, BEFORE.clear()) == [MONDAY, TUESDAY]
    assert changed_dates(BEFORE, parsed(game(1), game(3, TUESDAY))) == [MONDAY]
    assert changed_dates(BEFORE, parsed(*BEFORE.to_dicts(), game(4, FRIDAY))) == [FRIDAY]


def test_a_moved_game_changes_both_dates() -> None:
    assert changed_dates(BEFORE, parsed(game(1, FRIDAY), game(2), game(3, TUESDAY))) == [MONDAY, FRIDAY]


@pytest.mark.parametrize(
    "change",
    [
        {"game_status": 3, "home_team_score": 100, "away_team_score": 99},
        {"postponed_status": "P"},
        {"home_team_id": 1610612737},
        {"tipoff_utc": datetime(2025, 1, 7, 1, tzinfo=UTC)},
        {"game_label": "Emirates NBA Cup"},
        {"arena_name": "Elsewhere"},
        {"is_neutral": True},
        {QUARANTINE_REASON: "home_team_id 'x' is not an integer"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_the_table_shows_changes_the_date(change: dict[str, Any]) -> None:
    """A label that came a week later was in the document, never in the table: it was not watched."""
    assert changed_dates(BEFORE, parsed(game(1, **change), game(2), game(3, TUESDAY))) == [MONDAY]


def test_the_running_clock_changes_nothing() -> None:
    """Each snapshot of a game in play has another text; recomputing the day for it would never end."""
    assert changed_dates(BEFORE, parsed(game(1, game_status_text="Q3 5:47"), game(2), game(3, TUESDAY))) == []


def test_a_game_without_a_readable_date_counts_on_the_day_of_its_tip_off() -> None:
    """It was sorted among dates as nothing, which raised, and the sensor reported no file any more."""
    undated = game(1, None, **{QUARANTINE_REASON: "game_date 'soon' is not a date"})
    assert changed_dates(BEFORE, parsed(undated, game(2), game(3, TUESDAY))) == [MONDAY]
    lost = undated | {"tipoff_utc": None}
    assert changed_dates(BEFORE, parsed(*BEFORE.to_dicts(), lost)) == []


GAMES = st.lists(
    st.builds(game, st.integers(1, 4), st.sampled_from([MONDAY, TUESDAY, FRIDAY]), game_status=st.integers(1, 3)),
    max_size=5,
)


@given(GAMES, GAMES)
def test_dates_that_are_not_named_have_the_same_games(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    """And every named date differs; duplicates within a document mean nothing."""
    before, after = parsed(*old), parsed(*new)
    named = changed_dates(before, after)
    assert named == changed_dates(after, before) == sorted(set(named))
    for day in (MONDAY, TUESDAY, FRIDAY):
        then, now = (set(frame.filter(game_date=day).rows()) for frame in (before, after))
        assert (then != now) == (day in named)
