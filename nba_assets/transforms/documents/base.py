"""What all document parsers share: strict JSON, strictly typed rows, and the reason a row is not good."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

QUARANTINE_REASON = "quarantine_reason"

# How the reason of a row begins that is good in itself but belongs to no game we know (a postponed game's odds).
UNMATCHED = "unmatched: "

# Added to every parsed frame by the landing reader: where the row came from, when it was fetched, and the date of its
# folder (null for documents that cover a season).
SOURCE_COLUMNS: dict[str, pl.DataType] = {
    "source_path": pl.String(),
    "fetched_at": pl.Datetime("us", "UTC"),
    "landing_date": pl.Date(),
}


class DocumentError(ValueError):
    """A document as a whole cannot be read: names the field that is wrong and the value found there."""

    def __init__(self, message: str, *, field: str | None = None, value: object = None) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


def load_json(document: bytes) -> Any:
    """The decoded document; an empty, truncated or otherwise broken one raises `DocumentError`."""
    if not document.strip():
        raise DocumentError("the document is empty", field="document", value="")
    try:
        return json.loads(document)
    except (ValueError, RecursionError) as error:  # broken JSON or UTF-8, absurd numbers, absurd nesting
        raise DocumentError(f"not valid JSON: {error}", field="document", value=_excerpt(document)) from error


def typed_frame(columns: Mapping[str, Sequence[Any]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Columns of raw JSON values as a frame of exactly `schema`, plus `quarantine_reason`.

    A value that is not of its column's type (a word where a number belongs) becomes null and marks its row with
    field and value; whole numbers written as floats (14.0) are whole numbers. Nothing else is cast.
    """
    series: list[pl.Series] = []
    reasons: dict[int, str] = {}
    for name, dtype in schema.items():
        try:
            series.append(_strict_series(name, columns[name], dtype))
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            values = list(columns[name])
            for row, value in enumerate(values):
                values[row], good = _conform(value, dtype)
                if not good:
                    reasons.setdefault(row, f"{name}={value!r} is not {dtype}")
            series.append(pl.Series(name, values, dtype=dtype, strict=True))
    frame = pl.DataFrame(series)
    marks = [reasons.get(row) for row in range(frame.height)]
    return frame.with_columns(pl.Series(QUARANTINE_REASON, marks, dtype=pl.String))


def _strict_series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    """The series, or TypeError; polars itself would take True for 1, and NaN for a number."""
    if dtype == pl.Int64 and bool in set(map(type, values)):
        raise TypeError(f"{name}: a boolean is not a number")
    series = pl.Series(name, values, dtype=dtype, strict=True)
    if dtype == pl.Float64 and not series.is_finite().all():
        raise TypeError(f"{name}: not a finite number")
    return series


def _conform(value: Any, dtype: pl.DataType) -> tuple[Any, bool]:
    if value is None:
        return None, True
    if dtype == pl.Int64:
        if isinstance(value, int) and not isinstance(value, bool):
            return (value, True) if abs(value) < 2**63 else (None, False)
        if isinstance(value, float) and value.is_integer():
            return int(value), True
        return None, False
    try:
        return _strict_series("", [value], dtype)[0], True
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return None, False


def _excerpt(document: bytes, size: int = 80) -> str:
    return document[-size:].decode("utf-8", errors="replace")
