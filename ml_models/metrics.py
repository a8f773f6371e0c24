"""How good forecasts were: of the number, of the distribution, of the side of the line.

Scores per row come first, NaN where a row does not count: no forecast, no outcome (void: the player did not play), or
at the line a push or no line. A figure is the mean over the rows that count, its denominator `counted`; without any it
is NaN, never 0. Scores of two systems are compared on the rows where both count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from ml_models import outcomes
from ml_models.intervals import Estimate, clustered_share, wilson
from ml_models.system import MAX_POINTS

# Probabilities are kept this far from 0 and 1 in the log-loss, where one sure mistake would be infinite.
LOG_LOSS_CLIP = 1e-6

RELIABILITY_EDGES = tuple(np.linspace(0, 1, 21).round(2))

# Absolute edge in points, low <= edge < high; "all" and "3+" overlap the others.
EDGE_BUCKETS: dict[str, tuple[float, float]] = {
    "all": (0, np.inf),
    "0-1": (0, 1),
    "1-3": (1, 3),
    "3-5": (3, 5),
    "5+": (5, np.inf),
    "3+": (3, np.inf),
}
SIDES: dict[str, tuple[str, ...]] = {"both": outcomes.SIDES, "OVER": ("OVER",), "UNDER": ("UNDER",)}

# Edges that are equal but for rounding fall into the same bucket.
_EDGE_DECIMALS = 9
_LOGISTIC_STEPS = 50


def counted(scores: np.ndarray) -> int:
    """Rows that count: the denominator of every mean."""
    return int((~np.isnan(scores)).sum())


def mean(scores: np.ndarray) -> float:
    """Sum of the scores that count / their number."""
    return float(np.nansum(scores) / counted(scores)) if counted(scores) else np.nan


def errors(forecast: ArrayLike, points: ArrayLike) -> np.ndarray:
    """forecast - points, per row: positive = too many were forecast."""
    return np.asarray(forecast, dtype=float) - np.asarray(points, dtype=float)


def mae(forecast: ArrayLike, points: ArrayLike) -> float:
    """mean(|forecast - points|) over rows with both."""
    return mean(np.abs(errors(forecast, points)))


def bias(forecast: ArrayLike, points: ArrayLike) -> float:
    """mean(forecast - points) over rows with both."""
    return mean(errors(forecast, points))


def rmse(forecast: ArrayLike, points: ArrayLike) -> float:
    """sqrt(mean((forecast - points)**2)) over rows with both."""
    return float(np.sqrt(mean(errors(forecast, points) ** 2)))


def crps(pmf: np.ndarray, points: ArrayLike) -> np.ndarray:
    """Continuous ranked probability score per row, in points, exact: sum over k of (P(X <= k) - [points <= k])**2.

    The absolute error of a forecast that is one number; lower is better. Points above MAX_POINTS count as it.
    """
    outcome = np.asarray(points, dtype=float)[:, None]
    reached = outcome <= np.arange(MAX_POINTS)
    scores = ((pmf[:, :-1].cumsum(axis=1) - reached) ** 2).sum(axis=1)
    return np.where(np.isnan(outcome[:, 0]), np.nan, scores)


def pit_bounds(pmf: np.ndarray, points: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """P(X < points) and P(X <= points) per row.

    The probability integral transform of a whole number is not one value but this interval. Nothing is drawn here: the
    histogram and the coverage spread each row evenly over its interval, the mean of all possible draws.
    """
    outcome = np.asarray(points, dtype=float)
    missing = np.isnan(outcome)
    place = np.clip(np.where(missing, 0, outcome), 0, MAX_POINTS).astype(np.intp)[:, None]
    high = np.take_along_axis(pmf.cumsum(axis=1), place, 1)[:, 0]
    low = np.maximum(high - np.take_along_axis(pmf, place, 1)[:, 0], 0.0)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, np.minimum(high, 1.0))


def mid_pit(pmf: np.ndarray, points: ArrayLike) -> np.ndarray:
    """Middle of the PIT's interval per row: P(X < points) + P(X = points) / 2; 0.5 on average if calibrated."""
    low, high = pit_bounds(pmf, points)
    return (low + high) / 2


def pit_histogram(pmf: np.ndarray, points: ArrayLike, bins: int = 10) -> np.ndarray:
    """Non-randomised PIT histogram: share of the rows per bin, 1 / bins each if calibrated.

    A hump in the middle: too wide; high ends: too narrow; a slope: biased.
    """
    low, high = pit_bounds(pmf, points)
    edges = np.linspace(0, 1, bins + 1)
    shares = [_share_inside(low, high, start, end) for start, end in pairwise(edges)]
    return np.array([mean(share) for share in shares])


@dataclass(frozen=True)
class Coverage:
    """How often outcomes lay in the central interval of probability `level`.

    `covered`: share of the rows' PIT inside it, equal to the level if calibrated, also for whole numbers. `closed`:
    share of outcomes inside the interval of whole numbers, ends included: at least the level if calibrated, and well
    above it where a few points hold most of the probability. `width`: mean of its highest - lowest, points.
    """

    level: float
    covered: float
    closed: float
    width: float
    count: int


def coverage(pmf: np.ndarray, points: ArrayLike, level: float) -> Coverage:
    """Coverage over rows with a forecast and an outcome."""
    start, end = (1 - level) / 2, (1 + level) / 2
    low, high = pit_bounds(pmf, points)
    covered = _share_inside(low, high, start, end)
    # An outcome is inside if its PIT interval is neither wholly below the start nor wholly at or above the end.
    tolerance = 1e-12
    closed = np.where(np.isnan(low), np.nan, (high >= start - tolerance) & (low < end - tolerance))
    cdf = pmf.cumsum(axis=1)
    widths = (cdf < end - tolerance).sum(axis=1) - (cdf < start - tolerance).sum(axis=1)
    return Coverage(level, mean(covered), mean(closed), mean(np.where(np.isnan(low), np.nan, widths)), counted(covered))


def variance_ratio(pmf: np.ndarray, points: ArrayLike) -> float:
    """sum((points - mean)**2) / sum(variance of the distribution): above 1 = the distributions are too narrow."""
    places = np.arange(MAX_POINTS + 1, dtype=float)
    centre = pmf @ places
    actual = errors(centre, points) ** 2
    expected = np.where(np.isnan(actual), np.nan, pmf @ places**2 - centre**2)
    return mean(actual) / mean(expected)


def went_over(points: ArrayLike, line: ArrayLike) -> np.ndarray:
    """Per row 1 = over, 0 = under, NaN = push, void or no line."""
    margin = np.asarray(points, dtype=float) - np.asarray(line, dtype=float)
    return np.where(np.isnan(margin) | (margin == 0), np.nan, margin > 0)


def brier(p: ArrayLike, happened: ArrayLike) -> np.ndarray:
    """(p - happened)**2 per row; a coin has 0.25. At the line: p is P(over) without the push."""
    return (np.asarray(p, dtype=float) - np.asarray(happened, dtype=float)) ** 2


def log_loss(p: ArrayLike, happened: ArrayLike) -> np.ndarray:
    """-log of the probability given to what happened, per row (p clipped); a coin has 0.6931."""
    share = np.clip(np.asarray(p, dtype=float), LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP)
    outcome = np.asarray(happened, dtype=float)
    return -(outcome * np.log(share) + (1 - outcome) * np.log1p(-share))


def reliability(p: ArrayLike, happened: ArrayLike, edges: Sequence[float] = RELIABILITY_EDGES) -> pl.DataFrame:
    """One row per bin low <= p < high (the last one closed) with rows in it: `low`, `high`, `count`, mean forecast `p`,
    observed `rate` and its Wilson interval `rate_low`, `rate_high`."""
    share, outcome = _both(p, happened)
    place = np.clip(np.searchsorted(edges, share, side="right") - 1, 0, len(edges) - 2)
    bins = len(edges) - 1
    count, hits = np.bincount(place, minlength=bins), np.bincount(place, outcome, bins)
    sums = np.bincount(place, share, bins)
    used = count > 0
    count, hits, sums = count[used], hits[used], sums[used]
    low, high = wilson(hits, count)
    lows, highs = np.asarray(edges[:-1], dtype=float)[used], np.asarray(edges[1:], dtype=float)[used]
    columns = {"low": lows, "high": highs, "count": count, "p": sums / count, "rate": hits / count}
    return pl.DataFrame(columns | {"rate_low": low, "rate_high": high})


def ece(p: ArrayLike, happened: ArrayLike, edges: Sequence[float] = RELIABILITY_EDGES) -> float:
    """Expected calibration error: sum over bins of count / n * |mean p - rate|, n = rows that count."""
    table = reliability(p, happened, edges)
    if not table.height:
        return np.nan
    gaps = np.abs(table["p"].to_numpy() - table["rate"].to_numpy())
    return float(np.average(gaps, weights=table["count"].to_numpy()))


def calibration_line(p: ArrayLike, happened: ArrayLike) -> tuple[float, float]:
    """(intercept, slope) of the logistic regression of what happened on logit(p); (0, 1) if calibrated.

    A slope below 1: too sure. NaN without an answer (one outcome only, one p only, outcomes perfectly separated).
    """
    share, outcome = _both(np.clip(np.asarray(p, dtype=float), LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP), happened)
    if len(set(outcome.tolist())) < 2 or np.ptp(share) == 0:
        return np.nan, np.nan
    design = np.stack([np.ones_like(share), np.log(share) - np.log1p(-share)], axis=1)
    line = np.array([0.0, 1.0])
    for _ in range(_LOGISTIC_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ line, -50, 50)))
        slopes = design.T @ (design * (fitted * (1 - fitted))[:, None])
        if np.linalg.cond(slopes) > 1 / np.finfo(float).eps:
            break
        step = np.linalg.solve(slopes, design.T @ (outcome - fitted))
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            return float(line[0]), float(line[1])
    return np.nan, np.nan


def auc(p: ArrayLike, happened: ArrayLike) -> float:
    """P(p of a row where it happened > p of one where it did not), ties half; the denominator is the pairs."""
    share, outcome = _both(p, happened)
    hits = int(outcome.sum())
    pairs = hits * (outcome.size - hits)
    if not pairs:
        return np.nan
    ranks = pl.Series(share).rank("average").to_numpy()
    return float((ranks[outcome == 1].sum() - hits * (hits + 1) / 2) / pairs)


def outcome() -> pl.Expr:
    """WIN, LOSS, PUSH or VOID of a row's `recommendation` (OVER or UNDER) at `points_line`, given `points` (null = did
    not play); null without one."""
    side, line = pl.col("recommendation"), pl.col("points_line")
    bet = side.is_in(outcomes.SIDES) & line.is_not_null()
    return pl.when(bet).then(outcomes.graded(side, line, pl.col("points")))


def hit_rates(rows: pl.DataFrame, *, level: float = 0.95, seed: int = 0) -> pl.DataFrame:
    """Per side and edge bucket: `wins`, `losses`, `pushes`, `voids`, `hit_rate` = wins / (wins + losses), and its
    interval over dates (`low`, `high`; null: too few dates), `dates`.

    `rows`: one per forecast with game_date, recommendation, edge (forecast - line), points_line and points.
    """
    bets = rows.select("game_date", "recommendation", pl.col("edge").abs().round(_EDGE_DECIMALS), result=outcome())
    table = []
    for side, recommendations in SIDES.items():
        for bucket, (low, high) in EDGE_BUCKETS.items():
            edge = pl.col("edge")
            inside = bets.filter(pl.col("recommendation").is_in(recommendations), edge >= low, edge < high)
            results = inside["result"]
            found: Estimate = clustered_share(
                results.replace_strict({"WIN": 1.0, "LOSS": 0.0}, default=None, return_dtype=pl.Float64).to_numpy(),
                inside["game_date"],
                level=level,
                seed=seed,
            )
            counts = {name: (results == result).sum() for name, result in _RESULTS.items()}
            figures = {"hit_rate": found.value, "low": found.low, "high": found.high, "dates": found.clusters}
            table.append({"side": side, "edge": bucket, **counts, **figures})
    return pl.DataFrame(table).fill_nan(None)


_RESULTS = {"wins": "WIN", "losses": "LOSS", "pushes": "PUSH", "voids": "VOID"}


def _share_inside(low: np.ndarray, high: np.ndarray, start: float, end: float) -> np.ndarray:
    """Share of each interval (low, high) within (start, end); of an empty one, whether it lies there."""
    width = high - low
    overlap = np.clip(np.minimum(high, end) - np.maximum(low, start), 0.0, None)
    at = (low >= start) & ((low < end) | (end == 1.0))
    inside = np.where(width > 0, overlap / np.where(width > 0, width, 1.0), at)
    return np.where(np.isnan(low), np.nan, inside)


def _both(p: ArrayLike, happened: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    share, outcomes = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(happened, dtype=float))
    known = ~np.isnan(share) & ~np.isnan(outcomes)
    return share[known], outcomes[known]
