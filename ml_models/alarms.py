"""Levels that honest forecasts of points do not reach: a figure past one is a leak until proven otherwise.

They are for out-of-sample forecasts of rows with a line, judged at posted prices. Rates and profits are taken at the
lower end of their 95 % interval: a system that truly wins 52.7 % of 3,000 bets wins more than 54 % once in 14 times.
"""

from dataclasses import dataclass

import polars as pl

# A mean over fewer rows, or a rate over fewer settled bets, raises no alarm: luck alone gets there.
LEAST_ROWS, LEAST_BETS = 1000, 300
# A slice is bet on often if it has more than this share of the settled bets.
OFTEN = 1 / 5


@dataclass(frozen=True)
class Level:
    """`what` is measured, and the `limit` past which it fires: below it, or above it where `above`."""

    what: str
    limit: float
    above: bool

    @property
    def rule(self) -> str:
        return f"{self.what} {'above' if self.above else 'below'} {self.limit:g}"

    def fires(self, value: float) -> bool:
        return value > self.limit if self.above else value < self.limit


LEVELS: dict[str, Level] = {
    "mae_ratio": Level("MAE / the line's", 0.97, above=False),
    "mae": Level("MAE on rows with a line", 4.6, above=False),
    "line_mae": Level("MAE of the line itself", 4.5, above=False),
    "brier": Level("Brier score at the line", 0.245, above=False),
    "auc": Level("AUC at the line", 0.56, above=True),
    "hit_rate": Level("hit rate over all edges, surely", 0.54, above=True),
    "hit_rate_3": Level("hit rate at edges of 3 and more, surely", 0.62, above=True),
    "hit_rate_often": Level("hit rate where a fifth of the rows are bet on, surely", 0.58, above=True),
    "under_roi": Level("profit of UNDER at quoted prices, per unit, surely", 0.10, above=True),
}

# Level -> side, edge bucket and column of its figure.
_SLICES = {
    "hit_rate": ("both", "all", "low"),
    "hit_rate_3": ("both", "3+", "low"),
    "under_roi": ("UNDER", "all", "roi_low"),
}


def bet_figures(bets: pl.DataFrame) -> dict[str, float]:
    """The figures of LEVELS about bets, as far as there are LEAST_BETS of them.

    `bets`: one system's `metrics.hit_rates` with `roi_low`, the lower end of the profit per unit, on the slices.
    `hit_rate_often`: the best of a side and edge bucket that is bet on often.
    """
    settled = pl.col("wins") + pl.col("losses")
    enough = bets.filter(settled >= LEAST_BETS)
    figures: dict[str, float] = {}
    for key, (side, edge, column) in _SLICES.items():
        found = enough.filter(pl.col("side") == side, pl.col("edge") == edge)[column].drop_nulls()
        if not found.is_empty():
            figures[key] = found.item()
    whole = enough.filter(pl.col("side") == "both", pl.col("edge") == "all").select(settled)
    often = pl.Series() if whole.is_empty() else enough.filter(settled > OFTEN * whole.item())["low"].drop_nulls()
    if not often.is_empty():
        figures["hit_rate_often"] = float(often.max())  # type: ignore[arg-type]
    return figures
