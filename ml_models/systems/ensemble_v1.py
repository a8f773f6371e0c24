"""A weighted pool of other systems' distributions, its weights learned from their past out-of-sample forecasts.

It is fitted like any system, on rows dated before an instant, but what it reads in a row are its members' forecasts of
that row (`with_members`), each made by a system trained before that row's date. Weights are those of the linear pool
with the least CRPS, which for a pool is a quadratic form: an exact solution on the simplex, drawn towards PRIOR while
there is little to learn from. Rows with and without a line have their own. A pool of calibrated systems is too wide,
so its width is fitted next; the point forecast is its median, so the edge and P(over) never disagree.

A member without a forecast for a row is stood in for by the mean of those that have one. Corrected from its
predecessor: weights were confidence scores, and a vote of the members could overrule the sign of the edge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ml_models import distributions, metrics
from ml_models.system import MAX_POINTS, TARGET, Contribution, Predictions
from ml_models.systems import ROSTER
from ml_models.systems.formula import largest, no_forecast, read_json, shares, write_json
from ml_models.systems.inputs import check_training_rows

SYSTEM_ID = "ensemble_v1"
MARKET = "market_line"
# Before there is evidence: the market's share where there is a line (public studies find hardly anything to add to it);
# the other members are equal.
MARKET_PRIOR = 0.9
# Squared distance from the prior costs as much as this CRPS, summed over the rows.
PRIOR_STRENGTH = 100.0
# Fewer rows than this leave the width as it is.
LEAST_ROWS = 200
WIDTHS = (0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 1.0, 1.05, 1.1, 1.2)

_STEPS = 500
_FILE = "ensemble.json"


def point_column(member: str) -> str:
    return f"{member}__points"


def pmf_column(member: str) -> str:
    return f"{member}__pmf"


def with_members(rows: pl.DataFrame, forecasts: Mapping[str, Predictions]) -> pl.DataFrame:
    """`rows` with the members' forecasts of them (same order), as the ensemble reads them."""
    columns: list[pl.Series] = []
    for member, forecast in forecasts.items():
        columns.append(pl.Series(point_column(member), forecast.points, dtype=pl.Float64))
        columns.append(
            pl.Series(
                pmf_column(member), np.ascontiguousarray(forecast.pmf), dtype=pl.Array(pl.Float64, MAX_POINTS + 1)
            )
        )
    return rows.with_columns(columns)


@dataclass(frozen=True)
class Pool:
    """Weight per member (adds up to 1), and how much wider (above 1) or narrower their pool is made."""

    weights: tuple[float, ...]
    width: float


@dataclass(frozen=True)
class FittedEnsemble:
    """A pool for rows with a forecast of the market, and one without the market for the others."""

    trained_before: date
    members: tuple[str, ...]
    pools: Mapping[str, Pool]
    system_id: str = SYSTEM_ID

    def predict(self, rows: pl.DataFrame) -> Predictions:
        result = no_forecast(rows.height)
        pmfs = _pmfs(rows, self.members)
        for name, chosen in _groups(pmfs, self.members).items():
            pool = self.pools[name]
            pmf = distributions.stretch(np.einsum("m,nmk->nk", pool.weights, _stood_in(pmfs[chosen])), pool.width)
            result.pmf[chosen] = pmf
            result.points[chosen] = distributions.smooth_quantiles(pmf, [0.5])[:, 0].clip(min=0.0)
        return result

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        """Which members pull the forecast away from the season's average, each by its weight."""
        pmfs = _pmfs(rows, self.members)
        gaps = _floats(rows, *map(point_column, self.members)) - _floats(rows, "points_avg_season")
        result: list[list[Contribution]] = [[] for _ in range(rows.height)]
        for name, chosen in _groups(pmfs, self.members).items():
            pulls = gaps[chosen] * np.array(self.pools[name].weights)
            for row, values in zip(np.flatnonzero(chosen), pulls.tolist(), strict=True):
                result[row] = largest(
                    (
                        Contribution(member, value, f"{member} sees {'more' if value > 0 else 'less'} than his season")
                        for member, value in zip(self.members, values, strict=True)
                        if np.isfinite(value) and value
                    ),
                    most,
                )
        return result

    def importance(self) -> list[tuple[str, float]]:
        """The members' weights for a row with a line."""
        return shares(dict(zip(self.members, self.pools["line"].weights, strict=True)))

    def save(self, folder: Path) -> None:
        pools = {name: {"weights": pool.weights, "width": pool.width} for name, pool in self.pools.items()}
        write_json(
            folder,
            _FILE,
            {"trained_before": self.trained_before.isoformat(), "members": self.members, "pools": pools},
        )


@dataclass(frozen=True)
class Ensemble:
    """Learns from rows with past forecasts of `members`."""

    members: tuple[str, ...]
    system_id: str = SYSTEM_ID

    @property
    def columns(self) -> Sequence[str]:
        own = [name(member) for member in self.members for name in (point_column, pmf_column)]
        return [*own, "points_avg_season"]

    def fit(self, rows: pl.DataFrame, before: date) -> FittedEnsemble:
        check_training_rows(rows, self.columns, before)
        pmfs, points = _pmfs(rows, self.members), _floats(rows, TARGET)[:, 0]
        pools = {
            name: _learn(_stood_in(pmfs[chosen]), points[chosen], _prior(self.members, name))
            for name, chosen in _groups(pmfs, self.members).items()
        }
        return FittedEnsemble(before, self.members, pools)

    def load(self, folder: Path) -> FittedEnsemble:
        data = read_json(folder, _FILE)
        pools = {name: Pool(tuple(pool["weights"]), pool["width"]) for name, pool in data["pools"].items()}
        return FittedEnsemble(date.fromisoformat(data["trained_before"]), tuple(data["members"]), pools)


def _floats(rows: pl.DataFrame, *names: str) -> np.ndarray:
    """Rows x columns, null as NaN."""
    return rows.select(pl.col(names).cast(pl.Float64).fill_null(float("nan"))).to_numpy()


def _pmfs(rows: pl.DataFrame, members: Sequence[str]) -> np.ndarray:
    """Rows x members x points."""
    return np.stack([rows[pmf_column(member)].to_numpy() for member in members], axis=1)


def _groups(pmfs: np.ndarray, members: Sequence[str]) -> dict[str, np.ndarray]:
    """Which rows have a forecast of the market ("line"), and which one of another member only ("no_line")."""
    known = np.isfinite(pmfs[:, :, 0])
    market = (known & [member == MARKET for member in members]).sum(axis=1) > 0
    return {"line": market, "no_line": (known.sum(axis=1) > 0) & ~market}


def _stood_in(pmfs: np.ndarray) -> np.ndarray:
    known = np.isfinite(pmfs[:, :, :1])
    total = np.where(known, pmfs, 0.0).sum(axis=1, keepdims=True)
    return np.where(known, pmfs, total / known.sum(axis=1, keepdims=True))


def _prior(members: Sequence[str], group: str) -> np.ndarray:
    market = np.array([member == MARKET for member in members])
    others = np.where(market, 0.0, 1 / (~market).sum())
    return MARKET_PRIOR * market + (1 - MARKET_PRIOR) * others if group == "line" and market.any() else others


def _learn(pmfs: np.ndarray, points: np.ndarray, prior: np.ndarray) -> Pool:
    if not points.size:
        return Pool(tuple(prior.tolist()), 1.0)
    weights = pool_weights(pmfs, points, prior)
    width = 1.0
    if points.size >= LEAST_ROWS:
        pooled = np.einsum("m,nmk->nk", weights, pmfs)
        scores = [metrics.mean(metrics.crps(distributions.stretch(pooled, width), points)) for width in WIDTHS]
        width = WIDTHS[int(np.argmin(scores))]
    return Pool(tuple(weights.tolist()), width)


def pool_weights(pmfs: np.ndarray, points: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Weights on the simplex that minimise summed CRPS + PRIOR_STRENGTH * |w - prior|**2; 0 stays 0 in the prior."""
    # CRPS = sum over k of (w . F(k) - [points <= k])**2 = |w . d|**2 with d = F - step, as the weights add up to 1.
    cdf = pmfs.cumsum(axis=2)
    miss = cdf - (np.arange(MAX_POINTS + 1) >= points[:, None])[:, None, :]
    free = prior > 0
    miss = miss[:, free]
    form = np.einsum("nik,njk->ij", miss, miss, optimize=True) + PRIOR_STRENGTH * np.eye(int(free.sum()))
    pull = PRIOR_STRENGTH * prior[free]
    # Projected gradient with momentum; the form is positive definite, so there is one minimum.
    step = 1 / np.linalg.eigvalsh(form)[-1]
    weights = ahead = prior[free]
    for i in range(_STEPS):
        new = _onto_simplex(ahead - step * (form @ ahead - pull))
        ahead = new + i / (i + 3) * (new - weights)
        weights = new
    result = np.zeros(prior.size)
    result[free] = weights
    return result


def _onto_simplex(v: np.ndarray) -> np.ndarray:
    """The nearest weights >= 0 that add up to 1."""
    falling = np.sort(v)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, v.size + 1)
    return np.maximum(v - excess[np.flatnonzero(falling > excess)[-1]], 0.0)


def system() -> Ensemble:
    return Ensemble(ROSTER[SYSTEM_ID].members)
