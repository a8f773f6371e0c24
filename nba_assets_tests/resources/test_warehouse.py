"""The local warehouse: what is stored is what was given, whole or not at all.

Dangers covered: a failed write that destroys the good partition, columns swapped by position, values silently cast,
an empty day that looks like a missing one, leftovers of a crash that are read, SQL views that break while runs write.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import quarantine_of
from nba_assets_tests.resources.toy_table import JAN_1, JAN_2, JAN_3, TOY, TOY_LATER, toy_frame, toy_row
from resources.warehouse import LocalWarehouse, WarehouseError, connect, view_sql


@pytest.fixture
def warehouse(tmp_path: Path) -> LocalWarehouse:
    return LocalWarehouse(tmp_path / "warehouse")


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


# --- what was given comes back


def test_all_dtypes_come_back_as_they_were_given(warehouse: LocalWarehouse) -> None:
    """No dtype may change on the way through Parquet: time zones, lists and nulls included."""
    nothing_known = {"points": None, "minutes": None, "is_home": None, "seen_at": None, "books": None}
    given = toy_frame([toy_row(JAN_1, "a"), toy_row(JAN_1, "b") | nothing_known])
    warehouse.replace(TOY, [JAN_1], given)
    assert_frame_equal(warehouse.read(TOY, [JAN_1]), given)


def test_a_range_is_one_frame(warehouse: LocalWarehouse) -> None:
    given = toy_frame([toy_row(day, player) for day in (JAN_1, JAN_2, JAN_3) for player in "ab"])
    warehouse.replace(TOY, [JAN_3, JAN_1, JAN_2], given)
    assert_frame_equal(warehouse.read(TOY, [JAN_1, JAN_2, JAN_3]), given)
    assert warehouse.dates(TOY) == {JAN_1, JAN_2, JAN_3}
    assert set(warehouse.read(TOY, [JAN_2])["game_date"]) == {JAN_2}


def test_columns_are_matched_by_name_not_by_position(warehouse: LocalWarehouse) -> None:
    """The stock writer swapped points and assists when a frame had another column order."""
    given = toy_frame([toy_row(JAN_1, "a", points=30)])
    warehouse.replace(TOY, [JAN_1], given.select(reversed(given.columns)))
    assert_frame_equal(warehouse.read(TOY, [JAN_1]), given)


def test_only_the_asked_columns_are_read(warehouse: LocalWarehouse) -> None:
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    assert warehouse.read(TOY, [JAN_1], ["points", "player"]).rows() == [(1, "a")]
    assert warehouse.read(TOY, [JAN_2], ["points", "player"]).schema == {"points": pl.Int64, "player": pl.String}


def test_rewriting_the_same_rows_gives_the_same_bytes(warehouse: LocalWarehouse) -> None:
    """Row order must not depend on who computed the rows, else every re-run looks like a change."""
    rows = [toy_row(day, player) for day in (JAN_1, JAN_2) for player in "abc"]
    warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame(rows))
    first = files(warehouse.root)
    warehouse.replace(TOY, [JAN_2, JAN_1], toy_frame(rows[::-1]))
    assert files(warehouse.root) == first


def test_a_date_gives_the_same_bytes_alone_and_in_a_range(warehouse: LocalWarehouse, tmp_path: Path) -> None:
    frames = {day: toy_frame([toy_row(day, player) for player in "ab"]) for day in (JAN_1, JAN_2, JAN_3)}
    warehouse.replace(TOY, frames, pl.concat(frames.values()))
    alone = LocalWarehouse(tmp_path / "alone")
    for day, frame in frames.items():
        alone.replace(TOY, [day], frame)
    assert files(alone.root) == files(warehouse.root)


# --- empty, missing, replaced


def test_an_empty_date_is_a_typed_empty_partition(warehouse: LocalWarehouse) -> None:
    """A day without games must not look like a day that was never computed."""
    warehouse.replace(TOY, [JAN_1], TOY.empty())
    assert warehouse.dates(TOY) == {JAN_1}
    read = warehouse.read(TOY, [JAN_1])
    assert read.is_empty()
    assert read.schema == TOY.polars_schema


def test_a_date_without_rows_in_a_range_is_emptied(warehouse: LocalWarehouse) -> None:
    """A game that moved away must leave nothing behind on its old date."""
    warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_1, "a"), toy_row(JAN_2, "a")]))
    warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_2, "b")]))
    assert warehouse.read(TOY, [JAN_1, JAN_2])["player"].to_list() == ["b"]
    assert warehouse.dates(TOY) == {JAN_1, JAN_2}


def test_a_missing_date_reads_as_absent(warehouse: LocalWarehouse) -> None:
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    assert warehouse.read(TOY, [JAN_1, JAN_2, JAN_3])["game_date"].to_list() == [JAN_1]
    nothing = warehouse.read(TOY, [JAN_2])
    assert nothing.is_empty() and nothing.schema == TOY.polars_schema


def test_a_table_never_written_has_no_dates_and_no_rows(warehouse: LocalWarehouse) -> None:
    assert warehouse.dates(TOY) == set()
    assert warehouse.read(TOY, [JAN_1]).schema == TOY.polars_schema


def test_other_dates_are_not_touched(warehouse: LocalWarehouse) -> None:
    warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_1, "a"), toy_row(JAN_2, "a")]))
    before = files(warehouse.root)
    warehouse.replace(TOY, [JAN_2], toy_frame([toy_row(JAN_2, "b")]))
    after = files(warehouse.root)
    assert [path for path in before if before[path] != after[path]] == ["nba_toy/toy/game_date=2024-01-02/data.parquet"]


# --- what does not fit is refused, and nothing is written


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda f: f.with_columns(pl.col("points").cast(pl.Float64)), r"nba_toy\.toy\.points.*Int64.*Float64"),
        (lambda f: f.with_columns(pl.col("points").cast(pl.Int32)), r"nba_toy\.toy\.points.*Int64.*Int32"),
        (lambda f: f.with_columns(pl.col("seen_at").dt.replace_time_zone(None)), r"nba_toy\.toy\.seen_at.*UTC"),
        (lambda f: f.with_columns(pl.col("seen_at").dt.cast_time_unit("ns")), r"nba_toy\.toy\.seen_at.*'us'"),
        (lambda f: f.drop("minutes"), r"nba_toy\.toy: missing columns \['minutes'\]"),
        (lambda f: f.with_columns(pts=1), r"nba_toy\.toy: .*unknown columns \['pts'\]"),
        (lambda f: f.with_columns(game_date=JAN_2), r"nba_toy\.toy: rows for 2024-01-02"),
        (lambda f: f.with_columns(game_date=pl.lit(None, pl.Date)), r"nba_toy\.toy: rows for None"),
    ],
    ids=["float", "int32", "no-zone", "nanoseconds", "missing", "unknown", "stray-date", "null-date"],
)
def test_a_frame_that_does_not_fit_is_refused_by_name(
    warehouse: LocalWarehouse, spoil: Callable[[pl.DataFrame], pl.DataFrame], named: str
) -> None:
    """Nothing is cast, dropped or added silently; the message says where to look, and the old rows stay."""
    given = toy_frame([toy_row(JAN_1, "a")])
    warehouse.replace(TOY, [JAN_1], given)
    with pytest.raises(WarehouseError, match=named):
        warehouse.replace(TOY, [JAN_1], spoil(given))
    assert_frame_equal(warehouse.read(TOY, [JAN_1]), given)
    assert warehouse.dates(TOY) == {JAN_1}


def test_two_stray_dates_one_of_them_null_are_still_a_warehouse_error(warehouse: LocalWarehouse) -> None:
    """The message names a date even where dates cannot be sorted."""
    rows = [toy_row(JAN_2, "a"), toy_row(JAN_2, "b") | {"game_date": None}]
    with pytest.raises(WarehouseError, match=r"nba_toy\.toy: rows for"):
        warehouse.replace(TOY, [JAN_1], toy_frame(rows))


# --- all or nothing


def _disk_full(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def _break_rename(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "replace", _disk_full)


def _break_encoding(patch: pytest.MonkeyPatch) -> None:
    def half_a_file(_: pl.DataFrame, file: Any, **__: Any) -> None:
        file.write(b"PAR1 and then nothing")
        _disk_full()

    patch.setattr(pl.DataFrame, "write_parquet", half_a_file)


def _break_flush(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "fsync", _disk_full)


@pytest.mark.parametrize("break_it", [_break_rename, _break_encoding, _break_flush])
def test_a_failed_write_leaves_the_old_partition_and_no_litter(
    warehouse: LocalWarehouse, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """A delete-then-insert writer loses the good day when the insert fails."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "old")]))
    before = files(warehouse.root)
    with pytest.MonkeyPatch.context() as patch:
        break_it(patch)
        with pytest.raises(OSError, match="No space left"):
            warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_1, "new"), toy_row(JAN_2, "new")]))
    assert files(warehouse.root) == before
    assert warehouse.dates(TOY) == {JAN_1}


def test_the_file_is_on_disk_before_it_takes_the_place_of_the_old_one(
    warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Renaming before flushing could leave an empty partition after a power cut."""
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (happened.append("flushed"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda self, to: (happened.append("renamed"), replace(self, to))[1])
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    assert happened == ["flushed", "renamed"]


def test_leftovers_of_a_crash_are_never_read(warehouse: LocalWarehouse) -> None:
    """A half-written file beside a partition, or alone in a new date's folder, is not data."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    for day in ("2024-01-01", "2024-01-02"):
        folder = warehouse.root / f"nba_toy/toy/game_date={day}"
        folder.mkdir(exist_ok=True)
        (folder / ".0a1b.tmp").write_bytes(b"half a file")
    (warehouse.root / "nba_toy/toy/.DS_Store").write_bytes(b"")
    assert warehouse.dates(TOY) == {JAN_1}
    assert warehouse.read(TOY, [JAN_1, JAN_2])["player"].to_list() == ["a"]
    with connect(warehouse.root, [TOY]) as sql:
        assert sql.sql("SELECT player FROM nba_toy.toy").fetchall() == [("a",)]


# --- contracts change, files stay


def test_a_column_added_to_the_contract_later_reads_as_null(warehouse: LocalWarehouse) -> None:
    """Adding a column must not force a re-computation of five seasons before anything can be read."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    later = toy_frame([toy_row(JAN_2, "a")]).with_columns(assists=pl.lit(7, pl.Int64))
    warehouse.replace(TOY_LATER, [JAN_2], later)
    read = warehouse.read(TOY_LATER, [JAN_1, JAN_2])
    assert read.schema == TOY_LATER.polars_schema
    assert read["assists"].to_list() == [None, 7]
    assert warehouse.read(TOY_LATER, [JAN_1], ["player", "assists"]).rows() == [("a", None)]


def test_a_column_removed_from_the_contract_is_ignored(warehouse: LocalWarehouse) -> None:
    warehouse.replace(TOY_LATER, [JAN_1], toy_frame([toy_row(JAN_1, "a")]).with_columns(assists=pl.lit(7, pl.Int64)))
    assert warehouse.read(TOY, [JAN_1]).schema == TOY.polars_schema


def test_a_stored_partition_of_another_type_is_an_error_that_names_the_table(warehouse: LocalWarehouse) -> None:
    """A changed dtype must not be cast behind the reader's back."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    file = warehouse.root / "nba_toy/toy/game_date=2024-01-01/data.parquet"
    pl.read_parquet(file, hive_partitioning=False).with_columns(pl.col("points").cast(pl.String)).write_parquet(file)
    with pytest.raises(WarehouseError, match=r"nba_toy\.toy.*contract"):
        warehouse.read(TOY, [JAN_1])


# --- SQL


def test_a_table_without_files_is_an_empty_view_with_the_contracts_columns(tmp_path: Path) -> None:
    """`SELECT` on a fresh checkout answers with no rows, not with "table does not exist"."""
    companion = quarantine_of(TOY)
    with connect(tmp_path / "nowhere", [TOY, companion]) as sql:
        for table in (TOY, companion):
            described = sql.sql(f"DESCRIBE {table.full_name}").fetchall()
            types = {f'"{name}"': kind for name, kind, *_ in described}
            assert list(types) == list(table.duckdb_types())
            assert [kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for kind in types.values()] == list(
                table.duckdb_types().values()
            )
            assert sql.sql(f"SELECT count(*) FROM {table.full_name}").fetchall() == [(0,)]


def test_every_real_table_and_its_quarantine_companion_is_a_view(tmp_path: Path) -> None:
    tables = [view for table in TABLES.values() for view in (table, quarantine_of(table))]
    with connect(tmp_path, tables) as sql:
        for table in tables:
            assert sql.sql(f"SELECT * FROM {table.full_name}").columns == table.column_names


def test_sql_sees_the_rows_and_types_that_polars_sees(warehouse: LocalWarehouse) -> None:
    rows = [toy_row(JAN_1, "a"), toy_row(JAN_1, "b", points=None), toy_row(JAN_2, "a")]
    warehouse.replace(TOY, [JAN_1, JAN_2, JAN_3], toy_frame(rows))
    with connect(warehouse.root, [TOY]) as sql:
        seen = sql.sql("SELECT * FROM nba_toy.toy ORDER BY game_date, player").pl()
        assert seen.columns == TOY.column_names
        assert seen["game_date"].dtype == pl.Date
        plain = ["game_date", "player", "points", "minutes", "is_home", "books"]
        expected = warehouse.read(TOY, [JAN_1, JAN_2])
        assert_frame_equal(seen.select(plain), expected.select(plain))
        assert seen["seen_at"].dt.convert_time_zone("UTC").to_list() == expected["seen_at"].to_list()


def test_sql_reads_files_written_before_and_after_a_column_was_added(warehouse: LocalWarehouse) -> None:
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    warehouse.replace(TOY_LATER, [JAN_2], toy_frame([toy_row(JAN_2, "a")]).with_columns(assists=pl.lit(7, pl.Int64)))
    with connect(warehouse.root, [TOY_LATER]) as sql:
        found = sql.sql("SELECT game_date, assists FROM nba_toy.toy ORDER BY 1").fetchall()
    assert found == [(JAN_1, None), (JAN_2, 7)]


def test_sql_reads_a_table_none_of_whose_files_has_the_new_column_yet(warehouse: LocalWarehouse) -> None:
    """Right after a column was added `nba sql` must still open: all its views are created before any query."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    with connect(warehouse.root, [TOY_LATER]) as sql:
        assert sql.sql("SELECT player, assists FROM nba_toy.toy").fetchall() == [("a", None)]


def test_an_open_connection_sees_new_partitions_and_replaced_ones(warehouse: LocalWarehouse) -> None:
    """Nobody should have to reopen a prompt to see what a run wrote meanwhile."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    with connect(warehouse.root, [TOY]) as sql:
        query = "SELECT game_date, points FROM nba_toy.toy ORDER BY 1"
        assert sql.sql(query).fetchall() == [(JAN_1, 1)]
        warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_1, "a", 5), toy_row(JAN_2, "a", 6)]))
        assert sql.sql(query).fetchall() == [(JAN_1, 5), (JAN_2, 6)]


def test_a_query_reads_only_the_partitions_it_asks_for(warehouse: LocalWarehouse) -> None:
    """A broken file of another date must not be opened: proof that the view is pruned."""
    warehouse.replace(TOY, [JAN_1, JAN_2], toy_frame([toy_row(JAN_1, "a"), toy_row(JAN_2, "a")]))
    with connect(warehouse.root, [TOY]) as sql:
        plan = sql.sql("EXPLAIN SELECT player FROM nba_toy.toy WHERE game_date = DATE '2024-01-02'").fetchall()[0][1]
    assert "1/2" in plan


def test_a_folder_with_a_quote_in_its_name_works(tmp_path: Path) -> None:
    warehouse = LocalWarehouse(tmp_path / "O'Neal's laptop")
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    with connect(warehouse.root, [TOY]) as sql:
        assert sql.sql("SELECT player FROM nba_toy.toy").fetchall() == [("a",)]


@pytest.mark.parametrize("name", ["a[1]", "season*", "what?"])
def test_a_folder_with_glob_characters_in_its_name_is_never_another_folder(tmp_path: Path, name: str) -> None:
    """`[`, `*` and `?` in a path must not be read as a pattern."""
    warehouse, neighbour = LocalWarehouse(tmp_path / name), LocalWarehouse(tmp_path / "season-a1whatX")
    neighbour.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "neighbour")]))
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "mine")]))
    assert warehouse.read(TOY, [JAN_1])["player"].to_list() == ["mine"]
    with connect(warehouse.root, [TOY]) as sql:
        assert sql.sql("SELECT player FROM nba_toy.toy").fetchall() == [("mine",)]


def test_readers_never_fail_while_partitions_are_replaced(warehouse: LocalWarehouse) -> None:
    """Every answer is one whole version of each date: two rows, both of the same write."""
    days = [JAN_1, JAN_2, JAN_3]

    def version(number: int) -> pl.DataFrame:
        return toy_frame([toy_row(day, player, points=number) for day in days for player in "ab"])

    warehouse.replace(TOY, days, version(0))
    with connect(warehouse.root, [TOY]) as sql, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [warehouse.replace(TOY, days, version(number)) for number in range(1, 25)])
        while True:
            last = writing.done()
            found = sql.sql("SELECT game_date, points FROM nba_toy.toy").fetchall()
            _assert_whole_versions(found)
            _assert_whole_versions(warehouse.read(TOY, days, ["game_date", "points"]).rows())
            if last:
                break
        writing.result()
    assert set(warehouse.read(TOY, days)["points"]) == {24}


def _assert_whole_versions(found: list[tuple[date, int]]) -> None:
    assert len(found) == 6
    for day in (JAN_1, JAN_2, JAN_3):
        assert len({points for found_day, points in found if found_day == day}) == 1


def test_view_sql_is_plain_sql_that_others_may_run(warehouse: LocalWarehouse) -> None:
    """The view needs nothing but the files: any DuckDB can hold it."""
    warehouse.replace(TOY, [JAN_1], toy_frame([toy_row(JAN_1, "a")]))
    with duckdb.connect() as sql:
        sql.execute("CREATE SCHEMA nba_toy")
        sql.execute(view_sql(warehouse.root, TOY))
        assert sql.sql("SELECT count(*) FROM nba_toy.toy").fetchall() == [(1,)]


def test_files_abandoned_by_killed_writers_are_swept(warehouse: LocalWarehouse) -> None:
    """They would pile up for ever; one that is being written right now must stay."""
    given = toy_frame([toy_row(JAN_1, "a")])
    warehouse.replace(TOY, [JAN_1], given)
    folder = next(warehouse.root.rglob("data.parquet")).parent
    abandoned, current = folder / ".old.tmp", folder / ".new.tmp"
    for file in (abandoned, current):
        file.write_bytes(b"half a file")
    os.utime(abandoned, (0, 0))
    warehouse.replace(TOY, [JAN_1], given)
    assert not abandoned.exists()
    assert current.exists()
