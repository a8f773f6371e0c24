from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nba_assets_tests.resources.simulated_league.leagues import league, some_games
from resources.simulated_league.measurements import (
    HISTOGRAMS,
    MEASUREMENTS,
    BoxMeasurement,
    BoxSample,
    Histogram,
    real_figures,
    simulated_boxes,
)
from resources.simulated_league.real_boxes import real_sample


@pytest.fixture(scope="module")
def sample() -> BoxSample:
    return simulated_boxes(league(), some_games(2))


@pytest.mark.parametrize("measurement", [m for m in MEASUREMENTS if not m.season_only], ids=lambda m: m.name)
def test_simulated_figures_are_those_of_the_nba(measurement: BoxMeasurement, sample: BoxSample) -> None:
    assert measurement.low <= measurement.value(sample) <= measurement.high


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda m: m.name)
def test_real_figures_lie_in_their_bands(measurement: BoxMeasurement) -> None:
    assert measurement.low <= measurement.real <= measurement.high


@pytest.mark.parametrize("histogram", HISTOGRAMS, ids=lambda h: h.name)
def test_distributions_have_the_real_shape(histogram: Histogram, sample: BoxSample) -> None:
    distance = np.abs(np.cumsum(histogram.shares(sample)) - np.cumsum(real_figures()[histogram.name])).max()
    assert distance < 0.06


def test_a_bad_generator_leaves_the_bands(sample: BoxSample) -> None:
    """Without luck in shooting the spread within players is too small, and the bands say so."""
    mean = pl.col("points").mean().over("person")
    dull = BoxSample(
        sample.players.with_columns(points=(mean + 0.6 * (pl.col("points") - mean)).round().cast(pl.Int64))
    )
    failed = {m.name for m in MEASUREMENTS if not m.season_only and not m.low <= m.value(dull) <= m.high}
    assert {"within-player SD, mean of 8-12 points", "within-player SD, mean over 22"} <= failed


@pytest.mark.slow
def test_real_figures_are_measured_from_the_season(season_landing: Path) -> None:
    real = real_sample(season_landing)
    for measurement in MEASUREMENTS:
        assert measurement.value(real) == pytest.approx(measurement.real, rel=1e-4)
