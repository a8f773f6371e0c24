"""Stats leaguegamelog: everybody who entered a game (P), or both teams of every game (T)."""

from datetime import date, datetime
from typing import Any, Literal

from nba_assets.calendar import season_label
from nba_assets.reference.teams import Team
from resources.simulated_league.league import League
from resources.simulated_league.model import Player
from resources.simulated_league.nba_documents.common import Document, State, begun
from resources.simulated_league.tally import Count, total

_SHARED = """
    TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT
    FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS PLUS_MINUS
""".split()
_HEADERS = {
    "T": ["SEASON_ID", *_SHARED, "VIDEO_AVAILABLE"],
    "P": ["SEASON_ID", "PLAYER_ID", "PLAYER_NAME", *_SHARED, "FANTASY_PTS", "VIDEO_AVAILABLE"],
}
_SEASON_DIGIT = {"regular_season": 2, "cup_final": 6}


def game_log(
    league: League,
    player_or_team: Literal["P", "T"],
    season: int,
    season_type: str,
    first: date | None,
    last: date | None,
    now: datetime,
    direction: Literal["ASC", "DESC"] = "DESC",
) -> Document:
    """One season type's games from `first` to `last` (None: no limit); of running games, the rows so far without WL."""
    rows: list[list[Any]] = []
    games = list(begun(league, season, season_type, first, last, now))
    games.sort(key=lambda game: game.fixture.day, reverse=direction == "DESC")
    for game in games:
        for side, team in enumerate(game.fixture.teams):
            counts = [(line.player, game.tally.players[line.player.person_id]) for line in _lines(game, team)]
            entered = [(player, count) for player, count in counts if count.seconds]
            if player_or_team == "P":
                rows += [_player_row(game, side, player, count) for player, count in entered]
            elif entered:
                rows.append(_team_row(game, side, total([count for _, count in entered])))
    return {
        "resource": "leaguegamelog",
        "parameters": {
            "LeagueID": "00",
            "Season": season_label(season),
            "SeasonType": season_type,
            "PlayerOrTeam": player_or_team,
            "Counter": 1000,
            "Sorter": "DATE",
            "Direction": direction,
            "DateFrom": str(first) if first else None,
            "DateTo": str(last) if last else None,
        },
        "resultSets": [{"name": "LeagueGameLog", "headers": _HEADERS[player_or_team], "rowSet": rows}],
    }


def _lines(game: State, team: Team) -> Any:
    return game.script.box.lines[team.abbr]


def _player_row(game: State, side: int, player: Player, count: Count) -> list[Any]:
    rebounds = count.oreb + count.dreb
    fantasy = count.points + 1.2 * rebounds + 1.5 * count.ast + 3 * (count.stl + count.blk) - count.tov
    row = _row(game, side, count, count.tov, count.plus - count.minus)
    return [row[0], player.person_id, player.name, *row[1:], round(fantasy, 1), int(game.final)]


def _team_row(game: State, side: int, count: Count) -> list[Any]:
    # Unlike the sum of the players, a team's turnovers are all of them.
    turnovers = count.tov + game.tally.sides[side].team_turnovers
    margin = game.moment.score[side] - game.moment.score[1 - side]
    return [*_row(game, side, count, turnovers, margin), int(game.final)]


def _row(game: State, side: int, count: Count, turnovers: int, plus_minus: int) -> list[Any]:
    fixture = game.fixture
    team, other = fixture.teams[side], fixture.teams[1 - side]
    own, theirs = game.moment.score[side], game.moment.score[1 - side]
    # In neutral games both teams are "@".
    at_home = side == 1 and fixture.neutral_city is None
    return [
        f"{_SEASON_DIGIT[fixture.game_type]}{fixture.season}",
        team.team_id,
        team.abbr,
        team.name,
        fixture.nba_game_id,
        str(fixture.day),
        f"{team.abbr} {'vs.' if at_home else '@'} {other.abbr}",
        ("W" if own > theirs else "L") if game.final else None,
        # Whole minutes, 0 for less than 30 seconds.
        int(count.seconds / 60 + 0.5),
        count.fgm,
        count.fga,
        _share(count.fgm, count.fga),
        count.fg3m,
        count.fg3a,
        _share(count.fg3m, count.fg3a),
        count.ftm,
        count.fta,
        _share(count.ftm, count.fta),
        count.oreb,
        count.dreb,
        count.oreb + count.dreb,
        count.ast,
        count.stl,
        count.blk,
        turnovers,
        count.pf,
        count.points,
        plus_minus,
    ]


def _share(made: int, tried: int) -> float | None:
    return round(made / tried, 3) if tried else None
