"""What happened in a game, event by event, and what was known of it at an instant."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from resources.simulated_league.model import GameBox
from resources.simulated_league.rotation import OVERTIME, QUARTER, REGULATION
from resources.simulated_league.shots import Shot

# What a field goal from a zone is worth, if not two.
THREE_POINTS = {"corner": 3, "above": 3}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Event:
    """One thing that happened. `side` 0 away, 1 home, None for the game's own events; people are person ids."""

    kind: str
    sub: str = ""
    period: int
    elapsed: int
    side: int | None = None
    player: int | None = None
    other: int | None = None
    """Who assisted, blocked, stole, drew the foul, or lost the jump ball."""
    descriptor: str | None = None
    qualifiers: tuple[str, ...] = ()
    zone: str = ""
    shot: Shot | None = None
    made: bool | None = None
    of: int | None = None
    """A rebound's missed shot, as its place in the script."""
    possession: int | None = None
    number: int = 0
    """`actionNumber`: unique, in order but for late entries."""
    score: tuple[int, int] = (0, 0)
    """Away, home, after the event."""
    at: datetime = _NEVER

    @property
    def points(self) -> int:
        if not self.made:
            return 0
        return 1 if self.kind == "freethrow" else THREE_POINTS.get(self.zone, 2)

    @property
    def clock(self) -> int:
        """Seconds left in the period."""
        return period_end(self.period) - self.elapsed


@dataclass(frozen=True, slots=True)
class Moment:
    """What has happened by an instant: the first `count` events; `elapsed` and `clock` in seconds."""

    count: int
    period: int
    elapsed: int
    clock: int
    score: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Script:
    """A game's events in order."""

    box: GameBox
    events: Sequence[Event]
    starters: tuple[tuple[int, ...], tuple[int, ...]]
    _instants: Sequence[datetime] = field(repr=False)

    def until(self, instant: datetime) -> Moment:
        """The state at an instant; before the first event the clock shows a whole quarter."""
        count = bisect_right(self._instants, instant)
        if not count:
            return Moment(0, 1, 0, QUARTER, (0, 0))
        last = self.events[count - 1]
        elapsed = last.elapsed
        if count < len(self.events):
            following = self.events[count]
            span = (following.at - last.at).total_seconds()
            passed = (instant - last.at).total_seconds() / span if span else 0.0
            elapsed += int((following.elapsed - last.elapsed) * passed)
        return Moment(count, last.period, elapsed, period_end(last.period) - elapsed, last.score)


def period_end(period: int) -> int:
    """Seconds from tip-off to the end of a period."""
    return QUARTER * period if period <= 4 else REGULATION + OVERTIME * (period - 4)
