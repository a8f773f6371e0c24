import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class TeamOffenseGameSummary(dy.Schema):
    """One row per team of a final game: what its offence did."""

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    team_abbr = col.team_abbr("The team.", primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    opponent_team_abbr = col.team_abbr("The other team.")
    home_game = col.flag("The schedule's home team.", nullable=False)
    win_flag = col.flag("Won.", nullable=False)
    margin_of_victory = col.signed("Own points - opponent points.", bound=120, nullable=False)
    overtime_periods = dy.Int64(
        min=0,
        max=8,
        description="Overtimes: max(0, round((team minutes - 240) / 25)), the larger of the two teams' counts.",
    )
    points_scored = col.count("Points.", maximum=250, nullable=False)
    fg_attempts = col.count("Field-goal attempts.", maximum=200, nullable=False)
    fg_makes = col.count("Field goals made.", maximum=120, nullable=False)
    three_pt_attempts = col.count("Three-point attempts.", maximum=120, nullable=False)
    three_pt_makes = col.count("Three-pointers made.", maximum=80, nullable=False)
    ft_attempts = col.count("Free-throw attempts.", maximum=120, nullable=False)
    ft_makes = col.count("Free throws made.", maximum=120, nullable=False)
    offensive_rebounds = col.count("Offensive rebounds.", maximum=80, nullable=False)
    defensive_rebounds = col.count("Defensive rebounds.", maximum=100, nullable=False)
    rebounds = col.count("Rebounds.", maximum=120, nullable=False)
    assists = col.count("Assists.", maximum=80, nullable=False)
    turnovers = col.count("Turnovers, including team turnovers where the source has them.", maximum=60, nullable=False)
    personal_fouls = col.count("Personal fouls.", maximum=80, nullable=False)
    team_paint_attempts = col.count("Attempts in the paint; null without zone data.", maximum=200)
    team_paint_makes = col.count("Makes in the paint.", maximum=120)
    team_mid_range_attempts = col.count("Two-point attempts outside the paint.", maximum=200)
    team_mid_range_makes = col.count("Two-point makes outside the paint.", maximum=120)
    points_in_paint_scored = col.count("2 * paint makes.", maximum=240)
    second_chance_points_scored = col.count("Second-chance points (CDN only).", maximum=120)
    possessions = col.number("FGA + 0.44 * FTA + TOV - OREB.", unit="possessions", low=40, high=200, nullable=False)
    pace = col.number(
        "Possessions per 48 minutes, overtime-safe.", unit="possessions per 48 min", low=40, high=180, nullable=False
    )
    offensive_rating = col.number(
        "Points per 100 own possessions.", unit="points per 100 possessions", low=30, high=250, nullable=False
    )
    ts_pct = col.number("True shooting.", unit="fraction", low=0, high=1.5, nullable=False)
    data_source = col.one_of(
        ["cdn_boxscore", "stats_boxscore", "leaguegamelog", "player_sum"],
        description="Box-score source; player_sum = rebuilt from player rows because the team row is missing.",
    )


TABLE = Table(
    "nba_analytics",
    "team_offense_game_summary",
    TeamOffenseGameSummary,
    source="nbac_team_boxscores, nbac_player_boxscores, nbac_schedule, nbac_play_by_play, nbac_shot_charts",
    cluster_by=("team_abbr",),
)
