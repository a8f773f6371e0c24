import dataframely as dy
import polars as pl

from nba_assets.calendar import GAME_TYPES
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.nbac_injury_report import REASON_CATEGORIES
from nba_assets.contracts.upcoming_team_game_context import SEASON_PHASES, before_decision, days

PLAYER_STATUSES = ["available", "probable", "questionable", "doubtful", "out"]


class UpcomingPlayerGameContext(dy.Schema):
    """One row per player expected for a scheduled game: what was known of him and of the game before tip-off.

    Players are the rosters as of the date (never its box score); out and doubtful ones stay, with their status.
    Everything is as of `as_of_ts`: history is his played games of the season dated strictly before the game date,
    quotes and injury reports are strictly earlier than that instant. "Last N days" are the dates D - N < date < D; a game
    he did not play is in no window.
    """

    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    nba_game_id = col.nba_game_id()
    game_id = col.game_id()
    season_year = col.season_year()
    game_type = col.one_of(list(GAME_TYPES.values()), "From the game id's prefix (002/004/005/006).")
    season_phase = col.one_of(SEASON_PHASES, "As in upcoming_team_game_context.")
    player_lookup = col.player_lookup()
    player_full_name = col.player_full_name()
    team_abbr = col.team_abbr("His team as of the date.")
    opponent_team_abbr = col.team_abbr("The other team.")
    home_game = col.flag("The schedule's home team (nominal at a neutral site).", nullable=False)
    is_neutral_site = col.flag("Neither team's arena; null where neither the schedule nor the city says.")
    tipoff_utc = col.instant("As in upcoming_team_game_context.", nullable=False)
    as_of_ts = col.instant(
        "Decision instant: tip-off, or when the row was computed if that was earlier. Nothing seen at it or later is in "
        "the row.",
        nullable=False,
    )
    game_start_time_local = col.text(
        "Tip-off as the wall clock at the venue shows it, HH:MM; null at an unknown venue."
    )
    roster_source = col.one_of(
        ["boxscore", "player_index", "injury_report"],
        "What decided his team: nbac_player_list's source, or the injury report where it names another of these teams.",
    )
    expected = col.one_of(
        ["line", "injury_report", "roster"],
        "Strongest sign that he is with the team: a sportsbook prices him, the injury report lists him, or neither.",
    )
    player_status = col.one_of(
        PLAYER_STATUSES,
        "Status in the newest report of his team before as_of_ts; available if he is not in it; null without a report.",
        nullable=True,
    )
    injury_report = col.text("Reason as that report prints it; null for a player who is not in it.")
    injury_reason_category = col.one_of(
        REASON_CATEGORIES, "Kind of reason; g_league (two-way, assignment) is no injury.", nullable=True
    )
    injury_report_ts = col.instant("When the report behind player_status was issued.")
    days_rest = days(
        "Calendar days since his last played game of the season (back-to-back = 1); null before the first."
    )
    back_to_back = col.flag("days_rest is 1; null before his first game of the season.")
    days_rest_before_last_game = days("days_rest as it was before his last played game.")
    days_since_2_plus_days_rest = days("Days since his latest game that followed 2 or more days_rest.")
    games_in_last_7_days = col.count("Played games in the last 7 days.", maximum=7, nullable=False)
    games_in_last_14_days = col.count("Played games in the last 14 days.", maximum=14, nullable=False)
    minutes_in_last_7_days = col.number(
        "Minutes in the last 7 days; 0 without a game, null if a game's are unknown.", unit="minutes", low=0, high=400
    )
    minutes_in_last_14_days = col.number("Minutes in the last 14 days.", unit="minutes", low=0, high=800)
    avg_minutes_per_game_last_7 = col.number(
        "Mean minutes of the games in the last 7 days; null without one.", unit="minutes", low=0, high=80
    )
    back_to_backs_last_14_days = col.count(
        "Pairs of played games on consecutive dates in the last 14 days.", maximum=13, nullable=False
    )
    avg_usage_rate_last_7_games = col.number(
        "Mean usage of his last 7 played games of the season.", unit="percent", low=0, high=100
    )
    points_avg_last_5 = col.number(
        "Mean points of his last 5 played games of the season.", unit="points", low=0, high=120
    )
    points_avg_last_10 = col.number("Mean points of the last 10.", unit="points", low=0, high=120)
    opponent_days_rest = days("Calendar days since the opponent's last game of the season.")
    travel_miles = col.number("His team's, as in upcoming_team_game_context.", unit="miles", low=0, high=12_500)
    time_zone_changes = dy.Int64(
        nullable=True,
        min=0,
        max=14,
        description="His team's, as in upcoming_team_game_context.",
        metadata={"unit": "hours"},
    )
    consecutive_road_games = col.count("His team's, as in upcoming_team_game_context.", maximum=130, nullable=False)
    pace_differential = col.number(
        "Own team's minus opponent's mean pace, last 10 games each.", unit="possessions per 48", low=-60, high=60
    )
    opponent_pace_last_10 = col.number(
        "Opponent's mean pace, last 10 games of the season.", unit="possessions per 48", low=60, high=150
    )
    opponent_def_rating_last_10 = col.number(
        "Opponent's mean points allowed per 100 possessions, last 10 games.", unit="points per 100", low=50, high=200
    )
    opponent_ft_rate_allowed = col.number(
        "Opponent's mean of 100 * free-throw attempts allowed / possessions faced, last 10 games.",
        unit="per 100",
        low=0,
        high=100,
    )
    star_teammates_out = col.count(
        "Star teammates who are out or doubtful: 10 or more games this season and 18 points, or 28 minutes and 12 points "
        "(mean of the last 10 days, else of the season). G League duty is no absence. Null without a report.",
        maximum=12,
    )
    questionable_star_teammates = col.count("Star teammates who are questionable. Null without a report.", maximum=12)
    star_tier_out = col.count(
        "Weights of the stars out or doubtful: 3 from 25 points, 2 from 18, else 1. Null without a report.", maximum=36
    )
    teammate_usage_out = col.number(
        "Summed mean usage (last 30 days, games above 10 minutes) of out and doubtful teammates; 0 if a report exists and "
        "none is out; null without a report.",
        unit="percent",
        low=0,
        high=500,
    )
    has_prop_line = col.flag("current_points_line is known.", nullable=False)
    current_points_line = col.number(
        "Latest main line of the first book of the cascade that prices him.", unit="points", low=5, high=80
    )
    current_points_line_source = col.text("Book of current_points_line.")
    line_snapshot_ts = col.instant("When that quote was seen.")
    line_minutes_before_tipoff = dy.Int64(
        nullable=True,
        min=0,
        description="Whole minutes from that quote to tip-off.",
        metadata={"unit": "minutes"},
    )
    over_price = col.number("Decimal odds of the Over of that quote.", unit="decimal odds", low=1, high=1001)
    under_price = col.number("Decimal odds of the Under of that quote.", unit="decimal odds", low=1, high=1001)
    opening_points_line = col.number("First main line of the same book.", unit="points", low=5, high=80)
    opening_line_snapshot_ts = col.instant("When the opening quote was seen.")
    line_movement = col.number("current_points_line - opening_points_line.", unit="points", low=-40, high=40)
    consensus_points_line = col.number("Median of the books' latest main lines.", unit="points", low=-0.5, high=80)
    multi_book_line_std = col.number(
        "Sample standard deviation of the books' latest main lines, without Bovada and pick'em operators; null with fewer "
        "than 2 books.",
        unit="points",
        low=0,
        high=40,
    )
    book_count = col.count("Books behind consensus_points_line; 0 without one.", maximum=100, nullable=False)
    prop_over_streak = col.count(
        "Played games of the season in a row, newest first, above today's line; pushes are skipped. Null without a line.",
        maximum=130,
    )
    prop_under_streak = col.count("The same below today's line.", maximum=130)
    previous_game_median_line = col.number(
        "consensus_points_line of his latest played game of the last 14 days that had one.",
        unit="points",
        low=-0.5,
        high=80,
    )
    game_spread = col.number("His team's; negative = favoured.", unit="points", low=-60, high=60)
    opening_spread = col.number("His team's, from each book's first spread.", unit="points", low=-60, high=60)
    spread_movement = col.number("game_spread - opening_spread.", unit="points", low=-60, high=60)
    game_total = col.number("Latest total, median over books.", unit="points", low=100, high=400)
    opening_total = col.number("The same from each book's first total.", unit="points", low=100, high=400)
    total_movement = col.number("game_total - opening_total.", unit="points", low=-100, high=100)

    @dy.rule()
    def nothing_at_or_after_the_decision(cls) -> pl.Expr:
        return before_decision("injury_report_ts", "line_snapshot_ts", "opening_line_snapshot_ts")

    @dy.rule()
    def priced_or_not(cls) -> pl.Expr:
        unpriced = pl.all_horizontal(
            pl.col("current_points_line", "line_snapshot_ts", "over_price", "under_price").is_null()
        )
        return pl.col("has_prop_line") != unpriced


TABLE = Table(
    "nba_analytics",
    "upcoming_player_game_context",
    UpcomingPlayerGameContext,
    source=(
        "upcoming_team_game_context, nbac_player_list, odds_api_player_points_props, nbac_injury_report, and "
        "player_game_summary of the season before the date"
    ),
    cluster_by=("player_lookup", "team_abbr"),
)
