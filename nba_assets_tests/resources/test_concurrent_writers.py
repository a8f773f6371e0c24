"""Many processes and sudden deaths: the warehouse while eight processes write, and after kill -9.

Dangers covered: lost or mixed partitions when runs overlap, readers that fail or see half a write, a partition that a
killed process leaves unreadable.
"""

import multiprocessing
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import polars as pl
import pytest

from nba_assets_tests.resources.toy_table import TOY, toy_frame, toy_row
from resources.warehouse import LocalWarehouse, connect

pytestmark = pytest.mark.slow

_ROWS = 40
_WRITERS = 8
_DATES_EACH = 5
_VERSIONS = 6
_KILLS = 40

# A fresh process per writer, forked from one that has only imported the code: cheap, and without this one's threads.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def version(days: Sequence[date], number: int) -> pl.DataFrame:
    """All rows of the dates say the same number, so that a mixture of two writes shows."""
    return toy_frame([toy_row(day, f"player{n}", points=number) for day in days for n in range(_ROWS)])


def write_versions(root: Path, days: Sequence[date], versions: int) -> None:
    for number in range(1, versions + 1):
        LocalWarehouse(root).replace(TOY, days, version(days, number))


def write_until_killed(root: Path, days: Sequence[date], first: int, started: Connection) -> None:
    number = first
    while True:
        LocalWarehouse(root).replace(TOY, days, version(days, number))
        if number == first:
            started.send(number)
        number += 1


@contextmanager
def ended(processes: list[BaseProcess]) -> Iterator[None]:
    """No process survives the test, however it ends."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def assert_whole(frame: pl.DataFrame, days: Sequence[date]) -> dict[date, int]:
    """Every date has all its rows, of one write; returns which."""
    seen = frame.group_by("game_date").agg(pl.len().alias("rows"), pl.col("points").unique().alias("versions"))
    assert sorted(seen["game_date"]) == sorted(days)
    assert set(seen["rows"]) == {_ROWS}
    assert set(seen["versions"].list.len()) == {1}, seen
    return dict(seen.select("game_date", pl.col("versions").list.first()).iter_rows())


def test_eight_processes_write_while_readers_query(tmp_path: Path) -> None:
    """A warehouse with one writer lock would serialize backfills, or fail them."""
    days = days_from(date(2024, 1, 1), _WRITERS * _DATES_EACH)
    warehouse = LocalWarehouse(tmp_path)
    warehouse.replace(TOY, days, version(days, 0))
    writers = [
        _PROCESSES.Process(target=write_versions, args=(tmp_path, days[n::_WRITERS], _VERSIONS))
        for n in range(_WRITERS)
    ]
    with ended(writers), connect(tmp_path, [TOY]) as sql:
        for process in writers:
            process.start()
        readings = 0
        while any(process.is_alive() for process in writers):
            assert_whole(warehouse.read(TOY, days), days)
            assert_whole(sql.sql("SELECT game_date, points FROM nba_toy.toy").pl(), days)
            readings += 1
        assert [process.exitcode for process in writers] == [0] * _WRITERS
        assert readings > 1
        final = sql.sql("SELECT game_date, points FROM nba_toy.toy").pl()
    assert set(assert_whole(warehouse.read(TOY, days), days).values()) == {_VERSIONS}
    assert set(assert_whole(final, days).values()) == {_VERSIONS}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "data.parquet"]


def test_kill_minus_nine_leaves_every_partition_old_or_new(tmp_path: Path) -> None:
    """A laptop's lid, an out-of-memory kill: no date may be lost, halved or mixed, at whatever instant."""
    days = days_from(date(2024, 1, 1), 6)
    warehouse = LocalWarehouse(tmp_path)
    warehouse.replace(TOY, days, version(days, 0))
    before = dict.fromkeys(days, 0)
    dice = random.Random(7)
    for _ in range(_KILLS):
        first = max(before.values()) + 1
        here, there = _PROCESSES.Pipe()
        writer = _PROCESSES.Process(target=write_until_killed, args=(tmp_path, days, first, there))
        with ended([writer]):
            writer.start()
            assert here.poll(60), "the writer never wrote"
            writer.join(timeout=dice.uniform(0, 0.03))
        assert writer.exitcode == -9
        assert warehouse.dates(TOY) == set(days)
        after = assert_whole(warehouse.read(TOY, days), days)
        assert all(after[day] >= max(first, before[day]) for day in days)
        with connect(tmp_path, [TOY]) as sql:
            assert assert_whole(sql.sql("SELECT game_date, points FROM nba_toy.toy").pl(), days) == after
        before = after


def test_two_processes_on_the_same_dates_leave_one_whole_version(tmp_path: Path) -> None:
    """The same date in a backfill and in tonight's run: the last one stands, rows are never mixed."""
    days = days_from(date(2024, 1, 1), 4)
    writers = [_PROCESSES.Process(target=write_versions, args=(tmp_path, days, _VERSIONS)) for _ in range(2)]
    with ended(writers):
        for process in writers:
            process.start()
        for process in writers:
            process.join()
        assert [process.exitcode for process in writers] == [0, 0]
    assert set(assert_whole(LocalWarehouse(tmp_path).read(TOY, days), days).values()) == {_VERSIONS}
