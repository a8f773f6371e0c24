"""Checks of the odds tables."""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words


def _names_resolved(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        names = rows.select("player_name", "nba_player_id", "is_in_play").unique()
        unresolved = sorted(names.filter(pl.col("nba_player_id").is_null())["player_name"].unique())
        known = names["player_name"].n_unique() - len(unresolved)
        metadata = {
            "names": names["player_name"].n_unique(),
            "unresolved": len(unresolved),
            "in_play_rows": int(rows["is_in_play"].sum()),
            "rows": rows.height,
        }
        if unresolved:
            text = f"{len(unresolved)} names unresolved (see nba_raw.unresolved_names): {in_words(unresolved)}"
            verdicts[day] = Verdict(False, text, error=False, metadata=metadata)
        else:
            verdicts[day] = Verdict(True, f"all {known} names resolved" if known else "no quotes", metadata=metadata)
    return verdicts


NAMES_RESOLVED = TableCheck(
    "names_resolved",
    "Every quoted name is linked to a person id. WARN: the rows stay with a null id and are listed in "
    "unresolved_names; add an alias and materialize the date again.",
    _names_resolved,
)
