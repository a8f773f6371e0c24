"""Figures of merit.

Dangers covered: a denominator with pushes, voids or missing forecasts in it; an empty one shown as 0; a score that
another distribution than the true one can win; whole-number outcomes called over-covered when they are calibrated; an
over-confident forecast called calibrated.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models import distributions as d
from ml_models import metrics as m

_GAP = np.nan
_MEANS, _SDS = st.floats(2, 35), st.floats(2, 9)


def _drawn(pmf: np.ndarray, seed: int = 7) -> np.ndarray:
    """One outcome per row, from the row's own distribution."""
    levels = np.random.default_rng(seed).random((len(pmf), 1))
    return (pmf.cumsum(axis=1) < levels).sum(axis=1).astype(float)


def _league(rows: int = 6000) -> np.ndarray:
    generator = np.random.default_rng(11)
    return d.from_negative_binomial(generator.uniform(2, 28, rows), generator.uniform(4, 8, rows))


def test_errors_count_rows_with_both_and_their_sign_is_the_forecast_s() -> None:
    forecast, points = [12.0, 20.0, _GAP, 9.0], [10.0, 26.0, 5.0, _GAP]
    assert m.mae(forecast, points) == 4
    assert m.bias(forecast, points) == -2
    assert m.rmse(forecast, points) == pytest.approx(np.sqrt(20))
    assert m.counted(m.errors(forecast, points)) == 2


def test_nothing_to_count_is_unknown_not_zero() -> None:
    none = np.full(3, _GAP)
    pmf = d.from_normal([20.0] * 3, 5.0)
    covered = m.coverage(pmf, none, 0.8)
    figures = [m.mae(none, none), m.bias(none, none), m.rmse(none, none), m.mean(m.crps(pmf, none)), m.ece(none, none)]
    figures += [m.auc(none, none), *m.calibration_line(none, none), m.variance_ratio(pmf, none), covered.covered]
    assert np.isnan(figures).all()
    assert np.isnan(m.pit_histogram(pmf, none)).all()
    assert (covered.count, m.reliability(none, none).height) == (0, 0)


def test_crps_of_a_certain_forecast_is_its_absolute_error() -> None:
    certain = np.stack([np.equal(d.POINTS, k).astype(float) for k in (0, 10, 33, 80)])
    assert m.crps(certain, [3, 10, 20, 95]).tolist() == [3, 0, 13, 0]


@given(_MEANS, _SDS, st.integers(0, 60))
def test_crps_is_the_mean_distance_less_half_the_mean_spread(mean: float, sd: float, points: int) -> None:
    pmf = d.from_normal(mean, sd)
    between = np.abs(d.POINTS[:, None] - d.POINTS)
    expected = pmf[0] @ np.abs(d.POINTS - points) - pmf[0] @ between @ pmf[0] / 2
    assert m.crps(pmf, [points])[0] == pytest.approx(expected)


@given(_MEANS, _SDS, st.floats(-4, 4), st.floats(0.6, 1.6))
def test_no_distribution_is_expected_to_beat_the_true_one(mean: float, sd: float, shift: float, factor: float) -> None:
    truth = d.from_negative_binomial(mean, sd)
    other = d.from_negative_binomial(max(mean + shift, 0.5), sd * factor)

    def expected(pmf: np.ndarray) -> float:
        return float(truth[0] @ m.crps(np.repeat(pmf, d.POINTS.size, axis=0), d.POINTS))

    assert expected(truth) <= expected(other) + 1e-12


def test_the_pit_is_the_interval_of_the_outcome() -> None:
    pmf = d.from_normal([20.0, 20.0], 5.0)
    low, high = m.pit_bounds(pmf, [0, _GAP])
    assert (low[0], high[0]) == (0, pytest.approx(pmf[0, 0]))
    assert np.isnan([low[1], high[1]]).all()
    assert m.mid_pit(pmf, [20, 95]) == pytest.approx([0.5, 1.0], abs=1e-3)


def test_outcomes_of_the_forecast_distributions_are_calibrated() -> None:
    pmf = _league()
    points = _drawn(pmf)
    assert m.pit_histogram(pmf, points) == pytest.approx(np.full(10, 0.1), abs=0.012)
    assert m.mean(m.mid_pit(pmf, points)) == pytest.approx(0.5, abs=0.01)
    assert m.variance_ratio(pmf, points) == pytest.approx(1, abs=0.05)
    for level in (0.5, 0.8, 0.9):
        assert m.coverage(pmf, points, level).covered == pytest.approx(level, abs=0.015)


def test_the_histogram_names_what_is_wrong() -> None:
    pmf = _league()
    points = _drawn(pmf)
    narrow, wide = m.pit_histogram(d.stretch(pmf, 0.6), points), m.pit_histogram(d.stretch(pmf, 1.6), points)
    high = m.pit_histogram(d.tilt_to_mean(pmf, d.mean(pmf) + 3), points)
    assert narrow[0] > 0.13 and narrow[-1] > 0.13 and narrow[4:6].max() < 0.1
    assert wide[-1] < 0.06 and wide[4:6].min() > 0.11
    assert high[:3].min() > 0.1 and high[-3:].max() < 0.1
    assert m.variance_ratio(d.stretch(pmf, 0.6), points) > 1.4


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_the_histogram_shares_out_every_row_whole(seed: int, bins: int) -> None:
    pmf = _league(20)
    points = _drawn(pmf, seed)
    assert m.pit_histogram(pmf, points, bins).sum() == pytest.approx(1)
    certain = np.equal(d.POINTS, points[:, None]).astype(float)
    assert m.pit_histogram(certain, points, bins).sum() == pytest.approx(1)
    # A forecast that gave the outcome no chance: its interval is a single place.
    assert m.pit_histogram(certain, points + 1, bins).tolist() == [0] * (bins - 1) + [1]
    raised = np.equal(d.POINTS, points[:, None] + 1).astype(float)
    assert m.pit_histogram(raised, points, bins).tolist() == [1] + [0] * (bins - 1)


def test_closed_coverage_counts_the_whole_numbers_of_the_interval() -> None:
    pmf = _league(800)
    points = _drawn(pmf)
    points[::9] = _GAP
    found = m.coverage(pmf, points, 0.8)
    low, high = d.interval(pmf, 0.8)
    known = ~np.isnan(points)
    inside = (points >= low) & (points <= high)
    assert found.closed == pytest.approx(inside[known].mean())
    assert found.width == pytest.approx((high - low)[known].mean())
    assert found.count == known.sum()
    assert found.closed > found.covered


def test_pushes_and_voids_are_no_outcome_at_the_line() -> None:
    over = m.went_over([21, 20, 19, _GAP, 25], [20, 20, 20, 20, _GAP])
    assert over[[0, 2]].tolist() == [1, 0]
    assert np.isnan(over[[1, 3, 4]]).all()
    assert m.counted(m.brier(0.5, over)) == m.counted(m.log_loss(0.5, over)) == 2


def test_a_coin_s_scores() -> None:
    outcomes = [1, 0, 0, _GAP]
    assert m.mean(m.brier(0.5, outcomes)) == 0.25
    assert m.mean(m.log_loss(0.5, outcomes)) == pytest.approx(np.log(2))
    assert m.log_loss([1.0, 1.0], [1, 0]) == pytest.approx([0, -np.log(m.LOG_LOSS_CLIP)], abs=1e-5)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_the_true_probability_is_expected_to_score_best(truth: float, other: float) -> None:
    for score in (m.brier, m.log_loss):
        best, rest = (truth * score(p, 1) + (1 - truth) * score(p, 0) for p in (truth, other))
        assert best <= rest + 1e-12


def test_reliability_bins_are_closed_below_and_hold_every_row_once() -> None:
    table = m.reliability([0.0, 0.5, 0.54, 0.55, 1.0, _GAP], [0, 1, 0, 1, 1, 1])
    assert table["low"].to_list() == [0, 0.5, 0.55, 0.95]
    assert table["count"].to_list() == [1, 2, 1, 1]
    assert table["p"].to_list() == pytest.approx([0, 0.52, 0.55, 1])
    assert table["rate"].to_list() == [0, 0.5, 1, 1]
    assert (
        table.select((pl.col("rate_low") <= pl.col("rate")) & (pl.col("rate") <= pl.col("rate_high"))).to_series().all()
    )


def test_ece_weighs_the_gaps_by_rows() -> None:
    p, happened = [0.52] * 3 + [0.82], [1, 1, 0, 0]
    assert m.ece(p, happened) == pytest.approx(0.75 * (2 / 3 - 0.52) + 0.25 * 0.82)


@pytest.mark.parametrize(("sureness", "slope"), [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0)])
def test_the_calibration_slope_is_below_one_for_the_too_sure(sureness: float, slope: float) -> None:
    generator = np.random.default_rng(2)
    logits = generator.normal(0, 1, 40_000)
    happened = generator.random(40_000) < 1 / (1 + np.exp(-logits))
    p = 1 / (1 + np.exp(-sureness * logits))
    intercept, found = m.calibration_line(p, happened)
    assert (intercept, found) == (pytest.approx(0, abs=0.05), pytest.approx(slope, rel=0.05))
    assert (m.ece(p, happened) < 0.01) == (sureness == 1)


def test_a_calibration_line_that_does_not_exist_is_unknown() -> None:
    for p, happened in (([0.4, 0.6], [1, 1]), ([0.5, 0.5, 0.5], [0, 1, 1]), ([0.2, 0.3, 0.7, 0.8], [0, 0, 1, 1])):
        assert np.isnan(m.calibration_line(p, happened)).all()


@given(st.lists(st.tuples(st.sampled_from([0.3, 0.4, 0.5, 0.6]), st.booleans()), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[float, bool]]) -> None:
    hits, misses = [p for p, hit in rows if hit], [p for p, hit in rows if not hit]
    found = m.auc([p for p, _ in rows], [hit for _, hit in rows])
    pairs = [(a > b) + (a == b) / 2 for a in hits for b in misses]
    assert np.isnan(found) if not pairs else found == pytest.approx(np.mean(pairs))


def _bets(rows: list[tuple]) -> pl.DataFrame:
    schema = {"recommendation": pl.String, "edge": pl.Float64, "points_line": pl.Float64, "points": pl.Int64}
    days = [date(2024, 3, 1) + timedelta(days=n) for n in range(len(rows))]
    return pl.DataFrame(rows, schema, orient="row").with_columns(game_date=pl.Series(days, dtype=pl.Date))


_SETTLED = [
    ("OVER", 3.0, 20.5, 21),
    ("OVER", 0.5, 20.5, 20),
    ("UNDER", -4.0, 20.5, 20),
    ("UNDER", -5.0, 20.0, 20),
    ("UNDER", -5.5, 20.0, None),
    ("PASS", 0.2, 20.5, 30),
    ("NO_LINE", None, None, 30),
    (None, 4.0, 20.5, 30),
    ("OVER", 4.0, None, 30),
]  # fmt: skip


def test_outcomes_of_bets() -> None:
    expected = ["WIN", "LOSS", "WIN", "PUSH", "VOID", None, None, None, None]
    assert _bets(_SETTLED).select(m.outcome()).to_series().to_list() == expected


def test_hit_rates_by_side_and_edge_leave_pushes_and_voids_out() -> None:
    table = {(row["side"], row["edge"]): row for row in m.hit_rates(_bets(_SETTLED)).to_dicts()}
    counts = {key: tuple(row[name] for name in ("wins", "losses", "pushes", "voids")) for key, row in table.items()}
    assert counts["both", "all"] == (2, 1, 1, 1)
    assert counts["OVER", "all"] == (1, 1, 0, 0)
    assert counts["UNDER", "5+"] == (0, 0, 1, 1)
    assert counts["both", "3+"] == (2, 0, 1, 1)
    assert table["both", "all"]["hit_rate"] == pytest.approx(2 / 3)
    assert table["UNDER", "5+"]["hit_rate"] is None
    assert table["both", "all"]["low"] is None
    assert table["both", "all"]["dates"] == 3


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["OVER", "UNDER"]), st.floats(-9, 9), st.sampled_from([20.0, 20.5]),
                          st.none() | st.integers(18, 23)), max_size=25))  # fmt: skip
def test_the_parts_of_the_hit_rate_table_add_up(rows: list[tuple]) -> None:
    table = m.hit_rates(_bets(rows))
    names = ("wins", "losses", "pushes", "voids")

    def counts(side: str, *edges: str) -> list[int]:
        return [
            table.filter(pl.col("side") == side, pl.col("edge").is_in(edges))[name].to_numpy().sum() for name in names
        ]

    assert sum(counts("both", "all")) == len(rows)
    for side in m.SIDES:
        assert counts(side, "all") == counts(side, "0-1", "1-3", "3-5", "5+")
        assert counts(side, "3+") == counts(side, "3-5", "5+")
    for edge in m.EDGE_BUCKETS:
        assert counts("both", edge) == [a + b for a, b in zip(counts("OVER", edge), counts("UNDER", edge), strict=True)]


def test_an_edge_of_three_but_for_rounding_is_three() -> None:
    table = m.hit_rates(_bets([("OVER", 0.1 + 0.2 + 2.7 - 1e-15, 20.5, 21), ("OVER", 3 - 1e-12, 20.5, 21)]))
    assert table.filter(side="OVER", edge="3-5")["wins"].item() == 2


def test_the_interval_of_a_hit_rate_is_over_dates() -> None:
    one_date = _bets([("OVER", 2.0, 20.5, 21 - n % 2) for n in range(40)])
    together = one_date.with_columns(game_date=pl.Series([date(2024, 3, 1 + n // 20) for n in range(40)]))
    (apart,), (few,) = (m.hit_rates(rows).filter(side="both", edge="all").to_dicts() for rows in (one_date, together))
    assert apart["low"] < apart["hit_rate"] == 0.5 < apart["high"]
    assert (few["hit_rate"], few["low"], few["high"], few["dates"]) == (0.5, None, None, 2)
