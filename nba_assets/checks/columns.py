"""A check any table can use: do its columns vary as they should, or has a source died into one value or none?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words

# Below this many known values a date says nothing about how a column varies.
_ROWS = 50
_ALL = "_rows"


@dataclass(frozen=True)
class Varies:
    """A column and how many distinct values a date's rows should have at least; 1 asks only that it is not all null.

    `per`: the column whose distinct values bound that number, e.g. `team_abbr` for a figure that all players of a team
    share: on a night with two teams it cannot have five values. `may_be_null`: a check of its own tells of its absence.
    """

    column: str
    distinct: int = 2
    per: str | None = None
    may_be_null: bool = False


def columns_vary(columns: Sequence[Varies], *, rows_at_least: int = _ROWS) -> TableCheck:
    return TableCheck(
        "columns_vary",
        "Columns that feed predictions have the variety they should, on dates with "
        f"{rows_at_least} or more known values. ERROR where they are all the same: a constant stands where a measure "
        "should be. WARN where a column is all null or poorer than usual: unknown is honest, but somebody "
        "should know. Not blocking: the other columns are good.",
        lambda batch: _evaluate(batch, columns, rows_at_least),
    )


def _evaluate(batch: Batch, columns: Sequence[Varies], rows_at_least: int) -> dict[date, Verdict]:
    measured = batch.rows.group_by("game_date").agg(
        pl.len().alias(_ALL),
        *(_measure(c).alias(c.column) for c in columns),
    )
    by_date = {row["game_date"]: row for row in measured.iter_rows(named=True)}
    return {day: _verdict(by_date.get(day, {_ALL: 0}), columns, rows_at_least) for day in batch.dates}


def _measure(c: Varies) -> pl.Expr:
    known = pl.col(c.column).is_not_null()
    groups = pl.col(c.per).filter(known).n_unique() if c.per else pl.lit(c.distinct)
    return pl.struct(
        known=known.sum(),
        distinct=pl.col(c.column).drop_nulls().n_unique(),
        limit=pl.min_horizontal(groups, c.distinct),
    )


def _verdict(found: dict[str, Any], columns: Sequence[Varies], rows_at_least: int) -> Verdict:
    if found[_ALL] < rows_at_least:
        return Verdict(True, f"{found[_ALL]} rows: too few to judge")
    judged = {c.column: found[c.column] for c in columns if found[c.column]["known"] >= rows_at_least}
    poor = {name: m for name, m in judged.items() if m["distinct"] < m["limit"]}
    empty = [c.column for c in columns if found[c.column]["known"] == 0 and not c.may_be_null]
    constant = [name for name, m in poor.items() if m["distinct"] == 1]
    narrow = [f"{name} {m['distinct']} < {m['limit']}" for name, m in poor.items() if m["distinct"] > 1]
    words = [
        f"{what}: {in_words(names, 10)}"
        for what, names in (("constant", constant), ("all null", empty), ("few distinct values", narrow))
        if names
    ]
    metadata = {"rows": found[_ALL], "constant": len(constant), "all_null": len(empty), "narrow": len(narrow)}
    if words:
        return Verdict(False, ", ".join(words), error=bool(constant), metadata=metadata)
    return Verdict(True, f"{len(columns)} columns vary over {found[_ALL]} rows", metadata=metadata)
