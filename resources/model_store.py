"""The trained models of an environment: vintages by system and Monday, in the registry's folder."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl

import ml_models
from ml_models import registry
from ml_models.registry import Card, RegistryError
from ml_models.system import TARGET
from ml_models.systems import ENTRIES, ROSTER, Entry
from ml_models.training import SETTINGS, WINDOW_DAYS
from ml_models.vintages import Vintage, Vintages

# Rows on which a stored model must repeat itself.
_PROOF_ROWS = 100


class ModelStore:
    """`register` and `find` vintages; what cannot be trusted (content, features, window) raises RegistryError."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, entry: Entry, monday: date) -> tuple[Vintage, Card] | None:
        """The current model of a week; None where the week has none."""
        model = _model_id(entry, monday)
        if not registry.exists(self.root, entry.system_id, model):
            return None
        return registry.load(self.root, Vintages(entry), model)

    def usable(self, system_id: str, monday: date, refused: list[str]) -> Vintage | None:
        """The week's model; None where the week has none, or one of other features or content: `refused` says so."""
        try:
            return self.vintage(system_id, monday)
        except RegistryError as error:
            refused.append(str(error))
            return None

    def vintage(self, system_id: str, monday: date) -> Vintage | None:
        """The week's model itself; None where the week has none."""
        found = self.find(ROSTER[system_id], monday)
        return found[0] if found else None

    def of_weeks(self, mondays: Iterable[date]) -> dict[date, dict[str, tuple[Vintage, Card]]]:
        """Monday -> system -> its model of that week, of the systems that have one."""
        found = {monday: {entry.system_id: self.find(entry, monday) for entry in ENTRIES} for monday in mondays}
        return {monday: {name: model for name, model in week.items() if model} for monday, week in found.items()}

    def repeats(self, entry: Entry, vintage: Vintage, rows: pl.DataFrame, sha: str | None = None) -> str:
        """Whether a stored model of the week (the current one, or that hash) forecasts `rows` exactly like `vintage`:
        nothing, or the difference in words."""
        model = _model_id(entry, vintage.trained_before)
        stored, _ = registry.load(self.root, Vintages(entry), model, sha)
        if entry.members:
            # Its forecasts are sums of its members': the weights are all there is to compare.
            return "" if stored == vintage else "weights or calibration changed on the way to the registry"
        blind = rows.drop(TARGET).with_columns(game_date=pl.lit(vintage.trained_before))
        made, again = vintage.fitted.predict(blind), stored.fitted.predict(blind)
        same = np.array_equal(made.pmf, again.pmf, equal_nan=True) and stored.calibration == vintage.calibration
        return "" if same else f"forecasts of {rows.height} rows differ after the way through the registry"

    def register(
        self,
        entry: Entry,
        vintage: Vintage,
        rows: pl.DataFrame,
        *,
        status: str,
        metrics: Mapping[str, float],
    ) -> Card:
        """Store a vintage fitted on `rows` as the current one of its week.

        RegistryError, and the week keeps the model it had, if what was stored does not forecast exactly the same.
        """
        settings = SETTINGS.get(entry.system_id)
        card = registry.describe(
            vintage,
            rows,
            feature_set=settings.feature_set if settings else "",
            days=_days(entry),
            code_version=self.code_version,
            seed=settings.seed if settings else None,
            status=status,
            metrics=metrics,
        )
        newest = rows.tail(_PROOF_ROWS)
        return registry.register(
            self.root, vintage, card, lambda stored: self.repeats(entry, vintage, newest, stored.sha256)
        )

    def withdraw(self, entry: Entry, monday: date) -> None:
        """From now on the week has no model: there are too few rows for one."""
        registry.withdraw(self.root, entry.system_id, _model_id(entry, monday))

    @cached_property
    def code_version(self) -> str:
        """Fingerprint of the code that fits and forecasts."""
        folder = Path(ml_models.__file__).parent
        digest = sha256()
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()[:12]


def _days(entry: Entry) -> int:
    return entry.window_days or WINDOW_DAYS


def _model_id(entry: Entry, monday: date) -> str:
    return registry.model_id(entry.system_id, monday, _days(entry))
