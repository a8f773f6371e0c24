"""Checks of halts: every date says whether it is halted, and by tip-off it knows."""

from datetime import date, timedelta

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.halt_reasons import UNKNOWN_STATE

# By then lines, features and predictions of the date are there.
_DUE = timedelta(hours=3)


def _one_row(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        if rows.height == 1:
            reasons = rows["reasons"][0].to_list()
            verdicts[day] = Verdict(True, f"halted: {', '.join(reasons)}" if reasons else "not halted")
        else:
            verdicts[day] = Verdict(False, f"{rows.height} rows")
    return verdicts


ONE_ROW_PER_DATE = TableCheck(
    "one_row_per_date",
    "One row, on a date without games, too. Blocking: two rows would contradict each other.",
    _one_row,
    blocking=True,
)


def _state_known(batch: Batch) -> dict[date, Verdict]:
    unknown = batch.rows_by_date(batch.rows.filter(pl.col("reasons").list.contains(UNKNOWN_STATE)))
    tips = dict(batch.inputs["nbac_schedule"].group_by("game_date").agg(pl.col("tipoff_utc").min()).iter_rows())
    verdicts = {}
    for day, rows in unknown.items():
        words = [word for said in rows["words"] for word in said]
        if not words:
            verdicts[day] = Verdict(True, "everything a halt depends on is known")
        elif day in tips and batch.now < tips[day] - _DUE:
            verdicts[day] = Verdict(True, f"not due yet: {in_words(words)}")
        else:
            verdicts[day] = Verdict(False, in_words(words), error=False)
    return verdicts


STATE_KNOWN = TableCheck(
    "state_known",
    f"From {_DUE.seconds // 3600} hours before the first tip-off on it is known whether the date is halted. WARN: what "
    "is not known halts the date; early in a season, without models, that is as it should be.",
    _state_known,
)

CHECKS = (ONE_ROW_PER_DATE, STATE_KNOWN)
