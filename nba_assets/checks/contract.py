"""The standard check of every table, generated from its contract: key, types, nulls, bounds and rules."""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.contracts import PARTITION_COLUMN, Table
from nba_assets.contracts.quarantine import Quarantine
from nba_assets.transforms.documents import QUARANTINE_REASON, UNMATCHED

CONTRACT = "contract"
_BROKEN = "contract: "


def split_by_contract(table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Good rows with exactly the contract's columns, and the others in the shape of the quarantine table.

    A row is left out when its builder gave it a `quarantine_reason` or when it breaks the contract; the reason names
    column and rule. A frame whose columns or types are wrong as a whole is a programming error and raises.
    """
    if QUARANTINE_REASON in frame.columns:
        marked = frame.filter(pl.col(QUARANTINE_REASON).is_not_null())
        clean = frame.filter(pl.col(QUARANTINE_REASON).is_null())
    else:
        marked, clean = frame.clear().with_columns(pl.lit(None, pl.String).alias(QUARANTINE_REASON)), frame
    clean = clean.select(table.column_names)
    good, failure = table.schema.filter(clean)
    if len(failure) == 0:
        return good, as_quarantine(marked)
    details = failure.details()
    rules = [name for name in details.columns if name not in table.column_names]
    broken = pl.concat_str(
        [pl.when(pl.col(rule) == "invalid").then(pl.lit(rule.replace("|", " "))) for rule in rules],
        separator=", ",
        ignore_nulls=True,
    )
    failed = details.with_columns((pl.lit(_BROKEN) + broken).alias(QUARANTINE_REASON)).drop(rules)
    return good, as_quarantine(pl.concat([marked, failed], how="diagonal_relaxed"))


def as_quarantine(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a `quarantine_reason` in the shape of the quarantine table."""
    payload = [name for name in rows.columns if name not in (QUARANTINE_REASON, "row")]
    return number_rows(
        rows.select(
            pl.col(PARTITION_COLUMN).cast(pl.Date),
            (pl.col("source_path") if "source_path" in rows.columns else pl.lit(None, pl.String)).alias("source_path"),
            pl.col(QUARANTINE_REASON).alias("reason"),
            pl.struct(payload).struct.json_encode().alias("row"),
        )
    )


def number_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted and numbered within the date, so that the same entries are always the same rows."""
    ordered = rows.sort(PARTITION_COLUMN, "source_path", "reason", "row")
    return ordered.with_columns(pl.int_range(pl.len()).over(PARTITION_COLUMN).cast(pl.Int64).alias("row_no")).select(
        Quarantine.column_names()
    )


def contract_check(table: Table, *, holds_back: bool) -> TableCheck:
    """The table's `contract` check. `holds_back`: a broken row is our own mistake, so the date is not written."""
    consequence = (
        "A date with a broken row is held back: its old partition stays."
        if holds_back
        else "Files and rows that do not fit are quarantined with their reason; the good rows flow on. WARN where all "
        "of them are sound but belong to no scheduled game, e.g. odds of a game that was postponed."
    )
    return TableCheck(
        CONTRACT,
        f"Key, types, nulls, bounds and rules of {table.full_name}. {consequence}",
        lambda batch: _evaluate(batch, broken_rows_only=holds_back),
        blocking=holds_back,
    )


def _evaluate(batch: Batch, *, broken_rows_only: bool) -> dict[date, Verdict]:
    counts = dict(batch.rows.group_by(PARTITION_COLUMN).len().iter_rows())
    concerned = pl.col("reason").str.starts_with(_BROKEN) if broken_rows_only else pl.lit(True)
    left_out = batch.rows_by_date(batch.quarantined.filter(concerned))
    verdicts = {}
    for day in batch.dates:
        bad, good = left_out[day], counts.get(day, 0)
        if bad.is_empty():
            verdicts[day] = Verdict(True, f"{good} rows fit the contract", metadata={"rows": good})
            continue
        unmatched = bad["reason"].str.starts_with(UNMATCHED)
        examples = [
            f"{reason} ({path})" if path else reason
            for reason, path in bad.select("reason", "source_path").unique(maintain_order=True).iter_rows()
        ]
        verdicts[day] = Verdict(
            False,
            f"{bad.height} left out, {good} rows fit: {in_words(examples)}",
            error=not unmatched.all(),
            metadata={"rows": good, "left_out": bad.height, "see": f"nba_quarantine.{batch.table.name}"},
        )
    return verdicts
