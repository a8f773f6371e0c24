from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import distributions, metrics
from ml_models.system import Predictions
from ml_models.systems import ROSTER
from ml_models.systems.ensemble_v1 import MARKET, MARKET_PRIOR, Ensemble, pmf_column, pool_weights, with_members
from nba_assets_tests.ml_models.systems.rows import made_up, split

MEMBERS: tuple[str, ...] = (MARKET, "knows", "wild")


def _forecasts(rows: pl.DataFrame, seed: int = 2) -> dict[str, Predictions]:
    """`knows` is told the true distribution, the market half of it, `wild` nothing."""
    random = np.random.default_rng(seed)
    level = rows["points_avg_season"].to_numpy()

    def forecast(mean: np.ndarray, spread: float) -> Predictions:
        pmf = distributions.from_negative_binomial(mean, spread * np.sqrt(mean + mean**2 / 6))
        return Predictions(distributions.mean(pmf), pmf)

    return {
        MARKET: forecast(level * 0.5 + 7, 1.0),
        "knows": forecast(level, 1.0),
        "wild": forecast(np.maximum(level + random.normal(0, 9, level.size), 1), 1.6),
    }


def _without(forecast: Predictions, rows: np.ndarray) -> Predictions:
    return Predictions(np.where(rows, np.nan, forecast.points), np.where(rows[:, None], np.nan, forecast.pmf))


def _setting() -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray, date]:
    rows = made_up(players=60)
    train, ask, before = split(rows)
    points = rows.filter(pl.col("game_date") >= before)["points"].to_numpy()
    return with_members(train, _forecasts(train)), with_members(ask, _forecasts(ask)), points, before


TRAIN, ASK, POINTS, BEFORE = _setting()
FITTED = Ensemble(MEMBERS).fit(TRAIN, BEFORE)


def test_the_system_that_knows_gets_the_weight() -> None:
    weights = dict(zip(MEMBERS, FITTED.pools["line"].weights, strict=True))
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["knows"] > 0.75
    assert weights["wild"] < 0.1


def test_scores_like_its_best_member_and_better_than_equal_weights() -> None:
    best = _forecasts(ASK)["knows"].pmf
    equal = distributions.mixture([forecast.pmf for forecast in _forecasts(ASK).values()], [1, 1, 1])
    own, of_best, of_equal = (metrics.mean(metrics.crps(pmf, POINTS)) for pmf in (FITTED.predict(ASK).pmf, best, equal))
    assert own < of_best * 1.01
    assert own < of_equal


def test_the_point_is_the_median() -> None:
    forecast = FITTED.predict(ASK)
    distributions.validate(forecast.pmf)
    np.testing.assert_allclose(forecast.points, distributions.smooth_quantiles(forecast.pmf, [0.5])[:, 0].clip(0))
    line = np.floor(forecast.points) + 0.5
    sides = np.sign(forecast.points - line)
    np.testing.assert_array_equal(sides, np.sign(distributions.p_over(forecast.pmf, line) - 0.5))


def test_a_pool_that_is_too_wide_is_narrowed() -> None:
    level = TRAIN["points_avg_season"].to_numpy()
    wide = distributions.from_negative_binomial(level, 1.5 * np.sqrt(level + level**2 / 6))
    member = {"wide": Predictions(level, wide)}
    fitted = Ensemble(("wide",)).fit(with_members(TRAIN, member), BEFORE)
    assert fitted.pools["no_line"].width < 0.9


def test_rows_without_the_market_have_their_own_weights_and_a_missing_member_is_stood_in_for() -> None:
    half = np.arange(TRAIN.height) % 2 == 0
    past = _forecasts(TRAIN)
    past[MARKET] = _without(past[MARKET], half)
    fitted = Ensemble(MEMBERS).fit(with_members(TRAIN, past), BEFORE)
    assert fitted.pools["no_line"].weights[0] == 0
    now = _forecasts(ASK)
    gone = np.arange(ASK.height) % 3 == 0
    none = np.arange(ASK.height) % 6 == 0
    now[MARKET] = _without(now[MARKET], gone)
    now["wild"] = _without(now["wild"], gone)
    now["knows"] = _without(now["knows"], none)
    forecast = fitted.predict(with_members(ASK, now))
    np.testing.assert_array_equal(np.isnan(forecast.points), none)
    only = gone & ~none
    width = fitted.pools["no_line"].width
    np.testing.assert_allclose(forecast.pmf[only], distributions.stretch(now["knows"].pmf[only], width), atol=1e-12)


def test_without_any_past_the_market_and_equal_others() -> None:
    fitted = Ensemble(MEMBERS).fit(TRAIN[:0], BEFORE)
    share = (1 - MARKET_PRIOR) / 2
    assert fitted.pools["line"].weights == pytest.approx((MARKET_PRIOR, share, share))
    assert fitted.pools["no_line"].weights == pytest.approx((0, 0.5, 0.5))
    assert np.isfinite(fitted.predict(ASK).points).all()
    assert fitted.predict(ASK[:0]).pmf.shape == (0, 81)


def test_rows_that_no_member_ever_saw_have_no_forecast() -> None:
    unseen = ASK.with_columns(pl.lit(None, ASK[pmf_column(m)].dtype).alias(pmf_column(m)) for m in MEMBERS)
    assert np.isnan(FITTED.predict(unseen).pmf).all()
    assert FITTED.explain(unseen) == [[]] * unseen.height


def test_reloaded_gives_exactly_the_same(tmp_path: Path) -> None:
    FITTED.save(tmp_path)
    loaded = Ensemble(MEMBERS).load(tmp_path)
    np.testing.assert_array_equal(loaded.predict(ASK).pmf, FITTED.predict(ASK).pmf)
    np.testing.assert_array_equal(loaded.predict(ASK).points, FITTED.predict(ASK).points)
    assert loaded.explain(ASK) == FITTED.explain(ASK)


def test_order_of_columns_does_not_matter() -> None:
    again = Ensemble(MEMBERS).fit(TRAIN.select(sorted(TRAIN.columns)), BEFORE)
    np.testing.assert_array_equal(again.predict(ASK.select(sorted(ASK.columns))).pmf, FITTED.predict(ASK).pmf)


def test_reasons_are_the_members_that_pull() -> None:
    gaps = {m: _forecasts(ASK)[m].points - ASK["points_avg_season"].to_numpy() for m in MEMBERS}
    weights = dict(zip(MEMBERS, FITTED.pools["line"].weights, strict=True))
    for row, reasons in enumerate(FITTED.explain(ASK, most=3)[:20]):
        for reason in reasons:
            assert reason.points == pytest.approx(weights[reason.name] * gaps[reason.name][row])
            assert ("more" in reason.words) == (reason.points > 0)


def test_importance_is_the_weights_of_a_row_with_a_line(tmp_path: Path) -> None:
    shares = FITTED.importance()
    weights = zip(MEMBERS, FITTED.pools["line"].weights, strict=True)
    assert shares == [(name, pytest.approx(weight)) for name, weight in sorted(weights, key=lambda w: -w[1])]
    assert shares[0][0] == "knows"
    FITTED.save(tmp_path)
    assert Ensemble(MEMBERS).load(tmp_path).importance() == shares


def test_rows_of_the_day_or_later_raise() -> None:
    with pytest.raises(ValueError, match="on or after"):
        Ensemble(MEMBERS).fit(with_members(made_up(), _forecasts(made_up())), BEFORE)


def test_the_roster_names_its_members() -> None:
    entry = ROSTER["ensemble_v1"]
    system = entry.create()
    assert entry.system_id == system.system_id
    assert all(pmf_column(member) in system.columns for member in entry.members)


@given(st.integers(0, 10_000))
def test_weights_are_the_least_crps_on_the_simplex(seed: int) -> None:
    random = np.random.default_rng(seed)
    means = random.uniform(4, 25, (40, 4))
    pmfs = np.stack([distributions.from_negative_binomial(m, np.sqrt(m) * 1.8) for m in means.T], axis=1)
    points, prior = random.integers(0, 40, 40).astype(float), np.full(4, 0.25)
    best = pool_weights(pmfs, points, prior)
    assert best.min() >= 0
    assert best.sum() == pytest.approx(1)

    def cost(weights: np.ndarray) -> float:
        pooled = np.einsum("m,nmk->nk", weights, pmfs)
        return float(metrics.crps(pooled, points).sum() + 100 * ((weights - prior) ** 2).sum())

    for other in (prior, *np.eye(4), *random.dirichlet(np.ones(4), 20)):
        for step in (0.01, 0.3, 1.0):
            assert cost(best) <= cost(best + step * (other - best)) + 1e-6
