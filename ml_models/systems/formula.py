"""Systems that are a formula: a base, and adjustments in points that add up; the spread comes from past errors.

What a row must have is the base. An adjustment that is unknown is not made, and is no reason either: without an injury
report nobody knows how usage shifts, and the system says nothing about it rather than assume a value.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ml_models.system import KEY, MAX_POINTS, TARGET, Contribution, Predictions
from ml_models.systems.inputs import check_training_rows
from ml_models.systems.residuals import Residuals

# Point forecasts stay within these, in points.
LOWEST, HIGHEST = 0.0, 60.0
_FILE = "formula.json"


@dataclass(frozen=True)
class Term:
    """One part of a formula, in points per row; null is unknown. `up` and `down` say why in words."""

    name: str
    points: pl.Expr
    up: str
    down: str
    needed: bool = False


@dataclass(frozen=True)
class Formula:
    """`base` plus terms. Reasons are told from `base` on, so it should be what a fan knows: the season's average."""

    base: pl.Expr
    terms: tuple[Term, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Columns the formula reads, in order of appearance."""
        names = [
            name
            for expression in (self.base, *(term.points for term in self.terms))
            for name in expression.meta.root_names()
        ]
        return list(dict.fromkeys(names))

    def points(self, rows: pl.DataFrame) -> np.ndarray:
        """Point forecast per row, within LOWEST..HIGHEST; NaN where the base or a needed term is unknown."""
        parts = [self.base, *(t.points if t.needed else t.points.fill_null(0.0) for t in self.terms)]
        total = pl.sum_horizontal(*(part.cast(pl.Float64) for part in parts), ignore_nulls=False)
        return rows.select(total.clip(LOWEST, HIGHEST)).to_series().fill_null(float("nan")).to_numpy()

    def importance(self, rows: pl.DataFrame) -> list[tuple[str, float]]:
        """The share of the base (under its column's name) and of every term in how far they stray from their means."""
        known = rows.filter(pl.Series(np.isfinite(self.points(rows)))).sort(KEY)
        parts = {self.base.meta.output_name(): self.base} | {t.name: t.points.fill_null(0.0) for t in self.terms}
        table = known.select(part.cast(pl.Float64).alias(name) for name, part in parts.items())
        strays = table.select((pl.all() - pl.all().mean()).abs().mean())
        return shares(strays.row(0, named=True) if known.height else {})

    def explain(self, rows: pl.DataFrame, most: int) -> list[list[Contribution]]:
        """The terms that moved each row's forecast away from the base, largest first."""
        table = rows.select(term.points.cast(pl.Float64).alias(term.name) for term in self.terms)
        known = np.isfinite(self.points(rows))
        return [
            largest(
                (
                    Contribution(term.name, value, term.up if value > 0 else term.down)
                    for term, value in zip(self.terms, values, strict=True)
                    if value
                ),
                most,
            )
            if forecast
            else []
            for values, forecast in zip(table.iter_rows() if self.terms else [()] * rows.height, known, strict=True)
        ]


def largest(contributions: Any, most: int) -> list[Contribution]:
    """The `most` contributions that moved a forecast furthest, largest first."""
    return sorted(contributions, key=lambda c: (-abs(c.points), c.name))[:most]


def shares(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Parts that are not negative as shares that add up to 1, largest first; nothing if all are 0."""
    total = sum(parts.values())
    return sorted(((name, part / total) for name, part in parts.items()), key=lambda s: (-s[1], s[0])) if total else []


def no_forecast(rows: int) -> Predictions:
    return Predictions(np.full(rows, np.nan), np.full((rows, MAX_POINTS + 1), np.nan))


def with_spread(points: np.ndarray, residuals: Residuals | None) -> Predictions:
    """Point forecasts with their distributions; none at all while there were too few rows to learn a spread from."""
    return no_forecast(points.size) if residuals is None else Predictions(points, residuals.pmf(points))


def write_json(folder: Path, name: str, data: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(data))


def read_json(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name).read_text())


@dataclass(frozen=True)
class FittedFormula:
    """A formula with the spread of its past errors and the shares of its parts in the rows it was fitted on."""

    system_id: str
    trained_before: date
    formula: Formula
    residuals: Residuals | None
    parts: tuple[tuple[str, float], ...]

    def predict(self, rows: pl.DataFrame) -> Predictions:
        return with_spread(self.formula.points(rows), self.residuals)

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        return self.formula.explain(rows, most)

    def importance(self) -> list[tuple[str, float]]:
        return list(self.parts)

    def save(self, folder: Path) -> None:
        write_json(
            folder,
            _FILE,
            {
                "system_id": self.system_id,
                "trained_before": self.trained_before.isoformat(),
                "residuals": self.residuals.to_json() if self.residuals else None,
                "parts": self.parts,
            },
        )


@dataclass(frozen=True)
class FormulaSystem:
    """A formula under its name; all that it learns is how far it is off."""

    system_id: str
    formula: Formula

    @property
    def columns(self) -> Sequence[str]:
        return self.formula.columns

    def fit(self, rows: pl.DataFrame, before: date) -> FittedFormula:
        check_training_rows(rows, self.columns, before)
        residuals = Residuals.learn(self.formula.points(rows), rows[TARGET].cast(pl.Float64).to_numpy())
        return FittedFormula(self.system_id, before, self.formula, residuals, tuple(self.formula.importance(rows)))

    def load(self, folder: Path) -> FittedFormula:
        data = read_json(folder, _FILE)
        if data["system_id"] != self.system_id:
            raise ValueError(f"{folder} holds {data['system_id']}, not {self.system_id}")
        residuals = Residuals.from_json(data["residuals"]) if data["residuals"] else None
        parts = tuple((name, share) for name, share in data["parts"])
        return FittedFormula(self.system_id, date.fromisoformat(data["trained_before"]), self.formula, residuals, parts)
