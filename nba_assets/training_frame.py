"""The training set as a typed pandas frame: what every row of `models/*` must look like before anything is fitted.

Columns and bounds come from the declared features. pandas holds them as Arrow arrays, so that unknown stays unknown
on the way to polars and back.
"""

from collections.abc import Mapping
from math import inf
from typing import Any

import dagster as dg
import pandas as pd
import polars as pl
from dagster_pandas import PandasColumn, create_dagster_pandas_dataframe_type
from dagster_pandas.constraints import (
    ColumnConstraint,
    ColumnDTypeInSetConstraint,
    ConstraintViolationException,
    DataFrameConstraint,
    NonNullableColumnConstraint,
)

from ml_models.features import FEATURE_VERSION, FEATURES
from ml_models.system import KEY, TARGET
from ml_models.systems.inputs import EXTRA_COLUMNS
from nba_assets.policies import preview_features_accepted


class OneRowPerKey(DataFrameConstraint):
    """No player twice on a date."""

    def __init__(self) -> None:
        super().__init__(error_description="a player twice on a date", markdown_description="one row per date, player")

    def validate(self, dataframe: pd.DataFrame) -> None:
        twice = dataframe.loc[dataframe.duplicated(list(KEY))]
        if len(twice):
            raise ConstraintViolationException(f"{len(twice)} rows are there twice, first {_first(twice)}")


class OfThisFeatureVersion(DataFrameConstraint):
    """Rows of another version mean something else."""

    def __init__(self) -> None:
        super().__init__(error_description="another feature version", markdown_description=f"version {FEATURE_VERSION}")

    def validate(self, dataframe: pd.DataFrame) -> None:
        # No version is another version; compared with null, pandas would leave the row out.
        other = dataframe.loc[~(dataframe["feature_version"] == FEATURE_VERSION).fillna(value=False)]
        if len(other):
            raise ConstraintViolationException(
                f"{len(other)} rows of another feature version, first {_first(other)}: "
                f"{other.iloc[0]['feature_version']}, not {FEATURE_VERSION}; materialize ml_feature_store_v2 again"
            )


class WithinBounds(ColumnConstraint):
    """Known values lie within bounds, both inside. (dagster-pandas' own shows the frame, but not the value.)"""

    def __init__(self, low: float | None, high: float | None) -> None:
        self.low = -inf if low is None else low
        self.high = inf if high is None else high
        super().__init__(error_description=f"{self.low:g} to {self.high:g}", markdown_description=f"{low} to {high}")

    def validate(self, dataframe: pd.DataFrame, column_name: str) -> None:
        values = dataframe[column_name]
        outside = dataframe.loc[(values.notna() & ~values.between(self.low, self.high)).fillna(value=False)]
        if len(outside):
            raise ConstraintViolationException(
                f"{column_name}: {len(outside)} values outside {self.low:g} to {self.high:g}, first "
                f"{outside.iloc[0][column_name]} of {_first(outside)}"
            )


def _first(rows: pd.DataFrame) -> str:
    day, player = (rows.iloc[0][name] for name in KEY)
    return f"player {player} on {day}"


def _required(name: str, dtype: str) -> PandasColumn:
    return PandasColumn(name, [ColumnDTypeInSetConstraint({dtype}), NonNullableColumnConstraint()])


def _number(name: str, low: float | None, high: float | None) -> PandasColumn:
    return PandasColumn(
        name, [ColumnDTypeInSetConstraint({"double[pyarrow]", "int64[pyarrow]"}), WithinBounds(low, high)]
    )


def _described(frame: pd.DataFrame) -> Mapping[str, Any]:
    played = int(frame[TARGET].notna().sum())
    first, last = (str(frame["game_date"].min()), str(frame["game_date"].max())) if len(frame) else ("-", "-")
    return {"rows": len(frame), "played": played, "first date": first, "last date": last}


with preview_features_accepted():
    TRAINING_ROWS: dg.DagsterType = create_dagster_pandas_dataframe_type(
        name="TrainingRows",
        description=(
            "One row per player and date of ml_feature_store_v2 with what the systems read besides, and the points of "
            "those who played."
        ),
        columns=[
            _required("game_date", "date32[day][pyarrow]"),
            _required("nba_player_id", "int64[pyarrow]"),
            _number(TARGET, 0, 120),
            *(_number(feature.name, feature.low, feature.high) for feature in FEATURES),
            *(PandasColumn.exists(name) for name in EXTRA_COLUMNS),
        ],
        dataframe_constraints=[OneRowPerKey(), OfThisFeatureVersion()],
        metadata_fn=_described,
    )


def to_pandas(rows: pl.DataFrame) -> pd.DataFrame:
    """Rows as Arrow-backed pandas; nothing is rounded or filled."""
    return rows.to_pandas(use_pyarrow_extension_array=True)


def from_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    """The same rows in polars."""
    return pl.from_pandas(frame)
