"""CDN live data play-by-play: the actions of one game."""

from typing import Any

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError, load_json, typed_frame
from nba_assets.transforms.documents.values import (
    converted,
    iso_seconds,
    member,
    number_flag,
    padded_game_id,
    required,
    text_or_null,
    values_of,
)

_REQUIRED_KEYS: dict[str, tuple[str, pl.DataType]] = {
    "event_id": ("actionNumber", pl.Int64()),
    "event_sequence": ("orderNumber", pl.Int64()),
    "period": ("period", pl.Int64()),
    "game_clock_seconds": ("clock", pl.String()),
    "event_type": ("actionType", pl.String()),
    "is_field_goal": ("isFieldGoal", pl.Int64()),
}
_OPTIONAL_KEYS: dict[str, tuple[str, pl.DataType]] = {
    "event_action_type": ("subType", pl.String()),
    "descriptor": ("descriptor", pl.String()),
    "qualifiers": ("qualifiers", pl.List(pl.String())),
    "event_description": ("description", pl.String()),
    "team_id": ("teamId", pl.Int64()),
    "player_1_id": ("personId", pl.Int64()),
    "assist_person_id": ("assistPersonId", pl.Int64()),
    "block_person_id": ("blockPersonId", pl.Int64()),
    "steal_person_id": ("stealPersonId", pl.Int64()),
    "foul_drawn_person_id": ("foulDrawnPersonId", pl.Int64()),
    "shot_made": ("shotResult", pl.String()),
    "shot_distance": ("shotDistance", pl.Float64()),
    "shot_x": ("xLegacy", pl.Int64()),
    "shot_y": ("yLegacy", pl.Int64()),
    "area": ("area", pl.String()),
    "score_home": ("scoreHome", pl.String()),
    "score_away": ("scoreAway", pl.String()),
}
_KEYS = _REQUIRED_KEYS | _OPTIONAL_KEYS
_IDS = ("team_id", *(name for name in _KEYS if name == "player_1_id" or name.endswith("_person_id")))
_TEXTS = ("event_type", "event_action_type", "descriptor", "event_description", "area", "score_home", "score_away")
_RAW: dict[str, pl.DataType] = {name: dtype for name, (_, dtype) in _KEYS.items()}

# One row per action in playing order; times in seconds, distance in feet, shot_x and shot_y in tenths of a foot.
SCHEMA: dict[str, pl.DataType] = {
    "nba_game_id": pl.String(),
    **_RAW,
    "game_clock_seconds": pl.Float64(),
    "time_elapsed_seconds": pl.Float64(),
    "is_field_goal": pl.Boolean(),
    "shot_made": pl.Boolean(),
    "score_home": pl.Int64(),
    "score_away": pl.Int64(),
    "points": pl.Int64(),
    "shot_zone": pl.String(),
}

_POINTS = {"freethrow": 1, "2pt": 2, "3pt": 3}
_PAINT_AREAS = ("Restricted Area", "In The Paint (Non-RA)")


def parse(document: bytes) -> pl.DataFrame:
    """One row per action, ordered by orderNumber; also from the wrapper `{metadata, playByPlay: <raw>, ...}`."""
    root = load_json(document)
    if isinstance(root, dict) and "playByPlay" in root:
        root = member(root, "playByPlay", dict)
    game = member(root, "game", dict)
    actions = member(game, "actions", list)
    columns: dict[str, list[Any]] = {
        name: values_of(actions, key, required=name in _REQUIRED_KEYS) for name, (key, _) in _KEYS.items()
    }
    columns |= {name: text_or_null(columns[name]) for name in _TEXTS}
    shot_result = pl.col("shot_made")
    frame = converted(
        typed_frame(columns, _RAW),
        {
            "game_clock_seconds": iso_seconds(pl.col("game_clock_seconds")),
            "is_field_goal": number_flag(pl.col("is_field_goal")),
            "shot_made": pl.when(shot_result == "Made").then(True).when(shot_result == "Missed").then(False),
            "score_home": pl.col("score_home").cast(pl.Int64, strict=False),
            "score_away": pl.col("score_away").cast(pl.Int64, strict=False),
        },
    )
    # 0 is nobody (game, period and team events); (0, 0) is a tip or put-back that was not located.
    located = (pl.col("shot_x") != 0) | (pl.col("shot_y") != 0)
    frame = frame.with_columns(
        *(pl.when(pl.col(name) != 0).then(name).alias(name) for name in _IDS),
        *(pl.when(located).then(name).alias(name) for name in ("shot_x", "shot_y")),
        shot_distance=pl.when(located & (pl.col("shot_distance") != 0)).then("shot_distance"),
    )
    frame = required(frame, list(_REQUIRED_KEYS)).with_columns(
        nba_game_id=pl.lit(_game_id(game)),
        time_elapsed_seconds=_elapsed(),
        points=pl.when(pl.col("shot_made"))
        .then(pl.col("event_type").replace_strict(_POINTS, default=0, return_dtype=pl.Int64))
        .otherwise(pl.lit(0, dtype=pl.Int64)),
    )
    frame = frame.with_columns(shot_zone=_zone(frame)).select(*SCHEMA, QUARANTINE_REASON)
    return frame.sort("event_sequence", "event_id", nulls_last=True)


def _game_id(game: dict[str, Any]) -> str:
    value = padded_game_id(game.get("gameId"))
    if not isinstance(value, str) or not value:
        raise DocumentError(f"'gameId' is not an id: {value!r}", field="gameId", value=value)
    return value


def _elapsed() -> pl.Expr:
    """Seconds played: four periods of 720, overtimes of 300."""
    period, clock = pl.col("period"), pl.col("game_clock_seconds")
    return pl.when(period <= 4).then(720 * period - clock).otherwise(2880 + 300 * (period - 4) - clock)


def _zone(actions: pl.DataFrame) -> pl.Expr:
    """Three by label, never by distance; paint by qualifier.

    The feed's `area` calls unlocated tips and put-backs Mid-Range, so it counts only where a game has no qualifiers.
    """
    shots = actions.filter("is_field_goal")
    if shots["qualifiers"].null_count() < shots.height:
        paint = pl.col("qualifiers").list.contains("pointsinthepaint").fill_null(False)
    else:
        paint = pl.col("area").is_in(_PAINT_AREAS)
    two = pl.when(paint).then(pl.lit("paint")).when(~paint).then(pl.lit("mid_range"))
    return pl.when("is_field_goal").then(pl.when(pl.col("event_type") == "3pt").then(pl.lit("three")).otherwise(two))
