"""Checks of the predictions.

Dangers covered: two words that count, an old word that counts, a placeholder for everybody's line, a cluster of absurd
edges, a system that is silent unnoticed; alarms on a small slate or a single odd player, when there is nothing wrong.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ml_models.systems import ENTRIES
from nba_assets.checks.predictions import CHECKS, EDGES_PLAUSIBLE, LINES_ARE_REAL, ONE_ACTIVE_VERSION, SYSTEMS_SPEAK
from nba_assets.checks.verdict import TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, batch
from nba_assets_tests.frames import TIPOFF, frame, row
from nba_assets_tests.transforms.grading_support import predicted, superseded

TABLE = "player_prop_predictions"


def verdict(check: TableCheck, rows: Sequence[dict[str, Any]], players: int = 1) -> Verdict:
    store = [row("ml_feature_store_v2", nba_player_id=player) for player in range(1, players + 1)]
    inputs = {"ml_feature_store_v2": frame("ml_feature_store_v2", store)}
    return check.evaluate(replace(batch(TABLE, rows), inputs=inputs))[JAN_15]


def test_a_broken_rule_holds_the_date_back_but_silence_does_not() -> None:
    blocking = {check.name: check.blocking for check in CHECKS}
    assert blocking == {
        "one_active_version": True,
        "lines_are_real": True,
        "edges_plausible": True,
        "systems_speak": False,
    }


# --- one_active_version


def test_one_version_that_counts_passes_with_the_numbers() -> None:
    ended, current = superseded("line_moved"), predicted(21.5, prediction_version=2)
    backtest = predicted(player=7, prediction_made_before_game=False, created_at=TIPOFF)
    found = verdict(ONE_ACTIVE_VERSION, [ended, current, backtest])
    assert found.passed
    assert found.description.startswith("2 active predictions, 1 that no longer count; 1 of all are backtests")
    assert found.metadata == {"active": 2, "versions": 3, "backtest": 1}


def test_nobody_need_count() -> None:
    assert verdict(ONE_ACTIVE_VERSION, [superseded("player_inactive")]).passed
    assert verdict(ONE_ACTIVE_VERSION, []).passed


@pytest.mark.parametrize(
    "rows",
    [
        [predicted(), predicted(21.5, prediction_version=2)],
        [predicted(), superseded("line_moved", prediction_version=2)],
    ],
    ids=["two", "the old one"],
)
def test_several_or_an_old_version_that_counts_are_an_error(rows: list[dict[str, Any]]) -> None:
    found = verdict(ONE_ACTIVE_VERSION, [*rows, predicted(player=7)])
    assert (found.passed, found.error) == (False, True)
    assert found.description == "1 with several active versions or an old one: 203954 catboost_v9"


def test_only_the_date_at_fault_is_red() -> None:
    rows = [predicted(), predicted(21.5, prediction_version=2), predicted(game_date=JAN_16)]
    verdicts = ONE_ACTIVE_VERSION.evaluate(batch(TABLE, rows, dates=[JAN_15, JAN_16]))
    assert {day: found.passed for day, found in verdicts.items()} == {JAN_15: False, JAN_16: True}


# --- lines_are_real


def lined(count: int, at: float | None = None) -> list[dict[str, Any]]:
    """Players with a line each, all different or all at one."""
    first = 1 if at is None else 1000
    return [predicted(at or 5.5 + player, player=first + player) for player in range(count)]


@pytest.mark.parametrize(("same", "passed"), [(10, True), (11, False), (30, False)])
def test_one_number_for_more_than_a_quarter_of_the_lines_is_an_error(same: int, passed: bool) -> None:
    found = verdict(LINES_ARE_REAL, [*lined(30), *lined(same, 20.0)])
    assert (found.passed, found.error) == (passed, True)
    assert found.description == f"{30 + same} lines, the most frequent 20 on {same / (30 + same):.0%}"


def test_few_lines_may_be_alike() -> None:
    assert verdict(LINES_ARE_REAL, lined(29, 20.0)).passed
    assert not verdict(LINES_ARE_REAL, lined(30, 20.0)).passed


def test_a_line_counts_once_however_many_systems_and_versions_read_it() -> None:
    systems = [entry.system_id for entry in ENTRIES]
    rows = [predicted(20.0, player=player, system=system) for player in range(1, 11) for system in systems]
    rows += [superseded("line_moved", 20.0, player=1000 + player, prediction_version=1) for player in range(30)]
    rows += [{**line, "prediction_version": 2} for line in lined(30)]
    assert verdict(LINES_ARE_REAL, rows).description == "40 lines, the most frequent 20 on 25%"


def test_a_date_without_lines_has_no_placeholder() -> None:
    found = verdict(LINES_ARE_REAL, [predicted(None, player=player) for player in range(1, 50)])
    assert (found.passed, found.description) == (True, "no lines")


# --- edges_plausible


def edges(wild: int, priced: int, **more: Any) -> list[dict[str, Any]]:
    return [
        predicted(25.5, points=46.0 if player <= wild else 28.0, player=player, **more)
        for player in range(1, priced + 1)
    ]


@pytest.mark.parametrize(
    ("wild", "priced", "passed"), [(0, 10, True), (2, 10, True), (3, 10, False), (3, 150, True), (4, 150, False)]
)
def test_a_cluster_of_wild_edges_is_an_error_that_names_the_system(wild: int, priced: int, passed: bool) -> None:
    found = verdict(EDGES_PLAUSIBLE, [*edges(wild, priced), *edges(0, priced, system="ewma_baseline")])
    assert (found.passed, found.error) == (passed, True)
    if not passed:
        assert found.description == f"more than 20 points off the line: catboost_v9 {wild} of {priced}"


def test_edges_that_no_longer_count_are_not_judged() -> None:
    over = {"is_active": False, "superseded_at": TIPOFF, "superseded_reason": "forecast_changed"}
    assert verdict(EDGES_PLAUSIBLE, edges(10, 10, **over)).passed


# --- systems_speak


def test_every_system_on_somebody_passes() -> None:
    found = verdict(SYSTEMS_SPEAK, [predicted(system=entry.system_id) for entry in ENTRIES], players=4)
    assert (found.passed, found.description) == (True, f"{len(ENTRIES)} systems on 4 players")
    assert found.metadata == {entry.system_id: 1 for entry in ENTRIES} | {"players": 4}


def test_a_silent_system_is_a_warning_with_its_name() -> None:
    said = [predicted(system=entry.system_id) for entry in ENTRIES if entry.system_id != "xgboost_v1"]
    for rows in (said, [*said, superseded("no_forecast", system="xgboost_v1")]):
        found = verdict(SYSTEMS_SPEAK, rows)
        assert (found.passed, found.error) == (False, False)
        assert found.description.endswith(": xgboost_v1")
        assert found.metadata["xgboost_v1"] == 0


def test_where_nobody_is_expected_silence_is_right() -> None:
    assert verdict(SYSTEMS_SPEAK, [], players=0).description == "nobody to predict"
    assert not verdict(SYSTEMS_SPEAK, [], players=1).passed
