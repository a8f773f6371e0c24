"""CDN todaysScoreboard: the games of the ET day being shown."""

import random
from datetime import date, datetime, timedelta

from nba_assets.calendar import ET, season_year
from nba_assets.reference.teams import Team
from resources.simulated_league.league import League
from resources.simulated_league.model import BoxLine, Fixture
from resources.simulated_league.nba_documents.common import (
    LIVE,
    SCHEDULED,
    Document,
    State,
    clock,
    false_z,
    in_bonus,
    live_text,
    outcome,
    period_points,
    player_slug,
    state,
    team_words,
    tip_text,
    utc,
)
from resources.simulated_league.nba_documents.schedule import as_shown, is_called_off, is_placeholder, records_before

# For this long after its end, a game's clock and time stay as they were while it ran.
_JUST_FINISHED = timedelta(minutes=15)
_OPENING, _TURNOVER_SPAN = timedelta(hours=10, minutes=30), 90
_REQUEST = "https://nba.cloud/SIMULATED/NBA/liveData/scoreboard/todaysScoreboard_00.json"


def scoreboard(league: League, now: datetime) -> Document:
    """Running games first, then final ones, then those to come."""
    day = day_shown(league, now)
    season = season_year(day)
    records = records_before(league, season, now)
    games = []
    for fixture in _fixtures(league, day, now):
        game = state(league, fixture, now) if now >= fixture.settled_at else None
        rank = 2 if game is None else int(game.final)
        games.append((rank, fixture.tip, fixture.nba_game_id, _game(league, fixture, game, now, records)))
    games.sort(key=lambda entry: entry[:3])
    return {
        "meta": {
            "version": 1,
            "request": _REQUEST,
            # A 12-hour clock that does not say which half of the day it is.
            "time": f"{now.astimezone(ET):%Y-%m-%d %I:%M:%S.}{now.microsecond // 1000}",
            "code": 200,
        },
        "scoreboard": {
            "gameDate": str(day),
            "leagueId": "00",
            "leagueName": "National Basketball Association",
            "games": [game for *_, game in games],
        },
    }


def day_shown(league: League, now: datetime) -> date:
    """The ET date shown: yesterday's until some minute between 10:30 and noon."""
    local = now.astimezone(ET)
    minutes = random.Random(f"{league.seed}/{local.date()}/scoreboard").randint(0, _TURNOVER_SPAN)
    since_midnight = timedelta(hours=local.hour, minutes=local.minute)
    turned = since_midnight >= _OPENING + timedelta(minutes=minutes)
    return local.date() if turned else local.date() - timedelta(days=1)


def _fixtures(league: League, day: date, now: datetime) -> list[Fixture]:
    """The day's games as the schedule shows them now; games of other days count that were announced for this one."""
    games = [as_shown(fixture, now) for fixture in league.fixtures(season_year(day))]
    return [game for game in games if game and game.day == day and not is_placeholder(game, now)]


def _game(
    league: League, fixture: Fixture, game: State | None, now: datetime, records: dict[str, tuple[int, int]]
) -> Document:
    running = game is not None and (game.status == LIVE or now < game.script.box.ends_at + _JUST_FINISHED)
    if game is None:
        text = "PPD" if is_called_off(fixture, now) else tip_text(fixture.tip)
    else:
        text = outcome(league, fixture.nba_game_id).text if game.final else live_text(game.moment)
    return {
        "gameId": fixture.nba_game_id,
        "gameCode": fixture.code,
        "gameStatus": game.status if game else SCHEDULED,
        "gameStatusText": text,
        "period": game.moment.period if game else 0,
        "gameClock": clock(game.moment.clock) if game and running else "",
        "gameTimeUTC": utc(fixture.tip),
        "gameEt": fixture.tip.astimezone(ET).isoformat() if running else false_z(fixture.tip),
        "regulationPeriods": 4,
        "ifNecessary": False,
        "seriesGameNumber": "",
        "gameLabel": fixture.label,
        "gameSubLabel": fixture.sub_label,
        "seriesText": "Neutral Site" if fixture.neutral_city else "",
        "seriesConference": "",
        "poRoundDesc": "",
        "gameSubtype": fixture.subtype,
        "isNeutral": fixture.neutral_city is not None,
        "homeTeam": _team(fixture.home, 1, game, records),
        "awayTeam": _team(fixture.away, 0, game, records),
        "gameLeaders": {
            "homeLeaders": _leader(fixture.home, game),
            "awayLeaders": _leader(fixture.away, game),
        },
        "pbOdds": {"team": None, "odds": 0.0, "suspended": 0},
    }


def _team(team: Team, side: int, game: State | None, records: dict[str, tuple[int, int]]) -> Document:
    wins, losses = records[team.abbr]
    points = period_points(game, side) if game else [
        {"period": period, "periodType": "REGULAR", "score": 0} for period in range(1, 5)
    ]  # fmt: skip
    return {
        **team_words(team),
        "wins": wins,
        "losses": losses,
        "score": game.moment.score[side] if game else 0,
        "seed": None,
        "inBonus": in_bonus(game, side) if game and game.status == LIVE else None,
        "timeoutsRemaining": game.tally.sides[side].timeouts if game else 0,
        "periods": points,
    }


def _leader(team: Team, game: State | None) -> Document:
    """Who has most points; nobody before the game."""
    if game is None:
        return _leader_entry(team, 0, "", "", "", None) | {"points": 0, "rebounds": 0, "assists": 0}
    counts = game.tally.players

    def rank(line: BoxLine) -> tuple[int, int]:
        count = counts[line.player.person_id]
        return count.points, count.seconds

    player = max(game.script.box.lines[team.abbr], key=rank).player
    count = counts[player.person_id]
    slug = player_slug(player.ascii_name) if game.status == LIVE else None
    entry = _leader_entry(team, player.person_id, player.name, player.jersey, player.position[-1], slug)
    return entry | {"points": count.points, "rebounds": count.oreb + count.dreb, "assists": count.ast}


def _leader_entry(team: Team, person: int, name: str, jersey: str, position: str, slug: str | None) -> Document:
    return {
        "personId": person,
        "name": name,
        "jerseyNum": jersey,
        "position": position,
        "teamTricode": team.abbr,
        "playerSlug": slug,
    }
