"""Which landing files exist: one entry per provider dataset, with the path templates of the landing folder.

    <provider>/<folder>/<game date>/.../<fetched UTC>.json[.gz]
        e.g. nba-com/player-boxscores/2024-01-15/20240116_080500.json.gz
    nba-com/schedule/<season>/<fetched UTC>.json[.gz]
        a season's schedule covers many dates
    nba-com/injury-report-pdf/<date>/<hour>/<fetched UTC>.pdf
        by the ET date and hour of the report, which lists games of that date and of the next

Files are immutable snapshots named by the time they were fetched; a correction is a newer file.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from nba_assets.calendar import SEASON_OPENERS, season_label, season_year

# First part of the keys of landing assets.
LANDING = "landing"


@dataclass(frozen=True)
class LandingDataset:
    """A provider dataset: the landing asset `landing/<name>` and the folders its files lie in."""

    name: str
    folders: tuple[str, ...]
    description: str
    by_season: bool = False
    endings: tuple[str, ...] = (".json", ".json.gz")

    @property
    def provider(self) -> str:
        """`nba-com` or `odds-api`."""
        return self.folders[0].split("/")[0]

    def prefixes(self, day: date) -> list[str]:
        """Folders that may hold files of one game date."""
        part = season_label(season_year(day)) if self.by_season else day.isoformat()
        return [f"{folder}/{part}" for folder in self.folders]


@dataclass(frozen=True)
class LandingPath:
    """A landing path taken apart: `day` for dated datasets, `season` (start year) for season documents."""

    dataset: LandingDataset
    day: date | None
    season: int | None
    fetched_at: datetime


class LandingPathError(ValueError):
    """A file lies where no dataset puts files; the message names it."""


NBA_SCHEDULE = LandingDataset(
    "nba_schedule", ("nba-com/schedule",), "Season schedule documents (scheduleLeagueV2).", by_season=True
)
NBA_BOXSCORES = LandingDataset(
    "nba_boxscores", ("nba-com/player-boxscores",), "leaguegamelog of players, one file a date."
)
NBA_TEAM_BOX = LandingDataset("nba_team_box", ("nba-com/team-boxscores",), "leaguegamelog of teams, one file a date.")
NBA_GAME_BOXSCORES = LandingDataset(
    "nba_game_boxscores", ("nba-com/cdn-boxscores",), "Per-game box scores: CDN live data, or stats V3/V2 documents."
)
NBA_PLAY_BY_PLAY = LandingDataset("nba_play_by_play", ("nba-com/play-by-play",), "CDN play-by-play, one file a game.")
NBA_SHOT_CHARTS = LandingDataset("nba_shot_charts", ("nba-com/shot-charts",), "shotchartdetail (FGA), one file a date.")
NBA_PLAYER_INDEX = LandingDataset("nba_player_index", ("nba-com/player-list",), "playerindex snapshots.")
NBA_INJURY_REPORT = LandingDataset(
    "nba_injury_report",
    ("nba-com/injury-report-pdf",),
    "The official injury report, a PDF every hour (since 2025-12-23 every quarter-hour).",
    endings=(".pdf",),
)
NBA_SCOREBOARD = LandingDataset("nba_scoreboard", ("nba-com/scoreboard",), "CDN scoreboards of today's games.")
ODDS_EVENTS = LandingDataset(
    "odds_events", ("odds-api/events", "odds-api/events-history"), "The Odds API event lists, current and historical."
)
ODDS_GAME_LINES = LandingDataset(
    "odds_game_lines",
    ("odds-api/game-lines", "odds-api/game-lines-history"),
    "The Odds API spreads, totals and moneylines.",
)
ODDS_PLAYER_PROPS = LandingDataset(
    "odds_player_props", ("odds-api/player-props", "odds-api/player-props-history"), "The Odds API player markets."
)

LANDING_DATASETS: tuple[LandingDataset, ...] = (
    NBA_SCHEDULE,
    NBA_BOXSCORES,
    NBA_TEAM_BOX,
    NBA_GAME_BOXSCORES,
    NBA_PLAY_BY_PLAY,
    NBA_SHOT_CHARTS,
    NBA_PLAYER_INDEX,
    NBA_INJURY_REPORT,
    NBA_SCOREBOARD,
    ODDS_EVENTS,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
)

_FOLDERS = {folder: dataset for dataset in LANDING_DATASETS for folder in dataset.folders}
_FILE_NAME = re.compile(r"(?P<fetched>\d{8}_\d{6})(-snap-\d{4})?(?P<ending>\..+)", re.ASCII)
_SEASONS = {season_label(year): year for year in SEASON_OPENERS}


def parse_landing_path(path: str) -> LandingPath:
    """Dataset, date and fetch time of a landing path, or `LandingPathError` naming what does not fit."""
    parts = path.split("/")
    dataset = _FOLDERS.get("/".join(parts[:2]))
    if dataset is None:
        raise LandingPathError(f"{path}: no dataset puts files under {'/'.join(parts[:2])!r}")
    if dataset.by_season and len(parts) != 4:
        # The newest document is the last by name; a sub-folder would always be last.
        raise LandingPathError(f"{path}: season documents lie directly in their season's folder")
    return LandingPath(
        dataset, *_when(path, dataset, parts[2] if len(parts) > 3 else ""), _fetched_at(path, dataset, parts[-1])
    )


def _when(path: str, dataset: LandingDataset, part: str) -> tuple[date | None, int | None]:
    if dataset.by_season:
        if part not in _SEASONS:
            raise LandingPathError(f"{path}: {part!r} is not a season (known: {', '.join(_SEASONS)})")
        return None, _SEASONS[part]
    try:
        day = date.fromisoformat(part)
    except ValueError:
        day = None
    # Python reads 20240115 and 2024-W03-1, too; folders of such names are never listed.
    if day is None or day.isoformat() != part:
        raise LandingPathError(f"{path}: {part!r} is not a game date (YYYY-MM-DD)")
    return day, None


def _fetched_at(path: str, dataset: LandingDataset, name: str) -> datetime:
    match = _FILE_NAME.fullmatch(name)
    if match is None or match["ending"] not in dataset.endings:
        endings = " or ".join(dataset.endings)
        raise LandingPathError(f"{path}: the file name is not <YYYYMMDD_HHMMSS>[-snap-HHMM] and {endings}")
    try:
        return datetime.strptime(match["fetched"], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise LandingPathError(f"{path}: {match['fetched']!r} is not a time") from error
