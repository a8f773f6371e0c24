"""The warehouse: every table, one partition per ET game date, replaced whole or not at all."""

import os
import re
import time
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

from nba_assets.contracts import PARTITION_COLUMN, Table

_FILE = "data.parquet"
_WRITERS = 4
# A file left aside for this long belongs to a writer that was killed, not to one that is writing.
_ABANDONED_SECONDS = 3600


class WarehouseError(ValueError):
    """A frame does not fit its table, or a stored partition cannot be read: names table, column or file."""


class Warehouse(Protocol):
    """What a storage backend does. Dates are ET game dates; frames have exactly the table's contract schema."""

    def read(self, table: Table, dates: Iterable[date], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Rows of the partitions that exist among `dates`, as one typed frame."""
        ...

    def replace(self, table: Table, dates: Iterable[date], frame: pl.DataFrame) -> None:
        """Make the partitions `dates` hold exactly the rows of `frame`; a date without rows becomes an empty
        partition.
        """
        ...

    def dates(self, table: Table) -> set[date]:
        """Dates for which the table has a partition (possibly an empty one)."""
        ...


class LocalWarehouse:
    """Hive-partitioned Parquet: `<root>/<dataset>/<table>/game_date=YYYY-MM-DD/data.parquet`.

    A partition is written aside, flushed to disk and renamed over the old one, so a reader or a crash sees the old
    rows or the new rows, never a mixture, and any number of processes may write different partitions at once. Files
    left aside by a crash start with a dot and are never read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, table: Table, dates: Iterable[date], columns: Sequence[str] | None = None) -> pl.DataFrame:
        files = [path for day in sorted(set(dates)) if (path := self._file(table, day)).exists()]
        names = list(columns) if columns is not None else table.column_names
        if not files:
            return table.empty().select(names)
        try:
            # A column added to the contract since the file was written reads as null; a removed one is ignored; a
            # changed type raises.
            return (
                pl.scan_parquet(
                    files,
                    glob=False,
                    schema=table.polars_schema,
                    hive_partitioning=False,
                    missing_columns="insert",
                    extra_columns="ignore",
                )
                .select(names)
                .collect()
            )
        except pl.exceptions.PolarsError as error:
            raise WarehouseError(f"{table.full_name}: a stored partition does not fit the contract: {error}") from error

    def replace(self, table: Table, dates: Iterable[date], frame: pl.DataFrame) -> None:
        days = sorted(set(dates))
        _check_schema(table, frame)
        stray = set(frame[PARTITION_COLUMN].unique()) - set(days)
        if stray:
            raise WarehouseError(
                f"{table.full_name}: rows for {min(map(str, stray))}, which is not among the dates written"
            )
        parts = {
            key[0]: part for key, part in table.ordered(frame).partition_by(PARTITION_COLUMN, as_dict=True).items()
        }
        empty = table.empty()
        # The file flush, not the encoding, is what takes time; it waits outside the interpreter lock.
        with ThreadPoolExecutor(_WRITERS) as pool:
            list(pool.map(lambda day: self._write(table, day, parts.get(day, empty)), days))

    def dates(self, table: Table) -> set[date]:
        folder = self.root / table.dataset / table.name
        if not folder.is_dir():
            return set()
        return {
            date.fromisoformat(entry.name.removeprefix(f"{PARTITION_COLUMN}="))
            for entry in os.scandir(folder)
            if entry.name.startswith(f"{PARTITION_COLUMN}=") and Path(entry.path, _FILE).exists()
        }

    def _file(self, table: Table, day: date) -> Path:
        return self.root / table.dataset / table.name / f"{PARTITION_COLUMN}={day.isoformat()}" / _FILE

    def _write(self, table: Table, day: date, frame: pl.DataFrame) -> None:
        target = self._file(table, day)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        aside = target.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            with aside.open("wb") as file:
                # Copied: a slice of a list column is encoded by where it was cut, so the same rows gave other bytes.
                frame.select(pl.all().gather(pl.int_range(pl.len()))).write_parquet(file, statistics=True)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)


def connect(root: Path, tables: Iterable[Table]) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with every table as a view `dataset.table`; safe while runs write.

    Views read the files at query time, so nothing is copied and no file is locked. A table without files is an empty
    view with the contract's columns.
    """
    connection = duckdb.connect()
    for table in tables:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{table.dataset}"')
        connection.execute(view_sql(root, table))
    return connection


def view_sql(root: Path, table: Table) -> str:
    """`CREATE VIEW` over the Parquet files of a table, pruned by partition."""
    folder = root / table.dataset / table.name
    types = table.duckdb_types()
    columns = ", ".join(types)
    # The contract's columns come first, so that one which no file has yet reads as null.
    source = "SELECT " + ", ".join(f"CAST(NULL AS {sql_type}) AS {name}" for name, sql_type in types.items())
    source += " WHERE false"
    if any(folder.glob(f"{PARTITION_COLUMN}=*/{_FILE}")):
        literal = re.sub(r"([*?\[])", r"[\1]", str(folder)).replace("'", "''")
        source += (
            f" UNION ALL BY NAME SELECT * FROM read_parquet('{literal}/{PARTITION_COLUMN}=*/{_FILE}', "
            f"hive_partitioning=true, hive_types={{'{PARTITION_COLUMN}': DATE}}, union_by_name=true)"
        )
    return f'CREATE VIEW "{table.dataset}"."{table.name}" AS SELECT {columns} FROM ({source})'


def _sweep(folder: Path) -> None:
    """Remove what killed writers left aside in a partition's folder."""
    for entry in os.scandir(folder):
        if entry.name.endswith(".tmp"):
            try:
                if time.time() - entry.stat().st_mtime > _ABANDONED_SECONDS:
                    Path(entry.path).unlink()
            except FileNotFoundError:
                continue  # another writer was quicker


def _check_schema(table: Table, frame: pl.DataFrame) -> None:
    expected, got = table.polars_schema, frame.schema
    missing, unknown = expected.keys() - got.keys(), got.keys() - expected.keys()
    if missing or unknown:
        raise WarehouseError(f"{table.full_name}: missing columns {sorted(missing)}, unknown columns {sorted(unknown)}")
    for name, dtype in expected.items():
        if got[name] != dtype:
            raise WarehouseError(f"{table.full_name}.{name}: the contract says {dtype}, the frame has {got[name]}")
