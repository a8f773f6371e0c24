"""Settings, training rows, the split by time.

Dangers covered: tonight's outcome as a feature, a random split, rows made by an older meaning of the features, players
who did not play, a recipe without a system.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models import training
from ml_models.features import BY_NAME
from ml_models.systems import ROSTER
from ml_models.systems.explanations import GROUPS, LINE
from nba_assets_tests.ml_models.feature_rows import START, made_up

ROWS = made_up(players=3, days=10)


def test_every_recipe_is_a_system_and_learns_from_declared_features_only() -> None:
    assert set(training.SETTINGS) <= set(ROSTER)
    for system_id, settings in training.SETTINGS.items():
        training.check_inputs(settings.features.features)
        assert set(settings.feature_weights) <= set(settings.features.features)
        created = ROSTER[system_id].create()
        assert created.system_id == system_id
        points_line = {"consensus_points_line", *next(group.features for group in GROUPS if group.name == LINE)}
        assert bool(points_line & set(created.columns)) == ROSTER[system_id].line_aware, system_id


def test_what_is_known_after_the_game_is_no_input() -> None:
    assert not training.DENIED & set(BY_NAME)
    for name in ("points", "minutes_played", "starter_flag"):
        with pytest.raises(ValueError, match=f"after the game.*{name}"):
            training.check_inputs(["points_avg_season", name])
    with pytest.raises(ValueError, match="no declared features: points_tonight"):
        training.check_inputs(["points_tonight"])


def test_rows_of_another_feature_version_are_refused() -> None:
    training.check_version(ROWS)
    for other in ("0123456789ab", None):
        one = pl.when(pl.int_range(pl.len()) == 4).then(pl.lit(other)).otherwise("feature_version")
        with pytest.raises(ValueError, match="materialize them again"):
            training.check_version(ROWS.with_columns(feature_version=one))


def test_the_window_ends_the_day_before_and_leaves_out_who_did_not_play() -> None:
    before = START + timedelta(days=8)
    absent = pl.when(pl.col("nba_player_id") != 2).then("points").alias("points")
    chosen = training.window(ROWS.with_columns(absent), before, days=5)
    assert chosen["game_date"].unique().sort().to_list() == [START + timedelta(days=d) for d in range(3, 8)]
    assert set(chosen["nba_player_id"]) == {1, 3}


@pytest.mark.parametrize(
    ("missing", "expected"),
    [([], True), (["usage_spike_score", "injury_risk"], True), (["injury_risk", "pace_score"], False)],
    ids=["nothing", "injuries", "more"],
)
def test_a_row_teaches_unless_something_required_is_unknown_that_could_be_known(
    missing: list[str], expected: bool
) -> None:
    rows = pl.DataFrame({"missing_required": [missing]}, schema={"missing_required": pl.List(pl.String)})
    assert rows.select(training.teaches()).item() is expected


@given(st.lists(st.integers(0, 40), min_size=2, max_size=200).filter(lambda days: len(set(days)) > 1))
def test_no_date_is_on_both_sides_and_validation_is_newer(days: list[int]) -> None:
    dates = np.array([START + timedelta(days=d) for d in days], dtype="datetime64[D]")
    older, newest = training.split_by_date(dates)
    assert (older ^ newest).all()
    assert older.any()
    assert dates[older].max() < dates[newest].min()


def test_a_random_split_is_refused() -> None:
    dates = np.array([date(2024, 1, d) for d in range(1, 21)], dtype="datetime64[D]")
    training.check_split(dates[:15], dates[15:])
    drawn = np.random.default_rng(0).permutation(dates)
    with pytest.raises(ValueError, match="overlap"):
        training.check_split(drawn[:15], drawn[15:])
    with pytest.raises(ValueError, match="overlap"):
        training.check_split(dates[:15], dates[14:])
    with pytest.raises(ValueError, match="one date"):
        training.split_by_date(dates[:1].repeat(5))


def test_the_holdout_is_about_the_newest_share() -> None:
    dates = np.repeat(np.arange("2024-01-01", "2024-02-10", dtype="datetime64[D]"), 20)
    _, newest = training.split_by_date(dates)
    assert newest.mean() == pytest.approx(training.HOLDOUT, abs=0.03)
