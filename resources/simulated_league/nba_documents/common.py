"""What the documents share: how far a game is at an instant, and the NBA's way of writing teams, times and places."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from nba_assets.calendar import ET
from nba_assets.reference.teams import Team
from resources.simulated_league.events import Moment, Script
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.script import write_script
from resources.simulated_league.tally import Tally, tally

Document = dict[str, Any]

SCHEDULED, LIVE, FINAL = 1, 2, 3
# What stats.nba.com calls the types of game.
GAME_TYPE_OF = {"Regular Season": "regular_season", "IST": "cup_final"}


def encode(document: Document | list[Document]) -> bytes:
    """The document as its server sends it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the schedule tells of a game that has been played. Points are away, home."""

    points: tuple[int, int]
    overtimes: int
    ends_at: datetime

    @property
    def text(self) -> str:
        return ("Final", "Final/OT")[self.overtimes] if self.overtimes < 2 else f"Final/OT{self.overtimes}"


@lru_cache(maxsize=8192)
def outcome(league: League, nba_game_id: str) -> Outcome:
    box = league.box(nba_game_id)
    away, home = box.fixture.teams
    return Outcome((box.score(away.abbr), box.score(home.abbr)), box.overtimes, box.ends_at)


@lru_cache(maxsize=64)
def script_of(league: League, nba_game_id: str) -> Script:
    """The game's script; a date's documents all ask for it."""
    return write_script(league.seed, league.box(nba_game_id))


@lru_cache(maxsize=64)
def _final_tally(league: League, nba_game_id: str) -> Tally:
    script = script_of(league, nba_game_id)
    return tally(script, script.events)


def status(league: League, fixture: Fixture, now: datetime) -> int:
    """From tip-off on a game is live, until it is final."""
    if now < fixture.tip:
        return SCHEDULED
    return FINAL if now >= outcome(league, fixture.nba_game_id).ends_at else LIVE


@dataclass(frozen=True, slots=True)
class State:
    """A game that has begun, at an instant: what has happened, and the statistics so far (not to be changed)."""

    script: Script
    status: int
    moment: Moment
    tally: Tally

    @property
    def fixture(self) -> Fixture:
        return self.script.box.fixture

    @property
    def final(self) -> bool:
        return self.status == FINAL


def state(league: League, fixture: Fixture, now: datetime) -> State | None:
    """None before tip-off."""
    at = status(league, fixture, now)
    if at == SCHEDULED:
        return None
    script = script_of(league, fixture.nba_game_id)
    if at == FINAL:
        # The last event is earlier than the end, so everything has happened.
        return State(script, at, script.until(now), _final_tally(league, fixture.nba_game_id))
    moment = script.until(now)
    return State(script, at, moment, tally(script, script.events[: moment.count], moment.elapsed))


def begun(
    league: League,
    season: int,
    season_type: str,
    first: date | None,
    last: date | None,
    now: datetime,
    nba_game_id: str | None = None,
) -> Iterator[State]:
    """The games of a season type and of dates (None: no limit) that have begun, by tip-off; or just one of them."""
    wanted = GAME_TYPE_OF.get(season_type)
    if first and first == last:
        fixtures: Sequence[Fixture] = [fixture for fixture in league.fixtures_on(first) if fixture.season == season]
    else:
        fixtures = [
            fixture
            for fixture in league.fixtures(season)
            if (not first or fixture.day >= first) and (not last or fixture.day <= last)
        ]
    for fixture in sorted(fixtures, key=lambda f: (f.tip, f.nba_game_id)):
        if nba_game_id not in (None, fixture.nba_game_id):
            continue
        if fixture.game_type == wanted and (found := state(league, fixture, now)):
            yield found


def city_and_nickname(team: Team) -> tuple[str, str]:
    """'Portland Trail Blazers' -> ('Portland', 'Trail Blazers')."""
    words = team.name.split()
    cut = -2 if words[-1] == "Blazers" else -1
    return " ".join(words[:cut]), " ".join(words[cut:])


def team_words(team: Team) -> Document:
    city, nickname = city_and_nickname(team)
    return {"teamId": team.team_id, "teamName": nickname, "teamCity": city, "teamTricode": team.abbr}


def team_slug(team: Team) -> str:
    return {"PHI": "sixers", "POR": "blazers"}.get(team.abbr) or city_and_nickname(team)[1].lower()


def player_slug(name: str) -> str:
    return "".join(letter for letter in name.lower().replace(" ", "-") if letter.isalnum() or letter == "-")


def arena_city(fixture: Fixture) -> str:
    return fixture.neutral_city or city_and_nickname(fixture.home)[0]


def arena_name(fixture: Fixture) -> str:
    return f"SIMULATED Arena {arena_city(fixture)}"


def utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def false_z(instant: datetime, zone: str | ZoneInfo = ET) -> str:
    """A local wall clock that claims to be UTC, as several fields of the schedule and the scoreboard do."""
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return f"{instant.astimezone(zone):%Y-%m-%dT%H:%M:%SZ}"


def tip_text(tip: datetime) -> str:
    """`7:30 pm ET`."""
    return f"{tip.astimezone(ET):%I:%M %p} ET".removeprefix("0").replace("PM", "pm").replace("AM", "am")


def clock(seconds: int) -> str:
    """347 -> `PT05M47.00S`."""
    return f"PT{seconds // 60:02d}M{seconds % 60:02d}.00S"


def period_type(period: int) -> str:
    return "REGULAR" if period <= 4 else "OVERTIME"


def live_text(moment: Moment) -> str:
    """`Q3 5:47`, `Half`, `OT1 0:31`; seconds alone at the end of a period."""
    if moment.clock == 0 and moment.period == 2:
        return "Half"
    name = f"Q{moment.period}" if moment.period <= 4 else f"OT{moment.period - 4}"
    minutes, seconds = divmod(moment.clock, 60)
    return f"{name} {minutes}:{seconds:02d}" if minutes else f"{name} :{seconds:04.1f}"


def period_points(found: State, side: int) -> list[Document]:
    """Points by period; the first four are listed from tip-off on."""
    points = found.tally.sides[side].period_points
    points = [*points, *[0] * (4 - len(points))]
    return [
        {"period": period, "periodType": period_type(period), "score": score}
        for period, score in enumerate(points, start=1)
    ]


def in_bonus(found: State, side: int) -> str:
    """Whether the team shoots at each further foul of the other's in this quarter."""
    return str(int(found.tally.sides[1 - side].period_fouls >= 5))


def cdn_meta(fixture: Fixture, kind: str, now: datetime) -> Document:
    return {
        "version": 1,
        "code": 200,
        "request": f"http://nba.cloud/SIMULATED/games/{fixture.nba_game_id}/{kind}?Format=json",
        # ET, without saying so.
        "time": f"{now.astimezone(ET):%Y-%m-%d %H:%M:%S.%f}",
    }
