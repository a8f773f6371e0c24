"""Predictions, box scores and games to be graded, tiny: the game is NYK at PHI on 2024-01-15, won by PHI."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from ml_models.features import FEATURE_VERSION
from nba_assets.transforms import prediction_accuracy
from nba_assets_tests.frames import TIPOFF, frame, row

NOW = datetime(2024, 1, 16, 14, 0, tzinfo=UTC)
MORNING = datetime(2024, 1, 15, 15, 0, tzinfo=UTC)
Rows = Sequence[Mapping[str, Any]]

_LINE = {
    "has_prop_line": True,
    "line_source": "ACTUAL_PROP",
    "line_source_api": "ODDS_API",
    "sportsbook": "draftkings",
    "line_snapshot_ts": datetime(2024, 1, 15, 14, 0, tzinfo=UTC),
    "line_minutes_before_game": 630,
    "over_price": 1.9,
    "under_price": 1.8,
    "market_p_over": 0.48,
    "p_over": 0.6,
    "p_under": 0.4,
    "p_push": 0.0,
    "confidence_score": 0.6,
}


def predicted(
    line: float | None = 20.5,
    *,
    side: str = "OVER",
    points: float = 24.5,
    player: int = 203954,
    system: str = "catboost_v9",
    **more: Any,
) -> dict[str, Any]:
    """One version of a prediction with an edge on `side` of `line` (None: no line); by default it stood at tip-off."""
    lined: dict[str, Any] = {"line_source": "NO_PROP_LINE", "recommendation": "NO_LINE"}
    if line is not None:
        edge = min(abs(points - line), line)
        points = line + edge if side == "OVER" else line - edge
        lined = {
            **_LINE,
            "current_points_line": line,
            "line_margin": points - line,
            "edge_side": side,
            "recommendation": side,
            "best_line": line,
            "best_price": 2.0,
            "best_book": "fanduel",
        }
    values: dict[str, Any] = {
        "nba_player_id": player,
        "player_lookup": f"player{player}",
        "system_id": system,
        "prediction_version": 1,
        "prediction_id": f"2024-01-15_player{player}_{system}",
        "predicted_points": points,
        "points_pmf": [0.1] * 10,
        "recommendation_reasons": [],
        "explanation": [],
        "missing_required": [],
        "quality_gate": "passed",
        "ml_model_id": f"{system}_2024-01-15",
        "model_sha256": "0" * 64,
        "model_status": "champion",
        "feature_version": FEATURE_VERSION,
        "training_start_date": date(2023, 11, 1),
        "training_end_date": date(2024, 1, 14),
        "as_of_ts": MORNING,
        "created_at": MORNING,
        "prediction_made_before_game": True,
        "is_active": True,
    }
    return row("player_prop_predictions", **(values | lined | more))


def superseded(reason: str, line: float = 20.5, **more: Any) -> dict[str, Any]:
    return predicted(line, is_active=False, superseded_at=TIPOFF, superseded_reason=reason, **more)


def box(points: int | None = 24, minutes: float | None = 30.0, *, player: int = 203954, **more: Any) -> dict[str, Any]:
    """His row in player_game_summary; points None = he did not play."""
    scored = {"points": points, "minutes_played": minutes, "is_dnp": points is None, "fg_makes": points}
    return row("player_game_summary", nba_player_id=player, **(scored | more))


def absent(**more: Any) -> dict[str, Any]:
    return box(None, None, **more)


def game(**more: Any) -> dict[str, Any]:
    return row("nbac_schedule", **more)


def graded(
    predictions: Rows,
    boxes: Rows,
    *,
    games: Rows | None = None,
    reports: Rows = (),
    cache: Rows = (),
    now: datetime = NOW,
) -> pl.DataFrame:
    """`prediction_accuracy.build`, with the default game on the schedule unless `games` says otherwise."""
    return prediction_accuracy.build(
        frame("player_prop_predictions", predictions),
        frame("player_game_summary", boxes),
        frame("nbac_schedule", [game()] if games is None else games),
        frame("nbac_injury_report", reports),
        frame("player_daily_cache", cache),
        now,
    )


def one(predictions: Rows, boxes: Rows, **more: Any) -> dict[str, Any]:
    """The only graded row."""
    (found,) = graded(predictions, boxes, **more).to_dicts()
    return found
