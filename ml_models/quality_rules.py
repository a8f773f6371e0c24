"""When a row of features is good enough: all limits of the quality columns of `ml_feature_store_v2`, in one place.

The score says how much of a row was measured and how directly (`features.SOURCE_WEIGHTS`), not whether it is right:
that is what the checks of the table are for. Scores and percentages are 0-100.
"""

from ml_models.features import FEATURES

# feature_quality_score is at most this with so many required features missing or more.
SCORE_CAPS: dict[int, float] = {1: 69, 5: 49}

# Least score of each tier, best first.
TIERS: dict[str, float] = {"gold": 95, "silver": 85, "bronze": 70, "poor": 50, "critical": 0}
ALERT_LEVELS = ("green", "yellow", "red")

# Column -> least value. Below any limit of RED the alert is red; below any of YELLOW, or with a required feature
# missing, it is yellow; a row at or above all limits is ready, where READY also asks for all required features.
RED = {"feature_quality_score": 50.0, "matchup_quality_pct": 50.0}
YELLOW = {"feature_quality_score": 70.0, "matchup_quality_pct": 70.0}
READY = {"feature_quality_score": 70.0, "matchup_quality_pct": 50.0}
TRAINING_READY = {
    "feature_quality_score": TIERS["silver"],
    "matchup_quality_pct": 70.0,
    "player_history_quality_pct": 80.0,
}

# A player with fewer played games this season has early_season_flag.
EARLY_SEASON_GAMES = 10

CATEGORIES: tuple[str, ...] = tuple(dict.fromkeys(feature.category for feature in FEATURES))


def category_column(category: str) -> str:
    """Name of the column with the mean weight of a category's features."""
    return f"{category}_quality_pct"


def source_column(source: str) -> str:
    """Name of the column that says whether a source's features are there."""
    return f"source_{source}"
