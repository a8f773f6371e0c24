"""Closing-line value: its sign, what a close is, and that it is null where nobody saw one.

Dangers covered: a sign turned round for one side, an in-play quote that passes for a close, another book's line, a
quote hours before tip-off that passes for a close, a value of an old version.
"""

from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.contracts import TABLES
from nba_assets.transforms.closing_line_value import PREDICTION_COLUMNS, QUOTE_COLUMNS, build
from nba_assets_tests.frames import TIPOFF
from nba_assets_tests.transforms.bets_support import pmf, prediction, predictions, quote, quotes

TABLE = TABLES["closing_line_value"]
_PMF = pmf(24.0)


def taken(side: str = "UNDER", line: float = 25.5, **overrides: Any) -> dict[str, Any]:
    known = {"edge_side": side, "current_points_line": line, "points_pmf": _PMF}
    return prediction(**(known | overrides))


def values(made: list[dict[str, Any]], seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = predictions(*made).select(PREDICTION_COLUMNS)
    return TABLE.schema.validate(build(asked, quotes(*seen).select(QUOTE_COLUMNS))).to_dicts()


def only(made: dict[str, Any], *seen: dict[str, Any]) -> dict[str, Any]:
    (found,) = values([made], list(seen))
    return found


@pytest.mark.parametrize(("side", "close", "points"), [("UNDER", 24.5, 1), ("OVER", 24.5, -1), ("UNDER", 27.0, -1.5),
                                                       ("OVER", 27.0, 1.5), ("OVER", 25.5, 0)])  # fmt: skip
def test_the_line_that_moves_our_way_is_worth_something(side: str, close: float, points: float) -> None:
    found = only(taken(side), quote(25.5, 300), quote(close, 5))
    assert found["clv_points"] == found["late_line_points"] == points
    assert (found["has_true_close"], found["line_is_close"]) == (True, False)
    # At the same price a line that moved our way is also the likelier bet.
    fair = found["closing_p_side"] - 0.5
    assert np.sign(round(fair, 9)) == np.sign(points)


def test_the_last_quote_counts() -> None:
    found = only(taken(), quote(26.5, 44), quote(24.5, 5), quote(23.5, 30))
    assert (found["closing_line"], found["close_minutes_before_tip"]) == (24.5, 5)
    assert found["closing_snapshot_ts"] == TIPOFF - timedelta(minutes=5)


@pytest.mark.parametrize(("minutes", "is_close"), [(0.5, True), (45, True), (45.5, False), (300, False)])
def test_a_close_is_at_most_45_minutes_before_tip_off(minutes: float, is_close: bool) -> None:
    found = only(taken(), quote(24.5, minutes))
    assert found["has_true_close"] == is_close
    assert (found["late_line"], found["late_line_points"]) == (24.5, 1.0)
    assert found["late_minutes_before_tip"] == minutes // 1
    closing = [name for name in found if name.startswith(("closing_l", "closing_s", "closing_o", "closing_p", "clv_"))]
    assert all((found[name] is not None) == is_close for name in [*closing, "line_is_close"])


@pytest.mark.parametrize("minutes", [0, -1, -120])
def test_a_quote_at_or_after_tip_off_changes_nothing(minutes: float) -> None:
    seen = [quote(25.5, 300), quote(24.5, 20)]
    assert only(taken(), *seen, quote(99.5, minutes)) == only(taken(), *seen)


def test_without_any_quote_everything_is_unknown() -> None:
    found = only(taken())
    assert found["has_true_close"] is False
    assert found["late_line"] is found["clv_points"] is found["clv_probability"] is None
    assert found["closing_book_count"] == 0


def test_another_books_close_is_none() -> None:
    found = only(taken(), quote(25.5, 300), quote(23.5, 10, bookmaker="fanduel"), quote(23.5, 9, bookmaker="betmgm"))
    assert (found["has_true_close"], found["clv_points"], found["closing_book_count"]) == (False, None, 2)


def test_another_player_or_market_is_none() -> None:
    others = [quote(23.5, 10, nba_player_id=1), quote(23.5, 10, market_key="player_assists")]
    others += [quote(23.5, 10, nba_player_id=None, player_lookup="joelembid")]
    assert only(taken(), *others)["late_line"] is None


def test_a_one_sided_quote_is_no_close() -> None:
    found = only(taken(), quote(25.0, 40), quote(23.5, 10, over_price=None))
    assert found["closing_line"] == 25.0


def test_the_main_line_among_alternates_is_the_close() -> None:
    seen = [quote(20.5, 10, over_price=1.2, under_price=5.0), quote(25.0, 10, over_price=1.9, under_price=1.95)]
    assert only(taken(), *seen)["closing_line"] == 25.0


def test_a_line_taken_at_the_close_says_so() -> None:
    found = only(taken(line_snapshot_ts=TIPOFF - timedelta(minutes=10)), quote(25.5, 10))
    assert (found["line_is_close"], found["clv_points"]) == (True, 0.0)


def test_the_last_version_counts() -> None:
    first = taken(line=27.5)
    second = taken(prediction_version=2)
    (found,) = values([first, second], [quote(24.5, 10)])
    assert (found["prediction_version"], found["clv_points"]) == (2, 1.0)
    assert values([first, taken(prediction_version=2, has_prop_line=False)], [quote(24.5, 10)]) == []


def test_a_line_without_an_edge_has_no_side_and_no_value() -> None:
    found = only(taken(edge_side=None), quote(24.5, 10))
    assert found["has_true_close"]
    assert found["clv_points"] is found["clv_probability"] is found["price_taken"] is None


# -- probability


def test_at_the_same_line_the_prices_say_it_whatever_the_forecast() -> None:
    close = quote(25.5, 10, over_price=2.2, under_price=1.7)
    p_under = (1 / 1.7) / (1 / 1.7 + 1 / 2.2)
    found = only(taken(under_price=1.9), close)
    assert found["closing_p_side"] == pytest.approx(p_under)
    assert found["clv_probability"] == pytest.approx(p_under - 1 / 1.9)
    assert only(taken(points_pmf=pmf(5.0)), close)["closing_p_side"] == found["closing_p_side"]


def by_hand(stored: list[float], line: float, close: float, p_close: float) -> float:
    """P(over `line`) of the distribution times exp(t * k), t found by halving, so that P(over `close`) is `p_close`."""

    def p_over(tilt: float, at: float) -> float:
        over = sum(p * np.exp(tilt * k) for k, p in enumerate(stored) if k > at)
        under = sum(p * np.exp(tilt * k) for k, p in enumerate(stored) if k < at)
        return over / (over + under)

    low, high = -2.0, 2.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if p_over(middle, close) < p_close else (low, middle)
    return p_over(low, line)


@pytest.mark.parametrize(("line", "close"), [(25.5, 24.5), (25.5, 27.0), (25.0, 22.5)])
def test_at_another_line_the_distribution_carries_the_prices_over(line: float, close: float) -> None:
    found = only(taken("OVER", line, over_price=1.8), quote(close, 10, over_price=1.7, under_price=2.2))
    expected = by_hand(_PMF, line, close, (1 / 1.7) / (1 / 1.7 + 1 / 2.2))
    assert found["closing_p_side"] == pytest.approx(expected, abs=1e-8)
    assert found["clv_probability"] == pytest.approx(expected - 1 / 1.8, abs=1e-8)


def test_a_distribution_that_cannot_carry_the_prices_leaves_them_unknown() -> None:
    found = only(taken(points_pmf=[0.0, 0.5, 0.5]), quote(24.5, 10))
    assert (found["clv_points"], found["closing_p_side"], found["clv_probability"]) == (1.0, None, None)


# -- algebra

lines = st.integers(10, 80).map(lambda halves: halves / 2)


@settings(max_examples=30, deadline=None)
@given(lines, lines, st.floats(1.3, 4), st.floats(1.3, 4))
def test_the_sides_mirror_each_other(line: float, close: float, over: float, under: float) -> None:
    seen = [quote(close, 10, over_price=over, under_price=under)]
    a, b = only(taken("OVER", line), *seen), only(taken("UNDER", line), *seen)
    assert a["clv_points"] == -b["clv_points"]
    if a["closing_p_side"] is not None:
        assert a["closing_p_side"] + b["closing_p_side"] == pytest.approx(1)


def test_order_repeats_and_other_dates_do_not_matter() -> None:
    made = [taken(nba_player_id=n, system_id=name) for n, name in product((1, 2, 3), ("a", "b"))]
    seen = [quote(20.5 + n, minutes, nba_player_id=n) for n, minutes in product((1, 2, 3), (300, 30, 10))]
    straight = values(made, seen)
    assert values(made[::-1], [*seen[::-1], *[row | {"pair_no": 1} for row in seen]]) == straight
    elsewhere = [row | {"game_date": row["game_date"] + timedelta(days=1)} for row in made]
    both = values([*made, *elsewhere], seen)
    assert [row for row in both if row["game_date"] == made[0]["game_date"]] == straight
    assert not any(row["has_true_close"] for row in both if row not in straight)


def test_nothing_gives_a_typed_empty_frame() -> None:
    assert build(predictions(), pl.DataFrame(quotes())).schema == TABLE.polars_schema
