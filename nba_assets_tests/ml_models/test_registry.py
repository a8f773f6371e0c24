"""The model registry.

Dangers covered: a model that changed on disk, that was trained on features of another meaning, or is not there and is
replaced by something else silently; half a model after a crash; cards that do not tell where a model came from.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ml_models import registry
from ml_models.registry import Card, RegistryError
from ml_models.system import FittedSystem
from ml_models.systems.gradient_boosting import GradientBoosting
from ml_models.training import Settings
from nba_assets_tests.ml_models.feature_rows import START, made_up

ROWS = made_up(players=10, days=30)
BEFORE = START + timedelta(days=28)
SYSTEM = GradientBoosting("tiny", Settings("catboost", "v1_25", rounds=15, depth=3, threads=1), least_rows=100)
TRAIN = ROWS.filter(pl.col("game_date") < BEFORE)
ASK = ROWS.filter(pl.col("game_date") >= BEFORE)
FITTED = SYSTEM.fit(TRAIN, BEFORE)


def _card(fitted: FittedSystem = FITTED, **changes: Any) -> Card:
    told: dict[str, Any] = {
        "feature_set": "v1_25",
        "days": 28,
        "code_version": "1",
        "seed": 42,
    }
    told |= {"status": "shadow", "metrics": {"mae": 5.1}}
    return registry.describe(fitted, TRAIN, **(told | changes))


def test_a_reloaded_model_gives_exactly_the_same(tmp_path: Path) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    assert card.model_id == "tiny_train20240101_20240128"
    loaded, found = registry.load(tmp_path, SYSTEM, card.model_id)
    assert found == card
    for name in ("points", "pmf"):
        np.testing.assert_array_equal(getattr(loaded.predict(ASK), name), getattr(FITTED.predict(ASK), name))


def test_the_card_tells_where_the_model_came_from(tmp_path: Path) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    assert (card.rows, card.window_start, card.window_end) == (TRAIN.height, START, BEFORE - timedelta(days=1))
    assert len(card.sha256) == len(card.data_sha256) == 64
    assert set(registry.LIBRARIES) < set(card.libraries)
    assert Card.from_json(card.to_json()) == card
    with pytest.raises(RegistryError, match="colour"):
        Card.from_json(json.dumps({**json.loads(card.to_json()), "colour": 1}))


def test_the_data_hash_follows_values_not_order() -> None:
    shuffled = TRAIN.select(sorted(TRAIN.columns, reverse=True)).sample(fraction=1, shuffle=True, seed=1)
    assert registry.data_sha256(shuffled) == registry.data_sha256(TRAIN)
    other = TRAIN.with_columns(pl.when(pl.int_range(pl.len()) > 0).then("pace_score").alias("pace_score"))
    assert registry.data_sha256(other) != registry.data_sha256(TRAIN)


def test_the_data_hash_does_not_see_what_a_null_once_was() -> None:
    """Arrow keeps the old value beneath a null: the same rows, read again, were other data."""
    known, unknown = pl.lit(7.5), pl.lit(None, dtype=pl.Float64)
    hidden = TRAIN.with_columns(pace_score=known).with_columns(pl.when(pl.col("pace_score") < 0).then("pace_score"))
    plain = TRAIN.with_columns(pace_score=unknown)
    assert hidden.equals(plain)
    assert registry.data_sha256(hidden) == registry.data_sha256(plain) != registry.data_sha256(TRAIN)


def test_a_withdrawn_model_is_not_there_and_its_artefact_still_is(tmp_path: Path) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    assert registry.exists(tmp_path, "tiny", card.model_id)
    for _ in range(2):
        registry.withdraw(tmp_path, "tiny", card.model_id)
        assert not registry.exists(tmp_path, "tiny", card.model_id)
        assert registry.models(tmp_path, "tiny") == []
    with pytest.raises(RegistryError, match="no model"):
        registry.load(tmp_path, SYSTEM, card.model_id)
    assert registry.load(tmp_path, SYSTEM, card.model_id, card.sha256)[1] == card


def test_a_changed_artefact_is_refused(tmp_path: Path) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    file = next(tmp_path.rglob("system.json"))
    file.write_text(file.read_text() + " ")
    with pytest.raises(RegistryError, match="hashes to"):
        registry.load(tmp_path, SYSTEM, card.model_id)


def test_a_model_of_another_feature_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    monkeypatch.setattr(registry, "feature_hash", lambda _: "another")
    with pytest.raises(RegistryError, match="which are another today"):
        registry.load(tmp_path, SYSTEM, card.model_id)


def test_what_is_not_there_is_an_error_not_another_model(tmp_path: Path) -> None:
    card = registry.register(tmp_path, FITTED, _card())
    for model, sha in (("tiny_train20240102_20240129", None), (card.model_id, "0" * 64)):
        with pytest.raises(RegistryError, match="no model"):
            registry.load(tmp_path, SYSTEM, model, sha)


def test_training_again_adds_a_version_and_keeps_the_old_one(tmp_path: Path) -> None:
    first = registry.register(tmp_path, FITTED, _card())
    again = registry.register(tmp_path, FITTED, _card(status="champion"))
    assert again.sha256 == first.sha256
    assert registry.load(tmp_path, SYSTEM, first.model_id)[1].status == "champion"
    corrected = SYSTEM.fit(TRAIN.with_columns(pl.col("points") + 1), BEFORE)
    second = registry.register(tmp_path, corrected, _card(corrected))
    assert second.sha256 != first.sha256
    assert registry.load(tmp_path, SYSTEM, first.model_id)[1].sha256 == second.sha256
    old, _ = registry.load(tmp_path, SYSTEM, first.model_id, first.sha256)
    np.testing.assert_array_equal(old.predict(ASK).points, FITTED.predict(ASK).points)
    assert [card.sha256 for card in registry.models(tmp_path, "tiny")] == [second.sha256]


def test_a_crash_while_saving_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = registry.register(tmp_path, FITTED, _card())
    files = sorted(tmp_path.rglob("*"))
    corrected = SYSTEM.fit(TRAIN.with_columns(pl.col("points") + 1), BEFORE)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    for place in ("_write", "_flush"):
        with monkeypatch.context() as patch:
            patch.setattr(registry, place, crash)
            with pytest.raises(OSError, match="no space"):
                registry.register(tmp_path, corrected, _card(corrected))
        assert sorted(tmp_path.rglob("*")) == files
    assert registry.load(tmp_path, SYSTEM, first.model_id)[1] == first
