"""The gates of promotion and the alarms of a record.

Dangers covered: a bad model that passes, a gate that fails on luck, a verdict of too few rows, rows that were not
played or lack features in a figure, a coin that fails for rounding, figures in words that are not the figures.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ml_models import distributions
from ml_models.alarms import LEVELS
from ml_models.calibration import Calibrated
from ml_models.gates import GATES, GateFinding, Record, alarms_of, judge
from ml_models.intervals import clustered_mean
from ml_models.system import Predictions
from nba_assets_tests.ml_models.feature_rows import START

DAYS, PER_DAY, SD = 40, 60, 6.0
N = DAYS * PER_DAY
NAMES = list(dict.fromkeys(gate.name for gate in GATES))


def _honest(days: int = DAYS, seed: int = 2) -> tuple[Record, np.ndarray]:
    """Forecasts as good as a fair line, calibrated; and what the points were drawn around."""
    random = np.random.default_rng(seed)
    n = days * PER_DAY
    season = random.uniform(3, 30, n)
    mean = np.maximum(season + random.normal(0, 1.5, n), 1)
    line = np.floor(mean + random.normal(0, 0.3, n)) + 0.5
    points = np.rint(np.maximum(random.normal(mean, SD), 0))
    rows = pl.DataFrame(
        {
            "game_date": [START + timedelta(days=int(day)) for day in np.repeat(np.arange(days), PER_DAY)],
            "nba_player_id": np.tile(np.arange(PER_DAY), days),
            "points": points.astype(int),
            "consensus_points_line": line,
            "current_points_line": line,
            "over_price": 1.9,
            "under_price": 1.9,
            "points_avg_ewma": season + random.normal(0, 2.5, n),
            "points_avg_season": season,
            "missing_required": [["injury_risk"]] * n,
        },
        schema_overrides={"game_date": pl.Date, "missing_required": pl.List(pl.String)},
    )
    pmf = distributions.from_normal(mean, np.full(n, SD))
    over, push = np.full(n, 0.5), np.zeros(n)
    forecast = line + random.normal(0, 0.7, n)
    return Record(rows, Calibrated(Predictions(forecast, pmf), over, push), forecast.copy()), mean


HONEST, MEAN = _honest()
ACTUAL, LINE, SEASON = (
    HONEST.rows[name].to_numpy().astype(float) for name in ("points", "consensus_points_line", "points_avg_season")
)
NOISE = np.random.default_rng(1).normal(0, 1, N)


def _with(points: np.ndarray | None = None, **changes: np.ndarray) -> Record:
    """HONEST with other forecasts, P(over) or distributions."""
    served = HONEST.forecast
    forecast = Predictions(
        served.forecast.points if points is None else points, changes.pop("pmf", served.forecast.pmf)
    )
    previous = changes.pop("previous", HONEST.previous)
    return Record(HONEST.rows, replace(served, forecast=forecast, **changes), previous)


def _found(record: Record, *, line_aware: bool = True) -> dict[str, GateFinding]:
    return {finding.name: finding for finding in judge(record, line_aware)}


def _failed(record: Record, *, line_aware: bool = True) -> set[str]:
    return {name for name, finding in _found(record, line_aware=line_aware).items() if not finding.passed}


@pytest.mark.parametrize("line_aware", [True, False])
def test_an_honest_model_passes_every_gate(line_aware: bool) -> None:
    found = _found(HONEST, line_aware=line_aware)
    assert list(found) == NAMES
    assert [finding.passed for finding in found.values()] == [True] * len(NAMES)
    assert not any("nan" in finding.words or "cannot tell" in finding.words for finding in found.values())


_STARS = SEASON >= 25
PLANTED: dict[str, tuple[Callable[[], Record], set[str]]] = {
    "far off": (lambda: _with(LINE + 5 * NOISE), {"mae_against_line", "mae_against_ewma", "mae_against_previous"}),
    "like the season": (lambda: _with(SEASON + 1.9 * NOISE), {"mae_against_line"}),
    "worse than the older vintage": (lambda: _with(previous=ACTUAL), {"mae_against_previous"}),
    "low": (lambda: _with(LINE - 1.7 + 0.1 * NOISE), {"bias_against_line", "direction_balance"}),
    "high": (lambda: _with(LINE + 1.7 + 0.1 * NOISE), {"bias_against_line", "direction_balance"}),
    "stars too low": (lambda: _with(np.where(_STARS, LINE - 7, LINE + 1.5 * NOISE)), {"tier_bias"}),
    "always over": (lambda: _with(np.where(NOISE > 0, LINE + 1.2, LINE)), {"direction_balance"}),
    "sure of overs": (lambda: _with(p_over=np.full(N, 0.8)), {"calibration"}),
    "too narrow": (lambda: _with(pmf=distributions.from_normal(MEAN, np.full(N, 4.5))), {"calibration"}),
    "too wide": (lambda: _with(pmf=distributions.from_normal(MEAN, np.full(N, 7.5))), {"calibration"}),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_bad_model_fails_the_gate_of_its_fault(name: str) -> None:
    plant, gates = PLANTED[name]
    failed = _failed(plant())
    accompanied = {"mae_against_line", "mae_against_ewma", "mae_against_previous"}
    assert gates <= failed
    assert failed - gates <= accompanied
    found = _found(plant())
    assert all("fails" in found[gate].words for gate in gates)


def test_who_does_not_read_the_line_may_be_a_little_worse_than_it() -> None:
    record = _with(LINE + 1.8 * NOISE)
    ratio = _found(record)["mae_against_line"]
    assert 1.02 < ratio.low < ratio.value < ratio.high < 1.06
    assert not ratio.passed
    assert _found(record, line_aware=False)["mae_against_line"].passed
    assert "limit 1.000: fails" in ratio.words
    assert "limit 1.060: passes" in _found(record, line_aware=False)["mae_against_line"].words


def test_figures_are_those_by_hand() -> None:
    found = _found(HONEST)
    error, line = np.abs(HONEST.forecast.forecast.points - ACTUAL), np.abs(LINE - ACTUAL)
    assert found["mae_against_line"].value == pytest.approx(error.sum() / line.sum())
    assert f"MAE {error.mean():.2f} against the line's {line.mean():.2f}" in found["mae_against_line"].words
    assert found["bias_against_line"].value == pytest.approx((HONEST.forecast.forecast.points - LINE).mean())
    assert found["sample_size"].value == found["sample_size"].count == N
    assert found["calibration"].value == pytest.approx(np.log(2))
    edge = HONEST.forecast.forecast.points - LINE
    far = np.abs(edge) >= 1
    assert found["direction_balance"].value == pytest.approx((edge[far] > 0).mean())
    assert found["direction_balance"].count == far.sum()
    assert found["mae_against_previous"].value == 0


def test_the_line_itself_and_a_coin_pass_to_the_last_bit() -> None:
    found = _found(_with(LINE, p_over=np.full(N, 0.5)))
    assert found["mae_against_line"].value == 1
    assert found["mae_against_line"].passed
    assert found["calibration"].passed
    # Nothing is far enough off the line to lean.
    assert found["direction_balance"].words == "share of OVER: no rows: cannot tell yet"


@pytest.mark.parametrize(("count", "words"), [(19, "cannot tell yet"), (20, "perhaps by luck: passes"), (200, "fails")])
def test_a_lean_of_few_forecasts_may_be_luck(count: int, words: str) -> None:
    points = LINE.copy()
    points[np.linspace(0, N - 1, count).astype(int)] += 2
    finding = _found(_with(points))["direction_balance"]
    assert (finding.count, finding.value) == (count, 1)
    assert f"share of OVER among {count} forecasts" in finding.words
    assert finding.words.endswith(words)


def test_only_rows_that_are_complete_played_forecast_and_lined_count() -> None:
    spoilt = {
        "points": pl.lit(None, pl.Int64),
        "missing_required": pl.lit(["pace_score"], pl.List(pl.String)),
        "consensus_points_line": pl.lit(None, pl.Float64),
    }
    row = pl.int_range(pl.len())
    rows = HONEST.rows
    for place, (name, value) in enumerate(spoilt.items()):
        rows = rows.with_columns(pl.when(row == place).then(value).otherwise(name).alias(name))
    points = HONEST.forecast.forecast.points.copy()
    points[3] = np.nan
    # Whatever is said of rows that do not count changes nothing.
    points[:2] = 1000
    record = Record(rows, replace(HONEST.forecast, forecast=Predictions(points, HONEST.forecast.forecast.pmf)), points)
    found = _found(record)
    assert found["sample_size"].value == N - 4
    assert found["mae_against_line"].count == found["bias_against_line"].count == N - 4
    assert found["mae_against_ewma"].count == N - 3
    assert found["mae_against_line"].value == pytest.approx(
        np.abs(points - ACTUAL)[4:].sum() / np.abs(LINE - ACTUAL)[4:].sum()
    )


@pytest.mark.parametrize("days", [16, 9, 1, 0])
def test_with_too_few_rows_only_their_number_fails(days: int) -> None:
    record, _ = _honest(days)
    wrong = replace(record, previous=record.rows["points"].to_numpy().astype(float))
    found = _found(wrong)
    assert {name for name, finding in found.items() if not finding.passed} == {"sample_size"}
    assert "at least 1,000: fails" in found["sample_size"].words
    for name in NAMES[1:]:
        assert found[name].words.endswith("cannot tell yet"), name
        assert "nan" not in found[name].words


def test_rows_of_too_few_dates_fail_the_sample() -> None:
    rows = HONEST.rows.with_columns(game_date=START, nba_player_id=pl.int_range(pl.len()))
    found = _found(replace(HONEST, rows=rows))
    assert not found["sample_size"].passed
    assert "dates 1, at least 10: fails" in found["sample_size"].words


def test_without_an_older_vintage_nothing_is_said_of_it() -> None:
    found = _found(_with(previous=np.full(N, np.nan)))["mae_against_previous"]
    assert found.passed
    assert found.words == "MAE - the older vintage's: no rows: cannot tell yet"
    assert found.count == 0


def test_the_order_of_rows_changes_no_verdict() -> None:
    order = np.random.default_rng(5).permutation(N)
    f = HONEST.forecast
    mixed = Record(
        HONEST.rows[order],
        Calibrated(Predictions(f.forecast.points[order], f.forecast.pmf[order]), f.p_over[order], f.p_push[order]),
        HONEST.previous[order],
    )
    assert [finding.words for finding in judge(mixed, True)] == [finding.words for finding in judge(HONEST, True)]


def test_a_record_of_other_rows_than_its_forecasts_is_refused() -> None:
    with pytest.raises(ValueError, match="not as many"):
        replace(HONEST, previous=HONEST.previous[1:])
    twice = pl.concat([HONEST.rows[:-1], HONEST.rows[:1]])
    with pytest.raises(ValueError, match="not unique"):
        replace(HONEST, rows=twice)


def _alarms(record: Record) -> set[str]:
    found = alarms_of(record)
    assert [finding.rule for finding in found] == [level.rule for level in LEVELS.values()]
    fired = [key for key, finding in zip(LEVELS, found, strict=True) if not finding.good]
    assert all(found[list(LEVELS).index(key)].words.startswith("ALARM: ") for key in fired)
    return set(fired)


def test_an_honest_record_raises_no_alarm_and_says_how_near_it_is() -> None:
    assert _alarms(HONEST) == set()
    ratio = np.abs(HONEST.forecast.forecast.points - ACTUAL).sum() / np.abs(LINE - ACTUAL).sum()
    assert alarms_of(HONEST)[0].words == f"silent: {ratio:.4f}"


def test_what_knows_the_outcome_raises_the_alarms() -> None:
    knowing = LINE + 0.6 * (ACTUAL - LINE)
    sure = np.where(ACTUAL > LINE, 0.6, 0.4)
    assert _alarms(_with(knowing, p_over=sure)) == set(LEVELS) - {"line_mae"}
    assert _alarms(_with(p_over=sure)) == {"brier", "auc"}


def test_a_line_that_knows_the_outcome_raises_its_alarm() -> None:
    line = LINE + np.rint(0.4 * (ACTUAL - LINE))
    rows = HONEST.rows.with_columns(consensus_points_line=pl.Series(line), current_points_line=pl.Series(line))
    assert "line_mae" in _alarms(replace(HONEST, rows=rows))


def test_profit_is_that_of_unders_at_their_price() -> None:
    rows = HONEST.rows.with_columns(under_price=pl.lit(2.4))
    words = alarms_of(replace(HONEST, rows=rows))[list(LEVELS).index("under_roi")].words
    under = HONEST.forecast.forecast.points < LINE
    profit = np.where(ACTUAL[under] < LINE[under], 1.4, -1.0)
    low = clustered_mean(profit, HONEST.rows["game_date"].filter(pl.Series(under))).low
    assert low < profit.mean()
    assert words == f"ALARM: {low:.4f}"


def test_too_few_rows_raise_no_alarm() -> None:
    few, _ = _honest(days=16)
    points = few.rows["points"].to_numpy().astype(float)
    knowing = replace(few.forecast, forecast=Predictions(points, few.forecast.forecast.pmf), p_over=np.full(960, 0.9))
    assert _alarms(replace(few, forecast=knowing)) == set()
    assert {finding.words for finding in alarms_of(replace(few, forecast=knowing))} == {"silent: too few rows to say"}
