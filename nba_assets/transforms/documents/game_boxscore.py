"""Box score of one game in three shapes, told apart by content: CDN live data, stats V3, stats V2.

All three list the players who did not play, with zero or null statistics that are no facts: their statistics are null
here. Starters and seconds are known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError, load_json, typed_frame
from nba_assets.transforms.documents.box_rows import PLAYER_SCHEMA, PLAYER_STATISTICS, STATISTICS, TEAM_SCHEMA
from nba_assets.transforms.documents.result_sets import result_set
from nba_assets.transforms.documents.values import (
    clock_minutes,
    converted,
    iso_minutes,
    member,
    padded_game_id,
    required,
    text_flag,
    text_or_null,
    values_of,
)

__all__ = ["PLAYER_SCHEMA", "TEAM_SCHEMA", "parse_players", "parse_teams"]

_FINAL = 3
_SIDES = ("homeTeam", "awayTeam")

# What the shapes say about a player, before it is judged. CDN: flags '1'/'0'. V3 and V2: position of starters, comment.
_WORDS: dict[str, pl.DataType] = {
    name: pl.String()
    for name in ("starter", "played", "status", "reason_code", "reason_text", "position", "comment", "minutes")
}
_RAW_PLAYER = PLAYER_SCHEMA | _WORDS
_RAW_TEAM = TEAM_SCHEMA | {"minutes": pl.String()}

# V2 writes TO where leaguegamelog writes TOV.
_V2_HEADERS = {s.header: "TO" if s.header == "TOV" else s.header for s in PLAYER_STATISTICS}


def parse_players(document: bytes) -> pl.DataFrame:
    """One row per listed player; statistics and minutes are null unless he played."""
    box = load_json(document)
    if _is_cdn(box):
        return _cdn_players(member(box, "game", dict))
    return _stats_players(box)


def parse_teams(document: bytes) -> pl.DataFrame:
    """One row per team; only CDN separates team turnovers and knows second-chance and fast-break points."""
    box = load_json(document)
    return _cdn_teams(member(box, "game", dict)) if _is_cdn(box) else _stats_teams(box)


def _is_cdn(box: Any) -> bool:
    shapes = {"game", "boxScoreTraditional", "resultSets"}
    if not isinstance(box, dict) or not shapes & box.keys():
        raise DocumentError("neither a CDN nor a stats box score: 'game' is missing", field="game")
    return "game" in box


def _cdn_players(game: dict[str, Any]) -> pl.DataFrame:
    pairs = [(team, player) for team in _teams(game) for player in member(team, "players", list)]
    players = [player for _, player in pairs]
    statistics = [value or {} for value in values_of(players, "statistics", required=True)]
    columns = {
        "nba_game_id": [_game_id(game)] * len(pairs),
        "nba_player_id": values_of(players, "personId", required=True),
        "player_full_name": text_or_null(values_of(players, "name", required=True)),
        "team_id": [team.get("teamId") for team, _ in pairs],
        "played": values_of(players, "played", required=True),
        "starter": values_of(players, "starter", required=True),
        "status": values_of(players, "status", required=True),
        "reason_code": text_or_null(values_of(players, "notPlayingReason")),
        "reason_text": text_or_null(values_of(players, "notPlayingDescription")),
        "minutes": text_or_null(values_of(statistics, "minutes")),
        **{s.player: values_of(statistics, s.key, required=True) for s in PLAYER_STATISTICS},
    }
    frame = _typed(columns, _RAW_PLAYER)
    flags = {"played": text_flag(pl.col("played")), "starter": text_flag(pl.col("starter"))}
    frame = converted(frame, flags | {"minutes": iso_minutes(pl.col("minutes"))})
    return _judged(
        frame,
        dressed=pl.col("status") == "ACTIVE",
        reason=pl.concat_str("reason_code", "reason_text", separator=" - ", ignore_nulls=True),
        source="cdn_boxscore",
        is_final=_cdn_is_final(game),
    )


def _cdn_teams(game: dict[str, Any]) -> pl.DataFrame:
    teams = _teams(game)
    statistics = [member(team, "statistics", dict) for team in teams]
    # reboundsTotal of a team adds team rebounds.
    keys = {s.team: s.key for s in STATISTICS} | {
        "total_rebounds": "reboundsPersonal",
        "turnovers_incl_team": "turnoversTotal",
        "points_second_chance": "pointsSecondChance",
        "points_fast_break": "pointsFastBreak",
        "minutes": "minutes",
    }
    columns = {
        "nba_game_id": [_game_id(game)] * len(teams),
        "team_id": values_of(teams, "teamId", required=True),
        **{name: values_of(statistics, key, required=True) for name, key in keys.items()},
    }
    frame = converted(_typed(columns, _RAW_TEAM), {"minutes": iso_minutes(pl.col("minutes"))})
    return _with_result(frame, "cdn_boxscore", is_final=_cdn_is_final(game))


def _stats_players(box: Any) -> pl.DataFrame:
    """V3 and V2: a comment or empty minutes mean that he did not play, whatever the statistics say."""
    columns = _v3_players(box) if "boxScoreTraditional" in box else _v2_players(box)
    frame = converted(_typed(columns, _RAW_PLAYER), {"minutes": clock_minutes(pl.col("minutes"))})
    frame = frame.with_columns(
        starter=pl.col("position").is_not_null(),
        played=pl.col("comment").is_null() & pl.col("minutes").is_not_null(),
    )
    # DNP = dressed, did not play; DND = did not dress; NWT = not with the team.
    return _judged(
        frame,
        dressed=pl.col("comment").is_null() | pl.col("comment").str.starts_with("DNP"),
        reason=pl.col("comment"),
        source="stats_boxscore",
        is_final=_stats_is_final(_stats_team_rows(box)),
    )


def _stats_teams(box: Any) -> pl.DataFrame:
    rows = _stats_team_rows(box)
    return _with_result(rows, "stats_boxscore", is_final=_stats_is_final(rows))


def _stats_team_rows(box: Any) -> pl.DataFrame:
    columns = _v3_teams(box) if "boxScoreTraditional" in box else _v2_teams(box)
    return converted(_typed(columns, _RAW_TEAM), {"minutes": clock_minutes(pl.col("minutes"))})


def _v3_players(box: Any) -> dict[str, list[Any]]:
    game = member(box, "boxScoreTraditional", dict)
    pairs = [(team, player) for team in _teams(game) for player in member(team, "players", list)]
    players = [player for _, player in pairs]
    statistics = [member(player, "statistics", dict) for player in players]
    names = zip(
        values_of(players, "firstName", required=True), values_of(players, "familyName", required=True), strict=True
    )
    return {
        "nba_game_id": [_game_id(game)] * len(pairs),
        "nba_player_id": values_of(players, "personId", required=True),
        "player_full_name": text_or_null(f"{first or ''} {last or ''}" for first, last in names),
        "team_id": [team.get("teamId") for team, _ in pairs],
        "position": text_or_null(values_of(players, "position", required=True)),
        "comment": text_or_null(values_of(players, "comment", required=True)),
        "minutes": text_or_null(values_of(statistics, "minutes", required=True)),
        **{s.player: values_of(statistics, s.key, required=True) for s in PLAYER_STATISTICS},
    }


def _v3_teams(box: Any) -> dict[str, list[Any]]:
    game = member(box, "boxScoreTraditional", dict)
    teams = _teams(game)
    statistics = [member(team, "statistics", dict) for team in teams]
    return {
        "nba_game_id": [_game_id(game)] * len(teams),
        "team_id": values_of(teams, "teamId", required=True),
        "minutes": text_or_null(values_of(statistics, "minutes", required=True)),
        **{s.team: values_of(statistics, s.key, required=True) for s in STATISTICS},
    }


def _v2_players(box: Any) -> dict[str, list[Any]]:
    headers = {
        "nba_game_id": "GAME_ID",
        "nba_player_id": "PLAYER_ID",
        "player_full_name": "PLAYER_NAME",
        "team_id": "TEAM_ID",
        "position": "START_POSITION",
        "comment": "COMMENT",
        "minutes": "MIN",
        **{s.player: _V2_HEADERS[s.header] for s in PLAYER_STATISTICS},
    }
    return _v2_columns(box, "PlayerStats", headers, text=("position", "comment", "minutes"))


def _v2_teams(box: Any) -> dict[str, list[Any]]:
    headers = {
        "nba_game_id": "GAME_ID",
        "team_id": "TEAM_ID",
        "minutes": "MIN",
        **{s.team: _V2_HEADERS[s.header] for s in STATISTICS},
    }
    return _v2_columns(box, "TeamStats", headers, text=("minutes",))


def _v2_columns(box: Any, name: str, headers: Mapping[str, str], text: Sequence[str]) -> dict[str, list[Any]]:
    table = result_set(box, name, list(headers.values()))
    columns = {column: table[header] for column, header in headers.items()}
    columns["nba_game_id"] = [padded_game_id(value) for value in columns["nba_game_id"]]
    return columns | {column: text_or_null(columns[column]) for column in text}


def _teams(game: dict[str, Any]) -> list[dict[str, Any]]:
    return [member(game, side, dict) for side in _SIDES]


def _game_id(game: dict[str, Any]) -> str:
    value = padded_game_id(game.get("gameId"))
    if not isinstance(value, str) or not value:
        raise DocumentError(f"'gameId' is not an id: {value!r}", field="gameId", value=value)
    return value


def _typed(columns: Mapping[str, list[Any]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """`typed_frame`; columns that the shape does not have are null."""
    size = len(columns["nba_game_id"])
    return typed_frame({name: columns.get(name, [None] * size) for name in schema}, schema)


def _cdn_is_final(game: dict[str, Any]) -> bool:
    if not isinstance(game.get("gameStatus"), int):
        raise DocumentError(f"'gameStatus' is not a status: {game.get('gameStatus')!r}", field="gameStatus")
    return game["gameStatus"] == _FINAL


def _stats_is_final(teams: pl.DataFrame) -> bool:
    """V3 and V2 have no status: over when both teams' minutes are those of whole periods and the score is not level."""
    over = pl.col("minutes") - 240
    whole = (over > -0.25) & ((over + 0.25) % 25 < 0.5)
    decided = pl.col("points").max() > pl.col("points").min()
    return teams.select((pl.len() == 2) & whole.all(ignore_nulls=False) & decided).item() is True


def _judged(frame: pl.DataFrame, *, dressed: pl.Expr, reason: pl.Expr, source: str, is_final: bool) -> pl.DataFrame:
    """Player rows of the schema: `played` decides what is a fact."""
    played = pl.col("played")
    status = pl.when(played).then(pl.lit("active")).when(dressed).then(pl.lit("dnp")).otherwise(pl.lit("inactive"))
    facts = [pl.when(played).then(name).alias(name) for name in ("minutes", *(s.player for s in PLAYER_STATISTICS))]
    frame = frame.with_columns(
        *facts,
        player_status=status,
        dnp_reason=pl.when(~played & (reason != "")).then(reason),
        data_source=pl.lit(source),
        is_final=pl.lit(is_final),
    )
    frame = required(frame, ["nba_game_id", "nba_player_id", "player_full_name", "team_id", "played"])
    return frame.select(*PLAYER_SCHEMA, QUARANTINE_REASON)


def _with_result(frame: pl.DataFrame, source: str, *, is_final: bool) -> pl.DataFrame:
    """Team rows of the schema; the winner follows from the two scores of the document."""
    points = pl.col("points")
    decided = pl.lit(is_final) & points.is_not_null().all() & (points.max() > points.min())
    frame = frame.with_columns(
        win_loss=pl.when(decided).then(pl.when(points == points.max()).then(pl.lit("W")).otherwise(pl.lit("L"))),
        data_source=pl.lit(source),
        is_final=pl.lit(is_final),
    )
    return required(frame, ["nba_game_id", "team_id"]).select(*TEAM_SCHEMA, QUARANTINE_REASON)
