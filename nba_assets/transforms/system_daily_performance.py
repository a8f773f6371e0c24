"""One date's grades, counted by system."""

from datetime import datetime

import polars as pl

from ml_models.outcomes import SIDES
from nba_assets.contracts.system_daily_performance import TABLE

_HIGH_CONFIDENCE = 0.7


def build(graded: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """One row per date and system of `prediction_accuracy`."""
    outcome, side = pl.col("outcome"), pl.col("recommendation")
    recommended, sure = side.is_in(SIDES), pl.col("confidence_score") >= _HIGH_CONFIDENCE
    played = pl.col("actual_points").is_not_null().sum()

    def count(rows: pl.Expr) -> pl.Expr:
        return rows.fill_null(value=False).sum().cast(pl.Int64)

    def win_rate(rows: pl.Expr) -> pl.Expr:
        wins, losses = count(rows & (outcome == "WIN")), count(rows & (outcome == "LOSS"))
        return _share(wins, wins + losses)

    # Sums of floats depend on the order of the rows.
    ordered = graded.sort("game_date", "system_id", "nba_game_id", "nba_player_id")
    return ordered.group_by("game_date", "system_id", maintain_order=True).agg(
        predictions_count=pl.len().cast(pl.Int64),
        recommendations_count=count(recommended),
        correct_count=count(outcome == "WIN"),
        incorrect_count=count(outcome == "LOSS"),
        push_count=count(outcome == "PUSH"),
        void_count=count(recommended & (outcome == "VOID")),
        unrecommended_void_count=count(~recommended & (outcome == "VOID")),
        pass_count=count(outcome == "PASS"),
        no_line_count=count(outcome == "NO_LINE"),
        win_rate=win_rate(recommended),
        mae=pl.col("absolute_error").mean(),
        avg_bias=pl.col("signed_error").mean(),
        over_count=count(side == "OVER"),
        over_correct=count((side == "OVER") & (outcome == "WIN")),
        over_win_rate=win_rate(side == "OVER"),
        under_count=count(side == "UNDER"),
        under_correct=count((side == "UNDER") & (outcome == "WIN")),
        under_win_rate=win_rate(side == "UNDER"),
        within_3_count=count(pl.col("within_3")),
        within_3_pct=_share(count(pl.col("within_3")), played),
        within_5_count=count(pl.col("within_5")),
        within_5_pct=_share(count(pl.col("within_5")), played),
        avg_confidence=pl.col("confidence_score").mean(),
        high_confidence_count=count(recommended & sure),
        high_confidence_correct=count(recommended & sure & (outcome == "WIN")),
        high_confidence_win_rate=win_rate(recommended & sure),
        computed_at=pl.lit(now).cast(pl.Datetime("us", "UTC")).first(),
    ).select(TABLE.column_names)  # fmt: skip


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
