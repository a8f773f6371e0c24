"""What picks and rules are worth: the bet of the row is graded, and only settled bets count.

Dangers covered: a pick graded at another line than it was bet at, a void that loses, a push that wins, a rule praised
for a handful of bets.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.best_bets_report import PICKS, graded, rule_verdicts
from nba_assets.best_bets_rules import BLOCKING
from nba_assets_tests.frames import frame, row

NAME = "signal_best_bets_picks"
FIRST = date(2024, 1, 15)
OUTCOMES = {"game_date": pl.Date, "nba_game_id": pl.String, "nba_player_id": pl.Int64, "system_id": pl.String,
            "outcome": pl.String, "actual_points": pl.Int64}  # fmt: skip


def bet(player: int = 1, day: date = FIRST, rule: str | None = None, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"game_date": day, "nba_player_id": player, "best_line": 25.5, "best_price": 1.9}
    if rule:
        known |= {"rejected_by": rule, "failed_rules": [rule], "is_pick": False}
        known |= {"pick_rank": None, "stake_flat": None, "stake_edge": None}
    return row(NAME, **(known | more))


def outcomes(*rows: tuple[dict[str, Any], str, int | None]) -> pl.DataFrame:
    keys = ("game_date", "nba_game_id", "nba_player_id", "system_id")
    made = [[*(of[key] for key in keys), outcome, points] for of, outcome, points in rows]
    return pl.DataFrame(made, schema=OUTCOMES, orient="row")


def one(of: dict[str, Any], outcome: str, points: int | None) -> tuple[str | None, float | None]:
    found = graded(frame(NAME, [of]), outcomes((of, outcome, points))).row(0, named=True)
    return found["outcome"], found["profit"]


@pytest.mark.parametrize(
    ("of", "graded_as", "points", "expected"),
    [
        (bet(), "WIN", 25, ("WIN", pytest.approx(0.9))),
        (bet(), "LOSS", 26, ("LOSS", -1.0)),
        (bet(edge_side="OVER"), "WIN", 26, ("WIN", pytest.approx(0.9))),
        # The prediction was not recommended, or won at its own line: the bet was made at another one.
        (bet(rule="edge"), "PASS", 25, ("WIN", pytest.approx(0.9))),
        (bet(best_line=24.5), "WIN", 25, ("LOSS", -1.0)),
        (bet(best_line=25.0), "WIN", 25, ("PUSH", 0.0)),
        (bet(), "VOID", None, ("VOID", None)),
        (bet(best_line=None, best_price=None), "WIN", 20, (None, None)),
    ],
)
def test_the_bet_is_graded_at_its_own_line(
    of: dict[str, Any], graded_as: str, points: int | None, expected: tuple[str | None, float | None]
) -> None:
    assert one(of, graded_as, points) == expected


def test_a_game_without_result_is_pending() -> None:
    found = graded(frame(NAME, [bet()]), outcomes()).row(0, named=True)
    assert found["outcome"] is found["profit"] is found["profit_flat"] is None


def test_stakes_multiply_the_profit() -> None:
    of = bet(stake_flat=0.67, stake_edge=2.0)
    found = graded(frame(NAME, [of]), outcomes((of, "LOSS", 30))).row(0, named=True)
    assert (found["profit_flat"], found["profit_edge"]) == (-0.67, -2.0)


def test_an_outcome_that_is_there_twice_is_an_error() -> None:
    of = bet()
    with pytest.raises(pl.exceptions.ComputeError):
        graded(frame(NAME, [of]), outcomes((of, "LOSS", 30), (of, "WIN", 20)))


@settings(max_examples=40, deadline=None)
@given(st.integers(10, 80), st.integers(0, 60), st.booleans())
def test_sides_are_symmetric_and_every_bet_has_one_outcome(half: int, points: int, void: bool) -> None:
    both = [bet(edge_side=side, best_line=half / 2) for side in ("OVER", "UNDER")]
    results = [one(of, "VOID" if void else "PASS", None if void else points)[0] for of in both]
    expected = [{"VOID"}] if void else [{"PUSH"}] if points == half / 2 else [{"WIN", "LOSS"}]
    assert [set(results)] == expected


def record(days: int, wins_of_3: int, rule: str | None) -> list[tuple[dict[str, Any], str, int | None]]:
    """Three bets a date, of which so many win."""
    made = []
    for n in range(days):
        for player in range(3):
            points = 20 if player < wins_of_3 else 30
            made.append((bet(1 + player + 10 * n, FIRST + timedelta(days=n), rule), "PASS", points))
    return made


def verdicts(made: Sequence[tuple[dict[str, Any], str, int | None]]) -> dict[str, dict[str, Any]]:
    table = rule_verdicts(frame(NAME, [of for of, _, _ in made]), outcomes(*made))
    return {found["rule"]: found for found in table.to_dicts()}


def test_what_each_rule_saved_or_cost() -> None:
    made = [*record(12, 2, None), *record(12, 1, "edge"), *record(12, 3, "ev"), *record(9, 0, "side")]
    # One player-game is one row, so each rule has players of its own.
    made = [(of | {"nba_player_id": of["nba_player_id"] + 1000 * n}, said, p) for n, (of, said, p) in enumerate(made)]
    made += [(bet(90_001, rule="edge", best_line=20.0), "PASS", 20), (bet(90_002, rule="edge"), "VOID", None)]
    found = verdicts(made)
    assert list(found) == [PICKS, *(rule.name for rule in BLOCKING)]
    edge = found["edge"]
    assert (edge["candidates"], edge["wins"], edge["losses"], edge["pushes"], edge["voids"]) == (38, 12, 24, 1, 1)
    assert edge["roi"] == pytest.approx((12 * 0.9 - 24) / 36)
    assert edge["verdict"] == "saved money"
    assert (found["ev"]["roi"], found["ev"]["verdict"]) == (pytest.approx(0.9), "cost money")
    assert found[PICKS]["verdict"] == "won money"
    # Nine dates of losses are too few for an interval.
    assert (found["side"]["roi"], found["side"]["roi_low"], found["side"]["verdict"]) == (-1.0, None, "cannot tell yet")
    assert (found["halted"]["candidates"], found["halted"]["roi"], found["halted"]["dates"]) == (0, None, 0)


def test_a_rule_that_is_ignored_rejects_nobody() -> None:
    """A champion that never passed its gates has no picks; without that rule it has."""
    both = ["edge", "model_is_champion"]
    twice = bet(2, rule="edge") | {"failed_rules": both}
    made = [(bet(1, rule="model_is_champion"), "PASS", 20), (twice, "PASS", 30)]
    asked = verdicts(made)
    assert [asked[name]["candidates"] for name in (*both, PICKS)] == [1, 1, 0]
    table = rule_verdicts(frame(NAME, [of for of, _, _ in made]), outcomes(*made), ignoring=["model_is_champion"])
    found = {row["rule"]: row for row in table.to_dicts()}
    assert found["model_is_champion"]["candidates"] == 0
    assert (found["edge"]["losses"], found[PICKS]["wins"]) == (1, 1)


def test_order_does_not_matter() -> None:
    made = [*record(12, 1, "edge")]
    assert verdicts(made[::-1]) == verdicts(made)
