"""Single values as the NBA feeds write them, and the few structures all NBA documents share. Pure functions.

The expressions give null for text they cannot read; `converted` turns that null into a marked row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError


def member(container: Any, key: str, kind: type) -> Any:
    """`container[key]`, which must be there and of `kind` (dict or list), else a `DocumentError` naming it."""
    if not isinstance(container, dict):
        raise DocumentError(f"no object around {key!r}: {type(container).__name__}", field=key, value=container)
    if key not in container:
        raise DocumentError(f"{key!r} is missing; the object has {sorted(container)}", field=key)
    if not isinstance(container[key], kind):
        raise DocumentError(f"{key!r} is not a {kind.__name__}: {container[key]!r}", field=key, value=container[key])
    return container[key]


def values_of(objects: Sequence[Any], key: str, *, required: bool = False) -> list[Any]:
    """`key` of every object, null where absent.

    A required key that no object has is another document shape, not a bad row: `DocumentError`.
    """
    if not all(isinstance(item, dict) for item in objects):
        raise DocumentError(f"{key!r} is asked of something that is not an object", field=key)
    if required and objects and not any(key in item for item in objects):
        raise DocumentError(f"{key!r} is missing in all {len(objects)} objects", field=key)
    return [item.get(key) for item in objects]


def padded_game_id(value: Any) -> Any:
    """The id as 10 characters: some feeds lose the leading zeros, or write a number. Other values stay as they are."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.zfill(10) if isinstance(value, str) and value.isdigit() else value


def text_or_null(values: Iterable[Any]) -> list[Any]:
    """Blank text is no text; numbers where text belongs (a jersey, a series game number) are written out."""
    return [
        str(value).strip() or None if isinstance(value, str | int) and not isinstance(value, bool) else value
        for value in values
    ]


def iso_seconds(text: pl.Expr) -> pl.Expr:
    """`PT30M19.00S` -> seconds (1819.0)."""
    parts = text.str.extract_groups(r"^PT(?<minutes>\d+)M(?<seconds>\d+(?:\.\d+)?)S$").struct
    return parts.field("minutes").cast(pl.Float64) * 60 + parts.field("seconds").cast(pl.Float64)


def iso_minutes(text: pl.Expr) -> pl.Expr:
    """`PT30M19.00S` -> minutes (30.31..)."""
    return iso_seconds(text) / 60


def clock_minutes(text: pl.Expr) -> pl.Expr:
    """`45:28` -> minutes (45.46..); stats.nba.com also writes `45.000000:28`."""
    parts = text.str.extract_groups(r"^(?<minutes>\d+)(?:\.0+)?:(?<seconds>[0-5]\d)$").struct
    return parts.field("minutes").cast(pl.Float64) + parts.field("seconds").cast(pl.Float64) / 60


def utc_instant(text: pl.Expr) -> pl.Expr:
    """`2023-10-24T23:30:00Z` -> instant. Only for fields whose Z is true."""
    naive = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone=None, strict=False)
    return naive.dt.replace_time_zone("UTC")


def date_part(text: pl.Expr) -> pl.Expr:
    """`2023-10-24T00:00:00Z` -> date, the time and its false Z left aside."""
    return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def text_flag(text: pl.Expr) -> pl.Expr:
    """`'1'`/`'0'` -> boolean."""
    return pl.when(text == "1").then(True).when(text == "0").then(False)


def number_flag(number: pl.Expr) -> pl.Expr:
    """1/0 -> boolean."""
    return pl.when(number == 1).then(True).when(number == 0).then(False)


def marked(frame: pl.DataFrame, reasons: Iterable[pl.Expr]) -> pl.DataFrame:
    """The first reason that is not null marks the row; a mark it already has stays."""
    return frame.with_columns(pl.coalesce(QUARANTINE_REASON, *reasons).alias(QUARANTINE_REASON))


def converted(frame: pl.DataFrame, expressions: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Columns replaced by an expression of themselves; a value the expression cannot read marks its row."""
    unread = [
        pl.when(pl.col(name).is_not_null() & expression.is_null()).then(
            pl.format("{}='{}' cannot be read", pl.lit(name), pl.col(name))
        )
        for name, expression in expressions.items()
    ]
    return marked(frame, unread).with_columns(**expressions)


def required(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Rows without one of the columns that make them identifiable are marked."""
    return marked(frame, [pl.when(pl.col(name).is_null()).then(pl.lit(f"{name} is missing")) for name in names])
