"""Loads the rows a week's model is trained and judged on, from the tables they are put together from."""

from collections.abc import Iterable
from datetime import date, timedelta

import dagster as dg
import pandas as pd
import polars as pl

from ml_models.training_rows import assemble, inputs
from nba_assets.contracts import TABLES
from nba_assets.training_frame import to_pandas
from resources.warehouse import Warehouse

# Metadata of the input: how many days before its first Monday are wanted.
DAYS_BEFORE = "days_before"


def training_rows_loader(warehouse: Warehouse) -> dg.InputManagerDefinition:
    """Gives the rows of all weeks of the run and of the days before the first; the weeks are what is forecast."""

    @dg.input_manager
    def load(context: dg.InputContext) -> pd.DataFrame:
        days = sorted(date.fromisoformat(key) for key in context.asset_partition_keys)
        before = timedelta(days=(context.definition_metadata or {})[DAYS_BEFORE])
        return to_pandas(training_rows(warehouse, _dates(days[0] - before, days[-1])))

    return load


def training_rows(warehouse: Warehouse, dates: Iterable[date]) -> pl.DataFrame:
    """`assemble`d rows of the dates that are stored."""
    dates = list(dates)
    return assemble({name: warehouse.read(TABLES[name], dates, columns) for name, columns in inputs().items()})


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
