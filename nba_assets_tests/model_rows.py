"""Invented rows of prediction systems, and the tables they are put together from, written straight into a warehouse."""

from collections.abc import Mapping
from datetime import date, time, timedelta

import polars as pl

from ml_models.system import KEY, TARGET
from ml_models.systems.inputs import EXTRA_COLUMNS, ZONES
from ml_models.training_rows import inputs
from nba_assets.contracts import TABLES
from nba_assets_tests.ml_models.feature_rows import START, made_up
from resources.warehouse import Warehouse

TEAM = "PHI"


def week(n: int) -> date:
    """The Monday of the n-th week of the rows, from 0 on."""
    return START + timedelta(weeks=n)


def honest(players: int = 30, weeks: int = 8, lined_from: int = 0, seed: int = 5) -> pl.DataFrame:
    """Rows with the columns of `training_rows.assemble`: averages of the games before, lines from before tip-off."""
    return with_history(made_up(players=players, days=7 * weeks, seed=seed, lined_from=lined_from))


def with_history(rows: pl.DataFrame) -> pl.DataFrame:
    """`made_up` rows with what was known before each game."""
    past = pl.col(TARGET).cast(pl.Float64).shift(1)
    tip = pl.col("game_date").dt.combine(time(23, 30)).dt.replace_time_zone("UTC")
    zones = [f"{zone}_attempts_per_game" for zone in ZONES]
    defense = [f"opponent_{zone}_defense_vs_league_avg" for zone in ZONES]
    return rows.sort("nba_player_id", "game_date").with_columns(
        points_avg_last_5=past.rolling_mean(5, min_samples=1).over("nba_player_id"),
        points_avg_last_10=past.rolling_mean(10, min_samples=1).over("nba_player_id"),
        points_avg_season=(past.cum_sum() / past.cum_count()).over("nba_player_id"),
        points_avg_ewma=past.ewm_mean(half_life=5).over("nba_player_id"),
        line_snapshot_ts=pl.when(pl.col("current_points_line").is_not_null()).then(tip - timedelta(hours=1)),
        as_of_ts=tip - timedelta(minutes=30),
        tipoff_utc=tip,
        opponent_team_abbr=pl.lit(TEAM),
        is_dnp=pl.lit(False),
        **{name: pl.lit(4.0) for name in zones},
        **{name: pl.lit(0.0) for name in defense},
    )


def tables_of(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Table -> whole rows of it (null where nothing reads them), from which `assemble` gets `rows` again."""
    tables = {}
    for name, columns in inputs().items():
        source = _renamed(rows, name).select(pl.col(*columns)).unique(_key(name), keep="first", maintain_order=True)
        schema = TABLES[name].polars_schema
        tables[name] = source.with_columns(
            pl.lit(None).alias(column) for column in schema if column not in source.columns
        ).select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    return tables


def write(warehouse: Warehouse, rows: pl.DataFrame | Mapping[str, pl.DataFrame]) -> None:
    """Replace the partitions of all dates of the rows."""
    tables = tables_of(rows) if isinstance(rows, pl.DataFrame) else rows
    for name, frame in tables.items():
        warehouse.replace(TABLES[name], frame["game_date"].unique().to_list(), frame)


def _renamed(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """With the columns called what they are called in the table."""
    sources = {name: source.split(".") for name, source in EXTRA_COLUMNS.items()}
    own = {column: pl.col(name) for name, (of, column) in sources.items() if of == table}
    return rows.with_columns(team_abbr=pl.col("opponent_team_abbr"), **own)


def _key(table: str) -> list[str]:
    return ["game_date", "team_abbr"] if table.startswith("team_") else list(KEY)
