"""Walking forward through time: fit every system on what was known before a Monday, forecast the week, go on.

The weekly model assets and the backtest are this one mechanism: a forecast of a date comes from a system fitted before
the Monday of its week.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ml_models.system import TARGET, FittedSystem, Predictions
from ml_models.systems import Entry
from ml_models.systems.ensemble_v1 import with_members
from ml_models.systems.formula import no_forecast
from ml_models.training import WINDOW_DAYS, TooFewRowsError, window


@dataclass(frozen=True)
class OutOfSample:
    """Forecasts of `rows`, same order, per system; `trained_before`: per row, the instant its systems were fitted.

    Raises ValueError where a row is older than the systems that forecast it.
    """

    rows: pl.DataFrame
    trained_before: pl.Series
    forecasts: Mapping[str, Predictions]

    def __post_init__(self) -> None:
        if late := int((self.trained_before > self.rows["game_date"]).sum()):
            raise ValueError(f"{late} rows were forecast by systems that may have learned from them")

    def before(self, day: date) -> "OutOfSample":
        """The forecasts of rows dated strictly before `day`."""
        return self.chosen(self.rows["game_date"] < day)

    def chosen(self, rows: pl.Series) -> "OutOfSample":
        """The forecasts of the rows where the mask is true."""
        mask = rows.to_numpy()
        return OutOfSample(
            self.rows.filter(rows),
            self.trained_before.filter(rows),
            {name: Predictions(f.points[mask], f.pmf[mask]) for name, f in self.forecasts.items()},
        )


def model_week(day: date) -> date:
    """The Monday of a date's week: its systems were fitted on rows before it."""
    return day - timedelta(days=day.weekday())


def mondays(first: date, last: date) -> list[date]:
    """Mondays of the weeks that `first` to `last` (both inside) lie in."""
    start = model_week(first)
    return [start + timedelta(weeks=week) for week in range((model_week(last) - start).days // 7 + 1)]


def fit(entry: Entry, rows: pl.DataFrame, before: date) -> FittedSystem | None:
    """A system fitted on the played rows of its window before `before`; None where they are too few.

    An entry with members wants rows with its members' forecasts of them (`ensemble_v1.with_members`).
    """
    played = window(rows, before, entry.window_days or WINDOW_DAYS)
    if played.is_empty():
        return None
    try:
        return entry.create().fit(played, before)
    except TooFewRowsError:
        return None


def forecast(system: FittedSystem | None, rows: pl.DataFrame) -> Predictions:
    """A system's forecasts; none at all without a system."""
    return no_forecast(rows.height) if system is None else system.predict(rows)


def walk_forward(
    entries: Sequence[Entry],
    rows: pl.DataFrame,
    first: date,
    last: date,
    track: Callable[[list[date]], Iterable[date]] = iter,
) -> OutOfSample:
    """Out-of-sample forecasts of all rows dated `first` to `last`, in the order of `rows`.

    `rows` also holds those before `first` to learn from. Members come with or before the systems that need them;
    these learn from the forecasts of the walk itself, so let it begin some weeks before the dates of interest.
    `track` hands out the weeks again and may show how far the walk is.
    """
    names = [entry.system_id for entry in entries]
    if absent := {member for entry in entries for member in entry.members} - set(names):
        raise ValueError(f"members are not walked: {', '.join(sorted(absent))}")
    # Members first, so that whoever needs them finds their forecasts of the week.
    ordered = sorted(entries, key=lambda entry: bool(entry.members))
    done: list[OutOfSample] = []
    for monday in track(mondays(first, last)):
        day = pl.col("game_date")
        asked = rows.filter(day >= max(monday, first), day <= last, day < monday + timedelta(weeks=1))
        if asked.is_empty():
            continue
        known = rows.filter(day < monday)
        # Nobody forecasts with the outcome at hand.
        blind = asked.drop(TARGET)
        week: dict[str, Predictions] = {}
        for entry in ordered:
            if entry.members:
                past = joined(done)
                system = None if past is None else fit(entry, _of_members(past, entry.members), monday)
                ask = with_members(blind, {member: week[member] for member in entry.members})
            else:
                system, ask = fit(entry, known, monday), blind
            week[entry.system_id] = forecast(system, ask)
        trained = pl.repeat(monday, asked.height, dtype=pl.Date, eager=True)
        done.append(OutOfSample(asked, trained, {name: week[name] for name in names}))
    result = joined(done)
    if result is None:
        raise ValueError(f"no rows from {first} to {last}")
    return result


def joined(parts: Iterable[OutOfSample]) -> OutOfSample | None:
    """Parts of the same systems, one after the other; None without any."""
    parts = list(parts)
    if not parts:
        return None
    forecasts = {
        name: Predictions(
            np.concatenate([part.forecasts[name].points for part in parts]),
            np.concatenate([part.forecasts[name].pmf for part in parts]),
        )
        for name in parts[0].forecasts
    }
    return OutOfSample(
        pl.concat([part.rows for part in parts]), pl.concat([part.trained_before for part in parts]), forecasts
    )


def _of_members(past: OutOfSample, members: Sequence[str]) -> pl.DataFrame:
    return with_members(past.rows, {member: past.forecasts[member] for member in members})
