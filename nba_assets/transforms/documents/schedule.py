"""scheduleLeagueV2 (stats.nba.com and cdn.nba.com): all games of a season as known when it was fetched."""

import re
from typing import Any

import polars as pl

from nba_assets.calendar import GAME_TYPES
from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError, load_json, typed_frame
from nba_assets.transforms.documents.values import (
    converted,
    date_part,
    member,
    padded_game_id,
    required,
    text_or_null,
    utc_instant,
    values_of,
)

_TEXT_KEYS = {
    "game_code": "gameCode",
    "game_status_text": "gameStatusText",
    "postponed_status": "postponedStatus",
    "game_label": "gameLabel",
    "game_sub_label": "gameSubLabel",
    "game_subtype": "gameSubtype",
    "series_game_number": "seriesGameNumber",
    "arena_name": "arenaName",
    "arena_city": "arenaCity",
    "arena_state": "arenaState",
}
_REQUIRED_KEYS = {
    "nba_game_id": "gameId",
    "game_date": "gameDateEst",
    "tipoff_utc": "gameDateTimeUTC",
    "game_status": "gameStatus",
}
_FLAG_KEYS = {"is_neutral": "isNeutral", "if_necessary": "ifNecessary"}

# One row per game of a kept type whose teams are known; scores are null unless the game is final (status 3).
SCHEMA: dict[str, pl.DataType] = {
    "season_year": pl.Int64(),
    "nba_game_id": pl.String(),
    "game_type": pl.String(),
    "game_date": pl.Date(),
    "tipoff_utc": pl.Datetime("us", "UTC"),
    "game_status": pl.Int64(),
    **{name: pl.Boolean() for name in _FLAG_KEYS},
    **{name: pl.String() for name in _TEXT_KEYS},
    "home_team_id": pl.Int64(),
    "away_team_id": pl.Int64(),
    "home_team_score": pl.Int64(),
    "away_team_score": pl.Int64(),
}
_RAW: dict[str, pl.DataType] = SCHEMA | {"game_date": pl.String(), "tipoff_utc": pl.String()}
_FINAL = 3
_NOT_DRAWN = 0  # team id of a Cup game whose teams are not known yet


def parse(document: bytes) -> pl.DataFrame:
    """One row per game; preseason and All-Star games and games without teams (Cup draws) are no rows."""
    schedule = member(load_json(document), "leagueSchedule", dict)
    season = _season(schedule)
    days = member(schedule, "gameDates", list)
    games = [game for day in days for game in member(day, "games", list)]
    columns: dict[str, list[Any]] = {
        "season_year": [season] * len(games),
        "game_type": [None] * len(games),
        **{name: values_of(games, key, required=True) for name, key in _REQUIRED_KEYS.items()},
        **{name: values_of(games, key) for name, key in _FLAG_KEYS.items()},
        **{name: text_or_null(values_of(games, key)) for name, key in _TEXT_KEYS.items()},
    }
    columns["nba_game_id"] = [padded_game_id(value) for value in columns["nba_game_id"]]
    for side in ("home", "away"):
        teams = [member(game, f"{side}Team", dict) for game in games]
        ids = values_of(teams, "teamId", required=True)
        columns[f"{side}_team_id"] = [_NOT_DRAWN if value == "" else value for value in ids]
        columns[f"{side}_team_score"] = values_of(teams, "score")
    frame = _with_game_type(typed_frame(columns, _RAW)).filter(
        pl.col("home_team_id").ne_missing(_NOT_DRAWN) & pl.col("away_team_id").ne_missing(_NOT_DRAWN)
    )
    # gameDateEst is an ET wall clock with a false Z, gameDateTimeUTC the true instant.
    frame = converted(
        frame, {"game_date": date_part(pl.col("game_date")), "tipoff_utc": utc_instant(pl.col("tipoff_utc"))}
    )
    frame = required(
        frame,
        ["nba_game_id", "game_type", "game_date", "tipoff_utc", "game_status", "home_team_id", "away_team_id"],
    )
    # A scheduled game carries score 0, a running one the score so far.
    final = pl.col("game_status") == _FINAL
    scores = [pl.when(final).then(name).alias(name) for name in ("home_team_score", "away_team_score")]
    return frame.with_columns(scores).select(*SCHEMA, QUARANTINE_REASON)


def _season(schedule: dict[str, Any]) -> int:
    label = member(schedule, "seasonYear", str)
    if not re.fullmatch(r"\d{4}-\d{2}", label):
        raise DocumentError(f"'seasonYear' is not a season: {label!r}", field="seasonYear", value=label)
    return int(label[:4])


def _with_game_type(frame: pl.DataFrame) -> pl.DataFrame:
    """Type by id prefix. Preseason and All-Star games leave; an id of no known type stays and is marked later."""
    prefix = pl.col("nba_game_id").str.slice(0, 3)
    return frame.filter(~prefix.is_in(["001", "003"]).fill_null(False)).with_columns(
        game_type=prefix.replace_strict(GAME_TYPES, default=None, return_dtype=pl.String)
    )
