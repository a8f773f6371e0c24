"""The boosted trees.

Dangers covered: rows of tomorrow in training, column order that decides, constants for unknown values, forecasts that
change on reload or refit, a line that is ignored or obeyed blindly, reasons that do not add up.
"""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml_models import distributions
from ml_models.features import FEATURES
from ml_models.registry import artefact_sha256
from ml_models.systems import ROSTER
from ml_models.systems.boosters import XGBoost
from ml_models.systems.explanations import GROUPS
from ml_models.systems.gradient_boosting import LINE_COLUMN, PRIOR_SHARE, GradientBoosting, learned_share
from ml_models.training import SETTINGS, Settings, TooFewRowsError
from nba_assets_tests.ml_models.feature_rows import START, made_up

ROWS = made_up(lined_from=20)
BEFORE = START + timedelta(days=35)
TRAIN = ROWS.filter(pl.col("game_date") < BEFORE)
ASK = ROWS.filter(pl.col("game_date") >= BEFORE).drop("points")

TINY = {
    "catboost": Settings("catboost", "v9", rounds=60, depth=3, threads=1),
    "anchored": Settings("catboost", "v9", rounds=60, depth=3, threads=1, anchored=True),
    "quantile": Settings("catboost", "v9", loss="Quantile:alpha=0.2", rounds=200, depth=3, threads=1),
    "xgboost": Settings("xgboost", "v1_25", loss="reg:absoluteerror", rounds=60, depth=3, threads=1),
}
SYSTEMS = {name: GradientBoosting(name, settings, least_rows=300) for name, settings in TINY.items()}
FITTED = {name: system.fit(TRAIN, BEFORE) for name, system in SYSTEMS.items()}

every = pytest.mark.parametrize("name", TINY)


@every
def test_gives_a_point_and_a_distribution_that_follow_the_player(name: str) -> None:
    forecast = FITTED[name].predict(ASK)
    distributions.validate(forecast.pmf)
    assert np.isfinite(forecast.points).all()
    level = ASK["points_avg_season"].to_numpy()
    assert np.corrcoef(forecast.points, level)[0, 1] > 0.8
    assert np.corrcoef(distributions.mean(forecast.pmf), level)[0, 1] > 0.8


@every
def test_same_rows_give_the_same_model_to_the_byte_whatever_their_order(name: str, tmp_path: Path) -> None:
    shuffled = TRAIN.select(sorted(TRAIN.columns)).sample(fraction=1, shuffle=True, seed=9)
    again = SYSTEMS[name].fit(shuffled, BEFORE)
    np.testing.assert_array_equal(again.predict(ASK).points, FITTED[name].predict(ASK).points)
    np.testing.assert_array_equal(again.predict(ASK).pmf, FITTED[name].predict(ASK).pmf)
    again.save(tmp_path / "again")
    FITTED[name].save(tmp_path / "first")
    assert artefact_sha256(tmp_path / "again") == artefact_sha256(tmp_path / "first")


@every
def test_reloaded_gives_exactly_the_same(name: str, tmp_path: Path) -> None:
    FITTED[name].save(tmp_path / "a")
    loaded = SYSTEMS[name].load(tmp_path / "a")
    np.testing.assert_array_equal(loaded.predict(ASK).points, FITTED[name].predict(ASK).points)
    np.testing.assert_array_equal(loaded.predict(ASK).pmf, FITTED[name].predict(ASK).pmf)
    assert loaded.explain(ASK[:5]) == FITTED[name].explain(ASK[:5])
    other = GradientBoosting("other", TINY[name])
    with pytest.raises(ValueError, match="not"):
        other.load(tmp_path / "a")


@every
def test_columns_by_name_and_no_others_than_declared(name: str) -> None:
    declared = ASK.select("nba_player_id", "game_date", *reversed(SYSTEMS[name].columns))
    np.testing.assert_array_equal(FITTED[name].predict(declared).points, FITTED[name].predict(ASK).points)
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        FITTED[name].predict(ASK.drop("pace_score"))


def test_rows_it_may_not_learn_from_raise() -> None:
    system = SYSTEMS["catboost"]
    with pytest.raises(ValueError, match="on or after"):
        system.fit(TRAIN, BEFORE - timedelta(days=1))
    with pytest.raises(ValueError, match="did not play"):
        system.fit(TRAIN.with_columns(points=None), BEFORE)
    old = TRAIN.with_columns(feature_version=pl.lit("0123456789ab"))
    with pytest.raises(ValueError, match="feature version"):
        system.fit(old, BEFORE)
    with pytest.raises(ValueError, match="feature version"):
        FITTED["catboost"].predict(ASK.with_columns(feature_version=pl.lit("0123456789ab")))
    planted = GradientBoosting("leak", TINY["catboost"])
    with pytest.raises(ValueError, match="asked about"):
        FITTED["catboost"].predict(TRAIN)
    with pytest.raises(TooFewRowsError, match="not 1000"):
        planted.fit(TRAIN.head(999), BEFORE)


def test_rows_that_lack_what_could_be_known_do_not_teach() -> None:
    lacking = TRAIN["nba_player_id"] <= 5
    missing = pl.when(lacking).then(pl.lit(["pace_score"])).otherwise("missing_required").alias("missing_required")
    # What such rows say is absurd, and must not matter.
    absurd = TRAIN.with_columns(missing, pl.when(lacking).then(80).otherwise("points").alias("points"))
    without = SYSTEMS["catboost"].fit(TRAIN.filter(~lacking), BEFORE)
    np.testing.assert_array_equal(
        SYSTEMS["catboost"].fit(absurd, BEFORE).predict(ASK).points, without.predict(ASK).points
    )


@every
def test_unknown_is_not_a_constant(name: str) -> None:
    """An unknown value in training and serving alike gives a forecast, and another than zero in its place."""
    blind = [n for n in TINY[name].features.features if n != "points_avg_last_5"]
    unknown = ASK.with_columns(pl.lit(None, pl.Float64).alias(n) for n in blind)
    zero = ASK.with_columns(pl.lit(0.0).alias(n) for n in blind if n != "opponent_def_rating")
    known = FITTED[name].predict(unknown).points
    assert np.isfinite(known).all()
    assert not np.array_equal(known, FITTED[name].predict(zero).points)


@every
def test_reasons_add_up_to_the_forecast(name: str) -> None:
    fitted, some = FITTED[name], ASK.filter(pl.col("points_avg_season") > 8)[:20]
    reasons = fitted.explain(some, most=99)
    matrix = some.select(TINY[name].features.features).to_numpy()
    base = fitted.trees.contributions(matrix)[:, -1]
    told = base + [sum(c.points for c in row) for row in reasons]
    np.testing.assert_allclose(told, fitted.predict(some).points, atol=1e-4)
    assert all(len(row) == 2 for row in fitted.explain(some, most=2))
    assert [abs(c.points) for c in reasons[0]] == sorted((abs(c.points) for c in reasons[0]), reverse=True)


@every
def test_importance_is_shares_of_the_inputs_and_survives_reloading(name: str, tmp_path: Path) -> None:
    fitted = FITTED[name]
    shares = fitted.importance()
    line = {LINE_COLUMN} if name == "anchored" else set()
    assert {feature for feature, _ in shares} == set(TINY[name].features.features) | line
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)
    first = {feature for feature, _ in shares[:3]}
    assert first & {"points_avg_season", "points_avg_last_10", "vegas_points_line", LINE_COLUMN}
    fitted.save(tmp_path)
    assert SYSTEMS[name].load(tmp_path).importance() == shares


@every
def test_a_feature_that_is_the_same_for_everybody_has_no_share(name: str) -> None:
    same = TRAIN.with_columns(points_avg_season=pl.lit(12.0))
    shares = dict(SYSTEMS[name].fit(same, BEFORE).importance())
    assert shares["points_avg_season"] == 0
    assert dict(FITTED[name].importance())["points_avg_season"] > 0


def test_an_anchored_model_depends_on_the_line_but_for_its_share() -> None:
    shares, trees = dict(FITTED["anchored"].importance()), dict(FITTED["catboost"].importance())
    share = FITTED["anchored"].share
    assert shares["consensus_points_line"] == pytest.approx(1 - share)
    assert shares["points_avg_season"] == pytest.approx(share * trees["points_avg_season"])


def test_a_reloaded_xgboost_keeps_to_one_thread(tmp_path: Path) -> None:
    FITTED["xgboost"].save(tmp_path)
    trees = SYSTEMS["xgboost"].load(tmp_path).trees
    assert isinstance(trees, XGBoost)
    assert json.loads(trees.model.save_config())["learner"]["generic_param"]["nthread"] == "1"


def test_the_season_s_level_is_the_first_reason_of_a_star() -> None:
    star = ASK.sort("points_avg_season")[-1:]
    reason = FITTED["catboost"].explain(star)[0][0]
    assert reason.name in {"season", "line"}
    assert reason.points > 0


def test_every_feature_is_in_exactly_one_group() -> None:
    told = [name for group in GROUPS for name in group.features]
    assert sorted(told) == sorted(f.name for f in FEATURES)
    assert len({group.name for group in GROUPS}) == len(GROUPS)


def test_a_quantile_loss_leans_in_the_point_forecast_only() -> None:
    low, mean = FITTED["quantile"].predict(ASK), FITTED["catboost"].predict(ASK)
    assert (low.points < mean.points).mean() > 0.9
    assert distributions.mean(low.pmf).mean() == pytest.approx(distributions.mean(mean.pmf).mean(), abs=0.7)


def test_an_anchored_forecast_stays_near_the_line_and_is_free_without_one() -> None:
    fitted = FITTED["anchored"]
    line, trees = ASK["consensus_points_line"].to_numpy(), FITTED["catboost"].predict(ASK).points
    expected = line + fitted.share * (trees - line)
    np.testing.assert_allclose(fitted.predict(ASK).points, np.clip(expected, 0, 60))
    assert 0 <= fitted.share < 0.5
    no_line = ASK.with_columns(pl.lit(None, pl.Float64).alias("consensus_points_line"))
    np.testing.assert_allclose(fitted.predict(no_line).points, trees)


def test_the_share_of_the_line_s_correction_is_earned() -> None:
    random = np.random.default_rng(0)
    line = random.uniform(5, 25, 20_000)
    away = random.normal(0, 2, line.size)
    noise = random.normal(0, 6, line.size)
    assert learned_share(line + away, np.full(line.size, np.nan), line) == PRIOR_SHARE
    assert learned_share(line + away, line, line + away + noise) > 0.9
    assert learned_share(line + away, line, line + noise) < 0.05
    assert learned_share(line + away, line, line - away) == 0
    few = slice(0, 20)
    assert learned_share((line + away)[few], line[few], (line + away)[few]) == pytest.approx(PRIOR_SHARE, abs=0.03)


def test_a_planted_outcome_is_seen_as_too_good() -> None:
    """The canary: were tonight's points an input, the error would collapse far below any honest one."""
    planted = TRAIN.with_columns(pace_score=pl.col("points").cast(pl.Float64))
    asked = ROWS.filter(pl.col("game_date") >= BEFORE)
    honest = np.abs(FITTED["catboost"].predict(asked).points - asked["points"].to_numpy()).mean()
    leaky = (
        SYSTEMS["catboost"]
        .fit(planted, BEFORE)
        .predict(asked.with_columns(pace_score=pl.col("points").cast(pl.Float64)))
    )
    assert np.abs(leaky.points - asked["points"].to_numpy()).mean() < 0.6 * honest


def test_systems_of_the_roster_are_the_recipes() -> None:
    for system_id, settings in SETTINGS.items():
        assert ROSTER[system_id].create() == GradientBoosting(system_id, settings)
