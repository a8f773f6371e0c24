"""Quality columns: what is missing is counted, named, and keeps a row from being used.

Dangers covered: a row with a required gap that is predicted; scores on another scale than their limits; a gap that is
normal (no line) making rows unfit.
"""

from typing import Any

import polars as pl
import pytest

from ml_models import quality_rules as rules
from ml_models.features import BY_NAME, FEATURES, NAMES, SOURCE_WEIGHTS
from nba_assets.transforms.features import quality

_REQUIRED = [feature.name for feature in FEATURES if feature.need == "required"]
_OPTIONAL = [feature.name for feature in FEATURES if feature.need != "required"]


def scored(*missing: str) -> dict[str, Any]:
    """Quality columns of a row with all features but these."""
    values = {name: None if name in missing else 1.0 for name in NAMES}
    return quality.add(pl.DataFrame([values], schema=dict.fromkeys(NAMES, pl.Float64))).row(0, named=True)


def test_a_complete_row_is_gold_and_ready() -> None:
    found = scored()
    assert found["feature_quality_score"] == pytest.approx(sum(SOURCE_WEIGHTS[f.source] for f in FEATURES) / 60)
    assert found["feature_quality_score"] > 95
    assert (found["quality_tier"], found["quality_alert_level"]) == ("gold", "green")
    assert (found["is_quality_ready"], found["is_training_ready"]) == (True, True)
    assert (found["default_feature_count"], found["required_default_count"]) == (0, 0)
    assert found["missing_features"] == found["missing_required"] == []
    assert {found[rules.source_column(source)] for source in SOURCE_WEIGHTS} == {"complete"}


@pytest.mark.parametrize("name", _REQUIRED)
def test_a_row_without_a_required_feature_is_not_ready(name: str) -> None:
    found = scored(name)
    assert found["feature_quality_score"] == 69
    assert found["missing_features"] == found["missing_required"] == [name]
    assert found["quality_tier"] == "poor"
    assert found["quality_alert_level"] == "yellow"
    assert not found["is_quality_ready"]
    assert not found["is_training_ready"]


@pytest.mark.parametrize("name", _OPTIONAL)
def test_a_row_without_an_optional_feature_is_as_good_as_before(name: str) -> None:
    found = scored(name)
    assert (found["missing_features"], found["missing_required"]) == ([name], [])
    assert found["feature_quality_score"] > 95
    assert found["is_quality_ready"]
    category = rules.category_column(BY_NAME[name].category)
    assert found[category] < scored()[category]


def test_a_row_without_any_optional_feature_is_ready() -> None:
    found = scored(*_OPTIONAL)
    assert found["default_feature_count"] == len(_OPTIONAL) == 28
    assert found["is_quality_ready"]
    assert found["feature_quality_score"] > 95
    assert not found["is_training_ready"], "half of the player's history is missing"


def test_five_required_gaps_cap_the_score_below_every_limit() -> None:
    found = scored(*_REQUIRED[:4])
    assert found["feature_quality_score"] == 69
    found = scored(*_REQUIRED[:5])
    assert found["feature_quality_score"] == 49
    assert (found["quality_tier"], found["quality_alert_level"]) == ("critical", "red")


def test_a_row_without_match_up_is_red() -> None:
    matchup = [feature.name for feature in FEATURES if feature.category == "matchup"]
    assert scored(*matchup[:3])["matchup_quality_pct"] == pytest.approx(50)
    assert scored(*matchup[:3])["quality_alert_level"] == "yellow"
    assert scored(*matchup[:4])["quality_alert_level"] == "red"


def test_without_a_line_only_has_vegas_line_is_known() -> None:
    found = scored("vegas_points_line", "vegas_opening_line", "vegas_line_move")
    assert found["vegas_quality_pct"] == pytest.approx(25)


def test_a_source_is_complete_partial_or_missing() -> None:
    defense = [feature.name for feature in FEATURES if feature.source == "team_defense_zone_analysis"]
    states = [scored(*defense[:count])["source_team_defense_zone_analysis"] for count in range(3)]
    assert states == ["complete", "partial", "missing"]


def test_a_row_without_anything_scores_zero() -> None:
    found = scored(*NAMES)
    assert found["feature_quality_score"] == 0
    assert found["quality_tier"] == "critical"
    assert found["default_feature_count"] == 60
    assert {found[rules.category_column(category)] for category in rules.CATEGORIES} == {0}


def test_rules_ascend_so_that_better_rows_have_better_words() -> None:
    assert list(rules.TIERS.values()) == sorted(rules.TIERS.values(), reverse=True)
    assert min(rules.TIERS.values()) == 0
    assert all(rules.YELLOW[column] >= least for column, least in rules.RED.items())
    assert all(cap < rules.READY["feature_quality_score"] for cap in rules.SCORE_CAPS.values())
