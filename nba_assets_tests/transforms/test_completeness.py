"""What should be there and what is: every state, for a reason.

Dangers covered: a date without games that looks missing, a missing date that looks idle because its schedule is missing
too, an empty box score that passes for one, red on what is not due yet, grades that stopped unnoticed.
"""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.contracts.completeness import TABLE
from nba_assets.transforms import completeness
from nba_assets_tests.frames import frame, row

PLAYED, IDLE, UNKNOWN = date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 17)
LATER = datetime(2024, 2, 1, tzinfo=UTC)
SCHEDULE = frame("nbac_schedule", [row("nbac_schedule", game_date=PLAYED)])
BOXES, QUOTES, CACHE, GRADES = (
    TABLES[name].full_name
    for name in ("nbac_player_boxscores", "odds_api_player_points_props", "player_daily_cache", "prediction_accuracy")
)


def cells(
    partitions: dict[str, dict[date, int]],
    *,
    now: datetime = LATER,
    covered: tuple[int, int] | None = None,
    failed: tuple[str, date] | None = None,
    schedule: pl.DataFrame = SCHEDULE,
) -> dict[tuple[str, date], dict[str, Any]]:
    """(table, date) -> its row; the schedule is stored of PLAYED and IDLE."""
    known = {TABLES["nbac_schedule"].full_name: {PLAYED: 1, IDLE: 0}} | partitions
    rows = [(name, day, count) for name, days in known.items() for day, count in days.items()]
    counts = [] if covered is None else [(PLAYED, *covered)]
    found = completeness.build(
        [PLAYED, IDLE, UNKNOWN],
        list(TABLES.values()),
        schedule,
        pl.DataFrame(rows, schema=completeness.PARTITIONS, orient="row"),
        pl.DataFrame(counts, schema=completeness.COVERAGE, orient="row"),
        now,
        pl.DataFrame([] if failed is None else [failed], schema=completeness.FAILED, orient="row"),
    )
    return {(cell["table_name"], cell["game_date"]): cell for cell in TABLE.schema.validate(found).to_dicts()}


def state(table: str, day: date, rows: int | None = None, **more: Any) -> str:
    partitions = {} if rows is None else {table: {day: rows}}
    return cells(partitions, **more)[table, day]["state"]


@pytest.mark.parametrize(
    ("table", "day", "rows", "expected"),
    [
        (BOXES, PLAYED, 20, "present"),
        (BOXES, PLAYED, None, "missing"),
        (BOXES, PLAYED, 0, "missing"),
        (BOXES, IDLE, None, "no_games"),
        (BOXES, IDLE, 0, "no_games"),
        (BOXES, UNKNOWN, None, "missing"),
        (QUOTES, PLAYED, None, "empty"),
        (QUOTES, PLAYED, 0, "empty"),
        (CACHE, PLAYED, 0, "empty"),
        (CACHE, PLAYED, None, "missing"),
    ],
)
def test_states(table: str, day: date, rows: int | None, expected: str) -> None:
    assert state(table, day, rows) == expected


def test_every_table_has_a_row_on_every_date_but_this_one() -> None:
    found = cells({})
    names = {table.full_name for table in TABLES.values()} - {TABLE.full_name}
    assert set(found) == {(name, day) for name in names for day in (PLAYED, IDLE, UNKNOWN)}


def test_a_date_whose_schedule_is_missing_is_not_idle() -> None:
    found = cells({})[TABLES["nbac_schedule"].full_name, UNKNOWN]
    assert (found["games"], found["expected"], found["state"]) == (None, True, "missing")


def test_tables_of_before_the_games_are_due_in_the_evening_and_grades_the_next_morning() -> None:
    evening, morning = datetime(2024, 1, 15, 23, 0, tzinfo=UTC), datetime(2024, 1, 16, 13, 0, tzinfo=UTC)
    early = datetime(2024, 1, 15, 20, 0, tzinfo=UTC)
    assert [state(CACHE, PLAYED, now=now) for now in (early, evening)] == ["not_due", "missing"]
    for table in (BOXES, GRADES):
        assert [state(table, PLAYED, now=now) for now in (evening, morning)] == ["not_due", "missing"]


def test_a_postponed_game_is_none() -> None:
    moved = frame("nbac_schedule", [row("nbac_schedule", game_date=PLAYED, postponed_status="Y")])
    assert state(BOXES, PLAYED, schedule=moved) == "no_games"


@pytest.mark.parametrize(
    ("covered", "expected"), [((100, 95), "present"), ((100, 94), "incomplete"), (None, "present")]
)
def test_too_few_grades_are_incomplete(covered: tuple[int, int] | None, expected: str) -> None:
    assert state(GRADES, PLAYED, 500, covered=covered) == expected


def test_an_error_is_said_even_of_a_table_that_is_there() -> None:
    assert state(BOXES, PLAYED, 20, failed=(BOXES, PLAYED)) == "failed"
    assert state(BOXES, PLAYED, 20, failed=(BOXES, IDLE)) == "present"


def test_recommendations_that_stand_can_be_graded() -> None:
    def predicted(player: int, side: str, **more: Any) -> dict[str, Any]:
        values: dict[str, Any] = {"nba_player_id": player, "system_id": "catboost_v9", "recommendation": side}
        values["is_active"] = True
        return row("player_prop_predictions", **(values | more))

    elsewhere, ended = {"nba_game_id": "0022300999"}, {"is_active": False}
    asked = [predicted(1, "OVER"), predicted(2, "UNDER"), predicted(3, "PASS")]
    others = [predicted(4, "OVER", **elsewhere), predicted(5, "OVER", **ended)]
    predictions = frame("player_prop_predictions", [*asked, *others])
    grades = frame("prediction_accuracy", [row("prediction_accuracy", nba_player_id=n) for n in (1, 3)])
    found = completeness.coverage(predictions, grades, SCHEDULE)
    assert found.rows() == [(PLAYED, 2, 1)]
