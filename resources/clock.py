"""The clock: the one place where the present instant comes from."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

_ET = ZoneInfo("America/New_York")


class Clock(Protocol):
    """Tells the present instant; may be simulated."""

    def now(self) -> datetime: ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """Stands at an instant, or runs from it.

    It runs `speed` times as fast as real time since `started`, the real instant at which it showed `instant`: processes
    given the same three agree. Without `started` it stands, until it is set.
    """

    def __init__(
        self, instant: datetime, *, started: datetime | None = None, speed: float = 1.0, real: Clock | None = None
    ) -> None:
        if not 0 < speed < float("inf"):
            raise ValueError(f"a clock's speed is above 0, not {speed}")
        self._instant = _utc(instant)
        self._started = None if started is None else _utc(started)
        self._speed = speed
        self._real = real or SystemClock()

    def now(self) -> datetime:
        """The simulated instant, aware, UTC."""
        if self._started is None:
            return self._instant
        return self._instant + (self._real.now() - self._started) * self._speed

    def set(self, instant: datetime) -> None:
        """Show another instant from now on; a running clock cannot be set, other processes would not know."""
        if self._started is not None:
            raise ValueError("a running clock cannot be set")
        self._instant = _utc(instant)


def parse_instant(text: str) -> datetime:
    """An instant in UTC from ISO text with a zone (`2025-01-19T01:45:00Z`), or without one as ET wall time
    (`2025-01-18 20:45`). A wall time that clocks skip or show twice is refused.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        instant = None
    if instant is None or ":" not in text:
        raise ValueError(f"{text!r} is not an instant: write ET wall time, 2025-01-18 20:45, or 2025-01-19T01:45:00Z")
    if instant.tzinfo is not None:
        return instant.astimezone(UTC)
    first, second = (instant.replace(tzinfo=_ET, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        skipped = "does not exist" if first.astimezone(_ET).replace(tzinfo=None) != instant else "exists twice"
        raise ValueError(f"{text!r} {skipped} in ET, clocks change then: write the offset, as in 2025-01-19T01:45:00Z")
    return first


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC)
