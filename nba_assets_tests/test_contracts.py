"""Every contract renders into everything that is made of it.

Dangers covered: a table whose DDL no database accepts, a column nobody can interpret (no description, no unit), a key
that may be null, two tables of one name, a column list written a second time and grown apart.
"""

import re
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl
import pytest

from nba_assets import contracts
from nba_assets.contracts import PARTITION_COLUMN, TABLES, Table
from nba_assets.contracts.quarantine import quarantine_of
from nba_assets.dagster_metadata import column_schema
from nba_assets_tests.frames import frame, row

ALL = [*TABLES.values(), quarantine_of(TABLES["nbac_schedule"])]
every_table = pytest.mark.parametrize("table", ALL, ids=lambda table: table.full_name)


@every_table
def test_the_empty_frame_keeps_the_contract(table: Table) -> None:
    """A day without games is an empty partition; it must pass like any other."""
    assert table.schema.validate(table.empty()).schema == table.polars_schema


@every_table
def test_the_key_exists_is_never_null_and_the_partition_column_is_a_required_date(table: Table) -> None:
    """A null in a key would be two rows for one game, or none."""
    columns = {column.name: column for column in table.columns()}
    assert table.key
    assert all(columns[name].primary_key and not columns[name].nullable for name in table.key)
    assert columns[PARTITION_COLUMN].dtype == pl.Date
    assert not columns[PARTITION_COLUMN].nullable


@pytest.mark.parametrize("name", TABLES)
def test_a_good_row_passes_and_its_duplicate_does_not(name: str) -> None:
    """The key is enforced, on top of being declared."""
    table, good = TABLES[name], row(name)
    assert table.schema.is_valid(frame(name, [good]))
    assert not table.schema.is_valid(frame(name, [good, good]))


@every_table
def test_duckdb_accepts_the_ddl(table: Table) -> None:
    with duckdb.connect() as sql:
        sql.execute(f'CREATE SCHEMA "{table.dataset}"')
        sql.execute(table.duckdb_ddl())
        assert [name for name, *_ in sql.sql(f"DESCRIBE {table.full_name}").fetchall()] == table.column_names


@every_table
def test_a_frame_of_the_table_goes_into_its_duckdb_table(table: Table) -> None:
    """Types of the DDL and of the frames must be the same, one by one."""
    with duckdb.connect() as sql:
        sql.execute(f'CREATE SCHEMA "{table.dataset}"')
        sql.execute(table.duckdb_ddl())
        empty = table.empty().to_arrow()
        sql.register("empty", empty)
        declared = {name: kind for name, kind, *_ in sql.sql(f"DESCRIBE {table.full_name}").fetchall()}
        assert {name: kind for name, kind, *_ in sql.sql("DESCRIBE empty").fetchall()} == declared


@every_table
def test_bigquery_ddl_is_partitioned_by_game_date_and_clustered_by_its_columns(table: Table) -> None:
    """An unpartitioned table is scanned whole by every query, and cannot be replaced by date."""
    ddl = table.bigquery_ddl()
    assert ddl.startswith(f"CREATE TABLE IF NOT EXISTS `{table.full_name}` (")
    assert "\nPARTITION BY game_date" in ddl
    assert "require_partition_filter = TRUE" in ddl
    assert set(table.cluster_by) <= set(table.column_names)
    assert len(table.cluster_by) <= 4, "BigQuery clusters by at most four columns"
    assert (f"\nCLUSTER BY {', '.join(table.cluster_by)}\n" in ddl) == bool(table.cluster_by)
    for column in table.columns():
        line = re.search(rf"^  {column.name} (\S+)( NOT NULL)? OPTIONS \(description=\"(.*)\"\),?$", ddl, re.MULTILINE)
        assert line, column.name
        assert bool(line[2]) == (not column.nullable) or isinstance(column.dtype, pl.List)
        assert re.search(r'(?<!\\)"', line[3]) is None, "quotes in descriptions are escaped"


@every_table
def test_bigquery_arrays_are_not_declared_not_null(table: Table) -> None:
    """BigQuery refuses NOT NULL on an ARRAY column: arrays are never null there."""
    assert not re.search(r"ARRAY<\w+> NOT NULL", table.bigquery_ddl())


@every_table
def test_every_column_says_what_it_means(table: Table) -> None:
    for column in table.columns():
        assert column.description.strip(), f"{column.name} has no description"
        assert column.description[-1] in ".)", f"{column.name}: {column.description!r} is not a sentence"


@every_table
def test_every_measured_number_has_a_unit(table: Table) -> None:
    """0.5 is a share, half a minute or half a point: percentages and fractions were once mixed."""
    for column in table.columns():
        assert column.dtype != pl.Float64 or column.unit, f"{column.name} has no unit"


@every_table
def test_every_table_says_what_one_row_means(table: Table) -> None:
    assert re.match(r"One row per .+[.;]$", table.grain), table.grain
    assert table.source
    assert "  " not in table.grain


@every_table
def test_the_ui_s_column_schema_is_the_contract(table: Table) -> None:
    shown = column_schema(table).columns
    assert [column.name for column in shown] == table.column_names
    for seen, declared in zip(shown, table.columns(), strict=True):
        assert seen.type == str(declared.dtype)
        assert seen.constraints.nullable == declared.nullable
        assert ("primary key" in seen.constraints.other) == declared.primary_key
        assert seen.description is not None
        assert seen.description.startswith(declared.description)
        assert declared.unit is None or seen.description.endswith(f"[{declared.unit}]")


def test_names_are_unique_and_every_module_is_listed() -> None:
    """`TABLES` is by name: a second table of the same name, or a module not listed, would silently vanish."""
    assert len({table.full_name for table in TABLES.values()}) == len(contracts._MODULES) == len(TABLES)
    assert {name: table.name for name, table in TABLES.items()} == {name: name for name in TABLES}
    modules = [module.__name__.rsplit(".", 1)[-1] for module in contracts._MODULES]
    assert modules == list(TABLES)
    helpers = {"__init__", "base", "columns", "quarantine"}
    assert {path.stem for path in Path(contracts.__path__[0]).glob("*.py")} - helpers == set(modules)


def test_quarantine_companions_never_share_a_name_with_a_table() -> None:
    companions = {quarantine_of(table).full_name for table in TABLES.values()}
    assert len(companions) == len(TABLES)
    assert not companions & {table.full_name for table in TABLES.values()}


def test_a_dtype_without_sql_type_fails_when_the_ddl_is_rendered() -> None:
    """Better no table than one with a guessed type."""

    class Odd(dy.Schema):
        """One row."""

        game_date = dy.Date(primary_key=True, description="Date.")
        small = dy.Int8(description="A type that contracts do not use.")

    odd = Table("nba_toy", "odd", Odd, source="tests")
    with pytest.raises(KeyError):
        odd.duckdb_ddl()
    with pytest.raises(KeyError):
        odd.bigquery_ddl()
