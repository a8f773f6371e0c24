"""XGBoost on the first 25 features, by name and without a line. Corrected: a missing artefact is an error, no mock."""

from ml_models.systems.gradient_boosting import GradientBoosting, create


def system() -> GradientBoosting:
    return create("xgboost_v1")
