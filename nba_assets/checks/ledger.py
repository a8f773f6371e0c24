"""Checks of published picks: the ledger is what was written, and every pick is published or it is told why not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.published_picks import DAMAGED, open_dates

_PICK = ["game_date", "nba_game_id", "nba_player_id"]


def summary(rows: pl.DataFrame) -> Mapping[str, Any]:
    """The last entry of a date: the ledger must hold it from then on."""
    last = rows.sort("ledger_seq").row(-1, named=True)
    return {"ledger/seq": last["ledger_seq"], "ledger/hash": last["ledger_hash"], "picks": rows.height}


def _ledger_intact(batch: Batch) -> dict[date, Verdict]:
    reported = batch.rows_by_date(batch.quarantined.filter(pl.col("reason").str.starts_with(DAMAGED)))
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        problems = reported[day]["reason"].unique().sort().to_list()
        text = "; ".join(problem.removeprefix(DAMAGED) for problem in problems)
        if problems:
            text = f"nothing was published and nothing written: {text}. Restore the ledger from its backup"
        verdicts[day] = Verdict(not problems, text or f"the ledger is whole; it holds {rows.height} picks of the date")
    return verdicts


LEDGER_INTACT = TableCheck(
    "ledger_intact",
    "The ledger of published picks is what was written: no entry is missing, altered, back-dated, out of order or "
    "doubled, and those of the stored rows are in it. Blocking: a record that may have been changed proves nothing.",
    _ledger_intact,
    blocking=True,
)


def _picks_accounted(batch: Batch) -> dict[date, Verdict]:
    not_halted = open_dates(batch.inputs["halt_state"], batch.now)
    missing = (
        batch.inputs["signal_best_bets_picks"]
        .filter("is_pick")
        .join(batch.rows, on=_PICK, how="anti")
        .with_columns(
            why=pl.when(~pl.col("prediction_made_before_game"))
            .then(pl.lit("computed after tip-off"))
            .when(pl.col("tipoff_utc") <= batch.now)
            .then(pl.lit("too late"))
            .when(~pl.col("game_date").is_in(list(not_halted)))
            .then(pl.lit("halted"))
        )
    )
    left_out = batch.rows_by_date(missing)
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        because = dict(left_out[day].drop_nulls("why").group_by("why").len().sort("why").iter_rows())
        unsaid = left_out[day].filter(pl.col("why").is_null())["player_lookup"].sort().to_list()
        withdrawn = int(rows["is_withdrawn"].sum())
        text = f"{rows.height} picks published, {withdrawn} of them withdrawn"
        text += "".join(f"; {count} not published: {why}" for why, count in because.items())
        if unsaid:
            text += f"; no room beside what was published before, or not fully known: {in_words(unsaid)}"
        metadata = {"published": rows.height, "withdrawn": withdrawn, "left_out": left_out[day].height}
        verdicts[day] = Verdict(not unsaid, text, error=False, metadata=metadata)
    return verdicts


PICKS_ACCOUNTED = TableCheck(
    "picks_accounted",
    "Every pick is published, or was computed too late, or is halted. WARN for one that is none of these: earlier runs "
    "of the date published as many as its caps allow.",
    _picks_accounted,
)

CHECKS = (LEDGER_INTACT, PICKS_ACCOUNTED)
