import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.nbac_shot_charts import SHOT_ZONES


def _person(role: str) -> dy.Int64:
    return dy.Int64(nullable=True, min=1, description=f"Person id of the player who {role}.")


class NbacPlayByPlay(dy.Schema):
    """One row per play-by-play action of the CDN feed, ordered by `event_sequence`."""

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    event_id = dy.Int64(primary_key=True, min=0, description="actionNumber: unique in the game, not monotone.")
    event_sequence = dy.Int64(min=0, description="orderNumber: the order of play.")
    game_id = col.game_id()
    season_year = col.season_year()
    period = dy.Int64(min=1, max=12, description="Period; 5 and above are overtimes.")
    game_clock_seconds = col.number("Seconds left in the period.", unit="seconds", low=0, high=720)
    time_elapsed_seconds = col.number("Seconds played since the opening tip.", unit="seconds", low=0, high=6000)
    event_type = dy.String(min_length=1, description="actionType: 2pt, 3pt, freethrow, rebound, turnover, ...")
    event_action_type = col.text("subType, e.g. Jump Shot, 1 of 2.")
    descriptor = col.text("e.g. pullup, technical.")
    qualifiers = dy.List(dy.String(), nullable=True, description="e.g. pointsinthepaint, fastbreak, 2ndchance.")
    event_description = col.text("The feed's sentence; missing on stoppages.")
    team_abbr = col.team_abbr("Team of the action; null on game and period events.", nullable=True)
    player_1_id = _person("acted")
    assist_person_id = _person("assisted")
    block_person_id = _person("blocked the shot")
    steal_person_id = _person("stole the ball")
    foul_drawn_person_id = _person("drew the foul")
    is_field_goal = col.flag("A field-goal attempt (team heaves are not).", nullable=False)
    shot_made = col.flag("Shot or free throw went in; null for other actions.")
    points = dy.Int64(min=0, max=3, description="Points scored by this action.")
    shot_distance = col.number("Feet from the hoop; null without coordinates.", unit="feet", low=0, high=94)
    shot_x = dy.Int64(
        nullable=True, description="Legacy units: tenths of a foot from the hoop; null without coordinates."
    )
    shot_y = dy.Int64(
        nullable=True, description="Legacy units: tenths of a foot from the hoop; null without coordinates."
    )
    area = col.text("Feed's zone, e.g. Restricted Area; absent in 2020-21.")
    shot_zone = col.one_of(
        SHOT_ZONES,
        nullable=True,
        description="three by label; paint by the qualifier pointsinthepaint; else mid_range.",
    )
    score_home = dy.Int64(nullable=True, min=0, max=250, description="Running home score.")
    score_away = dy.Int64(nullable=True, min=0, max=250, description="Running away score.")
    source_path = col.source_path()
    fetched_at = col.fetched_at()


TABLE = Table(
    "nba_raw",
    "nbac_play_by_play",
    NbacPlayByPlay,
    source="landing/nba_play_by_play",
    cluster_by=("game_id", "period", "event_type"),
    optional=True,
)
