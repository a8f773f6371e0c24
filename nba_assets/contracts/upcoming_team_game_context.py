import dataframely as dy
import polars as pl

from nba_assets.calendar import GAME_TYPES
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

SEASON_PHASES = ["early", "mid", "late", "playoffs"]


def days(description: str) -> dy.Int64:
    """Calendar days to an earlier game of the season."""
    return dy.Int64(nullable=True, min=1, max=300, description=description, metadata={"unit": "days"})


def before_decision(*instants: str) -> pl.Expr:
    """Every one of these instants is strictly before `as_of_ts`, or unknown."""
    return pl.all_horizontal((pl.col(instant) < pl.col("as_of_ts")).fill_null(value=True) for instant in instants) & (
        pl.col("as_of_ts") <= pl.col("tipoff_utc")
    )


class UpcomingTeamGameContext(dy.Schema):
    """One row per team of a scheduled game: what was known of it before tip-off.

    Everything is as of `as_of_ts`: history is the season's final games dated strictly before the game date, quotes and
    injury reports are strictly earlier than that instant. "Last N days" are the dates D - N < date < D.
    """

    game_date = col.game_date(primary_key=True)
    team_abbr = col.team_abbr("The team.", primary_key=True)
    nba_game_id = col.nba_game_id()
    game_id = col.game_id()
    season_year = col.season_year()
    game_type = col.one_of(list(GAME_TYPES.values()), "From the game id's prefix (002/004/005/006).")
    season_phase = col.one_of(
        SEASON_PHASES, "playoffs by game type (play-in too); else Oct-Nov early, Dec-Feb mid, late."
    )
    opponent_team_abbr = col.team_abbr("The other team.")
    home_game = col.flag("The schedule's home team (nominal at a neutral site).", nullable=False)
    is_neutral_site = col.flag("Neither team's arena; null where neither the schedule nor the city says.")
    tipoff_utc = col.instant(
        "Tip-off: the earlier of the schedule's and the earliest stated by the sportsbooks.", nullable=False
    )
    as_of_ts = col.instant(
        "Decision instant: tip-off, or when the row was computed if that was earlier. Nothing seen at it or later is in "
        "the row.",
        nullable=False,
    )
    game_start_time_local = col.text(
        "Tip-off as the wall clock at the venue shows it, HH:MM; null at an unknown venue."
    )
    game_number_in_season = dy.Int64(min=1, max=130, description="Final games of the season before, plus one.")
    days_since_last_game = days("Calendar days since the team's last game of the season; null before the first.")
    team_days_rest = days("The same number (back-to-back = 1), under the name of the player tables.")
    opponent_days_rest = days("team_days_rest of the other team.")
    is_back_to_back = col.flag("The team played yesterday.", nullable=False)
    games_in_last_7_days = col.count("Games in the last 7 days.", maximum=7, nullable=False)
    games_in_last_14_days = col.count("Games in the last 14 days.", maximum=14, nullable=False)
    team_win_streak_entering = col.count("Games won in a row; 0 after a loss.", maximum=130, nullable=False)
    team_loss_streak_entering = col.count("Games lost in a row; 0 after a win.", maximum=130, nullable=False)
    last_game_margin = col.signed("Own minus opponent's points in the last game of the season.", bound=120)
    last_game_result = col.one_of(["W", "L"], "Result of the last game of the season.", nullable=True)
    travel_miles = col.number(
        "Great circle from the venue of the team's last game (before the first: its own arena) to this one, also when "
        "coming home; neutral sites by city; null for an unknown venue.",
        unit="miles",
        low=0,
        high=12_500,
    )
    time_zone_changes = dy.Int64(
        nullable=True,
        min=0,
        max=14,
        description="Hours between the clocks of these two venues on the game date, daylight saving included.",
        metadata={"unit": "hours"},
    )
    consecutive_road_games = col.count(
        "Games in a row away from home up to and including this one; 0 at home. A neutral site is the road for both.",
        maximum=130,
        nullable=False,
    )
    pace_last_10 = col.number(
        "Mean pace of the team's last 10 games of the season.", unit="possessions per 48", low=60, high=150
    )
    def_rating_last_10 = col.number(
        "Mean points allowed per 100 possessions, last 10 games of the season.",
        unit="points per 100",
        low=50,
        high=200,
    )
    ft_rate_allowed_last_10 = col.number(
        "Mean of 100 * free-throw attempts allowed / opponent possessions, last 10 games of the season.",
        unit="per 100",
        low=0,
        high=100,
    )
    game_spread = col.number(
        "Latest spread of this team, median over books: negative = favoured; the two teams' sum to 0.",
        unit="points",
        low=-60,
        high=60,
    )
    opening_spread = col.number("The same from each book's first spread.", unit="points", low=-60, high=60)
    spread_movement = col.number("game_spread - opening_spread.", unit="points", low=-60, high=60)
    game_total = col.number("Latest total, median over books.", unit="points", low=100, high=400)
    opening_total = col.number("The same from each book's first total.", unit="points", low=100, high=400)
    total_movement = col.number("game_total - opening_total.", unit="points", low=-100, high=100)
    game_line_snapshot_ts = col.instant("When the newest quote behind game_spread and game_total was seen.")
    has_injury_report = col.flag(
        "The newest report before as_of_ts that speaks of the team lists players.", nullable=False
    )
    injury_report_ts = col.instant("When that report was issued; null without one or if it says not yet submitted.")
    starters_out_count = col.count(
        "Starters of the team's last game who are out; null if starters are unknown or without a report.", maximum=5
    )
    questionable_players_count = col.count(
        "Questionable and doubtful players, those on G League duty left out; null without a report.", maximum=30
    )

    @dy.rule()
    def nothing_at_or_after_the_decision(cls) -> pl.Expr:
        return before_decision("injury_report_ts", "game_line_snapshot_ts")


TABLE = Table(
    "nba_analytics",
    "upcoming_team_game_context",
    UpcomingTeamGameContext,
    source=(
        "nbac_schedule, odds_api_game_lines, odds_api_player_points_props (tip-off), nbac_injury_report, and of the season "
        "before the date nbac_schedule, team_offense_game_summary, player_game_summary"
    ),
    cluster_by=("team_abbr",),
)
