"""catboost_v9 that trusts a line unless its own record says otherwise."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v9_anchored")
