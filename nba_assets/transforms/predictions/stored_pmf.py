"""Distributions as tables keep them: a list of probabilities per row, short and rounded; and as matrices again."""

import numpy as np
import polars as pl

from ml_models.system import MAX_POINTS

_DECIMALS = 5


def pmf_lists(pmf: np.ndarray) -> pl.Series:
    """A matrix (rows x points) as lists of rounded probabilities, zeros at their end left out; NaN rows are empty."""
    rounded = np.nan_to_num(pmf).round(_DECIMALS)
    lengths = np.where(rounded.any(axis=1), rounded.shape[1] - (rounded[:, ::-1] > 0).argmax(axis=1), 0)
    lists = pl.DataFrame({"pmf": pl.Series(rounded).arr.to_list(), "length": lengths})
    return lists.select(pl.col("pmf").list.head("length")).to_series()


def pmf_matrix(lists: pl.Series) -> np.ndarray:
    """Lists as a matrix of MAX_POINTS + 1 places, rows divided by their sums; NaN for an empty one."""
    lengths = lists.list.len().to_numpy()
    masses = np.zeros((len(lists), MAX_POINTS + 1))
    masses[np.arange(MAX_POINTS + 1) < lengths[:, None]] = lists.explode(empty_as_null=False).to_numpy()
    with np.errstate(invalid="ignore"):
        return masses / masses.sum(axis=1, keepdims=True)
