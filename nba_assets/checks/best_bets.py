"""Checks of best bets: nobody is lost on the way, the caps hold, and a flood of edges is a fault, not a chance."""

from datetime import date

import polars as pl

from nba_assets.best_bets_rules import BLOCKING, CHAMPIONS, LEAST_EDGE
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words

# Group of picks -> how many there may be. Counted here once more, without the rules that were to see to it.
_LIMITS: dict[tuple[str, ...], int] = {
    ("nba_player_id",): 1,
    ("nba_game_id", "team_abbr"): 2,
    ("nba_game_id",): 3,
    (): 15,
}


def _picks_within_caps(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, picks in batch.rows_by_date(batch.rows.filter("is_pick")).items():
        broken = []
        for group, limit in _LIMITS.items():
            by = ["game_date", *group]
            counts = picks.group_by(by).len().filter(pl.col("len") > limit).sort(by)
            broken += [f"{row['len']} of {' '.join(str(row[name]) for name in by)}" for row in counts.to_dicts()]
        if picks["pick_rank"].sort().to_list() != list(range(1, picks.height + 1)):
            broken.append("ranks are not 1, 2, 3 ..")
        if broken:
            verdicts[day] = Verdict(False, f"too many picks: {in_words(broken)}")
        else:
            verdicts[day] = Verdict(True, f"{picks.height} picks", metadata={"picks": picks.height})
    return verdicts


PICKS_WITHIN_CAPS = TableCheck(
    "picks_within_caps",
    "At most 1 pick per player, 2 per team, 3 per game, 15 per date, ranked without gaps. Blocking: bets of one night "
    "are lost together.",
    _picks_within_caps,
    blocking=True,
)


def _candidates_accounted(batch: Batch) -> dict[date, Verdict]:
    expected = batch.rows_by_date(
        batch.inputs["player_prop_predictions"].filter(
            pl.col("is_active") & pl.col("has_prop_line"),
            pl.col("edge_side").is_not_null(),
            pl.col("system_id").is_in(CHAMPIONS),
        )
    )
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        rejected = dict(rows.group_by("rejected_by").len().iter_rows())
        picks, paper = int(rows["is_pick"].sum()), int(rows["is_paper"].sum())
        counts = {rule.name: rejected.get(rule.name, 0) for rule in BLOCKING}
        metadata = {"candidates": rows.height, "picks": picks, "on_paper": paper, **counts}
        told = ", ".join(f"{count} by {name}" for name, count in counts.items() if count)
        text = f"{picks} picks of {rows.height} candidates" + (f"; rejected {told}" if told else "")
        lost = expected[day].join(rows, on=batch.table.key, how="anti").sort("player_lookup")["player_lookup"]
        if lost.len() or rows.height != expected[day].height:
            text += f"; of {expected[day].height} expected candidates these have no row: {in_words(lost.to_list())}"
            verdicts[day] = Verdict(False, text, metadata=metadata)
        else:
            verdicts[day] = Verdict(True, text if rows.height else "no candidates", metadata=metadata)
    return verdicts


CANDIDATES_ACCOUNTED = TableCheck(
    "candidates_accounted",
    "Every active prediction of the champion with a line and an edge is a pick or has the rule that rejected it. "
    "Blocking: a candidate that vanishes is a bet nobody can grade.",
    _candidates_accounted,
    blocking=True,
)

_ENOUGH = 50
# Usual are 2 to 4 % of predictions.
_MANY = 0.15


def _edges_plausible(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        large = rows.filter(pl.col("edge") >= LEAST_EDGE)
        metadata = {"candidates": rows.height, "large_edges": large.height}
        text = f"{large.height} of {rows.height} candidates are {LEAST_EDGE:g} points or more from their line"
        if rows.height >= _ENOUGH and large.height > _MANY * rows.height:
            unders = large.filter(pl.col("edge_side") == "UNDER").height
            text += f", {unders} of them UNDER: look for a stale line or a broken feature"
            verdicts[day] = Verdict(False, text, error=False, metadata=metadata)
        else:
            verdicts[day] = Verdict(True, text, metadata=metadata)
    return verdicts


EDGES_PLAUSIBLE = TableCheck(
    "edges_plausible",
    f"At most {_MANY:.0%} of {_ENOUGH} or more candidates are {LEAST_EDGE:g} points from their line; usual are 2 to 4 "
    "%. WARN: when the forecast and the market part everywhere at once, it is the forecast that is wrong.",
    _edges_plausible,
)

CHECKS = (CANDIDATES_ACCOUNTED, PICKS_WITHIN_CAPS, EDGES_PLAUSIBLE)
