"""What holds for every rule system and reference: rows by name, time, unknowns, reloading, honest distributions."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml_models import distributions, metrics
from ml_models.system import TARGET
from ml_models.systems import ENTRIES, ROSTER
from nba_assets_tests.ml_models.systems.rows import made_up, split, unknown, with_value

RULES = ("moving_average_baseline_v1", "zone_matchup_v1", "similarity_balanced_v1")
SIMPLE = ("market_line", "ewma_baseline", *RULES)
ROWS = made_up()
TRAIN, ASK, BEFORE = split(ROWS)

every = pytest.mark.parametrize("system_id", SIMPLE)


@every
def test_gives_a_point_and_a_distribution_per_row(system_id: str) -> None:
    system = ROSTER[system_id].create()
    assert system.system_id == system_id
    forecast = system.fit(TRAIN, BEFORE).predict(ASK)
    assert forecast.points.shape == (ASK.height,)
    known = np.isfinite(forecast.points)
    assert known.mean() > 0.6
    assert ((forecast.points[known] >= 0) & (forecast.points[known] <= 60)).all()
    distributions.validate(forecast.pmf)
    np.testing.assert_array_equal(np.isfinite(forecast.pmf[:, 0]), known)


@every
def test_reads_only_the_columns_it_declares(system_id: str) -> None:
    system = ROSTER[system_id].create()
    key = ["game_date", "nba_player_id"]
    declared = system.fit(TRAIN.select(*key, TARGET, *system.columns), BEFORE).predict(
        ASK.select(*key, *system.columns)
    )
    whole = system.fit(TRAIN, BEFORE).predict(ASK)
    np.testing.assert_array_equal(declared.points, whole.points)


@every
def test_order_of_columns_and_training_rows_does_not_matter(system_id: str) -> None:
    system = ROSTER[system_id].create()
    usual = system.fit(TRAIN, BEFORE).predict(ASK)
    shuffled = system.fit(
        TRAIN.select(sorted(TRAIN.columns, reverse=True)).sample(fraction=1, shuffle=True, seed=3), BEFORE
    ).predict(ASK.select(sorted(ASK.columns)))
    np.testing.assert_array_equal(usual.points, shuffled.points)
    np.testing.assert_array_equal(usual.pmf, shuffled.pmf)


@every
def test_a_row_is_forecast_the_same_alone(system_id: str) -> None:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    together = fitted.predict(ASK)
    alone = [fitted.predict(ASK[i]) for i in range(10)]
    np.testing.assert_allclose(together.points[:10], [one.points[0] for one in alone], atol=1e-12)
    np.testing.assert_allclose(together.pmf[:10], np.concatenate([one.pmf for one in alone]), atol=1e-12)


@every
def test_reloaded_gives_exactly_the_same(system_id: str, tmp_path: Path) -> None:
    system = ROSTER[system_id].create()
    fitted = system.fit(TRAIN, BEFORE)
    fitted.save(tmp_path / "a" / "b")
    loaded = ROSTER[system_id].create().load(tmp_path / "a" / "b")
    assert (loaded.system_id, loaded.trained_before) == (system_id, BEFORE)
    np.testing.assert_array_equal(fitted.predict(ASK).points, loaded.predict(ASK).points)
    np.testing.assert_array_equal(fitted.predict(ASK).pmf, loaded.predict(ASK).pmf)
    assert fitted.explain(ASK) == loaded.explain(ASK)


@every
def test_importance_is_shares_largest_first_and_survives_reloading(system_id: str, tmp_path: Path) -> None:
    system = ROSTER[system_id].create()
    fitted = system.fit(TRAIN, BEFORE)
    shares = fitted.importance()
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)
    assert len(dict(shares)) == len(shares)
    fitted.save(tmp_path)
    assert system.load(tmp_path).importance() == shares
    again = system.fit(TRAIN.sample(fraction=1, shuffle=True, seed=5), BEFORE)
    assert again.importance() == shares


@every
def test_rows_it_may_not_learn_from_raise(system_id: str) -> None:
    system = ROSTER[system_id].create()
    with pytest.raises(ValueError, match="on or after"):
        system.fit(TRAIN, BEFORE - timedelta(days=2))
    absent = TRAIN.with_columns(pl.when(pl.int_range(pl.len()) > 0).then(TARGET).alias(TARGET))
    with pytest.raises(ValueError, match="did not play"):
        system.fit(absent, BEFORE)
    with pytest.raises(ValueError, match="not unique"):
        system.fit(pl.concat([TRAIN, TRAIN[:1]]), BEFORE)
    with pytest.raises(ValueError, match=system.columns[0]):
        system.fit(TRAIN.drop(system.columns[0]), BEFORE)


@pytest.mark.parametrize(
    ("system_id", "column"),
    [
        ("market_line", "consensus_points_line"),
        ("ewma_baseline", "points_avg_ewma"),
        ("moving_average_baseline_v1", "points_avg_last_5"),
        ("moving_average_baseline_v1", "points_avg_last_10"),
        ("moving_average_baseline_v1", "points_avg_season"),
        ("zone_matchup_v1", "points_avg_season"),
        ("similarity_balanced_v1", "opponent_def_rating"),
    ],
)
def test_without_what_it_needs_there_is_no_forecast(system_id: str, column: str) -> None:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    forecast = fitted.predict(unknown(ASK, column))
    assert np.isnan(forecast.points).all()
    assert np.isnan(forecast.pmf).all()
    assert not any(fitted.explain(unknown(ASK, column)))


@pytest.mark.parametrize("system_id", RULES)
def test_an_unknown_adjustment_is_neither_made_nor_a_reason(system_id: str) -> None:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    hidden = unknown(ASK, "home_away") if system_id != "similarity_balanced_v1" else unknown(ASK, "pace_score")
    name = "venue" if system_id != "similarity_balanced_v1" else "pace"
    forecast, reasons = fitted.predict(hidden).points, fitted.explain(ASK, most=20)
    assert not any(c.name == name for row in fitted.explain(hidden, most=20) for c in row)
    for with_it, without, row in zip(fitted.predict(ASK).points, forecast, reasons, strict=True):
        if np.isfinite(with_it) and 1 < without < 55:
            made = sum(c.points for c in row if c.name == name)
            assert with_it - made == pytest.approx(without)


@pytest.mark.parametrize("system_id", RULES)
def test_reasons_add_up_to_the_forecast(system_id: str) -> None:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    points, reasons = fitted.predict(ASK).points, fitted.explain(ASK, most=20)
    for season, forecast, row in zip(ASK["points_avg_season"], points, reasons, strict=True):
        if 0 < forecast < 60:
            assert season + sum(c.points for c in row) == pytest.approx(forecast)
        assert [abs(c.points) for c in row] == sorted((abs(c.points) for c in row), reverse=True)
    assert max(len(row) for row in fitted.explain(ASK, most=2)) == 2


@pytest.mark.parametrize("system_id", RULES)
@pytest.mark.parametrize("column", ["fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score"])
def test_what_favours_a_player_never_lowers_his_points(system_id: str, column: str) -> None:
    fitted = ROSTER[system_id].create().fit(TRAIN, BEFORE)
    low, high = {"fatigue_score": (0, 100)}.get(column, (-3, 3))
    steps = [
        fitted.predict(ASK.with_columns(pl.lit(float(value)).alias(column))).points
        for value in np.linspace(low, high, 41)
    ]
    known = np.isfinite(steps[0])
    rises = np.diff(np.stack(steps)[:, known], axis=0)
    assert (rises >= -1e-12).all()
    uses = column in ROSTER[system_id].create().columns
    assert (rises.sum(axis=0) > 0).any() == uses


@pytest.mark.parametrize("system_id", SIMPLE)
def test_distributions_cover_what_they_say(system_id: str) -> None:
    train, ask, before = split(made_up(players=60, games=40), games=30)
    asked = made_up(players=60, games=40).filter(pl.col("game_date") >= before)
    assert asked.select("game_date", "nba_player_id").equals(ask.select("game_date", "nba_player_id"))
    pmf = ROSTER[system_id].create().fit(train, before).predict(ask).pmf
    for level in (0.5, 0.8, 0.9):
        covered = metrics.coverage(pmf, asked[TARGET].to_numpy(), level).covered
        assert covered == pytest.approx(level, abs=0.06)


def test_one_input_is_all_that_matters() -> None:
    inputs = {"market_line": "consensus_points_line", "ewma_baseline": "points_avg_ewma"}
    for system_id, column in inputs.items():
        assert ROSTER[system_id].create().fit(TRAIN, BEFORE).importance() == [(column, 1.0)]


def test_importance_of_a_formula_is_how_far_its_parts_stray() -> None:
    train = with_value(unknown(TRAIN, "pace_score"), home_away=1, points_avg_season=20, fatigue_score=100)
    zones = {f"{zone}_attempts_per_game": 0.0 for zone in ("mid_range", "three_pt")}
    shares = ROSTER["zone_matchup_v1"].create().fit(with_value(train, **zones), BEFORE).importance()
    # What is the same for everybody, or unknown, tells no two forecasts apart.
    assert shares[0] == ("paint_defence", 1.0)
    assert {share for _, share in shares[1:]} == {0.0}
    assert {name for name, _ in shares} >= {"points_avg_season", "venue", "pace"}
    system = ROSTER["moving_average_baseline_v1"].create()
    half = train.with_columns(home_away=(pl.int_range(pl.len()) % 2).cast(pl.Float64), usage_spike_score=0.0)
    half = half.with_columns(shot_zone_mismatch_score=0.0, points_avg_last_5=20.0, points_avg_last_10=20.0)
    half = half.with_columns(back_to_back=1 - pl.col("home_away"))
    # Venue +-.5 strays .5, back-to-back 0 or -1.5 strays .75.
    assert dict(system.fit(half, BEFORE).importance())["venue"] == pytest.approx(0.5 / 1.25)
    assert dict(system.fit(half, BEFORE).importance())["back_to_back"] == pytest.approx(0.75 / 1.25)


def test_nothing_to_learn_from_has_no_importance() -> None:
    assert ROSTER["zone_matchup_v1"].create().fit(unknown(TRAIN, "points_avg_season"), BEFORE).importance() == []


def test_too_few_rows_are_no_forecast() -> None:
    for system_id in SIMPLE:
        forecast = ROSTER[system_id].create().fit(TRAIN[:10], BEFORE).predict(ASK)
        assert np.isnan(forecast.points).all()


def test_roster_is_one_table_of_known_systems() -> None:
    assert len(ROSTER) == len(ENTRIES)
    assert {entry.system_id for entry in ENTRIES if entry.status == "reference"} == {"market_line", "ewma_baseline"}
    assert sum(entry.status == "champion" for entry in ENTRIES) <= 1
    for entry in ENTRIES:
        assert entry.create().system_id == entry.system_id
        assert entry.action_floor > 0
        # A member learns from rows, so that nothing waits for anything but rows.
        assert all(not ROSTER[member].members for member in entry.members)
