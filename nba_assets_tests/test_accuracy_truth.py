"""Forecasts of simulated games beside their true distributions.

Dangers covered: the truth of another player or game, an oracle that can be beaten in expectation, a slope that is
turned round or mixes thresholds, a missed target called met, luck taken for skill.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import distributions, metrics
from ml_models.calibration import Calibrated
from ml_models.intervals import LEAST_CLUSTERS
from ml_models.system import MAX_POINTS, Predictions
from nba_assets.accuracy import Judged
from nba_assets.accuracy_truth import Truths, compared, expected_crps, slope, true_pmf
from nba_assets.accuracy_truth_section import truth_section, truth_targets
from nba_assets_tests.accuracy_truths import estimate, truths
from nba_assets_tests.resources.simulated_league.leagues import league
from resources.simulated_league.truth import true_points

FIRST, DAYS, DRAWS = date(2024, 1, 15), 12, 60
TONIGHT = timedelta(0)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """Those of two games of each date who played and may expect 4 points and more, with lines at their true medians."""
    found = []
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for fixture in league().fixtures_on(day)[:2]:
            for lines in league().box(fixture.nba_game_id).lines.values():
                found += [
                    {"game_date": day, "nba_player_id": line.player.person_id, "points": line.points}
                    for line in lines
                    if line.played
                ]
    table = pl.DataFrame(found)
    pmf = true_pmf(league(), table, TONIGHT, DRAWS)
    middle = pl.Series(distributions.quantiles(pmf, [0.5])[:, 0])
    table = table.with_columns(current_points_line=middle + 0.5 - pl.int_range(table.height, eager=True) % 2)
    return table.filter(pl.Series(distributions.mean(pmf) >= 4))


@pytest.fixture(scope="module")
def truth(rows: pl.DataFrame) -> np.ndarray:
    return true_pmf(league(), rows, TONIGHT, DRAWS)


def _compared(rows: pl.DataFrame, truth: np.ndarray, pmf: np.ndarray, early: np.ndarray | None = None) -> Truths:
    """Of one system "a", whose forecasts are `pmf`."""
    line = rows["current_points_line"].to_numpy()
    push = distributions.p_push(pmf, line)
    found = Calibrated(Predictions(distributions.mean(pmf), pmf), distributions.p_over(pmf, line), push)
    return compared(Judged(rows, {"a": found}, {}), {"a": True}, truth, truth if early is None else early)


def test_a_truth_is_of_the_row_s_player_in_the_game_of_its_date(rows: pl.DataFrame, truth: np.ndarray) -> None:
    place = rows.height // 2
    day, person = rows.select("game_date", "nba_player_id").row(place)
    games = [f for f in league().fixtures_on(day) if person in true_points(league(), f, f.tip, DRAWS)]
    chance, expected = true_points(league(), games[0], games[0].tip, DRAWS)[person]
    assert len(games) == 1 and chance > 0
    assert truth[place, : expected.size] == pytest.approx(expected)
    distributions.validate(truth)


def test_who_is_in_no_game_of_the_date_has_no_truth(rows: pl.DataFrame) -> None:
    strange = rows.head(2).with_columns(nba_player_id=pl.Series([rows["nba_player_id"][0], 1]))
    found = true_pmf(league(), strange, TONIGHT, DRAWS)
    assert np.isnan(found[:, 0]).tolist() == [False, True]
    elsewhere = strange.with_columns(game_date=pl.lit(date(2024, 7, 1)))
    assert np.isnan(true_pmf(league(), elsewhere, TONIGHT, DRAWS)).all()


@given(st.lists(st.floats(0.01, 1), min_size=8, max_size=8), st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_expected_crps_is_the_mean_over_true_outcomes_and_least_for_the_truth(
    forecast: list[float], true: list[float]
) -> None:
    pmf, truth = np.zeros((2, 1, MAX_POINTS + 1))
    pmf[0, 3:11], truth[0, :8] = np.array(forecast) / sum(forecast), np.array(true) / sum(true)
    by_hand = sum(truth[0, n] * metrics.crps(pmf, np.array([n]))[0] for n in range(8))
    assert expected_crps(pmf, truth)[0] == pytest.approx(by_hand)
    assert expected_crps(truth, truth)[0] <= by_hand + 1e-12


@given(st.floats(-2, 2), st.lists(st.floats(-5, 5), min_size=2, max_size=2))
def test_a_slope_is_that_of_the_true_value_on_the_forecast(rise: float, starts: list[float]) -> None:
    """Columns have their own level, rows without one of the values do not count."""
    forecast = np.random.default_rng(1).normal(size=(40, 2)) + np.array([0, 20])
    true = np.array(starts) + rise * forecast
    forecast[3, 0] = true[5, 1] = np.nan
    days = pl.Series([FIRST + timedelta(days=n % LEAST_CLUSTERS) for n in range(40)])
    found = slope(forecast, true, days)
    assert found.value == pytest.approx(rise, abs=1e-9)
    assert found.low == pytest.approx(rise, abs=1e-9) and found.high == pytest.approx(rise, abs=1e-9)


def test_who_forecasts_the_truth_is_the_oracle(rows: pl.DataFrame, truth: np.ndarray) -> None:
    found = _compared(rows, truth, truth)
    (system,) = found.systems
    assert system.count == rows.height - found.unknown > 200
    assert (system.ratio.value, system.expected_ratio.value) == (pytest.approx(1), pytest.approx(1))
    assert [s.value for s in (system.mean_slope, system.thresholds_slope, system.line_slope)] == [pytest.approx(1)] * 3
    assert (system.mean_rmse, system.mean_bias, system.line_rmse) == pytest.approx((0, 0, 0))
    assert system.line_even == pytest.approx(0.5)
    assert system.crps == found.oracle_crps
    assert found.luck.value == pytest.approx(rows["points"].mean() - distributions.mean(truth).mean())
    assert (found.early_ratio, found.unknown) == (1, 0)


def test_means_too_near_the_average_have_a_slope_above_one_and_a_sound_shape(
    rows: pl.DataFrame, truth: np.ndarray
) -> None:
    mean = distributions.mean(truth)
    near = distributions.tilt_to_mean(truth, mean.mean() + (mean - mean.mean()) / 2)
    found = _compared(rows, truth, near)
    (system,) = found.systems
    assert system.mean_slope.value == pytest.approx(2)
    assert system.thresholds_slope.value > 1.2
    assert system.expected_ratio.value > 1.05
    assert system.shape_ratio == pytest.approx(1)
    assert _compared(rows, truth, truth, near).early_ratio == pytest.approx(system.expected_ratio.value)


def test_means_too_high_are_biased_and_owe_hits(rows: pl.DataFrame, truth: np.ndarray) -> None:
    high = distributions.tilt_to_mean(truth, distributions.mean(truth) + 6)
    found = _compared(rows, truth, high)
    (system,) = found.systems
    assert system.mean_bias == pytest.approx(6)
    # Nearly every bet is an OVER.
    assert system.hit_rate_due == pytest.approx(found.over_due, abs=0.03)
    assert found.oracle_hit_rate > max(found.over_due, 1 - found.over_due)


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"ratio": estimate(1.061)}),
        (1, {"mean_slope": estimate(0.94)}),
        (2, {"thresholds_slope": estimate(1.06)}),
        (3, {"line_slope": estimate(float("nan"))}),
    ],
)
def test_a_target_of_the_truth_is_met_or_missed(number: int, change: dict) -> None:
    assert all(target.good for target in truth_targets(truths()))
    missed = [n for n, target in enumerate(truth_targets(truths(**change))) if not target.good]
    # A slope is also one of every system.
    assert missed == ([number, number + 3] if number else [0])


def test_the_section_tells_luck_from_skill() -> None:
    text = truth_section(truths())
    assert "| `market_line` | 1.00 [0.99, 1.01] | 50.0% | 0.070 | 0.020 | 53.0% | 52.0% |" in text
    lucky, skilled = (truth_section(truths(hit_rate=0.56, hit_rate_due=due)) for due in (0.52, 0.55))
    lucky, skilled = (" ".join(part.split()) for part in (lucky, skilled))
    assert "won 56.0% of its bets where the truth owes 52.0%: luck" in lucky
    assert "owes 55.0%: these lines can be beaten" in skilled
    assert "won 53.0%" not in text
    assert "within 0.50 (standard error): 0.95 to 1.05 takes luck, or 100 times as many lines" in " ".join(text.split())
    assert "nan" not in truth_section(replace(truths(), unknown=3))
