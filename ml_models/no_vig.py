"""Prices of two-way markets: notations, margin, and the probability of Over once the bookmaker's margin is taken out.

Prices are decimal (stake included), as scalars or arrays that broadcast; NaN stays NaN, a price that is not one raises
ValueError. "Implied" is 1 / price: the two implied probabilities add up to 1 + hold, and a method says how to spread
the hold over the sides.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Method = Literal["multiplicative", "additive", "power", "shin", "logit"]

_POWER_STEPS = 60
_POWER_TOLERANCE = 1e-13


def to_decimal(american: ArrayLike) -> np.ndarray:
    """+230 -> 3.3, -110 -> 1.909..: winnings plus stake per unit staked."""
    price = np.asarray(american, dtype=float)
    if np.any(np.abs(price) < 100):
        raise ValueError("American prices are at least 100 in size")
    return 1 + np.where(price > 0, price / 100, 100 / np.abs(price))


def to_american(decimal: ArrayLike) -> np.ndarray:
    """1.91 -> -110, 2.0 -> +100, 3.3 -> +230: whole numbers, halves away from zero (truncation is off by one)."""
    winnings = _prices(decimal) - 1
    size = np.floor(np.where(winnings >= 1, winnings * 100, 100 / winnings) + 0.5)
    return np.where(winnings >= 1, size, -size)


def break_even(price: ArrayLike) -> np.ndarray:
    """Share of settled bets (pushes out) that must win for a profit of zero: 1 / price."""
    return 1 / _prices(price)


def fair_price(probability: ArrayLike) -> np.ndarray:
    """Decimal price without margin: 1 / probability."""
    share = np.asarray(probability, dtype=float)
    if np.any((share <= 0) | (share > 1)):
        raise ValueError("a probability with a price lies in (0, 1]")
    return 1 / share


def hold(over_price: ArrayLike, under_price: ArrayLike) -> np.ndarray:
    """The margin: how far the implied probabilities add up above 1 (.068 at a usual book; below 0 is an arbitrage)."""
    return break_even(over_price) + break_even(under_price) - 1


def no_vig(over_price: ArrayLike, under_price: ArrayLike, method: Method = "multiplicative") -> np.ndarray:
    """P(over), pushes out, in (0, 1); that of Under is the complement.

    Without margin all methods agree. With one they differ in how much of it the favourite carries; the favourite's
    probability is smallest with multiplicative, then additive = shin, then logit, and largest with power.
    """
    return METHODS[method](*np.broadcast_arrays(break_even(over_price), break_even(under_price)))


def shin_insider_share(over_price: ArrayLike, under_price: ArrayLike) -> np.ndarray:
    """Share of informed money that explains the margin in Shin's model; 0 without margin."""
    over, under = np.broadcast_arrays(break_even(over_price), break_even(under_price))
    p = _additive(over, under)
    squares = p**2 + (1 - p) ** 2
    return ((over**2 + under**2) / (over + under) - squares) / (1 - squares)


def _multiplicative(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return over / (over + under)


def _additive(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    # Also Shin's: with two outcomes his equations give p - (1 - p) = over - under, whatever the insiders' share.
    return (1 + over - under) / 2


def _power(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """over**k, with the k for which over**k + under**k = 1."""
    log_over, log_under = np.log(over), np.log(under)
    k = np.ones_like(over)
    # log(over**k + under**k) is convex and falls in k: Newton's steps cannot overshoot more than once.
    for _ in range(_POWER_STEPS):
        a, b = np.exp(k * log_over), np.exp(k * log_under)
        step = np.log(a + b) * (a + b) / (a * log_over + b * log_under)
        k = k - step
        if not np.any(np.abs(step) > _POWER_TOLERANCE):
            break
    a, b = np.exp(k * log_over), np.exp(k * log_under)
    return a / (a + b)


def _logit(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    # The same odds ratio between implied and true on both sides.
    log_odds = (np.log(over) - np.log1p(-over) - np.log(under) + np.log1p(-under)) / 2
    return 1 / (1 + np.exp(-log_odds))


METHODS: dict[Method, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "multiplicative": _multiplicative,
    "additive": _additive,
    "power": _power,
    "shin": _additive,
    "logit": _logit,
}


def _prices(decimal: ArrayLike) -> np.ndarray:
    price = np.asarray(decimal, dtype=float)
    if np.any((price <= 1) | np.isinf(price)):
        raise ValueError("decimal prices are finite and above 1")
    return price
