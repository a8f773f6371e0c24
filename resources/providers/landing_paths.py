"""Where fetched documents land: one function per kind of path. What providers wrote is checked before it is a path."""

from datetime import date, datetime

from nba_assets.calendar import SEASON_OPENERS, season_label
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
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from resources.providers.ids import checked_day, checked_event_id, checked_game_id, utc

# The landing store compresses what ends so; the bytes inside are the provider's.
_JSON = ".json.gz"
_BY_DATE = (NBA_BOXSCORES, NBA_TEAM_BOX, NBA_SHOT_CHARTS, NBA_PLAYER_INDEX)
_GAME_FOLDER = {NBA_GAME_BOXSCORES: "", NBA_PLAY_BY_PLAY: "game-"}
_HISTORY = "-history"


class LandingNameError(ValueError):
    """A provider's words do not make a landing path; the message says which word."""


def schedule_path(season: int, fetched_at: datetime) -> str:
    """nba-com/schedule/2024-25/20250115_100000.json.gz"""
    if season not in SEASON_OPENERS:
        raise LandingNameError(f"{season} is no season of this platform ({', '.join(map(str, SEASON_OPENERS))})")
    return f"{NBA_SCHEDULE.folders[0]}/{season_label(season)}/{_stamp(fetched_at)}{_JSON}"


def date_path(dataset: LandingDataset, day: date, fetched_at: datetime) -> str:
    """nba-com/player-boxscores/2025-01-15/20250116_080500.json.gz"""
    _one_of(dataset, _BY_DATE)
    return f"{dataset.folders[0]}/{checked_day(day)}/{_stamp(fetched_at)}{_JSON}"


def game_path(dataset: LandingDataset, day: date, nba_game_id: str, fetched_at: datetime) -> str:
    """nba-com/play-by-play/2025-01-15/game-0022400561/20250116_090000.json.gz"""
    _one_of(dataset, tuple(_GAME_FOLDER))
    try:
        folder = f"{_GAME_FOLDER[dataset]}{checked_game_id(nba_game_id)}"
    except ValueError as error:
        raise LandingNameError(str(error)) from error
    return f"{dataset.folders[0]}/{checked_day(day)}/{folder}/{_stamp(fetched_at)}{_JSON}"


def scoreboard_path(day: date, fetched_at: datetime) -> str:
    """nba-com/scoreboard/2025-01-15/20250116_013000.json.gz, by the day the document shows."""
    return f"{NBA_SCOREBOARD.folders[0]}/{checked_day(day)}/{_stamp(fetched_at)}{_JSON}"


def injury_report_path(day: date, hour: int, fetched_at: datetime) -> str:
    """nba-com/injury-report-pdf/2025-01-15/17/20250115_223100.pdf, by the ET date and hour asked for."""
    if not 0 <= hour <= 23:
        raise LandingNameError(f"{hour} is not an hour of a day")
    (pdf,) = NBA_INJURY_REPORT.endings
    return f"{NBA_INJURY_REPORT.folders[0]}/{checked_day(day)}/{hour:02d}/{_stamp(fetched_at)}{pdf}"


def events_path(day: date, fetched_at: datetime, *, historical: bool = False) -> str:
    """odds-api/events/2025-01-15/20250115_170000.json.gz"""
    return f"{_odds_folder(ODDS_EVENTS, historical)}/{checked_day(day)}/{_stamp(fetched_at)}{_JSON}"


def event_odds_path(
    dataset: LandingDataset, day: date, event: str, fetched_at: datetime, *, historical_at: datetime | None = None
) -> str:
    """odds-api/player-props/2025-01-15/<event>/20250115_180500-snap-1805.json.gz

    `event` is made by `event_folder`. `historical_at`: the instant asked for, which names the snapshot of history; a
    current document is its own snapshot.
    """
    _one_of(dataset, (ODDS_GAME_LINES, ODDS_PLAYER_PROPS))
    event_id, dash, teams = event.partition("-")
    known = TEAM_ABBR_BY_NAME.values()
    try:
        checked_event_id(event_id)
    except ValueError as error:
        raise LandingNameError(str(error)) from error
    if not dash or len(teams) != 6 or teams[:3] not in known or teams[3:] not in known:
        raise LandingNameError(f"{event!r} is not <event id>-<AWYHOM>")
    folder = _odds_folder(dataset, historical_at is not None)
    snapshot = f"{utc(historical_at or fetched_at):%H%M}"
    return f"{folder}/{checked_day(day)}/{event}/{_stamp(fetched_at)}-snap-{snapshot}{_JSON}"


def event_folder(event_id: str, away_team: str, home_team: str) -> str:
    """`{event}-{AWYHOM}` of an event as The Odds API lists it; a team it does not know is an error, never a guess."""
    try:
        checked = checked_event_id(event_id)
    except ValueError as error:
        raise LandingNameError(str(error)) from error
    for name in (away_team, home_team):
        if name not in TEAM_ABBR_BY_NAME:
            raise LandingNameError(
                f"{name!r} is not an NBA team; a new name belongs into nba_assets/reference/teams.py"
            )
    if TEAM_ABBR_BY_NAME[away_team] == TEAM_ABBR_BY_NAME[home_team]:
        raise LandingNameError(f"event {event_id}: {home_team} cannot play itself")
    return f"{checked}-{TEAM_ABBR_BY_NAME[away_team]}{TEAM_ABBR_BY_NAME[home_team]}"


def _odds_folder(dataset: LandingDataset, historical: bool) -> str:
    return next(folder for folder in dataset.folders if folder.endswith(_HISTORY) == historical)


def _one_of(dataset: LandingDataset, datasets: tuple[LandingDataset, ...]) -> None:
    if dataset not in datasets:
        raise LandingNameError(f"{dataset.name} has paths of another kind; here: {', '.join(d.name for d in datasets)}")


def _stamp(fetched_at: datetime) -> str:
    return f"{utc(fetched_at):%Y%m%d_%H%M%S}"
