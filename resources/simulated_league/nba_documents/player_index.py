"""Stats playerindex: everybody on a roster on the day it is asked for."""

from datetime import datetime
from typing import Any

from nba_assets.calendar import et_today, season_label
from nba_assets.reference.teams import TEAMS, Team
from resources.simulated_league.league import League
from resources.simulated_league.model import Player
from resources.simulated_league.nba_documents.common import Document, city_and_nickname, player_slug, team_slug

_HEADERS = """
    PERSON_ID PLAYER_LAST_NAME PLAYER_FIRST_NAME PLAYER_SLUG TEAM_ID TEAM_SLUG IS_DEFUNCT TEAM_CITY TEAM_NAME
    TEAM_ABBREVIATION JERSEY_NUMBER POSITION HEIGHT WEIGHT COLLEGE COUNTRY DRAFT_YEAR DRAFT_ROUND DRAFT_NUMBER
    ROSTER_STATUS FROM_YEAR TO_YEAR PTS REB AST STATS_TIMEFRAME
""".split()
_UNUSED = "Country College DraftYear DraftPick PlayerPosition Height Weight Active AllStar".split()
# The index knows three positions; one player in four has two of them.
_POSITIONS = {"PG": ("G", "G-F"), "SG": ("G", "G-F"), "SF": ("F", "F-G"), "PF": ("F", "F-C"), "C": ("C", "C-F")}


def player_index(league: League, season: int, now: datetime) -> Document:
    """The rosters of today, whatever season is asked for."""
    today = et_today(now)
    rows = [_row(team, player, season) for team in TEAMS for player in league.roster(team, today)]
    rows.sort(key=lambda row: (row[1], row[2]))
    return {
        "resource": "playerindex",
        "parameters": {
            "LeagueID": "00",
            "Season": season_label(season),
            "Historical": 0,
            "TeamID": 0,
            **dict.fromkeys(_UNUSED),
        },
        "resultSets": [{"name": "PlayerIndex", "headers": _HEADERS, "rowSet": rows}],
    }


def _row(team: Team, player: Player, season: int) -> list[Any]:
    city, nickname = city_and_nickname(team)
    number = player.person_id
    # As in the real index, a few players have no number yet, and of some nothing but the name is known.
    known = number % 79 != 0
    return [
        number,
        player.family_name,
        player.first_name,
        player_slug(player.ascii_name),
        team.team_id,
        team_slug(team),
        0,
        city,
        nickname,
        team.abbr,
        player.jersey if number % 23 else None,
        _POSITIONS[player.position][number % 4 == 0] if known else None,
        f"{player.height_inches // 12}-{player.height_inches % 12}" if known else None,
        str(player.weight_pounds) if known else None,
        player.college,
        player.country if known else None,
        *(player.draft or (None, None, None)),
        1.0,
        str(player.from_year),
        str(min(player.to_year, season)),
        None,
        None,
        None,
        "Season",
    ]
