import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

DNP_CATEGORIES = ["injury", "rest", "personal", "suspension", "g_league", "coach_decision", "other"]


class PlayerGameSummary(dy.Schema):
    """One row per player listed in a final game's box score; statistics are null for players who did not play.

    Totals come from the box score, also threes; zone counts from the play-by-play of the game, else its shot chart.
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    universal_player_id = col.text("Person id as text (legacy key).", nullable=False)
    player_full_name = col.player_full_name()
    team_abbr = col.team_abbr("The player's team in this game.")
    opponent_team_abbr = col.team_abbr("The other team.")
    home_game = col.flag("The player's team is the schedule's home team.", nullable=False)
    points = col.count("Points.", maximum=120)
    assists = col.count("Assists.", maximum=40)
    offensive_rebounds = col.count("Offensive rebounds.", maximum=40)
    defensive_rebounds = col.count("Defensive rebounds.", maximum=50)
    steals = col.count("Steals.", maximum=20)
    blocks = col.count("Blocks.", maximum=25)
    turnovers = col.count("Turnovers.", maximum=25)
    personal_fouls = col.count("Personal fouls.", maximum=10)
    plus_minus = col.signed("Point differential while on court.", bound=90)
    fg_attempts = col.count("Field-goal attempts.", maximum=80)
    fg_makes = col.count("Field goals made.", maximum=60)
    three_pt_attempts = col.count("Three-point attempts.", maximum=50)
    three_pt_makes = col.count("Three-pointers made.", maximum=40)
    ft_attempts = col.count("Free-throw attempts.", maximum=60)
    ft_makes = col.count("Free throws made.", maximum=60)
    paint_attempts = col.count(
        "Attempts in the paint; 0 if he took none, null if the game has no zone data.", maximum=80
    )
    paint_makes = col.count("Makes in the paint.", maximum=60)
    mid_range_attempts = col.count("Two-point attempts outside the paint.", maximum=80)
    mid_range_makes = col.count("Two-point makes outside the paint.", maximum=60)
    three_attempts_pbp = col.count("Three-point attempts by the zone source (the box has its own).", maximum=50)
    three_makes_pbp = col.count("Three-point makes by the zone source.", maximum=40)
    has_complete_shot_zones = col.flag("Zone attempts sum to fg_attempts; null if the game has no zone data.")
    zone_source = col.one_of(
        ["play_by_play", "shot_chart"],
        nullable=True,
        description="Where the zone counts come from; null for players who did not play.",
    )
    paint_blocks = col.count("Opponent paint shots he blocked (play-by-play only).", maximum=25)
    mid_range_blocks = col.count("Opponent mid-range shots he blocked (play-by-play only).", maximum=25)
    three_pt_blocks = col.count("Opponent threes he blocked (play-by-play only).", maximum=25)
    and1_count = col.count("And-ones: single free throws after a made shot (play-by-play only).", maximum=20)
    assisted_fg_makes = col.count("Makes off an assist (play-by-play only).", maximum=60)
    unassisted_fg_makes = col.count("Makes without an assist (play-by-play only).", maximum=60)
    minutes_played = col.number("Minutes; 0.0 is a player who played under 30 seconds.", unit="minutes", low=0, high=80)
    usage_rate = col.number(
        "Share of team plays used while on court, overtime-safe; null when minutes are 0 or above 100.",
        unit="percent",
        low=0,
        high=100,
    )
    ts_pct = col.number(
        "True shooting: points / (2 * (FGA + 0.44 * FTA)); null without attempts.", unit="fraction", low=0, high=1.5
    )
    efg_pct = col.number("Effective field-goal share; null without attempts.", unit="fraction", low=0, high=1.5)
    starter_flag = col.flag("Started; null where the source does not say.")
    win_flag = col.flag("The player's team won.", nullable=False)
    days_rest = dy.Int64(
        nullable=True,
        min=1,
        max=300,
        description="Calendar days since his last played game of the season (back-to-back = 1); null before the first.",
        metadata={"unit": "days"},
    )
    is_active = col.flag("Played.", nullable=False)
    is_dnp = col.flag("Listed but did not play, inactive players included.", nullable=False)
    player_status = col.one_of(["active", "dnp", "inactive"], description="As in nbac_player_boxscores.")
    dnp_reason = col.text("Why he did not play, as the source writes it.")
    dnp_reason_category = col.one_of(DNP_CATEGORIES, nullable=True, description="The reason, classified.")
    points_line = col.number(
        "Latest pre-tip main line of the first book of the cascade.", unit="points", low=0, high=80
    )
    points_line_source = col.text("Book of points_line.")
    opening_line = col.number("First pre-tip main line of the same book.", unit="points", low=0, high=80)
    opening_line_source = col.text("Book of opening_line.")
    line_movement = col.number("points_line - opening_line.", unit="points", low=-40, high=40)
    consensus_points_line = col.number(
        "Median of the books' latest pre-tip main lines.", unit="points", low=-0.5, high=80
    )
    over_under_result = col.one_of(["OVER", "UNDER", "PUSH"], nullable=True, description="points against points_line.")
    margin = col.number("points - points_line.", unit="points", low=-80, high=120)
    data_source = col.one_of(
        ["cdn_boxscore", "stats_boxscore", "leaguegamelog"], description="Box-score source of the game."
    )

    @dy.rule()
    def dnp_has_no_statistics(cls) -> pl.Expr:
        return pl.col("is_dnp") == pl.col("points").is_null()

    @dy.rule()
    def points_add_up(cls) -> pl.Expr:
        return pl.col("points") == 2 * pl.col("fg_makes") + pl.col("three_pt_makes") + pl.col("ft_makes")


TABLE = Table(
    "nba_analytics",
    "player_game_summary",
    PlayerGameSummary,
    source="nbac_player_boxscores, nbac_team_boxscores, nbac_schedule, nbac_player_list, nbac_play_by_play, nbac_shot_charts, odds_api_player_points_props",
    cluster_by=("player_lookup", "team_abbr"),
)
