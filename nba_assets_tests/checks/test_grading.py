"""Checks of the grades.

Dangers covered: a prediction nobody grades, a box score that never came, a rate over the wrong rows, a line nobody can
trace, a hit rate nobody has, and alarms where all is well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nba_assets.checks.grading import (
    ALL_COUNTED,
    ALL_GRADED,
    COVERAGE,
    DENOMINATORS,
    LEAK_ALARM,
    MARKET_EVENT,
    POINTS_KNOWN,
    PROVENANCE,
)
from nba_assets.checks.verdict import TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, LONG_AFTER, batch
from nba_assets_tests.frames import frame, row
from nba_assets_tests.transforms.grading_support import box, game, graded, predicted, superseded

Rows = Sequence[Mapping[str, Any]]
NEXT_MORNING = datetime(2024, 1, 16, 12, 59, tzinfo=UTC)


def verdict(
    check: TableCheck,
    predictions: Rows,
    boxes: Rows,
    rows: Sequence[dict[str, Any]] | None = None,
    now: datetime = LONG_AFTER,
) -> Verdict:
    """Of the default game's date; `rows` are the stored grades, by default those of the transform."""
    if rows is None:
        rows = graded(predictions, boxes).drop("quarantine_reason").to_dicts()
    inputs = {
        "player_prop_predictions": frame("player_prop_predictions", predictions),
        "player_game_summary": frame("player_game_summary", boxes),
        "nbac_schedule": frame("nbac_schedule", [game()]),
    }
    return check.evaluate(replace(batch("prediction_accuracy", rows, now=now), inputs=inputs))[JAN_15]


def grades(predictions: Rows, boxes: Rows, **changes: Any) -> list[dict[str, Any]]:
    """The transform's rows, the first of them with `changes`."""
    first, *rest = graded(predictions, boxes).drop("quarantine_reason").to_dicts()
    return [first | changes, *rest]


def told(found: Verdict) -> tuple[bool, bool, str]:
    return found.passed, found.error, found.description


def test_active_predictions_of_final_games_are_graded() -> None:
    rows = [superseded("line_moved"), predicted(prediction_version=2), predicted(player=7)]
    assert verdict(ALL_GRADED, rows, [box()]).description == "2 active predictions of final games are graded once"
    kept = grades(rows, [box()])[:1]
    found = verdict(ALL_GRADED, rows, [box()], kept)
    assert told(found)[:2] == (False, True)
    assert found.description.startswith("1 of 2 active predictions are not graded once: player")
    assert verdict(ALL_GRADED, rows, [], []).passed


def test_recommendations_of_final_games_need_a_box_score_once_it_is_due() -> None:
    found = verdict(COVERAGE, [predicted()], [])
    assert told(found) == (
        False, True, "0 of 1 recommendations of final games are graded; games without them: 20240115_NYK_PHI",
    )  # fmt: skip
    assert verdict(COVERAGE, [predicted()], [], now=NEXT_MORNING).passed
    assert verdict(COVERAGE, [predicted()], [box()]).passed
    assert verdict(COVERAGE, [predicted(recommendation="PASS")], []).passed


@pytest.mark.parametrize(("missing", "passed"), [(1, True), (2, False)])
def test_95_percent_must_be_graded(missing: int, passed: bool) -> None:
    rows = [predicted(player=n) for n in range(1, 21)]
    assert verdict(COVERAGE, rows, [box()], grades(rows, [box()])[missing:]).passed == passed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prediction_correct": None}, "counted, though neither WIN nor LOSS"),
        ({"outcome": "PASS"}, "counted, though neither WIN nor LOSS"),
        ({"brier": None}, "decided at the line, but not scored"),
        ({"current_points_line": 24.0}, "scored at the line, though nothing was decided there"),
        ({"profit": None}, "priced, but without profit"),
        ({"outcome": "VOID", "prediction_correct": None}, "void, but with an error"),
    ],
)
def test_rates_over_the_wrong_rows_are_found(changes: dict[str, Any], words: str) -> None:
    found = verdict(DENOMINATORS, [], [], grades([predicted()], [box(24)], **changes))
    assert told(found)[:2] == (False, True)
    assert words in found.description


def test_the_counts_of_a_sound_date_are_told() -> None:
    rows = [predicted(), predicted(player=7), predicted(20.0, player=8), predicted(None, player=9)]
    found = verdict(DENOMINATORS, rows, [box(24), box(20, player=8), box(5, player=9)])
    assert told(found)[::2] == (True, "1 NO_LINE, 1 PUSH, 1 VOID, 1 WIN")
    assert verdict(DENOMINATORS, [], []).description == "nothing to grade"


def test_a_line_nobody_can_trace_is_found() -> None:
    rows = grades([predicted(), predicted(player=7)], [box()], sportsbook=None)
    found = verdict(PROVENANCE, [], [], rows)
    assert told(found) == (False, True, "of 2 rows with a line: sportsbook unknown in 1")
    assert verdict(PROVENANCE, [predicted(None)], [box()]).passed


def test_minutes_without_points_are_told_on_their_date() -> None:
    left_out = [(JAN_15, "minutes without points: joelembiid 20240115_NYK_PHI 31.3")] * 2
    found = POINTS_KNOWN.evaluate(batch("prediction_accuracy", dates=[JAN_15, JAN_16], quarantined=left_out))
    assert told(found[JAN_15]) == (
        False, True, "1 players have minutes but no points: joelembiid 20240115_NYK_PHI 31.3",
    )  # fmt: skip
    assert found[JAN_16].passed


@pytest.mark.parametrize(("count", "passed"), [(2, True), (1, False), (3, False)])
def test_every_grade_is_counted_once(count: int, passed: bool) -> None:
    counted = batch("system_daily_performance", [row("system_daily_performance", predictions_count=count)])
    inputs = {"prediction_accuracy": frame("prediction_accuracy", [row("prediction_accuracy")] * 2)}
    found = ALL_COUNTED.evaluate(replace(counted, inputs=inputs))[JAN_15]
    assert (found.passed, found.description) == (passed, f"{count} of 2 graded predictions counted")
    assert ALL_COUNTED.blocking


def performance(system: str = "catboost_v9", **more: Any) -> dict[str, Any]:
    return row("model_performance_daily", system_id=system, **more)


@pytest.mark.parametrize(
    ("wide", "every", "passed"),
    [
        ((300, 0.64), (1200, 0.50), False),
        ((300, 0.63), (1200, 0.50), True),
        ((299, 0.80), (1000, 0.50), True),
        ((300, 0.70), (1500, 0.50), True),
        ((0, None), (1000, 0.58), False),
        ((0, None), (1000, 0.56), True),
        ((0, None), (999, 0.70), True),
        ((0, None), (0, None), True),
    ],
)
def test_what_is_too_good_to_be_true(wide: tuple, every: tuple, passed: bool) -> None:
    rows = [
        performance(
            rolling_n_30d=wide[0], rolling_hr_30d=wide[1], every_edge_n_30d=every[0], every_edge_hr_30d=every[1]
        )
    ]
    found = LEAK_ALARM.evaluate(batch("model_performance_daily", rows))[JAN_15]
    assert (found.passed, found.error) == (passed, True)
    if wide == (300, 0.64):
        assert found.description == "catboost_v9 won 64.0 % of 300 bets on edges of 3 or more in 30 days"


def test_a_common_crash_warns() -> None:
    bad = {"daily_wins": 1, "daily_losses": 4, "daily_hr": 0.2}
    rows = [performance("a", **bad), performance("b", **bad), performance("c", daily_wins=5, daily_hr=1.0)]
    found = MARKET_EVENT.evaluate(batch("model_performance_daily", rows))[JAN_15]
    assert told(found) == (False, False, "below 40 %: a; b")
    assert MARKET_EVENT.evaluate(batch("model_performance_daily", rows[1:]))[JAN_15].passed
    few = bad | {"daily_losses": 3}
    assert MARKET_EVENT.evaluate(batch("model_performance_daily", [performance("a", **few), rows[1]]))[JAN_15].passed
