"""Materializes a range of game dates through Dagster, as few runs as possible, and says what came of it per table and
date.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Thread
from time import perf_counter
from uuid import uuid4

import dagster as dg
from sqlalchemy.exc import OperationalError

from nba_assets.backfill_plan import PlannedRun, plan_runs
from nba_assets.contracts import TABLES
from nba_assets.landing_files import LANDING
from nba_assets.partitions import FIRST_GAME_DATE, GAME_DATES
from nba_assets.table_asset import MODELS

Progress = Callable[[int, int, str], None]
# First part of an asset's key -> the metadata that counts its rows, and that of its seconds by part of the work.
_METADATA: dict[str, tuple[str, dict[str, str]]] = defaultdict(
    lambda: ("dagster/partition_row_count", {part: f"run/seconds_{part}" for part in ("read", "compute", "write")}),
    {
        LANDING: ("files", {"read": "run/seconds_fetch"}),
        MODELS: ("training rows", {"compute": "run/seconds_compute"}),
    },
)
_POLL_SECONDS = 0.3


class BackfillError(ValueError):
    """The request makes no sense: names the argument and what would be right."""


@dataclass
class TableReport:
    """What a backfill did to one table, landing asset (its rows are files) or model (its dates are weeks, its rows
    those it learned from).

    `failed` and `warned` are (date, check, description), ERROR and WARN.
    """

    table: str
    dates: int = 0
    rows: int = 0
    checks: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("read", "compute", "write", "step"), 0.0))
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    warned: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class BackfillReport:
    """All tables of a backfill, and errors of runs that did not finish."""

    tables: dict[str, TableReport]
    run_ids: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.errors and not any(report.failed for report in self.tables.values())


def parse_range(first: str, last: str) -> tuple[date, date]:
    """Two ISO dates as a valid range of partitions."""
    days = []
    for name, text in (("FROM", first), ("TO", last)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError as error:
            raise BackfillError(f"{name}={text!r} is not a date; write YYYY-MM-DD") from error
    newest = date.fromisoformat(GAME_DATES.get_last_partition_key() or FIRST_GAME_DATE.isoformat())
    if not FIRST_GAME_DATE <= days[0] <= days[1] <= newest:
        raise BackfillError(f"FROM={first} TO={last}: need {FIRST_GAME_DATE} <= FROM <= TO <= {newest}")
    return days[0], days[1]


def select_assets(defs: dg.Definitions, select: str | None, *, fetch: bool = False) -> list[dg.AssetKey]:
    """Asset keys of a selection: all tables; or comma-separated table names, datasets or Dagster selections.

    What fetches from providers is only selected by name or by `fetch`: it takes time, and quota.
    """
    graph = defs.resolve_asset_graph()
    runnable = graph.materializable_asset_keys
    landing = {key for key in runnable if key.path[0] == LANDING}
    if not select:
        return sorted(runnable if fetch else set(runnable) - landing)
    keys = landing if fetch else set()
    for part in (part.strip() for part in select.split(",")):
        named = {key for key in runnable if part in (key.path[-1], ".".join(key.path), "/".join(key.path), key.path[0])}
        if not named:
            try:
                named = set(dg.AssetSelection.from_string(part).resolve(graph)) & set(runnable)
            except Exception as error:
                raise BackfillError(f"--select {part!r} is no table, dataset or Dagster selection: {error}") from error
        if not named:
            raise BackfillError(f"--select {part!r} matches no table; tables: {', '.join(TABLES)}")
        keys |= named
    return sorted(keys)


def run_backfill(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    first: date,
    last: date,
    keys: Sequence[dg.AssetKey],
    progress: Progress = lambda done, total, step: None,
) -> BackfillReport:
    """Materialize `keys` for every date of the range. A bad date never stops the others; it is in the report."""
    started = perf_counter()
    report = BackfillReport({key.path[-1]: TableReport(".".join(key.path)) for key in keys})
    runs = plan_runs(defs.resolve_asset_graph(), keys, first, last)
    total, done_before = sum(len(run.keys) for run in runs), 0
    for run in runs:
        result = _run_watched(
            defs, instance, run, lambda done, step, before=done_before: progress(before + done, total, step)
        )
        done_before += len(run.keys)
        report.run_ids.append(result.run_id)
        _collect(result, report)
    report.seconds = perf_counter() - started
    return report


def _run_watched(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    run: PlannedRun,
    progress: Callable[[int, str], None],
) -> dg.ExecuteInProcessResult:
    """One range run in this process, while a thread watches its steps go by."""
    run_id = str(uuid4())
    finished = Event()

    def watch() -> None:
        while not finished.wait(_POLL_SECONDS):
            try:
                steps = instance.get_run_step_stats(run_id) if instance.has_run(run_id) else []
            except OperationalError:
                continue  # the run is writing its history this very moment; the bar misses one beat
            if steps:
                running = next((step.step_key for step in steps if not step.end_time), "")
                progress(sum(1 for step in steps if step.end_time), running.split("__")[-1])

    watcher = Thread(target=watch, name="backfill-progress", daemon=True)
    watcher.start()
    try:
        return defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            run_id=run_id,
            asset_selection=list(run.keys),
            tags={
                "dagster/asset_partition_range_start": run.first.isoformat(),
                "dagster/asset_partition_range_end": run.last.isoformat(),
            },
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    finally:
        finished.set()
        watcher.join()
        progress(len(run.keys), "")


def _collect(result: dg.ExecuteInProcessResult, report: BackfillReport) -> None:
    """Count what the run's events say, per table."""
    for event in result.all_events:
        table = report.tables.get((event.step_key or "").split("__")[-1])
        if table is None:
            continue
        if event.is_step_materialization:
            metadata = event.step_materialization_data.materialization.metadata
            table.dates += 1
            counted, seconds = _METADATA[table.table.split(".")[0]]
            table.rows += int(_number(metadata, counted))
            for part, name in seconds.items():
                table.seconds[part] = _number(metadata, name)
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.asset_check_evaluation_data
            table.checks += 1
            if not evaluation.passed:
                verdicts = table.failed if evaluation.severity == dg.AssetCheckSeverity.ERROR else table.warned
                verdicts.append((evaluation.partition or "", evaluation.check_name, evaluation.description or ""))
        elif event.is_step_success:
            table.seconds["step"] = event.step_success_data.duration_ms / 1000
        elif event.is_step_failure:
            error = event.step_failure_data.error
            report.errors.append(
                f"{table.table}: {error.cause.message if error and error.cause else error and error.message}"
            )


def _number(metadata: Mapping[str, dg.MetadataValue], name: str) -> float:
    value = metadata[name].value
    if not isinstance(value, int | float):
        raise TypeError(f"metadata {name} is {value!r}, not a number")
    return value
