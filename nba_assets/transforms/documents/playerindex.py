"""stats.nba.com playerindex: the players of all rosters on the day it was fetched."""

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, load_json, typed_frame
from nba_assets.transforms.documents.result_sets import result_set
from nba_assets.transforms.documents.values import required, text_or_null

_TEXT_HEADERS = {
    "first_name": "PLAYER_FIRST_NAME",
    "last_name": "PLAYER_LAST_NAME",
    "position": "POSITION",
    "jersey_number": "JERSEY_NUMBER",
    "height": "HEIGHT",
    "weight": "WEIGHT",
    "country": "COUNTRY",
}
_NUMBER_HEADERS = {"nba_player_id": "PERSON_ID", "team_id": "TEAM_ID", "draft_year": "DRAFT_YEAR"}
_RAW: dict[str, pl.DataType] = {
    **{name: pl.Int64() for name in _NUMBER_HEADERS},
    **{name: pl.String() for name in _TEXT_HEADERS},
}

# One row per person; `team_id` null without a team, height in feet-inches, weight in pounds.
SCHEMA: dict[str, pl.DataType] = {
    "nba_player_id": pl.Int64(),
    "player_full_name": pl.String(),
    "team_id": pl.Int64(),
    "position": pl.String(),
    "jersey_number": pl.String(),
    "height": pl.String(),
    "weight": pl.String(),
    "country": pl.String(),
    "draft_year": pl.Int64(),
}


def parse(document: bytes) -> pl.DataFrame:
    """One row per person of the index."""
    headers = _NUMBER_HEADERS | _TEXT_HEADERS
    table = result_set(load_json(document), "PlayerIndex", list(headers.values()))
    columns = {name: table[header] for name, header in headers.items()}
    columns |= {name: text_or_null(columns[name]) for name in _TEXT_HEADERS}
    frame = typed_frame(columns, _RAW)
    # Some players have a single name.
    name = pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True)
    frame = frame.with_columns(
        player_full_name=pl.when(name != "").then(name),
        team_id=pl.when(pl.col("team_id") != 0).then("team_id"),
    )
    return required(frame, ["nba_player_id", "player_full_name"]).select(*SCHEMA, QUARANTINE_REASON)
