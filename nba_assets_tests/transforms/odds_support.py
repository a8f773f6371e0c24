"""Small invented odds documents and tables, and the readers of the real season's files that the odds tests share."""

import gzip
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from nba_assets.calendar import season_year
from nba_assets.transforms.documents import odds_event
from nba_assets.transforms.identity import player_lookup, player_lookup_expr

INSTANT = pl.Datetime("us", "UTC")
DAY = date(2024, 3, 2)
EVENT = "2e87431523192387ff81ff8d741a0be0"
TIP = datetime(2024, 3, 3, 0, 30, tzinfo=UTC)
SEEN = datetime(2024, 3, 2, 18, 0, tzinfo=UTC)
SEASON = "season-2023-24/landing"


def zulu(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def outcome(name: str, price: float, point: float | None = None, player: str | None = None) -> dict[str, Any]:
    written: dict[str, Any] = {"name": name, "price": price, "point": point, "description": player}
    return {key: value for key, value in written.items() if value is not None}


def pair(player: str, point: float, over: float, under: float) -> list[dict[str, Any]]:
    return [outcome("Over", over, point, player), outcome("Under", under, point, player)]


def event(
    books: dict[str, dict[str, list[dict[str, Any]]]], *, last_update: datetime | None = SEEN, **changed: Any
) -> dict[str, Any]:
    """A bare event, Utah at Boston; `books`: book -> market -> outcomes."""
    stamp = {} if last_update is None else {"last_update": zulu(last_update)}
    bookmakers = [
        {
            "key": book,
            "title": book,
            "markets": [{"key": key, **stamp, "outcomes": quoted} for key, quoted in markets.items()],
        }
        for book, markets in books.items()
    ]
    body = {
        "id": EVENT,
        "sport_key": "basketball_nba",
        "commence_time": zulu(TIP),
        "home_team": "Boston Celtics",
        "away_team": "Utah Jazz",
        "bookmakers": bookmakers,
    }
    return body | changed


def wrapped(data: Any, seen: datetime = SEEN) -> dict[str, Any]:
    return {"timestamp": zulu(seen), "previous_timestamp": None, "next_timestamp": None, "data": data}


def encode(body: Any) -> bytes:
    return json.dumps(body).encode()


def landed(
    body: Any,
    *,
    path: str = "a.json",
    fetched_at: datetime = SEEN,
    landing_date: date = DAY,
    parse: Callable[[bytes], pl.DataFrame] = odds_event.parse,
) -> pl.DataFrame:
    """A parsed document with the columns the landing reader adds."""
    return with_source(parse(encode(body)), path, fetched_at, landing_date)


def with_source(frame: pl.DataFrame, path: str, fetched_at: datetime, landing_date: date) -> pl.DataFrame:
    return frame.with_columns(
        source_path=pl.lit(path, pl.String),
        fetched_at=pl.lit(fetched_at).cast(INSTANT),
        landing_date=pl.lit(landing_date),
    )


def schedule(
    games: Iterable[tuple[date, str, str, str, datetime]] = ((DAY, "0022300901", "UTA", "BOS", TIP),),
) -> pl.DataFrame:
    """The schedule columns the odds tables read; games as (ET date, id, away, home, tip-off)."""
    rows = [
        (day, game, f"{day:%Y%m%d}_{away}_{home}", season_year(day), home, away, tip)
        for day, game, away, home, tip in games
    ]
    columns = {
        "game_date": pl.Date(),
        "nba_game_id": pl.String(),
        "game_id": pl.String(),
        "season_year": pl.Int64(),
        "home_team_abbr": pl.String(),
        "away_team_abbr": pl.String(),
        "tipoff_utc": INSTANT,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def players(*listed: tuple[int, str, str | None], day: date = DAY) -> pl.DataFrame:
    """The player-list columns that linking reads; players as (person id, name, team)."""
    return pl.DataFrame(
        [(day, person, name, player_lookup(name), team) for person, name, team in listed],
        schema={
            "game_date": pl.Date(),
            "nba_player_id": pl.Int64(),
            "player_full_name": pl.String(),
            "player_lookup": pl.String(),
            "team_abbr": pl.String(),
        },
        orient="row",
    )


@cache
def season_quotes(realdata: Path, folder: str) -> pl.DataFrame:
    """Every document of one odds folder of the real season, parsed."""
    frames = []
    for file in sorted((realdata / SEASON / "odds-api" / folder).glob("*/*/*.json.gz")):
        fetched_at = datetime.strptime(file.name[:15], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
        frame = odds_event.parse(gzip.decompress(file.read_bytes()))
        path = str(file.relative_to(realdata / SEASON))
        frames.append(with_source(frame, path, fetched_at, date.fromisoformat(file.parts[-3])))
    return pl.concat(frames)


@cache
def season_schedule(realdata: Path) -> pl.DataFrame:
    (file,) = (realdata / SEASON / "nba-com/schedule/2023-24").glob("20240415*")
    days = json.loads(gzip.decompress(file.read_bytes()))["leagueSchedule"]["gameDates"]
    return schedule(
        (
            date.fromisoformat(game["gameDateEst"][:10]),
            game["gameId"],
            game["awayTeam"]["teamTricode"],
            game["homeTeam"]["teamTricode"],
            datetime.fromisoformat(game["gameDateTimeUTC"]),
        )
        for day in days
        for game in day["games"]
    )


@cache
def season_box(realdata: Path) -> pl.DataFrame:
    """One row per player-game: ids, name, team and points."""
    wanted = ["GAME_DATE", "GAME_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION", "PTS"]
    rows = []
    for file in sorted((realdata / SEASON / "nba-com/player-boxscores").glob("*/*.json.gz")):
        (log,) = json.loads(gzip.decompress(file.read_bytes()))["resultSets"]
        places = [log["headers"].index(name) for name in wanted]
        rows += [[row[place] for place in places] for row in log["rowSet"]]
    columns = ["game_date", "nba_game_id", "nba_player_id", "player_full_name", "team_abbr", "points"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col("game_date").str.to_date())


@cache
def season_rosters(realdata: Path) -> pl.DataFrame:
    """Player-list rows of every date with props: the team of each player's last game before the date."""
    box = season_box(realdata)
    days = season_quotes(realdata, "player-props-history")["landing_date"].unique()
    before = [
        box.filter(pl.col("game_date") < day)
        .sort("game_date")
        .unique("nba_player_id", keep="last")
        .with_columns(game_date=pl.lit(day), player_lookup=player_lookup_expr(pl.col("player_full_name")))
        for day in days
    ]
    return pl.concat(before).select("game_date", "nba_player_id", "player_full_name", "player_lookup", "team_abbr")
