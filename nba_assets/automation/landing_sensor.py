"""Reports new landing files as materializations of their landing asset and game date, whoever dropped them.

The decision is in `landing_plan`. Nothing is parsed here except season schedules, which are compared with their
predecessor to know which dates they change.
"""

from collections.abc import Iterator
from datetime import date, datetime

import dagster as dg

from nba_assets.automation.landing_plan import Cursor, Plan, new_days, plan
from nba_assets.automation.schedule_documents import ScheduleDocuments
from nba_assets.calendar import et_today, season_year
from nba_assets.landing_files import LANDING, LANDING_DATASETS, NBA_SCHEDULE
from resources.landing_store import LandingFile, LandingStore

# Metadata of a landing materialization: the landing paths it is about.
PATHS_METADATA = "paths"
_PATHS_SHOWN = 10
# So many of a date's latest fetches are compared with a file before it is taken for new.
_FETCHES_COMPARED = 5


@dg.sensor(
    name="landing_files",
    description="Reports new files of the landing folder per landing asset and game date.",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    required_resource_keys={"landing", "clock"},
)
def landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    planned = look(context.resources.landing, Cursor.parse(context.cursor), context.resources.clock.now())
    for stranger in planned.strangers:
        context.log.warning(stranger)
    context.update_cursor(planned.cursor.dump())
    if not planned.reports:
        return dg.SkipReason(
            f"no new landing files ({len(planned.waiting)} for later dates, "
            f"{len(planned.strangers)} that belong to no dataset)"
        )
    store, reports = context.resources.landing, sorted(planned.reports.items())
    new = [_event(*report) for report in reports if not _fetched(context.instance, store, *report)]
    return dg.SensorResult(asset_events=new)


def look(store: LandingStore, cursor: Cursor, now: datetime) -> Plan:
    """What a tick at `now` reports of the landing store."""
    today = et_today(now)
    begun = new_days(cursor, today)
    documents = ScheduleDocuments(store, today)
    planned = plan(_listing(store, cursor, begun), cursor, now, documents.dates_changed_by)
    for day in begun:
        # The season's schedule named this date long before it was a partition.
        for newest in documents.of_season(season_year(day))[-1:]:
            if (NBA_SCHEDULE.name, day) not in planned.reports:
                planned.report(NBA_SCHEDULE, day, newest.path)
    return planned


def _listing(store: LandingStore, cursor: Cursor, begun: list[date]) -> Iterator[LandingFile]:
    yield from store.list("", arrived_since_ns=cursor.list_from_ns)
    for day in begun:
        for dataset in LANDING_DATASETS:
            if not dataset.by_season:
                for prefix in dataset.prefixes(day):
                    yield from store.list(prefix)


def _fetched(
    instance: dg.DagsterInstance, store: LandingStore, asset_and_day: tuple[str, date], paths: list[str]
) -> bool:
    """Whether runs that fetched these files have reported them: twice would compute everything twice.

    What arrived after a run's report is not what it reported: somebody has replaced the file.
    """
    name, day = asset_and_day
    folders = {path.rpartition("/")[0] for path in paths}
    arrived_ns = {file.path: file.arrived_ns for folder in folders for file in store.list(folder)}
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey([LANDING, name]), asset_partitions=[day.isoformat()])
    known: set[str] = set()
    for record in instance.fetch_materializations(wanted, limit=_FETCHES_COMPARED).records:
        event = record.asset_materialization
        told = event.metadata.get(PATHS_METADATA) if event else None
        if record.run_id and isinstance(told, dg.JsonMetadataValue) and isinstance(told.data, list):
            reported_ns = record.timestamp * 1_000_000_000
            known.update(path for path in map(str, told.data) if arrived_ns.get(path, 0) <= reported_ns)
    return known.issuperset(paths)


def _event(asset_and_day: tuple[str, date], paths: list[str]) -> dg.AssetMaterialization:
    name, day = asset_and_day
    return dg.AssetMaterialization(
        dg.AssetKey([LANDING, name]),
        partition=day.isoformat(),
        description=f"{len(paths)} new files",
        metadata={"files": len(paths), PATHS_METADATA: dg.MetadataValue.json(paths[:_PATHS_SHOWN])},
    )
