"""`@table_asset`: turns a pure function over many dates into a daily-partitioned asset with per-date checks.

The decorated function gets the landing reader of the run and the frames of its inputs, and returns the table's rows
for all dates at once. Everything that is the same for every table happens here: reading inputs, quarantining rows, one
verdict per check and date, holding back a date that must not be written, and telling Dagster exactly what was written.

Holding back a date (a blocking check failed, or a table it needs has no partition there) never stops the other dates
of the run: they are written, their downstream too. The date keeps its old partition, gets no materialization event,
and its checks are red with the reason.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import dagster as dg
import polars as pl

from ml_models.systems import Entry
from nba_assets.automation.conditions import after_inputs
from nba_assets.checks.contract import contract_check
from nba_assets.checks.judgement import Judgement, judge
from nba_assets.checks.verdict import TableCheck, in_words
from nba_assets.contracts import PARTITION_COLUMN, TABLES, Table
from nba_assets.dagster_metadata import column_schema, preview
from nba_assets.landing_files import LANDING, LandingDataset
from nba_assets.landing_reader import LandingReader
from nba_assets.partition_events import output_events, verdict_events
from nba_assets.partitions import GAME_DATES, MAX_DATES_PER_RUN
from nba_assets.policies import FRESH_BY_MORNING, OWNERS, SIMULATED_KIND, preview_features_accepted
from resources.table_io_manager import TableIOManager, TableOutput

# First part of the keys of trained models.
MODELS = "models"

# Previews are for looking at a day; in a season run they would be most of the event log.
_PREVIEW_UP_TO_DATES = 31


# Metadata of one date's rows.
Summary = Callable[[pl.DataFrame], Mapping[str, Any]]
# Name -> Markdown image of one date's rows, which are simulated or not.
Pictures = Callable[[pl.DataFrame, bool], Mapping[str, str]]


@dataclass(frozen=True)
class LookBack:
    """An input of which the `days` dates before each game date are loaded (only `columns`), and with `same_date` the
    date itself. A range run loads one window for all its dates: the transform keeps each date to its own past.
    """

    table: str
    days: int
    columns: tuple[str, ...]
    same_date: bool = False


def landing_key(dataset: LandingDataset) -> dg.AssetKey:
    return dg.AssetKey([LANDING, dataset.name])


def model_key(system_id: str) -> dg.AssetKey:
    return dg.AssetKey([MODELS, system_id])


def table_key(table: Table) -> dg.AssetKey:
    return dg.AssetKey([table.dataset, table.name])


def table_asset(
    name: str,
    *,
    landing: Sequence[LandingDataset] = (),
    earlier_landing: Mapping[LandingDataset, int] | None = None,
    inputs: Sequence[str] = (),
    look_back: Sequence[LookBack] = (),
    may_miss: Sequence[str] = (),
    own_rows: bool = False,
    own_days: int = 0,
    models: Sequence[Entry] = (),
    resources: Sequence[str] = (),
    checks: Sequence[TableCheck] = (),
    summary: Summary | None = None,
    pictures: Pictures | None = None,
) -> Callable[[Callable[..., pl.DataFrame]], dg.AssetsDefinition]:
    """Declare the asset of table `name`, computed from `landing` files and `inputs` tables of the same dates.

    `earlier_landing`: datasets of which files of so many dates before are read, too. `may_miss`: input tables whose
    absence on a date does not hold it back. `own_rows`: the function also gets `previous`, the table's stored rows of
    the run's dates, and of the `own_days` before. `models`: it also gets `models`, the model store, in which it looks
    for these systems' models of the dates' weeks. `resources`: it also gets the resources of these names.

    The function is called as `fn(reader, **frames)`, one frame per input table, named like the table. It returns the
    contract's columns, and may add `quarantine_reason` for rows that are to be left out. `summary` tells of a date's
    rows in metadata; `pictures` shows them where a single date is materialized.
    """
    table = TABLES[name]
    is_raw = table.dataset == "nba_raw"
    all_checks = (contract_check(table, holds_back=not is_raw), *checks)
    of_date = [*inputs, *(window.table for window in look_back if window.same_date)]
    required = [TABLES[name] for name in of_date if not TABLES[name].optional and name not in may_miss]
    also_needs = [*resources, *(["models"] if models else [])]
    key = table_key(table)

    @preview_features_accepted()
    def decorate(fn: Callable[..., pl.DataFrame]) -> dg.AssetsDefinition:
        @dg.asset(
            key=key,
            ins=_asset_ins(inputs, look_back),
            deps=[*(landing_key(dataset) for dataset in landing), *(model_key(entry.system_id) for entry in models)],
            check_specs=[
                dg.AssetCheckSpec(
                    check.name,
                    asset=key,
                    description=check.description,
                    blocking=check.blocking,
                    partitions_def=GAME_DATES,
                )
                for check in all_checks
            ],
            partitions_def=GAME_DATES,
            backfill_policy=dg.BackfillPolicy.multi_run(MAX_DATES_PER_RUN),
            io_manager_key="warehouse",
            required_resource_keys={"warehouse", "landing", "clock", *also_needs},
            description=f"{table.description}\n\nSource: {table.source}. Key: {', '.join(table.key)}.",
            metadata={"dagster/column_schema": column_schema(table), "dagster/table_name": table.full_name},
            group_name=table.dataset.removeprefix("nba_"),
            kinds={"polars", "parquet"},
            owners=OWNERS,
            freshness_policy=FRESH_BY_MORNING,
            automation_condition=after_inputs(
                [*_may_be_missing(landing, of_date, may_miss), *(model_key(entry.system_id) for entry in models)],
                earlier={table_key(TABLES[window.table]): window.days for window in look_back}
                | {landing_key(dataset): days for dataset, days in (earlier_landing or {}).items()},
                only_earlier=[table_key(TABLES[window.table]) for window in look_back if not window.same_date],
            ),
        )
        def compute(context: dg.AssetExecutionContext, **frames: pl.DataFrame) -> Iterator[Any]:
            started = time.perf_counter()
            warehouse: TableIOManager = context.resources.warehouse
            dates = [date.fromisoformat(day) for day in context.partition_keys]
            now = context.resources.clock.now()
            reader = LandingReader(context.resources.landing, dates, now)
            also: dict[str, Any] = {name: getattr(context.resources, name) for name in also_needs}
            if own_rows:
                own = {day - timedelta(days=n) for day in dates for n in range(own_days + 1)}
                also["previous"] = warehouse.warehouse.read(table, own)
            rows = fn(reader, **frames, **also)
            judgement = judge(
                table,
                rows,
                dates=dates,
                unreadable=reader.unreadable(),
                waiting=_missing_inputs(warehouse, required, dates),
                inputs=frames,
                checks=all_checks,
                now=now,
            )
            batch = judgement.batch
            told = (
                f"{table.full_name}: {len(dates)} dates, {reader.files_read} files, {batch.rows.height} rows, "
                f"{batch.quarantined.height} left out, {len(judgement.held_back)} dates held back"
            )
            context.log.info(told)
            run_metadata = {
                "run/dates": len(dates),
                "run/seconds_read": round(warehouse.take_seconds_read(), 3),
                "run/seconds_compute": round(time.perf_counter() - started, 3),
            }
            simulated = SIMULATED_KIND in context.assets_def.specs_by_key[key].kinds
            show = _Shown(summary, pictures, also["previous"] if own_days else table.empty(), simulated=simulated)
            yield from _report(context, judgement, run_metadata, show)

        return compute

    return decorate


@dataclass(frozen=True)
class _Shown:
    """What people see of a date's rows in its materialization; in pictures after the stored rows of `past` dates."""

    summary: Summary | None
    pictures: Pictures | None
    past: pl.DataFrame
    simulated: bool

    def of(self, rows: pl.DataFrame, dates: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        if dates <= _PREVIEW_UP_TO_DATES:
            shown["preview"] = preview(rows)
            shown |= self.summary(rows) if self.summary and not rows.is_empty() else {}
        if dates == 1 and self.pictures and not rows.is_empty():
            before = self.past.filter(pl.col(PARTITION_COLUMN) < rows[PARTITION_COLUMN].min())
            images = self.pictures(pl.concat([before, rows]), self.simulated)
            shown |= {name: dg.MetadataValue.md(image) for name, image in images.items()}
        return shown


def _asset_ins(inputs: Sequence[str], look_back: Sequence[LookBack]) -> dict[str, dg.AssetIn]:
    ins = {name: dg.AssetIn(key=table_key(TABLES[name])) for name in inputs}
    for window in look_back:
        ins[window.table] = dg.AssetIn(
            key=table_key(TABLES[window.table]),
            metadata={
                "columns": list(window.columns),
                "look_back_days": window.days,
                "same_date": window.same_date,
            },
        )
    return ins


def _may_be_missing(
    landing: Sequence[LandingDataset], inputs: Sequence[str], may_miss: Sequence[str]
) -> list[dg.AssetKey]:
    """Inputs whose absence on a date must not stop automation. A table read from landing alone needs its files."""
    keys = [table_key(TABLES[name]) for name in inputs if TABLES[name].optional or name in may_miss]
    if inputs:
        keys += [landing_key(dataset) for dataset in landing]
    return keys


def _missing_inputs(warehouse: TableIOManager, required: Sequence[Table], dates: Sequence[date]) -> dict[date, str]:
    """Dates for which a table that must be there has no partition, with the reason in words."""
    held_back: dict[date, list[str]] = {}
    for table in required:
        for day in set(dates) - warehouse.warehouse.dates(table):
            held_back.setdefault(day, []).append(table.full_name)
    return {day: f"waits for {', '.join(names)}: no partition {day}" for day, names in held_back.items()}


def _report(
    context: dg.AssetExecutionContext,
    judgement: Judgement,
    run_metadata: Mapping[str, float],
    shown: "_Shown",
) -> Iterator[Any]:
    """Events of the run: the output with metadata per date, then each check's verdict per date."""
    batch, dates = judgement.batch, judgement.dates_to_write
    key = table_key(batch.table)
    if dates:
        by_date = batch.rows_by_date()
        for day in dates:
            metadata = {"dagster/partition_row_count": by_date[day].height, **shown.of(by_date[day], len(dates))}
            context.add_asset_metadata(metadata, asset_key=key, partition_key=day.isoformat())
        rows = batch.rows.filter(pl.col(PARTITION_COLUMN).is_in(dates))
        output = TableOutput(batch.table, dates, rows, batch.quarantined)
        yield from output_events(context, output, run_metadata)
    else:
        context.resources.warehouse.write_quarantine(batch.table, [], batch.quarantined)

    yield from verdict_events(context, key, judgement.verdicts, dates)
    if not dates:
        raise dg.Failure(
            f"{batch.table.full_name}: nothing could be written; {in_words(sorted(set(judgement.held_back.values())))}",
            allow_retries=False,
        )
