import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


def _pace(description: str) -> dy.Float64:
    return col.number(description, unit="possessions per 48 min", low=60, high=150)


def _points(description: str, low: float, high: float) -> dy.Float64:
    return col.number(description, unit="points", low=low, high=high)


class PlayerCompositeFactors(dy.Schema):
    """One row per player expected for a game of the date: fatigue, match-up, pace and usage as points adjustments.

    State before the games of `game_date`. No rows on season days 0-13, when there is too little to compare with. Null
    is unknown: a factor is null when one of its inputs is, and the total when one of the factors is.
    """

    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    player_lookup = col.player_lookup()
    nba_game_id = col.nba_game_id()
    team_abbr = col.team_abbr("His team as of the date.")
    opponent_team_abbr = col.team_abbr("The other team.")
    season_year = col.season_year()
    fatigue_score = dy.Int64(
        nullable=True,
        min=0,
        max=100,
        description="**100 = rested.** 100, less 15 on a back-to-back (else plus 5 from 3 days of rest), less 10 from 4 "
        "games in 7 days, less 10 above 240 minutes in 7 days, less 8 above 35 minutes per game in them, less 5 for one "
        "and 12 for more back-to-backs in 14 days; within 0..100. Null if rest or minutes are unknown.",
        metadata={"unit": "score"},
    )
    fatigue_adjustment = _points("(fatigue_score - 100) / 20.", -5, 0)
    shot_zone_mismatch_score = _points(
        "Opponent's vs-league value in his primary zone (paint if balanced) * min(rate of that zone / 50, 1), * 1.2 above "
        "5, within -10..10; positive favours him. Null if either zone row or value is missing.",
        -10,
        10,
    )
    pace_score = _points(
        "(opponent pace - league pace) / 2, within -3..3; his own averages already hold his team's pace.", -3, 3
    )
    usage_spike_score = _points(
        "0.3 * (projected - recent usage), a rise * 1.15 with one star teammate out and * 1.3 with more, within -3..3. "
        "Null without an injury report of his team, and for who is out or doubtful himself.",
        -3,
        3,
    )
    total_composite_adjustment = _points("Sum of fatigue_adjustment and the three scores.", -21, 16)
    opponent_pace_last_10 = _pace("Opponent's mean pace, last 10 games of the season.")
    league_pace_last_10 = _pace("Unweighted mean of the same over the teams; null below 10 teams.")
    usage_avg_last_7_games = col.number(
        "Recent usage: mean of his last 7 played games of the season.", unit="percent", low=0, high=100
    )
    projected_usage_rate = col.number(
        "Recent usage once the team's minutes and usage are shared out without who is out or doubtful.",
        unit="percent",
        low=0,
        high=200,
    )
    usage_known = col.flag("His team's injury report is known, so that absences are.", nullable=False)


TABLE = Table(
    "nba_precompute",
    "player_composite_factors",
    PlayerCompositeFactors,
    source=(
        "upcoming_player_game_context, player_shot_zone_analysis, team_defense_zone_analysis, and player_game_summary and "
        "team_offense_game_summary of the season before the date"
    ),
    cluster_by=("player_lookup", "team_abbr"),
)
