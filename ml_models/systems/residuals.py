"""From a point forecast to a distribution of points: the forecast plus the errors that forecasts of its size made.

Errors are collected per tier of the forecast, because a star's points spread more widely than a substitute's and lean
the other way. Between two tier centres their distributions are mixed, so nothing jumps when a forecast crosses a limit.
Errors are not centred: a formula that forecasts too high in a tier keeps its forecast, its distribution does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml_models.system import MAX_POINTS

# Centres of the tiers, in points; a row belongs to the nearest.
CENTRES = np.array([2.0, 5.0, 8.0, 11.0, 14.0, 17.0, 20.0, 24.0, 29.0])
# A tier with fewer errors takes the nearest forecasts of its neighbours as well.
LEAST_ERRORS = 150
# Fewer errors than this in all say nothing about a distribution.
LEAST_ROWS = 30

# Errors (points - forecast) at which the distribution is known; between them it is straight.
_STEP = 0.25
_GRID = np.arange(-MAX_POINTS - 1, MAX_POINTS + 1 + _STEP / 2, _STEP)
# k points are a forecast's error between the edges k and k + 1; below the first is no points.
_EDGES = np.arange(MAX_POINTS) + 0.5


@dataclass(frozen=True)
class Residuals:
    """Per tier centre the distribution function of the error, on a fixed grid (shape tiers x grid)."""

    cdf: np.ndarray

    @classmethod
    def learn(cls, forecast: np.ndarray, actual: np.ndarray) -> "Residuals | None":
        """From past forecasts and what came of them, NaN forecasts left out; None with fewer than LEAST_ROWS."""
        known = np.isfinite(forecast)
        forecast, actual = forecast[known], actual[known]
        if forecast.size < LEAST_ROWS:
            return None
        nearest = np.abs(forecast[:, None] - CENTRES).argmin(axis=1)
        return cls(np.stack([_tier(forecast, actual, nearest == i, centre) for i, centre in enumerate(CENTRES)]))

    def pmf(self, forecast: np.ndarray) -> np.ndarray:
        """Probability of 0 .. MAX_POINTS points per forecast; NaN rows for NaN forecasts."""
        result = np.full((forecast.size, MAX_POINTS + 1), np.nan)
        position = np.interp(forecast, CENTRES, np.arange(CENTRES.size))
        known = np.isfinite(forecast)
        low = np.zeros(forecast.size, dtype=np.intp)
        low[known] = np.minimum(position[known].astype(np.intp), CENTRES.size - 2)
        for tier in np.unique(low[known]):
            rows = known & (low == tier)
            share = (position[rows] - tier)[:, None]
            error = _EDGES - forecast[rows, None]
            cdf = (1 - share) * np.interp(error, _GRID, self.cdf[tier])
            cdf += share * np.interp(error, _GRID, self.cdf[tier + 1])
            result[rows] = np.diff(cdf, axis=1, prepend=0.0, append=1.0)
        return result

    def to_json(self) -> dict[str, Any]:
        return {"cdf": self.cdf.tolist()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Residuals":
        return cls(np.array(data["cdf"], dtype=np.float64))


def _tier(forecast: np.ndarray, actual: np.ndarray, own: np.ndarray, centre: float) -> np.ndarray:
    if own.sum() < LEAST_ERRORS:
        # Ties are broken by value, so that the order of the rows does not matter.
        order = np.lexsort((actual, forecast, np.abs(forecast - centre)))
        own = order[:LEAST_ERRORS]
    # Sorted, so that the sums are the same to the last bit whatever the order of the rows.
    errors = np.sort(actual[own] - forecast[own])
    # Whole points stand for the half point either side: the distribution function of n such errors is n ramps.
    ramps = _integral(_GRID + 0.5, errors) - _integral(_GRID - 0.5, errors)
    return np.maximum.accumulate(np.clip(ramps, 0.0, 1.0))


def _integral(x: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Mean of max(x - error, 0) over the errors."""
    sums = np.concatenate([[0.0], np.cumsum(errors)])
    count = np.searchsorted(errors, x)
    return (x * count - sums[count]) / errors.size
