"""Halts that people placed: who suppressed picks, for which dates, why, until when. None is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nba_assets.calendar import et_today
from resources.chain import Entry
from resources.chained_log import ChainedLog

_HALT, _RESUME = "halt", "resume"


class HaltError(ValueError):
    """The request makes no sense; the message names the dates."""


@dataclass(frozen=True)
class Halt:
    """Picks of the game dates `first` to `last` (None: until further notice) are suppressed."""

    first: date
    last: date | None
    reason: str
    who: str
    at: str

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def in_words(self) -> str:
        until = "until further notice" if self.last is None else f"until {self.last}"
        return f"{self.reason} ({self.who}, from {self.first} {until})"


class Halts:
    """The log of halts and resumes. Reading raises DamagedLogError where it is not what was written."""

    def __init__(self, folder: Path) -> None:
        self.log = ChainedLog(folder, "halts")

    def halt(self, reason: str, who: str, now: datetime, first: date | None = None, last: date | None = None) -> Halt:
        """Suppress picks from `first` (today) to `last`. What is over cannot be halted any more."""
        today = et_today(now)
        start = first or today
        if start < today:
            raise HaltError(f"{start} is over; a halt begins today, {today}, or later")
        if last is not None and last < start:
            raise HaltError(f"{last} is before {start}")
        if not reason.strip():
            raise HaltError("a halt needs a reason")
        entry = {"event": _HALT, "first": str(start), "last": None if last is None else str(last)}
        return _halt(self._append(entry | {"reason": reason.strip(), "who": who}, now))

    def resume(self, reason: str, who: str, now: datetime) -> list[Halt]:
        """From today on no halt placed so far holds; those that it ends."""
        today = et_today(now)
        ended = [halt for halt in _placed(self.log.entries()) if halt.last is None or halt.last >= today]
        if not ended:
            raise HaltError("nothing is halted")
        self._append({"event": _RESUME, "first": str(today), "reason": reason.strip(), "who": who}, now)
        return ended

    def in_force(self, day: date) -> list[Halt]:
        """Halts of a game date, as they stand: a resume ends them from its own date on, not before."""
        return [halt for halt in _placed(self.log.entries(), day) if halt.covers(day)]

    def _append(self, body: dict[str, Any], now: datetime) -> Entry:
        return self.log.append(now, lambda *_: [body])[-1]


def _placed(entries: Sequence[Entry], day: date | None = None) -> list[Halt]:
    """Halts that no later resume ends, which on `day` is one that was made by then."""
    placed: list[Halt] = []
    for entry in entries:
        if entry["event"] == _HALT:
            placed.append(_halt(entry))
        elif day is None or date.fromisoformat(entry["first"]) <= day:
            placed.clear()
    return placed


def _halt(entry: Entry) -> Halt:
    last = None if entry["last"] is None else date.fromisoformat(entry["last"])
    return Halt(date.fromisoformat(entry["first"]), last, entry["reason"], entry["who"], entry["at"])
