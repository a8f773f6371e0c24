"""Which runs a backfill of a date range takes: a run has one kind of partitions, and a bounded number of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

from ml_models.walk_forward import model_week
from nba_assets.partitions import MAX_DATES_PER_RUN, MODEL_WEEKS


@dataclass(frozen=True)
class PlannedRun:
    """Assets of one partitioning and their first and last partition, game dates or Mondays."""

    keys: tuple[dg.AssetKey, ...]
    first: date
    last: date


def plan_runs(graph: BaseAssetGraph, keys: Sequence[dg.AssetKey], first: date, last: date) -> list[PlannedRun]:
    """Runs in the order to make them: for every stretch of dates the tables models are trained on, then the models of
    its weeks, then the tables that read models. A walk through time, so a later stretch finds the earlier one's models.
    """
    return [
        PlannedRun(stage, *((model_week(start), model_week(end)) if weekly else (start, end)))
        for start, end in chunks(first, last)
        for weekly, stage in _stages(graph, keys)
    ]


def chunks(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The range cut into runs of at most `MAX_DATES_PER_RUN` dates."""
    while first <= last:
        end = min(last, first + timedelta(days=MAX_DATES_PER_RUN - 1))
        yield first, end
        first = end + timedelta(days=1)


def _stages(graph: BaseAssetGraph, keys: Sequence[dg.AssetKey]) -> list[tuple[bool, tuple[dg.AssetKey, ...]]]:
    """The assets in stages of one partitioning, (weekly, keys), each after those it reads."""
    stage: dict[dg.AssetKey, int] = {}
    for key in graph.toposorted_asset_keys:
        if key not in keys:
            continue
        weekly = graph.get(key).partitions_def == MODEL_WEEKS
        earliest = max((stage[parent] for parent in graph.get(key).parent_keys if parent in stage), default=0)
        # Weekly stages are odd, daily ones even.
        stage[key] = earliest if earliest % 2 == weekly else earliest + 1
    return [
        (number % 2 == 1, tuple(sorted(key for key in stage if stage[key] == number)))
        for number in sorted(set(stage.values()))
    ]
