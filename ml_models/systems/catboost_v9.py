"""The champion: the legacy's set of 33 features, the points line among them."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v9")
