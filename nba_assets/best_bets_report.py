"""What became of picks and of rejected candidates: grades, and what each rule saved or cost."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from ml_models.intervals import clustered_mean, verdict
from ml_models.outcomes import SETTLED, profit, result
from nba_assets.best_bets_rules import BLOCKING

KEY = ["game_date", "nba_game_id", "nba_player_id", "system_id"]

PICKS = "picks"
# Losing bets that a rule turned away are money saved.
_VERDICTS = {"worse": "saved money", "better": "cost money", "cannot tell yet": "cannot tell yet"}

_VERDICT_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "rule": pl.String,
    "candidates": pl.Int64,
    "wins": pl.Int64,
    "losses": pl.Int64,
    "pushes": pl.Int64,
    "voids": pl.Int64,
    "pending": pl.Int64,
    "dates": pl.Int64,
    "roi": pl.Float64,
    "roi_low": pl.Float64,
    "roi_high": pl.Float64,
    "verdict": pl.String,
}


def graded(picks: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """`picks` (rows of `signal_best_bets_picks`, picks or not) with `outcome`, `profit`, `profit_flat`, `profit_edge`.

    `outcomes`: KEY, outcome, actual_points, as in `prediction_accuracy`. A void there is one here; else the bet is
    settled at its own line, `best_line`, which need not be the one the prediction is graded at. Null: not settled yet,
    or there was no offer. `profit` is per unit staked, null on a void; the others are times the pick's stakes.
    """
    settled = result(pl.col("edge_side"), pl.col("best_line"), pl.col("actual_points"))
    void = pl.col("outcome") == "VOID"
    found = outcomes.select(*KEY, "outcome", "actual_points")
    return (
        picks.join(found, on=KEY, how="left", validate="1:1", maintain_order="left")
        .with_columns(outcome=pl.when(void).then(pl.lit("VOID")).otherwise(settled))
        .with_columns(profit=profit(pl.col("outcome"), pl.col("best_price")))
        .with_columns(
            profit_flat=pl.col("profit") * pl.col("stake_flat"), profit_edge=pl.col("profit") * pl.col("stake_edge")
        )
    )


def rule_verdicts(picks: pl.DataFrame, accuracy: pl.DataFrame, ignoring: Sequence[str] = ()) -> pl.DataFrame:
    """One row for the picks, then one per blocking rule: the `candidates` it was the first to reject, and what these
    would have returned.

    One unit on each at its best price: wins, losses, pushes, voids, pending (no result or no offer); `roi` = profit per
    settled bet with its interval over dates (null with fewer than 10), `dates` those with a settled bet. A rule whose
    interval is below 0 "saved money", above 0 "cost money"; picks "won money" or "lost money".

    `ignoring`: rules taken as never asked; candidates that fail no other count as picks, caps not asked of them.
    """
    failed = pl.col("failed_rules").list.set_difference(pl.lit(list(ignoring), pl.List(pl.String)))
    # A set has no order, so the first is looked up in the rules' own.
    first = pl.coalesce(*(pl.when(failed.list.contains(rule.name)).then(pl.lit(rule.name)) for rule in BLOCKING))
    bets = graded(picks, accuracy).with_columns(rejected_by=first, is_pick=failed.list.len() == 0)
    of_rules = [_verdict(rule.name, bets.filter(pl.col("rejected_by") == rule.name), _VERDICTS) for rule in BLOCKING]
    own = _verdict(
        PICKS,
        bets.filter("is_pick"),
        {"worse": "lost money", "better": "won money", "cannot tell yet": "cannot tell yet"},
    )
    return pl.DataFrame([own, *of_rules], schema=_VERDICT_SCHEMA)


def _verdict(name: str, bets: pl.DataFrame, words: Mapping[str, str]) -> Mapping[str, object]:
    counts = dict(bets.group_by("outcome").len().iter_rows())
    # Sorted, so that the last bits of a sum do not depend on the order of rows.
    settled = bets.filter(pl.col("outcome").is_in(SETTLED)).sort(KEY)
    roi = clustered_mean(settled["profit"].to_numpy(), settled["game_date"])
    known = {"roi": roi.value, "roi_low": roi.low, "roi_high": roi.high}
    return {
        "rule": name,
        "candidates": bets.height,
        "wins": counts.get("WIN", 0),
        "losses": counts.get("LOSS", 0),
        "pushes": counts.get("PUSH", 0),
        "voids": counts.get("VOID", 0),
        "pending": counts.get(None, 0),
        "dates": roi.clusters,
        "verdict": words[verdict(roi, 0.0)],
    } | {key: None if np.isnan(value) else value for key, value in known.items()}
