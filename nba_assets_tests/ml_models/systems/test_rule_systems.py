"""The formulas of the rule systems, number by number, and the wrong signs of their predecessors."""

import numpy as np
import polars as pl
import pytest

from ml_models.systems import ROSTER
from nba_assets_tests.ml_models.systems.rows import made_up, split, unknown, with_value

TRAIN, ASK, BEFORE = split(made_up())
PLAIN = with_value(
    ASK[:1],
    points_avg_last_5=20,
    points_avg_last_10=18,
    points_avg_season=16,
    shot_zone_mismatch_score=2,
    pace_score=1,
    usage_spike_score=0.5,
    home_away=1,
    back_to_back=0,
    fatigue_score=100,
    paint_attempts_per_game=6,
    mid_range_attempts_per_game=3,
    three_pt_attempts_per_game=5,
    opponent_paint_defense_vs_league_avg=4,
    opponent_mid_range_defense_vs_league_avg=-2,
    opponent_three_pt_defense_vs_league_avg=1,
)


def _points(system_id: str, **values: object) -> float:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    return float(fitted.predict(with_value(PLAIN, **values)).points[0])


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ({}, 10 + 5.4 + 3.2 + 0.6 + 0.3 + 0.2 + 0.5),
        ({"home_away": 0}, 18.6 + 1.1 - 0.5),
        ({"back_to_back": 1, "fatigue_score": 85}, 18.6 + 1.1 + 0.5 - 1.5),
        ({"fatigue_score": 70}, 20.2),
        ({"fatigue_score": 69}, 19.2),
        ({"fatigue_score": 50}, 19.2),
        ({"fatigue_score": 49}, 17.7),
        ({"points_avg_season": 80, "points_avg_last_5": 80, "points_avg_last_10": 80}, 60),
    ],
)
def test_moving_average(values: dict[str, object], points: float) -> None:
    assert _points("moving_average_baseline_v1", **values) == pytest.approx(points)


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ({}, 16 + 0.48 - 0.12 + 0.15 + 0.4 + 0.8),
        ({"home_away": 0}, 16 + 0.51 + 0.4 - 0.8),
        ({"fatigue_score": 60}, 17.71 - 0.8),
        ({"fatigue_score": 40}, 17.71 - 1.5),
        ({"opponent_paint_defense_vs_league_avg": -4}, 17.71 - 0.96),
    ],
)
def test_zone_matchup(values: dict[str, object], points: float) -> None:
    assert _points("zone_matchup_v1", **values) == pytest.approx(points)


def test_a_weak_defence_adds_and_is_said_in_words() -> None:
    fitted = ROSTER["zone_matchup_v1"].create().fit(TRAIN, BEFORE)
    reasons = {c.words: c.points for c in fitted.explain(PLAIN, most=10)[0]}
    assert reasons["weak paint defence"] == pytest.approx(0.48)
    assert reasons["strong mid-range defence"] == pytest.approx(-0.12)
    assert reasons["home game"] == pytest.approx(0.8)


def test_ewma_is_the_stored_mean() -> None:
    forecast = ROSTER["ewma_baseline"].create().fit(TRAIN, BEFORE).predict(ASK)
    np.testing.assert_array_equal(forecast.points, ASK["points_avg_ewma"].to_numpy())


def test_zones_unknown_leave_the_season() -> None:
    bare = unknown(PLAIN, "paint_attempts_per_game", "mid_range_attempts_per_game", "three_pt_attempts_per_game")
    fitted = ROSTER["zone_matchup_v1"].create().fit(TRAIN, BEFORE)
    assert fitted.predict(bare).points[0] == pytest.approx(16 + 0.4 + 0.8)
    assert not any("defence" in c.words for c in fitted.explain(bare, most=10)[0])


def test_the_spread_is_that_of_past_errors_not_the_forecast_shifted() -> None:
    # All past forecasts of a system are 4 too high: its forecast stays as it is, its distribution knows.
    high = TRAIN.with_columns(points_avg_ewma=pl.col("points").cast(pl.Float64) + 4)
    forecast = ROSTER["ewma_baseline"].create().fit(high, BEFORE).predict(with_value(PLAIN, points_avg_ewma=20))
    assert forecast.points[0] == 20
    assert forecast.pmf[0] @ np.arange(81) == pytest.approx(16, abs=0.2)
