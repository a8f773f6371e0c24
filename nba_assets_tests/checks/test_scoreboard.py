"""Checks of the scoreboard and of completeness: each passes on what is right and names what is not."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from nba_assets.checks import completeness, scoreboard
from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row

DAY, NEXT = date(2024, 1, 15), date(2024, 1, 16)


def verdicts(check: TableCheck, table: str, *rows: dict[str, Any]) -> dict[date, Verdict]:
    batch = Batch(TABLES[table], (DAY, NEXT), frame(table, rows), pl.DataFrame(), {}, datetime(2024, 2, 1, tzinfo=UTC))
    return dict(check.evaluate(batch))


def board(system: str, n: int = 100, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"system_id": system, "is_compared": True, "n": n, "dates": 12, "rows_available": 110}
    return row("scoreboard", **(values | more))


def test_a_board_of_identical_rows_with_a_coin_passes() -> None:
    found = verdicts(
        scoreboard.IDENTICAL_ROWS, "scoreboard", board("a"), board("b", 20, is_compared=False), board("coin")
    )
    assert [verdict.passed for verdict in found.values()] == [True, True]


def test_different_rows_or_no_coin_hold_the_date() -> None:
    for rows in ((board("a", 99), board("coin")), (board("a"),)):
        found = verdicts(scoreboard.IDENTICAL_ROWS, "scoreboard", *rows)
        assert (found[DAY].passed, found[NEXT].passed) == (False, True)
        assert "live season" in found[DAY].description
    assert scoreboard.IDENTICAL_ROWS.blocking


def test_a_board_of_few_rows_warns_and_names_who_is_not_comparable() -> None:
    rows = [board("coin", 50), board("a", 50), board("b", 20, is_compared=False)]
    found = verdicts(scoreboard.COVERED, "scoreboard", *rows)[DAY]
    assert (found.passed, found.error) == (False, False)
    assert found.description == "live season: 50 of 110 rows; not comparable: b"
    assert verdicts(scoreboard.COVERED, "scoreboard", board("coin"), board("a"))[DAY].passed


def cell(name: str, state: str, **more: Any) -> dict[str, Any]:
    return row("completeness", state=state, **more) | {"table_name": name}


def test_what_is_missing_warns_with_its_name_and_what_may_be_missing_does_not() -> None:
    states = ("present", "empty", "no_games", "not_due")
    fine = [cell(f"nba_raw.t{place}", state) for place, state in enumerate(states)]
    assert verdicts(completeness.COMPLETE, "completeness", *fine)[DAY].passed
    for state in ("missing", "incomplete", "failed"):
        found = verdicts(completeness.COMPLETE, "completeness", *fine, cell("nba_raw.z", state))[DAY]
        assert (found.passed, found.error, found.description) == (False, False, f"nba_raw.z {state}")


def test_a_date_without_a_row_per_table_is_held() -> None:
    found = verdicts(completeness.COVERS_TABLES, "completeness", cell("nba_raw.a", "present"))
    assert (found[DAY].passed, found[NEXT].passed) == (True, False)
    assert completeness.COVERS_TABLES.blocking
