import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.odds_api_player_points_props import NAME_RUNGS

NOT_YET_SUBMITTED = "not_yet_submitted"
STATUSES = ["out", "doubtful", "questionable", "probable", "available", NOT_YET_SUBMITTED]
REASON_CATEGORIES = [
    "injury",
    "g_league",
    "suspension",
    "health_safety_protocol",
    "rest",
    "personal",
    "other",
    "unknown",
]


class NbacInjuryReport(dy.Schema):
    """One row per official report, game and player listed, or per team that had not submitted when it was issued.

    A row belongs to the date of its game; a report lists games of its own ET date and of the next. A player without a
    row is healthy only if his team had submitted. Who asks what was known at an instant takes the newest report
    before it first, and then filters by status. Rows issued after tip-off are kept.
    """

    game_date = col.game_date(primary_key=True)
    report_ts = col.instant(
        "When the report was issued: the time in its header, which may be half an hour after the one in its name.",
        primary_key=True,
        nullable=False,
    )
    nba_game_id = col.nba_game_id(primary_key=True)
    team_abbr = col.team_abbr("Team of the player.", primary_key=True)
    player_name_original = dy.String(
        primary_key=True, description="Name as printed (Duke Jr., David); '' for a team that had not submitted."
    )
    game_id = col.game_id()
    season_year = col.season_year()
    home_team_abbr = col.team_abbr("Home team.")
    away_team_abbr = col.team_abbr("Away team.")
    player_name = col.text("First name first (David Duke Jr.); null for a team that had not submitted.")
    player_lookup = col.player_lookup(nullable=True)
    nba_player_id = col.nba_player_id(nullable=True)
    name_rung = col.one_of(
        NAME_RUNGS, "Which rung linked the name; null = unresolved, or not yet submitted.", nullable=True
    )
    injury_status = col.one_of(STATUSES, "Availability for this game, as printed, in lower case.")
    reason = col.text("As printed: Injury/Illness - Left Ankle; Sprain, G League - Two-Way, Rest.")
    reason_category = col.one_of(REASON_CATEGORIES, "Kind of reason; unknown where none is printed.")
    game_time = col.text("Tip-off as printed, ET wall clock without AM or PM.")
    tipoff_utc = col.instant("Scheduled tip-off, true UTC.", nullable=False)
    minutes_before_tipoff = dy.Int64(
        description="Whole minutes from the report to tip-off; negative after tip-off.", metadata={"unit": "minutes"}
    )
    source_path = col.source_path()
    fetched_at = col.fetched_at()

    @dy.rule()
    def no_name_only_if_not_submitted(cls) -> pl.Expr:
        nobody = pl.col("injury_status") == NOT_YET_SUBMITTED
        return ((pl.col("player_name_original") == "") == nobody) & (pl.col("player_name").is_null() == nobody)


TABLE = Table(
    "nba_raw",
    "nbac_injury_report",
    NbacInjuryReport,
    source="landing/nba_injury_report",
    cluster_by=("player_lookup", "game_id"),
    optional=True,
)
