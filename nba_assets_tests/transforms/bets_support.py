"""Predictions, features, states and quotes for tests of what is bet and what became of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from ml_models.distributions import from_negative_binomial
from ml_models.features import FEATURE_VERSION
from nba_assets_tests.frames import TIPOFF, frame, row

CHAMPION = "catboost_v9"
PLAYER = 203954
DAY = date(2024, 1, 15)

# Under 27.5 at a forecast of 23.9: passes every rule.
_GOOD: dict[str, Any] = {
    "system_id": CHAMPION,
    "prediction_version": 1,
    "prediction_id": "2024-01-15_joelembiid_catboost_v9",
    "predicted_points": 23.9,
    "has_prop_line": True,
    "line_source": "ACTUAL_PROP",
    "sportsbook": "draftkings",
    "current_points_line": 27.5,
    "line_snapshot_ts": TIPOFF - timedelta(hours=5),
    "over_price": 1.9,
    "under_price": 1.9,
    "edge_side": "UNDER",
    "line_margin": -3.6,
    "best_line": 27.5,
    "best_price": 1.95,
    "best_book": "betmgm",
    "best_p_win": 0.5464481,
    "best_p_push": 0.0,
    "ev": 0.0656,
    "recommendation": "UNDER",
    "recommendation_reasons": [],
    "explanation": [],
    "points_pmf": [],
    "quality_gate": "passed",
    "feature_quality_score": 95.0,
    "missing_required": [],
    "ml_model_id": "catboost_v9_2024-01-15",
    "model_sha256": "0" * 64,
    "model_status": "champion",
    "feature_version": FEATURE_VERSION,
    "training_start_date": date(2023, 11, 1),
    "training_end_date": date(2024, 1, 7),
    "as_of_ts": TIPOFF - timedelta(hours=4),
    "created_at": TIPOFF - timedelta(hours=4),
    "prediction_made_before_game": True,
    "is_active": True,
}
_FEATURES = {"days_rest": 2.0, "opponent_pace": 101.0, "home_away": 0.0, "points_std_last_10": 9.0}


def prediction(**overrides: Any) -> dict[str, Any]:
    return row("player_prop_predictions", **(_GOOD | overrides))


def predictions(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame("player_prop_predictions", rows)


def features(of: pl.DataFrame, **overrides: Any) -> pl.DataFrame:
    """One feature row per player of the predictions, without evidence for anything."""
    keys = of.select("game_date", "nba_game_id", "nba_player_id").unique(maintain_order=True)
    rows = [row("ml_feature_store_v2", **key, **(_FEATURES | overrides)) for key in keys.to_dicts()]
    return frame("ml_feature_store_v2", rows)


def states(*rows: tuple[date, str, str]) -> pl.DataFrame:
    schema = {"game_date": pl.Date, "system_id": pl.String, "state": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def halts(*rows: tuple[date, bool, Sequence[str]]) -> pl.DataFrame:
    schema = {"game_date": pl.Date, "is_halted": pl.Boolean, "reasons": pl.List(pl.String)}
    return pl.DataFrame([(day, halted, list(why)) for day, halted, why in rows], schema=schema, orient="row")


def quote(line: float, minutes: float, **overrides: Any) -> dict[str, Any]:
    """A two-sided quote seen so many minutes before tip-off; after it if negative."""
    known: dict[str, Any] = {
        "nba_player_id": PLAYER,
        "points_line": line,
        "snapshot_timestamp": TIPOFF - timedelta(minutes=minutes),
        "minutes_before_tipoff": int(minutes // 1),
        "is_in_play": minutes <= 0,
        "over_price": 1.9,
        "under_price": 1.9,
    }
    return row("odds_api_player_points_props", **(known | overrides))


def quotes(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame("odds_api_player_points_props", rows)


def pmf(mean: float) -> list[float]:
    """A distribution as stored: to 5 decimals, zeros at the end left out."""
    return np.trim_zeros(np.round(from_negative_binomial([mean], [7.0])[0], 5), "b").tolist()
