"""The pooled event log gives the answers of Dagster's own SQLite storage, only faster.

Dangers covered: events lost or seen late because a connection is kept open, engines that pile up with every run, a
storage that breaks after dispose or wipe, or when threads or processes write at once.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from nba_assets_tests.upstream.toy import DOWN, UP, VERDICT, run, toy_definitions, verdicts
from resources import event_log
from resources.event_log import PooledSqliteEventLogStorage

FIRST, RED, LAST = "2024-01-01", "2024-01-03", "2024-01-04"
POOLED = """
telemetry: {enabled: false}
event_log_storage:
  module: resources.event_log
  class: PooledSqliteEventLogStorage
  config: {dagster_home: %s}
"""
STOCK = """
telemetry: {enabled: false}
"""


@contextmanager
def instance_in(folder: Path, config: str) -> Iterator[dg.DagsterInstance]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_text(config % folder if "%s" in config else config)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with instance_in(tmp_path, POOLED) as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLogStorage)
        yield instance


def history(instance: dg.DagsterInstance) -> list[tuple[Any, ...]]:
    records = instance.event_log_storage.get_asset_check_execution_history(VERDICT, limit=100)
    return [(record.partition, record.status, record.evaluation and record.evaluation.passed) for record in records]


def answers(instance: dg.DagsterInstance, run_ids: list[str]) -> dict[str, Any]:
    """What Dagster's UI, automation and `nba status` ask; without times and ids."""
    storage = instance.event_log_storage
    partitioned = [
        storage.get_latest_asset_check_execution_by_key([VERDICT], partition_filter=PartitionKeyFilter(key=day))
        for day in (FIRST, RED)
    ]
    return {
        "materialized": {key: instance.get_materialized_partitions(key) for key in (UP, DOWN)},
        "counts": {
            key: {partition: len(statuses) for partition, statuses in _statuses(instance, key).items()}
            for key in (UP, DOWN)
        },
        "asset keys": set(instance.all_asset_keys()),
        "verdicts": verdicts(instance),
        "history": history(instance),
        "latest": [found[VERDICT].status for found in partitioned],
        "steps": [
            sorted((step.step_key, step.status) for step in instance.get_run_step_stats(run_id)) for run_id in run_ids
        ],
        "stats": [
            (stats.steps_succeeded, stats.steps_failed, stats.materializations)
            for stats in (instance.get_run_stats(run_id) for run_id in run_ids)
        ],
        "events": [[log.dagster_event_type for log in instance.all_logs(run_id)] for run_id in run_ids],
        "metadata": [
            (record.partition_key, record.asset_materialization.metadata["rows"].value)
            for record in instance.fetch_materializations(UP, limit=100, ascending=True).records
            if record.asset_materialization
        ],
        "runs": [len(instance.get_runs()), [r.status for r in instance.get_runs()]],
    }


def _statuses(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, list[str]]:
    by_partition: dict[str, list[str]] = {}
    for record in instance.fetch_materializations(key, limit=100).records:
        by_partition.setdefault(record.partition_key or "", []).append(record.run_id)
    return by_partition


def test_it_answers_like_the_stock_storage(tmp_path: Path) -> None:
    """A range with a red and a held-back date, its repair, and a run that fails: the same history in both."""
    seen = []
    for name, config in (("stock", STOCK), ("pooled", POOLED)):
        with instance_in(tmp_path / name, config) as instance:
            runs = [
                run(toy_definitions(bad={RED}, held_back={"2024-01-02"}), instance, FIRST, LAST),
                run(toy_definitions(bad={FIRST}, event_blocks=True), instance, FIRST),
                run(toy_definitions(), instance, RED),
            ]
            instance.report_runless_asset_event(dg.AssetMaterialization(DOWN, partition="2024-01-09"))
            seen.append(answers(instance, [result.run_id for result in runs]))
    stock, pooled = seen
    assert pooled == stock
    assert pooled["verdicts"][RED] == "SUCCEEDED" and pooled["verdicts"][FIRST] == "FAILED"  # it said something


def test_the_files_are_the_stock_storages_own(tmp_path: Path) -> None:
    """Removing the setting from dagster.yaml must not lose history."""
    with instance_in(tmp_path, POOLED) as pooled:
        run_id = run(toy_definitions(bad={RED}), pooled, FIRST, LAST).run_id
        before = answers(pooled, [run_id])
    assert not list((tmp_path / "event_log").glob("*-wal")), "everything is in the files once the storage is closed"
    stock = SqliteEventLogStorage(str(tmp_path / "event_log"))
    try:
        assert stock.get_materialized_partitions(UP) == before["materialized"][UP]
        assert [log.dagster_event_type for log in stock.get_logs_for_run(run_id)] == before["events"][0]
    finally:
        stock.dispose()


def test_another_process_s_events_are_seen_at_once(tmp_path: Path) -> None:
    """The UI keeps its connection open for days; it must not show yesterday's state."""
    with instance_in(tmp_path, POOLED) as reader, instance_in(tmp_path, POOLED) as writer:
        assert reader.get_materialized_partitions(UP) == set()
        for day in (FIRST, RED, LAST):
            run_id = run(toy_definitions(), writer, day).run_id
            assert day in reader.get_materialized_partitions(UP)
            assert len(reader.all_logs(run_id)) == len(writer.all_logs(run_id))


def test_it_works_again_after_dispose(instance: dg.DagsterInstance) -> None:
    run(toy_definitions(), instance, FIRST)
    instance.event_log_storage.dispose()
    assert instance.get_materialized_partitions(UP) == {FIRST}
    run(toy_definitions(), instance, RED)
    assert instance.get_materialized_partitions(UP) == {FIRST, RED}


def test_it_works_again_after_wipe(instance: dg.DagsterInstance) -> None:
    """Wiping deletes files: events of a run that goes on must not be written into a deleted one."""
    run_id = run(toy_definitions(), instance, FIRST).run_id
    instance.event_log_storage.wipe()
    assert instance.get_materialized_partitions(UP) == set()
    assert list(instance.all_logs(run_id)) == []
    instance.report_engine_event("goes on", run_id=run_id, job_name="toy")
    with instance_in(Path(instance.root_directory), POOLED) as other:
        assert len(other.all_logs(run_id)) == 1


def test_engines_of_old_runs_are_closed(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon lives for weeks: a connection per run would exhaust the file handles; old runs stay readable."""
    monkeypatch.setattr(event_log, "_MAX_OPEN_SHARDS", 3)
    storage = instance.event_log_storage
    assert isinstance(storage, PooledSqliteEventLogStorage)
    run_ids = [run(toy_definitions(), instance, f"2024-01-{day:02d}").run_id for day in range(1, 7)]
    assert len(storage._engines) == 3
    lengths = {run_id: len(instance.all_logs(run_id)) for run_id in run_ids}
    assert min(lengths.values()) > 10
    assert len(storage._engines) == 3
    assert _open_files(Path(instance.root_directory) / "event_log", run_ids) <= 3


def _open_files(folder: Path, run_ids: list[str]) -> int:
    """How many of the runs' database files this process holds open."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        return 0
    open_now = set()
    for descriptor in descriptors.iterdir():
        try:
            open_now.add(str(descriptor.readlink()))
        except OSError:
            continue
    return sum(str(folder / f"{run_id}.db") in open_now for run_id in run_ids)


def test_threads_write_and_read_at_once(instance: dg.DagsterInstance) -> None:
    """Dagster's daemon evaluates sensors and backfills in threads over one storage."""
    days = [f"2024-01-{day:02d}" for day in range(1, 32)]

    def report(day: str) -> None:
        instance.report_runless_asset_event(dg.AssetMaterialization(UP, partition=day))
        assert day in instance.get_materialized_partitions(UP)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, days))
    assert instance.get_materialized_partitions(UP) == set(days)
    assert {day: len(runs) for day, runs in _statuses(instance, UP).items()} == dict.fromkeys(days, 1)


def _report_days(folder: str, first: int, go: Any) -> None:
    with dg.DagsterInstance.from_config(folder) as instance:
        go.wait()
        for day in range(first, 31, 2):
            instance.report_runless_asset_event(dg.AssetMaterialization(UP, partition=f"2024-01-{day:02d}"))
        run(toy_definitions(), instance, "2024-01-31")


@pytest.mark.slow
def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """The daemon and a backfill in a terminal: no "database is locked", no lost event."""
    with instance_in(tmp_path, POOLED):
        pass
    spawn = multiprocessing.get_context("spawn")
    go = spawn.Barrier(2)
    writers = [spawn.Process(target=_report_days, args=(str(tmp_path), first, go)) for first in (1, 2)]
    try:
        for process in writers:
            process.start()
        for process in writers:
            process.join(120)
        assert [process.exitcode for process in writers] == [0, 0]
    finally:
        for process in writers:
            process.kill()
    with instance_in(tmp_path, POOLED) as instance:
        reported = [f"2024-01-{day:02d}" for day in range(1, 31)]
        assert instance.get_materialized_partitions(UP) == {*reported, "2024-01-31"}
        counts = {day: len(runs) for day, runs in _statuses(instance, UP).items()}
        assert counts == dict.fromkeys(reported, 1) | {"2024-01-31": 2}
        assert len(instance.get_runs()) == 2
