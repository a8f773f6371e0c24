"""The season schedules of the landing folder, as the landing sensor needs them: which dates does a document change?"""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from nba_assets.calendar import et_today, season_label, season_year
from nba_assets.landing_files import NBA_SCHEDULE, parse_landing_path
from nba_assets.transforms import schedule_changes
from nba_assets.transforms.documents import DocumentError, schedule
from resources.landing_store import LandingError, LandingFile, LandingStore

# Documents come in order, so the last one read is the next one's predecessor.
_KEPT = 4


class ScheduleDocuments:
    """Season documents of a landing store, for one tick."""

    def __init__(self, store: LandingStore, today: date) -> None:
        self._store = store
        self._today = today
        self._parsed: dict[str, pl.DataFrame | None] = {}

    def of_season(self, season: int) -> list[LandingFile]:
        """A season's documents, oldest first."""
        folders = [f"{folder}/{season_label(season)}" for folder in NBA_SCHEDULE.folders]
        return sorted(file for folder in folders for file in self._store.list(folder))

    def dates_changed_by(self, path: str) -> list[date]:
        """Dates whose games differ from the newest older document that can be read.

        - The season's first document tells of every date, so of days without games, too: a gap in the partitions of a
          table that is looked back over would hold its readers.
        - A document that cannot be read touches today, where its table turns red; the next readable one touches all
          dates that are red, even if no game changed.
        """
        season = parse_landing_path(path).season
        after = self._read(path)
        if after is None or season is None:
            return [self._today]
        unreadable = []
        for older in reversed([file for file in self.of_season(season) if file.path < path]):
            before = self._read(older.path)
            if before is not None:
                changed = schedule_changes.changed_dates(before, after)
                return sorted({*changed, *self._red_since(unreadable)})
            unreadable.append(older)
        return sorted({*self._whole_season(season, after), *self._red_since(unreadable)})

    def _whole_season(self, season: int, document: pl.DataFrame) -> list[date]:
        days = schedule_changes.changed_dates(document.clear(), document)
        if not days:
            return []
        return _every_day(days[0], max(days[-1], self._today) if season_year(self._today) == season else days[-1])

    def _red_since(self, unreadable: list[LandingFile]) -> list[date]:
        arrivals = [et_today(datetime.fromtimestamp(file.arrived_ns / 1e9, UTC)) for file in unreadable]
        return _every_day(min([*arrivals, self._today]), self._today) if arrivals else []

    def _read(self, path: str) -> pl.DataFrame | None:
        if path not in self._parsed:
            while len(self._parsed) >= _KEPT:
                del self._parsed[next(iter(self._parsed))]
            try:
                self._parsed[path] = schedule.parse(self._store.read(path))
            except (LandingError, DocumentError):
                self._parsed[path] = None
        return self._parsed[path]


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
