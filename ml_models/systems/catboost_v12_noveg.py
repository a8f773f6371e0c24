"""catboost_v12 without the four features of the points line. Not line-free: line_vs_season_avg still gives it away."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v12_noveg")
