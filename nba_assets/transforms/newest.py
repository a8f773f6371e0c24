"""Which file speaks for a game when several contain it."""

from collections.abc import Sequence

import polars as pl

from nba_assets.transforms.documents import QUARANTINE_REASON

# A game is chosen per landing date, so that a file lying under a wrong date never displaces the right one. Rows without
# a readable game id compete as if they were one game of their date: a corrected file clears them.
_GAME = ["landing_date", "nba_game_id"]
_FILE = ["fetched_at", "source_path"]


def newest_per_game(rows: pl.DataFrame, *, within: Sequence[str] = ()) -> pl.DataFrame:
    """The rows of each game's newest file: latest `fetched_at`, then `source_path`, among files equal in `within`.

    A game is taken from one file entirely, so a player whom the newer file no longer lists is gone. Identical rows of
    that file count once.
    """
    group = [*_GAME, *within]
    files = rows.select(*group, *_FILE).unique().sort(_FILE).unique(group, keep="last")
    return rows.join(files, on=[*group, *_FILE], how="semi", nulls_equal=True, maintain_order="left").unique(
        maintain_order=True
    )


def richest_source_per_game(rows: pl.DataFrame, sources: Sequence[str]) -> pl.DataFrame:
    """Of each game only the first of `sources` (values of `data_source`, best first) that has good rows of it.

    Marked rows of a better source stay, so that the reason for the fallback is seen.
    """
    rank = pl.col("data_source").replace_strict(list(sources), range(len(sources)), return_dtype=pl.Int64)
    ranked = rows.with_columns(rank.alias("_rank"))
    best = ranked.filter(pl.col(QUARANTINE_REASON).is_null()).group_by(_GAME).agg(pl.col("_rank").min().alias("_best"))
    return (
        ranked.join(best, on=_GAME, how="left", nulls_equal=True, maintain_order="left")
        .filter(pl.col("_best").is_null() | (pl.col("_rank") <= pl.col("_best")))
        .drop("_rank", "_best")
    )
