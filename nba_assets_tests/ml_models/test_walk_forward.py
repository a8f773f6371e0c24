"""Walking forward.

Dangers covered: a week forecast by a system that has seen it, the outcome at hand while forecasting, an ensemble that
learns from forecasts of systems that knew better, weeks or players lost or doubled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ml_models import walk_forward
from ml_models.system import Predictions
from ml_models.systems import ROSTER, Entry
from ml_models.systems.ensemble_v1 import pmf_column, point_column
from ml_models.systems.formula import no_forecast
from ml_models.training import TooFewRowsError
from ml_models.walk_forward import OutOfSample, forecast, joined, model_week, mondays
from nba_assets_tests.ml_models.feature_rows import START, made_up

ROWS = made_up(players=6, days=30)
FIRST, LAST = START + timedelta(days=9), START + timedelta(days=25)


@dataclass
class Spy:
    """A system that forecasts the mean of what it has seen, and remembers what it was shown."""

    system_id: str
    columns: Sequence[str] = ()
    least: int = 0
    trained: list[tuple[pl.DataFrame, date]] = field(default_factory=list)
    asked: list[pl.DataFrame] = field(default_factory=list)

    def fit(self, rows: pl.DataFrame, before: date) -> "FittedSpy":
        if rows.height < self.least:
            raise TooFewRowsError("too few")
        self.trained.append((rows, before))
        return FittedSpy(self, before, float(rows["points"].mean() or 0))  # type: ignore[arg-type]


@dataclass
class FittedSpy:
    spy: Spy
    trained_before: date
    mean: float

    def predict(self, rows: pl.DataFrame) -> Predictions:
        self.spy.asked.append(rows)
        pmf = np.zeros((rows.height, 81))
        pmf[:, round(self.mean)] = 1
        return Predictions(np.full(rows.height, self.mean), pmf)


@dataclass(frozen=True)
class SpyEntry(Entry):
    spy: Any = None

    def create(self) -> Any:
        return self.spy


def _entry(name: str, least: int = 0, **changes: Any) -> tuple[Spy, SpyEntry]:
    spy = Spy(name, least=least)
    return spy, SpyEntry(name, "", "shadow", False, 3.0, spy=spy, **changes)


def test_weeks_start_on_mondays() -> None:
    assert model_week(date(2024, 3, 10)) == model_week(date(2024, 3, 4)) == date(2024, 3, 4)
    assert mondays(date(2024, 3, 3), date(2024, 3, 11)) == [date(2024, 2, 26), date(2024, 3, 4), date(2024, 3, 11)]
    assert mondays(date(2024, 3, 4), date(2024, 3, 4)) == [date(2024, 3, 4)]


def test_every_week_is_forecast_by_a_system_that_saw_the_window_before_it_only() -> None:
    spy, entry = _entry("a", window_days=10)
    walked = walk_forward.walk_forward([entry], ROWS, FIRST, LAST)
    assert [before for _, before in spy.trained] == mondays(FIRST, LAST)
    for (rows, before), asked in zip(spy.trained, spy.asked, strict=True):
        assert rows["game_date"].max() < before <= asked["game_date"].min()  # type: ignore[operator]
        assert rows["game_date"].min() == max(before - timedelta(days=10), START)
        assert "points" not in asked.columns
    inside = pl.col("game_date").is_between(FIRST, LAST)
    assert walked.rows.sort("game_date", "nba_player_id").equals(ROWS.filter(inside).sort("game_date", "nba_player_id"))
    expected = [f"{model_week(day)}" for day in walked.rows["game_date"]]
    assert [f"{day}" for day in walked.trained_before] == expected


def test_what_happens_later_changes_no_forecast() -> None:
    changed = pl.when(pl.col("game_date") >= START + timedelta(days=21)).then(pl.lit(70)).otherwise("points")
    walks = []
    for rows in (ROWS, ROWS.with_columns(points=changed)):
        _, entry = _entry("a")
        walks.append(walk_forward.walk_forward([entry], rows, FIRST, START + timedelta(days=27)))
    points = [walk.forecasts["a"].points for walk in walks]
    np.testing.assert_array_equal(*points)


def test_a_system_with_too_few_rows_has_no_forecast_that_week() -> None:
    _, entry = _entry("a", least=6 * 14)
    walked = walk_forward.walk_forward([entry], ROWS, FIRST, LAST)
    known = np.isfinite(walked.forecasts["a"].points)
    first = (walked.rows["game_date"] < START + timedelta(days=14)).to_numpy()
    np.testing.assert_array_equal(known, ~first)


def test_an_ensemble_learns_from_earlier_out_of_sample_forecasts_and_reads_those_of_its_week() -> None:
    _, member = _entry("a")
    spy, pool = _entry("pool", members=("a",))
    walked = walk_forward.walk_forward([pool, member], ROWS, FIRST, LAST)
    assert list(walked.forecasts) == ["pool", "a"]
    assert [before for _, before in spy.trained] == mondays(FIRST, LAST)[1:]
    key = ["game_date", "nba_player_id"]
    given = walked.rows.select(*key, given=pl.Series(walked.forecasts["a"].points))
    for (rows, before), asked in zip(spy.trained, spy.asked, strict=True):
        assert rows["game_date"].max() < before  # type: ignore[operator]
        for shown in (rows, asked):
            seen = shown.join(given, on=key, validate="1:1")
            assert seen.height == shown.height
            assert seen[point_column("a")].equals(seen["given"], check_names=False)
            assert shown[pmf_column("a")].to_numpy().shape == (shown.height, 81)
    first = (walked.rows["game_date"] < START + timedelta(days=14)).to_numpy()
    np.testing.assert_array_equal(np.isnan(walked.forecasts["pool"].points), first)
    with pytest.raises(ValueError, match="not walked: a"):
        walk_forward.walk_forward([pool], ROWS, FIRST, LAST)


def test_a_forecast_by_a_system_that_may_have_seen_the_row_is_refused() -> None:
    days = pl.Series("game_date", [date(2024, 3, 3), date(2024, 3, 4)])
    rows, trained = pl.DataFrame({"game_date": days}), pl.Series([date(2024, 3, 3)] * 2)
    sound = OutOfSample(rows, trained, {"a": no_forecast(2)})
    with pytest.raises(ValueError, match="1 rows were forecast"):
        replace(sound, trained_before=pl.Series([date(2024, 3, 4)] * 2))
    assert sound.before(date(2024, 3, 4)).rows["game_date"].to_list() == [date(2024, 3, 3)]
    again = joined([sound, sound])
    assert again is not None
    assert again.forecasts["a"].pmf.shape == (4, 81)
    assert joined([]) is None


def test_no_system_is_no_forecast_and_no_rows_is_an_error() -> None:
    assert np.isnan(forecast(None, ROWS).points).all()
    _, entry = _entry("a")
    with pytest.raises(ValueError, match="no rows"):
        walk_forward.walk_forward([entry], ROWS, date(2025, 1, 1), date(2025, 1, 9))


def test_a_real_system_walks() -> None:
    rows = ROWS.with_columns(points_avg_ewma=pl.col("points_avg_last_10"))
    walked = walk_forward.walk_forward([ROSTER["ewma_baseline"]], rows, FIRST, LAST)
    assert np.isfinite(walked.forecasts["ewma_baseline"].points).all()
