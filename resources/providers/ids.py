"""Identifiers that become part of an address or a path: checked before, because they come from providers."""

import re
from datetime import UTC, date, datetime

_GAME_ID = re.compile(r"00[1-9]\d{7}", re.ASCII)
_EVENT_ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)


def checked_game_id(nba_game_id: str) -> str:
    """A ten-digit NBA game id, or ValueError."""
    if not _GAME_ID.fullmatch(nba_game_id):
        raise ValueError(f"{nba_game_id!r} is not an NBA game id (ten digits, as 0022300001)")
    return nba_game_id


def checked_event_id(event_id: str) -> str:
    """An event id of The Odds API (32 hex digits today), or ValueError."""
    if not _EVENT_ID.fullmatch(event_id):
        raise ValueError(f"{event_id!r} is not an event id of The Odds API (letters and digits)")
    return event_id


def checked_day(day: date) -> str:
    """YYYY-MM-DD of a date; an instant is refused, its date depends on a time zone."""
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is an instant where a game date is wanted")
    return day.isoformat()


def utc(instant: datetime) -> datetime:
    """The instant in UTC; a naive time is refused."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC)
