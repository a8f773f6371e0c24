"""From a forecast and a line to NO_LINE, PASS, HOLD, OVER or UNDER, with the reasons why it is no side."""

import polars as pl

from ml_models.systems import ENTRIES
from ml_models.training import teaches

# An edge below this means nothing; one above `IMPLAUSIBLE` means that something is wrong.
LEAST_EDGE = 1.0
IMPLAUSIBLE = 20.0

FLOORS = {entry.system_id: entry.action_floor for entry in ENTRIES}


def quality_gate() -> pl.Expr:
    """passed, excused or blocked, of a row's missing_required: the rule that decides which rows teach, too."""
    return (
        pl.when(pl.col("missing_required").list.len() == 0)
        .then(pl.lit("passed"))
        .when(teaches())
        .then(pl.lit("excused"))
        .otherwise(pl.lit("blocked"))
    )


def with_recommendation(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `recommendation` and `recommendation_reasons`; needs line_margin, has_prop_line, quality_gate, edge_side.

    The first rule that holds decides; all that hold are named.
    """
    edge = pl.col("line_margin").abs().round(9)
    floor = pl.col("system_id").replace_strict(FLOORS, return_dtype=pl.Float64)
    rules = {
        "no_line": ("NO_LINE", ~pl.col("has_prop_line")),
        "features_missing": ("PASS", pl.col("quality_gate") == "blocked"),
        "implausible_edge": ("PASS", edge > IMPLAUSIBLE),
        "edge_too_small": ("PASS", edge < LEAST_EDGE),
        "edge_below_floor": ("HOLD", (edge >= LEAST_EDGE) & (edge < floor)),
    }
    decided = pl.coalesce(*(pl.when(holds).then(pl.lit(word)) for word, holds in rules.values()), "edge_side")
    named = pl.concat_list(pl.when(holds).then(pl.lit(name)) for name, (_, holds) in rules.items())
    return rows.with_columns(recommendation=decided, recommendation_reasons=named.list.drop_nulls())
