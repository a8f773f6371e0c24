"""The verdict of a check on one date, and how checks are declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from nba_assets.contracts import PARTITION_COLUMN, Table


@dataclass(frozen=True)
class Verdict:
    """Passed or not, in words; `error` tells ERROR from WARN for a verdict that did not pass."""

    passed: bool
    description: str
    error: bool = True
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What a check may look at: the rows about to be written and the frames they were computed from, for many dates."""

    table: Table
    dates: tuple[date, ...]
    rows: pl.DataFrame
    quarantined: pl.DataFrame
    inputs: Mapping[str, pl.DataFrame]
    now: datetime

    def rows_by_date(self, frame: pl.DataFrame | None = None) -> dict[date, pl.DataFrame]:
        """The batch's rows (or another frame) split by date; dates without rows get an empty frame."""
        frame = self.rows if frame is None else frame
        parts = {key[0]: part for key, part in frame.partition_by(PARTITION_COLUMN, as_dict=True).items()}
        return {day: parts.get(day, frame.clear()) for day in self.dates}


@dataclass(frozen=True)
class TableCheck:
    """A named check of a table. `evaluate` gives a verdict for every date of the batch.

    A blocking check that does not pass with ERROR holds its date back: the old partition stays, and tables that need
    the date wait for it. Other checks inform; the rows flow on.
    """

    name: str
    description: str
    evaluate: Callable[[Batch], Mapping[date, Verdict]]
    blocking: bool = False


def in_words(items: list[str], limit: int = 5) -> str:
    """A few examples and how many more there are."""
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return "; ".join(items[:limit]) + more
