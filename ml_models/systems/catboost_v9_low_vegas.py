"""catboost_v9 that is slow to split on the points line."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v9_low_vegas")
