"""What a scoreboard counts: one row per player-game and system, at one book, line and price, and a coin beside them."""

import math

import polars as pl

from ml_models.outcomes import SETTLED, SIDES

COIN = "coin"
BACKTEST, LIVE = "backtest", "live"

# Columns of prediction_accuracy and of closing_line_value that are read.
GRADED_COLUMNS = (
    "game_date", "nba_game_id", "nba_player_id", "system_id", "quality_gate", "prediction_made_before_game",
    "actual_points", "signed_error", "sportsbook", "current_points_line", "over_price", "under_price", "edge_side",
    "side_outcome", "profit", "best_outcome", "best_profit", "p_over", "brier", "log_loss", "market_brier",
    "market_log_loss",
)  # fmt: skip
CLOSE_COLUMNS = ("game_date", "nba_game_id", "nba_player_id", "system_id", "line_is_close", "clv_points")
_CLOSE = ("line_is_close", "clv_points")

_PLAYER_GAME = ["game_date", "nba_game_id", "nba_player_id", "made"]
_PREDICTION = ["game_date", "nba_game_id", "nba_player_id", "system_id"]
# What must be the same for two forecasts to be compared. Not the instant: a forecast that comes out unchanged later in
# the day writes no new version, so that one made in the morning stands at tip-off beside one of the afternoon.
_OFFER = ["sportsbook", "current_points_line", "over_price", "under_price"]
_NEEDED = ["actual_points", "signed_error", "current_points_line", "over_price", "under_price", "p_over"]

_SETTLED = pl.col("side_outcome").is_in(SETTLED)
_BEST = pl.col("best_outcome").is_in(SETTLED) & pl.col("best_profit").is_not_null()
_SCORED = pl.col("brier").is_not_null() & pl.col("market_brier").is_not_null()
_WON = pl.col("side_outcome") == "WIN"
_CLOSED = pl.col("clv_points").is_not_null() & ~pl.col("line_is_close")
_PRICE = pl.when(pl.col("edge_side") == "OVER").then("over_price").otherwise("under_price")
_LINE_ERROR = (pl.col("actual_points") - pl.col("current_points_line")).abs()

# What is summed of a system's rows; null counts as nothing.
SUMS: dict[str, pl.Expr] = {
    "n": pl.lit(1.0),
    "forecasts": pl.lit(1.0),
    "absolute_error": pl.col("signed_error").abs(),
    "line_error": _LINE_ERROR,
    "signed_error": pl.col("signed_error"),
    "scored": _SCORED,
    **{name: pl.when(_SCORED).then(name) for name in ("brier", "market_brier", "log_loss", "market_log_loss")},
    "brier_gap": pl.when(_SCORED).then(pl.col("brier") - pl.col("market_brier")),
    "log_loss_gap": pl.when(_SCORED).then(pl.col("log_loss") - pl.col("market_log_loss")),
    "bets": _SETTLED,
    "wins": _WON,
    **{f"bets_{side.lower()}": _SETTLED & (pl.col("edge_side") == side) for side in SIDES},
    **{f"wins_{side.lower()}": _WON & (pl.col("edge_side") == side) for side in SIDES},
    "needed": pl.when(_SETTLED).then(1 / _PRICE),
    "profit": pl.when(_SETTLED).then("profit"),
    "best_bets": _BEST,
    "best_profit": pl.when(_BEST).then("best_profit"),
    "clv_count": _CLOSED,
    "clv_points": pl.when(_CLOSED).then("clv_points"),
    "clv_positive": _CLOSED & (pl.col("clv_points") > 0),
}

_OVER = (pl.col("actual_points") > pl.col("current_points_line")).cast(pl.Float64)
_DECIDED = pl.col("actual_points") != pl.col("current_points_line")
_PAID = pl.when(_OVER == 1).then("over_price").otherwise("under_price")
# The same of a coin, which takes either side half of the time and forecasts no points.
_COIN_SUMS: dict[str, pl.Expr] = {
    "n": pl.lit(1.0),
    "scored": _DECIDED,
    "brier": pl.when(_DECIDED).then(0.25),
    "market_brier": pl.when(_DECIDED).then("market_brier"),
    "log_loss": pl.when(_DECIDED).then(math.log(2)),
    "market_log_loss": pl.when(_DECIDED).then("market_log_loss"),
    "brier_gap": pl.when(_DECIDED).then(0.25 - pl.col("market_brier")),
    "log_loss_gap": pl.when(_DECIDED).then(math.log(2) - pl.col("market_log_loss")),
    "bets": _DECIDED,
    "wins": pl.when(_DECIDED).then(0.5),
    "bets_over": pl.when(_DECIDED).then(0.5),
    "wins_over": pl.when(_DECIDED).then(_OVER / 2),
    "bets_under": pl.when(_DECIDED).then(0.5),
    "wins_under": pl.when(_DECIDED).then((1 - _OVER) / 2),
    "needed": pl.when(_DECIDED).then((1 / pl.col("over_price") + 1 / pl.col("under_price")) / 2),
    "profit": pl.when(_DECIDED).then(_PAID / 2 - 1),
}


def with_closes(graded: pl.DataFrame, closes: pl.DataFrame) -> pl.DataFrame:
    """GRADED_COLUMNS of `prediction_accuracy` with the closing-line values of `closing_line_value`, null without."""
    return graded.select(GRADED_COLUMNS).join(closes.select(CLOSE_COLUMNS), on=_PREDICTION, how="left")


def counted(graded: pl.DataFrame) -> pl.DataFrame:
    """`made`, game_date, `player_game` (0, 1, 2 .. in the order of `made`, date, game and player), system_id and SUMS
    of the rows of `with_closes` that count, the coin's among them; in any order."""
    made = pl.when("prediction_made_before_game").then(pl.lit(LIVE)).otherwise(pl.lit(BACKTEST))
    rows = (
        graded.lazy()
        .select(*GRADED_COLUMNS, *_CLOSE)
        .filter(pl.col("quality_gate") != "blocked")
        .drop_nulls(_NEEDED)
        .with_columns(made=made)
        .collect()
    )
    chosen = _common_offers(rows)
    at_offer = rows.lazy().join(chosen.lazy(), on=[*_PLAYER_GAME, *_OFFER], nulls_equal=True)
    # The outcome and the price are the same in all rows of a player-game.
    players = at_offer.unique("player_game", keep="any").with_columns(system_id=pl.lit(COIN))
    named = ("made", "game_date", "player_game", "system_id")
    none = pl.lit(None, pl.Float64)
    of_coin = {name: _COIN_SUMS.get(name, none) for name in SUMS}
    both = [at_offer.select(*named, *_as_floats(SUMS)), players.select(*named, *_as_floats(of_coin))]
    return pl.concat(both).collect()


def _common_offers(rows: pl.DataFrame) -> pl.DataFrame:
    """Per player-game the offer that most systems have; of equally many the one with the highest price of the Over."""
    return (
        rows.lazy()
        .group_by(*_PLAYER_GAME, *_OFFER)
        .len()
        .sort("len", "over_price", "sportsbook", "current_points_line", "under_price", descending=True)
        .unique(_PLAYER_GAME, keep="first", maintain_order=True)
        .drop("len")
        .sort("made", "game_date", "nba_game_id", "nba_player_id")
        .with_row_index("player_game")
        .collect()
    )


def _as_floats(sums: dict[str, pl.Expr]) -> list[pl.Expr]:
    return [expression.cast(pl.Float64).fill_null(0.0).alias(name) for name, expression in sums.items()]
