"""Events of a run over many partitions: what was written, and one verdict per check and partition.

Dagster runs a partitioned check once in a range run and knows only all or nothing of its partitions; here the asset
says itself which were written and what each check found where.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

from nba_assets.checks.verdict import Verdict


def output_events(
    context: dg.AssetExecutionContext, value: object, metadata: Mapping[str, Any]
) -> Iterator[dg.Output[Any]]:
    """The asset's output, and the empty ones Dagster expects of its checks."""
    yield dg.Output(value, metadata=dict(metadata))
    for output_name in context.assets_def.check_specs_by_output_name:
        if output_name in context.op_execution_context.selected_output_names:
            yield dg.Output(None, output_name=output_name)


def verdict_events(
    context: dg.AssetExecutionContext,
    key: dg.AssetKey,
    verdicts: Mapping[str, Mapping[date, Verdict]],
    written: Sequence[date],
) -> Iterator[dg.AssetCheckEvaluation]:
    """Check -> partition -> verdict, as evaluations; those of `written` partitions name what they are about."""
    targets = _targets(context, key, written)
    for check, found in verdicts.items():
        for day, verdict in sorted(found.items()):
            yield dg.AssetCheckEvaluation(
                asset_key=key,
                check_name=check,
                passed=verdict.passed,
                description=verdict.description,
                metadata=verdict.metadata,
                severity=dg.AssetCheckSeverity.ERROR if verdict.error else dg.AssetCheckSeverity.WARN,
                partition=day.isoformat(),
                # A blocking evaluation fails the whole step in Dagster; here only the partition is held back.
                blocking=False,
                target_materialization_data=targets.get(day.isoformat()),
            )


def _targets(
    context: dg.AssetExecutionContext, key: dg.AssetKey, written: Sequence[date]
) -> dict[str | None, AssetCheckEvaluationTargetMaterializationData]:
    """The materialization each verdict is about; automation ignores verdicts that do not name the latest one."""
    if not written:
        return {}
    wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[day.isoformat() for day in written])
    newest_first = context.instance.fetch_materializations(wanted, limit=len(written)).records
    return {
        record.partition_key: AssetCheckEvaluationTargetMaterializationData(
            storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
        )
        for record in newest_first
    }
