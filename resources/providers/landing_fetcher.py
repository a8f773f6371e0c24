"""Fetches one game date of one landing dataset: past dates from endpoints that know the past, others as of now."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from nba_assets.calendar import ET, et_today, season_year
from nba_assets.landing_files import (
    NBA_BOXSCORES,
    NBA_GAME_BOXSCORES,
    NBA_INJURY_REPORT,
    NBA_PLAY_BY_PLAY,
    NBA_PLAYER_INDEX,
    NBA_SCHEDULE,
    NBA_SCOREBOARD,
    NBA_SHOT_CHARTS,
    NBA_TEAM_BOX,
    ODDS_EVENTS,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
    LandingDataset,
)
from nba_assets.transforms.documents import (
    QUARANTINE_REASON,
    DocumentError,
    game_boxscore,
    leaguegamelog,
    playbyplay,
    playerindex,
    schedule,
    shotchartdetail,
)
from nba_assets.transforms.documents.base import load_json
from nba_assets.transforms.documents.values import member
from resources.landing_store import LandingError, LandingStore
from resources.providers import landing_paths as paths
from resources.providers.answers import Fetched
from resources.providers.connect import Providers
from resources.providers.errors import ProviderError
from resources.providers.http import Clock
from resources.providers.ids import checked_game_id
from resources.providers.landing import FetchReport, Parse, PathAt, attempt, land
from resources.providers.nba_stats import SeasonType
from resources.providers.odds_api import BOOKMAKERS
from resources.providers.odds_fetcher import OddsFetcher
from resources.providers.odds_snapshots import SnapshotTime

# How stats.nba.com calls the game types. What it calls the Cup final is unverified; its CDN documents are fetched.
_SEASON_TYPES: dict[str, SeasonType] = {"regular_season": "Regular Season", "playoffs": "Playoffs", "play_in": "PlayIn"}
# Injury reports asked for: the early afternoon's, and the last one before each tip-off (it is out 30 minutes before).
_AFTERNOON_REPORT_HOUR = 13
_LAST_REPORT_BEFORE_TIP = timedelta(hours=1)

FetchDate = Callable[[date, FetchReport], object]


class FetchError(RuntimeError):
    """A date cannot be fetched before something else was; the message names it."""


class LandingFetcher:
    """Fetches dates into a landing store. Make one per run: it remembers the schedules it read."""

    def __init__(
        self,
        providers: Providers,
        store: LandingStore,
        clock: Clock,
        snapshots: Sequence[SnapshotTime],
        books: Sequence[str] = BOOKMAKERS,
    ) -> None:
        self._stats, self._cdn, self._injuries = providers.stats, providers.cdn, providers.injuries
        self._store = store
        self._clock = clock
        self.odds = OddsFetcher(providers.odds, store, clock, snapshots, books)
        self._schedules: dict[int, pl.DataFrame] = {}
        self._schedule_reports: dict[int, FetchReport] = {}
        self._fetch: dict[LandingDataset, FetchDate] = {
            NBA_SCHEDULE: self._schedule,
            NBA_BOXSCORES: lambda day, report: self._by_season_type(
                NBA_BOXSCORES,
                lambda kind: self._stats.league_game_log("P", day, kind), leaguegamelog.parse_players, day, report,
            ),
            NBA_TEAM_BOX: lambda day, report: self._by_season_type(
                NBA_TEAM_BOX,
                lambda kind: self._stats.league_game_log("T", day, kind), leaguegamelog.parse_teams, day, report,
            ),
            NBA_SHOT_CHARTS: lambda day, report: self._by_season_type(
                NBA_SHOT_CHARTS,
                lambda kind: self._stats.shot_chart_detail(day, kind), shotchartdetail.parse, day, report,
            ),
            NBA_GAME_BOXSCORES: lambda day, report: self._by_game(
                NBA_GAME_BOXSCORES, self._cdn.boxscore, game_boxscore.parse_players, day, report
            ),
            NBA_PLAY_BY_PLAY: lambda day, report: self._by_game(
                NBA_PLAY_BY_PLAY, self._cdn.play_by_play, playbyplay.parse, day, report
            ),
            NBA_SCOREBOARD: self._scoreboard,
            NBA_PLAYER_INDEX: self._player_index,
            NBA_INJURY_REPORT: self._injury_reports,
            ODDS_EVENTS: self.odds.fetch_events,
            ODDS_GAME_LINES: lambda day, report: self.odds.fetch_odds(ODDS_GAME_LINES, day, report),
            ODDS_PLAYER_PROPS: lambda day, report: self.odds.fetch_odds(ODDS_PLAYER_PROPS, day, report),
        }  # fmt: skip

    def fetch(self, dataset: LandingDataset, day: date) -> FetchReport:
        """Everything the provider has of a dataset for a game date. Errors are in the report, never raised."""
        report = FetchReport()
        try:
            self._fetch[dataset](day, report)
        except (FetchError, ProviderError, DocumentError, LandingError) as error:
            report.errors.append(str(error))
        return report

    def _schedule(self, day: date, report: FetchReport) -> None:
        """A season's document covers all its dates: it is asked for once, and its other dates share what came of it."""
        season = season_year(day)
        if (first := self._schedule_reports.get(season)) is not None:
            report.present += first.written + first.present
            report.absent += first.absent
            report.errors += first.errors
            return
        self._schedule_reports[season] = report
        self._schedules.pop(season, None)
        self._attempt(
            lambda: self._stats.schedule(season), lambda at: paths.schedule_path(season, at), report, schedule.parse
        )

    def _by_season_type(
        self,
        dataset: LandingDataset,
        ask: Callable[[SeasonType], Fetched],
        parse: Parse,
        day: date,
        report: FetchReport,
    ) -> None:
        """One document of the date per type of game that has begun."""
        for game_type in self._started_games(day)["game_type"].unique().sort():
            kind = _SEASON_TYPES.get(game_type)
            if kind is None:
                report.absent.append(f"{dataset.name}: stats.nba.com is not asked for {game_type} games")
            else:
                self._attempt(lambda kind=kind: ask(kind), lambda at: paths.date_path(dataset, day, at), report, parse)

    def _by_game(
        self, dataset: LandingDataset, ask: Callable[[str], Fetched], parse: Parse, day: date, report: FetchReport
    ) -> None:
        """One document per game that has begun."""
        for game_id in self._started_games(day)["nba_game_id"].sort():
            try:
                checked_game_id(game_id)
            except ValueError as error:
                report.errors.append(f"{dataset.name}: the schedule of {day} has a game of which {error}")
                continue
            self._attempt(
                lambda game_id=game_id: ask(game_id),
                lambda at, game_id=game_id: paths.game_path(dataset, day, game_id, at),
                report,
                parse,
            )

    def _scoreboard(self, day: date, report: FetchReport) -> None:
        if not self._is_today(day, report):
            return
        fetched = self._cdn.scoreboard()
        shown = member(member(load_json(fetched.content), "scoreboard", dict), "gameDate", str)
        if shown == day.isoformat():
            land(self._store, fetched, lambda at: paths.scoreboard_path(day, at), report)
        else:
            report.absent.append(f"{fetched.request}: it still shows {shown}")

    def _player_index(self, day: date, report: FetchReport) -> None:
        if self._is_today(day, report):
            self._attempt(
                lambda: self._stats.player_index(season_year(day)),
                lambda at: paths.date_path(NBA_PLAYER_INDEX, day, at),
                report,
                playerindex.parse,
            )

    def _injury_reports(self, day: date, report: FetchReport) -> None:
        """One report of the early afternoon and the last before each tip-off; today the newest, too. An issued report
        never changes, so one that has landed is not asked for again."""
        now = self._clock.now()
        for at in self._report_times(day, now):
            landed = [file.path for file in self._store.list(f"{NBA_INJURY_REPORT.folders[0]}/{day}/{at.hour:02d}")]
            if at > now:
                report.absent.append(f"the injury report of {at:%Y-%m-%d %H:%M} ET is not out yet")
            elif landed:
                report.present += landed
            else:
                self._attempt(
                    lambda at=at: self._injuries.report(at),
                    lambda fetched_at, at=at: paths.injury_report_path(day, at.hour, fetched_at),
                    report,
                )

    def _report_times(self, day: date, now: datetime) -> list[datetime]:
        tips = [tip.astimezone(ET) for tip in self._scheduled_games(day)["tipoff_utc"].drop_nulls()]
        times = [tip - _LAST_REPORT_BEFORE_TIP for tip in tips]
        if tips:
            times.append(datetime(day.year, day.month, day.day, _AFTERNOON_REPORT_HOUR, tzinfo=ET))
        if tips and day == et_today(now):
            times.append(now.astimezone(ET))
        return sorted({at.replace(minute=0, second=0, microsecond=0) for at in times})

    def _is_today(self, day: date, report: FetchReport) -> bool:
        if day != et_today(self._clock.now()):
            report.unavailable = f"the provider shows the present only; {day} cannot be fetched any more, or not yet"
        return report.unavailable is None

    def _started_games(self, day: date) -> pl.DataFrame:
        return self._scheduled_games(day).filter(pl.col("tipoff_utc") <= self._clock.now())

    def _scheduled_games(self, day: date) -> pl.DataFrame:
        season = season_year(day)
        if season not in self._schedules:
            self._schedules[season] = self._newest_schedule(day)
        # Games that cannot be told are red in the table of schedules.
        return self._schedules[season].filter(pl.col("game_date") == day, pl.col(QUARANTINE_REASON).is_null())

    def _newest_schedule(self, day: date) -> pl.DataFrame:
        landed = sorted(file.path for prefix in NBA_SCHEDULE.prefixes(day) for file in self._store.list(prefix))
        if not landed:
            raise FetchError(
                f"no schedule of the season of {day} has landed, so its games are unknown: fetch nba_schedule first"
            )
        try:
            return schedule.parse(self._store.read(landed[-1]))
        except DocumentError as error:
            raise FetchError(f"{landed[-1]}: {error}; a newer schedule is needed: fetch nba_schedule") from error

    def _attempt(
        self, ask: Callable[[], Fetched], path: PathAt, report: FetchReport, parse: Parse | None = None
    ) -> None:
        attempt(self._store, ask, path, report, parse)
