"""Vintages of systems, walked from Monday to Monday and stored.

Dangers covered: a model that depends on how many weeks are trained in one run, that forecasts otherwise once it is
stored, or in another process; one that was changed on disk or learned from features of another meaning; a rejected week
that later weeks count on; rows of the week itself, or outcomes, that reach a fit.
"""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml_models import feature_sets, registry, training
from ml_models.registry import RegistryError
from ml_models.system import TARGET
from ml_models.systems import ROSTER, Entry
from ml_models.vintages import PAST_WEEKS, Vintage, Walk
from nba_assets_tests.model_rows import honest, week
from resources.model_store import ModelStore
from resources.settings import CHECKOUT

WEEKS = 7
ROWS = honest(players=40, weeks=WEEKS, lined_from=14)
FORMULA, BOOSTED, ENSEMBLE = "moving_average_baseline_v1", "catboost_line_free", "ensemble_v1"
# First week with enough rows for everybody.
FIRST = 4


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, settings in training.SETTINGS.items():
        monkeypatch.setitem(training.SETTINGS, name, replace(settings, rounds=15, threads=1))


def entry(name: str) -> Entry:
    return ROSTER[name]


def walked(store: ModelStore, name: str, weeks: range, rows: pl.DataFrame = ROWS) -> dict[date, str]:
    """Train and store the weeks in one walk: Monday -> hash of the artefact."""
    days = max(entry(name).window_days or training.WINDOW_DAYS, 7 * (PAST_WEEKS + 1))
    known = rows.filter(
        pl.col("game_date") >= week(weeks[0]) - timedelta(days=days),
        pl.col("game_date") < week(weeks[-1] + 1),
    )
    walk = Walk(entry(name), known, store.vintage)
    shas = {}
    for monday in map(week, weeks):
        vintage = walk.train(monday)
        if vintage:
            taught = walk.taught_by(monday)
            shas[monday] = store.register(entry(name), vintage, taught, status="shadow", metrics={}).sha256
    return shas


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all weeks of the ensemble's members."""
    root = tmp_path_factory.mktemp("members")
    with pytest.MonkeyPatch.context() as patch:
        for name, settings in training.SETTINGS.items():
            patch.setitem(training.SETTINGS, name, replace(settings, rounds=15, threads=1))
        for member in entry(ENSEMBLE).members:
            walked(ModelStore(root), member, range(FIRST - 1, WEEKS))
    return root


@pytest.mark.parametrize("name", [FORMULA, BOOSTED])
def test_a_range_of_weeks_is_week_by_week(name: str, tmp_path: Path) -> None:
    at_once = walked(ModelStore(tmp_path / "range"), name, range(FIRST - 1, WEEKS))
    single = ModelStore(tmp_path / "single")
    one_by_one = {}
    for n in range(FIRST - 1, WEEKS):
        one_by_one |= walked(single, name, range(n, n + 1))
    assert at_once == one_by_one
    assert len(set(at_once.values())) == len(at_once) == WEEKS - FIRST + (name == FORMULA)


def test_a_range_of_an_ensemble_is_week_by_week(members: Path, tmp_path: Path) -> None:
    """Its weights are learned from its members' models, its calibration from its own."""
    for way in ("range", "single"):
        (tmp_path / way).symlink_to(tmp_path / f"{way}-store")
        (tmp_path / f"{way}-store").mkdir()
        for member in entry(ENSEMBLE).members:
            (tmp_path / f"{way}-store" / member).symlink_to(members / member)
    at_once = walked(ModelStore(tmp_path / "range"), ENSEMBLE, range(FIRST, WEEKS))
    single = ModelStore(tmp_path / "single")
    one_by_one = {}
    for n in range(FIRST, WEEKS):
        one_by_one |= walked(single, ENSEMBLE, range(n, n + 1))
    assert at_once == one_by_one
    assert list(at_once) == [week(n) for n in range(FIRST, WEEKS)]
    found = single.vintage(ENSEMBLE, week(WEEKS - 1))
    assert found and found.calibration.width_rows == 40 * 7 * (WEEKS - 1 - FIRST)


def test_training_again_is_the_same_artefact(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    shuffled = ROWS.sample(fraction=1, shuffle=True, seed=3)
    shas = [walked(store, BOOSTED, range(FIRST, FIRST + 2), rows) for rows in (ROWS, ROWS, shuffled)]
    assert shas[0] == shas[1] == shas[2]
    assert len(list((tmp_path / BOOSTED).glob("*/*/card.json"))) == 2, "the same content is stored once"


def test_the_week_itself_and_what_comes_after_it_teach_nothing(tmp_path: Path) -> None:
    other = pl.when(pl.col("game_date") >= week(FIRST)).then(pl.col(TARGET) * 2 + 9).otherwise(TARGET).alias(TARGET)
    for name in (FORMULA, BOOSTED):
        told = walked(ModelStore(tmp_path / "a"), name, range(FIRST - 1, FIRST + 1))
        blind = walked(ModelStore(tmp_path / "b"), name, range(FIRST - 1, FIRST + 1), ROWS.with_columns(other))
        assert told == blind


def test_a_rejected_week_is_what_the_store_has(tmp_path: Path) -> None:
    """As for a walk that starts after it: otherwise a range and its weeks one by one came to differ."""
    store = ModelStore(tmp_path)
    walk = Walk(entry(FORMULA), ROWS, store.vintage)
    assert walk.train(week(FIRST))
    walk.reject(week(FIRST))
    after = walk.train(week(FIRST + 1))
    assert after and after.calibration.width_rows == 0
    assert np.isnan(walk.record(week(FIRST + 1)).forecast.forecast.points).all()

    walked(store, FORMULA, range(FIRST, FIRST + 1))
    again = Walk(entry(FORMULA), ROWS, store.vintage)
    again.train(week(FIRST))
    again.reject(week(FIRST))
    taught = again.train(week(FIRST + 1))
    assert taught and taught.calibration.width_rows == 40 * 7


def test_the_record_is_of_the_weeks_before_as_they_were_served(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    walk = Walk(entry(FORMULA), ROWS, store.vintage)
    for n in (FIRST, FIRST + 1):
        assert walk.train(week(n))
    record = walk.record(week(FIRST + 2))
    days = record.rows["game_date"]
    assert (days.min(), days.max()) == (week(0), week(FIRST + 2) - timedelta(days=1))
    known = np.isfinite(record.forecast.forecast.points)
    assert known.tolist() == (days >= week(FIRST)).to_list()
    # The vintage one week older exists for the second week only.
    assert np.isfinite(record.previous).tolist() == (days >= week(FIRST + 1)).to_list()


# --- the store


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    made = ModelStore(tmp_path / "models")
    walked(made, BOOSTED, range(FIRST, FIRST + 1))
    return made


ASK = ROWS.filter(pl.col("game_date") >= week(FIRST), pl.col("game_date") < week(FIRST + 1)).drop(TARGET)

_IN_ANOTHER_PROCESS = """
import sys
from datetime import date
from pathlib import Path
import numpy as np
import polars as pl
from dataclasses import replace
from ml_models import training
from ml_models.systems import ROSTER
from resources.model_store import ModelStore

root, name, monday, rows, result = sys.argv[1:]
vintage, _ = ModelStore(Path(root)).find(ROSTER[name], date.fromisoformat(monday))
asked = pl.read_parquet(rows)
raw = vintage.fitted.predict(asked)
served = vintage.calibration.apply(asked, raw)
np.savez(result, raw.points, raw.pmf, served.forecast.pmf, served.p_over, served.p_push)
"""


def _served(vintage: Vintage, rows: pl.DataFrame) -> list[np.ndarray]:
    raw = vintage.fitted.predict(rows)
    served = vintage.calibration.apply(rows, raw)
    return [raw.points, raw.pmf, served.forecast.pmf, served.p_over, served.p_push]


def test_another_process_forecasts_exactly_the_same(store: ModelStore, tmp_path: Path) -> None:
    """Of a vintage as it was trained, not as it was stored; nothing may have stayed in memory."""
    walk = Walk(entry(BOOSTED), ROWS, store.vintage)
    trained = walk.train(week(FIRST))
    assert trained
    rows, result = tmp_path / "rows.parquet", tmp_path / "result.npz"
    ASK.write_parquet(rows)
    arguments = [str(store.root), BOOSTED, str(week(FIRST)), str(rows), str(result)]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS, *arguments], check=True, cwd=CHECKOUT, env=environment, timeout=120
    )
    with np.load(result) as found:
        for name, made in zip(found.files, _served(trained, ASK), strict=True):
            np.testing.assert_array_equal(found[name], made)
    assert np.isfinite(_served(trained, ASK)[3]).any()


def test_a_store_without_the_week_has_no_model(store: ModelStore) -> None:
    assert store.find(entry(BOOSTED), week(FIRST + 1)) is None
    assert store.vintage(FORMULA, week(FIRST)) is None
    found = store.of_weeks([week(FIRST), week(FIRST + 1)])
    assert {monday: list(models) for monday, models in found.items()} == {week(FIRST): [BOOSTED], week(FIRST + 1): []}


def test_a_withdrawn_week_has_no_model(store: ModelStore) -> None:
    for _ in range(2):
        store.withdraw(entry(BOOSTED), week(FIRST))
        assert store.vintage(BOOSTED, week(FIRST)) is None


@pytest.mark.parametrize("file", ["calibration.json", "system.json"])
def test_a_changed_artefact_is_refused(store: ModelStore, file: str) -> None:
    path = next(store.root.rglob(file))
    path.write_text(path.read_text().replace("0", "1", 1))
    with pytest.raises(RegistryError, match="hashes to"):
        store.find(entry(BOOSTED), week(FIRST))


def test_a_model_of_features_that_mean_something_else_is_refused(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = feature_sets.FEATURE_SETS["line_free"]
    changed = replace(today, features=today.features[1:])
    monkeypatch.setitem(registry.FEATURE_SETS, "line_free", changed)
    with pytest.raises(RegistryError, match=f"which are {changed.content_hash} today"):
        store.find(entry(BOOSTED), week(FIRST))


@pytest.mark.parametrize("change", ["forecast", "calibration"])
def test_a_model_that_changed_on_its_way_does_not_repeat_itself(store: ModelStore, change: str) -> None:
    made = store.vintage(BOOSTED, week(FIRST))
    assert made
    rows = ROWS.filter(pl.col("game_date") < week(FIRST)).tail(50)
    assert store.repeats(entry(BOOSTED), made, rows) == ""
    walk = Walk(entry(BOOSTED), ROWS.with_columns(pl.col(TARGET) + 1), store.vintage)
    other = walk.train(week(FIRST)) if change == "forecast" else made
    assert other
    if change == "calibration":
        other = replace(made, calibration=replace(made.calibration, lean=0.1))
    assert "differ" in store.repeats(entry(BOOSTED), other, rows)


def test_an_ensemble_repeats_itself_by_its_weights(members: Path) -> None:
    store = ModelStore(members)
    walked(store, ENSEMBLE, range(FIRST, FIRST + 1))
    made = store.vintage(ENSEMBLE, week(FIRST))
    assert made
    assert store.repeats(entry(ENSEMBLE), made, ROWS) == ""
    other = replace(made, calibration=replace(made.calibration, lean=0.1))
    assert "weights or calibration changed" in store.repeats(entry(ENSEMBLE), other, ROWS)


def test_the_card_says_what_taught_the_model_and_which_code(store: ModelStore) -> None:
    found = store.find(entry(BOOSTED), week(FIRST))
    assert found
    card = found[1]
    taught = training.window(ROWS, week(FIRST))
    assert (card.rows, card.data_sha256) == (taught.height, registry.data_sha256(taught))
    assert card.feature_set == "line_free"
    assert card.feature_hash == feature_sets.FEATURE_SETS["line_free"].content_hash
    assert (card.seed, card.code_version) == (42, store.code_version)
    assert (card.window_start, card.window_end) == (week(FIRST) - timedelta(days=56), week(FIRST) - timedelta(days=1))
