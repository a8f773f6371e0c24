"""Fetches what NBA.com has of a game date into landing: schedule, box scores, shots, play-by-play."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from nba_assets.calendar import season_year
from nba_assets.landing_files import NBA_BOXSCORES, NBA_GAME_BOXSCORES, NBA_PLAY_BY_PLAY, NBA_SHOT_CHARTS, NBA_TEAM_BOX
from nba_assets.transforms.documents import DocumentError, leaguegamelog, schedule, shotchartdetail
from resources.landing_store import LandingStore
from resources.providers import fetch
from resources.providers.answers import Fetched
from resources.providers.errors import NotThere, ProviderError
from resources.providers.nba_cdn import NbaCdn
from resources.providers.nba_stats import NbaStats, SeasonType

# How stats.nba.com calls the game types. What it calls the Cup final is unverified; its CDN documents are fetched.
_SEASON_TYPES: dict[str, SeasonType] = {"regular_season": "Regular Season", "playoffs": "Playoffs", "play_in": "PlayIn"}
_FINAL = 3

Parse = Callable[[bytes], pl.DataFrame]


@dataclass
class FetchReport:
    """What a fetch did: landing paths written, documents a provider does not have, errors in words."""

    written: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class NbaGames:
    """Fetches dates one by one; the season's schedule once. An error costs its document, never the rest."""

    def __init__(self, stats: NbaStats, cdn: NbaCdn, store: LandingStore) -> None:
        self._stats = stats
        self._cdn = cdn
        self._store = store
        self._seasons: dict[int, pl.DataFrame] = {}
        self.report = FetchReport()

    def fetch_date(self, day: date) -> None:
        """All documents of the date's games; a date without games asks for nothing but the schedule."""
        games = self._schedule(season_year(day)).filter(pl.col("game_date") == day)
        for game_type in games["game_type"].unique().sort():
            if game_type in _SEASON_TYPES:
                self._fetch_type(day, _SEASON_TYPES[game_type])
        for game_id in games.filter(pl.col("game_status") == _FINAL)["nba_game_id"].sort():
            self._land(
                lambda game_id=game_id: self._cdn.boxscore(game_id),
                lambda f, game_id=game_id: fetch.game_path(NBA_GAME_BOXSCORES, day, game_id, f.fetched_at),
            )
            self._land(
                lambda game_id=game_id: self._cdn.play_by_play(game_id),
                lambda f, game_id=game_id: fetch.game_path(NBA_PLAY_BY_PLAY, day, game_id, f.fetched_at),
            )

    def _fetch_type(self, day: date, season_type: SeasonType) -> None:
        self._land(
            lambda: self._stats.league_game_log("P", day, season_type),
            lambda f: fetch.date_path(NBA_BOXSCORES, day, f.fetched_at),
            leaguegamelog.parse_players,
        )
        self._land(
            lambda: self._stats.league_game_log("T", day, season_type),
            lambda f: fetch.date_path(NBA_TEAM_BOX, day, f.fetched_at),
            leaguegamelog.parse_teams,
        )
        self._land(
            lambda: self._stats.shot_chart_detail(day, season_type),
            lambda f: fetch.date_path(NBA_SHOT_CHARTS, day, f.fetched_at),
            shotchartdetail.parse,
        )

    def _schedule(self, season: int) -> pl.DataFrame:
        """The season's games as the schedule just fetched has them; empty if it cannot be had, which is an error."""
        if season not in self._seasons:
            fetched = self._land(
                lambda: self._stats.schedule(season),
                lambda f: fetch.schedule_path(season, f.fetched_at),
                schedule.parse,
            )
            self._seasons[season] = pl.DataFrame(schema=schedule.SCHEMA) if fetched is None else fetched
        return self._seasons[season]

    def _land(
        self, ask: Callable[[], Fetched], path: Callable[[Fetched], str], parse: Parse | None = None
    ) -> pl.DataFrame | None:
        """Ask, and write the untouched bytes. A table without rows is not written: as the newest file of the date it
        would take the place of a full one."""
        try:
            fetched = ask()
            rows = parse(fetched.content) if parse else None
        except NotThere as error:
            self.report.absent.append(str(error))
            return None
        except (ProviderError, DocumentError) as error:
            self.report.errors.append(str(error))
            return None
        if rows is not None and rows.is_empty():
            self.report.absent.append(f"{fetched.request}: no rows")
            return rows
        self._store.write(path(fetched), fetched.content)
        self.report.written.append(path(fetched))
        return rows
