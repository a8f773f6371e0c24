"""Tiny invented provider documents: the real shapes, made-up players. The game is NYK 100 at PHI 104, 2024-01-15."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS
from nba_assets.transforms.documents.box_rows import PLAYER_STATISTICS, STATISTICS

DAY = date(2024, 1, 15)
GAME = "0022300561"
NYK, PHI = 1610612752, 1610612755
FETCHED = datetime(2024, 1, 16, 8, 5, tzinfo=UTC)

_COUNTS = {"PTS": 10, "FGM": 4, "FGA": 9, "FG3M": 1, "FG3A": 3, "FTM": 1, "FTA": 2, "OREB": 1, "DREB": 4, "REB": 5}
_REST = {"AST": 3, "STL": 1, "BLK": 0, "TOV": 2, "PF": 2, "PLUS_MINUS": 4}


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


def result_sets(**tables: Sequence[Mapping[str, Any]]) -> bytes:
    """A stats.nba.com document; every table takes its headers from its first row."""
    sets = [
        {"name": name, "headers": list(rows[0]), "rowSet": [list(row.values()) for row in rows]}
        for name, rows in tables.items()
    ]
    return as_bytes({"resource": "invented", "resultSets": sets})


def log_player(player: object, name: str, team: int = PHI, **changes: Any) -> dict[str, Any]:
    """A player row of leaguegamelog."""
    ids = {"PLAYER_ID": player, "PLAYER_NAME": name, "TEAM_ID": team, "GAME_ID": GAME, "WL": "W", "MIN": 30}
    return ids | _COUNTS | _REST | changes


def log_team(team: int, **changes: Any) -> dict[str, Any]:
    """A team row of leaguegamelog."""
    counts = {"PTS": 104, "FGM": 40, "FGA": 90, "FG3M": 10, "FG3A": 30, "FTM": 14, "FTA": 20, "OREB": 10, "DREB": 30}
    ids = {"TEAM_ID": team, "GAME_ID": GAME, "WL": "W", "MIN": 240}
    return ids | counts | {"REB": 40, "AST": 20, "STL": 8, "BLK": 5, "TOV": 12, "PF": 18} | changes


def log(*rows: Mapping[str, Any]) -> bytes:
    return result_sets(LeagueGameLog=rows)


def cdn_player(player: int, name: str, *, played: bool = True, **changes: Any) -> dict[str, Any]:
    """A player of a CDN box score; one who did not play has zeros everywhere, as in the feed."""
    values = _COUNTS | _REST if played else dict.fromkeys(_COUNTS | _REST, 0)
    statistics: dict[str, Any] = {s.key: values[s.header] for s in PLAYER_STATISTICS}
    statistics["minutes"] = "PT30M30.00S" if played else "PT00M00.00S"
    flags = {"status": "ACTIVE", "starter": "1" if played else "0", "played": "1" if played else "0"}
    return {"personId": player, "name": name, **flags, "statistics": statistics} | changes


def cdn_box(home: Sequence[Mapping[str, Any]], away: Sequence[Mapping[str, Any]], **changes: Any) -> bytes:
    """A final CDN box score of PHI (home) and NYK."""

    def team(team_id: int, points: int, players: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        row = log_team(team_id, PTS=points, FTM=points - 90)
        statistics = {s.key: row[s.header] for s in STATISTICS}
        statistics |= {"minutes": "PT240M00.00S", "reboundsPersonal": 40, "reboundsTotal": 50, "turnoversTotal": 13}
        statistics |= {"pointsSecondChance": 11, "pointsFastBreak": 9}
        return {"teamId": team_id, "players": list(players), "statistics": statistics}

    game = {"gameId": GAME, "gameStatus": 3, "homeTeam": team(PHI, 104, home), "awayTeam": team(NYK, 100, away)}
    return as_bytes({"meta": {}, "game": game | changes})


def scheduled(game: str = GAME, **changes: Any) -> dict[str, Any]:
    """A game of a schedule document; `home` and `away` are team ids."""
    home, away = changes.pop("home", PHI), changes.pop("away", NYK)
    fields = {"gameId": game, "gameCode": "20240115/NYKPHI", "gameStatus": 3, "gameStatusText": "Final"}
    times = {"gameDateEst": "2024-01-15T00:00:00Z", "gameDateTimeUTC": "2024-01-16T00:30:00Z"}
    places = {"arenaName": "", "arenaCity": "Philadelphia", "arenaState": "PA", "postponedStatus": "A"}
    teams = {"homeTeam": {"teamId": home, "score": 104}, "awayTeam": {"teamId": away, "score": 100}}
    return fields | times | places | {"ifNecessary": False, "seriesGameNumber": ""} | teams | changes


def season(*games: Mapping[str, Any], year: str = "2023-24") -> bytes:
    return as_bytes({"leagueSchedule": {"seasonYear": year, "gameDates": [{"games": [game]} for game in games]}})


def shot(player: object, **changes: Any) -> dict[str, Any]:
    """A row of a shot chart: a made layup."""
    ids = {"GAME_ID": GAME, "GAME_EVENT_ID": None, "PLAYER_ID": player, "TEAM_ID": PHI}
    clock = {"PERIOD": 1, "MINUTES_REMAINING": 11, "SECONDS_REMAINING": 38}
    kind = {"ACTION_TYPE": "Layup Shot", "SHOT_TYPE": "2PT Field Goal", "SHOT_ZONE_BASIC": "Restricted Area"}
    place = {"SHOT_ZONE_AREA": "Center(C)", "SHOT_ZONE_RANGE": "Less Than 8 ft.", "SHOT_DISTANCE": 1}
    return ids | clock | kind | place | {"LOC_X": 6, "LOC_Y": -3, "SHOT_MADE_FLAG": 1} | changes


def shot_chart(*rows: Mapping[str, Any]) -> bytes:
    return result_sets(Shot_Chart_Detail=rows)


def action(number: int, kind: str, **changes: Any) -> dict[str, Any]:
    """An action of a CDN play-by-play."""
    fields = {"actionNumber": number, "orderNumber": number * 10000, "period": 1, "clock": "PT11M38.00S"}
    return fields | {"actionType": kind, "isFieldGoal": int(kind in ("2pt", "3pt")), "qualifiers": []} | changes


def play_by_play(*actions: Mapping[str, Any]) -> bytes:
    return as_bytes({"meta": {}, "game": {"gameId": GAME, "actions": actions}})


def indexed(player: object, first: str, last: str, team: int | None = PHI, **changes: Any) -> dict[str, Any]:
    """A row of a player index."""
    ids = {"PERSON_ID": player, "PLAYER_FIRST_NAME": first, "PLAYER_LAST_NAME": last, "TEAM_ID": team}
    body = {"JERSEY_NUMBER": "7", "POSITION": "G", "HEIGHT": "6-5", "WEIGHT": "200", "COUNTRY": "USA"}
    return ids | body | {"DRAFT_YEAR": 2019} | changes


def player_index(*rows: Mapping[str, Any]) -> bytes:
    return result_sets(PlayerIndex=rows)


def delivered(frame: pl.DataFrame, *, hours: int = 0, day: date | None = DAY, path: str = "") -> pl.DataFrame:
    """A parsed frame as the landing reader hands it over: file name, fetch time (`hours` later), date of the folder."""
    fetched_at = FETCHED + timedelta(hours=hours)
    values = {
        "source_path": path or f"x/{fetched_at:%Y%m%d_%H%M%S}.json",
        "fetched_at": fetched_at,
        "landing_date": day,
    }
    return frame.with_columns(pl.lit(values[name], dtype).alias(name) for name, dtype in SOURCE_COLUMNS.items())


def nothing(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """What the landing reader hands over when no file is there."""
    return pl.DataFrame(schema={**schema, QUARANTINE_REASON: pl.String(), **SOURCE_COLUMNS})


def good(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows without a reason, all of which must keep the contract of table `name`."""
    rows, failures = TABLES[name].schema.filter(frame.filter(pl.col(QUARANTINE_REASON).is_null()))
    assert failures.counts() == {}
    return TABLES[name].ordered(rows)


def reasons(frame: pl.DataFrame) -> list[str]:
    return frame[QUARANTINE_REASON].drop_nulls().sort().to_list()


def read(landing: Path, pattern: str, parse: Callable[[bytes], pl.DataFrame]) -> pl.DataFrame:
    """All landing files of a pattern, parsed and with their source columns."""
    frames = []
    for path in sorted(landing.glob(pattern)):
        day = None if path.parent.name == "2023-24" else date.fromisoformat(path.parent.name)
        hours = (datetime.strptime(path.name[:15], "%Y%m%d_%H%M%S").replace(tzinfo=UTC) - FETCHED) // timedelta(hours=1)
        frames.append(delivered(parse(gzip.decompress(path.read_bytes())), hours=hours, day=day, path=str(path.name)))
    return pl.concat(frames)
