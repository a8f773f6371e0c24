"""catboost_v12 without anything from the market: what the games alone say. Its noveg sister still knows the line."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_line_free")
