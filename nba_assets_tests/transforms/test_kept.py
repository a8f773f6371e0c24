"""Rows that are computed again and come out the same keep their instant.

Dangers covered: a re-run that makes every stored row new, a changed row that looks old, lists and unknowns that never
equal themselves.
"""

from datetime import UTC, datetime

import polars as pl
import pytest

from nba_assets.transforms.kept import keep_instant

OLD, NEW = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)
SCHEMA = {
    "id": pl.Int64,
    "value": pl.Float64,
    "words": pl.List(pl.String),
    "at": pl.Datetime("us", "UTC"),
}


def rows(at: datetime, *values: tuple) -> pl.DataFrame:
    return pl.DataFrame([(*value, at) for value in values], schema=SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("stored", "now", "kept"),
    [
        ((1, 2.0, ["a", "b"]), (1, 2.0, ["a", "b"]), True),
        ((1, None, None), (1, None, None), True),
        ((1, float("nan"), [None]), (1, float("nan"), [None]), True),
        ((1, 2.0, ["a", "b"]), (1, 2.5, ["a", "b"]), False),
        ((1, 2.0, ["a", "b"]), (1, 2.0, ["b", "a"]), False),
        ((1, 2.0, []), (1, 2.0, None), False),
        ((1, None, []), (1, 2.0, []), False),
        ((2, 2.0, []), (1, 2.0, []), False),
    ],
)
def test_only_an_unchanged_row_keeps_its_instant(stored: tuple, now: tuple, kept: bool) -> None:
    found = keep_instant(rows(NEW, now), rows(OLD, stored), ["id"], "at")
    assert found.to_dicts()[0]["at"] == (OLD if kept else NEW)
    assert found.drop("at").equals(rows(NEW, now).drop("at"))


def test_order_stays_and_what_is_not_stored_is_not_compared() -> None:
    fresh = rows(NEW, (3, 1.0, []), (1, 1.0, []), (2, 1.0, [])).with_columns(quarantine_reason=pl.lit(None, pl.String))
    found = keep_instant(fresh, rows(OLD, (1, 1.0, []), (2, 9.0, [])), ["id"], "at")
    assert found.columns == fresh.columns
    assert found.select("id", "at").rows() == [(3, NEW), (1, OLD), (2, NEW)]
    assert keep_instant(fresh, rows(OLD), ["id"], "at").equals(fresh)
