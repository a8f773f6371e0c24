"""scheduleLeagueV2: all games of a season as known at an instant."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from nba_assets.calendar import ET, SEASON_OPENERS, et_today, season_label
from nba_assets.reference.teams import Team
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.nba_documents.common import (
    FINAL,
    LIVE,
    SCHEDULED,
    Document,
    arena_city,
    arena_name,
    false_z,
    live_text,
    outcome,
    script_of,
    status,
    team_slug,
    team_words,
    tip_text,
    utc,
)

_MEDIA = ("Tv", "Radio", "Ott")
_SCOPES = ("national", "home", "away", "intl")
_NATIONAL_ID, _HOME_ID = 1_990_000, 1_990_001
_CALLED_OFF_BEFORE = timedelta(hours=5)
_NOBODY = {"teamId": 0, "teamName": "", "teamCity": "", "teamTricode": "", "teamSlug": ""}
_PLACEHOLDER = {
    "gameCode": "", "gameStatusText": "TBD", "gameTimeEst": "0001-01-01T00:00:00Z",
    "gameTimeUTC": "0001-01-01T04:57:00Z", "awayTeamTime": "0001-01-01T00:00:00Z",
    "homeTeamTime": "0001-01-01T00:00:00Z", "arenaName": "", "arenaCity": "",
}  # fmt: skip


def schedule(league: League, season: int, now: datetime) -> Document:
    """Scores are those of final games; a game that is not settled yet stands as it was announced, or without teams."""
    shown = [game for fixture in league.fixtures(season) if (game := as_shown(fixture, now))]
    shown.sort(key=lambda fixture: (fixture.day, fixture.tip, fixture.nba_game_id))
    records = _records(league, season, now)
    dated: dict[date, list[Document]] = {}
    for fixture in shown:
        games = dated.setdefault(fixture.day, [])
        games.append(_game(league, fixture, now, records, len(games) + 1))
    label = season_label(season)
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/SIMULATED/league/00/{label}/scheduleleaguev2?Format=json",
            "time": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.}{now.microsecond // 1000:03d}Z",
        },
        "leagueSchedule": {
            "seasonYear": label,
            "leagueId": "00",
            "gameDates": [{"gameDate": f"{day:%m/%d/%Y} 00:00:00", "games": games} for day, games in dated.items()],
            "weeks": _weeks(season, max(dated, default=None)),
            "broadcasterList": [_broadcaster(_NATIONAL_ID, "SIMULATED TV") | {"regionId": 1}],
        },
    }


def as_shown(fixture: Fixture, now: datetime) -> Fixture | None:
    """The game with the date and time the schedule gives it at an instant; None: it is not in it."""
    if now >= fixture.settled_at:
        return fixture
    if fixture.announced_tip:
        return replace(fixture, day=et_today(fixture.announced_tip), tip=fixture.announced_tip)
    if fixture.label:  # a Cup game without teams stands at midnight of its date
        return replace(fixture, tip=datetime.combine(fixture.day, datetime.min.time(), tzinfo=ET))
    return None


def is_placeholder(fixture: Fixture, now: datetime) -> bool:
    return now < fixture.settled_at and fixture.announced_tip is None


def is_called_off(fixture: Fixture, now: datetime) -> bool:
    """`fixture` as shown: postponed, and its new date not settled."""
    return fixture.postponed and fixture.tip - _CALLED_OFF_BEFORE <= now < fixture.settled_at


def records_before(league: League, season: int, now: datetime) -> dict[str, tuple[int, int]]:
    """Wins and losses of all teams in regular-season games that are final."""
    current, _ = _records(league, season, now)
    return current


def _records(
    league: League, season: int, now: datetime
) -> tuple[dict[str, tuple[int, int]], dict[str, dict[str, tuple[int, int]]]]:
    """(now, after each final game) by team."""
    wins: Counter[str] = Counter()
    losses: Counter[str] = Counter()
    after: dict[str, dict[str, tuple[int, int]]] = {}
    teams = set()
    for fixture in sorted(league.fixtures(season), key=lambda f: (f.tip, f.nba_game_id)):
        away, home = (team.abbr for team in fixture.teams)
        teams |= {away, home}
        if status(league, fixture, now) != FINAL:
            continue
        points = outcome(league, fixture.nba_game_id).points
        if fixture.game_type == "regular_season":
            winner, loser = (away, home) if points[0] > points[1] else (home, away)
            wins[winner] += 1
            losses[loser] += 1
        after[fixture.nba_game_id] = {abbr: (wins[abbr], losses[abbr]) for abbr in (away, home)}
    return {abbr: (wins[abbr], losses[abbr]) for abbr in teams}, after


def _game(league: League, fixture: Fixture, now: datetime, records: tuple[Any, Any], sequence: int) -> Document:
    state = SCHEDULED if now < fixture.settled_at else status(league, fixture, now)
    played = outcome(league, fixture.nba_game_id) if state == FINAL else None
    current, after = records
    tip, day = fixture.tip, fixture.day
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=ET)
    eastern = tip.astimezone(ET)
    undrawn = is_placeholder(fixture, now)
    called_off = is_called_off(fixture, now)

    def side(team: Team, points: int) -> Document:
        wins, losses = after.get(fixture.nba_game_id, current)[team.abbr]
        if undrawn:
            return {**_NOBODY, "wins": 0, "losses": 0, "score": 0, "seed": 0}
        words = team_words(team) | {"teamSlug": team_slug(team)}
        return words | {"wins": wins, "losses": losses, "score": points, "seed": 0}

    game: Document = {
        "gameId": fixture.nba_game_id,
        "gameCode": fixture.code,
        "gameStatus": state,
        "gameStatusText": "PPD" if called_off else _status_text(league, fixture, state, now),
        "gameSequence": sequence,
        "gameDateEst": f"{day}T00:00:00Z",
        "gameTimeEst": f"1900-01-01T{eastern:%H:%M:%SZ}",
        "gameDateTimeEst": false_z(tip),
        "gameDateUTC": utc(midnight),
        "gameTimeUTC": f"1900-01-01T{tip.astimezone(UTC):%H:%M:%SZ}",
        "gameDateTimeUTC": utc(tip),
        "awayTeamTime": false_z(tip, fixture.away.time_zone),
        "homeTeamTime": false_z(tip, fixture.home.time_zone),
        "day": f"{day:%a}",
        "monthNum": day.month,
        "weekNumber": _week(fixture.season, day),
        "weekName": f"Week {_week(fixture.season, day)}",
        "ifNecessary": False,
        "seriesGameNumber": "",
        "gameLabel": fixture.label,
        "gameSubLabel": fixture.sub_label,
        "seriesText": "Neutral Site" if fixture.neutral_city else "",
        "arenaName": arena_name(fixture),
        "arenaState": "",
        "arenaCity": arena_city(fixture),
        "postponedStatus": "P" if called_off else "N",
        "branchLink": "",
        "gameSubtype": fixture.subtype,
        "isNeutral": fixture.neutral_city is not None,
        "broadcasters": _broadcasters(fixture),
        "homeTeam": side(fixture.home, played.points[1] if played else 0),
        "awayTeam": side(fixture.away, played.points[0] if played else 0),
        "pointsLeaders": [],
    }
    return game | _PLACEHOLDER if undrawn else game


def _status_text(league: League, fixture: Fixture, state: int, now: datetime) -> str:
    if state == LIVE:
        return live_text(script_of(league, fixture.nba_game_id).until(now))
    return outcome(league, fixture.nba_game_id).text if state == FINAL else tip_text(fixture.tip)


def _week(season: int, day: date) -> int:
    return (day - _first_monday(season)).days // 7 + 1


def _first_monday(season: int) -> date:
    opener = SEASON_OPENERS[season]
    return opener - timedelta(days=opener.weekday())


def _weeks(season: int, last: date | None) -> list[Document]:
    weeks = []
    for number in range(1, (_week(season, last) if last else 0) + 1):
        monday = _first_monday(season) + timedelta(weeks=number - 1)
        start = max(monday, SEASON_OPENERS[season])
        weeks.append(
            {
                "weekNumber": number,
                "weekName": f"Week {number}",
                "startDate": f"{start}T00:00:00Z",
                "endDate": f"{monday + timedelta(days=6)}T00:00:00Z",
            }
        )
    return weeks


def _broadcasters(fixture: Fixture) -> Document:
    stations: Document = {f"{scope}{medium}Broadcasters": [] for scope in _SCOPES for medium in _MEDIA}
    if int(fixture.nba_game_id) % 9 == 0:
        stations["nationalTvBroadcasters"] = [_station("natl", "tv", _NATIONAL_ID, "SIMULATED TV", -1)]
    for medium in ("Tv", "Radio"):
        name = f"SIMULATED {fixture.home.abbr} {medium}"
        station = _station("home", medium.lower(), _HOME_ID, name, fixture.home.team_id)
        stations[f"home{medium}Broadcasters"] = [station]
    return stations


def _broadcaster(number: int, name: str) -> Document:
    return {
        "broadcasterId": number,
        "broadcasterDisplay": name,
        "broadcasterAbbreviation": name,
        "broadcasterDescription": "",
    }


def _station(scope: str, medium: str, number: int, name: str, team_id: int) -> Document:
    return {
        "broadcasterScope": scope,
        "broadcasterMedia": medium,
        **_broadcaster(number, name),
        "tapeDelayComments": "",
        "broadcasterVideoLink": "",
        "regionId": 1,
        "broadcasterTeamId": team_id,
        "broadcasterRanking": 0,
    }
