"""catboost_v9 with the 45 % quantile as its point forecast: low on purpose. Failed live; a shadow only."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("catboost_v9_q45")
