"""Notations of prices and the removal of the margin.

Dangers covered: truncated American prices; a method that is not a probability, that prefers a side, that disagrees with
the others where there is no margin, or that answers something for a price that is none.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models.no_vig import (
    METHODS,
    Method,
    break_even,
    fair_price,
    hold,
    no_vig,
    shin_insider_share,
    to_american,
    to_decimal,
)

_METHODS = pytest.mark.parametrize("method", sorted(METHODS))
_PRICES = st.floats(1.02, 30, allow_nan=False)
_SHARES = st.floats(0.03, 0.97)


@pytest.mark.parametrize(
    ("decimal", "american"),
    [(1.91, -110), (1.87, -115), (3.3, 230), (2.0, 100), (1.01, -10000), (1.5, -200), (21, 2000)],
)
def test_decimal_to_american_is_rounded(decimal: float, american: int) -> None:
    assert to_american(decimal) == american


@given(st.integers(100, 5000), st.sampled_from([-1, 1]))
def test_american_survives_the_way_there_and_back(size: int, sign: int) -> None:
    # Even money has two names; +100 is the one we write.
    assert to_american(to_decimal(sign * size)) == (100 if size == 100 else sign * size)


@pytest.mark.parametrize(
    ("american", "percent"), [(-105, 51.2), (-110, 52.4), (-115, 53.5), (-117, 53.9), (-120, 54.5)]
)
def test_break_even_of_usual_prices(american: int, percent: float) -> None:
    assert break_even(to_decimal(american)) * 100 == pytest.approx(percent, abs=0.05)


def test_hold_of_a_usual_market_and_of_an_arbitrage() -> None:
    assert hold(to_decimal(-110), to_decimal(-110)) == pytest.approx(0.0476, abs=1e-4)
    assert hold(2.1, 2.1) < 0


@given(_SHARES)
def test_fair_price_breaks_even(share: float) -> None:
    assert break_even(fair_price(share)) == pytest.approx(share)


@_METHODS
@given(over=_PRICES, under=_PRICES)
def test_the_sides_add_up_and_neither_is_preferred(method: Method, over: float, under: float) -> None:
    p = no_vig(over, under, method)
    assert 0 < p < 1
    assert p + no_vig(under, over, method) == pytest.approx(1, abs=1e-9)


@_METHODS
@given(share=_SHARES)
def test_without_margin_every_method_answers_the_implied_probability(method: Method, share: float) -> None:
    assert no_vig(1 / share, 1 / (1 - share), method) == pytest.approx(share, abs=1e-9)


@_METHODS
@given(over=_PRICES, under=_PRICES, shorter=st.floats(0.5, 0.99))
def test_a_shorter_price_is_a_likelier_side(method: Method, over: float, under: float, shorter: float) -> None:
    cut = 1 + (over - 1) * shorter
    assert no_vig(cut, under, method) > no_vig(over, under, method)


@given(share=st.floats(0.501, 0.95), margin=st.floats(0.001, 0.04))
def test_how_much_the_favourite_carries_orders_the_methods(share: float, margin: float) -> None:
    over, under = 1 / (share + margin), 1 / (1 - share + margin)
    p = [float(no_vig(over, under, method)) for method in ("multiplicative", "additive", "logit", "power")]
    assert p == sorted(p)
    assert p[0] > 0.5


@given(share=_SHARES, margin=st.floats(0.001, 0.02))
def test_shin_s_equations_hold_with_the_insiders_share(share: float, margin: float) -> None:
    implied = np.array([share + margin, 1 - share + margin])
    z = shin_insider_share(1 / implied[0], 1 / implied[1])
    p = (np.sqrt(z**2 + 4 * (1 - z) * implied**2 / implied.sum()) - z) / (2 * (1 - z))
    assert 0 < z < 1
    assert p == pytest.approx(
        [no_vig(1 / implied[0], 1 / implied[1], "shin"), no_vig(1 / implied[1], 1 / implied[0], "shin")], abs=1e-8
    )


@given(over=_PRICES, under=_PRICES)
def test_power_raises_both_sides_to_one_power(over: float, under: float) -> None:
    p = no_vig(over, under, "power")
    assert np.log(p) / np.log(1 / over) == pytest.approx(np.log1p(-p) / np.log(1 / under), rel=1e-6)


@_METHODS
def test_an_array_is_the_single_prices_and_unknown_stays_unknown(method: Method) -> None:
    over, under = np.array([1.5, np.nan, 1.91, 2.4]), np.array([2.6, 1.9, 1.91, np.nan])
    p = no_vig(over, under, method)
    assert np.isnan(p[[1, 3]]).all()
    assert p[[0, 2]] == pytest.approx([no_vig(1.5, 2.6, method), 0.5])


@pytest.mark.parametrize("price", [1.0, 0.0, -110.0, np.inf])
def test_what_is_no_decimal_price_is_refused(price: float) -> None:
    with pytest.raises(ValueError, match="decimal prices"):
        no_vig([1.9, price], 1.9)


def test_what_is_no_american_price_or_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="American"):
        to_decimal(-99)
    with pytest.raises(ValueError, match="probability"):
        fair_price(0)
