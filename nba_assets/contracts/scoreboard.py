import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

# Days that end on the date, itself included; None is the season so far.
WINDOWS: dict[str, int | None] = {"last_30_days": 30, "season": None}
# Forecasts made before tip-off, and forecasts made afterwards as if before it: two boards, never one.
MADE = ["live", "backtest"]
STANDINGS = ["loses", "cannot tell", "wins"]
_ROWS = 10_000_000


def _count(description: str) -> dy.Int64:
    return col.count(description, maximum=_ROWS, nullable=False)


def _bets(description: str) -> dy.Float64:
    return col.number(description, unit="bets", low=0, nullable=False)


def _points(description: str, *, low: float = 0) -> dy.Float64:
    return col.number(description, unit="points", low=low, high=120)


def _score(description: str, *, low: float = 0) -> dy.Float64:
    return col.number(description, unit="score", low=low, high=1)


def _nats(description: str, *, low: float | None = 0) -> dy.Float64:
    return col.number(description, unit="nats", low=low)


def _share(description: str) -> dy.Float64:
    return col.number(description, unit="fraction", low=0, high=1)


def _profit(description: str) -> dy.Float64:
    return col.number(description, unit="per unit staked", low=-1, high=1000)


def _clv(description: str) -> dy.Float64:
    return col.number(description, unit="points", low=-80, high=80)


class Scoreboard(dy.Schema):
    """One row per game date, window, way of making and system: everybody on identical rows, and what that says.

    Rows are player-games with a line, both prices and a player who played, taken as the forecasts stood at tip-off;
    forecasts at another book, line or price than most systems' of that player-game are left out, and so are those the
    quality gate blocked. A system is compared if, the fullest first, at least four fifths of the fullest one's rows
    stay common; where `is_compared` is false the figures are of the system's own rows and stand beside nobody's. Bets
    are one unit on the forecast's side of every line, whatever was recommended. `coin` draws the side of every line:
    its figures are expected values. Ends `_low` and `_high` hold the true figure with 95 %: whole dates are drawn;
    null with fewer than 10. Without a true close after the line was taken, closing-line value is null.
    """

    game_date = col.game_date(primary_key=True)
    window = col.one_of(list(WINDOWS), "Dates up to and including game_date.", primary_key=True)
    made = col.one_of(MADE, "live: made before tip-off; backtest: made afterwards.", primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system, or coin.")
    is_compared = col.flag("The figures are of the rows all compared systems share.", nullable=False)
    rows_available = _count("Player-games of the window for which any system has a row that counts.")
    n = _count("Rows the figures are of.")
    dates = _count("Game dates they lie on.")
    mae = _points("Mean absolute error.")
    line_mae = _points("That of the line on the same rows.")
    mae_ratio = col.number("mae / line_mae: below 1 the system was closer.", unit="ratio", low=0)
    mae_ratio_low = col.number("Its interval.", unit="ratio", low=0)
    mae_ratio_high = col.number("Its interval.", unit="ratio", low=0)
    bias = _points("Mean signed error: positive = too many forecast.", low=-120)
    scored = _count("Rows decided at the line, of which the scores are.")
    brier = _score("Mean Brier score of P(over).")
    market_brier = _score("That of the no-vig price on the same rows.")
    brier_gap = _score("brier - market_brier: below 0 the system was better.", low=-1)
    brier_gap_low = _score("Its interval.", low=-1)
    brier_gap_high = _score("Its interval.", low=-1)
    log_loss = _nats("Mean log-loss of P(over).")
    market_log_loss = _nats("That of the no-vig price on the same rows.")
    log_loss_gap = _nats("log_loss - market_log_loss: below 0 the system was better.", low=None)
    log_loss_gap_low = _nats("Its interval.", low=None)
    log_loss_gap_high = _nats("Its interval.", low=None)
    bets = _bets("Bets won or lost.")
    wins = _bets("Bets won.")
    hit_rate = _share("wins / bets.")
    hit_rate_low = _share("Its interval, never narrower than Wilson's.")
    hit_rate_high = _share("Its interval, never narrower than Wilson's.")
    bets_over = _bets("Those on OVER.")
    hit_rate_over = _share("Won of these.")
    hit_rate_over_low = _share("Its interval, never narrower than Wilson's.")
    hit_rate_over_high = _share("Its interval, never narrower than Wilson's.")
    bets_under = _bets("Those on UNDER.")
    hit_rate_under = _share("Won of these.")
    hit_rate_under_low = _share("Its interval, never narrower than Wilson's.")
    hit_rate_under_high = _share("Its interval, never narrower than Wilson's.")
    break_even = _share("Hit rate at which the prices of the bets win and lose nothing.")
    roi = _profit("Profit / settled bets at the price of the line's quote.")
    roi_low = _profit("Its interval.")
    roi_high = _profit("Its interval.")
    best_bets = _bets("Settled bets at the offer worth most, of all books.")
    best_roi = _profit("Profit / settled bets there.")
    best_roi_low = _profit("Its interval.")
    best_roi_high = _profit("Its interval.")
    clv_count = _bets("Bets with a true close after the line was taken.")
    clv_points = _clv("Mean closing-line value of them.")
    clv_points_low = _clv("Its interval.")
    clv_points_high = _clv("Its interval.")
    clv_positive = _share("Share of them that beat the close.")
    clv_positive_low = _share("Its interval, never narrower than Wilson's.")
    clv_positive_high = _share("Its interval, never narrower than Wilson's.")
    bets_still_needed = col.number(
        "Further bets after which a hit rate like this one is told from break_even (one-sided 5 %, power 80 %); null "
        "where it is no different or there is no bet.",
        unit="bets",
        low=0,
    )
    standing = col.one_of(
        STANDINGS, "loses: some interval lies wholly on the bad side; wins: one on the good side and none on the bad."
    )
    verdict = dy.String(min_length=1, description="What the intervals say, in words.")
    computed_at = col.instant("When the row first came out as it is.", nullable=False)

    @dy.rule()
    def wins_are_bets(cls) -> pl.Expr:
        return (pl.col("wins") <= pl.col("bets")) & (
            (pl.col("bets") - pl.col("bets_over") - pl.col("bets_under")).abs() < 1e-6
        )

    @dy.rule()
    def rows_are_available(cls) -> pl.Expr:
        return (pl.col("n") <= pl.col("rows_available")) & (pl.col("dates") <= pl.col("n"))


TABLE = Table(
    "nba_grading",
    "scoreboard",
    Scoreboard,
    source="nbac_schedule, and prediction_accuracy and closing_line_value of the season up to and including the date",
    cluster_by=("system_id",),
)
