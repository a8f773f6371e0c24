"""Stats shotchartdetail, asked with ContextMeasure=FGA: the field-goal attempts."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from nba_assets.calendar import season_label
from resources.simulated_league.league import League
from resources.simulated_league.nba_documents.common import Document, State, begun

_HEADERS = """
    GRID_TYPE GAME_ID GAME_EVENT_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_NAME PERIOD MINUTES_REMAINING SECONDS_REMAINING
    EVENT_TYPE ACTION_TYPE SHOT_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE SHOT_DISTANCE LOC_X LOC_Y
    SHOT_ATTEMPTED_FLAG SHOT_MADE_FLAG GAME_DATE HTM VTM
""".split()
_AVERAGE_HEADERS = "GRID_TYPE SHOT_ZONE_BASIC SHOT_ZONE_AREA SHOT_ZONE_RANGE FGA FGM FG_PCT".split()
_ZONE = slice(13, 16)
_MADE = _HEADERS.index("SHOT_MADE_FLAG")
# Parameters we do not filter by, as the document repeats them.
_UNUSED = """
    Outcome Location SeasonSegment VsConference VsDivision Position RookieYear GameSegment ISTRound ClutchTime
    AheadBehind PointDiff RangeType StartPeriod EndPeriod StartRange EndRange ContextFilter
""".split()


def shot_chart(
    league: League,
    season: int,
    season_type: str,
    first: date | None,
    last: date | None,
    now: datetime,
    nba_game_id: str | None = None,
) -> Document:
    """The shots of a season type's games from `first` to `last`, or of one of these games."""
    rows = [row for game in begun(league, season, season_type, first, last, now, nba_game_id) for row in _rows(game)]
    return {
        "resource": "shotchartdetail",
        "parameters": {
            "LeagueID": "00",
            "Season": season_label(season),
            "SeasonType": season_type,
            "TeamID": 0,
            "PlayerID": 0,
            "GameID": nba_game_id,
            "Month": 0,
            "DateFrom": str(first) if first else None,
            "DateTo": str(last) if last else None,
            "OpponentTeamID": 0,
            "Period": 0,
            "LastNGames": 0,
            **dict.fromkeys(_UNUSED),
            "ContextMeasure": "FGA",
        },
        "resultSets": [
            {"name": "Shot_Chart_Detail", "headers": _HEADERS, "rowSet": rows},
            {"name": "LeagueAverages", "headers": _AVERAGE_HEADERS, "rowSet": _averages(rows)},
        ],
    }


def _rows(game: State) -> list[list[Any]]:
    fixture = game.fixture
    # This feed drops diacritics.
    names = {
        line.player.person_id: line.player.ascii_name for team in fixture.teams
        for line in game.script.box.lines[team.abbr]
    }  # fmt: skip
    rows: list[list[Any]] = []
    for event in game.script.events[: game.moment.count]:
        if event.shot is None or event.side is None or event.player is None:
            continue
        shot, team = event.shot, fixture.teams[event.side]
        rows.append(
            [
                "Shot Chart Detail",
                fixture.nba_game_id,
                event.number,
                event.player,
                names[event.player],
                team.team_id,
                team.name,
                event.period,
                event.clock // 60,
                event.clock % 60,
                "Made Shot" if event.made else "Missed Shot",
                shot.style[2],
                f"{event.kind[0]}PT Field Goal",
                shot.zone_basic,
                shot.zone_area,
                shot.zone_range,
                int(shot.feet),
                shot.x,
                shot.y,
                1,
                int(bool(event.made)),
                f"{fixture.day:%Y%m%d}",
                fixture.home.abbr,
                fixture.away.abbr,
            ]
        )
    return rows


def _averages(rows: list[list[Any]]) -> list[list[Any]]:
    tried = Counter(tuple(row[_ZONE]) for row in rows)
    made = Counter(tuple(row[_ZONE]) for row in rows if row[_MADE])
    return [
        ["League Averages", *zone, count, made[zone], round(made[zone] / count, 3)]
        for zone, count in sorted(tried.items())
    ]
