from collections.abc import Sequence
from types import new_class
from typing import Any

import dataframely as dy
import polars as pl

from ml_models.outcomes import OUTCOMES, RESULTS, SETTLED, VOID_REASONS
from ml_models.system import MAX_POINTS
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_prop_predictions import PlayerPropPredictions
from nba_assets.contracts.upcoming_player_game_context import PLAYER_STATUSES

PLAYER_TIERS = ["elite", "starter", "role"]

# What a graded row takes over from its prediction, under the same names.
CARRIED = (
    "prediction_id", "game_id", "season_year", "player_lookup", "team_abbr", "opponent_team_abbr", "home_game",
    "predicted_points", "has_prop_line", "line_source", "line_source_api", "sportsbook", "was_line_fallback",
    "current_points_line", "line_snapshot_ts", "line_minutes_before_game", "over_price", "under_price",
    "market_p_over", "consensus_points_line", "line_margin", "p_over", "p_under", "p_push", "edge_side",
    "best_line", "best_price", "best_book", "best_p_win", "best_p_push", "ev", "confidence_score", "recommendation",
    "quality_gate", "feature_quality_score", "required_default_count", "injury_status_at_prediction",
    "ml_model_id", "model_sha256", "model_status", "feature_version", "training_end_date", "tipoff_utc", "as_of_ts",
    "created_at", "prediction_made_before_game", "is_active", "superseded_reason",
)  # fmt: skip


class _Key(dy.Schema):
    game_date = col.game_date(primary_key=True)
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    prediction_version = dy.Int64(min=1, description="The version that is graded.")


def _with_prediction(names: Sequence[str]) -> Any:
    columns = PlayerPropPredictions.columns()
    return new_class(
        "_Prediction", (_Key,), exec_body=lambda body: body.update({name: columns[name] for name in names})
    )


def _score(description: str, *, high: float | None = None, unit: str = "score") -> dy.Float64:
    return col.number(description, unit=unit, low=0, high=high)


def _profit(description: str) -> dy.Float64:
    return col.number(description, unit="per unit staked", low=-1, high=1000)


class PredictionAccuracy(_with_prediction(CARRIED)):
    """One row per player, game and system: what the prediction that stood at tip-off was worth.

    Graded is the last version made before tip-off, of a game nobody predicted in time the backtest. A row exists once
    the game's box score is final and complete, or the game was postponed. The outcome is decided in this order: VOID
    (postponed, withdrawn, did not play), PASS (also HOLD), NO_LINE, then PUSH, WIN or LOSS of the recommendation.
    `side_outcome` and the profits are of a bet on the forecast's side of the line whatever was recommended. Hit rates
    count WIN and LOSS only. Everything about points is null on VOID.
    """

    player_tier = col.one_of(
        PLAYER_TIERS,
        "By his mean points of the season before the date: elite from 25, starter from 15, role; null before his first "
        "game.",
        nullable=True,
    )
    confidence_decile = dy.Int64(nullable=True, min=1, max=10, description="min(10, floor(10 * confidence_score) + 1).")
    pre_game_injury_status = col.one_of(
        PLAYER_STATUSES,
        "Status in his team's newest report before tip-off; without one, injury_status_at_prediction.",
        nullable=True,
    )
    actual_points = col.count("Points; null on VOID.", maximum=120)
    minutes_played = col.number("Minutes; null if he is not in the box score.", unit="minutes", low=0, high=80)
    signed_error = col.number(
        "predicted_points - actual_points: positive = too many forecast.", unit="points", low=-120, high=MAX_POINTS
    )
    absolute_error = _score("Its absolute value.", unit="points", high=120)
    within_3 = col.flag("absolute_error is at most 3.")
    within_5 = col.flag("absolute_error is at most 5.")
    actual_margin = col.number("actual_points - current_points_line.", unit="points", low=-80, high=120)
    outcome = col.one_of(OUTCOMES, "What became of the recommendation.")
    void_reason = col.one_of(VOID_REASONS, "Why it is VOID.", nullable=True)
    injury_confirmed_postgame = col.flag(
        "He did not play and the injury report had named him as out, doubtful, questionable or probable.",
        nullable=False,
    )
    prediction_correct = col.flag("true WIN, false LOSS, null otherwise.")
    side_outcome = col.one_of(RESULTS, "Of edge_side at current_points_line.", nullable=True)
    profit = _profit("Of one unit on edge_side at current_points_line and its price.")
    best_outcome = col.one_of(RESULTS, "Of edge_side at best_line.", nullable=True)
    best_profit = _profit("Of one unit on edge_side at best_line and best_price.")
    brier = _score("(P(over) without push - went over)**2 at current_points_line; null on a push.", high=1)
    log_loss = _score("-log of the probability given to what happened, same rows.", unit="nats")
    market_brier = _score("brier of market_p_over.", high=1)
    market_log_loss = _score("log_loss of market_p_over.", unit="nats")
    crps = _score("Continuous ranked probability score of the distribution.", unit="points", high=120)
    pit = _score(
        "P(X < points) + P(X = points) / 2 of the distribution: uniform if calibrated.", unit="probability", high=1
    )
    graded_at = col.instant("When the row first came out as it is.", nullable=False)

    @dy.rule()
    def void_has_a_reason_and_no_points(cls) -> pl.Expr:
        void = pl.col("outcome") == "VOID"
        return (void == pl.col("void_reason").is_not_null()) & (void == pl.col("actual_points").is_null())

    @dy.rule()
    def void_has_no_scores(cls) -> pl.Expr:
        scores = ("signed_error", "absolute_error", "within_3", "within_5", "actual_margin", "side_outcome", "profit",
                  "best_outcome", "best_profit", "brier", "log_loss", "market_brier", "market_log_loss", "crps",
                  "pit")  # fmt: skip
        return (pl.col("outcome") != "VOID") | pl.all_horizontal(pl.col(scores).is_null())

    @dy.rule()
    def correct_is_won_or_lost(cls) -> pl.Expr:
        settled = pl.col("outcome").is_in(SETTLED)
        return pl.when(settled).then(pl.col("prediction_correct") == (pl.col("outcome") == "WIN")).otherwise(
            pl.col("prediction_correct").is_null()
        )  # fmt: skip

    @dy.rule()
    def a_recommended_side_is_the_side_of_the_edge(cls) -> pl.Expr:
        played_out = pl.col("outcome").is_in(RESULTS)
        return ~played_out | (pl.col("outcome") == pl.col("side_outcome")).fill_null(value=False)


TABLE = Table(
    "nba_grading",
    "prediction_accuracy",
    PredictionAccuracy,
    source=(
        "player_prop_predictions, player_game_summary, nbac_schedule, nbac_injury_report and player_daily_cache of the "
        "date"
    ),
    cluster_by=("system_id", "player_lookup"),
)
