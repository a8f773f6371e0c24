"""Two toy assets that use Dagster exactly as `table_asset` and `TableIOManager` do, and nothing else of ours."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")
UP, DOWN = dg.AssetKey(["toy", "up"]), dg.AssetKey(["toy", "down"])
VERDICT = dg.AssetCheckKey(UP, "verdict")


@dataclass
class Stored:
    """What the IO manager was given and has stored: partition keys per asset."""

    keys: dict[str, list[str]] = field(default_factory=dict)


class NarrowingIOManager(dg.IOManager):
    """Stores the keys it is given; with `narrow` it tells Dagster that only those were written."""

    def __init__(self, stored: Stored, *, narrow: bool) -> None:
        self.stored, self.narrow = stored, narrow

    def handle_output(self, context: dg.OutputContext, obj: list[str]) -> None:
        self.stored.keys[context.asset_key.path[-1]] = obj
        if self.narrow:
            context._asset_partitions_subset = DAYS.subset_with_partition_keys(obj)

    def load_input(self, context: dg.InputContext) -> list[str]:
        return list(context.asset_partition_keys)


def toy_definitions(
    *,
    held_back: Collection[str] = (),
    bad: Collection[str] = (),
    event_blocks: bool = False,
    narrow: bool = True,
    stored: Stored | None = None,
) -> dg.Definitions:
    """`up` writes all dates but `held_back` and gives a verdict on each, red for `bad`; `down` reads `up`."""

    @dg.asset(
        key=UP,
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=[dg.AssetCheckSpec("verdict", asset=UP, blocking=True, partitions_def=DAYS)],
    )
    def up(context: dg.AssetExecutionContext) -> Iterator[Any]:
        written = [day for day in context.partition_keys if day not in held_back]
        for day in written:
            context.add_asset_metadata({"rows": int(day[-2:])}, asset_key=UP, partition_key=day)
        yield dg.Output(written)
        for output_name in context.assets_def.check_specs_by_output_name:
            yield dg.Output(None, output_name=output_name)
        wanted = dg.AssetRecordsFilter(UP, asset_partitions=written)
        records = context.instance.fetch_materializations(wanted, limit=len(written)).records
        targets = {
            record.partition_key: AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
            for record in records
        }
        for day in context.partition_keys:
            yield dg.AssetCheckEvaluation(
                asset_key=UP,
                check_name="verdict",
                passed=day not in bad,
                partition=day,
                blocking=event_blocks,
                target_materialization_data=targets.get(day),
            )

    @dg.asset(
        key=DOWN,
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        automation_condition=dg.AutomationCondition.all_deps_blocking_checks_passed(),
    )
    def down(context: dg.AssetExecutionContext, up: list[str]) -> dg.Output[list[str]]:
        return dg.Output(list(context.partition_keys))

    return dg.Definitions(
        assets=[up, down],
        resources={"io_manager": NarrowingIOManager(stored or Stored(), narrow=narrow)},
        executor=dg.in_process_executor,
    )


def run(
    defs: dg.Definitions, instance: dg.DagsterInstance, first: str, last: str | None = None
) -> dg.ExecuteInProcessResult:
    """A run of both assets over a range, or of one partition when `last` is not given."""
    job = defs.resolve_implicit_global_asset_job_def()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if last is None:
        return job.execute_in_process(instance=instance, partition_key=first, run_config=quiet, raise_on_error=False)
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    return job.execute_in_process(instance=instance, tags=tags, run_config=quiet, raise_on_error=False)


def verdicts(instance: dg.DagsterInstance) -> dict[str | None, str]:
    """Latest status of the check by partition."""
    infos = instance.event_log_storage.get_asset_check_partition_info([VERDICT])
    return {info.partition_key: info.latest_execution_status.value for info in infos}
