"""Checks of the scoreboard: does it compare like with like, and how much of what there is?"""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.scoreboard_rows import COIN

_BOARD = ["game_date", "window", "made"]
_LEAST_SHARE = 0.8


def _identical(batch: Batch) -> dict[date, Verdict]:
    compared = batch.rows.filter("is_compared").group_by(_BOARD, maintain_order=True)
    sizes = pl.struct("n", "dates").n_unique()
    boards = compared.agg(sizes=sizes, coin=(pl.col("system_id") == COIN).any())
    bad = batch.rows_by_date(boards.filter((pl.col("sizes") > 1) | ~pl.col("coin")))
    verdicts = {}
    for day, rows in batch.rows_by_date(boards).items():
        names = bad[day].select(pl.format("{} {}", "made", "window")).to_series().sort().to_list()
        text = f"not the same rows, or no coin: {in_words(names)}" if names else f"{rows.height} boards"
        verdicts[day] = Verdict(not names, text, metadata={"boards": rows.height})
    return verdicts


IDENTICAL_ROWS = TableCheck(
    "identical_rows",
    "All compared systems of a board, a coin among them, have the same number of rows and dates. Blocking: figures of "
    "different rows say nothing about who is better.",
    _identical,
    blocking=True,
)


def _covered(batch: Batch) -> dict[date, Verdict]:
    shown = batch.rows.filter(pl.col("system_id") == COIN, pl.col("n") < _LEAST_SHARE * pl.col("rows_available"))
    own = batch.rows_by_date(batch.rows.filter(~pl.col("is_compared")))
    verdicts = {}
    for day, rows in batch.rows_by_date(shown).items():
        few = rows.select(pl.format("{} {}: {} of {} rows", "made", "window", "n", "rows_available")).to_series()
        silent = own[day]["system_id"].unique().sort().to_list()
        text = in_words(few.sort().to_list()) if few.len() else "boards show most of the rows there are"
        text += f"; not comparable: {in_words(silent, 15)}" if silent else ""
        verdicts[day] = Verdict(few.is_empty(), text, error=False, metadata={"not_comparable": len(silent)})
    return verdicts


COVERED = TableCheck(
    "covered",
    "A board shows at least 80 % of the player-games of its window for which any system has a row that counts; says "
    "which systems are not comparable. WARN: what is left out may be what went wrong.",
    _covered,
)

CHECKS = (IDENTICAL_ROWS, COVERED)
