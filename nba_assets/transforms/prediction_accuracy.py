"""Grades of the predictions of finished games."""

from datetime import datetime

import numpy as np
import polars as pl

from ml_models import metrics, outcomes
from nba_assets.contracts.prediction_accuracy import TABLE
from nba_assets.transforms import injury_status
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.predictions.stored_pmf import pmf_matrix

# How the reason of a row begins whose box score says minutes but no points: a fault of the source, never a void.
NO_POINTS = "minutes without points: "

_GAME = ["game_date", "nba_game_id"]
_PLAYER = [*_GAME, "nba_player_id"]
_PREDICTION = [*_PLAYER, "system_id"]
# A version that ended so, and that no later one followed, is void for this reason.
_WITHDRAWN = ["game_postponed", "player_inactive"]
_NOT_POSTPONED = ["N", "A"]
_TIERS = {"elite": 25.0, "starter": 15.0}
# Rows whose distributions are scored together: they stay in the processor's cache.
_CHUNK = 8192


def build(
    predictions: pl.DataFrame,
    player_games: pl.DataFrame,
    schedule: pl.DataFrame,
    injury_reports: pl.DataFrame,
    daily_cache: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """One row per player, game and system whose game is final and complete, or postponed.

    All frames are of the same dates; `player_games` is `player_game_summary`, which has final, complete games only. A
    row whose box score is at fault comes with `quarantine_reason`.
    """
    standing = last_words(predictions)
    known = (
        standing.pipe(_with_game, player_games, schedule)
        .pipe(_with_status, schedule, injury_reports)
        .pipe(_with_tier, daily_cache)
    )
    decided = known.with_columns(void_reason=_void_reason(now)).filter(
        pl.col("complete") | (pl.col("void_reason") == "game_postponed")
    )
    points = pl.when(pl.col("void_reason").is_null()).then(pl.col("points"))
    return (
        decided.with_columns(actual_points=points)
        .pipe(_with_outcomes)
        .pipe(_with_scores)
        .with_columns(graded_at=pl.lit(now).cast(pl.Datetime("us", "UTC")))
        .select(*TABLE.column_names, _fault().alias(QUARANTINE_REASON))
    )


def last_words(predictions: pl.DataFrame) -> pl.DataFrame:
    """Of each player, game and system the version that stood at tip-off: made before it, active, newest."""
    order = ["prediction_made_before_game", "is_active", "prediction_version", "created_at"]
    rows = (
        predictions.lazy()
        .select(*_PREDICTION, *order)
        .with_row_index("_row")
        .sort(*order, descending=True)
        .unique(_PREDICTION, keep="first")
        .sort(*_PREDICTION)
        .collect()
    )
    return predictions[rows["_row"]]


def final_games(player_games: pl.DataFrame) -> pl.DataFrame:
    """Games whose box score is final and complete."""
    return player_games.select(_GAME).unique()


def _with_game(rows: pl.DataFrame, player_games: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """`complete`, `scheduled`, `postponed_status`, and `points` and `minutes_played` of the box score."""
    played = player_games.select(*_PLAYER, "points", "minutes_played").unique(_PLAYER, keep="any")
    games = schedule.select(*_GAME, "postponed_status", scheduled=pl.lit(True)).unique(_GAME, keep="any")
    complete = final_games(player_games).with_columns(complete=pl.lit(True))
    return (
        rows.join(played, on=_PLAYER, how="left", maintain_order="left")
        .join(complete, on=_GAME, how="left", maintain_order="left")
        .join(games, on=_GAME, how="left", maintain_order="left")
        .with_columns(pl.col("complete", "scheduled").fill_null(value=False))
    )


def _with_status(rows: pl.DataFrame, schedule: pl.DataFrame, injury_reports: pl.DataFrame) -> pl.DataFrame:
    """`pre_game_injury_status`: a team that had submitted and does not name him calls him available."""
    tips = schedule.group_by("nba_game_id").agg(as_of_ts=pl.col("tipoff_utc").max())
    newest = injury_status.newest_reports(injury_reports.unique(), tips)
    said = injury_status.player_statuses(newest).select("nba_game_id", "nba_player_id", "player_status")
    submitted = injury_status.team_reports(newest).select(*injury_status.TEAM, submitted=pl.lit("available"))
    return (
        rows.join(said, on=["nba_game_id", "nba_player_id"], how="left", maintain_order="left")
        .join(submitted, on=injury_status.TEAM, how="left", maintain_order="left")
        .with_columns(pre_game_injury_status=pl.coalesce("player_status", "submitted", "injury_status_at_prediction"))
    )


def _with_tier(rows: pl.DataFrame, daily_cache: pl.DataFrame) -> pl.DataFrame:
    mean = pl.col("points_avg_season")
    elite, starter = (mean >= least for least in _TIERS.values())
    tier = pl.when(elite).then(pl.lit("elite")).when(starter).then(pl.lit("starter")).when(mean.is_not_null())
    tiers = daily_cache.select("game_date", "nba_player_id", player_tier=tier.then(pl.lit("role")))
    key = ["game_date", "nba_player_id"]
    return rows.join(tiers.unique(key, keep="any"), on=key, how="left", maintain_order="left")


def _void_reason(now: datetime) -> pl.Expr:
    withdrawn = pl.when(~pl.col("is_active") & pl.col("superseded_reason").is_in(_WITHDRAWN)).then("superseded_reason")
    moved = ~pl.col("scheduled") | (~pl.col("postponed_status").is_in(_NOT_POSTPONED) & (pl.col("tipoff_utc") < now))
    nothing = (pl.col("minutes_played").fill_null(0) == 0) & (pl.col("points").fill_null(0) == 0)
    absent = pl.col("complete") & nothing
    dnp = pl.col("pre_game_injury_status").replace_strict(
        outcomes.VOID_REASON_BY_STATUS, default="dnp_unknown", return_dtype=pl.String
    )
    return (
        pl.when(withdrawn.is_not_null())
        .then(withdrawn)
        .when(~pl.col("complete") & moved)
        .then(pl.lit("game_postponed"))
        .when(absent)
        .then(dnp.fill_null("dnp_unknown"))
    )


def _fault() -> pl.Expr:
    nothing_known = pl.col("actual_points").is_null() & pl.col("void_reason").is_null()
    return pl.when(nothing_known).then(
        pl.format(NO_POINTS + "{} {} {}", "player_lookup", "game_id", pl.col("minutes_played").round(1))
    )


def _with_outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    points, line, side = pl.col("actual_points"), pl.col("current_points_line"), pl.col("edge_side")
    price = pl.when(side == "OVER").then("over_price").otherwise("under_price")
    error = pl.col("predicted_points") - points
    decile = (pl.col("confidence_score") * 10).floor().cast(pl.Int64) + 1
    confirmed = pl.col("void_reason").is_in(list(outcomes.VOID_REASON_BY_STATUS.values()))
    return rows.with_columns(
        confidence_decile=decile.clip(upper_bound=10),
        signed_error=error,
        absolute_error=error.abs(),
        within_3=error.abs() <= 3,
        within_5=error.abs() <= 5,
        actual_margin=points - line,
        outcome=outcomes.graded(pl.col("recommendation"), line, points),
        injury_confirmed_postgame=confirmed.fill_null(value=False),
        side_outcome=outcomes.result(side, line, points),
        best_outcome=outcomes.result(side, pl.col("best_line"), points),
    ).with_columns(
        prediction_correct=pl.when(pl.col("outcome").is_in(outcomes.SETTLED)).then(pl.col("outcome") == "WIN"),
        profit=outcomes.profit(pl.col("side_outcome"), price),
        best_profit=outcomes.profit(pl.col("best_outcome"), pl.col("best_price")),
    )


def _with_scores(rows: pl.DataFrame) -> pl.DataFrame:
    points = _numbers(rows, "actual_points")
    over = metrics.went_over(points, _numbers(rows, "current_points_line"))
    p_over, p_under, market = (_numbers(rows, name) for name in ("p_over", "p_under", "market_p_over"))
    with np.errstate(invalid="ignore"):
        share = p_over / (p_over + p_under)
    crps, pit = _distribution_scores(rows["points_pmf"], points)
    scores = {
        "brier": metrics.brier(share, over),
        "log_loss": metrics.log_loss(share, over),
        "market_brier": metrics.brier(market, over),
        "market_log_loss": metrics.log_loss(market, over),
        "crps": crps,
        "pit": pit,
    }
    return rows.with_columns(pl.Series(name, values).fill_nan(None) for name, values in scores.items())


def _numbers(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _distribution_scores(stored: pl.Series, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """CRPS and middle of the PIT per row, NaN without points; the rounded probabilities are made to add up to 1."""
    crps, pit = np.full(len(stored), np.nan), np.full(len(stored), np.nan)
    counts = np.flatnonzero(~np.isnan(points))
    for start in range(0, counts.size, _CHUNK):
        chunk = counts[start : start + _CHUNK]
        pmf = pmf_matrix(stored.gather(chunk))
        crps[chunk] = metrics.crps(pmf, points[chunk])
        # Sums of rounded shares may end a hair above 1.
        pit[chunk] = np.minimum(metrics.mid_pit(pmf, points[chunk]), 1.0)
    return crps, pit
