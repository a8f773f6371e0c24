"""Grades summed over dates: per date, system and kind of row first, then over windows and slices.

A figure is a sum over the window divided by the sum it belongs to; daily rates are never averaged. Sums are taken in
the order of the dates, so that a date has the same figures whatever other dates are computed with it. Rows whose
required features were unknown (`quality_gate` blocked) are of no system's making and count nowhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce

import numpy as np
import polars as pl

from ml_models.metrics import EDGE_BUCKETS
from ml_models.outcomes import SETTLED, SIDES
from nba_assets.contracts.model_performance_slices import EDGES, WIDE_EDGES
from nba_assets.contracts.prediction_accuracy import PLAYER_TIERS

# Columns of prediction_accuracy that the figures need.
COLUMNS = (
    "game_date", "system_id", "nba_game_id", "nba_player_id", "season_year", "model_status", "training_end_date",
    "quality_gate", "actual_points", "player_tier", "edge_side", "line_margin", "current_points_line", "signed_error",
    "side_outcome", "profit", "brier", "log_loss", "market_brier", "market_log_loss", "crps",
)  # fmt: skip

_EDGE_DECIMALS = 9
# Where a row belongs in each axis of the sums; the last place is for rows with none of the values.
_AXES: dict[str, Sequence[str]] = {"side": SIDES, "edge": EDGES, "tier": PLAYER_TIERS}

# (dimension, slice) -> the values of each axis that belong to it; an axis left out is taken whole.
SLICES: dict[tuple[str, str], Mapping[str, Sequence[str]]] = {
    ("overall", "all"): {},
    **{("side", side): {"side": [side]} for side in SIDES},
    **{("edge", bucket): {"edge": [bucket]} for bucket in EDGES},
    ("edge", "3+"): {"edge": WIDE_EDGES},
    **{("side of 3+", side): {"side": [side], "edge": WIDE_EDGES} for side in SIDES},
    **{("tier", tier): {"tier": [tier]} for tier in PLAYER_TIERS},
}

_LINED = pl.col("current_points_line").is_not_null()
_LINE_ERROR = (pl.col("current_points_line") - pl.col("actual_points")).abs()
_BOTH_SCORED = pl.col("log_loss").is_not_null() & pl.col("market_log_loss").is_not_null()

# What is summed of the rows of players who played.
_SUMS: dict[str, pl.Expr] = {
    "forecasts": pl.lit(1),
    "signed_error": pl.col("signed_error"),
    "absolute_error": pl.col("signed_error").abs(),
    "crps": pl.col("crps"),
    "crps_count": pl.col("crps").is_not_null(),
    "lined": _LINED,
    "lined_error": pl.when(_LINED).then(pl.col("signed_error").abs()),
    "line_error": _LINE_ERROR,
    "wins": pl.col("side_outcome") == "WIN",
    "losses": pl.col("side_outcome") == "LOSS",
    "pushes": pl.col("side_outcome") == "PUSH",
    "profit": pl.col("profit"),
    "stakes": pl.col("profit").is_not_null() & pl.col("side_outcome").is_in(SETTLED),
    "scored": pl.col("brier").is_not_null(),
    "brier": pl.col("brier"),
    "log_loss": pl.col("log_loss"),
    "compared": _BOTH_SCORED,
    "market_brier": pl.when(_BOTH_SCORED).then("market_brier"),
    "market_log_loss": pl.when(_BOTH_SCORED).then("market_log_loss"),
    "compared_log_loss": pl.when(_BOTH_SCORED).then("log_loss"),
}
_PLACE = {name: place for place, name in enumerate(_SUMS)}


@dataclass(frozen=True)
class Tally:
    """`sums`: date x slice x system x sum. Dates and systems are sorted; the dates are of one season."""

    dates: list[date]
    systems: list[str]
    sums: np.ndarray

    def window(self, last: date, days: int | None) -> np.ndarray:
        """Sums of the `days` dates that end on `last`, of all up to it for None: slice x system x sum."""
        start = 0 if days is None else bisect_left(self.dates, last - timedelta(days=days - 1))
        inside = self.sums[start : bisect_right(self.dates, last)]
        # One date after the other: the sum must not depend on how many there are in the array.
        return reduce(np.add, inside, np.zeros(self.sums.shape[1:]))


def tally(graded: pl.DataFrame, systems: Sequence[str]) -> Tally:
    """Sums of `prediction_accuracy` rows of one season; rows of other systems are left out."""
    rows = graded.filter(
        pl.col("quality_gate") != "blocked", pl.col("actual_points").is_not_null(), pl.col("system_id").is_in(systems)
    ).sort("game_date", "system_id", "nba_game_id", "nba_player_id")
    dates, names = sorted(set(rows["game_date"])), sorted(systems)
    bucketed = rows.with_columns(edge=_bucket(pl.col("line_margin").abs().round(_EDGE_DECIMALS)))
    places = [
        _position(bucketed["game_date"], dates),
        _position(bucketed["system_id"], names),
        _position(bucketed["edge_side"], SIDES),
        _position(bucketed["edge"], EDGES),
        _position(bucketed["player_tier"], PLAYER_TIERS),
    ]
    shape = (len(dates), len(names), *(len(values) + 1 for values in _AXES.values()))
    cell = np.ravel_multi_index(places, shape) if rows.height else np.zeros(0, dtype=np.intp)
    values = rows.with_columns(expression.cast(pl.Float64).alias(f"sum {name}") for name, expression in _SUMS.items())
    size = int(np.prod(shape))
    sums = [np.bincount(cell, values[f"sum {name}"].fill_null(0.0).to_numpy(), size) for name in _SUMS]
    cells = np.stack(sums, axis=-1).reshape(*shape, len(_SUMS))
    return Tally(dates, names, np.stack([_slice(cells, wanted) for wanted in SLICES.values()], axis=1))


def figures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Figure -> one number per row of `sums`; counts are never NaN, a rate is where nothing counted."""

    def total(name: str) -> np.ndarray:
        return sums[..., _PLACE[name]].ravel()

    def per(numerator: str, denominator: str) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total(denominator) > 0, total(numerator) / total(denominator), np.nan)

    settled = total("wins") + total("losses")
    with np.errstate(invalid="ignore", divide="ignore"):
        hit_rate = np.where(settled > 0, total("wins") / settled, np.nan)
    lined_mae, line_mae = per("lined_error", "lined"), per("line_error", "lined")
    return {
        "forecasts": total("forecasts"),
        "mae": per("absolute_error", "forecasts"),
        "bias": per("signed_error", "forecasts"),
        "crps": per("crps", "crps_count"),
        "lined": total("lined"),
        "lined_mae": lined_mae,
        "line_mae": line_mae,
        "mae_gap": lined_mae - line_mae,
        "wins": total("wins"),
        "losses": total("losses"),
        "pushes": total("pushes"),
        "n": settled,
        "hit_rate": hit_rate,
        "roi": per("profit", "stakes"),
        "scored": total("scored"),
        "brier": per("brier", "scored"),
        "log_loss": per("log_loss", "scored"),
        "compared": total("compared"),
        "market_brier": per("market_brier", "compared"),
        "market_log_loss": per("market_log_loss", "compared"),
        "log_loss_gap": per("compared_log_loss", "compared") - per("market_log_loss", "compared"),
    }


def _slice(cells: np.ndarray, wanted: Mapping[str, Sequence[str]]) -> np.ndarray:
    """date x system x sum of the cells (date x system x side x edge x tier x sum) that belong to a slice."""
    for axis, (name, values) in enumerate(_AXES.items(), start=2):
        if name in wanted:
            cells = cells.take([values.index(value) for value in wanted[name]], axis=axis)
    return cells.sum(axis=(2, 3, 4))


def _bucket(edge: pl.Expr) -> pl.Expr:
    chosen = pl.lit(None, pl.String)
    for name in EDGES:
        low, high = EDGE_BUCKETS[name]
        chosen = pl.when((edge >= low) & (edge < high)).then(pl.lit(name)).otherwise(chosen)
    return chosen


def _position(values: pl.Series, places: Sequence[date] | Sequence[str]) -> np.ndarray:
    """Place of each value; the one after the last for a value that is none of them."""
    found = values.replace_strict(list(places), range(len(places)), default=len(places), return_dtype=pl.Int64)
    return found.fill_null(len(places)).to_numpy()
