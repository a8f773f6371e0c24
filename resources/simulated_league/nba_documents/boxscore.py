"""CDN liveData box score: starters, seconds, who is on court, and who does not play and why."""

import random
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from nba_assets.calendar import ET
from resources.simulated_league.league import League
from resources.simulated_league.model import BoxLine, Fixture
from resources.simulated_league.nba_documents.common import (
    Document,
    State,
    arena_city,
    arena_name,
    cdn_meta,
    clock,
    in_bonus,
    live_text,
    outcome,
    period_points,
    state,
    team_words,
    utc,
)
from resources.simulated_league.nba_documents.leads import leads
from resources.simulated_league.tally import Count, total

_POSITIONS = ("PG", "SG", "SF", "PF", "C")
_OFFICIALS = ("Whist Lebax", "Referee Zool", "Calla Foulsen", "Trav Elling", "Gola Tendrik", "Vio Latrum")


def box_score(league: League, fixture: Fixture, now: datetime) -> Document | None:
    """None before tip-off: the file does not exist."""
    game = state(league, fixture, now)
    if game is None:
        return None
    moment = game.moment
    zones = {"gameTimeLocal": fixture.home, "gameTimeHome": fixture.home, "gameTimeAway": fixture.away}
    until = min(now, game.script.box.ends_at)
    return {
        "meta": cdn_meta(fixture, "boxscore", now),
        "game": {
            "gameId": fixture.nba_game_id,
            **{key: fixture.tip.astimezone(ZoneInfo(team.time_zone)).isoformat() for key, team in zones.items()},
            "gameTimeUTC": utc(fixture.tip),
            "gameEt": fixture.tip.astimezone(ET).isoformat(),
            "duration": int((until - fixture.tip).total_seconds() // 60),
            "gameCode": fixture.code,
            "gameStatusText": outcome(league, fixture.nba_game_id).text if game.final else live_text(moment),
            "gameStatus": game.status,
            "regulationPeriods": 4,
            "period": moment.period,
            "gameClock": clock(moment.clock),
            "attendance": 12_000 + int(fixture.nba_game_id) * 37 % 7_000,
            "sellout": "0",
            "arena": {
                "arenaId": fixture.home.team_id % 1000,
                "arenaName": arena_name(fixture),
                "arenaCity": arena_city(fixture),
                "arenaState": "",
                "arenaCountry": "CA" if fixture.home.abbr == "TOR" else "US",
                "arenaTimezone": fixture.home.time_zone,
            },
            "officials": _officials(fixture),
            "homeTeam": _team(game, 1),
            "awayTeam": _team(game, 0),
        },
    }


def _officials(fixture: Fixture) -> list[Document]:
    names = random.Random(f"{fixture.nba_game_id}/officials").sample(_OFFICIALS, 3)
    return [
        {
            "personId": official_id(fixture, n),
            "name": name,
            "nameI": f"{name[0]}. {name.split()[1]}",
            "firstName": name.split()[0],
            "familyName": name.split()[1],
            "jerseyNum": str(10 + _OFFICIALS.index(name)),
            "assignment": f"OFFICIAL{n + 1}",
        }
        for n, name in enumerate(names)
    ]


def official_id(fixture: Fixture, number: int) -> int:
    """Person id of one of the game's three officials."""
    names = random.Random(f"{fixture.nba_game_id}/officials").sample(_OFFICIALS, 3)
    return 98_000_001 + _OFFICIALS.index(names[number])


def _team(game: State, side: int) -> Document:
    lines = game.script.box.lines[game.fixture.teams[side].abbr]
    starters = game.script.starters[side]
    counts = game.tally.players
    order = sorted(
        lines,
        key=lambda line: (
            line.player.person_id not in starters,
            line.absence is not None,
            -counts[line.player.person_id].seconds,
        ),
    )
    return {
        **team_words(game.fixture.teams[side]),
        "score": game.moment.score[side],
        "inBonus": in_bonus(game, side),
        "timeoutsRemaining": game.tally.sides[side].timeouts,
        "periods": period_points(game, side)[: max(game.moment.period, 1)],
        "players": [_player(game, side, line, n, _spots(order)) for n, line in enumerate(order, start=1)],
        "statistics": _team_statistics(game, side, lines),
    }


def _spots(order: Sequence[BoxLine]) -> dict[int, str]:
    """The five starters' positions, one each, by their usual ones."""
    five = sorted(order[:5], key=lambda line: _POSITIONS.index(line.player.position))
    return {line.player.person_id: spot for line, spot in zip(five, _POSITIONS, strict=True)}


def _player(game: State, side: int, line: BoxLine, order: int, spots: dict[int, str]) -> Document:
    player, absence = line.player, line.absence
    count = game.tally.players[player.person_id]
    entry: Document = {"status": "INACTIVE" if absence else "ACTIVE"}
    if absence and absence.box_reason:
        entry["notPlayingReason"] = absence.box_reason
        _, dash, described = absence.reason.partition("Injury/Illness - ")
        if dash:
            entry["notPlayingDescription"] = described
    entry |= {"order": order, "personId": player.person_id, "jerseyNum": player.jersey}
    if player.person_id in spots:
        entry["position"] = spots[player.person_id]
    return entry | {
        "starter": str(int(player.person_id in spots)),
        "oncourt": str(int(player.person_id in game.tally.on_court[side])),
        "played": str(int(count.seconds > 0)),
        "statistics": _player_statistics(count),
        "name": player.name,
        "nameI": player.initial_name,
        "firstName": player.first_name,
        "familyName": player.family_name,
    }


def _share(made: float, tried: float) -> float:
    return made / tried if tried else 0.0


def _minutes(seconds: int) -> Document:
    return {"minutes": clock(seconds), "minutesCalculated": f"PT{round(seconds / 60):02d}M"}


def _common(count: Count) -> Document:
    """The keys that players and teams share."""
    return {
        "assists": count.ast,
        "blocks": count.blk,
        "blocksReceived": count.blocked,
        "fieldGoalsAttempted": count.fga,
        "fieldGoalsMade": count.fgm,
        "fieldGoalsPercentage": _share(count.fgm, count.fga),
        "foulsOffensive": count.offensive_fouls,
        "foulsDrawn": count.fouls_drawn,
        "foulsPersonal": count.pf,
        "foulsTechnical": count.technical_fouls,
        "freeThrowsAttempted": count.fta,
        "freeThrowsMade": count.ftm,
        "freeThrowsPercentage": _share(count.ftm, count.fta),
        **_minutes(count.seconds),
        "points": count.points,
        "pointsFastBreak": count.fast_break_points,
        "pointsInThePaint": 2 * count.paint_made,
        "pointsSecondChance": count.second_chance_points,
        "reboundsDefensive": count.dreb,
        "reboundsOffensive": count.oreb,
        "reboundsTotal": count.oreb + count.dreb,
        "steals": count.stl,
        "threePointersAttempted": count.fg3a,
        "threePointersMade": count.fg3m,
        "threePointersPercentage": _share(count.fg3m, count.fg3a),
        "turnovers": count.tov,
        "twoPointersAttempted": count.fga - count.fg3a,
        "twoPointersMade": count.fgm - count.fg3m,
        "twoPointersPercentage": _share(count.fgm - count.fg3m, count.fga - count.fg3a),
    }


def _player_statistics(count: Count) -> Document:
    plus, minus = float(count.plus), float(count.minus)
    return _common(count) | {"minus": minus, "plus": plus, "plusMinusPoints": plus - minus}


def _team_statistics(game: State, side: int, lines: Sequence[BoxLine]) -> Document:
    players, own = game.tally.players, game.tally.sides[side]
    count = total([players[line.player.person_id] for line in lines])
    starters = game.script.starters[side]
    attempts = count.fga + 0.44 * count.fta
    rebounds, turnovers = count.oreb + count.dreb, count.tov + own.team_turnovers
    team_rebounds = own.team_oreb + own.team_dreb
    bench = sum(
        players[line.player.person_id].points for line in lines if line.player.person_id not in starters
    )  # fmt: skip
    return (
        _common(count)
        | leads(game, side)
        | {
            "assistsTurnoverRatio": _share(count.ast, turnovers),
            "benchPoints": bench,
            "fastBreakPointsAttempted": count.fast_break_attempts,
            "fastBreakPointsMade": count.fast_break_made,
            "fastBreakPointsPercentage": _share(count.fast_break_made, count.fast_break_attempts),
            "fieldGoalsEffectiveAdjusted": _share(count.fgm + 0.5 * count.fg3m, count.fga),
            # Offensive fouls do not count towards the bonus.
            "foulsTeam": count.pf - count.offensive_fouls,
            "foulsTeamTechnical": 0,
            "pointsAgainst": game.moment.score[1 - side],
            "pointsFromTurnovers": count.turnover_points,
            "pointsInThePaintAttempted": count.paint_attempts,
            "pointsInThePaintMade": count.paint_made,
            "pointsInThePaintPercentage": _share(count.paint_made, count.paint_attempts),
            "reboundsPersonal": rebounds,
            "reboundsTeam": team_rebounds,
            "reboundsTeamDefensive": own.team_dreb,
            "reboundsTeamOffensive": own.team_oreb,
            # Of a team, with those of nobody.
            "reboundsTotal": rebounds + team_rebounds,
            "secondChancePointsAttempted": count.second_chance_attempts,
            "secondChancePointsMade": count.second_chance_made,
            "secondChancePointsPercentage": _share(count.second_chance_made, count.second_chance_attempts),
            "teamFieldGoalAttempts": own.heaves,
            "trueShootingAttempts": attempts,
            "trueShootingPercentage": _share(count.points, 2 * attempts),
            "turnoversTeam": own.team_turnovers,
            "turnoversTotal": turnovers,
        }
    )
