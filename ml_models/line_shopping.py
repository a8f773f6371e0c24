"""Where to bet: best line and price over books, their consensus, and what each bet is worth under a distribution.

A quote is a row of one book's price of a player's points: `KEY`, bookmaker, points_line, over_price, under_price
(decimal, null = not offered). All are as of one instant: market, snapshot and "before tip-off" are the caller's filter.
"""

import numpy as np
import polars as pl

from ml_models import distributions
from ml_models.no_vig import hold, no_vig
from ml_models.system import KEY

# Equal quotes written in other prices differ in the last bits only; ties are decided at this many decimals.
_TIE_DECIMALS = 9

_SIDES = {"OVER": "over_price", "UNDER": "under_price"}


def main_lines(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per player and book: of its lines with both prices the one whose no-vig P(over) is nearest 0.5.

    Ties: the lower hold, then the lower line. Added: `p_over` (no-vig) and `hold`.
    """
    both = quotes.filter(pl.col("over_price").is_not_null(), pl.col("under_price").is_not_null())
    over, under = both["over_price"].to_numpy(), both["under_price"].to_numpy()
    return (
        both.with_columns(p_over=pl.Series(no_vig(over, under)), hold=pl.Series(hold(over, under)))
        .sort(
            (pl.col("p_over") - 0.5).abs().round(_TIE_DECIMALS),
            pl.col("hold").round(_TIE_DECIMALS),
            "points_line",
            maintain_order=True,
        )
        .unique([*KEY, "bookmaker"], keep="first", maintain_order=True)
        .sort(*KEY, "bookmaker")
    )


def consensus(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per player: median of the books' main lines (`consensus_line`), median of their no-vig P(over), each at
    its own line (`consensus_p_over`), and `book_count`."""
    return (
        main_lines(quotes)
        .group_by(KEY)
        .agg(
            consensus_line=pl.col("points_line").median(),
            consensus_p_over=pl.col("p_over").median(),
            book_count=pl.len().cast(pl.Int64),
        )
        .sort(KEY)
    )


def best_lines(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per player and side: of the books' main lines the easiest (lowest for OVER, highest for UNDER) and, among
    the books with it, the best price.

    `side`, `points_line`, `price`, `bookmaker`; full ties go to the first book by name. Alternate lines are left out:
    some book always has an easier one, at a price that makes up for it. Whether a worse line at a better price is worth
    more needs a distribution, see `best_bets`.
    """
    ease = pl.when(side="OVER").then(pl.col("points_line")).otherwise(-pl.col("points_line"))
    return _first(offers(main_lines(quotes)).sort(ease, -pl.col("price"), "bookmaker"))


def offers(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per quote and side with a price: KEY, bookmaker, points_line, `side` (OVER, UNDER), `price`."""
    return pl.concat(
        quotes.filter(pl.col(price).is_not_null()).select(
            *KEY, "bookmaker", "points_line", side=pl.lit(side), price=pl.col(price)
        )
        for side, price in _SIDES.items()
    )


def value(quotes: pl.DataFrame, rows: pl.DataFrame, pmf: np.ndarray) -> pl.DataFrame:
    """`offers` with what they are worth, row i of `pmf` being the distribution of row i of `rows` (one per KEY).

    `p_win`, `p_push`, `p_lose`; `ev` = p_win * (price - 1) - p_lose, per unit staked, a push returns the stake;
    `break_even` = 1 / price, to be beaten by `p_win_settled` = p_win / (p_win + p_lose); `fair_price` = the price at
    which `ev` is 0 (infinite if it cannot win). Null where there is no distribution.
    """
    places = rows.select(KEY).with_row_index("_row")
    if places.select(KEY).is_duplicated().any():
        raise ValueError(f"several distributions for the same {KEY}")
    found = offers(quotes).join(places, on=KEY, how="left", maintain_order="left")
    # The extra last row is the unknown distribution of players without one.
    known = np.vstack([pmf, np.full((1, distributions.POINTS.size), np.nan)])
    at = known[found["_row"].fill_null(len(pmf)).to_numpy()]
    line = found["points_line"].to_numpy()
    over, under = distributions.p_over(at, line), distributions.p_under(at, line)
    is_over = (found["side"] == "OVER").to_numpy()
    p = {
        "p_win": np.where(is_over, over, under),
        "p_push": distributions.p_push(at, line),
        "p_lose": np.where(is_over, under, over),
    }
    win, lose, price = pl.col("p_win"), pl.col("p_lose"), pl.col("price")
    return (
        found.drop("_row")
        .with_columns(**{name: pl.Series(values, dtype=pl.Float64).fill_nan(None) for name, values in p.items()})
        .with_columns(
            ev=win * (price - 1) - lose,
            break_even=1 / price,
            p_win_settled=(win / (win + lose)).fill_nan(None),
            fair_price=(1 + lose / win).fill_nan(None),
        )
    )


def best_bets(valued: pl.DataFrame) -> pl.DataFrame:
    """Of `value`, one row per player and side: the offer worth most; ties: the better price, then the book's name.

    The best side is the one with the larger `ev`. Sides without a value are left out.
    """
    return _first(
        valued.filter(pl.col("ev").is_not_null()).sort(
            -pl.col("ev").round(_TIE_DECIMALS), -pl.col("price"), "bookmaker", "points_line"
        )
    )


def _first(sorted_offers: pl.DataFrame) -> pl.DataFrame:
    return sorted_offers.unique([*KEY, "side"], keep="first", maintain_order=True).sort(*KEY, "side")
