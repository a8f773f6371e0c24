"""Reference: the exponentially weighted mean of a player's own points, nothing else. Needs that mean."""

import polars as pl

from ml_models.systems.formula import Formula, FormulaSystem


def system() -> FormulaSystem:
    return FormulaSystem("ewma_baseline", Formula(pl.col("points_avg_ewma")))
