"""Reports new landing files as materializations of their landing asset and game date, whoever dropped them.

The decision is pure (`plan`): a listing and a cursor give reports and the next cursor. Nothing is parsed here except
season schedules, which are compared with their predecessor to know which dates they change.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import dagster as dg
import polars as pl

from nba_assets.automation.conditions import LOOK_BACK
from nba_assets.calendar import et_today, season_label, season_year
from nba_assets.landing_files import NBA_SCHEDULE, LandingPathError, parse_landing_path
from nba_assets.partitions import FIRST_GAME_DATE
from nba_assets.transforms import schedule_changes
from nba_assets.transforms.documents import DocumentError, schedule
from resources.landing_store import LandingError, LandingFile, LandingStore

# Files that land while the folder is being listed may have arrived before the newest one listed.
_OVERLAP_NS = 10 * 60 * 1_000_000_000
_FILES_PER_TICK = 500
_PATHS_SHOWN = 10


@dataclass(frozen=True)
class Cursor:
    """How far the sensor has got: newest arrival handled, (generation, arrival) inside the overlap, last day seen."""

    arrived_ns: int = 0
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    today: str | None = None

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        if not text:
            return cls()
        raw = json.loads(text)
        return cls(raw["arrived_ns"], {path: (g, ns) for path, (g, ns) in raw["seen"].items()}, raw["today"])

    def dump(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def list_from_ns(self) -> int:
        return max(0, self.arrived_ns - _OVERLAP_NS)


@dataclass(frozen=True)
class Plan:
    """What to report: files per (landing dataset, game date); paths that belong to no dataset; the next cursor."""

    reports: dict[tuple[str, date], list[str]]
    strangers: list[str]
    cursor: Cursor


def plan(
    files: Iterable[LandingFile], cursor: Cursor, today: date, schedule_dates: Callable[[str], Iterable[date]]
) -> Plan:
    """Reports for the files not yet seen, oldest arrival first, a bounded number per tick.

    `schedule_dates` gives the dates a schedule document changes. Each generation of a file is reported once; the cursor
    moves only over files handled in this tick. Dates after today are not reported: they are not partitions yet.
    """
    unseen = [file for file in files if cursor.seen.get(file.path, ("", 0))[0] != file.generation]
    handled = sorted(unseen, key=lambda file: (file.arrived_ns, file.path))[:_FILES_PER_TICK]
    reports: dict[tuple[str, date], list[str]] = {}
    strangers = []
    for file in handled:
        try:
            landing = parse_landing_path(file.path)
        except LandingPathError as error:
            strangers.append(str(error))
            continue
        for day in schedule_dates(file.path) if landing.day is None else [landing.day]:
            if FIRST_GAME_DATE <= day <= today:
                reports.setdefault((landing.dataset.name, day), []).append(file.path)
    arrived = max([cursor.arrived_ns, *(file.arrived_ns for file in handled)])
    seen = cursor.seen | {file.path: (file.generation, file.arrived_ns) for file in handled}
    recent = {path: entry for path, entry in seen.items() if entry[1] >= arrived - _OVERLAP_NS}
    return Plan(reports, strangers, Cursor(arrived, recent, today.isoformat()))


def new_days(cursor: Cursor, today: date) -> list[date]:
    """Dates that became partitions since the last tick (at most the automation's look-back)."""
    if cursor.today is None:
        return []
    first = max(date.fromisoformat(cursor.today) + timedelta(days=1), today - LOOK_BACK)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


class Schedules:
    """The schedule documents of the landing store, as the sensor needs them."""

    def __init__(self, store: LandingStore) -> None:
        self._store = store

    def documents(self, season: int) -> list[str]:
        """Paths of a season's documents, oldest first."""
        folders = [f"{folder}/{season_label(season)}" for folder in NBA_SCHEDULE.folders]
        return sorted(file.path for folder in folders for file in self._store.list(folder))

    def dates_changed_by(self, path: str, today: date) -> list[date]:
        """Dates whose games differ from the predecessor's; a document that cannot be read touches today, where its
        table's check will say so."""
        season = parse_landing_path(path).season
        older = [p for p in self.documents(season) if p < path] if season is not None else []
        try:
            after = schedule.parse(self._store.read(path))
        except (LandingError, DocumentError):
            return [today]
        before = next((frame for p in reversed(older) if (frame := self._parsed(p)) is not None), after.clear())
        return schedule_changes.changed_dates(before, after)

    def _parsed(self, path: str) -> pl.DataFrame | None:
        try:
            return schedule.parse(self._store.read(path))
        except (LandingError, DocumentError):
            return None


@dg.sensor(
    name="landing_files",
    description="Reports new files of the landing folder per landing asset and game date.",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    required_resource_keys={"landing", "clock"},
)
def landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    store: LandingStore = context.resources.landing
    today = et_today(context.resources.clock.now())
    cursor = Cursor.parse(context.cursor)
    schedules = Schedules(store)
    planned = plan(
        store.list("", arrived_since_ns=cursor.list_from_ns), cursor, today,
        lambda path: schedules.dates_changed_by(path, today),
    )  # fmt: skip
    for day in new_days(cursor, today):
        # The season's schedule named this date long before it was a partition.
        newest = schedules.documents(season_year(day))[-1:]
        if newest:
            planned.reports.setdefault((NBA_SCHEDULE.name, day), newest)
    for stranger in planned.strangers:
        context.log.warning(stranger)
    context.update_cursor(planned.cursor.dump())
    if not planned.reports:
        return dg.SkipReason(f"no new landing files ({len(planned.strangers)} that belong to no dataset)")
    return dg.SensorResult(asset_events=[_event(*report) for report in sorted(planned.reports.items())])


def _event(asset_and_day: tuple[str, date], paths: list[str]) -> dg.AssetMaterialization:
    name, day = asset_and_day
    return dg.AssetMaterialization(
        dg.AssetKey(["landing", name]),
        partition=day.isoformat(),
        description=f"{len(paths)} new files",
        metadata={"files": len(paths), "paths": dg.MetadataValue.json(paths[:_PATHS_SHOWN])},
    )
