import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import distributions
from ml_models.no_vig import no_vig
from ml_models.systems import market_line
from nba_assets_tests.ml_models.systems.rows import made_up, split, unknown, with_value

TRAIN, ASK, BEFORE = split(made_up(players=30))
FITTED = market_line.system().fit(TRAIN, BEFORE)
PRICES = st.floats(1.2, 4.0)


@given(line=st.integers(8, 80).map(lambda half: half / 2), over=PRICES, under=PRICES, gap=st.sampled_from([-1, 0, 0.5]))
def test_over_at_the_quoted_line_is_the_no_vig_probability(line: float, over: float, under: float, gap: float) -> None:
    row = with_value(
        ASK[:1], consensus_points_line=line + gap, current_points_line=line, over_price=over, under_price=under
    )
    forecast = FITTED.predict(row)
    assert forecast.points[0] == line + gap
    chance = distributions.p_over_no_push(distributions.validate(forecast.pmf), line)
    assert chance[0] == pytest.approx(no_vig(over, under), abs=1e-6)


def test_prices_lean_the_distribution_not_the_point() -> None:
    short = FITTED.predict(with_value(ASK, over_price=1.6, under_price=2.4))
    long = FITTED.predict(with_value(ASK, over_price=2.4, under_price=1.6))
    np.testing.assert_array_equal(short.points, long.points)
    assert (distributions.mean(short.pmf) > distributions.mean(long.pmf)).all()


def test_without_a_quote_the_consensus_is_an_even_bet() -> None:
    forecast = FITTED.predict(unknown(ASK, "current_points_line", "over_price", "under_price"))
    even = distributions.p_over_no_push(forecast.pmf, ASK["consensus_points_line"].to_numpy())
    np.testing.assert_allclose(even, 0.5, atol=1e-6)


def test_without_lines_the_spread_is_that_of_the_weighted_mean() -> None:
    lines = ("consensus_points_line", "current_points_line", "over_price", "under_price")
    same = TRAIN.with_columns(points_avg_ewma="consensus_points_line")
    before_lines = market_line.system().fit(unknown(same, *lines), BEFORE)
    np.testing.assert_array_equal(before_lines.predict(ASK).pmf, FITTED.predict(ASK).pmf)
    other = market_line.system().fit(unknown(TRAIN, *lines), BEFORE)
    assert (other.predict(ASK).pmf != FITTED.predict(ASK).pmf).any()


def test_line_above_his_season_is_the_reason() -> None:
    row = with_value(ASK[:1], points_avg_season=14, consensus_points_line=17.5)
    ((reason,),) = FITTED.explain(row)
    assert reason.points == 3.5
    assert "more" in reason.words
    assert FITTED.explain(unknown(row, "points_avg_season")) == [[]]


def test_unlined_rows_do_not_disturb_the_others() -> None:
    some = ASK.with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then("consensus_points_line").alias("consensus_points_line")
    )
    forecast, usual = FITTED.predict(some), FITTED.predict(ASK)
    np.testing.assert_allclose(forecast.pmf[::2], usual.pmf[::2], atol=1e-12)
    assert np.isnan(forecast.pmf[1::2]).all()
