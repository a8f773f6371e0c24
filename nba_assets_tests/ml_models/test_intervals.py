"""How sure a figure is.

Dangers covered: an interval that depends on the row order or changes from run to run; bets of one evening counted as
independent; two lucky dates that look like skill; a row without an outcome in a denominator.
"""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models.intervals import (
    BREAK_EVEN_110,
    LEAST_CLUSTERS,
    Estimate,
    bets_needed,
    bets_still_needed,
    clustered_mean,
    clustered_ratio,
    clustered_share,
    verdict,
    wilson,
)

_NIGHTS = pl.Series([date(2024, 3, 1) + timedelta(days=n // 20) for n in range(600)])


def _wins(rate: float = 0.55, seed: int = 3) -> np.ndarray:
    return (np.random.default_rng(seed).random(len(_NIGHTS)) < rate).astype(float)


def _estimate(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 0.95, 100, 20)


@pytest.mark.parametrize(("count", "half_width"), [(40, 15.5), (100, 9.8), (250, 6.2), (500, 4.4), (1000, 3.1)])
def test_half_widths_of_wilson_at_a_coin(count: int, half_width: float) -> None:
    low, high = wilson(count / 2, count)
    # The quoted ones are of the plain normal interval, a little wider at small counts.
    assert (high - low) * 50 == pytest.approx(half_width, abs=0.8)


def test_wilson_of_a_known_case() -> None:
    low, high = wilson(61, 100, level=0.9)
    assert (low, high) == (pytest.approx(0.5275, abs=5e-4), pytest.approx(0.6866, abs=5e-4))


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_holds_the_share_and_stays_a_share(wins: int, count: int) -> None:
    low, high = wilson(min(wins, count), count)
    assert 0 <= low <= min(wins, count) / count <= high <= 1


def test_wilson_without_trials_is_unknown_and_impossible_counts_are_refused() -> None:
    assert np.isnan(wilson([0, 1], [0, 2])[0]).tolist() == [True, False]
    with pytest.raises(ValueError, match="successes"):
        wilson(3, 2)


def test_the_same_rows_give_the_same_interval_in_any_order() -> None:
    scores, order = _wins(), np.random.default_rng(1).permutation(len(_NIGHTS))
    assert clustered_mean(scores, _NIGHTS) == clustered_mean(scores, _NIGHTS)
    assert clustered_mean(scores[order], _NIGHTS[order.tolist()]) == clustered_mean(scores, _NIGHTS)
    assert clustered_mean(scores, _NIGHTS, seed=1) != clustered_mean(scores, _NIGHTS)


def test_the_interval_is_the_same_in_every_process() -> None:
    found = clustered_mean(np.arange(40) % 7, list(range(40)), draws=200)
    assert (found.low, found.high) == (pytest.approx(2.274375), pytest.approx(3.500625))


def test_independent_bets_have_about_the_plain_interval() -> None:
    scores = _wins()
    found, (low, high) = clustered_mean(scores, _NIGHTS), wilson(scores.sum(), len(scores))
    assert found.value == pytest.approx(scores.mean())
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(high - low, rel=0.35)
    assert (found.count, found.clusters) == (600, 30)


def test_bets_that_win_and_lose_together_are_as_many_as_their_dates() -> None:
    together = np.repeat(_wins()[:30], 20)
    found, (low, high) = clustered_mean(together, _NIGHTS), wilson(together[::20].sum(), 30)
    assert found.high - found.low == pytest.approx(high - low, rel=0.25)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    held = [clustered_mean(_wins(0.55, seed), _NIGHTS, level=0.8, draws=400) for seed in range(150)]
    share = np.mean([e.low <= 0.55 <= e.high for e in held])
    assert 0.68 <= share <= 0.9


def test_a_share_is_never_surer_than_that_of_independent_bets() -> None:
    # Every date wins one of two.
    wins, dates = np.tile([1.0, 0.0], 20), [n // 2 for n in range(40)]
    assert clustered_mean(wins, dates).high == 0.5
    low, high = wilson(20, 40)
    assert clustered_share([*wins, np.nan], [*dates, 99]) == Estimate(0.5, float(low), float(high), 0.95, 40, 20)
    together = np.repeat(_wins()[:30], 20)
    assert clustered_share(together, _NIGHTS) == clustered_mean(together, _NIGHTS)


def test_rows_without_a_score_do_not_count() -> None:
    scores = _wins()
    with_gaps = np.concatenate([scores, np.full(20, np.nan)])
    nights = pl.concat([_NIGHTS, pl.Series([date(2025, 1, 1)] * 20)])
    assert clustered_mean(with_gaps, nights) == clustered_mean(scores, _NIGHTS)


def test_a_ratio_is_of_sums_and_an_exact_line_still_counts_above() -> None:
    model, line = np.full(600, 5.0), np.where(np.arange(600) % 2, 8.0, 0.0)
    found = clustered_ratio(model, line, _NIGHTS)
    assert (found.value, found.low, found.high) == (1.25, 1.25, 1.25)
    assert found.count == 600


@pytest.mark.parametrize(
    "ask", [clustered_mean, clustered_share, lambda x, c: clustered_ratio(x, x, c)], ids=["mean", "share", "ratio"]
)
def test_too_few_dates_have_no_interval_and_nothing_has_no_value(ask: Callable[..., Estimate]) -> None:
    dates = [n % (LEAST_CLUSTERS - 1) for n in range(200)]
    found = ask(np.ones(200), dates)
    assert (found.value, found.count, found.clusters) == (1.0, 200, LEAST_CLUSTERS - 1)
    assert np.isnan([found.low, found.high]).all()
    assert verdict(found, 0.524) == "cannot tell yet"
    nothing = ask(np.full(200, np.nan), dates)
    assert nothing.count == 0 and np.isnan(nothing.value)


def test_every_row_has_its_cluster() -> None:
    with pytest.raises(ValueError, match="clusters"):
        clustered_mean(np.ones(3), [1, 2])


@pytest.mark.parametrize(
    ("low", "high", "hit_rate", "error"),
    [
        (0.53, 0.6, "better", "worse"),
        (0.4, 0.52, "worse", "better"),
        (0.5, 0.6, "cannot tell yet", "cannot tell yet"),
        (np.nan, np.nan, "cannot tell yet", "cannot tell yet"),
    ],
    ids=["above", "below", "around", "unknown"],
)
def test_the_verdict_waits_for_the_whole_interval(low: float, high: float, hit_rate: str, error: str) -> None:
    assert verdict(_estimate(low, high), 0.524) == hit_rate
    assert verdict(_estimate(low, high), 0.524, higher_is_better=False) == error


@pytest.mark.parametrize(
    ("rate", "reference", "bets"),
    [
        (0.54, 0.524, 6020),
        (0.55, 0.524, 2280),
        (0.56, 0.524, 1190),
        (0.57, 0.524, 730),
        (0.58, 0.524, 490),
        (0.60, 0.524, 260),
        (0.55, 0.535, 6830),
        (0.57, 0.535, 1250),
        (0.60, 0.535, 360),
    ],
)
def test_bets_needed_to_tell_an_edge_from_luck(rate: float, reference: float, bets: int) -> None:
    assert bets_needed(rate, reference) == pytest.approx(bets, abs=10)


def test_the_spread_of_the_true_rate_is_its_own() -> None:
    by_hand = (1.6448536 * np.sqrt(0.524 * 0.476) + 0.8416212 * np.sqrt(0.6 * 0.4)) / (0.6 - 0.524)
    assert bets_needed(0.6, 0.524) == pytest.approx(by_hand**2, rel=1e-5)


def test_bets_needed_are_those_that_give_the_test_its_power() -> None:
    count = round(bets_needed(0.57))
    generator = np.random.default_rng(5)
    limit = BREAK_EVEN_110 + 1.645 * np.sqrt(BREAK_EVEN_110 * (1 - BREAK_EVEN_110) / count)
    found = [(generator.binomial(count, rate, 20_000) / count > limit).mean() for rate in (0.57, BREAK_EVEN_110)]
    assert found == pytest.approx([0.8, 0.05], abs=0.02)


def test_bets_still_needed() -> None:
    assert bets_still_needed(56, 44, 0.524) == pytest.approx(1190 - 100, abs=10)
    assert bets_still_needed(700, 300) == 0
    assert bets_still_needed(0, 5) >= 0
    assert np.isinf(bets_still_needed(1, 1, 0.5))
    assert np.isnan(bets_still_needed(0, 0))
    with pytest.raises(ValueError, match="fractions"):
        bets_needed(54)
