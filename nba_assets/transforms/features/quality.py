"""Quality columns: which features of a row are missing, and what may be done with it."""

from collections.abc import Mapping, Sequence

import polars as pl

from ml_models import quality_rules as rules
from ml_models.features import FEATURES, SOURCE_WEIGHTS, Feature

_REQUIRED = [feature for feature in FEATURES if feature.need == "required"]
_OPTIONAL = [feature for feature in FEATURES if feature.need != "required"]


def add(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows`, which have every feature, with the quality columns of the contract."""
    scored = rows.with_columns(
        _names_missing(FEATURES).alias("missing_features"),
        _names_missing(_REQUIRED).alias("missing_required"),
        *(_state(source) for source in SOURCE_WEIGHTS),
        *(_category_percent(category) for category in rules.CATEGORIES),
    ).with_columns(
        default_feature_count=pl.col("missing_features").list.len().cast(pl.Int64),
        required_default_count=pl.col("missing_required").list.len().cast(pl.Int64),
    )
    complete = pl.col("required_default_count") == 0
    return (
        scored.with_columns(feature_quality_score=_score())
        .with_columns(
            quality_tier=_tier(),
            quality_alert_level=pl.when(~_reaches(rules.RED))
            .then(pl.lit("red"))
            .when(~(_reaches(rules.YELLOW) & complete))
            .then(pl.lit("yellow"))
            .otherwise(pl.lit("green")),
            is_quality_ready=_reaches(rules.READY) & complete,
            is_training_ready=_reaches(rules.TRAINING_READY),
        )
    )  # fmt: skip


def _names_missing(features: Sequence[Feature]) -> pl.Expr:
    names = [pl.when(pl.col(f.name).is_null()).then(pl.lit(f.name)) for f in features]
    return pl.concat_list(names).list.drop_nulls()


def _weight(features: Sequence[Feature]) -> pl.Expr:
    """Summed weight of the features that are there."""
    return pl.sum_horizontal(pl.col(f.name).is_not_null() * SOURCE_WEIGHTS[f.source] for f in features)


def _known(features: Sequence[Feature]) -> pl.Expr:
    return pl.sum_horizontal(pl.col(f.name).is_not_null() for f in features)


def _state(source: str) -> pl.Expr:
    features = [feature for feature in FEATURES if feature.source == source]
    known = _known(features)
    return (
        pl.when(known == len(features)).then(pl.lit("complete")).when(known > 0).then(pl.lit("partial"))
        .otherwise(pl.lit("missing")).alias(rules.source_column(source))
    )  # fmt: skip


def _category_percent(category: str) -> pl.Expr:
    features = [feature for feature in FEATURES if feature.category == category]
    return (_weight(features) / len(features)).alias(rules.category_column(category))


def _score() -> pl.Expr:
    """Mean weight; a missing required feature counts as 0 and caps the score, a missing optional one does not count."""
    mean = _weight(FEATURES) / (len(_REQUIRED) + _known(_OPTIONAL))
    caps = [
        pl.when(pl.col("required_default_count") >= missing).then(pl.lit(float(cap)))
        for missing, cap in rules.SCORE_CAPS.items()
    ]
    return pl.min_horizontal(mean, *caps)


def _tier() -> pl.Expr:
    score = pl.col("feature_quality_score")
    return pl.coalesce(pl.when(score >= least).then(pl.lit(tier)) for tier, least in rules.TIERS.items())


def _reaches(limits: Mapping[str, float]) -> pl.Expr:
    return pl.all_horizontal(pl.col(column) >= least for column, least in limits.items())
