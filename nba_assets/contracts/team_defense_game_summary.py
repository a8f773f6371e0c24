import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class TeamDefenseGameSummary(dy.Schema):
    """One row per defending team of a final game: the opponent's offence seen from the defender."""

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    defending_team_abbr = col.team_abbr("The defending team.", primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    opponent_team_abbr = col.team_abbr("The team defended against.")
    home_game = col.flag("The defending team is the schedule's home team.", nullable=False)
    win_flag = col.flag("The defending team won.", nullable=False)
    margin_of_victory = col.signed("Own points - opponent points.", bound=120, nullable=False)
    overtime_periods = dy.Int64(min=0, max=8, description="Overtimes.")
    points_allowed = col.count("Opponent points.", maximum=250, nullable=False)
    opp_fg_attempts = col.count("Opponent field-goal attempts.", maximum=200, nullable=False)
    opp_fg_makes = col.count("Opponent field goals made.", maximum=120, nullable=False)
    opp_three_pt_attempts = col.count("Opponent three-point attempts.", maximum=120, nullable=False)
    opp_three_pt_makes = col.count("Opponent three-pointers made.", maximum=80, nullable=False)
    opp_ft_attempts = col.count("Opponent free-throw attempts.", maximum=120, nullable=False)
    opp_ft_makes = col.count("Opponent free throws made.", maximum=120, nullable=False)
    opp_rebounds = col.count("Opponent rebounds.", maximum=120, nullable=False)
    opp_assists = col.count("Opponent assists.", maximum=80, nullable=False)
    turnovers_forced = col.count("Opponent turnovers.", maximum=60, nullable=False)
    fouls_committed = col.count("Own personal fouls.", maximum=80, nullable=False)
    steals = col.count("Own steals.", maximum=50)
    defensive_rebounds = col.count("Own defensive rebounds.", maximum=100, nullable=False)
    opp_paint_attempts = col.count("Opponent attempts in the paint; null without zone data.", maximum=200)
    opp_paint_makes = col.count("Opponent makes in the paint.", maximum=120)
    opp_mid_range_attempts = col.count("Opponent two-point attempts outside the paint.", maximum=200)
    opp_mid_range_makes = col.count("Opponent two-point makes outside the paint.", maximum=120)
    points_in_paint_allowed = col.count("2 * opponent paint makes.", maximum=240)
    mid_range_points_allowed = col.count("2 * opponent mid-range makes.", maximum=240)
    three_pt_points_allowed = col.count("3 * opponent threes made.", maximum=240, nullable=False)
    blocks_paint = col.count("Own blocks of paint shots (play-by-play only).", maximum=50)
    blocks_mid_range = col.count("Own blocks of mid-range shots (play-by-play only).", maximum=50)
    blocks_three_pt = col.count("Own blocks of threes (play-by-play only).", maximum=50)
    second_chance_points_allowed = col.count("Opponent second-chance points (CDN only).", maximum=120)
    fast_break_points_allowed = col.count("Opponent fast-break points (CDN only).", maximum=120)
    defensive_rating = col.number(
        "100 * opponent points / opponent possessions.",
        unit="points per 100 possessions",
        low=30,
        high=250,
        nullable=False,
    )
    opponent_pace = col.number(
        "Opponent possessions per 48 minutes, overtime-safe.",
        unit="possessions per 48 min",
        low=40,
        high=180,
        nullable=False,
    )
    opponent_ts_pct = col.number("Opponent true shooting.", unit="fraction", low=0, high=1.5, nullable=False)


TABLE = Table(
    "nba_analytics",
    "team_defense_game_summary",
    TeamDefenseGameSummary,
    source="team_offense_game_summary, nbac_team_boxscores, nbac_play_by_play",
    cluster_by=("defending_team_abbr",),
)
