"""Is everything there that should be?"""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.contracts.completeness import FINE


def _complete(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        amiss = rows.filter(~pl.col("state").is_in(FINE)).sort("table_name")
        states = dict(rows.group_by("state").len().sort("state").iter_rows())
        text = ", ".join(f"{count} {state}" for state, count in states.items())
        if amiss.height:
            text = in_words(amiss.select(pl.format("{} {}", "table_name", "state")).to_series().to_list(), 10)
        verdicts[day] = Verdict(amiss.is_empty(), text, error=False, metadata=states)
    return verdicts


COMPLETE = TableCheck(
    "complete",
    "Every table that should have the date has it, and 95 % of what can be graded is graded. WARN with the names: the "
    "table's own check says why, if it ever ran. Dates without games, and what is not due yet, pass.",
    _complete,
)


def _covers_tables(batch: Batch) -> dict[date, Verdict]:
    counts = {day: rows.height for day, rows in batch.rows_by_date().items()}
    most = max(counts.values(), default=0)
    return {
        day: Verdict(count == most > 0, f"{count} tables", metadata={"tables": count}) for day, count in counts.items()
    }


COVERS_TABLES = TableCheck(
    "covers_tables",
    "A row per table, on a date without games, too. Blocking: a date that is not looked at is a blind spot.",
    _covers_tables,
    blocking=True,
)

CHECKS = (COVERS_TABLES, COMPLETE)
