"""What the fitted models are trained on and with: the table of settings, which rows teach, how time splits them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from ml_models.feature_sets import FEATURE_SETS, FeatureSet
from ml_models.features import BY_NAME, FEATURE_VERSION, FEATURES
from ml_models.system import TARGET

# Days of rows before the fit a model learns from, unless the roster says otherwise. 120 and 200 days of one season
# scored the same within noise.
WINDOW_DAYS = 56
# Newest share of the training rows that decides when boosting stops and how wide the errors are.
HOLDOUT = 0.15
# Fewer training rows make no model.
LEAST_ROWS = 1000

# Required features a training row may lack: without injury reports nobody has them, and a model that learned without
# them says so by splitting on nothing there.
EXCUSED = tuple(f.name for f in FEATURES if f.need == "required" and f.knows == "injuries")
# Columns of a row besides features that decide whether it teaches.
QUALITY_COLUMNS = ("feature_version", "missing_required")

# Known only after the game: never an input, whatever it is called in a feature set.
DENIED = frozenset(
    {TARGET, "minutes_played", "plus_minus", "starter_flag", "win_flag", "is_dnp", "dnp_reason", "fg_attempts"}
    | {"fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes", "usage_rate", "ts_pct", "efg_pct"}
    | {"over_under_result", "margin", "points_line"}
)

Framework = Literal["catboost", "xgboost"]


class TooFewRowsError(ValueError):
    """There are not enough rows to fit a model: no model is better than a bad one."""


@dataclass(frozen=True)
class Settings:
    """One model's recipe. `rounds` is an upper limit: the holdout decides, and the refit on all rows uses its count.

    `anchored`: where a row has a consensus line, the forecast is the line plus a learned share of the model's
    difference from it. `feature_weights`: how readily a feature is chosen for a split, 1 unless named.
    """

    framework: Framework
    feature_set: str
    loss: str = "RMSE"
    rounds: int = 600
    patience: int = 50
    learning_rate: float = 0.05
    depth: int = 5
    l2: float = 3.0
    seed: int = 42
    threads: int = 2
    anchored: bool = False
    feature_weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def features(self) -> FeatureSet:
        return FEATURE_SETS[self.feature_set]


_LINE_WEIGHTS: dict[str, float] = dict.fromkeys(
    ("vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line"), 0.2
)

# The mean (RMSE) is fitted where the legacy fitted the median (MAE): on priced rows it was better by 0.04 points and
# less biased, as players' points lean to the right; the quantile systems lean down on purpose.
SETTINGS: dict[str, Settings] = {
    "catboost_v9": Settings("catboost", "v9"),
    "catboost_v9_anchored": Settings("catboost", "v9", anchored=True),
    "catboost_v9_low_vegas": Settings("catboost", "v9", feature_weights=_LINE_WEIGHTS),
    "catboost_v12": Settings("catboost", "v12"),
    "catboost_v12_noveg": Settings("catboost", "v12_noveg"),
    "catboost_line_free": Settings("catboost", "line_free"),
    "catboost_v9_q43": Settings("catboost", "v9", loss="Quantile:alpha=0.43"),
    "catboost_v9_q45": Settings("catboost", "v9", loss="Quantile:alpha=0.45"),
    # One thread: OpenMP threads wait for each other busily, and on a shared machine a fit takes 30 times as long.
    "xgboost_v1": Settings("xgboost", "v1_25", loss="reg:absoluteerror", depth=6, l2=1.0, threads=1),
}


def check_inputs(names: Iterable[str]) -> None:
    """Raise ValueError unless all are declared features, none known only after the game."""
    names = list(names)
    if denied := [name for name in names if name in DENIED]:
        raise ValueError(f"known only after the game, so no input: {', '.join(denied)}")
    if strange := [name for name in names if name not in BY_NAME]:
        raise ValueError(f"no declared features: {', '.join(strange)}")


def check_version(rows: pl.DataFrame) -> None:
    """Raise ValueError if any row was made under another meaning of the features."""
    if other := set(rows["feature_version"].unique().to_list()) - {FEATURE_VERSION}:
        raise ValueError(f"rows of feature version {other}, not {FEATURE_VERSION}: materialize them again")


def window(rows: pl.DataFrame, before: date, days: int = WINDOW_DAYS) -> pl.DataFrame:
    """Rows of players who played, dated in the `days` before `before`, which is left out."""
    start = before - timedelta(days=days)
    return rows.filter(pl.col("game_date") >= start, pl.col("game_date") < before, pl.col(TARGET).is_not_null())


def teaches() -> pl.Expr:
    """True where nothing required is unknown but EXCUSED; optional features may be."""
    return pl.col("missing_required").list.set_difference(list(EXCUSED)).list.len() == 0


def split_by_date(dates: np.ndarray, holdout: float = HOLDOUT) -> tuple[np.ndarray, np.ndarray]:
    """Masks of the older and the newest rows; a date is never in both. ValueError with fewer than two dates."""
    if np.unique(dates).size < 2:
        raise ValueError("rows of one date cannot be split by date")
    # Never the first date, or nothing would be left to learn from.
    cut = max(np.sort(dates)[int((1 - holdout) * dates.size)], np.unique(dates)[1])
    older = dates < cut
    check_split(dates[older], dates[~older])
    return older, ~older


def check_split(training: np.ndarray, validation: np.ndarray) -> None:
    """Raise ValueError unless every training date is before every validation date."""
    if not training.max() < validation.min():
        raise ValueError(f"training rows up to {training.max()} overlap validation rows from {validation.min()}")
