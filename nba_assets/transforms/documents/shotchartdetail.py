"""stats.nba.com shotchartdetail: the field-goal attempts of a date (asked with ContextMeasure=FGA)."""

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, load_json, typed_frame
from nba_assets.transforms.documents.result_sets import result_set
from nba_assets.transforms.documents.values import converted, number_flag, padded_game_id, required

_HEADERS = {
    "nba_game_id": "GAME_ID",
    "game_event_id": "GAME_EVENT_ID",
    "nba_player_id": "PLAYER_ID",
    "team_id": "TEAM_ID",
    "period": "PERIOD",
    "minutes_remaining": "MINUTES_REMAINING",
    "seconds_remaining": "SECONDS_REMAINING",
    "action_type": "ACTION_TYPE",
    "shot_type": "SHOT_TYPE",
    "zone_basic": "SHOT_ZONE_BASIC",
    "zone_area": "SHOT_ZONE_AREA",
    "zone_range": "SHOT_ZONE_RANGE",
    "shot_distance": "SHOT_DISTANCE",
    "loc_x": "LOC_X",
    "loc_y": "LOC_Y",
    "shot_made": "SHOT_MADE_FLAG",
}
_TEXT = {"nba_game_id", "action_type", "shot_type", "zone_basic", "zone_area", "zone_range"}
_RAW: dict[str, pl.DataType] = {name: pl.String() if name in _TEXT else pl.Int64() for name in _HEADERS}

# One row per attempt; `row_no` counts the attempts of a game in document order. Distances as in the feed: feet, tenths.
SCHEMA: dict[str, pl.DataType] = _RAW | {"shot_made": pl.Boolean(), "row_no": pl.Int64()}


def parse(document: bytes) -> pl.DataFrame:
    """One row per shot of the document, in its order."""
    table = result_set(load_json(document), "Shot_Chart_Detail", list(_HEADERS.values()))
    columns = {name: table[header] for name, header in _HEADERS.items()}
    columns["nba_game_id"] = [padded_game_id(value) for value in columns["nba_game_id"]]
    frame = converted(typed_frame(columns, _RAW), {"shot_made": number_flag(pl.col("shot_made"))})
    frame = frame.with_columns(row_no=pl.int_range(pl.len(), dtype=pl.Int64).over("nba_game_id"))
    frame = required(frame, ["nba_game_id", "nba_player_id", "team_id", "period", "shot_type", "shot_made"])
    return frame.select(*SCHEMA, QUARANTINE_REASON)
