"""Judges a table's new rows, date by date: what is good, what is left out, which dates must not be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from nba_assets.checks.contract import number_rows, split_by_contract
from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets.contracts import PARTITION_COLUMN, Table


@dataclass(frozen=True)
class Judgement:
    """The batch with its good rows, a verdict per check and date, and the dates held back with the reason."""

    batch: Batch
    verdicts: Mapping[str, Mapping[date, Verdict]]
    held_back: Mapping[date, str]

    @property
    def dates_to_write(self) -> list[date]:
        return [day for day in self.batch.dates if day not in self.held_back]


def judge(
    table: Table,
    rows: pl.DataFrame,
    *,
    dates: Sequence[date],
    unreadable: pl.DataFrame,
    waiting: Mapping[date, str],
    inputs: Mapping[str, pl.DataFrame],
    checks: Sequence[TableCheck],
    now: datetime,
) -> Judgement:
    """`rows` are the builder's, `unreadable` the files that gave none, `waiting` the dates whose inputs are missing.

    A date is held back when it waits for an input or when a blocking check does not pass with ERROR. Every check gives
    a verdict for every date; on a date that waits, the first check says so as ERROR and the others judge nothing.
    """
    good, left_out = split_by_contract(table, rows)
    left_out = number_rows(_on_every_date(pl.concat([left_out.drop("row_no"), unreadable], how="diagonal"), dates))
    judged = [day for day in dates if day not in waiting]
    of_judged = pl.col(PARTITION_COLUMN).is_in(judged)
    batch = Batch(table, tuple(judged), good.filter(of_judged), left_out.filter(of_judged), inputs, now)

    held_back = dict(waiting)
    verdicts: dict[str, dict[date, Verdict]] = {}
    for check in checks:
        found = dict(check.evaluate(batch))
        if check.blocking:
            stopped = {day: verdict for day, verdict in found.items() if not verdict.passed and verdict.error}
            held_back |= {day: f"{check.name}: {verdict.description}" for day, verdict in stopped.items()}
        first = check is checks[0]
        waits = {day: Verdict(False, f"held back; {reason}", error=first) for day, reason in waiting.items()}
        verdicts[check.name] = found | waits
    return Judgement(batch, verdicts, held_back)


def _on_every_date(left_out: pl.DataFrame, dates: Sequence[date]) -> pl.DataFrame:
    """A row whose date cannot be read may belong to any date of the run, so each of them reports it."""
    undated = left_out.filter(pl.col(PARTITION_COLUMN).is_null()).drop(PARTITION_COLUMN)
    days = pl.DataFrame({PARTITION_COLUMN: dates}, schema={PARTITION_COLUMN: pl.Date})
    dated = left_out.filter(pl.col(PARTITION_COLUMN).is_not_null())
    return pl.concat([dated, undated.join(days, how="cross").select(dated.columns)])
