import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_prop_predictions import RECOMMENDATIONS, SIDES

CLOSE_MINUTES = 45


def _line(description: str) -> dy.Float64:
    return col.number(description, unit="points", low=-0.5, high=80)


def _value(description: str) -> dy.Float64:
    return col.number(description, unit="points", low=-80, high=80)


def _minutes(description: str) -> dy.Int64:
    return dy.Int64(nullable=True, min=0, description=description, metadata={"unit": "minutes"})


class ClosingLineValue(dy.Schema):
    """One row per player, game and system whose last prediction has a line: that line against the closing one.

    The close is the last quote before tip-off of the same book, seen within the last 45 minutes; without such a quote
    everything that starts with `closing_` or `clv_` is null, because a line hours before tip-off is no close. Positive
    values: the bet was better than what the market said in the end. Where `line_is_close`, the line taken is itself the
    close, and its value in points is 0 by construction: it says nothing about the system.
    """

    game_date = col.game_date(primary_key=True)
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    prediction_version = dy.Int64(min=1, description="The version behind the row: the last one.")
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    tipoff_utc = col.instant("Scheduled tip-off.", nullable=False)
    prediction_made_before_game = col.flag("The prediction was computed before tip-off.", nullable=False)
    recommendation = col.one_of(RECOMMENDATIONS, "Of player_prop_predictions.")
    edge_side = col.one_of(SIDES, "Side whose value this is; null without an edge.", nullable=True)
    line_margin = col.number("predicted_points - points_line.", unit="points", low=-80, high=80)
    sportsbook = col.text("Book of the line.")
    points_line = col.number("The line taken.", unit="points", low=5, high=80, nullable=False)
    price_taken = col.number("Price of edge_side in the same quote.", unit="decimal odds", low=1)
    line_snapshot_ts = col.instant("When that quote was seen.")

    has_true_close = col.flag(f"The book has a quote within {CLOSE_MINUTES} minutes before tip-off.", nullable=False)
    line_is_close = col.flag("The line taken was seen with the closing quote or later; null without a close.")
    closing_line = _line("The book's main line in its last quote.")
    closing_snapshot_ts = col.instant("When that quote was seen.")
    close_minutes_before_tip = _minutes("Whole minutes from it to tip-off.")
    closing_over_price = col.number("Its price of the Over.", unit="decimal odds", low=1)
    closing_under_price = col.number("Its price of the Under.", unit="decimal odds", low=1)
    closing_p_side = col.number(
        "P(edge_side) at points_line, pushes left out, as the closing prices have it, the margin taken out; from another "
        "line by the prediction's distribution, tilted to those prices.",
        unit="probability",
        low=0,
        high=1,
    )
    closing_book_count = col.count("Books of all with a quote of him that late.", maximum=100, nullable=False)
    clv_points = _value("UNDER: points_line - closing_line; OVER: closing_line - points_line.")
    clv_probability = col.number(
        "closing_p_side - 1 / price_taken, the share of settled bets that price needs.",
        unit="probability",
        low=-1,
        high=1,
    )
    late_line = _line("The book's main line in its last quote before tip-off, however early. Descriptive only.")
    late_minutes_before_tip = _minutes("Whole minutes from that quote to tip-off.")
    late_line_points = _value("clv_points with late_line in place of the close.")

    @dy.rule()
    def value_has_its_sign(cls) -> pl.Expr:
        gain = pl.col("points_line") - pl.col("closing_line")
        expected = pl.when(pl.col("edge_side") == "UNDER").then(gain).when(pl.col("edge_side") == "OVER").then(-gain)
        return pl.col("clv_points").eq_missing(expected)

    @dy.rule()
    def nothing_without_a_close(cls) -> pl.Expr:
        known = pl.col("closing_line").is_not_null() & (pl.col("close_minutes_before_tip") <= CLOSE_MINUTES)
        return pl.col("has_true_close") == known.fill_null(value=False)


TABLE = Table(
    "nba_grading",
    "closing_line_value",
    ClosingLineValue,
    source="player_prop_predictions and odds_api_player_points_props",
    cluster_by=("system_id", "player_lookup"),
)
