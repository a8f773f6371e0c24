"""The rows of prediction systems, put together from the warehouse's tables: features, extra columns, outcome.

One function for training and serving: rows of a date differ only in whether their outcome is known yet.
"""

from collections.abc import Mapping

import polars as pl

from ml_models.features import FEATURES
from ml_models.system import KEY, TARGET
from ml_models.systems.inputs import EXTRA_COLUMNS
from ml_models.training import QUALITY_COLUMNS

STORE, OUTCOMES = "ml_feature_store_v2", "player_game_summary"
_OPPONENT = "opponent_"
# The keys of a table of teams, and what they are called in a player's row.
_TEAM_KEY, _ROW_KEY = ["game_date", "team_abbr"], ["game_date", "opponent_team_abbr"]


def pregame_inputs() -> dict[str, list[str]]:
    """Table -> columns that `pregame_rows` reads of it."""
    names = {STORE: [*KEY, _ROW_KEY[1], *QUALITY_COLUMNS, *(feature.name for feature in FEATURES)]}
    for table, columns in _extra().items():
        key = _TEAM_KEY if _of_opponents(columns) else KEY
        names[table] = [*key, *columns.values()]
    return names


def inputs() -> dict[str, list[str]]:
    """Table -> columns that `assemble` reads of it."""
    return pregame_inputs() | {OUTCOMES: [*KEY, TARGET, "is_dnp"]}


def assemble(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`pregame_rows` with the target, null where the player did not play or has not yet."""
    rows = pregame_rows(tables)
    return rows.join(outcomes(tables[OUTCOMES]), on=KEY, how="left", validate="1:1").sort(KEY)


def pregame_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per row of the store, with EXTRA_COLUMNS; null where a table has no row. In the order of the key. A table
    that is not unique by its key raises.
    """
    rows = tables[STORE].select(pregame_inputs()[STORE])
    for table, columns in _extra().items():
        if _of_opponents(columns):
            team = tables[table].select(*_TEAM_KEY, **columns)
            rows = rows.join(team, left_on=_ROW_KEY, right_on=_TEAM_KEY, how="left", validate="m:1")
        else:
            rows = rows.join(tables[table].select(*KEY, **columns), on=KEY, how="left", validate="1:1")
    return rows.sort(KEY)


def outcomes(summary: pl.DataFrame) -> pl.DataFrame:
    """Key and points of those who entered the game."""
    return summary.filter(~pl.col("is_dnp"), pl.col(TARGET).is_not_null()).select(*KEY, TARGET)


def _extra() -> dict[str, dict[str, str]]:
    """Table -> name in a row -> column of the table, for EXTRA_COLUMNS."""
    tables: dict[str, dict[str, str]] = {}
    for name, source in EXTRA_COLUMNS.items():
        table, column = source.split(".")
        tables.setdefault(table, {})[name] = column
    return tables


def _of_opponents(columns: Mapping[str, str]) -> bool:
    return all(name.startswith(_OPPONENT) for name in columns)
