"""What sportsbooks offered on a player at the decision instant, and which offer is worth most to whom."""

import numpy as np
import polars as pl

from ml_models import distributions, line_shopping
from ml_models.system import KEY, MAX_POINTS
from nba_assets.transforms import lines, pregame_lines
from nba_assets.transforms.predictions.stored_pmf import pmf_matrix
from nba_assets.transforms.pregame_lines import NOT_IN_DISPERSION

# Worth is stored to so many decimals: what differs beyond them depends on which rows were computed together.
_DECIMALS = 6

_BEST = {
    "game_date": pl.Date,
    "nba_player_id": pl.Int64,
    "system_id": pl.String,
    "best_line": pl.Float64,
    "best_price": pl.Float64,
    "best_book": pl.String,
    "best_p_win": pl.Float64,
    "best_p_push": pl.Float64,
    "ev": pl.Float64,
}


def on_offer(prop_quotes: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Every line and price of each player's last snapshot before the game's `as_of_ts`: KEY, bookmaker, points_line,
    over_price, under_price. `games`: nba_game_id, as_of_ts. Pick'em operators and outlying books are left out.

    A book that is not in that snapshot has taken its price down: an older one cannot be bet any more.
    """
    quotes = pregame_lines.before(prop_quotes, games).filter(
        pl.col("market_key") == lines.MARKET, pl.col("nba_player_id").is_not_null()
    )
    last = pl.col("snapshot_timestamp") == pl.col("snapshot_timestamp").max().over(KEY)
    return (
        quotes.filter(
            last,
            ~pl.col("bookmaker").is_in(NOT_IN_DISPERSION),
            pl.col("points_line").is_between(0, MAX_POINTS, closed="left"),
        )
        .select(*KEY, "bookmaker", "points_line", "over_price", "under_price")
        .unique(maintain_order=True)
    )


def with_best_offer(forecasts: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """`forecasts` (with current_points_line, p_over, p_under, edge_side, points_pmf) and of the offers on their
    `edge_side` the one worth most to each: best_line, best_price, best_book, best_p_win, best_p_push, ev.

    Worth by the forecast's distribution, tilted until it says P(over) at `current_points_line`, pushes left out.
    """
    asked = forecasts.filter(pl.col("edge_side").is_not_null(), pl.col("p_over") > 0, pl.col("p_under") > 0)
    by_system = asked.partition_by("system_id", as_dict=True, maintain_order=True)
    best = pl.concat(
        [pl.DataFrame(schema=_BEST), *(_best_of(rows, system, offers) for (system,), rows in by_system.items())]
    )
    return forecasts.join(best, on=[*KEY, "system_id"], how="left", validate="1:1", maintain_order="left")


def _best_of(rows: pl.DataFrame, system_id: str, offers: pl.DataFrame) -> pl.DataFrame:
    """The best offer of each row of one system."""
    valued = line_shopping.value(offers.join(rows, on=KEY, how="semi"), rows, _tilted(rows))
    on_side = valued.join(rows.select(*KEY, side="edge_side"), on=[*KEY, "side"], how="semi")
    return line_shopping.best_bets(on_side).select(
        *KEY,
        system_id=pl.lit(system_id),
        best_line="points_line",
        best_price="price",
        best_book="bookmaker",
        best_p_win=pl.col("p_win").round(_DECIMALS),
        best_p_push=pl.col("p_push").round(_DECIMALS),
        ev=pl.col("ev").round(_DECIMALS),
    )


def _tilted(rows: pl.DataFrame) -> np.ndarray:
    over, under, line = (rows[name].to_numpy() for name in ("p_over", "p_under", "current_points_line"))
    return distributions.tilt_to_p_over(pmf_matrix(rows["points_pmf"]), line, over / (over + under))
