"""What a prediction system is: fit on rows before an instant, predict a distribution of points per row, explain itself.

Adding a system is one module in `ml_models/systems/` and its name in the roster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl

# Points 0, 1, ..., MAX_POINTS; the last place takes what lies above.
MAX_POINTS = 80

# Identifies a row, in `ml_feature_store_v2` and everywhere after it.
KEY = ("game_date", "nba_player_id")
# The outcome, known in training rows only: points of players who entered the game. Nobody's absence is a zero.
TARGET = "points"


@dataclass(frozen=True)
class Predictions:
    """One forecast per row, in the order of the rows asked about.

    `points`: the point forecast (shape n), NaN where the system has nothing to say. `pmf`: probability of 0, 1, ..,
    MAX_POINTS points (shape n x (MAX_POINTS + 1), float64, rows add up to 1; NaN rows where there is no forecast).
    """

    points: np.ndarray
    pmf: np.ndarray


@dataclass(frozen=True)
class Contribution:
    """One reason of one forecast: what moved it, by how many points, in words a fan understands."""

    name: str
    points: float
    words: str


class FittedSystem(Protocol):
    """A system that has learned what it can from rows before `trained_before`."""

    @property
    def system_id(self) -> str: ...

    @property
    def trained_before(self) -> date: ...

    def predict(self, rows: pl.DataFrame) -> Predictions:
        """Forecasts of rows dated on or after `trained_before`. Reads columns by name; nulls stay unknown."""
        ...

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        """The main contributions of each row's forecast, largest first."""
        ...

    def importance(self) -> list[tuple[str, float]]:
        """Every input and its share of what the system's forecasts depend on, largest first; adds up to 1.

        Empty where nothing moves a forecast. What is shared out differs, so shares are compared within a system only:
        trees: how much forecasts change with a feature (CatBoost), or the loss its splits save (XGBoost); formulas:
        how far a part strays from its mean, on average over the training rows, in points; similarity: the score a trait
        gives to a past game; pools and anchors: the weight of each forecast for a row with a line.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write everything `load` of the system needs to give exactly the same forecasts."""
        ...


class PredictionSystem(Protocol):
    """Something that can be fitted. Deterministic: same rows, same system."""

    @property
    def system_id(self) -> str: ...

    @property
    def columns(self) -> Sequence[str]:
        """Columns read from a row besides the key: features, and what else it needs of the contexts."""
        ...

    def fit(self, rows: pl.DataFrame, before: date) -> FittedSystem:
        """Learn from `rows`, all dated before `before` and with the target. A row that is not raises ValueError."""
        ...

    def load(self, folder: Path) -> FittedSystem:
        """What `save` wrote."""
        ...
