"""Reference: what the bookmakers say. The point forecast is the consensus line; the distribution, spread like past
errors of lines of that size, is tilted until P(over) at the quoted line is the no-vig probability of its two prices,
pushes left out. Needs a consensus line: without one there is no forecast; without prices the line is an even bet.

Where few lines are known yet, the spread is learned from the player's weighted mean in the place of the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ml_models.distributions import tilt_to_p_over
from ml_models.no_vig import no_vig
from ml_models.system import TARGET, Contribution, Predictions
from ml_models.systems.formula import no_forecast, read_json, write_json
from ml_models.systems.inputs import check_training_rows
from ml_models.systems.residuals import Residuals

SYSTEM_ID = "market_line"
_COLUMNS = ("consensus_points_line", "current_points_line", "over_price", "under_price")
_FILE = "market_line.json"


def _column(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


@dataclass(frozen=True)
class FittedMarketLine:
    """The spread of points around lines of every size."""

    trained_before: date
    residuals: Residuals | None
    system_id: str = SYSTEM_ID

    def predict(self, rows: pl.DataFrame) -> Predictions:
        consensus, quoted, over, under = (_column(rows, name) for name in _COLUMNS)
        if self.residuals is None:
            return no_forecast(rows.height)
        chance = no_vig(over, under)
        priced = np.isfinite(quoted) & np.isfinite(chance)
        line, chance = np.where(priced, quoted, consensus), np.where(priced, chance, 0.5)
        return Predictions(consensus, tilt_to_p_over(self.residuals.pmf(consensus), line, chance))

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        """The line against the player's season, where both are known."""
        line, season = _column(rows, "consensus_points_line"), _column(rows, "points_avg_season")
        return [
            [Contribution("line", gap, "bookmakers expect " + ("more" if gap > 0 else "less") + " than his season")]
            if most and np.isfinite(gap) and gap
            else []
            for gap in (line - season).tolist()
        ]

    def importance(self) -> list[tuple[str, float]]:
        """The point forecast is the line; prices lean the distribution only."""
        return [("consensus_points_line", 1.0)]

    def save(self, folder: Path) -> None:
        residuals = self.residuals.to_json() if self.residuals else None
        write_json(folder, _FILE, {"trained_before": self.trained_before.isoformat(), "residuals": residuals})


class MarketLine:
    """The bookmakers as a system like any other."""

    system_id = SYSTEM_ID
    columns: Sequence[str] = (*_COLUMNS, "points_avg_ewma", "points_avg_season")

    def fit(self, rows: pl.DataFrame, before: date) -> FittedMarketLine:
        check_training_rows(rows, self.columns, before)
        size = np.where(
            np.isfinite(line := _column(rows, "consensus_points_line")), line, _column(rows, "points_avg_ewma")
        )
        return FittedMarketLine(before, Residuals.learn(size, _column(rows, TARGET)))

    def load(self, folder: Path) -> FittedMarketLine:
        data = read_json(folder, _FILE)
        residuals = Residuals.from_json(data["residuals"]) if data["residuals"] else None
        return FittedMarketLine(date.fromisoformat(data["trained_before"]), residuals)


def system() -> MarketLine:
    return MarketLine()
