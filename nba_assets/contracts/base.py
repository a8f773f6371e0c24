"""What a table is: one declaration from which every other description of it is rendered.

A contract module holds a dataframely schema (columns: dtype, nullability, bounds, meaning) and a `Table` that names it.
The polars schema, the typed empty frame, DuckDB and BigQuery DDL, Dagster's column schema, the standard checks and
`docs/tables.md` are all derived here; no column list, dtype or bound is written a second time anywhere.
"""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import dataframely as dy
import polars as pl

PARTITION_COLUMN = "game_date"

# polars dtype -> (DuckDB, BigQuery). Contracts use only these; anything else fails when the DDL is rendered.
_SQL_TYPES: dict[Any, tuple[str, str]] = {
    pl.String: ("VARCHAR", "STRING"),
    pl.Int64: ("BIGINT", "INT64"),
    pl.Float64: ("DOUBLE", "FLOAT64"),
    pl.Boolean: ("BOOLEAN", "BOOL"),
    pl.Date: ("DATE", "DATE"),
    pl.Datetime: ("TIMESTAMPTZ", "TIMESTAMP"),
}


@dataclass(frozen=True)
class Column:
    """One column of a contract as people read it: name, dtype, unit, nullability and rules in words."""

    name: str
    dtype: pl.DataType
    nullable: bool
    primary_key: bool
    unit: str | None
    description: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A daily-partitioned table: `dataset.name`, one Parquet file or BigQuery partition per ET game date.

    `schema` is the dataframely class; its docstring says what one row means. `optional` tables may be absent for a date
    without holding back the tables that read them (no sportsbook quotes is a fact, not a failure).
    """

    dataset: str
    name: str
    schema: type[dy.Schema]
    source: str
    cluster_by: tuple[str, ...] = ()
    optional: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.dataset}.{self.name}"

    @property
    def grain(self) -> str:
        """First sentence of the schema's docstring: what one row means."""
        return self.description.split("\n\n", 1)[0].replace("\n", " ")

    @property
    def description(self) -> str:
        return inspect.cleandoc(self.schema.__doc__ or "")

    @property
    def key(self) -> list[str]:
        return self.schema.primary_key()

    @property
    def column_names(self) -> list[str]:
        return self.schema.column_names()

    @property
    def polars_schema(self) -> pl.Schema:
        return pl.Schema({name: column.dtype for name, column in self.schema.columns().items()})

    def empty(self) -> pl.DataFrame:
        """The typed frame of a date without rows."""
        return pl.DataFrame(schema=self.polars_schema)

    def ordered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Contract column order and key order, so that the same rows are always the same bytes."""
        return frame.select(self.column_names).sort(PARTITION_COLUMN, *self.key, nulls_last=True)

    def columns(self) -> list[Column]:
        return [
            Column(
                name=name,
                dtype=column.dtype,
                nullable=column.nullable,
                primary_key=column.primary_key,
                unit=(column.metadata or {}).get("unit"),
                description=column.description or "",
                rules=tuple(_rules_in_words(column)),
            )
            for name, column in self.schema.columns().items()
        ]

    def duckdb_types(self) -> dict[str, str]:
        """Quoted column name -> DuckDB type."""
        return {f'"{c.name}"': _sql_type(c.dtype, 0) for c in self.columns()}

    def duckdb_ddl(self) -> str:
        body = ",\n".join(f"  {name} {sql_type}" for name, sql_type in self.duckdb_types().items())
        return f'CREATE TABLE "{self.dataset}"."{self.name}" (\n{body}\n)'

    def bigquery_ddl(self) -> str:
        """Native table, partitioned by game date and clustered; column descriptions travel with it."""
        lines = []
        for c in self.columns():
            # BigQuery refuses NOT NULL on arrays: they are never null there.
            required = "" if c.nullable or isinstance(c.dtype, pl.List) else " NOT NULL"
            text = c.description.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'  {c.name} {_sql_type(c.dtype, 1)}{required} OPTIONS (description="{text}")')
        body = ",\n".join(lines)
        cluster = f"\nCLUSTER BY {', '.join(self.cluster_by)}" if self.cluster_by else ""
        return (
            f"CREATE TABLE IF NOT EXISTS `{self.dataset}.{self.name}` (\n{body}\n)\n"
            f"PARTITION BY {PARTITION_COLUMN}{cluster}\nOPTIONS (require_partition_filter = TRUE)"
        )


def _sql_type(dtype: pl.DataType, dialect: int) -> str:
    if isinstance(dtype, pl.List):
        inner = _sql_type(pl.Series(dtype=dtype.inner).dtype, dialect)
        return f"ARRAY<{inner}>" if dialect else f"{inner}[]"
    return _SQL_TYPES[type(dtype)][dialect]


def _rules_in_words(column: dy.Column) -> Iterable[str]:
    """Bounds and patterns of one column, for the UI's column schema and the table reference."""
    allowed = (column.metadata or {}).get("one_of") or getattr(column, "is_in", None)
    if allowed is not None:
        yield "one of " + ", ".join(str(value) for value in allowed)
        return
    words = {"min": ">= {}", "min_exclusive": "> {}", "max": "<= {}", "max_exclusive": "< {}", "regex": "matches {}"}
    for attribute, text in words.items():
        bound = getattr(column, attribute, None)
        if bound is not None:
            yield text.format(bound)
