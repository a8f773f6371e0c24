"""Every player expected for a scheduled game: rest, form, teammates, market and status at the decision instant."""

from datetime import datetime

import polars as pl

from nba_assets.contracts.upcoming_player_game_context import TABLE
from nba_assets.transforms import injury_status, pregame_lines
from nba_assets.transforms.prop_streaks import with_previous_line, with_streaks
from nba_assets.transforms.rest import with_rest
from nba_assets.transforms.star_teammates import with_missing_teammates
from nba_assets.transforms.upcoming_team_game_context import decision_instant
from nba_assets.transforms.windows import played

_KEY = ["game_date", "nba_player_id"]
_GAME_PLAYER = ["nba_game_id", "nba_player_id"]

# What a player's row repeats of his team's.
_OF_TEAM = [
    "nba_game_id",
    "game_id",
    "season_year",
    "game_type",
    "season_phase",
    "opponent_team_abbr",
    "home_game",
    "is_neutral_site",
    "tipoff_utc",
    "game_start_time_local",
    "opponent_days_rest",
    "travel_miles",
    "time_zone_changes",
    "consecutive_road_games",
    "game_spread",
    "opening_spread",
    "spread_movement",
    "game_total",
    "opening_total",
    "total_movement",
]
_OF_OPPONENT = {
    "opponent_pace_last_10": "pace_last_10",
    "opponent_def_rating_last_10": "def_rating_last_10",
    "opponent_ft_rate_allowed": "ft_rate_allowed_last_10",
}


def build(
    team_context: pl.DataFrame,
    player_list: pl.DataFrame,
    player_games: pl.DataFrame,
    prop_quotes: pl.DataFrame,
    injury_reports: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """One row per player expected for a game of `team_context` (`upcoming_team_game_context`).

    `player_list`, `prop_quotes` and `injury_reports` are rows of the same dates; `player_games`
    (`player_game_summary`) holds the season before them, of which each row sees games strictly before its own date.
    """
    teams = _teams(team_context, now)
    games = teams.select("nba_game_id", "as_of_ts").unique()
    newest = injury_status.newest_reports(injury_reports, games)
    market = pregame_lines.player_lines(pregame_lines.before(prop_quotes, games))
    history = played(player_games)
    return (
        _expected(player_list, injury_status.player_statuses(newest))
        .join(teams, on=["game_date", "team_abbr"])
        .join(injury_status.team_reports(newest), on=["nba_game_id", "team_abbr"], how="left")
        .join(market, on=_GAME_PLAYER, how="left")
        .with_columns(
            has_injury_report=pl.col("injury_report_ts").is_not_null(),
            has_prop_line=pl.col("current_points_line").is_not_null(),
            expected=_expected_because(),
            book_count=pl.col("book_count").fill_null(0),
        )
        .with_columns(player_status=pl.when("has_injury_report").then(pl.col("player_status").fill_null("available")))
        .pipe(with_rest, history)
        .pipe(with_missing_teammates, history)
        .pipe(with_streaks, history)
        .pipe(with_previous_line, history)
        .select(TABLE.column_names)
    )


def _teams(team_context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """What the players of a team have in common, as of their own decision instant."""
    pace = pl.col("pace_last_10")
    opponents = team_context.select(
        "nba_game_id", "pace_last_10", opponent_team_abbr="team_abbr", **{n: pl.col(c) for n, c in _OF_OPPONENT.items()}
    )
    return team_context.join(opponents, on=["nba_game_id", "opponent_team_abbr"], suffix="_opponent").select(
        "game_date",
        "team_abbr",
        *_OF_TEAM,
        *_OF_OPPONENT,
        as_of_ts=decision_instant(pl.col("tipoff_utc"), now),
        pace_differential=pace - pl.col("pace_last_10_opponent"),
    )


def _expected(player_list: pl.DataFrame, statuses: pl.DataFrame) -> pl.DataFrame:
    """The rosters with every player's status, in the team that is most likely his tonight.

    A trade reaches the injury report before a box score or an index tells of it: a player whom a team's report lists
    belongs to that team. If two teams list him, the later report is believed.
    """
    listed = statuses.sort("report_ts", "team_abbr").unique(_KEY, keep="last", maintain_order=True)
    reported = pl.col("reported_team")
    moved = reported.is_not_null() & (pl.col("team_abbr").ne_missing(reported))
    return (
        player_list.select(
            *_KEY, "player_lookup", "player_full_name", "team_abbr", "roster_source", listed_last_game="last_game_date"
        )
        .join(
            listed.select(*_KEY, "player_status", "injury_report", "injury_reason_category", reported_team="team_abbr"),
            on=_KEY,
            how="left",
        )
        .with_columns(
            roster_source=pl.when(moved).then(pl.lit("injury_report")).otherwise("roster_source"),
            team_abbr=pl.coalesce(reported, "team_abbr"),
        )
        .drop("reported_team")
    )


def _expected_because() -> pl.Expr:
    return (
        pl.when(pl.col("book_count").is_not_null())
        .then(pl.lit("line"))
        .when(pl.col("player_status").is_not_null())
        .then(pl.lit("injury_report"))
        .otherwise(pl.lit("roster"))
    )
