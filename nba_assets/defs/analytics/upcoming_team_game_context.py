import polars as pl

from nba_assets.checks.summaries import TWO_TEAMS_PER_GAME
from nba_assets.checks.upcoming import (
    GAME_LINES_OF_EVERY_GAME,
    INJURY_REPORT_OF_EVERY_TEAM,
    TEAM_COLUMNS_VARY,
    point_in_time,
)
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import upcoming_team_game_context as transform

_SEASON_DAYS = 365
_SCHEDULE_COLUMNS = (
    "game_date",
    "nba_game_id",
    "game_id",
    "season_year",
    "game_type",
    "game_status",
    "tipoff_utc",
    "is_neutral",
    "arena_city",
    "home_team_abbr",
    "away_team_abbr",
    "home_team_score",
    "away_team_score",
)
_OFFENSE_COLUMNS = (
    "game_date",
    "nba_game_id",
    "season_year",
    "team_abbr",
    "opponent_team_abbr",
    "margin_of_victory",
    "pace",
    "possessions",
    "offensive_rating",
    "ft_attempts",
)
_STARTER_COLUMNS = ("game_date", "nba_game_id", "season_year", "team_abbr", "nba_player_id", "starter_flag")


@table_asset(
    "upcoming_team_game_context",
    inputs=["odds_api_game_lines", "odds_api_player_points_props", "nbac_injury_report"],
    look_back=[
        LookBack("nbac_schedule", _SEASON_DAYS, _SCHEDULE_COLUMNS, same_date=True),
        LookBack("team_offense_game_summary", _SEASON_DAYS, _OFFENSE_COLUMNS),
        LookBack("player_game_summary", _SEASON_DAYS, _STARTER_COLUMNS),
    ],
    checks=[
        TWO_TEAMS_PER_GAME,
        point_in_time("injury_report_ts", "game_line_snapshot_ts"),
        GAME_LINES_OF_EVERY_GAME,
        INJURY_REPORT_OF_EVERY_TEAM,
        TEAM_COLUMNS_VARY,
    ],
)
def upcoming_team_game_context(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    team_offense_game_summary: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    odds_api_game_lines: pl.DataFrame,
    odds_api_player_points_props: pl.DataFrame,
    nbac_injury_report: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        nbac_schedule,
        team_offense_game_summary,
        player_game_summary,
        odds_api_game_lines,
        odds_api_player_points_props,
        nbac_injury_report,
        reader.dates,
        reader.now,
    )
