"""The named feature sets models are trained on: ordered names with a fingerprint of their meaning.

A model stores the set's name and hash; a model whose hash is not the declared one was trained on features that meant
something else, and must not predict.
"""

from dataclasses import dataclass

import polars as pl

from ml_models.features import BY_NAME, NAMES, content_hash


@dataclass(frozen=True)
class FeatureSet:
    """Ordered feature names; `content_hash` changes with their order, names, units or definitions."""

    name: str
    description: str
    features: tuple[str, ...]

    @property
    def content_hash(self) -> str:
        return content_hash(self.features)

    def select(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The set's columns of `rows`, by name and in the set's order; a missing one raises, nulls stay null."""
        return rows.select(self.features)


def _up_to(last: str) -> tuple[str, ...]:
    return NAMES[: NAMES.index(last) + 1]


def _without(features: tuple[str, ...], *, category: str | None = None, knows: str | None = None) -> tuple[str, ...]:
    return tuple(name for name in features if BY_NAME[name].category != category and BY_NAME[name].knows != knows)


_V12 = _up_to("line_vs_season_avg")

FEATURE_SETS: dict[str, FeatureSet] = {
    feature_set.name: feature_set
    for feature_set in (
        FeatureSet("v1_25", "Player, matchup and team; no line.", _up_to("team_win_pct")),
        FeatureSet("v9", "v1_25 with the points line, the opponent's history and minutes.", _up_to("ppm_avg_last_10")),
        FeatureSet("v10", "v9 with absences and form.", _up_to("breakout_flag")),
        FeatureSet("v11", "v10 with star team-mates out and the game total.", _up_to("game_total_line")),
        FeatureSet("v12", "v11 with rest, game lines, short form, usage and streaks.", _V12),
        FeatureSet("v12_noveg", "v12 without the points line itself; other market features stay.",
                   _without(_V12, category="vegas")),
        FeatureSet("line_free", "v12 without anything from the market.", _without(_V12, knows="market")),
    )
}  # fmt: skip
