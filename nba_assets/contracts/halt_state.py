import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class HaltState(dy.Schema):
    """One row per date, also without games: whether picks are suppressed, and why.

    A halt suppresses picks only: predictions and grading go on. It fails closed: what is not known halts
    (`unknown_state`), and so does a date without a row. Reasons and their limits: nba_assets/halt_reasons.py. A past
    date is judged on what was known at its last tip-off.
    """

    game_date = col.game_date(primary_key=True)
    is_halted = col.flag("No picks are made.", nullable=False)
    reasons = dy.List(dy.String(), description="Names of all reasons that hold; empty if there is none.")
    words = dy.List(dy.String(), description="The same as plain sentences.")
    halted_since = dy.Date(
        nullable=True,
        description=(
            "First of the unbroken row of halted game dates, idle dates left out; of an idle date the first of the idle "
            "ones. As far as dates before are stored."
        ),
    )
    as_of_ts = col.instant(
        "Instant the row speaks of: when it was computed, at most the last tip-off (without games, the end of the date).",
        nullable=False,
    )

    games = col.count("Scheduled games.", maximum=30, nullable=False)
    days_since_games = dy.Int64(
        nullable=True, min=1, max=300, description="To the latest date with games before.", metadata={"unit": "days"}
    )
    game_dates_before = col.count("Dates with games of the season before.", nullable=False)
    games_with_odds = col.count("Games with a fresh quote; null if nothing is known of the players.", maximum=30)
    expected_players = col.count("Rows of ml_feature_store_v2; null without any.", maximum=1000)
    complete_players = col.count("Those of them whose quality gate is not blocked.", maximum=1000)
    champion_predictions = col.count(
        "Active predictions of a champion whose model is one; null if nobody predicted.", maximum=2000
    )
    champion_lines = col.count("Those of them with a line.", maximum=2000)
    largest_edge = col.number("The largest |forecast - line| among them.", unit="points", low=0, high=80)
    judged_on = dy.Date(nullable=True, description="Latest date before with rows in model_performance_daily.")
    systems_enabled = col.count("Systems enabled then, references left out; null without such a date.", maximum=1000)
    systems_blocked = col.count("Those of them that are BLOCKED.", maximum=1000)

    @dy.rule()
    def halted_for_a_reason(cls) -> pl.Expr:
        halted = pl.col("is_halted")
        return (
            (halted == (pl.col("reasons").list.len() > 0))
            & (halted == pl.col("halted_since").is_not_null())
            & (pl.col("reasons").list.len() == pl.col("words").list.len())
        )

    @dy.rule()
    def since_then(cls) -> pl.Expr:
        return (pl.col("halted_since") <= pl.col("game_date")).fill_null(value=True)


TABLE = Table(
    "nba_predictions",
    "halt_state",
    HaltState,
    source=(
        "nbac_schedule, upcoming_player_game_context, ml_feature_store_v2, player_prop_predictions, "
        "model_performance_daily of earlier dates, and halts placed by hand"
    ),
)
