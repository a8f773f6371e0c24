"""Repairs of a system's distributions, learned weekly from its own past out-of-sample forecasts and nothing newer.

Width: per tier of the point forecast, the stretch at which the past 80 % intervals would have held 80 % (a conformal
quantile), held near 1 while there are few rows. At the line: P(over) starts from what is known without the system (a
coin, or the no-vig price where the system reads the line) and takes over a learned share of how far the system is from
it, plus a learned lean to one side. A system that knows nothing beyond the start gets a share of 0, and its P(over) is
the start.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from ml_models import distributions, metrics
from ml_models.no_vig import no_vig
from ml_models.system import TARGET, Predictions
from ml_models.walk_forward import OutOfSample, mondays

# Where P(over) is calibrated: the quoted line and its two prices.
LINE, OVER_PRICE, UNDER_PRICE = "current_points_line", "over_price", "under_price"
# Past forecasts used, in days.
WINDOW_DAYS = 56

# Tiers of the point forecast, in points: low <= forecast < high.
TIER_EDGES = (-np.inf, 8.0, 14.0, np.inf)
# The central interval that is made to hold what it says, and the narrowest and widest repair.
LEVEL = 0.8
WIDTH_BOUNDS = (0.5, 2.0)
# So many rows count for a width of 1.
WIDTH_PRIOR_ROWS = 100

# What the fit at the line knows beforehand: no lean and no share, as sure as so much variance of them says.
LEAN_VARIANCE = 0.05**2
SHARE_VARIANCE = 0.2**2
_STEPS = 30
# Probabilities are kept this far from 0 and 1 before logits are taken.
_CLIP = 0.01


@dataclass(frozen=True)
class Calibrated:
    """A repaired forecast; per row P(over) and P(push) at its line, NaN without one. P(under) is the rest."""

    forecast: Predictions
    p_over: np.ndarray
    p_push: np.ndarray

    @property
    def p_over_no_push(self) -> np.ndarray:
        return self.p_over / (1 - self.p_push)


@dataclass(frozen=True)
class Calibration:
    """What was learned from forecasts of rows dated before `fitted_before`. `widths`: one per tier."""

    fitted_before: date
    line_aware: bool
    widths: tuple[float, ...] = (1.0,) * (len(TIER_EDGES) - 1)
    lean: float = 0.0
    share: float = 0.0
    width_rows: int = 0
    line_rows: int = 0

    def apply(self, rows: pl.DataFrame, forecast: Predictions) -> Calibrated:
        """The repaired forecast of `rows`; ValueError if one is dated before `fitted_before`."""
        if early := rows.filter(pl.col("game_date") < self.fitted_before).height:
            raise ValueError(f"{early} rows are dated before {self.fitted_before}, up to which this was learned")
        pmf = distributions.stretch(forecast.pmf, np.asarray(self.widths)[_tiers(forecast.points)])
        pmf = np.where(np.isnan(forecast.pmf), np.nan, pmf)
        line = _floats(rows, LINE)
        start = _start(rows, self.line_aware)
        over = _sigmoid(start + self.lean + self.share * (_system(pmf, line) - start))
        push = distributions.p_push(pmf, line)
        return Calibrated(Predictions(forecast.points, pmf), over * (1 - push), push)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"fitted_before": self.fitted_before.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calibration":
        own = {"fitted_before": date.fromisoformat(data["fitted_before"]), "widths": tuple(data["widths"])}
        return cls(**{**data, **own})


def learn(past: OutOfSample, system_id: str, before: date, *, line_aware: bool) -> Calibration:
    """From the forecasts of one system for played rows in the window before `before`; ValueError with any newer row."""
    if late := past.rows.filter(pl.col("game_date") >= before).height:
        raise ValueError(f"{late} forecasts to learn from are dated on or after {before}")
    recent = past.chosen(past.rows["game_date"] >= before - timedelta(days=WINDOW_DAYS))
    forecast, points = recent.forecasts[system_id], _floats(recent.rows, TARGET)
    known = np.isfinite(points) & np.isfinite(forecast.points)
    rows, pmf, points = recent.rows.filter(known), forecast.pmf[known], points[known]
    tiers = _tiers(forecast.points[known])
    widths = tuple(_width(pmf[tiers == tier], points[tiers == tier]) for tier in range(len(TIER_EDGES) - 1))
    pmf = distributions.stretch(pmf, np.asarray(widths)[tiers])
    line = _floats(rows, LINE)
    start = _start(rows, line_aware)
    lean, share, settled = _fit_at_line(start, _system(pmf, line) - start, metrics.went_over(points, line))
    return Calibration(before, line_aware, widths, lean, share, int(known.sum()), settled)


def calibrate(walked: OutOfSample, system_id: str, *, line_aware: bool) -> Calibrated:
    """A walk's forecasts of one system, each week repaired by what the weeks before it showed; same order."""
    days = walked.rows["game_date"]
    n = walked.rows.height
    points, pmf = walked.forecasts[system_id].points, np.full((n, distributions.POINTS.size), np.nan)
    over, push = np.full(n, np.nan), np.full(n, np.nan)
    for monday in mondays(days.min(), days.max()):  # type: ignore[arg-type]
        week = (days >= monday) & (days < monday + timedelta(weeks=1))
        if not week.any():
            continue
        learned = learn(walked.before(monday), system_id, monday, line_aware=line_aware)
        asked = walked.chosen(week)
        done = learned.apply(asked.rows, asked.forecasts[system_id])
        mask = week.to_numpy()
        pmf[mask], over[mask], push[mask] = done.forecast.pmf, done.p_over, done.p_push
    return Calibrated(Predictions(points, pmf), over, push)


def _width(pmf: np.ndarray, points: np.ndarray) -> float:
    """How far outcomes lie from the median, in halves of the central interval: at LEVEL of them that is the width."""
    if not points.size:
        return 1.0
    low, middle, high = distributions.smooth_quantiles(pmf, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).T
    away = np.where(points < middle, (middle - points) / (middle - low), (points - middle) / (high - middle))
    found = np.clip(np.quantile(away, LEVEL), *WIDTH_BOUNDS)
    return float(found ** (points.size / (points.size + WIDTH_PRIOR_ROWS)))


def _fit_at_line(start: np.ndarray, away: np.ndarray, over: np.ndarray) -> tuple[float, float, int]:
    """(lean, share, rows) of the penalised logistic regression of `over` with `start` given; share is not below 0."""
    known = np.isfinite(start) & np.isfinite(away) & np.isfinite(over)
    start, away, over = start[known], away[known], over[known]
    design = np.stack([np.ones_like(away), away], axis=1)
    penalty = np.diag([1 / LEAN_VARIANCE, 1 / SHARE_VARIANCE])
    found = np.zeros(2)
    for _ in range(_STEPS):
        fitted = _sigmoid(start + design @ found)
        slope = design.T @ (over - fitted) - penalty @ found
        curvature = design.T @ (design * (fitted * (1 - fitted))[:, None]) + penalty
        step = np.linalg.solve(curvature, slope)
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    return float(found[0]), float(max(found[1], 0.0)), int(known.sum())


def _start(rows: pl.DataFrame, line_aware: bool) -> np.ndarray:
    """Logit of P(over) without the system: even, or the no-vig price; NaN without a line."""
    line = _floats(rows, LINE)
    even = np.where(np.isnan(line), np.nan, 0.0)
    if not line_aware:
        return even
    price = _logit(no_vig(_floats(rows, OVER_PRICE), _floats(rows, UNDER_PRICE)))
    return np.where(np.isnan(price), even, price)


def _system(pmf: np.ndarray, line: np.ndarray) -> np.ndarray:
    return _logit(distributions.p_over_no_push(pmf, line))


def _tiers(points: np.ndarray) -> np.ndarray:
    """Tier of each point forecast; NaN is in the last, where it does no harm."""
    return np.clip(np.searchsorted(TIER_EDGES, points, side="right") - 1, 0, len(TIER_EDGES) - 2)


def _logit(p: np.ndarray) -> np.ndarray:
    share = np.clip(p, _CLIP, 1 - _CLIP)
    return np.log(share) - np.log1p(-share)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _floats(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
