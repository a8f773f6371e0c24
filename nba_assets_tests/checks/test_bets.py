"""Checks of best bets, closes and the league: each is green on good rows, and red, with names, on what it is there for.

Dangers covered: candidates lost between the tables, a cap that does not hold, a forecast gone wild, closes that nobody
captures, in-play quotes among the lines.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nba_assets.checks.best_bets import CANDIDATES_ACCOUNTED, EDGES_PLAUSIBLE, PICKS_WITHIN_CAPS
from nba_assets.checks.closing_line import CLOSES_CAPTURED
from nba_assets.checks.league import EVERY_DATE_HAS_A_ROW, LINES_ARE_PREGAME
from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, batch
from nba_assets_tests.frames import TIPOFF, row
from nba_assets_tests.transforms.bets_support import prediction, predictions

PICKS, CLV, LEAGUE = "signal_best_bets_picks", "closing_line_value", "league_daily"


def judged(check: TableCheck, of: Batch) -> Verdict:
    return check.evaluate(of)[JAN_15]


def pick(player: int, rank: int = 1, game: int = 1, team: str = "PHI", **more: Any) -> dict[str, Any]:
    made = {"nba_player_id": player, "pick_rank": rank, "nba_game_id": f"00223{game:05d}", "team_abbr": team}
    return row(PICKS, **(made | more))


REJECTED = {"is_pick": False, "pick_rank": None, "stake_flat": None, "stake_edge": None}

TOO_MANY = {
    "a player twice": [pick(1), pick(1, 2, game=2)],
    "three of a team": [pick(1), pick(2, 2), pick(3, 3)],
    "four of a game": [pick(n, n, team="PHI" if n < 3 else "NYK") for n in range(1, 5)],
    "sixteen": [pick(n, n, game=n) for n in range(1, 17)],
    "a gap in the ranks": [pick(1), pick(2, 3)],
}


@pytest.mark.parametrize("what", TOO_MANY)
def test_caps_that_do_not_hold_block(what: str) -> None:
    found = judged(PICKS_WITHIN_CAPS, batch(PICKS, TOO_MANY[what]))
    assert PICKS_WITHIN_CAPS.blocking
    assert (found.passed, found.error) == (False, True)


def test_caps_that_hold_pass_and_rejected_ones_do_not_count() -> None:
    rows = [pick(1), pick(2, 2), pick(3, 3, team="NYK"), pick(4, **REJECTED), pick(5, **REJECTED)]
    assert judged(PICKS_WITHIN_CAPS, batch(PICKS, rows)) == Verdict(True, "3 picks", metadata={"picks": 3})
    assert judged(PICKS_WITHIN_CAPS, batch(PICKS)).passed


def with_predictions(rows: list[dict[str, Any]], *made: dict[str, Any]) -> Batch:
    return replace(batch(PICKS, rows), inputs={"player_prop_predictions": predictions(*made)})


def test_a_lost_candidate_is_named() -> None:
    made = [prediction(nba_player_id=1), prediction(nba_player_id=2, player_lookup="tyresemaxey")]
    found = judged(CANDIDATES_ACCOUNTED, with_predictions([pick(1, nba_game_id=made[0]["nba_game_id"])], *made))
    assert (found.passed, found.error, CANDIDATES_ACCOUNTED.blocking) == (False, True, True)
    assert "tyresemaxey" in found.description


def test_a_candidate_that_became_another_is_lost() -> None:
    made = prediction(nba_player_id=1, player_lookup="tyresemaxey")
    found = judged(CANDIDATES_ACCOUNTED, with_predictions([pick(2, nba_game_id=made["nba_game_id"])], made))
    assert not found.passed
    assert "tyresemaxey" in found.description


def test_who_is_no_candidate_need_not_be_there() -> None:
    made = [prediction(nba_player_id=1), prediction(nba_player_id=2, is_active=False),
            prediction(nba_player_id=3, edge_side=None), prediction(nba_player_id=4, system_id="xgboost")]  # fmt: skip
    rejected = pick(1, nba_game_id=made[0]["nba_game_id"], rejected_by="edge", failed_rules=["edge"], **REJECTED)
    found = judged(CANDIDATES_ACCOUNTED, with_predictions([rejected], *made))
    assert (found.passed, found.description) == (True, "0 picks of 1 candidates; rejected 1 by edge")
    assert (found.metadata["edge"], found.metadata["ev"]) == (1, 0)


@pytest.mark.parametrize(("large", "passed"), [(9, True), (10, False)])
def test_a_flood_of_edges_is_told(large: int, passed: bool) -> None:
    rows = [pick(n, edge=4.0 if n <= large else 1.0) for n in range(1, 61)]
    found = judged(EDGES_PLAUSIBLE, batch(PICKS, rows))
    assert (found.passed, found.error) == (passed, passed)
    assert judged(EDGES_PLAUSIBLE, batch(PICKS, rows[:49])).passed


def line(player: int, close: bool, **more: Any) -> dict[str, Any]:
    missing = {} if close else {"has_true_close": False, "closing_line": None, "close_minutes_before_tip": None,
                                "clv_points": None, "line_is_close": None}  # fmt: skip
    made = {"nba_player_id": player, "sportsbook": "draftkings", "late_minutes_before_tip": 10 if close else 300}
    return row(CLV, **(made | missing | more))


@pytest.mark.parametrize(("closes", "passed"), [(2, True), (1, False), (0, False)])
def test_the_share_of_captured_closes_is_told(closes: int, passed: bool) -> None:
    rows = [line(n, n <= closes, system_id=name) for n in range(1, 5) for name in ("a", "b")]
    found = judged(CLOSES_CAPTURED, batch(CLV, rows))
    assert found.passed == passed
    assert not found.error
    assert found.description.startswith(f"{closes} of 4 lines")
    assert found.metadata["lines_taken_before_the_close"] == closes


def test_closes_are_not_due_before_tip_off() -> None:
    rows = [line(1, close=False)]
    before = batch(CLV, rows, now=TIPOFF + timedelta(minutes=59))
    assert judged(CLOSES_CAPTURED, before).description.startswith("not due yet")
    assert not judged(CLOSES_CAPTURED, replace(before, now=TIPOFF + timedelta(hours=1))).passed
    assert judged(CLOSES_CAPTURED, batch(CLV)).passed


def league(**more: Any) -> dict[str, Any]:
    return row(LEAGUE, **more)


@pytest.mark.parametrize(
    ("mae", "count", "passed"), [(4.49, 1_001, False), (4.49, 1_000, True), (4.5, 5_000, True), (None, 0, True)]
)
def test_a_line_that_is_too_good_is_an_error(mae: float | None, count: int, passed: bool) -> None:
    found = judged(LINES_ARE_PREGAME, batch(LEAGUE, [league(line_mae_30d=mae, priced_players_30d=count)]))
    assert (found.passed, found.error, LINES_ARE_PREGAME.blocking) == (passed, True, False)


def test_every_date_of_a_range_has_its_own_row() -> None:
    found = EVERY_DATE_HAS_A_ROW.evaluate(batch(LEAGUE, [league(game_date=JAN_15)], dates=(JAN_15, JAN_16)))
    assert (found[JAN_15].passed, found[JAN_16].passed, found[JAN_16].error) == (True, False, True)
    assert not LINES_ARE_PREGAME.evaluate(
        batch(LEAGUE, [league(line_mae_30d=4.0, priced_players_30d=2_000)], dates=(JAN_15, JAN_16))
    )[JAN_15].passed
