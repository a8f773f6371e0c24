"""What the player scored in games like this one: same venue, defence of the same strength, same rest, same form.

A past game scores 40 for a defence of the same tier (20 for the next), 30 for the same rest (15 for the next), 15 for
the same venue, 15 for the same form (else 5). Of the player's last 30 games within 90 days the best 20 that reach 70
count, weighted by their score; below 5 there is no forecast. Fatigue, match-up, pace, usage and venue adjust the mean.
What a past game was like is what was known before it: its row of the feature store.

Corrected from its predecessor: past games had a hard-coded home venue and an average defence, rest was that of the
following gap, and a back-to-back was looked for at rest 0. Tiers are terciles of the league instead of fixed ratings.
Needs the opponent's rating (no other part of the score makes up for it), 5 similar games and the season's average.
Games between the fit and the date asked about are not in memory yet: at most a week of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from ml_models.system import KEY, TARGET, Contribution, Predictions
from ml_models.systems import adjustments
from ml_models.systems.formula import Formula, Term, read_json, shares, with_spread, write_json
from ml_models.systems.inputs import check_training_rows
from ml_models.systems.residuals import Residuals

SYSTEM_ID = "similarity_balanced_v1"
LOOKBACK_DAYS, LOOKBACK_GAMES = 90, 30
LEAST_SCORE, MOST_SIMILAR, LEAST_SIMILAR = 70, 20, 5
# A defence is compared with the ratings of all opponents of so many days up to its own.
TIER_DAYS = 14
# Distance between the tiers (0 strong, 1, 2 weak) or the rest buckets of two games -> score. Farther is 0.
TIER_SCORES = {0: 40, 1: 20}
REST_SCORES = {0: 30, 1: 15}
VENUE_SCORE = 15
SAME_FORM, OTHER_FORM = 15, 5
# Rest buckets are 1, 2, 3 and from 4 days on; form is hot or cold from so many points off the season's average.
REST_CAP = 4
FORM_POINTS = 3.0

_TRAITS = ("tier", "rest", "venue", "form")
_SEASON = pl.col("points_avg_season")
_SIMILAR = Term(
    "similar_games",
    pl.col("similar_points") - _SEASON,
    "scores more than usual in games like this",
    "scores less than usual in games like this",
    needed=True,
)
FORMULA = Formula(
    _SEASON,
    (
        _SIMILAR,
        Term("freshness", 0.015 * (pl.col("fatigue_score") - 70), "fresh legs", "tired legs"),
        adjustments.zone_match(0.4),
        adjustments.pace(0.8),
        adjustments.usage(0.8),
        adjustments.venue(home=0.8, away=-0.5),
    ),
)
_HISTORY, _FILE = "history.parquet", "similarity.json"


def tercile_limits(rows: pl.DataFrame, until: date) -> tuple[float, float] | None:
    """Limits between strong, middle and weak defences: terciles over the newest rating of every opponent of the
    TIER_DAYS up to `until`; None without ratings."""
    newest = (
        rows.filter(
            pl.col("game_date") > until - timedelta(days=TIER_DAYS),
            pl.col("game_date") <= until,
            pl.col("opponent_def_rating").is_not_null(),
        )
        .group_by("opponent_team_abbr")
        .agg(pl.col("opponent_def_rating").sort_by("game_date", "opponent_def_rating").last())["opponent_def_rating"]
    )
    if newest.is_empty():
        return None
    low, high = np.quantile(newest.to_numpy(), [1 / 3, 2 / 3])
    return float(low), float(high)


def _tiered(rows: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the traits that games are compared by; `limits`: game_date, low, high."""
    rating, form = pl.col("opponent_def_rating"), pl.col("points_avg_last_5") - _SEASON
    return rows.join(limits, on="game_date", how="left", maintain_order="left").with_columns(
        tier=(rating > pl.col("low")).cast(pl.Int8) + (rating > pl.col("high")).cast(pl.Int8),
        rest=pl.col("days_rest").clip(1, REST_CAP).cast(pl.Int8),
        venue=pl.col("home_away").cast(pl.Int8),
        form=pl.when(form >= FORM_POINTS).then(1).when(form <= -FORM_POINTS).then(-1).when(form.is_not_null()).then(0),
    )


def _distance_score(trait: str, scores: dict[int, int]) -> pl.Expr:
    distance = (pl.col(trait) - pl.col(f"past_{trait}")).abs()
    return distance.replace_strict(scores, default=0, return_dtype=pl.Int64).fill_null(0)


_SCORE = (
    _distance_score("tier", TIER_SCORES)
    + _distance_score("rest", REST_SCORES)
    + pl.when(pl.col("venue") == pl.col("past_venue")).then(VENUE_SCORE).otherwise(0)
    + pl.when(pl.col("form") == pl.col("past_form")).then(SAME_FORM).otherwise(OTHER_FORM)
)


def similar_points(asked: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """`asked` (with traits) with `similar_points` and `similar_games`, from games of `history` before each row's date.

    Null where fewer than LEAST_SIMILAR games are similar enough.
    """
    past = history.select("nba_player_id", TARGET, pl.col("game_date", *_TRAITS).name.prefix("past_"))
    found = (
        asked.select(*KEY, *_TRAITS)
        .join(past, on="nba_player_id")
        .filter(
            pl.col("past_game_date") < pl.col("game_date"),
            pl.col("past_game_date") >= pl.col("game_date") - pl.duration(days=LOOKBACK_DAYS),
        )
        .filter(pl.col("past_game_date").rank("ordinal", descending=True).over(KEY) <= LOOKBACK_GAMES)
        .with_columns(score=_SCORE)
        .filter(pl.col("score") >= LEAST_SCORE)
        .sort("score", "past_game_date", descending=True)
        .group_by(KEY, maintain_order=True)
        .head(MOST_SIMILAR)
        .group_by(KEY)
        .agg(
            similar_points=(pl.col(TARGET) * pl.col("score")).sum() / pl.col("score").sum(),
            similar_games=pl.len(),
        )
        .filter(pl.col("similar_games") >= LEAST_SIMILAR)
    )
    return asked.join(found, on=KEY, how="left", maintain_order="left")


@dataclass(frozen=True)
class FittedSimilarity:
    """The players' games with their traits (no rows that were not played) and the tiers as of the fit."""

    trained_before: date
    history: pl.DataFrame
    limits: tuple[float, float] | None
    residuals: Residuals | None
    system_id: str = SYSTEM_ID

    def _with_similar(self, rows: pl.DataFrame) -> pl.DataFrame:
        low, high = self.limits or (None, None)
        limits = (
            rows.select("game_date").unique().with_columns(low=pl.lit(low, pl.Float64), high=pl.lit(high, pl.Float64))
        )
        asked = rows.select(*KEY, *(name for name in COLUMNS if name != "opponent_team_abbr"))
        return similar_points(_tiered(asked, limits), self.history)

    def predict(self, rows: pl.DataFrame) -> Predictions:
        return with_spread(FORMULA.points(self._with_similar(rows)), self.residuals)

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        return FORMULA.explain(self._with_similar(rows), most)

    def importance(self) -> list[tuple[str, float]]:
        """What decides which past games count: the declared scores of the traits."""
        tier, rest = TIER_SCORES[0], REST_SCORES[0]
        return shares({"opponent_tier": tier, "rest": rest, "venue": VENUE_SCORE, "form": SAME_FORM})

    def save(self, folder: Path) -> None:
        write_json(
            folder,
            _FILE,
            {
                "trained_before": self.trained_before.isoformat(),
                "limits": self.limits,
                "residuals": self.residuals.to_json() if self.residuals else None,
            },
        )
        self.history.write_parquet(folder / _HISTORY)


class Similarity:
    """Past games of the training rows, and how far forecasts from them were off."""

    system_id = SYSTEM_ID

    @property
    def columns(self) -> Sequence[str]:
        return COLUMNS

    def fit(self, rows: pl.DataFrame, before: date) -> FittedSimilarity:
        check_training_rows(rows, self.columns, before)
        dates = rows["game_date"].unique().sort()
        limits = pl.DataFrame(
            [(day, *(tercile_limits(rows, day) or (None, None))) for day in dates],
            schema={"game_date": pl.Date, "low": pl.Float64, "high": pl.Float64},
            orient="row",
        )
        games = _tiered(rows, limits).sort(KEY)
        history = games.select(*KEY, pl.col(TARGET).cast(pl.Float64), *_TRAITS)
        # Every past game is forecast from the games before it, so that the errors are those of real forecasts.
        past = FORMULA.points(similar_points(games.drop(TARGET), history))
        residuals = Residuals.learn(past, history[TARGET].to_numpy())
        return FittedSimilarity(before, history, tercile_limits(rows, before - timedelta(days=1)), residuals)

    def load(self, folder: Path) -> FittedSimilarity:
        data = read_json(folder, _FILE)
        return FittedSimilarity(
            date.fromisoformat(data["trained_before"]),
            pl.read_parquet(folder / _HISTORY),
            tuple(data["limits"]) if data["limits"] else None,
            Residuals.from_json(data["residuals"]) if data["residuals"] else None,
        )


_COMPARED = ("opponent_def_rating", "days_rest", "points_avg_last_5")
COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys((*_COMPARED, "opponent_team_abbr", *(name for name in FORMULA.columns if name != "similar_points")))
)


def system() -> Similarity:
    return Similarity()
