import dataframely as dy
import polars as pl

from ml_models.outcomes import SIDES
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.prediction_accuracy import PLAYER_TIERS

EDGES = ["0-1", "1-3", "3-5", "5+"]
WIDE_EDGES = ["3-5", "5+"]
DIMENSIONS = ["overall", "side", "edge", "side of 3+", "tier"]
SLICES = ["all", *SIDES, *EDGES, "3+", *PLAYER_TIERS]
# Days that end on the date, itself included; None is the season so far.
WINDOWS: dict[str, int | None] = {"7d": 7, "14d": 14, "30d": 30, "season": None}
_ROWS = 100_000


def count(description: str) -> dy.Int64:
    return col.count(description, maximum=_ROWS, nullable=False)


def error(description: str, *, low: float = 0) -> dy.Float64:
    return col.number(description, unit="points", low=low, high=120)


def share(description: str) -> dy.Float64:
    return col.number(description, unit="fraction", low=0, high=1)


def profit(description: str) -> dy.Float64:
    return col.number(description, unit="per unit staked", low=-1, high=1000)


def nats(description: str, *, low: float | None = 0) -> dy.Float64:
    return col.number(description, unit="nats", low=low)


class ModelPerformanceSlices(dy.Schema):
    """One row per system, game date, window and slice: how good it was on the graded rows of the window.

    A window is the 7, 14 or 30 dates up to and including the date, or the season so far; sums of the window are
    divided, daily rates never averaged. Bets are flat, on the forecast's side of every line, at the price of the line's
    quote, whatever was recommended; pushes and voids are in no rate. Rows that the quality gate blocked count nowhere.
    Empty slices have a row, too.
    """

    game_date = col.game_date(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    window = col.one_of(list(WINDOWS), "Dates up to and including game_date.", primary_key=True)
    dimension = col.one_of(DIMENSIONS, "What the rows are sliced by.", primary_key=True)
    slice = col.one_of(
        SLICES, "Side of the edge, absolute edge in points (low <= edge < high), or player_tier.", primary_key=True
    )
    forecasts = count("Forecasts of players who played.")
    mae = error("Mean absolute error of them.")
    bias = error("Mean signed error of them: positive = too many forecast.", low=-120)
    crps = error("Mean continuous ranked probability score of them.")
    lined = count("Those of them with a line.")
    lined_mae = error("Mean absolute error of these.")
    line_mae = error("Mean absolute error of the line on the same rows.")
    mae_gap = error("lined_mae - line_mae.", low=-120)
    wins = count("Won bets.")
    losses = count("Lost bets.")
    pushes = count("Bets at exactly the line.")
    n = count("wins + losses.")
    hit_rate = share("wins / n.")
    roi = profit("Profit / settled bets with a price.")
    scored = count("Rows settled at the line with P(over).")
    brier = col.number("Mean of them.", unit="score", low=0, high=1)
    log_loss = nats("Mean of them.")
    compared = count("Those of them with a no-vig price.")
    market_brier = col.number("Mean Brier score of that price.", unit="score", low=0, high=1)
    market_log_loss = nats("Mean log-loss of that price.")
    log_loss_gap = nats("Log-loss - that of the price, on the same rows: below 0 the system was better.", low=None)
    computed_at = col.instant("When the row first came out as it is.", nullable=False)

    @dy.rule()
    def bets_add_up(cls) -> pl.Expr:
        return pl.col("n") == pl.col("wins") + pl.col("losses")


TABLE = Table(
    "nba_grading",
    "model_performance_slices",
    ModelPerformanceSlices,
    source="nbac_schedule, and prediction_accuracy of the season up to and including the date",
    cluster_by=("system_id",),
)
