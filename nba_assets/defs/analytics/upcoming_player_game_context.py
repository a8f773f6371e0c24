import polars as pl

from nba_assets.checks.upcoming import (
    ENOUGH_PLAYERS_EXPECTED,
    PLAYER_COLUMNS_VARY,
    PRICED_PLAYERS_EXPECTED,
    PROP_LINES_OF_EVERY_GAME,
    point_in_time,
)
from nba_assets.landing_reader import LandingReader
from nba_assets.shown import coverage_by_game
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import upcoming_player_game_context as transform

_SEASON_DAYS = 365
_HISTORY_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "season_year",
    "is_dnp",
    "points",
    "minutes_played",
    "usage_rate",
    "consensus_points_line",
)


@table_asset(
    "upcoming_player_game_context",
    inputs=[
        "upcoming_team_game_context",
        "nbac_player_list",
        "odds_api_player_points_props",
        "nbac_injury_report",
    ],
    look_back=[LookBack("player_game_summary", _SEASON_DAYS, _HISTORY_COLUMNS)],
    checks=[
        point_in_time("injury_report_ts", "line_snapshot_ts", "opening_line_snapshot_ts"),
        ENOUGH_PLAYERS_EXPECTED,
        PROP_LINES_OF_EVERY_GAME,
        PRICED_PLAYERS_EXPECTED,
        PLAYER_COLUMNS_VARY,
    ],
    summary=coverage_by_game,
)
def upcoming_player_game_context(
    reader: LandingReader,
    upcoming_team_game_context: pl.DataFrame,
    nbac_player_list: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    odds_api_player_points_props: pl.DataFrame,
    nbac_injury_report: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        upcoming_team_game_context,
        nbac_player_list,
        player_game_summary,
        odds_api_player_points_props,
        nbac_injury_report,
        reader.now,
    )
