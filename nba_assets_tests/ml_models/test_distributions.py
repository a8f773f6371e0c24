"""Distributions of points as matrices.

Dangers covered: rows that do not add up; a shape whose mean or spread is not the one asked for; a tilt that misses its
target or moves more than it must; a push counted as a win; one bad or unknown row that spoils its neighbours.
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from ml_models import distributions as d

_MEANS = st.floats(1, 35)
_SDS = st.floats(2, 9)
_SHAPES: dict[str, Callable[..., np.ndarray]] = {
    "normal": d.from_normal,
    "negative_binomial": d.from_negative_binomial,
    "gamma": d.from_gamma,
}
_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]


def _any_pmf(seed: int) -> np.ndarray:
    """Three rows with gaps, spikes and plateaus."""
    generator = np.random.default_rng(seed)
    masses = generator.gamma(generator.choice([0.05, 0.5, 5.0], (3, 1)), size=(3, d.POINTS.size)) + 1e-5
    return masses / masses.sum(axis=1, keepdims=True)


_PMFS = st.integers(0, 2**32 - 1).map(_any_pmf)


def _spike(points: int) -> np.ndarray:
    return np.equal(d.POINTS, points).astype(float)[None, :]


@pytest.mark.parametrize("shape", sorted(_SHAPES))
@given(mean=_MEANS, sd=_SDS)
def test_a_shape_is_a_distribution_and_grows_with_its_mean(shape: str, mean: float, sd: float) -> None:
    pmf = d.validate(_SHAPES[shape]([mean, mean + 3], sd))
    assert d.mean(pmf)[1] > d.mean(pmf)[0]


@pytest.mark.parametrize("shape", sorted(_SHAPES))
def test_a_shape_has_the_mean_and_spread_asked_for(shape: str) -> None:
    mean, sd = np.array([22.0, 25.0, 30.0]), np.array([5.0, 6.0, 6.5])
    pmf = _SHAPES[shape](mean, sd)
    assert d.mean(pmf) == pytest.approx(mean, abs=0.02)
    # Whole points add a twelfth to the variance of a continuous shape.
    rounding = 0 if shape == "negative_binomial" else 1 / 12
    assert d.sd(pmf) ** 2 == pytest.approx(sd**2 + rounding, rel=0.01)


def test_the_normal_is_cut_at_half_points() -> None:
    pmf = d.from_normal(12.3, 6.0)[0]
    assert pmf[7] == pytest.approx(stats.norm.cdf(7.5, 12.3, 6) - stats.norm.cdf(6.5, 12.3, 6))
    assert pmf[0] == pytest.approx(stats.norm.cdf(0.5, 12.3, 6))
    assert pmf[-1] == pytest.approx(stats.norm.sf(79.5, 12.3, 6), abs=1e-15)


@given(mean=st.floats(0.2, 35), more=st.floats(0.01, 60))
def test_the_negative_binomial_is_scipy_s(mean: float, more: float) -> None:
    exact = stats.nbinom.pmf(d.POINTS[:-1], mean**2 / more, mean / (mean + more))
    assert d.from_negative_binomial(mean, np.sqrt(mean + more))[0, :-1] == pytest.approx(exact, abs=1e-8)


def test_the_negative_binomial_ends_in_the_poisson_and_in_nothing() -> None:
    poisson = stats.poisson.pmf(d.POINTS, 9)
    assert d.from_negative_binomial([9, 9], [3, 1]) == pytest.approx(np.stack([poisson, poisson]), abs=1e-12)
    assert (d.from_negative_binomial(0, 2) == _spike(0)).all()


@given(mean=_MEANS, sd=_SDS)
def test_the_gamma_is_scipy_s(mean: float, sd: float) -> None:
    exact = np.diff(stats.gamma((mean / sd) ** 2, scale=sd**2 / mean).cdf(d.POINTS[:-1] + 0.5))
    assert d.from_gamma(mean, sd)[0, 1:-1] == pytest.approx(exact, abs=2e-4)


@given(mean=st.floats(4, 35), sd=_SDS)
def test_from_the_quantiles_of_a_normal_comes_the_normal(mean: float, sd: float) -> None:
    values = stats.norm.ppf(_LEVELS, mean, sd)[None, :]
    assert d.from_quantiles(_LEVELS, values) == pytest.approx(d.from_normal(mean, sd), abs=1e-9)


@given(arrays(float, (4, len(_LEVELS)), elements=st.floats(-3, 60)))
def test_any_quantiles_crossing_or_equal_give_a_distribution_that_has_them(values: np.ndarray) -> None:
    pmf = d.validate(d.from_quantiles(_LEVELS, values))
    sorted_ = np.sort(values, axis=1)
    # A cut at whole points knows a quantile to a point; equal ones were put a little apart.
    found = d.smooth_quantiles(pmf, _LEVELS)
    assert (np.abs(np.clip(found, 0, 80) - np.clip(sorted_, 0, 80)) <= 1.1).all()


def test_quantiles_come_in_order_with_a_value_each() -> None:
    with pytest.raises(ValueError, match="increasing"):
        d.from_quantiles([0.5, 0.1], np.zeros((2, 2)))
    with pytest.raises(ValueError, match="one value"):
        d.from_quantiles([0.1, 0.5], np.zeros((2, 3)))


@given(_PMFS, _PMFS, st.floats(0, 1))
def test_a_mixture_mixes_masses_and_means(one: np.ndarray, other: np.ndarray, share: float) -> None:
    mixed = d.validate(d.mixture([one, other], [share, 1 - share]))
    assert mixed == pytest.approx(share * one + (1 - share) * other)
    assert d.mean(mixed) == pytest.approx(share * d.mean(one) + (1 - share) * d.mean(other))


def test_a_member_without_a_forecast_is_left_out_of_that_row_alone() -> None:
    one, other = np.vstack([_spike(10)] * 3), np.vstack([_spike(20)] * 3)
    one[[0, 2]], other[2] = np.nan, np.nan
    mixed = d.mixture([one, other], [3, 1])
    assert (mixed[0] == _spike(20)).all()
    assert mixed[1, [10, 20]].tolist() == [0.75, 0.25]
    assert np.isnan(mixed[2]).all()


@given(_PMFS, st.floats(1, 60))
def test_a_tilt_reaches_its_mean(pmf: np.ndarray, mean: float) -> None:
    tilted = d.validate(d.tilt_to_mean(pmf, mean))
    assert d.mean(tilted) == pytest.approx([mean] * 3, abs=1e-6)


@given(_PMFS)
def test_a_tilt_to_what_it_is_changes_nothing(pmf: np.ndarray) -> None:
    assert d.tilt_to_mean(pmf, d.mean(pmf)) == pytest.approx(pmf)
    assert d.tilt_to_p_over(pmf, 24.5, d.p_over(pmf, 24.5)) == pytest.approx(pmf)


def test_a_tilt_moves_a_normal_without_changing_its_width() -> None:
    moved = d.tilt_to_mean(d.from_normal(30.0, 5.0), 33.0)
    assert moved == pytest.approx(d.from_normal(33.0, 5.0), abs=1e-4)


@given(_PMFS, st.floats(0.5, 70).map(lambda x: round(2 * x) / 2), st.floats(0.05, 0.95))
def test_a_tilt_gives_the_line_its_probability(pmf: np.ndarray, line: float, p: float) -> None:
    tilted = d.validate(d.tilt_to_p_over(pmf, line, p))
    assert d.p_over_no_push(tilted, line) == pytest.approx([p] * 3, abs=1e-7)


def test_a_higher_p_over_raises_every_point_above_against_every_point_below() -> None:
    pmf = d.from_negative_binomial(18.0, 7.0)
    ratio = d.tilt_to_p_over(pmf, 17.5, 0.6) / pmf
    assert (np.diff(ratio[0]) > 0).all()


def test_what_no_tilt_can_reach_is_unknown_and_its_neighbours_are_not() -> None:
    pmf = np.vstack([_spike(10), d.from_normal(20.0, 6.0), np.full((1, d.POINTS.size), np.nan)])
    for tilted in (d.tilt_to_mean(pmf, 22.0), d.tilt_to_p_over(pmf, 20.5, 0.6)):
        assert np.isnan(tilted[[0, 2]]).all()
        assert tilted[1].sum() == pytest.approx(1)


@given(mean=st.floats(15, 30), sd=st.floats(3, 5), factor=st.floats(0.6, 1.6))
def test_a_stretch_moves_quantiles_away_from_the_median(mean: float, sd: float, factor: float) -> None:
    pmf = d.from_normal(mean, sd)
    stretched = d.validate(d.stretch(pmf, factor))
    before, after = d.smooth_quantiles(pmf, [0.25, 0.5, 0.75])[0], d.smooth_quantiles(stretched, [0.25, 0.5, 0.75])[0]
    assert after[1] == pytest.approx(before[1], abs=0.05)
    assert after[2] - after[0] == pytest.approx(factor * (before[2] - before[0]), abs=0.15)


@given(_PMFS, st.floats(0.5, 2))
def test_a_stretch_of_anything_is_a_distribution_and_of_one_the_same(pmf: np.ndarray, factor: float) -> None:
    d.validate(d.stretch(pmf, factor))
    assert d.stretch(pmf, 1.0) == pytest.approx(pmf)


def test_each_row_is_stretched_by_its_own_factor() -> None:
    sds = d.sd(d.stretch(d.from_normal([20.0, 20.0, np.nan], 4.0), [1.0, 1.5, 1.5]))
    assert sds[:2] == pytest.approx([4.0, 6.0], rel=0.01)
    assert np.isnan(sds[2])


@given(_PMFS, st.floats(0, 79.5).map(lambda x: round(2 * x) / 2))
def test_over_push_and_under_share_the_probability(pmf: np.ndarray, line: float) -> None:
    over, push, under = d.p_over(pmf, line), d.p_push(pmf, line), d.p_under(pmf, line)
    assert over + push + under == pytest.approx(np.ones(3))
    assert (push == 0).all() == (line % 1 != 0)


def test_a_push_is_no_win() -> None:
    pmf = (_spike(19) + _spike(20) + 2 * _spike(21)) / 4
    assert (d.p_over(pmf, 20), d.p_push(pmf, 20), d.p_under(pmf, 20)) == (0.5, 0.25, 0.25)
    assert d.p_over_no_push(pmf, 20) == pytest.approx(2 / 3)
    assert d.p_over(pmf, 20.25) == d.p_over(pmf, 20.5) == 0.5


@given(_PMFS, st.floats(0.01, 0.99))
def test_a_quantile_is_the_first_point_that_reaches_its_level(pmf: np.ndarray, level: float) -> None:
    found = d.quantiles(pmf, [level])[:, 0].astype(int)
    cdf = pmf.cumsum(axis=1)
    for row, k in enumerate(found):
        assert cdf[row, k] >= level - 1e-9
        assert k == 0 or cdf[row, k - 1] < level
    assert (np.abs(d.smooth_quantiles(pmf, [level])[:, 0] - found) <= 0.5).all()


def test_an_interval_holds_its_level() -> None:
    pmf = d.from_negative_binomial([4.0, 24.0], [3.0, 8.0])
    low, high = d.interval(pmf, 0.8)
    held = [pmf[row, int(low[row]) : int(high[row]) + 1].sum() for row in range(2)]
    assert all(share >= 0.8 for share in held)
    assert (low[1], high[1]) == (14, 35)


def test_unknown_rows_stay_unknown_everywhere() -> None:
    pmf = d.from_normal([20.0, np.nan], [5.0, 5.0])
    assert np.isnan(pmf[1]).all()
    assert d.validate(pmf) is pmf
    answers = [d.mean(pmf), d.sd(pmf), d.p_over(pmf, 19.5), d.p_push(pmf, 20), d.p_over_no_push(pmf, 20)]
    answers += [d.quantiles(pmf, _LEVELS), d.smooth_quantiles(pmf, _LEVELS), d.stretch(pmf, 1.2)]
    for answer in answers:
        assert np.isfinite(answer[0]).all() and np.isnan(answer[1]).all()
    assert np.isnan(d.p_over(pmf, [np.nan, 20.5])).all()
    assert np.isnan(d.from_quantiles([0.1, 0.9], np.array([[10.0, np.nan]]))).all()


def test_an_evening_without_players_has_empty_answers() -> None:
    none = np.array([])
    pmf = d.validate(d.from_negative_binomial(none, none))
    assert pmf.shape == (0, d.POINTS.size)
    assert d.from_quantiles(_LEVELS, np.zeros((0, 7))).shape == d.stretch(pmf, 1.1).shape == pmf.shape
    assert d.tilt_to_mean(pmf, none).shape == d.tilt_to_p_over(pmf, none, none).shape == pmf.shape
    assert d.mixture([pmf, pmf], [1, 1]).shape == d.from_gamma(none, none).shape == pmf.shape
    assert d.quantiles(pmf, _LEVELS).shape == (0, len(_LEVELS))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda pmf: pmf * 1.001, id="sum"),
        pytest.param(lambda pmf: np.where(d.POINTS == 3, np.nan, pmf), id="gap"),
        pytest.param(lambda pmf: pmf + 0.1 * (_spike(3) - _spike(4)), id="negative"),
        pytest.param(lambda pmf: pmf[:, :-1], id="shape"),
        pytest.param(lambda pmf: pmf.astype(np.float32), id="dtype"),
    ],
)
def test_what_is_no_distribution_is_refused(spoil: Callable[[np.ndarray], np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"no distributions|a PMF"):
        d.validate(spoil(d.from_normal(20.0, 5.0)))


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda pmf: d.from_normal(20.0, 0.0), id="sd"),
        pytest.param(lambda pmf: d.from_negative_binomial(-1.0, 3.0), id="mean"),
        pytest.param(lambda pmf: d.from_gamma(0.0, 3.0), id="gamma"),
        pytest.param(lambda pmf: d.p_over(pmf, 80.0), id="line"),
        pytest.param(lambda pmf: d.tilt_to_p_over(pmf, 20.5, 1.0), id="certainty"),
        pytest.param(lambda pmf: d.stretch(pmf, 0.0), id="factor"),
        pytest.param(lambda pmf: d.mixture([pmf, pmf], [1.0, -0.1]), id="weight"),
    ],
)
def test_impossible_numbers_are_refused(ask: Callable[[np.ndarray], np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"not -?\d"):
        ask(d.from_normal(20.0, 5.0))
