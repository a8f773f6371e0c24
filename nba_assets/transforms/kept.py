"""A row that is computed again and comes out the same keeps the instant at which it was first so."""

from collections.abc import Sequence

import polars as pl


def keep_instant(rows: pl.DataFrame, previous: pl.DataFrame, key: Sequence[str], instant: str) -> pl.DataFrame:
    """`rows` with `instant` of the stored row of the same `key` where every other stored column is equal to its own.

    Nulls, NaN and lists are equal to their like. Order is kept; columns that are not stored are not compared.
    """
    stored = "_stored"
    compared = [name for name in previous.columns if name not in (*key, instant)]
    same = pl.all_horizontal(pl.lit(True), *(pl.col(name).eq_missing(pl.col(name + stored)) for name in compared))
    both = rows.join(previous, on=list(key), how="left", suffix=stored, maintain_order="left")
    earlier = pl.when(same).then(pl.col(instant + stored))
    return both.with_columns(pl.coalesce(earlier, instant).alias(instant)).select(rows.columns)
