"""Which game dates a new schedule snapshot changes."""

from datetime import date

import polars as pl

from nba_assets.calendar import et_date
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.schedule import SCHEMA

# While games are on, every snapshot has another clock ("Q3 5:47"); what the game came to is in the other columns.
_NOT_WATCHED = {"game_status_text"}
_WATCHED = [name for name in (*SCHEMA, QUARANTINE_REASON) if name not in _NOT_WATCHED]


def changed_dates(before: pl.DataFrame, after: pl.DataFrame) -> list[date]:
    """Game dates with a game that appeared, left or changed between two parsed schedules; a moved game gives both
    dates. A game whose date cannot be read counts on the ET day of its tip-off, as in the table.
    """
    old, new = before.select(_WATCHED).unique(), after.select(_WATCHED).unique()
    gone = old.join(new, on=_WATCHED, how="anti", nulls_equal=True)
    came = new.join(old, on=_WATCHED, how="anti", nulls_equal=True)
    days = pl.concat([gone, came]).select(pl.coalesce("game_date", et_date(pl.col("tipoff_utc"))))["game_date"]
    return days.drop_nulls().unique().sort().to_list()
