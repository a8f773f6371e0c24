"""Betting on the side of every edge, as tables."""

from math import isfinite

import polars as pl

from ml_models.intervals import Estimate, Verdict, bets_still_needed, verdict
from nba_assets.accuracy import Evaluation
from nba_assets.accuracy_markdown import paragraph, table

# "0-1", "1-3", ... of one side; of both only the whole and the usual floor, or the page is twice as long.
_BOTH = ("all", "3+")

_BETS = (
    "side",
    "edge",
    "won",
    "lost",
    "push",
    "hit rate [95 %]",
    "prices need",
    "profit per unit [95 %]",
    "dates",
    "verdict",
)
_MONEY = {"better": "won money", "worse": "lost money", "cannot tell yet": "cannot tell yet"}
# More bets than this are years away.
_MANY = 100_000
_HOW = (
    "One unit on OVER where the forecast is above the quoted line, on UNDER where it is below, at the quoted price, by "
    'absolute edge in points; what is said of the past is no promise. "Prices need" is the hit rate at which those '
    "prices break even; a coin that picks the sides makes {coin:+.1%} per unit. No interval: fewer than 10 dates."
)


def bets_section(e: Evaluation) -> str:
    """A table per system."""
    tables = (f"### {s.system_id}\n\n{table(_BETS, map(_cells, shown(e.bets[s.system_id])))}" for s in e.own)
    return paragraph(_HOW.format(coin=e.coin_roi)) + "\n".join(tables)


def shown(bets: pl.DataFrame) -> list[dict]:
    """Slices with a settled bet."""
    whole = (pl.col("side") != "both") | pl.col("edge").is_in(_BOTH)
    return bets.filter(whole, pl.col("wins") + pl.col("losses") > 0).rows(named=True)


def bet_verdict(row: dict) -> Verdict:
    """Profit against none and hit rate against what the prices need: unless both intervals say so, nobody can tell.

    The one of the hit rate is never narrower than for independent bets; that of the profit of few bets may be.
    """
    count, dates = row["wins"] + row["losses"], row["dates"]
    names = (("roi", "roi_low", "roi_high"), ("hit_rate", "low", "high"))
    values = [[float("nan") if row[name] is None else row[name] for name in three] for three in names]
    profit, rate = (Estimate(value, low, high, 0.95, count, dates) for value, low, high in values)
    money, wins = verdict(profit, 0.0), verdict(rate, row["break_even"] or float("nan"))
    return money if money == wins else "cannot tell yet"


def _cells(row: dict) -> list[str]:
    found, need = bet_verdict(row), row["break_even"]
    words = _MONEY[found]
    if found == "cannot tell yet" and need is not None:
        missing = bets_still_needed(row["wins"], row["losses"], need)
        if isfinite(missing) and missing:
            words += f"; {f'{missing:,.0f}' if missing <= _MANY else f'over {_MANY:,}'} more bets at this rate"
    return [
        row["side"],
        row["edge"],
        f"{row['wins']:,}",
        f"{row['losses']:,}",
        f"{row['pushes']:,}",
        _shares(row, "hit_rate", "low", "high", ".1%"),
        "" if need is None else f"{need:.1%}",
        _shares(row, "roi", "roi_low", "roi_high", "+.1%"),
        str(row["dates"]),
        words,
    ]


def _shares(row: dict, value: str, low: str, high: str, form: str) -> str:
    if row[value] is None:
        return ""
    return f"{row[value]:{form}}" + ("" if row[low] is None else f" [{row[low]:{form}}, {row[high]:{form}}]")
