"""Reads all landing files of the run's dates through a parser; what cannot be read is kept with its reason."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from itertools import groupby

import polars as pl

from nba_assets.calendar import season_label, season_year
from nba_assets.contracts.quarantine import Quarantine
from nba_assets.landing_files import LandingDataset, LandingPathError, parse_landing_path
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS, DocumentError
from resources.landing_store import LandingError, LandingStore

# How the report of a season without any readable document begins; the check that blocks on it looks for these words.
NO_DOCUMENT = "no readable document"

Parser = Callable[[bytes], pl.DataFrame]
# Parsed rows and their source: path, fetch time, date of the folder.
Document = tuple[pl.DataFrame, tuple[str, datetime, date | None]]


class LandingReader:
    """The landing files of one run: `read` gives typed frames, `unreadable` the files that gave none.

    All files of a date are always read, so order of arrival, duplicates and re-deliveries cannot matter. `now` is the
    instant of the run: what is decided tonight is decided on what is known now.
    """

    def __init__(self, store: LandingStore, dates: Iterable[date], now: datetime) -> None:
        self._store = store
        self.dates = sorted(set(dates))
        self.now = now
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
        days = self.dates if dates is None else dates
        files = (
            (file.path, day) for day in days for prefix in dataset.prefixes(day) for file in self._store.list(prefix)
        )
        parsed = (self._parse(path, parse, [day]) for path, day in files)
        return _one_frame([document for document in parsed if document is not None], schema)

    def read_newest_of_season(
        self, dataset: LandingDataset, parse: Parser, schema: Mapping[str, pl.DataType]
    ) -> pl.DataFrame:
        """Rows of each season's newest readable document; a newer one that cannot be read is reported on every date."""
        documents: list[Document] = []
        for season, days in groupby(self.dates, key=season_year):
            season_dates = list(days)
            folders = [f"{folder}/{season_label(season)}" for folder in dataset.folders]
            files = sorted((file.path for folder in folders for file in self._store.list(folder)), reverse=True)
            parsed = (self._parse(path, parse, season_dates) for path in files)
            newest = next((document for document in parsed if document is not None), None)
            if newest is None:
                self._report(
                    season_dates, None, f"{NO_DOCUMENT} of season {season_label(season)} in {', '.join(folders)}"
                )
            else:
                documents.append(newest)
        return _one_frame(documents, schema)

    def unreadable(self) -> pl.DataFrame:
        """Files that could not be read, in the shape of the quarantine table (row numbers are given later)."""
        columns = {name: Quarantine.columns()[name].dtype for name in ("game_date", "source_path", "reason", "row")}
        return pl.DataFrame(self._unreadable, schema=columns)

    def _parse(self, path: str, parse: Parser, days: list[date]) -> Document | None:
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
        return frame, (path, landing.fetched_at, landing.day)

    def _report(self, days: list[date], path: str | None, reason: str) -> None:
        self._unreadable += [{"game_date": day, "source_path": path, "reason": reason, "row": None} for day in days]


def _one_frame(documents: list[Document], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """All rows with their source columns, which are repeated over each document's rows in one go."""
    rows = pl.concat(
        [pl.DataFrame(schema={**schema, QUARANTINE_REASON: pl.String()}), *(rows for rows, _ in documents)]
    )
    sources = pl.DataFrame([source for _, source in documents], schema=SOURCE_COLUMNS, orient="row")
    document_of_row = [number for number, (rows, _) in enumerate(documents) for _ in range(rows.height)]
    return rows.hstack(sources[document_of_row])
