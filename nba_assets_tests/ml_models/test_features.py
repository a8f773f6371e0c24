"""The declaration of features and its derived sets.

Dangers covered: a feature that changes its meaning while models trained on the old one go on predicting; a set that
gains, loses or reorders features unnoticed; "without the line" that still knows it; models that cannot be loaded where
Dagster is not installed.
"""

import subprocess
import sys

import polars as pl
import pytest

from ml_models import features as declaration
from ml_models.feature_sets import FEATURE_SETS
from ml_models.features import BY_NAME, FEATURE_VERSION, FEATURES, NAMES, SOURCE_WEIGHTS, content_hash
from ml_models.quality_rules import CATEGORIES

# Canonical numbers of the features of each category.
_CATEGORY_NUMBERS = {
    "matchup": {*range(5, 9), 13, 14},
    "player_history": {*range(5), *range(29, 38), *range(43, 47), 48, 49, *range(54, 57), 58},
    "team_context": {22, 23, 24, 57},
    "vegas": {*range(25, 29)},
    "game_context": {*range(9, 13), *range(15, 22), *range(38, 43), 47, *range(50, 54), 59},
}
# 15 and 29 say something by being null: neutral ground, never met.
_NOT_REQUIRED = {15, 25, 26, 27, 29, *range(37, 60)}

# Number of features and fingerprint of each set.
_PINNED = {
    "v1_25": (25, "3b414cff78fe"),
    "v9": (33, "e5edcac05eb3"),
    "v10": (37, "67ca430c167d"),
    "v11": (39, "6817b67336d6"),
    "v12": (54, "bece62c7388e"),
    "v12_noveg": (50, "395b52843db5"),
    "line_free": (43, "532d88039b48"),
}


def test_names_are_unique_and_the_canonical_places_of_some_are_where_they_always_were() -> None:
    assert len(BY_NAME) == len(FEATURES) == 60
    places = {"points_avg_last_5": 0, "fatigue_score": 5, "pct_paint": 18, "vegas_points_line": 25, "dnp_rate": 33}
    places |= {"days_rest": 39, "multi_book_line_std": 50, "line_vs_season_avg": 53, "opponent_pace_mismatch": 59}
    assert {name: NAMES.index(name) for name in places} == places


def test_categories_and_needs_are_those_of_the_canonical_numbers() -> None:
    found = {c: {n for n, f in enumerate(FEATURES) if f.category == c} for c in CATEGORIES}
    assert found == _CATEGORY_NUMBERS
    assert {n for n, f in enumerate(FEATURES) if f.need != "required"} == _NOT_REQUIRED


def test_alert_features_are_those_every_player_should_have() -> None:
    assert {n for n, f in enumerate(FEATURES) if f.need == "alert"} == {37, 39, 40, 43, 44, 45, 46, 48, 49}


@pytest.mark.parametrize("feature", FEATURES, ids=NAMES)
def test_a_feature_is_declared_in_full(feature: declaration.Feature) -> None:
    assert feature.low < feature.high
    assert feature.source in SOURCE_WEIGHTS
    assert feature.unit
    assert feature.definition.endswith(".")
    assert all(feature.low <= fill <= feature.high for fill in feature.fills)
    if feature.variance is not None:
        assert 0 < feature.variance.std < feature.high - feature.low
        assert feature.variance.distinct > 1


@pytest.mark.parametrize("name", _PINNED)
def test_sets_are_pinned(name: str) -> None:
    """A new fingerprint means: models trained on the old meaning are refused, and must be trained again."""
    feature_set = FEATURE_SETS[name]
    assert (len(feature_set.features), feature_set.content_hash) == _PINNED[name]


def test_the_store_s_version_is_pinned_and_so_is_every_set() -> None:
    assert set(_PINNED) == set(FEATURE_SETS)
    assert FEATURE_VERSION == "6316c82f76ab"


def test_sets_are_nested_in_canonical_order() -> None:
    for feature_set in FEATURE_SETS.values():
        assert list(feature_set.features) == sorted(feature_set.features, key=NAMES.index), feature_set.name
    smaller, larger = FEATURE_SETS["v9"].features, FEATURE_SETS["v12"].features
    assert larger[: len(smaller)] == smaller


def test_the_set_without_the_line_still_knows_the_market_and_the_line_free_one_does_not() -> None:
    v12, noveg, free = (set(FEATURE_SETS[name].features) for name in ("v12", "v12_noveg", "line_free"))
    assert v12 - noveg == {NAMES[n] for n in range(25, 29)}
    assert noveg - free == {NAMES[n] for n in (38, 41, 42, 50, 51, 52, 53)}
    assert not {name for name in free if BY_NAME[name].knows == "market"}


def test_the_fingerprint_follows_order_and_meaning_but_not_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("points_avg_last_5", "days_rest")
    before = content_hash(names)
    assert content_hash(names[::-1]) != before
    days_rest = BY_NAME["days_rest"]
    for change, same in (({"definition": "Something else."}, False), ({"unit": "h"}, False), ({"high": 11.0}, True)):
        changed = {**days_rest.__dict__, **change}
        monkeypatch.setitem(BY_NAME, "days_rest", declaration.Feature(**changed))
        assert (content_hash(names) == before) is same


def test_columns_are_taken_by_name_and_nulls_stay() -> None:
    rows = pl.DataFrame({name: [float(n)] for n, name in enumerate(NAMES)}).with_columns(days_rest=None)
    shuffled = rows.select(sorted(NAMES))
    chosen = FEATURE_SETS["v12_noveg"].select(shuffled)
    assert chosen.columns == list(FEATURE_SETS["v12_noveg"].features)
    assert chosen["points_avg_season"].item() == 2
    assert chosen["days_rest"].item() is None
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        FEATURE_SETS["v9"].select(rows.drop("dnp_rate", "fatigue_score"))


def test_the_declaration_needs_neither_dagster_nor_the_assets() -> None:
    code = (
        "import sys, ml_models.features, ml_models.feature_sets, ml_models.quality_rules\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('dagster', 'nba_assets', 'resources')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
