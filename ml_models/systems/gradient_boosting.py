"""The boosted trees: one family, a recipe per system in `training.SETTINGS`.

The newest rows by date stop the boosting and show how far forecasts of every size miss; the trees are then fitted again
on all rows. Unknown features stay unknown in training and serving alike. The point forecast is what the loss asks for
(the mean for RMSE); the distribution is that forecast plus the holdout's errors, so a quantile loss leans in its point
forecast only. That spread was chosen against normal, gamma and negative-binomial shapes with a learned width,
a two-parameter CatBoost, its quantile model and minutes times rate: within 0.3 % of the best CRPS (the quantile model,
which takes some ten times as long), and with as flat a PIT histogram.

An anchored model gives a line the last word: line + share * (trees - line), where the share is learned from the
holdout's lined rows and held near PRIOR_SHARE while there are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ml_models.system import KEY, TARGET, Contribution, Predictions
from ml_models.systems.boosters import BOOSTERS, Booster
from ml_models.systems.explanations import LINE, grouped, reasons
from ml_models.systems.formula import HIGHEST, LOWEST, no_forecast, read_json, shares, with_spread, write_json
from ml_models.systems.inputs import check_training_rows
from ml_models.systems.residuals import Residuals
from ml_models.training import (
    LEAST_ROWS,
    QUALITY_COLUMNS,
    SETTINGS,
    Settings,
    TooFewRowsError,
    check_inputs,
    check_split,
    check_version,
    split_by_date,
    teaches,
)

LINE_COLUMN = "consensus_points_line"
# What public records leave of a model's difference from the line, and as many lined rows this counts for.
PRIOR_SHARE = 0.1
PRIOR_ROWS = 1000

_MODEL, _CARD = "trees", "system.json"


@dataclass(frozen=True)
class FittedBoosting:
    """Trees, the spread of their errors and, if anchored, the share of their difference from a line that counts."""

    system_id: str
    trained_before: date
    settings: Settings
    trees: Booster
    residuals: Residuals | None
    share: float = 1.0

    def predict(self, rows: pl.DataFrame) -> Predictions:
        check_version(rows)
        if not rows.height:
            return no_forecast(0)
        if (first := rows["game_date"].min()) is not None and first < self.trained_before:  # type: ignore[operator]
            raise ValueError(f"{self.system_id} learned from rows up to {self.trained_before}, asked about {first}")
        points = _anchored(self.trees.predict(_matrix(rows, self.settings)), rows, self.share)
        return with_spread(np.clip(points, LOWEST, HIGHEST), self.residuals)

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        """What moved each forecast away from what the model expects of anybody."""
        if not rows.height:
            return []
        values = self.trees.contributions(_matrix(rows, self.settings))
        line = _line(rows) if self.settings.anchored else np.full(rows.height, np.nan)
        share = np.where(np.isnan(line), 1.0, self.share)
        parts = grouped(values[:, :-1] * share[:, None], self.settings.features.features)
        pull = np.where(np.isnan(line), 0.0, (1 - share) * (line - values[:, -1]))
        return reasons({**parts, LINE: parts.get(LINE, 0.0) + pull}, most)

    def importance(self) -> list[tuple[str, float]]:
        """Of the trees; anchored, their share of the forecast of a row with a line, and the line's."""
        trees = shares(dict(zip(self.settings.features.features, self.trees.importance().tolist(), strict=True)))
        line = {LINE_COLUMN: 1 - self.share} if self.settings.anchored else {}
        return shares({name: self.share * part for name, part in trees} | line)

    def save(self, folder: Path) -> None:
        write_json(
            folder,
            _CARD,
            {
                "system_id": self.system_id,
                "trained_before": self.trained_before.isoformat(),
                "feature_hash": self.settings.features.content_hash,
                "residuals": self.residuals.to_json() if self.residuals else None,
                "share": self.share,
            },
        )
        self.trees.save(folder / _MODEL)


@dataclass(frozen=True)
class GradientBoosting:
    """One recipe under its name."""

    system_id: str
    settings: Settings
    least_rows: int = LEAST_ROWS

    @property
    def columns(self) -> Sequence[str]:
        line = (LINE_COLUMN,) if self.settings.anchored else ()
        return (*self.settings.features.features, *QUALITY_COLUMNS, *line)

    def fit(self, rows: pl.DataFrame, before: date) -> FittedBoosting:
        """TooFewRowsError (a ValueError) if fewer than `least_rows` of them teach."""
        check_inputs(self.settings.features.features)
        check_training_rows(rows, self.columns, before)
        check_version(rows)
        # Sorted: the trees depend on the order of rows, the rows' order means nothing.
        rows = rows.filter(teaches()).sort(KEY)
        if rows.height < self.least_rows:
            raise TooFewRowsError(f"{self.system_id}: {rows.height} rows teach before {before}, not {self.least_rows}")
        x, y = _matrix(rows, self.settings), rows[TARGET].cast(pl.Float64).to_numpy()
        dates = rows["game_date"].to_numpy()
        older, newest = split_by_date(dates)
        # Of what is used below, whatever split it.
        check_split(dates[older], dates[newest])
        fit = BOOSTERS[self.settings.framework].fit
        trial = fit(self.settings, (x[older], y[older]), stop_on=(x[newest], y[newest]))
        held = rows.filter(newest)
        forecast = trial.predict(x[newest])
        share = learned_share(forecast, _line(held), y[newest]) if self.settings.anchored else 1.0
        residuals = Residuals.learn(np.clip(_anchored(forecast, held, share), LOWEST, HIGHEST), y[newest])
        trees = fit(self.settings, (x, y), rounds=max(trial.rounds, 1))
        return FittedBoosting(self.system_id, before, self.settings, trees, residuals, share)

    def load(self, folder: Path) -> FittedBoosting:
        card = read_json(folder, _CARD)
        expected = (self.system_id, self.settings.features.content_hash)
        if (found := (card["system_id"], card["feature_hash"])) != expected:
            raise ValueError(f"{folder} holds {found}, not {expected}")
        residuals = Residuals.from_json(card["residuals"]) if card["residuals"] else None
        trees = BOOSTERS[self.settings.framework].load(folder / _MODEL)
        before = date.fromisoformat(card["trained_before"])
        return FittedBoosting(self.system_id, before, self.settings, trees, residuals, card["share"])


def learned_share(forecast: np.ndarray, line: np.ndarray, points: np.ndarray) -> float:
    """Least-squares share of forecast - line in points - line, drawn to PRIOR_SHARE; within 0..1."""
    lined = ~np.isnan(line)
    away, came = (forecast - line)[lined], (points - line)[lined]
    typical = (away @ away / away.size if away.size else 1.0) or 1.0
    weight = PRIOR_ROWS * typical
    return float(np.clip((away @ came + weight * PRIOR_SHARE) / (away @ away + weight), 0.0, 1.0))


def create(system_id: str) -> GradientBoosting:
    return GradientBoosting(system_id, SETTINGS[system_id])


def _matrix(rows: pl.DataFrame, settings: Settings) -> np.ndarray:
    chosen = settings.features.select(rows)
    return chosen.select(pl.all().cast(pl.Float64).fill_null(float("nan"))).to_numpy()


def _line(rows: pl.DataFrame) -> np.ndarray:
    return rows[LINE_COLUMN].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _anchored(points: np.ndarray, rows: pl.DataFrame, share: float) -> np.ndarray:
    if share == 1.0:
        return points
    line = _line(rows)
    return np.where(np.isnan(line), points, line + share * (points - line))
