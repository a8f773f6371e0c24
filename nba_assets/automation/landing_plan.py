"""What the landing sensor reports: a listing and a cursor give reports and the next cursor. Pure, so provable.

Every generation of every file is handled exactly once, whatever the order of arrivals and ticks; a file for a date
that has not begun is reported when it begins.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from nba_assets.calendar import et_today
from nba_assets.landing_files import LandingDataset, LandingPathError, parse_landing_path
from nba_assets.partitions import FIRST_GAME_DATE
from resources.landing_store import LandingFile
from resources.simulation import SIMULATED_MARKER

# Files that land while the folder is being listed may have arrived before the newest one listed.
_OVERLAP_NS = 10 * 60 * 1_000_000_000
# Without this a bulk drop would stay in the cursor, and in every tick's record, until the next season's first file.
_SETTLED_NS = 60 * 60 * 1_000_000_000

# A tick must stay far below the sensor's time limit (60 s): a season schedule is read and compared, others are not.
COST_PER_TICK = 500
COST_OF_SCHEDULE = 25

ScheduleDates = Callable[[str], Iterable[date]]


@dataclass(frozen=True)
class Cursor:
    """How far the sensor has got: newest arrival handled, what it handled of the overlap, the last day it saw."""

    arrived_ns: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    today: str | None = None

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        return cls(**json.loads(text)) if text else cls()

    def dump(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def list_from_ns(self) -> int:
        return max(0, self.arrived_ns - _OVERLAP_NS)

    def handled(self, file: LandingFile) -> bool:
        return file.arrived_ns < self.list_from_ns or _fingerprint(file) in self.seen

    def after(self, files: Iterable[LandingFile], at_least_ns: int, today: date) -> "Cursor":
        """The cursor once these files are handled, too."""
        seen = self.seen | {_fingerprint(file): file.arrived_ns for file in files}
        moved = Cursor(max([self.arrived_ns, at_least_ns, *seen.values()]), {}, today.isoformat())
        return Cursor(moved.arrived_ns, {k: ns for k, ns in seen.items() if ns >= moved.list_from_ns}, moved.today)


@dataclass
class Plan:
    """Files to report per (landing dataset, game date), files that wait for their date, files of no dataset, cursor."""

    cursor: Cursor
    reports: dict[tuple[str, date], list[str]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def report(self, dataset: LandingDataset, day: date, path: str) -> None:
        self.reports.setdefault((dataset.name, day), []).append(path)


def new_days(cursor: Cursor, today: date) -> list[date]:
    """Dates that became partitions since the last tick."""
    if cursor.today is None:
        return []
    first = date.fromisoformat(cursor.today) + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def plan(files: Iterable[LandingFile], cursor: Cursor, now: datetime, schedule_dates: ScheduleDates) -> Plan:
    """What to report of a listing: all files since `cursor.list_from_ns`, and all files of the dates that are new.

    `schedule_dates` gives the dates a season document changes. The oldest arrivals come first, a bounded number per
    tick; the cursor moves only over files handled in this tick.
    """
    today = et_today(now)
    begun = set(new_days(cursor, today))
    listed = {file.path: file for file in files}.values()
    fresh = sorted((file for file in listed if not cursor.handled(file)), key=lambda file: (file.arrived_ns, file.path))
    batch = list(_affordable(fresh))
    settled_ns = int(now.timestamp() * 1_000_000_000) - _SETTLED_NS if len(batch) == len(fresh) else 0
    planned = Plan(cursor.after(batch, settled_ns, today))
    for file in batch:
        _add(planned, file, today, schedule_dates)
    for file in sorted(file for file in listed if cursor.handled(file)):
        dataset, day = _place(file.path)
        if dataset and day and day in begun:
            planned.report(dataset, day, file.path)
    return planned


def _affordable(files: Iterable[LandingFile]) -> Iterable[LandingFile]:
    budget = COST_PER_TICK
    for file in files:
        dataset, _ = _place(file.path)
        budget -= COST_OF_SCHEDULE if dataset and dataset.by_season else 1
        if budget < 0:
            return
        yield file


def _add(planned: Plan, file: LandingFile, today: date, schedule_dates: ScheduleDates) -> None:
    if file.path == SIMULATED_MARKER:
        return
    try:
        landing = parse_landing_path(file.path)
    except LandingPathError as error:
        planned.strangers.append(str(error))
        return
    if landing.day is None:
        for day in schedule_dates(file.path):
            if FIRST_GAME_DATE <= day <= today:
                planned.report(landing.dataset, day, file.path)
    elif landing.day < FIRST_GAME_DATE:
        planned.strangers.append(f"{file.path}: before the first game date {FIRST_GAME_DATE}")
    elif landing.day > today:
        planned.waiting.append(file.path)
    else:
        planned.report(landing.dataset, landing.day, file.path)


def _place(path: str) -> tuple[LandingDataset | None, date | None]:
    try:
        landing = parse_landing_path(path)
    except LandingPathError:
        return None, None
    return landing.dataset, landing.day


def _fingerprint(file: LandingFile) -> str:
    return sha256(f"{file.path}\0{file.generation}".encode()).hexdigest()[:16]
