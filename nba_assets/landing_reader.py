"""Reads all landing files of the run's dates through a parser; what cannot be read is kept with its reason."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby

import polars as pl

from nba_assets.calendar import season_label, season_year
from nba_assets.contracts.quarantine import Quarantine
from nba_assets.landing_files import LandingDataset, LandingPath, LandingPathError, parse_landing_path
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS, DocumentError
from resources.landing_store import LandingError, LandingStore

# How the report of a season without any readable document begins; the check that blocks on it looks for these words.
NO_DOCUMENT = "no readable document"

Parser = Callable[[bytes], pl.DataFrame]


class LandingReader:
    """The landing files of one run: `read` gives typed frames, `unreadable` the files that gave none.

    All files of a date are always read, so order of arrival, duplicates and re-deliveries cannot matter.
    """

    def __init__(self, store: LandingStore, dates: Iterable[date]) -> None:
        self._store = store
        self.dates = sorted(set(dates))
        self.files_read = 0
        self._unreadable: list[dict[str, object]] = []

    def read(
        self,
        dataset: LandingDataset,
        parse: Parser,
        schema: Mapping[str, pl.DataType],
        dates: Iterable[date] | None = None,
    ) -> pl.DataFrame:
        """Parsed rows of every readable file of the dates (the run's dates by default), with their source columns."""
        frames = [_typed_empty(schema)]
        for day in self.dates if dates is None else dates:
            for prefix in dataset.prefixes(day):
                for file in self._store.list(prefix):
                    frame = self._parse(file.path, parse, [day])
                    if frame is not None:
                        frames.append(frame)
        return pl.concat(frames)

    def read_newest_of_season(
        self, dataset: LandingDataset, parse: Parser, schema: Mapping[str, pl.DataType]
    ) -> pl.DataFrame:
        """Rows of each season's newest readable document; a newer one that cannot be read is reported on every date."""
        frames = [_typed_empty(schema)]
        for season, days in groupby(self.dates, key=season_year):
            season_dates = list(days)
            folders = [f"{folder}/{season_label(season)}" for folder in dataset.folders]
            files = sorted((file.path for folder in folders for file in self._store.list(folder)), reverse=True)
            parsed = (self._parse(path, parse, season_dates) for path in files)
            newest = next((frame for frame in parsed if frame is not None), None)
            if newest is None:
                self._report(
                    season_dates, None, f"{NO_DOCUMENT} of season {season_label(season)} in {', '.join(folders)}"
                )
            else:
                frames.append(newest)
        return pl.concat(frames)

    def unreadable(self) -> pl.DataFrame:
        """Files that could not be read, in the shape of the quarantine table (row numbers are given later)."""
        columns = {name: Quarantine.columns()[name].dtype for name in ("game_date", "source_path", "reason", "row")}
        return pl.DataFrame(self._unreadable, schema=columns)

    def _parse(self, path: str, parse: Parser, days: list[date]) -> pl.DataFrame | None:
        self.files_read += 1
        try:
            landing = parse_landing_path(path)
            frame = parse(self._store.read(path))
        except (LandingPathError, LandingError, DocumentError) as error:
            reason = str(error) if path in str(error) else f"{path}: {error}"
            if isinstance(error, DocumentError) and error.field:
                reason += f" (field {error.field}, value {str(error.value)[:120]!r})"
            self._report(days, path, reason)
            return None
        return _with_source(frame, path, landing)

    def _report(self, days: list[date], path: str | None, reason: str) -> None:
        self._unreadable += [{"game_date": day, "source_path": path, "reason": reason, "row": None} for day in days]


def _with_source(frame: pl.DataFrame, path: str, landing: LandingPath) -> pl.DataFrame:
    values = {"source_path": path, "fetched_at": landing.fetched_at, "landing_date": landing.day}
    return frame.with_columns(pl.lit(values[name], dtype).alias(name) for name, dtype in SOURCE_COLUMNS.items())


def _typed_empty(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema={**schema, QUARANTINE_REASON: pl.String(), **SOURCE_COLUMNS})
