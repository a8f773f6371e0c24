"""Fetches quotes: events and their odds, as they are now, or for past dates as they were at chosen times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from nba_assets.calendar import et_date, et_today
from nba_assets.landing_files import ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS, LandingDataset
from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError, odds_event, odds_events
from resources.landing_store import LandingError, LandingStore
from resources.providers import landing_paths as paths
from resources.providers.http import Clock
from resources.providers.ids import utc
from resources.providers.landing import FetchReport, attempt
from resources.providers.landing_paths import LandingNameError
from resources.providers.odds_api import BOOKMAKERS, GAME_LINE_MARKETS, PLAYER_PROP_MARKETS, OddsApi
from resources.providers.odds_snapshots import SnapshotTime, listing_instant
from resources.providers.quota import HISTORICAL_EVENTS_COST, event_odds_cost

MARKETS: dict[LandingDataset, tuple[str, ...]] = {
    ODDS_GAME_LINES: GAME_LINE_MARKETS,
    ODDS_PLAYER_PROPS: PLAYER_PROP_MARKETS,
}


@dataclass(frozen=True)
class Wanted:
    """One document of odds history: an event's lines or props as they were at an instant."""

    dataset: LandingDataset
    day: date
    event_id: str
    folder: str
    at: datetime


class OddsFetcher:
    """Events and odds of game dates. Past dates come from history, which costs ten times as much and is bought once."""

    def __init__(
        self,
        odds: OddsApi,
        store: LandingStore,
        clock: Clock,
        snapshots: Sequence[SnapshotTime],
        books: Sequence[str] = BOOKMAKERS,
    ) -> None:
        self._odds = odds
        self._store = store
        self._clock = clock
        self._snapshots = tuple(snapshots)
        self._books = tuple(books)
        self._listed: set[date] = set()

    def fetch_events(self, day: date, report: FetchReport) -> None:
        """The events of a date: as listed now, or for a past date before its games."""
        self._listed.add(day)
        if not self._is_past(day):
            attempt(
                self._store, lambda: self._odds.events(day), lambda at: paths.events_path(day, at), report,
                odds_events.parse,
            )  # fmt: skip
        elif landed := self._landed(ODDS_EVENTS, day, historical=True):
            report.present += landed
        else:
            at = listing_instant(day, self._snapshots)
            attempt(
                self._store,
                lambda: self._odds.historical_events(day, at),
                lambda fetched_at: paths.events_path(day, fetched_at, historical=True),
                report,
                odds_events.parse,
            )

    def fetch_odds(self, dataset: LandingDataset, day: date, report: FetchReport) -> None:
        """Lines or props of all events of a date that have not begun; of a past date what has not landed yet."""
        if self._is_past(day):
            for wanted in self.missing(dataset, day, report):
                self.fetch_wanted(wanted, report)
            return
        now = self._clock.now()
        for event in self._events(day, report).filter(pl.col("commence_time") > now).iter_rows(named=True):
            folder = _folder(event, report)
            if folder:
                attempt(
                    self._store,
                    lambda event=event: self._odds.event_odds(
                        event["odds_api_event_id"], MARKETS[dataset], bookmakers=self._books
                    ),
                    lambda at, folder=folder: paths.event_odds_path(dataset, day, folder, at),
                    report,
                    odds_event.parse,
                )

    def missing(self, dataset: LandingDataset, day: date, report: FetchReport) -> list[Wanted]:
        """What history of a past date has not landed, per event and snapshot time; what has is in the report."""
        landed = self._landed(dataset, day, historical=True)
        wanted = []
        for event in self._events(day, report).iter_rows(named=True):
            folder = _folder(event, report)
            if folder is None:
                continue
            instants = (utc(snapshot.of(day, event["commence_time"])) for snapshot in self._snapshots)
            # By the name it lands under: two snapshot times may mean the same minute, which is bought once.
            for name, at in {f"{at:%H%M}": at for at in instants}.items():
                there = [path for path in landed if f"/{folder}/" in path and f"-snap-{name}." in path]
                report.present += there
                if not there:
                    wanted.append(Wanted(dataset, day, event["odds_api_event_id"], folder, at))
        return wanted

    def fetch_wanted(self, wanted: Wanted, report: FetchReport) -> None:
        """Buy one document of history."""
        attempt(
            self._store,
            lambda: self._odds.historical_event_odds(
                wanted.event_id, MARKETS[wanted.dataset], wanted.at, bookmakers=self._books
            ),
            lambda at: paths.event_odds_path(wanted.dataset, wanted.day, wanted.folder, at, historical_at=wanted.at),
            report,
            odds_event.parse,
        )

    def cost(self, wanted: Sequence[Wanted]) -> int:
        """The most that buying these can cost, in requests of the plan."""
        return sum(
            event_odds_cost(len(MARKETS[one.dataset]), bookmakers=len(self._books), historical=True) for one in wanted
        )

    def events_cost(self, days: Sequence[date]) -> int:
        """The most that listing the events of past dates can cost where they have not landed."""
        return sum(HISTORICAL_EVENTS_COST for day in days if not self._landed(ODDS_EVENTS, day, historical=True))

    def _is_past(self, day: date) -> bool:
        return day < et_today(self._clock.now())

    def _events(self, day: date, report: FetchReport) -> pl.DataFrame:
        """The date's events by the newest list that has landed; one that is missing is asked for first, once."""
        historical = self._is_past(day)
        if not self._landed(ODDS_EVENTS, day, historical=historical) and day not in self._listed:
            listing = FetchReport()
            self.fetch_events(day, listing)
            report.errors += listing.errors
            report.quota = listing.quota or report.quota
        landed = self._landed(ODDS_EVENTS, day, historical=historical)
        if not landed:
            return pl.DataFrame(schema=odds_events.SCHEMA)
        try:
            events = odds_events.parse(self._store.read(landed[-1]))
        except (DocumentError, LandingError) as error:
            report.errors.append(f"{landed[-1]}: {error}; the odds of {day} cannot be asked for without its events")
            return pl.DataFrame(schema=odds_events.SCHEMA)
        report.errors += [f"{landed[-1]}: {reason}" for reason in events[QUARANTINE_REASON].drop_nulls()]
        return events.filter(pl.col(QUARANTINE_REASON).is_null(), et_date(pl.col("commence_time")) == day)

    def _landed(self, dataset: LandingDataset, day: date, *, historical: bool) -> list[str]:
        folder = next(f for f in dataset.folders if f.endswith("-history") == historical)
        return sorted(file.path for file in self._store.list(f"{folder}/{day}"))


def _folder(event: dict[str, str], report: FetchReport) -> str | None:
    try:
        return paths.event_folder(event["odds_api_event_id"], event["away_team"], event["home_team"])
    except LandingNameError as error:
        report.errors.append(str(error))
        return None
