from collections.abc import Mapping
from types import new_class
from typing import Any

import dataframely as dy
import polars as pl

from ml_models import quality_rules as rules
from ml_models.features import FEATURES, SOURCE_WEIGHTS
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

SOURCE_STATES = ["complete", "partial", "missing"]


class _Identity(dy.Schema):
    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    nba_game_id = col.nba_game_id()
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    team_abbr = col.team_abbr("His team as of the date.")
    opponent_team_abbr = col.team_abbr("The other team.")
    tipoff_utc = col.instant("Scheduled tip-off, as in upcoming_player_game_context.", nullable=False)
    as_of_ts = col.instant(
        "Decision instant, as in upcoming_player_game_context: nothing seen at it or later is in the row.",
        nullable=False,
    )


def _subclass(name: str, base: type[dy.Schema], columns: Mapping[str, dy.Column]) -> Any:
    """A schema with the columns of `base`, then `columns`; for columns that are declared elsewhere as data."""
    return new_class(name, (base,), exec_body=lambda namespace: namespace.update(columns))


_Features = _subclass(
    "_Features",
    _Identity,
    {f.name: col.number(f.definition, unit=f.unit, low=f.low, high=f.high) for f in FEATURES},
)
_Sources = _subclass(
    "_Sources",
    _Features,
    {
        rules.source_column(source): col.one_of(SOURCE_STATES, f"How many of the features from {source} are known.")
        for source in SOURCE_WEIGHTS
    }
    | {
        rules.category_column(category): col.number(
            f"Mean weight of the {category.replace('_', ' ')} features; a missing one weighs 0.",
            unit="percent", low=0, high=100, nullable=False,
        )
        for category in rules.CATEGORIES
    },
)  # fmt: skip


class MlFeatureStoreV2(_Sources):
    """One row per player whose points may be predicted: the features of the models, as known before tip-off.

    Players are those of upcoming_player_game_context who are not out or doubtful, have played this season within the
    last 60 days (or 60 playing dates of the league), and average 15 minutes over their last 10 games or have a line.
    Past and coming dates are populated by the same rule. A null feature is unknown: nothing is ever filled in. Without
    injury reports `injury_risk` is unknown, so no row of such a date is quality-ready. Meaning of the features, feature
    sets and quality rules: docs/features.md.
    """

    vegas_line_source = col.text("Book of vegas_points_line.")
    missing_features = dy.List(dy.String(), description="Names of the features that are null, in canonical order.")
    missing_required = dy.List(dy.String(), description="Those of them without which no prediction is made.")
    default_feature_count = col.count(
        "Number of missing_features (legacy name: nothing is defaulted).", maximum=len(FEATURES), nullable=False
    )
    required_default_count = col.count(
        "Number of missing_required (legacy name).", maximum=len(FEATURES), nullable=False
    )
    feature_quality_score = col.number(
        "Mean source weight over the features, missing optional ones skipped; capped when required ones are missing.",
        unit="percent",
        low=0,
        high=100,
        nullable=False,
    )
    quality_tier = col.one_of(list(rules.TIERS), "The score as a word.")
    quality_alert_level = col.one_of(rules.ALERT_LEVELS, "red: no prediction; yellow: look; green.")
    is_quality_ready = col.flag(
        "Fit for a prediction: all required features and scores at their limits.", nullable=False
    )
    is_training_ready = col.flag("Fit for training: at least silver, with matchup and history.", nullable=False)
    early_season_flag = col.flag("Fewer than 10 played games this season.", nullable=False)
    feature_version = dy.String(
        regex=r"^[0-9a-f]{12}$",
        description="Fingerprint of the declared features; rows of another version mean something else.",
    )

    @dy.rule()
    def decided_by_tipoff(cls) -> pl.Expr:
        return pl.col("as_of_ts") <= pl.col("tipoff_utc")

    @dy.rule()
    def counts_are_the_lists(cls) -> pl.Expr:
        return (pl.col("default_feature_count") == pl.col("missing_features").list.len()) & (
            pl.col("required_default_count") == pl.col("missing_required").list.len()
        )


TABLE = Table(
    "nba_predictions",
    "ml_feature_store_v2",
    MlFeatureStoreV2,
    source=(
        "upcoming_player_game_context, player_daily_cache, player_composite_factors, player_shot_zone_analysis, "
        "team_defense_zone_analysis, and player_game_summary and team_offense_game_summary of the 365 days before"
    ),
    cluster_by=("player_lookup", "team_abbr"),
)
