"""What became of a prediction: one vocabulary and one mechanism, used wherever something is graded or counted."""

import polars as pl

SIDES = ("OVER", "UNDER")
# In no denominator but those that say so: hit rates count WIN and LOSS only.
OUTCOMES = ("WIN", "LOSS", "PUSH", "VOID", "PASS", "NO_LINE")
SETTLED = ("WIN", "LOSS")
RESULTS = ("WIN", "LOSS", "PUSH")

# Why nothing is settled: the player did not play, or prediction and game fell apart.
VOID_REASONS = ("dnp_injury_confirmed", "dnp_late_scratch", "dnp_unknown", "game_postponed", "player_inactive")
# Status before tip-off of a player who then did not play -> reason; any other status, or none, is dnp_unknown.
VOID_REASON_BY_STATUS = {
    "out": "dnp_injury_confirmed",
    "doubtful": "dnp_injury_confirmed",
    "questionable": "dnp_late_scratch",
    "probable": "dnp_late_scratch",
}


def result(side: pl.Expr, line: pl.Expr, points: pl.Expr) -> pl.Expr:
    """WIN, LOSS or PUSH of a bet on `side` (OVER or UNDER) at `line`; null without side, line or points."""
    return (
        pl.when(~side.is_in(SIDES) | pl.any_horizontal(side.is_null(), line.is_null(), points.is_null()))
        .then(None)
        .when(points == line)
        .then(pl.lit("PUSH"))
        .when((points > line) == (side == "OVER"))
        .then(pl.lit("WIN"))
        .otherwise(pl.lit("LOSS"))
    )


def graded(recommendation: pl.Expr, line: pl.Expr, points: pl.Expr) -> pl.Expr:
    """One of OUTCOMES for every row. `points` are null where the prediction is void, whatever it recommended."""
    return (
        pl.when(points.is_null())
        .then(pl.lit("VOID"))
        .when(recommendation.is_in(["PASS", "HOLD"]))
        .then(pl.lit("PASS"))
        .otherwise(result(recommendation, line, points).fill_null("NO_LINE"))
    )


def profit(result: pl.Expr, price: pl.Expr) -> pl.Expr:
    """Of one unit staked at decimal odds `price`: a push gives it back; null without a result or a price."""
    settled = (
        pl.when(result == "WIN").then(price - 1).when(result == "LOSS").then(-1.0).when(result == "PUSH").then(0.0)
    )
    return pl.when(price.is_not_null()).then(settled)
