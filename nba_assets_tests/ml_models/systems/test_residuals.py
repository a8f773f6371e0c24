import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import distributions
from ml_models.systems.residuals import LEAST_ROWS, Residuals


def _past(n: int = 4000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    forecast = random.uniform(1, 30, n)
    return forecast, random.negative_binomial(6, 6 / (6 + forecast)).astype(float)


def _learned() -> Residuals:
    learned = Residuals.learn(*_past())
    assert learned is not None
    return learned


def test_spread_grows_with_the_forecast_as_the_errors_did() -> None:
    asked = np.array([3.0, 10.0, 18.0, 27.0])
    pmf = distributions.validate(_learned().pmf(asked))
    np.testing.assert_allclose(distributions.mean(pmf), asked, atol=0.8)
    np.testing.assert_allclose(distributions.sd(pmf), np.sqrt(asked + asked**2 / 6), rtol=0.12)


def test_same_as_counting_the_errors() -> None:
    forecast = np.full(400, 14.0)
    actual = np.random.default_rng(3).integers(0, 40, 400).astype(float)
    learned = Residuals.learn(forecast, actual)
    assert learned is not None
    counted = np.bincount(actual.astype(int), minlength=81) / 400
    np.testing.assert_allclose(learned.pmf(np.array([14.0]))[0], counted, atol=1e-9)


def test_nothing_jumps_between_tiers() -> None:
    pmf = _learned().pmf(np.arange(0, 40, 0.01))
    assert np.abs(np.diff(pmf.cumsum(axis=1), axis=0)).max() < 0.01


def test_order_of_the_past_does_not_matter_and_unknown_forecasts_are_left_out() -> None:
    forecast, actual = _past()
    order = np.random.default_rng(5).permutation(forecast.size)
    again = Residuals.learn(np.append(forecast[order], np.nan), np.append(actual[order], 80.0))
    assert again is not None
    np.testing.assert_array_equal(_learned().cdf, again.cdf)


def test_a_thin_tier_borrows_from_its_neighbours() -> None:
    forecast, actual = _past()
    few = forecast < 22
    learned = Residuals.learn(np.append(forecast[few], 29.0), np.append(actual[few], 0.0))
    assert learned is not None
    assert distributions.sd(learned.pmf(np.array([29.0])))[0] > 4


def test_too_little_past_is_none() -> None:
    assert Residuals.learn(np.ones(LEAST_ROWS - 1), np.ones(LEAST_ROWS - 1)) is None
    assert Residuals.learn(np.full(500, np.nan), np.ones(500)) is None


def test_json_keeps_every_bit() -> None:
    again = Residuals.from_json(json.loads(json.dumps(_learned().to_json())))
    np.testing.assert_array_equal(again.cdf, _learned().cdf)


@given(st.lists(st.floats(0, 60) | st.just(np.nan), min_size=1, max_size=20))
def test_every_forecast_gives_a_distribution(forecasts: list[float]) -> None:
    asked = np.array(forecasts)
    pmf = distributions.validate(_LEARNED.pmf(asked))
    np.testing.assert_array_equal(np.isnan(pmf[:, 0]), np.isnan(asked))
    known = ~np.isnan(pmf[:, 0])
    assert pmf[known].sum(axis=1) == pytest.approx(1)


_LEARNED = _learned()
