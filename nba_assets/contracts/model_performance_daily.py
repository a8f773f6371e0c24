from collections.abc import Mapping
from types import new_class
from typing import Any

import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.model_performance_slices import WINDOWS, count, error, nats, profit, share
from nba_assets.contracts.player_prop_predictions import MODEL_STATUSES

# The first four by gravity.
STATES = ["HEALTHY", "WATCH", "DEGRADING", "BLOCKED", "INSUFFICIENT_DATA"]
ACTIONS = ["NO_CHANGE", "DEGRADED", "RECOVERED"]

_BETS = {"": "edges of 3 or more", "over_": "edges of 3 or more over the line", "under_": "those under it"}


def _window(window: str) -> Mapping[str, dy.Column]:
    """The columns of one window, in words."""
    bets = {}
    for part, words in _BETS.items():
        bets |= {
            f"rolling_n_{part}{window}": count(f"{window}: settled bets on {words}."),
            f"rolling_hr_{part}{window}": share(f"{window}: their hit rate."),
        }
    return bets | {
        f"rolling_roi_{window}": profit(f"{window}: profit of edges of 3 or more at the quoted prices."),
        f"every_edge_n_{window}": count(f"{window}: settled bets on every edge."),
        f"every_edge_hr_{window}": share(f"{window}: their hit rate."),
        f"every_edge_roi_{window}": profit(f"{window}: their profit at the quoted prices."),
        f"model_mae_{window}": error(f"{window}: mean absolute error of all forecasts."),
        f"pred_bias_{window}": error(f"{window}: mean of predicted - actual of all forecasts.", low=-120),
        f"lined_mae_{window}": error(f"{window}: mean absolute error where there was a line."),
        f"line_mae_{window}": error(f"{window}: the line's on the same rows."),
        f"mae_gap_{window}": error(f"{window}: lined_mae - line_mae.", low=-120),
        f"brier_score_{window}": col.number(f"{window}: at the line.", unit="score", low=0, high=1),
        f"log_loss_{window}": nats(f"{window}: at the line."),
        f"log_loss_gap_{window}": nats(f"{window}: log-loss - that of the no-vig price, same rows.", low=None),
    }


class _Identity(dy.Schema):
    game_date = col.game_date(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    season_year = col.season_year()
    model_status = col.one_of(
        MODEL_STATUSES, "Of its latest graded prediction of the season; before the first, of the roster."
    )
    days_since_training = dy.Int64(
        nullable=True,
        min=0,
        max=1000,
        description="From the training_end_date of its latest graded prediction.",
        metadata={"unit": "days"},
    )
    daily_picks = count("Bets of the date on edges of 3 or more, pushes included.")
    daily_wins = count("Those of them that won.")
    daily_losses = count("Those of them that lost.")
    daily_hr = share("wins / (wins + losses).")
    daily_roi = profit("Their profit at the quoted prices.")


def _with_windows() -> Any:
    columns = {name: column for window in WINDOWS for name, column in _window(window).items()}
    return new_class("_Windows", (_Identity,), exec_body=lambda body: body.update(columns))


class ModelPerformanceDaily(_with_windows()):
    """One row per system and game date: how good it has been of late, and whether it may go on.

    Windows and bets are those of model_performance_slices. Every system of the roster, or with a graded prediction in
    the season, has a row on every game date. State and counters follow from the season's grades up to the date alone;
    with fewer than 5 settled bets on edges of 3 or more in 7 days nothing is said and the counters stand still, as they
    do on dates without a settled bet. Break-even is 52.4 %.
    """

    n_28d = count("28d: settled bets on edges of 3 or more.")
    hr_28d = share("28d: their hit rate.")
    hr_upper_28d = share("28d: upper end of its 90 % Wilson interval.")
    one_sided_7d = share("7d: share of the settled bets on edges of 3 or more that are on their more frequent side.")
    consecutive_days_below_watch = count("Dates in a row with hr_28d below break-even.")
    consecutive_days_below_alert = count("Dates in a row with hr_upper_28d below break-even.")
    consecutive_days_mae_gap = count("Dates in a row with mae_gap_7d above 0.5.")
    state = col.one_of(
        STATES,
        "BLOCKED: hr_upper_28d below break-even, 7 dates in a row of mae_gap_7d above 0.5, or more than 95 % of 20 or "
        "more bets of 7 days on one side. DEGRADING: pred_bias_7d beyond 1.5. WATCH: hr_28d below break-even.",
    )
    action = col.one_of(
        ACTIONS,
        "DEGRADED: graver than the latest state with enough data; RECOVERED: HEALTHY again.",
    )
    action_reason = col.text("The rules that hold, with their numbers; null where none does.")
    is_enabled = col.flag(
        "Not BLOCKED, or one of the three least bad systems where fewer would be left.", nullable=False
    )
    computed_at = col.instant("When the row first came out as it is.", nullable=False)

    @dy.rule()
    def no_action_without_data(cls) -> pl.Expr:
        return (pl.col("state") != "INSUFFICIENT_DATA") | (pl.col("action") == "NO_CHANGE")


TABLE = Table(
    "nba_grading",
    "model_performance_daily",
    ModelPerformanceDaily,
    source="nbac_schedule, and prediction_accuracy of the season up to and including the date",
    cluster_by=("system_id",),
)
