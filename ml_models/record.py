"""A system's past: out-of-sample forecasts of some weeks with what came of them, and the rows of it that count."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ml_models import metrics
from ml_models.calibration import Calibrated
from ml_models.system import KEY, TARGET
from ml_models.training import teaches

CONSENSUS, QUOTED, UNDER_PRICE = "consensus_points_line", "current_points_line", "under_price"


@dataclass(frozen=True)
class Record:
    """Out-of-sample forecasts of past weeks, each by the vintage of its week.

    `rows`: the rows forecast, with the key, the target (null: did not play), lines, prices, averages and
    missing_required. `forecast`: as served, the calibration of a week learned before it. `previous`: point forecasts
    of the same rows by the vintage one week older, NaN where there was none.
    """

    rows: pl.DataFrame
    forecast: Calibrated
    previous: np.ndarray

    def __post_init__(self) -> None:
        sizes = {self.rows.height, self.forecast.p_over.size, self.forecast.forecast.points.size, self.previous.size}
        if len(sizes) > 1:
            raise ValueError(f"rows, forecasts and those of the older vintage are not as many: {sorted(sizes)}")
        if self.rows.select(KEY).is_duplicated().any():
            raise ValueError(f"rows are not unique by {', '.join(KEY)}")


@dataclass(frozen=True)
class Counted:
    """The rows of a record that count: complete, played, forecast."""

    record: Record
    mask: np.ndarray

    @classmethod
    def of(cls, record: Record, *, lined: bool) -> "Counted":
        line = pl.col(CONSENSUS).is_not_null() if lined else pl.lit(True)
        counts = record.rows.select(teaches() & pl.col(TARGET).is_not_null() & line).to_series().to_numpy()
        return cls(record, counts & np.isfinite(record.forecast.forecast.points))

    def column(self, name: str) -> np.ndarray:
        return self.record.rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()[self.mask]

    @cached_property
    def days(self) -> pl.Series:
        return self.record.rows["game_date"].filter(pl.Series(self.mask))

    @cached_property
    def points(self) -> np.ndarray:
        return self.column(TARGET)

    @cached_property
    def forecast(self) -> np.ndarray:
        return self.record.forecast.forecast.points[self.mask]

    @cached_property
    def error(self) -> np.ndarray:
        return np.abs(self.forecast - self.points)

    @property
    def previous(self) -> np.ndarray:
        return self.record.previous[self.mask]

    @property
    def pmf(self) -> np.ndarray:
        return self.record.forecast.forecast.pmf[self.mask]

    @property
    def p_over(self) -> np.ndarray:
        return self.record.forecast.p_over_no_push[self.mask]

    @property
    def over(self) -> np.ndarray:
        return metrics.went_over(self.points, self.column(QUOTED))

    @property
    def edge(self) -> np.ndarray:
        return self.forecast - self.column(QUOTED)
