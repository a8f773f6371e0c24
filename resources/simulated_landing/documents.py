"""Simulated games in the NBA providers' document shapes."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from nba_assets.calendar import ET, season_label, season_year
from nba_assets.reference.teams import TEAMS, Team
from resources.simulated_landing.league import POSITIONS, Game, League, Player, city_and_nickname
from resources.simulated_landing.play import Result

LABEL = {"simulated": "SIMULATED"}
TEAM_HEADERS = """
    SEASON_ID TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT
    FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS PLUS_MINUS VIDEO_AVAILABLE
""".split()
PLAYER_HEADERS = [
    TEAM_HEADERS[0], "PLAYER_ID", "PLAYER_NAME", *TEAM_HEADERS[1:-1], "FANTASY_PTS", TEAM_HEADERS[-1],
]  # fmt: skip
SHOT_HEADERS = """
    GRID_TYPE GAME_ID GAME_EVENT_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_NAME PERIOD MINUTES_REMAINING SECONDS_REMAINING
    EVENT_TYPE ACTION_TYPE SHOT_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE SHOT_DISTANCE LOC_X LOC_Y
    SHOT_ATTEMPTED_FLAG SHOT_MADE_FLAG GAME_DATE HTM VTM
""".split()
INDEX_HEADERS = """
    PERSON_ID PLAYER_LAST_NAME PLAYER_FIRST_NAME PLAYER_SLUG TEAM_ID TEAM_SLUG IS_DEFUNCT TEAM_CITY TEAM_NAME
    TEAM_ABBREVIATION JERSEY_NUMBER POSITION HEIGHT WEIGHT COLLEGE COUNTRY DRAFT_YEAR DRAFT_ROUND DRAFT_NUMBER
    ROSTER_STATUS FROM_YEAR TO_YEAR PTS REB AST STATS_TIMEFRAME
""".split()


def schedule(games: Sequence[Game], results: dict[str, Result] | None, issued: datetime) -> dict[str, Any]:
    """scheduleLeagueV2: without results as announced before the season, with results as played."""
    year = season_year(games[0].day)
    dated: dict[date, list[dict[str, Any]]] = {}
    records = {team.abbr: Counter[str]() for game in games for team in (game.home, game.away)}
    for game in sorted(games, key=lambda g: (g.day if results else g.announced, g.tip.time(), g.nba_game_id)):
        day = game.day if results else game.announced
        row = _schedule_game(game, day, results.get(game.nba_game_id) if results else None, records)
        dated.setdefault(day, []).append(row | {"gameSequence": len(dated.get(day, ())) + 1})
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/league/00/{season_label(year)}/scheduleleaguev2?Format=json",
            "time": f"{issued:%Y-%m-%dT%H:%M:%S.000Z}",
            **LABEL,
        },
        "leagueSchedule": {
            "seasonYear": season_label(year),
            "leagueId": "00",
            "gameDates": [{"gameDate": f"{day:%m/%d/%Y} 00:00:00", "games": rows} for day, rows in dated.items()],
            "weeks": [],
            "broadcasterList": [],
        },
    }


def _schedule_game(game: Game, day: date, result: Result | None, records: dict[str, Counter[str]]) -> dict[str, Any]:
    tip = game.tip - timedelta(days=(game.day - day).days)
    city, _ = city_and_nickname(game.home)
    points = {team.abbr: result.points(team.abbr) if result else 0 for team in (game.home, game.away)}
    if result:
        winner, loser = sorted(points, key=lambda abbr: -points[abbr])
        records[winner]["wins"] += 1
        records[loser]["losses"] += 1

    def clock(zone: ZoneInfo) -> str:  # a local wall clock with the feed's false Z
        return f"{tip.astimezone(zone):%Y-%m-%dT%H:%M:%SZ}"

    def side(team: Team) -> dict[str, Any]:
        town, nickname = city_and_nickname(team)
        return {
            "teamId": team.team_id,
            "teamName": nickname,
            "teamCity": town,
            "teamTricode": team.abbr,
            "teamSlug": nickname.lower().replace(" ", ""),
            "wins": records[team.abbr]["wins"],
            "losses": records[team.abbr]["losses"],
            "score": points[team.abbr],
            "seed": 0,
        }

    final = "Final/OT" if game.overtime else "Final"
    midnight = datetime(day.year, day.month, day.day, tzinfo=ET).astimezone(ZoneInfo("UTC"))
    eastern = tip.astimezone(ET)
    hour = f"{eastern:%I:%M %p}".lstrip("0").lower()
    return {
        "gameId": game.nba_game_id,
        "gameCode": f"{day:%Y%m%d}/{game.away.abbr}{game.home.abbr}",
        "gameStatus": 3 if result else 1,
        "gameStatusText": final if result else f"{hour} ET",
        "gameSequence": 0,
        "gameDateEst": f"{day}T00:00:00Z",
        "gameTimeEst": f"1900-01-01T{eastern:%H:%M:%SZ}",
        "gameDateTimeEst": clock(ET),
        "gameDateUTC": f"{midnight:%Y-%m-%dT%H:%M:%SZ}",
        "gameTimeUTC": f"1900-01-01T{tip:%H:%M:%SZ}",
        "gameDateTimeUTC": f"{tip:%Y-%m-%dT%H:%M:%SZ}",
        "awayTeamTime": clock(ZoneInfo(game.away.time_zone)),
        "homeTeamTime": clock(ZoneInfo(game.home.time_zone)),
        "day": f"{day:%a}",
        "monthNum": day.month,
        "weekNumber": 1,
        "weekName": "Week 1",
        "ifNecessary": False,
        "seriesGameNumber": "",
        "gameLabel": "",
        "gameSubLabel": "",
        "seriesText": "",
        "arenaName": f"{city} Simulated Arena",
        "arenaState": "",
        "arenaCity": city,
        "postponedStatus": "N",
        "branchLink": "",
        "gameSubtype": "",
        "isNeutral": False,
        "broadcasters": {
            f"{scope}{medium}Broadcasters": []
            for scope in ("national", "home", "away", "intl")
            for medium in ("Tv", "Radio", "Ott")
        },
        "homeTeam": side(game.home),
        "awayTeam": side(game.away),
        "pointsLeaders": [],
    }


def game_log(results: Sequence[Result], day: date, player_or_team: str) -> dict[str, Any]:
    """Stats leaguegamelog of one date: everybody who entered a game (P), or both teams of every game (T)."""
    rows = []
    for result in results:
        for team in (result.game.home, result.game.away):
            if player_or_team == "T":
                rows.append(_log_row(result, team, None))
            else:
                rows += [_log_row(result, team, p) for p in result.squads[team.abbr] if result.played(p)]
    return {
        "resource": "leaguegamelog",
        "parameters": {
            "LeagueID": "00",
            "Season": season_label(season_year(day)),
            "SeasonType": "Regular Season",
            "PlayerOrTeam": player_or_team,
            "Counter": 1000,
            "Sorter": "DATE",
            "Direction": "DESC",
            "DateFrom": str(day),
            "DateTo": str(day),
            **LABEL,
        },
        "resultSets": [
            {
                "name": "LeagueGameLog",
                "headers": TEAM_HEADERS if player_or_team == "T" else PLAYER_HEADERS,
                "rowSet": rows,
            }
        ],
    }


def _log_row(result: Result, team: Team, player: Player | None) -> list[Any]:
    game = result.game
    home, other = team is game.home, game.away if team is game.home else game.home
    box = result.box[player.person_id] if player else Counter[str]()
    if not player:
        for p in result.squads[team.abbr]:
            box.update(result.box[p.person_id])
    margin = result.points(team.abbr) - result.points(other.abbr)
    values: dict[str, Any] = {
        key: box[key] for key in ("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "AST", "STL", "BLK")
    }
    for made, tried, share in (("FGM", "FGA", "FG_PCT"), ("FG3M", "FG3A", "FG3_PCT"), ("FTM", "FTA", "FT_PCT")):
        values[share] = round(box[made] / box[tried], 3) if box[tried] else None
    rebounds = box["OREB"] + box["DREB"]
    fantasy = box["PTS"] + 1.2 * rebounds + 1.5 * box["AST"] + 3 * (box["STL"] + box["BLK"]) - box["TOV"]
    values |= {
        "SEASON_ID": f"2{season_year(game.day)}",
        "PLAYER_ID": player.person_id if player else None,
        "PLAYER_NAME": player.name if player else None,
        "TEAM_ID": team.team_id,
        "TEAM_ABBREVIATION": team.abbr,
        "TEAM_NAME": team.name,
        "GAME_ID": game.nba_game_id,
        "GAME_DATE": str(game.day),
        "MATCHUP": f"{team.abbr} {'vs.' if home else '@'} {other.abbr}",
        "WL": "W" if margin > 0 else "L",
        "MIN": round(box["seconds"] / 60),
        "REB": rebounds,
        # Team rows include turnovers that no player committed.
        "TOV": box["TOV"] + (0 if player else result.team_box[team.abbr]["team_turnovers"]),
        "PF": box["PF"],
        "PTS": box["PTS"],
        "PLUS_MINUS": box["plus"] - box["minus"] if player else margin,
        "FANTASY_PTS": round(fantasy, 1),
        "VIDEO_AVAILABLE": 0,
    }
    return [values[header] for header in (PLAYER_HEADERS if player else TEAM_HEADERS)]


def shot_chart(results: Sequence[Result], day: date) -> dict[str, Any]:
    """Stats shotchartdetail (ContextMeasure FGA) of one date, names without diacritics as that feed writes some."""
    rows = []
    for result in results:
        for action, shot, player, team in result.shots:
            three, made = action["actionType"] == "3pt", action["shotResult"] == "Made"
            values = {
                "GRID_TYPE": "Shot Chart Detail",
                "GAME_ID": result.game.nba_game_id,
                "GAME_EVENT_ID": action["actionNumber"],
                "PLAYER_ID": player.person_id,
                "PLAYER_NAME": player.ascii_name,
                "TEAM_ID": team.team_id,
                "TEAM_NAME": team.name,
                "PERIOD": action["period"],
                "MINUTES_REMAINING": int(action["clock"][2:4]),
                "SECONDS_REMAINING": int(action["clock"][5:7]),
                "EVENT_TYPE": "Made Shot" if made else "Missed Shot",
                "ACTION_TYPE": "Layup Shot" if action["subType"] == "Layup" else "Jump Shot",
                "SHOT_TYPE": "3PT Field Goal" if three else "2PT Field Goal",
                "SHOT_ZONE_BASIC": shot.area,
                "SHOT_ZONE_AREA": shot.zone_area,
                "SHOT_ZONE_RANGE": shot.zone_range,
                "SHOT_DISTANCE": int(shot.feet),
                "LOC_X": shot.x,
                "LOC_Y": shot.y,
                "SHOT_ATTEMPTED_FLAG": 1,
                "SHOT_MADE_FLAG": int(made),
                "GAME_DATE": f"{day:%Y%m%d}",
                "HTM": result.game.home.abbr,
                "VTM": result.game.away.abbr,
            }
            rows.append([values[header] for header in SHOT_HEADERS])
    return {
        "resource": "shotchartdetail",
        "parameters": {
            "LeagueID": "00",
            "Season": season_label(season_year(day)),
            "SeasonType": "Regular Season",
            "PlayerID": 0,
            "TeamID": 0,
            "DateFrom": str(day),
            "DateTo": str(day),
            "ContextMeasure": "FGA",
            **LABEL,
        },
        "resultSets": [{"name": "Shot_Chart_Detail", "headers": SHOT_HEADERS, "rowSet": rows}],
    }


def player_index(league: League, day: date) -> dict[str, Any]:
    """Stats playerindex as of one date: everybody's team, position and size."""
    rows = []
    for team in TEAMS:
        city, nickname = city_and_nickname(team)
        for player in league.roster(team.abbr, day):
            tall = POSITIONS.index(player.position)
            values = {
                "PERSON_ID": player.person_id,
                "PLAYER_LAST_NAME": player.family_name,
                "PLAYER_FIRST_NAME": player.first_name,
                "PLAYER_SLUG": player.ascii_name.lower().replace(" ", "-").replace(".", "").replace("'", ""),
                "TEAM_ID": team.team_id,
                "TEAM_SLUG": nickname.lower().replace(" ", ""),
                "IS_DEFUNCT": 0,
                "TEAM_CITY": city,
                "TEAM_NAME": nickname,
                "TEAM_ABBREVIATION": team.abbr,
                "JERSEY_NUMBER": player.jersey,
                "POSITION": ("G", "G", "F", "F", "C")[tall],
                "HEIGHT": f"6-{tall * 2 + 1}",
                "WEIGHT": str(190 + 12 * tall),
                "COLLEGE": "Simulated State",
                "COUNTRY": "Nowhere",
                "ROSTER_STATUS": 1.0,
                "FROM_YEAR": str(season_year(day)),
                "TO_YEAR": str(season_year(day)),
                "STATS_TIMEFRAME": "Season",
            }
            rows.append([values.get(header) for header in INDEX_HEADERS])
    parameters = {"LeagueID": "00", "Season": season_label(season_year(day)), **LABEL}
    result_set = {"name": "PlayerIndex", "headers": INDEX_HEADERS, "rowSet": rows}
    return {"resource": "playerindex", "parameters": parameters, "resultSets": [result_set]}


def _cdn_meta(result: Result, kind: str) -> dict[str, Any]:
    return {
        "version": 1,
        "code": 200,
        "request": f"http://nba.cloud/games/{result.game.nba_game_id}/{kind}?Format=json",
        "time": f"{(result.game.tip + timedelta(hours=3)).astimezone(ET):%Y-%m-%d %H:%M:%S.000000}",
        **LABEL,
    }


def play_by_play(result: Result) -> dict[str, Any]:
    """CDN liveData play-by-play of one game."""
    return {
        "meta": _cdn_meta(result, "playbyplay"),
        "game": {"gameId": result.game.nba_game_id, "actions": result.actions},
    }


def box_score(result: Result) -> dict[str, Any]:
    """CDN liveData box score of one game: starters, seconds, and the players who did not play."""
    game = result.game
    city, _ = city_and_nickname(game.home)
    zones = {"gameTimeLocal": game.home, "gameTimeHome": game.home, "gameTimeAway": game.away}
    return {
        "meta": _cdn_meta(result, "boxscore"),
        "game": {
            "gameId": game.nba_game_id,
            "gameTimeUTC": f"{game.tip:%Y-%m-%dT%H:%M:%SZ}",
            **{key: game.tip.astimezone(ZoneInfo(team.time_zone)).isoformat() for key, team in zones.items()},
            "gameEt": game.tip.astimezone(ET).isoformat(),
            "duration": 140,
            "gameCode": game.code,
            "gameStatusText": "Final/OT" if game.overtime else "Final",
            "gameStatus": 3,
            "regulationPeriods": 4,
            "period": result.periods,
            "gameClock": "PT00M00.00S",
            "attendance": 0,
            "sellout": "0",
            "arena": {
                "arenaId": 0,
                "arenaName": f"{city} Simulated Arena",
                "arenaCity": city,
                "arenaState": "",
                "arenaCountry": "CA" if game.home.abbr == "TOR" else "US",
                "arenaTimezone": game.home.time_zone,
            },
            "officials": [],
            "homeTeam": _box_team(result, game.home, game.away),
            "awayTeam": _box_team(result, game.away, game.home),
        },
    }


def _box_team(result: Result, team: Team, other: Team) -> dict[str, Any]:
    city, nickname = city_and_nickname(team)
    starters = result.starters[team.abbr]
    squad = sorted(result.squads[team.abbr], key=lambda p: (p not in starters, not result.played(p), p.rank))
    return {
        "teamId": team.team_id,
        "teamName": nickname,
        "teamCity": city,
        "teamTricode": team.abbr,
        "score": result.points(team.abbr),
        "inBonus": "1",
        "timeoutsRemaining": 1,
        "periods": [
            {"period": n, "periodType": "REGULAR" if n <= 4 else "OVERTIME", "score": points}
            for n, points in enumerate(result.period_points[team.abbr], start=1)
        ],
        "players": [_box_player(result, p, order, starters) for order, p in enumerate(squad, start=1)],
        "statistics": _team_statistics(result, team, other),
    }


def _box_player(result: Result, player: Player, order: int, starters: list[Player]) -> dict[str, Any]:
    injury = result.out.get(player.person_id)
    entry: dict[str, Any] = {
        "status": "INACTIVE" if injury else "ACTIVE",
        "order": order,
        "personId": player.person_id,
        "jerseyNum": player.jersey,
        "starter": str(int(player in starters)),
        "oncourt": str(int(player.person_id in result.on_court)),
        "played": str(int(result.played(player))),
        "statistics": _statistics(result.box[player.person_id]),
        "name": player.name,
        "nameI": player.initial_name,
        "firstName": player.first_name,
        "familyName": player.family_name,
    }
    if player in starters:
        entry["position"] = POSITIONS[starters.index(player)]
    if injury:
        entry |= {"notPlayingReason": "INACTIVE_INJURY", "notPlayingDescription": injury}
    return entry


def _shooting(box: Counter[str]) -> dict[str, Any]:
    two = {"FG2M": box["FGM"] - box["FG3M"], "FG2A": box["FGA"] - box["FG3A"]}
    counts = {**box, **two}
    shooting: dict[str, Any] = {}
    for word, short in (("fieldGoals", "FG"), ("freeThrows", "FT"), ("threePointers", "FG3"), ("twoPointers", "FG2")):
        made, tried = counts.get(f"{short}M", 0), counts.get(f"{short}A", 0)
        shooting |= {
            f"{word}Attempted": tried,
            f"{word}Made": made,
            f"{word}Percentage": made / tried if tried else 0.0,
        }
    return shooting


def _common(box: Counter[str]) -> dict[str, Any]:
    return {
        "assists": box["AST"],
        "blocks": box["BLK"],
        "blocksReceived": box["blocks_received"],
        **_shooting(box),
        "foulsOffensive": 0,
        "foulsDrawn": box["fouls_drawn"],
        "foulsPersonal": box["PF"],
        "foulsTechnical": 0,
        "minutes": f"PT{box['seconds'] // 60:02d}M{box['seconds'] % 60:02d}.00S",
        "minutesCalculated": f"PT{round(box['seconds'] / 60):02d}M",
        "points": box["PTS"],
        "pointsFastBreak": 0,
        "pointsInThePaint": box["paint"],
        "pointsSecondChance": box["second"],
        "reboundsDefensive": box["DREB"],
        "reboundsOffensive": box["OREB"],
        "reboundsTotal": box["OREB"] + box["DREB"],
        "steals": box["STL"],
        "turnovers": box["TOV"],
    }


def _statistics(box: Counter[str]) -> dict[str, Any]:
    plus, minus = float(box["plus"]), float(box["minus"])
    return _common(box) | {"plus": plus, "minus": minus, "plusMinusPoints": plus - minus}


def _team_statistics(result: Result, team: Team, other: Team) -> dict[str, Any]:
    box: Counter[str] = Counter()
    for player in result.squads[team.abbr]:
        box.update(result.box[player.person_id])
    own = result.team_box[team.abbr]
    bench = set(result.squads[team.abbr]) - set(result.starters[team.abbr])
    attempts = box["FGA"] + 0.44 * box["FTA"]
    team_rebounds = own["team_offensive"] + own["team_defensive"]
    turnovers = box["TOV"] + own["team_turnovers"]
    return (
        _common(box)
        | _lead(result, team)
        | {
            "assistsTurnoverRatio": box["AST"] / turnovers if turnovers else 0.0,
            "benchPoints": sum(result.box[p.person_id]["PTS"] for p in bench),
            "fastBreakPointsAttempted": 0,
            "fastBreakPointsMade": 0,
            "fastBreakPointsPercentage": 0.0,
            "fieldGoalsEffectiveAdjusted": (box["FGM"] + 0.5 * box["FG3M"]) / box["FGA"],
            "foulsTeam": box["PF"],
            "foulsTeamTechnical": 0,
            "pointsAgainst": result.points(other.abbr),
            "pointsFromTurnovers": 0,
            "pointsInThePaintAttempted": box["paint_attempts"],
            "pointsInThePaintMade": box["paint"] // 2,
            "pointsInThePaintPercentage": box["paint"] / 2 / box["paint_attempts"] if box["paint_attempts"] else 0.0,
            "reboundsPersonal": box["OREB"] + box["DREB"],
            "reboundsTeam": team_rebounds,
            "reboundsTeamDefensive": own["team_defensive"],
            "reboundsTeamOffensive": own["team_offensive"],
            "reboundsTotal": box["OREB"] + box["DREB"] + team_rebounds,
            "secondChancePointsAttempted": 0,
            "secondChancePointsMade": 0,
            "secondChancePointsPercentage": 0.0,
            "teamFieldGoalAttempts": 0,
            "trueShootingAttempts": attempts,
            "trueShootingPercentage": box["PTS"] / 2 / attempts,
            "turnoversTeam": own["team_turnovers"],
            "turnoversTotal": turnovers,
        }
    )


def _lead(result: Result, team: Team) -> dict[str, Any]:
    """How the lead went, from the running score."""
    home = team is result.game.home
    lines = [(when, h if home else a, a if home else h) for when, h, a in result.margins]
    best = max(lines, key=lambda line: line[1] - line[2])
    leaders = [(own > their) - (own < their) for _, own, their in lines]
    held = [leader for leader in leaders if leader]
    steps = list(pairwise(lines))
    leading = sum(later[0] - earlier[0] for (earlier, later), leader in zip(steps, leaders, strict=False) if leader > 0)
    run, longest, at = 0, 0, best
    for earlier, later in steps:
        run = run + later[1] - earlier[1] if later[2] == earlier[2] else 0
        if run > longest:
            longest, at = run, later
    return {
        "biggestLead": max(best[1] - best[2], 0),
        "biggestLeadScore": f"{best[1]}-{best[2]}",
        "biggestScoringRun": longest,
        "biggestScoringRunScore": f"{at[1]}-{at[2]}",
        "leadChanges": sum(a != b for a, b in pairwise(held)),
        "timeLeading": f"PT{int(leading) // 60:02d}M{int(leading) % 60:02d}.00S",
        "timesTied": sum(leader == 0 for leader in leaders[1:]),
    }
