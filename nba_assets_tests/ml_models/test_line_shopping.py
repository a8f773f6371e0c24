"""Best lines, consensus and value over books.

Dangers covered: the wrong side's line called easier; one book with alternates counted several times; a push paid as a
win; a player without a distribution or a side without a price that gets a value; rows multiplied by the join.
"""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import distributions as d
from ml_models import line_shopping as shop

_DAY = date(2024, 3, 2)
_COLUMNS = ("nba_player_id", "bookmaker", "points_line", "over_price", "under_price")
_SCHEMA = {"points_line": pl.Float64, "over_price": pl.Float64, "under_price": pl.Float64}
_PLAYERS = pl.DataFrame({"game_date": [_DAY] * 2, "nba_player_id": [1, 2]})

_Quote = tuple[int, str, float, float | None, float | None]
_PRICE = st.none() | st.floats(1.3, 3.5)
_QUOTES = st.lists(
    st.tuples(
        st.sampled_from([1, 2]), st.sampled_from("abcde"), st.integers(10, 60).map(lambda n: n / 2), _PRICE, _PRICE
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda quote: quote[:3],
)


def _frame(*quotes: _Quote) -> pl.DataFrame:
    rows = pl.DataFrame(list(quotes), schema=_COLUMNS, orient="row", schema_overrides=_SCHEMA)
    return rows.with_columns(game_date=pl.lit(_DAY))


def _pmf(mean: float = 20.0) -> np.ndarray:
    return d.from_negative_binomial([mean, mean], 7.0)


def test_the_easiest_line_then_the_best_price() -> None:
    quotes = _frame(
        (1, "a", 20.5, 1.8, 2.0), (1, "b", 19.5, 1.6, 2.2), (1, "c", 19.5, 1.7, 2.1), (1, "d", 21.5, 2.2, 1.6)
    )
    found = shop.best_lines(quotes).select("side", "bookmaker", "points_line", "price").rows()
    assert found == [("OVER", "c", 19.5, 1.7), ("UNDER", "d", 21.5, 1.6)]


def test_alternate_lines_are_no_best_lines_but_can_be_bets() -> None:
    quotes = _frame((1, "a", 15.5, 1.3, 3.2), (1, "a", 20.5, 1.9, 1.9), (1, "b", 19.5, 1.85, None))
    assert shop.best_lines(quotes).select("bookmaker", "points_line").rows() == [("a", 20.5)] * 2
    assert shop.value(quotes, _PLAYERS, _pmf()).height == 5


def test_full_ties_go_to_the_first_name_in_any_order() -> None:
    quotes = _frame((1, "b", 20.5, 1.9, 1.9), (1, "a", 20.5, 1.9, 1.9))
    assert shop.best_lines(quotes)["bookmaker"].to_list() == ["a", "a"]
    assert shop.best_lines(quotes.reverse()).equals(shop.best_lines(quotes))


@given(_QUOTES)
def test_no_main_line_beats_the_best_line(quotes: list[_Quote]) -> None:
    frame = _frame(*quotes)
    best = {(row["nba_player_id"], row["side"]): row for row in shop.best_lines(frame).to_dicts()}
    offers = shop.offers(shop.main_lines(frame)).to_dicts()
    assert set(best) == {(offer["nba_player_id"], offer["side"]) for offer in offers}
    for offer in offers:
        sign = 1 if offer["side"] == "OVER" else -1
        chosen = best[offer["nba_player_id"], offer["side"]]
        assert (sign * chosen["points_line"], -chosen["price"]) <= (sign * offer["points_line"], -offer["price"])


def test_the_main_line_is_nearest_to_even_then_cheapest_then_lowest() -> None:
    quotes = _frame(
        (1, "a", 18.5, 1.5, 2.6), (1, "a", 20.5, 1.9, 1.95), (1, "a", 22.5, 2.6, 1.5),
        (1, "b", 18.5, 1.85, 1.85), (1, "b", 20.5, 1.91, 1.91), (1, "b", 19.5, 1.91, 1.91),
        (1, "c", 20.5, 1.9, None),
    )  # fmt: skip
    found = shop.main_lines(quotes)
    assert found.select("bookmaker", "points_line").rows() == [("a", 20.5), ("b", 19.5)]
    assert found["p_over"].to_list() == pytest.approx([1.95 / 3.85, 0.5])
    assert found["hold"].to_list() == pytest.approx([1 / 1.9 + 1 / 1.95 - 1, 2 / 1.91 - 1])


def test_the_consensus_counts_each_book_once() -> None:
    alternates: list[_Quote] = [(1, "a", 15.5 + n, 1.3, 3.2) for n in range(4)]
    quotes = _frame(*alternates, (1, "a", 20.5, 1.9, 1.9), (1, "b", 21.5, 1.9, 1.9), (1, "c", 21.0, 1.8, 2.0))
    (row,) = shop.consensus(quotes).to_dicts()
    assert (row["consensus_line"], row["book_count"]) == (21.0, 3)
    assert row["consensus_p_over"] == pytest.approx(0.5)


@given(_QUOTES)
def test_the_consensus_lies_between_the_lines(quotes: list[_Quote]) -> None:
    frame = _frame(*quotes)
    spans = {row["nba_player_id"]: row for row in shop.consensus(frame).to_dicts()}
    for player, row in spans.items():
        lines = [line for who, _, line, over, under in quotes if who == player and over and under]
        assert min(lines) <= row["consensus_line"] <= max(lines)
        assert 0 < row["consensus_p_over"] < 1


def test_a_push_returns_the_stake() -> None:
    pmf = np.vstack([np.equal(d.POINTS, 19) + np.equal(d.POINTS, 20) + 2.0 * np.equal(d.POINTS, 21)]) / 4
    found = shop.value(_frame((1, "a", 20.0, 1.9, 3.0)), _PLAYERS[:1], pmf).to_dicts()
    over, under = found
    assert (over["p_win"], over["p_push"], over["p_lose"]) == (0.5, 0.25, 0.25)
    assert over["ev"] == pytest.approx(0.5 * 0.9 - 0.25)
    assert under["ev"] == pytest.approx(0.25 * 2 - 0.5)
    assert (over["p_win_settled"], over["fair_price"]) == (pytest.approx(2 / 3), pytest.approx(1.5))
    assert over["break_even"] == pytest.approx(1 / 1.9)


@given(_QUOTES, st.floats(10, 25))
def test_value_keeps_every_offer_and_its_figures_agree(quotes: list[_Quote], mean: float) -> None:
    frame = _frame(*quotes)
    found = shop.value(frame, _PLAYERS, _pmf(mean))
    assert found.select(shop.offers(frame).columns).equals(shop.offers(frame))
    assert found.height == sum((over is not None) + (under is not None) for *_, over, under in quotes)
    for row in found.to_dicts():
        assert row["p_win"] + row["p_push"] + row["p_lose"] == pytest.approx(1)
        assert (row["ev"] > 0) == (row["p_win_settled"] > row["break_even"]) == (row["price"] > row["fair_price"])


@given(_QUOTES)
def test_the_best_bet_is_worth_most(quotes: list[_Quote]) -> None:
    valued = shop.value(_frame(*quotes), _PLAYERS, _pmf())
    best = {(row["nba_player_id"], row["side"]): row["ev"] for row in shop.best_bets(valued).to_dicts()}
    for row in valued.to_dicts():
        assert best[row["nba_player_id"], row["side"]] >= row["ev"] - 1e-8


def test_a_worse_line_at_a_better_price_can_be_the_best_bet() -> None:
    quotes = _frame((1, "easy", 19.5, 1.5, 2.4), (1, "paid", 20.5, 1.95, 1.8))
    valued = shop.value(quotes, _PLAYERS, _pmf())
    assert shop.best_lines(quotes).filter(side="OVER")["bookmaker"].to_list() == ["easy"]
    assert shop.best_bets(valued).filter(side="OVER")["bookmaker"].to_list() == ["paid"]


def test_an_easier_line_at_the_same_price_is_worth_more() -> None:
    quotes = _frame(*[(1, str(n), 15.5 + n, 1.9, 1.9) for n in range(8)])
    valued = shop.value(quotes, _PLAYERS, _pmf())
    evs = {side: valued.filter(side=side).sort("points_line")["ev"].to_list() for side in ("OVER", "UNDER")}
    assert evs["OVER"] == sorted(evs["OVER"], reverse=True)
    assert evs["UNDER"] == sorted(evs["UNDER"])


def test_at_fair_prices_nothing_is_worth_anything_and_a_margin_costs() -> None:
    pmf = _pmf()[:1]
    p = float(d.p_over(pmf, 20.5)[0])
    fair, booked = (_frame((1, "a", 20.5, cut / p, cut / (1 - p))) for cut in (1.0, 0.95))
    assert shop.value(fair, _PLAYERS[:1], pmf)["ev"].to_list() == pytest.approx([0, 0], abs=1e-12)
    assert shop.value(booked, _PLAYERS[:1], pmf)["ev"].to_list() == pytest.approx([-0.05, -0.05])


def test_a_player_without_a_distribution_has_no_value_and_no_best_bet() -> None:
    pmf = _pmf()
    pmf[0] = np.nan
    valued = shop.value(
        _frame((1, "a", 20.5, 1.9, 1.9), (2, "a", 20.5, 1.9, 1.9), (3, "a", 9.5, 1.9, 1.9)), _PLAYERS, pmf
    )
    known = valued.filter(pl.col("ev").is_not_null())
    assert (valued.height, known["nba_player_id"].unique().to_list()) == (6, [2])
    assert (
        valued.filter(nba_player_id=3)
        .select("p_win", "p_push", "p_win_settled", "fair_price")
        .null_count()
        .sum_horizontal()
        .item()
        == 8
    )
    assert shop.best_bets(valued)["nba_player_id"].to_list() == [2, 2]


def test_two_distributions_of_one_player_are_refused() -> None:
    with pytest.raises(ValueError, match="several distributions"):
        shop.value(_frame((1, "a", 20.5, 1.9, 1.9)), _PLAYERS[[0, 0]], _pmf())


def test_an_evening_without_quotes() -> None:
    none = _frame((1, "a", 20.5, 1.9, 1.9)).clear()
    valued = shop.value(none, _PLAYERS, _pmf())
    assert valued.height == shop.best_lines(none).height == shop.consensus(none).height == 0
    assert shop.best_bets(valued).is_empty()
