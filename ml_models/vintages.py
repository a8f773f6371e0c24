"""A prediction system as of a Monday, and the walk from Monday to Monday that makes them.

A vintage is a system fitted on rows before its Monday, with the calibration that the forecasts of its earlier vintages
taught. It forecasts the dates of its week. Training a week and judging it need nothing but rows and earlier vintages,
so tonight's model and a backtest of years are the same few calls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from ml_models.calibration import WINDOW_DAYS as PAST_DAYS
from ml_models.calibration import Calibrated, Calibration, learn
from ml_models.gates import Record
from ml_models.system import KEY, TARGET, Contribution, FittedSystem, Predictions
from ml_models.systems import ROSTER, Entry
from ml_models.systems.ensemble_v1 import with_members
from ml_models.systems.formula import read_json, write_json
from ml_models.training import WINDOW_DAYS, window
from ml_models.walk_forward import OutOfSample, fit, forecast, joined

WEEK = timedelta(weeks=1)
# Weeks of past forecasts that teach a calibration, and the record a model is judged on.
PAST_WEEKS = PAST_DAYS // 7

_SYSTEM, _CALIBRATION = "system", "calibration.json"


@dataclass(frozen=True)
class Vintage:
    """A fitted system and its calibration, both of what was known before `trained_before`, a Monday."""

    fitted: FittedSystem
    calibration: Calibration

    @property
    def system_id(self) -> str:
        return self.fitted.system_id

    @property
    def trained_before(self) -> date:
        return self.fitted.trained_before

    def save(self, folder: Path) -> None:
        self.fitted.save(folder / _SYSTEM)
        write_json(folder, _CALIBRATION, self.calibration.to_json())


@dataclass(frozen=True)
class Vintages:
    """Loads vintages of one system."""

    entry: Entry

    @property
    def system_id(self) -> str:
        return self.entry.system_id

    def load(self, folder: Path) -> Vintage:
        calibration = Calibration.from_json(read_json(folder, _CALIBRATION))
        return Vintage(self.entry.create().load(folder / _SYSTEM), calibration)


@dataclass(frozen=True)
class Served:
    """What a vintage says of rows, same order: calibrated, and why (`Vintage` and the model's own raw forecast)."""

    raw: Predictions
    calibrated: Calibrated
    reasons: Sequence[Sequence[Contribution]]


def serve(vintages: Mapping[str, Vintage], rows: pl.DataFrame, *, reasons: int = 3) -> dict[str, Served]:
    """Forecasts of `rows`, all of one week, by that week's vintages: system -> what it says, members first.

    `reasons`: how many contributions per row are told. A system whose members are all missing says nothing.
    """
    blind = rows.drop(TARGET, strict=False)
    served: dict[str, Served] = {}
    for name in sorted(vintages, key=lambda name: bool(ROSTER[name].members)):
        vintage, members = vintages[name], ROSTER[name].members
        ask = blind
        if members:
            ask = with_members(blind, {m: served[m].raw if m in served else forecast(None, blind) for m in members})
        raw = vintage.fitted.predict(ask)
        told = vintage.fitted.explain(ask, reasons) if reasons else [()] * ask.height
        served[name] = Served(raw, vintage.calibration.apply(blind, raw), told)
    return served


class Walk:
    """Trains one system Monday after Monday on `rows` (features and outcomes of all dates it may need).

    `earlier(system_id, monday)` gives the vintage of a week before the walk, and of the members any week's; None
    where there is none.
    """

    def __init__(self, entry: Entry, rows: pl.DataFrame, earlier: Callable[[str, date], Vintage | None]) -> None:
        self.entry = entry
        # Sums depend on the order of rows, which means nothing.
        self.rows = rows.sort(KEY)
        self._earlier = earlier
        self._made: dict[date, Vintage | None] = {}
        self._raw: dict[tuple[str, date], Predictions] = {}

    def train(self, monday: date) -> Vintage | None:
        """The vintage of a week; Mondays come in order. None: too few rows."""
        past = self._past(monday)
        if self.entry.members:
            known = None if past is None else with_members(past.rows, self._members(monday, past.rows))
            fitted = None if known is None else fit(self.entry, known, monday)
        else:
            fitted = fit(self.entry, self.rows.filter(pl.col("game_date") < monday), monday)
        vintage = None
        if fitted is not None:
            learned = Calibration(monday, self.entry.line_aware) if past is None else self._learned(past, monday)
            vintage = Vintage(fitted, learned)
        self._made[monday] = vintage
        self._forget(monday)
        return vintage

    def reject(self, monday: date) -> None:
        """The week's vintage is not to be used: what `earlier` gives stands, as for a walk that starts later."""
        self._made.pop(monday, None)

    def taught_by(self, monday: date) -> pl.DataFrame:
        """The rows of played games that `train` of that Monday was given, members' forecasts left out."""
        return window(self.rows, monday, self.entry.window_days or WINDOW_DAYS)

    def record(self, monday: date) -> Record:
        """The weeks before as they were served, and what the vintage one week older says of the same rows."""
        weeks = self._past_weeks(monday)
        rows = pl.concat([self._week(week) for week in weeks]) if weeks else self.rows.clear()
        served, older = [], []
        for week in weeks:
            asked = self._week(week)
            raw, vintage = self._forecasts(self.entry.system_id, week), self._vintage(self.entry.system_id, week)
            calibration = vintage.calibration if vintage else Calibration(week, self.entry.line_aware)
            served.append(calibration.apply(asked, raw))
            previous = self._vintage(self.entry.system_id, week - WEEK)
            older.append(self._asked(self.entry.system_id, week, previous).points)
        empty = forecast(None, self.rows.clear())
        forecasts = _concatenated([found.forecast for found in served]) if served else empty
        over = np.concatenate([found.p_over for found in served]) if served else np.zeros(0)
        push = np.concatenate([found.p_push for found in served]) if served else np.zeros(0)
        return Record(rows, Calibrated(forecasts, over, push), np.concatenate(older) if older else np.zeros(0))

    def _vintage(self, system_id: str, monday: date) -> Vintage | None:
        if system_id == self.entry.system_id and monday in self._made:
            return self._made[monday]
        return self._earlier(system_id, monday)

    def _week(self, monday: date) -> pl.DataFrame:
        day = pl.col("game_date")
        return self.rows.filter(day >= monday, day < monday + WEEK)

    def _forecasts(self, system_id: str, monday: date) -> Predictions:
        """Raw forecasts of a week's rows by that week's vintage."""
        if (system_id, monday) not in self._raw:
            self._raw[system_id, monday] = self._asked(system_id, monday, self._vintage(system_id, monday))
        return self._raw[system_id, monday]

    def _asked(self, system_id: str, monday: date, vintage: Vintage | None) -> Predictions:
        rows = self._week(monday).drop(TARGET)
        if vintage is None:
            return forecast(None, rows)
        if members := ROSTER[system_id].members:
            rows = with_members(rows, {member: self._forecasts(member, monday) for member in members})
        return vintage.fitted.predict(rows)

    def _past_weeks(self, monday: date) -> list[date]:
        weeks = [monday - n * WEEK for n in range(PAST_WEEKS, 0, -1)]
        return [week for week in weeks if not self._week(week).is_empty()]

    def _past(self, monday: date) -> OutOfSample | None:
        """This system's forecasts of the last weeks, each by its own vintage."""
        parts = []
        for week in self._past_weeks(monday):
            rows = self._week(week)
            trained = pl.repeat(week, rows.height, dtype=pl.Date, eager=True)
            found = {self.entry.system_id: self._forecasts(self.entry.system_id, week)}
            parts.append(OutOfSample(rows, trained, found))
        return joined(parts)

    def _members(self, monday: date, rows: pl.DataFrame) -> dict[str, Predictions]:
        weeks = self._past_weeks(monday)
        return {
            member: _concatenated([self._forecasts(member, week) for week in weeks]) for member in self.entry.members
        }

    def _learned(self, past: OutOfSample, monday: date) -> Calibration:
        return learn(past, self.entry.system_id, monday, line_aware=self.entry.line_aware)

    def _forget(self, monday: date) -> None:
        oldest = monday - PAST_WEEKS * WEEK
        self._raw = {key: found for key, found in self._raw.items() if key[1] >= oldest}


def _concatenated(parts: Sequence[Predictions]) -> Predictions:
    return Predictions(np.concatenate([p.points for p in parts]), np.concatenate([p.pmf for p in parts]))
