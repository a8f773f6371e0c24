"""Landing assets: one materialization is one fetch of one game date from its provider.

Files that others drop are reported by the landing sensor as materializations of the same assets. Where an environment
has no provider, that is the only way, and the assets cannot be materialized by hand.
"""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from nba_assets.automation.landing_sensor import PATHS_METADATA
from nba_assets.checks.verdict import Verdict, in_words
from nba_assets.landing_files import (
    LANDING,
    LANDING_DATASETS,
    NBA_SCHEDULE,
    ODDS_EVENTS,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
    LandingDataset,
)
from nba_assets.partition_events import output_events, verdict_events
from nba_assets.partitions import GAME_DATES, MAX_DATES_PER_RUN
from nba_assets.policies import OWNERS, preview_features_accepted
from nba_assets.table_asset import landing_key
from resources.providers.landing import FetchReport
from resources.table_io_manager import Stored

FETCHED = "fetched"
_ABOUT_FETCHED = """\
Everything that was asked for on this date arrived, or the provider says that it is not there (no game has begun, no
market is open). ERROR: a document failed after all retries; the message says what to do. It holds nothing back: what
did arrive, or was dropped by hand, is as good as ever."""


def landing_assets(*, fetching: bool) -> list[dg.AssetSpec | dg.AssetsDefinition]:
    """All landing assets; with `fetching` they can be materialized."""
    return [_fetched(dataset) if fetching else dg.AssetSpec(**_declared(dataset)) for dataset in LANDING_DATASETS]


def _declared(dataset: LandingDataset) -> dict[str, Any]:
    return {
        "key": landing_key(dataset),
        "description": f"{dataset.description}\n\nFolders: {', '.join(dataset.folders)}.",
        "group_name": LANDING,
        "kinds": {ending.split(".")[1] for ending in dataset.endings},
        "owners": OWNERS,
        "partitions_def": GAME_DATES,
    }


def _needs(dataset: LandingDataset) -> list[dg.AssetKey]:
    """What must have been fetched before: the games of a date, the events that have odds."""
    if dataset in (ODDS_GAME_LINES, ODDS_PLAYER_PROPS):
        return [landing_key(ODDS_EVENTS)]
    return [] if dataset in (NBA_SCHEDULE, ODDS_EVENTS) else [landing_key(NBA_SCHEDULE)]


def _fetched(dataset: LandingDataset) -> dg.AssetsDefinition:
    key = landing_key(dataset)
    with preview_features_accepted():
        check = dg.AssetCheckSpec(FETCHED, asset=key, description=_ABOUT_FETCHED, partitions_def=GAME_DATES)
        decorate = dg.asset(
            **_declared(dataset),
            deps=_needs(dataset),
            check_specs=[check],
            backfill_policy=dg.BackfillPolicy.multi_run(MAX_DATES_PER_RUN),
            io_manager_key="warehouse",
            required_resource_keys={"warehouse", "fetching"},
        )

    def fetch(context: dg.AssetExecutionContext) -> Iterator[Any]:
        fetcher = context.resources.fetching.fetcher()
        started = time.perf_counter()
        reports = {}
        for day in context.partition_keys:
            reports[day] = fetcher.fetch(dataset, date.fromisoformat(day))
            context.log.info("%s: %s", day, _in_words(reports[day]))
        yield from _events(context, key, reports, time.perf_counter() - started)

    return decorate(fetch)


def _events(
    context: dg.AssetExecutionContext, key: dg.AssetKey, reports: dict[str, FetchReport], seconds: float
) -> Iterator[Any]:
    """A materialization for each date that was fetched without an error, a verdict for every date."""
    fetched = [day for day, report in reports.items() if not report.errors and report.unavailable is None]
    for day in fetched:
        context.add_asset_metadata(_metadata(reports[day]), asset_key=key, partition_key=day)
    errors = [error for report in reports.values() for error in report.errors]
    if fetched or not errors:
        metadata: dict[str, Any] = {"run/dates": len(reports), "run/seconds_fetch": round(seconds, 3)}
        if not fetched:
            # Without a date Dagster would call the asset as a whole materialized.
            metadata[SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION] = True
        yield from output_events(context, Stored([date.fromisoformat(day) for day in fetched]), metadata)
    yield from verdict_events(
        context, key, {FETCHED: {date.fromisoformat(day): _verdict(report) for day, report in reports.items()}}, []
    )
    if errors and not fetched:
        raise dg.Failure(f"{key.to_user_string()}: no date could be fetched; {in_words(errors)}", allow_retries=False)


def _verdict(report: FetchReport) -> Verdict:
    counts = {"errors": len(report.errors), "files": len(report.written)}
    return Verdict(not report.errors, _in_words(report), metadata=counts)


def _metadata(report: FetchReport) -> dict[str, Any]:
    paths = [*report.written, *report.present]
    metadata: dict[str, Any] = {
        "files": len(report.written),
        "already there": len(report.present),
        "not there": len(report.absent),
        PATHS_METADATA: dg.MetadataValue.json(paths),
    }
    if report.quota is not None:
        told = {"remaining": report.quota.remaining, "used": report.quota.used, "last": report.quota.last}
        metadata |= {f"quota {name}": value for name, value in told.items() if value is not None}
    return metadata


def _in_words(report: FetchReport) -> str:
    if report.unavailable:
        return report.unavailable
    counts = f"{len(report.written)} files, {len(report.present)} already there, {len(report.absent)} not there"
    return f"{counts}; {in_words(report.errors)}" if report.errors else counts
