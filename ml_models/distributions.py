"""Distributions of points as matrices: one row per forecast, column k = probability of k points.

Rows add up to 1; the last place stands for `MAX_POINTS` and more, the first takes what a continuous shape puts below
0. A row of NaN is "no forecast", and every function answers NaN for it. A line is a number per row or one for all;
NaN is "no line".
"""

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc, ndtr

from ml_models.system import MAX_POINTS

POINTS = np.arange(MAX_POINTS + 1, dtype=float)
# Where a continuous shape is cut: everything in (k - 0.5, k + 0.5) is k points.
_EDGES = POINTS[:-1] + 0.5

_SUM_TOLERANCE = 1e-9
# Levels and cumulated probabilities that are equal but for rounding.
_LEVEL_TOLERANCE = 1e-12
# Crossing or equal quantiles are put at least so many points apart.
_QUANTILE_GAP = 0.01

_TILT_STEPS = 80
# Ratio of neighbouring points in logs; times half the places it must stay a floating-point number.
_TILT_BOUND = 16.0
_TILT_TOLERANCE = 1e-11
_TILT_MISSED = 1e-7

# Of the rows with these numbers and masses: how far the tilted ones are above the target, and how fast that grows.
_Gap = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def validate(pmf: np.ndarray) -> np.ndarray:
    """The matrix itself if it is one of this module's; ValueError with the first bad row otherwise."""
    if pmf.ndim != 2 or pmf.shape[1] != POINTS.size or pmf.dtype != np.float64:
        raise ValueError(f"a PMF is float64 of shape (n, {POINTS.size}), not {pmf.dtype} {pmf.shape}")
    unknown = np.isnan(pmf).all(axis=1)
    sound = (pmf >= 0).all(axis=1) & (np.abs(pmf.sum(axis=1) - 1) <= _SUM_TOLERANCE)
    bad = np.flatnonzero(~unknown & ~sound)
    if bad.size:
        row = pmf[bad[0]]
        raise ValueError(f"{bad.size} rows are no distributions; row {bad[0]}: sum {row.sum()}, least {row.min()}")
    return pmf


def from_normal(mean: ArrayLike, sd: ArrayLike) -> np.ndarray:
    """The normal cut to whole points. Its mean is above `mean` where much of it lies below 0: see `tilt_to_mean`."""
    mean, sd = _columns(mean, sd)
    _require(sd > 0, sd, "the standard deviation is above 0")
    return _from_cdf(ndtr((_EDGES - mean) / sd))


def from_negative_binomial(mean: ArrayLike, sd: ArrayLike) -> np.ndarray:
    """Poisson counts whose rate varies as a gamma. An sd below the Poisson's (square root of the mean) is taken as it.

    `mean` >= 0 and `sd` are those of the shape before `MAX_POINTS` and more are put in one place.
    """
    mean, sd = _columns(mean, sd)
    _require(mean >= 0, mean, "the mean is not below 0")
    _require(sd > 0, sd, "the standard deviation is above 0")
    extra = np.maximum(sd**2 - mean, 0.0)
    known = np.where(mean > 0, mean, 1.0)
    # p(k + 1) / p(k) = (k * extra + mean**2) / (variance * (k + 1)): finite also at the Poisson, where extra is 0.
    ratios = (POINTS[:-1] * extra + mean**2) / ((mean + extra) * POINTS[1:] + (mean == 0))
    share = extra / known
    at_zero = -mean * np.where(share > 1e-12, np.log1p(share) / np.where(share > 1e-12, share, 1.0), 1.0)
    with np.errstate(divide="ignore"):
        logs = at_zero + np.cumsum(np.log(ratios), axis=1)
    below = np.hstack([np.exp(at_zero), np.exp(logs[:, :-1])])
    return np.hstack([below, np.maximum(1 - below.sum(axis=1, keepdims=True), 0.0)])


def from_gamma(mean: ArrayLike, sd: ArrayLike) -> np.ndarray:
    """The gamma cut to whole points: never below 0, skewness 2 * sd / mean."""
    mean, sd = _columns(mean, sd)
    _require(mean > 0, mean, "the mean is above 0")
    _require(sd > 0, sd, "the standard deviation is above 0")
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    # The incomplete gamma function is slow: only the ends use it, the cells between integrate the density.
    nodes, weights = np.polynomial.legendre.leggauss(4)
    x = (POINTS[1:-1, None] + nodes / 2).ravel()
    peak = np.maximum(mean, 0.5)
    # The log of the density up to a constant of the row, 0 at the mean.
    terms = np.hstack([shape - 1, -1 / scale, peak / scale - (shape - 1) * np.log(peak)])
    density = np.exp(terms @ np.stack([np.log(x), x, np.ones_like(x)]))
    cells = density.reshape(len(mean), MAX_POINTS - 1, nodes.size) @ weights
    low, high = gammainc(shape, _EDGES[0] / scale), gammaincc(shape, _EDGES[-1] / scale)
    return np.hstack([low, cells * ((1 - low - high) / cells.sum(axis=1, keepdims=True)), high])


def from_quantiles(levels: Sequence[float], values: np.ndarray) -> np.ndarray:
    """Through the quantiles `values` (n x levels) at increasing `levels` in (0, 1); crossing ones are sorted.

    Between two quantiles, and beyond the outermost, the shape is that of the normal through the nearest two.
    """
    if len(levels) < 2 or values.shape[1:] != (len(levels),) or np.any(np.diff(levels) <= 0):
        raise ValueError("two or more increasing levels, and one value per row and level")
    scores = np.array([NormalDist().inv_cdf(level) for level in levels])
    unknown = np.isnan(values).any(axis=1, keepdims=True)
    steps = _QUANTILE_GAP * np.arange(len(levels))
    knots = np.maximum.accumulate(np.sort(np.where(unknown, 0.0, values), axis=1) - steps, axis=1) + steps
    slopes = np.diff(scores) / np.diff(knots, axis=1)
    # Number of inner knots at or below each edge: the edges are half points, so a knot's place needs no search.
    rows = np.arange(len(values))[:, None]
    places = np.clip(np.ceil(knots[:, 1:-1] - _EDGES[0]), 0, MAX_POINTS).astype(np.intp)
    passed = np.bincount((rows * POINTS.size + places).ravel(), minlength=rows.size * POINTS.size)
    segment = passed.reshape(-1, POINTS.size)[:, :-1].cumsum(axis=1)
    pmf = _from_cdf(ndtr(scores[segment] + (_EDGES - knots[rows, segment]) * slopes[rows, segment]))
    return np.where(unknown, np.nan, pmf)


def mixture(pmfs: Sequence[np.ndarray], weights: ArrayLike) -> np.ndarray:
    """Weighted mean of distributions; weights (one per member, or n x members) are >= 0 and need not add up to 1.

    A member without a forecast for a row is left out of it, the others' weights grow; NaN where none has weight.
    """
    present = np.stack([~np.isnan(pmf[:, 0]) for pmf in pmfs], axis=1)
    share = np.broadcast_to(np.asarray(weights, dtype=float), present.shape)
    _require(share >= 0, share, "weights are not below 0")
    share = np.where(present, share, 0.0)
    with np.errstate(invalid="ignore"):
        share = share / share.sum(axis=1, keepdims=True)
    mixed = np.zeros_like(pmfs[0])
    for member, pmf in enumerate(pmfs):
        mixed += share[:, [member]] * np.where(present[:, [member]], pmf, 0.0)
    return mixed


def tilt_to_mean(pmf: np.ndarray, mean: ArrayLike) -> np.ndarray:
    """The distribution nearest to `pmf` (least relative entropy) that has this mean: p(k) * exp(t * k), normalised.

    Moves a normal without changing its width. NaN where the mean is not inside the places with mass.
    """
    target = np.broadcast_to(np.asarray(mean, dtype=float), len(pmf))

    def gap(rows: np.ndarray, masses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        total, first, second = (masses @ _POWERS).T
        at = first / total
        return at - target[rows], second / total - at**2

    return _tilted(pmf, gap)


def tilt_to_p_over(pmf: np.ndarray, line: ArrayLike, p_over: ArrayLike) -> np.ndarray:
    """`pmf` tilted, p(k) * exp(t * k), until P(over) without the push is `p_over` in (0, 1): what no-vig prices say.

    Smooth at the line, unlike moving mass from one side of it to the other. NaN where a side has no mass.
    """
    p = np.broadcast_to(np.asarray(p_over, dtype=float), len(pmf))
    _require((p > 0) & (p < 1), p, "P(over) lies in (0, 1)")
    target = np.log(p) - np.log1p(-p)
    lines = _lines(pmf, line)
    above, below = lines < POINTS, lines > POINTS

    def gap(rows: np.ndarray, masses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        over, over_points, _ = ((masses * above[rows]) @ _POWERS).T
        under, under_points, _ = ((masses * below[rows]) @ _POWERS).T
        return np.log(over) - np.log(under) - target[rows], over_points / over - under_points / under

    return _tilted(pmf, gap)


def stretch(pmf: np.ndarray, factor: ArrayLike) -> np.ndarray:
    """Every quantile's distance from the (smooth) median times `factor` > 0: wider above 1, narrower below."""
    (factor,) = _columns(np.broadcast_to(np.asarray(factor, dtype=float), len(pmf)))
    _require(factor > 0, factor, "a factor is above 0")
    centre = smooth_quantiles(pmf, [0.5])
    # Place of each edge's origin in the cumulated probabilities 0, F(0), F(1), ..
    place = np.clip(centre + (_EDGES - centre) / factor + 0.5, 0, POINTS.size)
    unknown = np.isnan(place).any(axis=1)
    place[unknown] = 0
    whole = np.minimum(place.astype(np.intp), MAX_POINTS)
    cdf = np.hstack([np.zeros((len(pmf), 1)), pmf.cumsum(axis=1)])
    at = np.take_along_axis(cdf, whole, 1) + (place - whole) * np.take_along_axis(pmf, whole, 1)
    stretched = _from_cdf(np.minimum(at, 1.0))
    stretched[unknown] = np.nan
    return stretched


def mean(pmf: np.ndarray) -> np.ndarray:
    """Expected points per row."""
    return pmf @ POINTS


def sd(pmf: np.ndarray) -> np.ndarray:
    """Standard deviation of points per row."""
    return np.sqrt(np.maximum(pmf @ POINTS**2 - mean(pmf) ** 2, 0.0))


def p_over(pmf: np.ndarray, line: ArrayLike) -> np.ndarray:
    """P(points > line)."""
    return _mass(pmf, line, np.greater)


def p_push(pmf: np.ndarray, line: ArrayLike) -> np.ndarray:
    """P(points = line); 0 unless the line is a whole number."""
    return _mass(pmf, line, np.equal)


def p_under(pmf: np.ndarray, line: ArrayLike) -> np.ndarray:
    """P(points < line)."""
    return _mass(pmf, line, np.less)


def p_over_no_push(pmf: np.ndarray, line: ArrayLike) -> np.ndarray:
    """P(over) / (P(over) + P(under)): comparable with no-vig prices and with settled bets."""
    over, under = p_over(pmf, line), p_under(pmf, line)
    with np.errstate(invalid="ignore"):
        return over / (over + under)


def quantiles(pmf: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """n x levels: the least whole number of points with at least `level` of the probability at or below it."""
    return np.where(np.isnan(pmf[:, :1]), np.nan, _places(pmf.cumsum(axis=1), levels))


def smooth_quantiles(pmf: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """n x levels: quantiles with the probability of k points spread evenly over (k - 0.5, k + 0.5)."""
    cdf = pmf.cumsum(axis=1)
    place = _places(cdf, levels)
    mass = np.take_along_axis(pmf, place, 1)
    start = np.take_along_axis(cdf, place, 1) - mass
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = np.where(mass > 0, (np.asarray(levels) - start) / mass, 0.0)
    return np.where(np.isnan(pmf[:, :1]), np.nan, place - 0.5 + np.clip(inside, 0.0, 1.0))


def interval(pmf: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest whole number of the central interval, both inside; it holds at least `level`."""
    low, high = quantiles(pmf, [(1 - level) / 2, (1 + level) / 2]).T
    return low, high


_POWERS = np.stack([np.ones_like(POINTS), POINTS, POINTS**2], axis=1)


def _tilted(pmf: np.ndarray, gap: _Gap) -> np.ndarray:
    """Rows times exp(t * k), with the t at which `gap` is 0: Newton's steps inside a bracket, row by row."""
    tilt, low, high = np.zeros(len(pmf)), np.full(len(pmf), -_TILT_BOUND), np.full(len(pmf), _TILT_BOUND)
    missed = np.full(len(pmf), np.inf)
    rows = np.arange(len(pmf))
    # A side without mass gives infinite gaps, and a row that ends as NaN.
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_TILT_STEPS):
            missed[rows], slope = gap(rows, pmf[rows] * np.exp(tilt[rows, None] * (POINTS - MAX_POINTS / 2)))
            open_ = np.abs(missed[rows]) > _TILT_TOLERANCE
            rows, slope = rows[open_], slope[open_]
            if not rows.size:
                break
            above = missed[rows] > 0
            high[rows], low[rows] = np.where(above, tilt[rows], high[rows]), np.where(above, low[rows], tilt[rows])
            step = tilt[rows] - missed[rows] / slope
            inside = (step > low[rows]) & (step < high[rows])
            tilt[rows] = np.where(inside, step, (low[rows] + high[rows]) / 2)
        tilted = _normalised(pmf * np.exp(tilt[:, None] * (POINTS - MAX_POINTS / 2)))
    tilted[~(np.abs(missed) <= _TILT_MISSED)] = np.nan
    return tilted


def _from_cdf(cdf: np.ndarray) -> np.ndarray:
    """From P(points <= k) for k = 0 .. MAX_POINTS - 1."""
    return np.maximum(np.diff(cdf, axis=1, prepend=0.0, append=1.0), 0.0)


def _normalised(masses: np.ndarray) -> np.ndarray:
    return masses / masses.sum(axis=1, keepdims=True)


def _places(cdf: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    return np.stack([np.minimum((cdf < q - _LEVEL_TOLERANCE).sum(axis=1), MAX_POINTS) for q in levels], axis=1)


def _mass(pmf: np.ndarray, line: ArrayLike, side: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    lines = _lines(pmf, line)
    return np.where(np.isnan(lines[:, 0]), np.nan, np.einsum("nk,nk->n", pmf, side(POINTS, lines)))


def _lines(pmf: np.ndarray, line: ArrayLike) -> np.ndarray:
    (lines,) = _columns(np.broadcast_to(np.asarray(line, dtype=float), len(pmf)))
    _require((lines >= 0) & (lines < MAX_POINTS), lines, f"a line lies in [0, {MAX_POINTS})")
    return lines


def _columns(*values: ArrayLike) -> tuple[np.ndarray, ...]:
    """Arrays of shape (n, 1) that broadcast over the places."""
    return tuple(v[:, None] for v in np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in values)))


def _require(holds: np.ndarray, values: np.ndarray, rule: str) -> None:
    bad = values[~holds & ~np.isnan(values)]
    if bad.size:
        raise ValueError(f"{rule}, not {bad[0]} ({bad.size} rows)")
