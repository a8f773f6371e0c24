"""stats.nba.com leaguegamelog: all player rows (PlayerOrTeam=P) or team rows (T) of a date or a season.

Only players who entered a game are listed, in whole minutes; 0 is a player who played less than 30 seconds. WL is null
while a game runs, so such rows are not final.
"""

from typing import Any

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError, load_json, typed_frame
from nba_assets.transforms.documents.box_rows import PLAYER_SCHEMA, PLAYER_STATISTICS, STATISTICS, TEAM_SCHEMA
from nba_assets.transforms.documents.result_sets import has_header, result_set
from nba_assets.transforms.documents.values import padded_game_id, required

__all__ = ["PLAYER_SCHEMA", "TEAM_SCHEMA", "parse_players", "parse_teams"]

_TABLE = "LeagueGameLog"
_PLAYER_HEADERS = {"nba_player_id": "PLAYER_ID", "player_full_name": "PLAYER_NAME"}
_HEADERS = {"nba_game_id": "GAME_ID", "team_id": "TEAM_ID", "win_loss": "WL", "minutes": "MIN"}


def parse_players(document: bytes) -> pl.DataFrame:
    """One row per player who entered a game."""
    headers = _HEADERS | _PLAYER_HEADERS | {statistic.player: statistic.header for statistic in PLAYER_STATISTICS}
    frame = _rows(load_json(document), headers, PLAYER_SCHEMA | {"win_loss": pl.String()}).with_columns(
        player_status=pl.lit("active")
    )
    frame = required(frame, ["nba_game_id", "nba_player_id", "player_full_name", "team_id"])
    return frame.select(*PLAYER_SCHEMA, QUARANTINE_REASON)


def parse_teams(document: bytes) -> pl.DataFrame:
    """One row per team of a game. TOV of the real feed includes team turnovers and does not separate them."""
    log = load_json(document)
    if has_header(log, _TABLE, "PLAYER_ID"):
        raise DocumentError("a log of players, not of teams", field="PLAYER_ID")
    frame = _rows(log, _HEADERS | {statistic.team: statistic.header for statistic in STATISTICS}, TEAM_SCHEMA)
    return required(frame, ["nba_game_id", "team_id"]).select(*TEAM_SCHEMA, QUARANTINE_REASON)


def _rows(log: Any, headers: dict[str, str], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """The table under our column names; columns this source does not have are null."""
    table = result_set(log, _TABLE, list(headers.values()))
    columns = {name: table[header] for name, header in headers.items()}
    columns["nba_game_id"] = [padded_game_id(value) for value in columns["nba_game_id"]]
    size = len(columns["nba_game_id"])
    frame = typed_frame({name: columns.get(name, [None] * size) for name in schema}, schema)
    return frame.with_columns(data_source=pl.lit("leaguegamelog"), is_final=pl.col("win_loss").is_not_null())
