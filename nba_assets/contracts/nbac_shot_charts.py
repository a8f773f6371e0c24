import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

SHOT_ZONES = ["paint", "mid_range", "three"]


class NbacShotCharts(dy.Schema):
    """One row per field-goal attempt of the stats.nba.com shot chart.

    `row_no` numbers the attempts of a game in document order (GAME_EVENT_ID may be null).
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    row_no = dy.Int64(primary_key=True, min=0, description="Position of the attempt within the game's document rows.")
    game_id = col.game_id()
    season_year = col.season_year()
    game_event_id = dy.Int64(nullable=True, description="Play-by-play action number, where the source gives it.")
    nba_player_id = col.nba_player_id()
    team_id = col.team_id()
    team_abbr = col.team_abbr("The shooter's team.")
    period = dy.Int64(min=1, max=12, description="Period; 5 and above are overtimes.")
    clock_seconds = dy.Int64(
        nullable=True, min=0, max=720, description="Seconds left in the period.", metadata={"unit": "seconds"}
    )
    action_type = col.text("e.g. Cutting Layup Shot.")
    shot_type = col.one_of(["2PT Field Goal", "3PT Field Goal"], description="The label decides what is a three.")
    zone_basic = col.text("SHOT_ZONE_BASIC, e.g. Restricted Area.")
    zone_area = col.text("SHOT_ZONE_AREA, e.g. Center(C).")
    zone_range = col.text("SHOT_ZONE_RANGE, e.g. Less Than 8 ft.")
    shot_distance = dy.Int64(
        nullable=True, min=0, max=94, description="Whole feet from the hoop.", metadata={"unit": "feet"}
    )
    loc_x = dy.Int64(
        nullable=True, description="Tenths of a foot from the hoop, along the baseline.", metadata={"unit": "0.1 ft"}
    )
    loc_y = dy.Int64(
        nullable=True, description="Tenths of a foot from the hoop, towards midcourt.", metadata={"unit": "0.1 ft"}
    )
    shot_made = col.flag("Made.", nullable=False)
    shot_zone = col.one_of(
        SHOT_ZONES, description="three by label; paint = Restricted Area or In The Paint (Non-RA); else mid_range."
    )
    source_path = col.source_path()
    fetched_at = col.fetched_at()


TABLE = Table(
    "nba_raw",
    "nbac_shot_charts",
    NbacShotCharts,
    source="landing/nba_shot_charts",
    cluster_by=("nba_game_id", "nba_player_id"),
    optional=True,
)
