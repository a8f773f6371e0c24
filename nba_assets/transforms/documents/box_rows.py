"""Rows of box scores, the same for all sources: leaguegamelog, CDN live data, stats V3 and V2."""

from typing import NamedTuple

import polars as pl


class Statistic(NamedTuple):
    """One count: its column in player and in team rows, its stats.nba.com header, its key in CDN and V3 documents."""

    player: str
    team: str
    header: str
    key: str


STATISTICS = (
    Statistic("points", "points", "PTS", "points"),
    Statistic("field_goals_made", "fg_made", "FGM", "fieldGoalsMade"),
    Statistic("field_goals_attempted", "fg_attempted", "FGA", "fieldGoalsAttempted"),
    Statistic("three_pointers_made", "three_pt_made", "FG3M", "threePointersMade"),
    Statistic("three_pointers_attempted", "three_pt_attempted", "FG3A", "threePointersAttempted"),
    Statistic("free_throws_made", "ft_made", "FTM", "freeThrowsMade"),
    Statistic("free_throws_attempted", "ft_attempted", "FTA", "freeThrowsAttempted"),
    Statistic("offensive_rebounds", "offensive_rebounds", "OREB", "reboundsOffensive"),
    Statistic("defensive_rebounds", "defensive_rebounds", "DREB", "reboundsDefensive"),
    Statistic("total_rebounds", "total_rebounds", "REB", "reboundsTotal"),
    Statistic("assists", "assists", "AST", "assists"),
    Statistic("steals", "steals", "STL", "steals"),
    Statistic("blocks", "blocks", "BLK", "blocks"),
    Statistic("turnovers", "turnovers", "TOV", "turnovers"),
    Statistic("personal_fouls", "personal_fouls", "PF", "foulsPersonal"),
)
# Of players only: the team's follows from the two scores, and feeds write it as a fraction now and then.
PLUS_MINUS = Statistic("plus_minus", "", "PLUS_MINUS", "plusMinusPoints")
PLAYER_STATISTICS = (*STATISTICS, PLUS_MINUS)

# One row per player listed; `is_final` false: the game was still running when the document was written.
PLAYER_SCHEMA: dict[str, pl.DataType] = {
    "nba_game_id": pl.String(),
    "nba_player_id": pl.Int64(),
    "player_full_name": pl.String(),
    "team_id": pl.Int64(),
    "starter": pl.Boolean(),
    "player_status": pl.String(),
    "dnp_reason": pl.String(),
    "minutes": pl.Float64(),
    **{statistic.player: pl.Int64() for statistic in PLAYER_STATISTICS},
    "data_source": pl.String(),
    "is_final": pl.Boolean(),
}

# One row per team; minutes of all players together.
TEAM_SCHEMA: dict[str, pl.DataType] = {
    "nba_game_id": pl.String(),
    "team_id": pl.Int64(),
    "win_loss": pl.String(),
    "minutes": pl.Float64(),
    **{statistic.team: pl.Int64() for statistic in STATISTICS},
    "turnovers_incl_team": pl.Int64(),
    "points_second_chance": pl.Int64(),
    "points_fast_break": pl.Int64(),
    "data_source": pl.String(),
    "is_final": pl.Boolean(),
}

# Values of `data_source`, richest first: CDN separates team turnovers and says why somebody did not play.
BOX_SOURCES = ("cdn_boxscore", "stats_boxscore", "leaguegamelog")
