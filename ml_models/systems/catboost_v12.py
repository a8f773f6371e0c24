"""Rest, game lines, short form, usage and streaks beside the set of catboost_v9."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v12")
