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
from nba_assets.landing_files import LANDING_DATASETS, NBA_SCHEDULE
from resources.landing_store import LandingFile, LandingStore

_PATHS_SHOWN = 10


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
    return dg.SensorResult(asset_events=[_event(*report) for report in sorted(planned.reports.items())])


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


def _event(asset_and_day: tuple[str, date], paths: list[str]) -> dg.AssetMaterialization:
    name, day = asset_and_day
    return dg.AssetMaterialization(
        dg.AssetKey(["landing", name]),
        partition=day.isoformat(),
        description=f"{len(paths)} new files",
        metadata={"files": len(paths), "paths": dg.MetadataValue.json(paths[:_PATHS_SHOWN])},
    )
