"""Calibration on past forecasts.

Dangers covered: a repair that knows the week it repairs, too narrow or too wide distributions left so, a probability
more sure than its record, two prices that are ignored or repeated where a system reads the line.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from ml_models import distributions, metrics
from ml_models.calibration import Calibration, calibrate, learn
from ml_models.system import Predictions
from ml_models.walk_forward import OutOfSample, model_week

START, DAYS, PLAYERS = date(2024, 1, 1), 56, 60
TODAY = START + timedelta(days=DAYS - 7)


def walked(spread: float = 1.0, skill: float = 0.0, lean: float = 0.0, seed: int = 1) -> OutOfSample:
    """Normal outcomes of sd 6; the system's sd is `spread` times that. The line is the truth plus what the system alone
    knows (`skill` of its distance from the line is real)."""
    random = np.random.default_rng(seed)
    n = DAYS * PLAYERS
    line = np.round(random.uniform(5, 28, n)) + 0.5
    away = random.normal(0, 2, n)
    points = np.clip(np.round(line + skill * away + lean + random.normal(0, 6, n)), 0, 80)
    days = [START + timedelta(days=int(d)) for d in np.repeat(np.arange(DAYS), PLAYERS)]
    rows = pl.DataFrame({"game_date": days, "nba_player_id": np.tile(np.arange(PLAYERS), DAYS), "points": points})
    rows = rows.with_columns(current_points_line=pl.Series(line), over_price=pl.lit(1.8), under_price=pl.lit(2.0))
    pmf = distributions.from_normal(line + away, np.full(n, 6.0 * spread))
    weeks = pl.Series([model_week(day) for day in days])
    return OutOfSample(rows, weeks, {"a": Predictions(line + away, pmf)})


def test_too_narrow_distributions_are_widened_and_too_wide_ones_narrowed() -> None:
    for spread, wider in ((0.75, True), (1.4, False)):
        found = learn(walked(spread, skill=1).before(TODAY), "a", TODAY, line_aware=False)
        # Of the lowest tier much lies below 0 and is cut: its shape is not the outcomes'.
        assert all(width > 1.1 if wider else width < 0.9 for width in found.widths[1:]), found.widths
    sound = learn(walked(skill=1).before(TODAY), "a", TODAY, line_aware=False)
    assert np.abs(np.array(sound.widths) - 1).max() < 0.08


def test_coverage_is_repaired_week_by_week() -> None:
    walk = walked(0.7, skill=1)
    late = (walk.rows["game_date"] >= START + timedelta(days=42)).to_numpy()
    points = walk.rows["points"].to_numpy()[late]
    before = metrics.coverage(walk.forecasts["a"].pmf[late], points, 0.8).covered
    after = metrics.coverage(calibrate(walk, "a", line_aware=False).forecast.pmf[late], points, 0.8).covered
    assert before < 0.68
    assert after == pytest.approx(0.8, abs=0.04)


def test_a_system_that_knows_nothing_gets_an_even_chance_and_one_that_knows_is_heard() -> None:
    for skill, expected in ((0.0, (0, 0.15)), (1.0, (0.7, 1.1))):
        found = learn(walked(skill=skill).before(TODAY), "a", TODAY, line_aware=False)
        assert expected[0] <= found.share <= expected[1]


def test_log_loss_at_the_line_is_no_worse_than_a_coin_for_noise() -> None:
    walk = walked(0.8)
    late = (walk.rows["game_date"] >= START + timedelta(days=28)).to_numpy()
    line = walk.rows["current_points_line"].to_numpy()
    over = metrics.went_over(walk.rows["points"].to_numpy(), line)[late]
    raw = distributions.p_over_no_push(walk.forecasts["a"].pmf, line)[late]
    repaired = calibrate(walk, "a", line_aware=False).p_over_no_push[late]
    assert metrics.mean(metrics.log_loss(raw, over)) > 0.72
    assert metrics.mean(metrics.log_loss(repaired, over)) < 0.695


def test_a_lean_of_the_line_is_learned_but_not_believed_at_once() -> None:
    walk = walked(lean=2.0, skill=0)
    few = learn(walk.before(START + timedelta(days=2)), "a", START + timedelta(days=2), line_aware=False)
    many = learn(walk.before(TODAY), "a", TODAY, line_aware=False)
    assert 0 < few.lean < many.lean


def test_without_a_past_nothing_is_changed_and_p_over_is_the_start() -> None:
    walk = walked(0.8)
    first = walk.before(START + timedelta(days=7))
    nothing = learn(walk.before(START), "a", START, line_aware=True)
    assert nothing == Calibration(START, line_aware=True)
    done = nothing.apply(first.rows, first.forecasts["a"])
    np.testing.assert_allclose(done.forecast.pmf, first.forecasts["a"].pmf, atol=1e-12)
    np.testing.assert_allclose(done.p_over_no_push, (1 / 1.8) / (1 / 1.8 + 1 / 2.0))
    even = replace(nothing, line_aware=False).apply(first.rows, first.forecasts["a"])
    np.testing.assert_allclose(even.p_over_no_push, 0.5)


def test_probabilities_of_a_row_add_up_and_are_unknown_without_a_line() -> None:
    walk = walked()
    whole = pl.when(pl.col("nba_player_id") % 3 == 0).then(pl.lit(None)).otherwise(20.0)
    asked = walk.chosen(walk.rows["game_date"] >= TODAY)
    rows = asked.rows.with_columns(current_points_line=whole.cast(pl.Float64))
    done = Calibration(TODAY, False, lean=0.1, share=0.3).apply(rows, asked.forecasts["a"])
    unknown = rows["current_points_line"].is_null().to_numpy()
    np.testing.assert_array_equal(np.isnan(done.p_over), unknown)
    assert (done.p_push[~unknown] > 0).all()
    assert ((done.p_over + done.p_push)[~unknown] < 1).all()
    np.testing.assert_array_equal(done.forecast.points, asked.forecasts["a"].points)


def test_no_forecast_stays_none() -> None:
    walk = walked()
    walk.forecasts["a"].points[::2] = np.nan
    walk.forecasts["a"].pmf[::2] = np.nan
    done = calibrate(walk, "a", line_aware=False)
    np.testing.assert_array_equal(np.isnan(done.forecast.pmf[:, 0]), np.isnan(walk.forecasts["a"].points))
    assert np.isnan(done.p_over[::2]).all()


def test_newer_rows_are_refused_and_change_nothing() -> None:
    walk = walked(0.8, skill=0.5)
    with pytest.raises(ValueError, match="on or after"):
        learn(walk, "a", TODAY, line_aware=False)
    with pytest.raises(ValueError, match="dated before"):
        Calibration(TODAY, False).apply(walk.rows, walk.forecasts["a"])
    late = pl.col("game_date") >= TODAY
    other = replace(walk, rows=walk.rows.with_columns(points=pl.when(late).then(80.0).otherwise("points")))
    mine, theirs = (calibrate(w, "a", line_aware=True) for w in (walk, other))
    np.testing.assert_array_equal(mine.p_over, theirs.p_over)
    np.testing.assert_array_equal(mine.forecast.pmf, theirs.forecast.pmf)
