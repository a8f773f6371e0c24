"""What an event of a published pick says: its words, and which of its values never change."""

from collections.abc import Mapping
from typing import Any

# The first event of a pick, those that withdraw it, and those that change nothing of it.
OPENING = ("published", "manual_added")
WITHDRAWING = ("retracted", "manual_removed")
INFORMING = ("refreshed", "dropped_from_signal", "model_disabled")
EVENTS = (*OPENING, *INFORMING, *WITHDRAWING)

# What makes a pick the same pick, and what of it never changes once it was published.
KEY = ("game_date", "nba_game_id", "nba_player_id")
FIXED = (
    *KEY,
    "system_id",
    "source",
    "game_id",
    "season_year",
    "player_lookup",
    "team_abbr",
    "opponent_team_abbr",
    "side",
    "line",
    "price",
    "book",
    "p_win",
    "p_push",
    "ev",
    "predicted_points",
    "first_edge",
    "stake_flat",
    "prediction_id",
    "prediction_version",
    "ml_model_id",
    "model_sha256",
)
# What may change until tip-off.
REFRESHED = ("edge", "pick_rank", "evidence", "why", "rejected_by", "tipoff_utc")
SNAPSHOT = (*FIXED, *REFRESHED)


def key_of(pick: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(pick[name] for name in KEY)
