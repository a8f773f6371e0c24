"""When historical odds are asked for: fixed UTC times of the game date, or minutes before an event's tip-off."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_FIXED = re.compile(r"(\d{2}):(\d{2})Z", re.ASCII)
_BEFORE_TIP = re.compile(r"-(\d{1,4})m", re.ASCII)
# An event whose tip-off comes before the fixed time is asked for so long before it: in-play quotes are not bought.
_EARLY = timedelta(minutes=30)
# Snapshots are told apart by hour and minute.
_DAY = timedelta(hours=24)
# Events are listed at noon ET or an hour earlier, when none of the date is over: later, matinees would be missing.
_LISTED = time(16)


@dataclass(frozen=True)
class SnapshotTime:
    """`18:00Z`: that time of the game date. `-30m`: so long before tip-off."""

    fixed: time | None = None
    before_tip: timedelta | None = None

    def of(self, day: date, tipoff: datetime) -> datetime:
        """The instant to ask for, always before tip-off."""
        if self.fixed is None:
            return tipoff - (self.before_tip or _EARLY)
        instant = datetime.combine(day, self.fixed, tzinfo=UTC)
        return instant if instant < tipoff else tipoff - _EARLY


def parse_snapshot_times(text: str) -> tuple[SnapshotTime, ...]:
    """`18:00Z,-30m`; ValueError names the part that is neither."""
    return tuple(_parse(part.strip()) for part in text.split(","))


def listing_instant(day: date, times: tuple[SnapshotTime, ...]) -> datetime:
    """When the events of a date are listed: at the first fixed snapshot time, but before its games."""
    fixed = [snapshot.fixed for snapshot in times if snapshot.fixed is not None]
    return datetime.combine(day, min([*fixed, _LISTED]), tzinfo=UTC)


def _parse(part: str) -> SnapshotTime:
    if match := _FIXED.fullmatch(part):
        hour, minute = int(match[1]), int(match[2])
        if hour < 24 and minute < 60:
            return SnapshotTime(fixed=time(hour, minute))
    if match := _BEFORE_TIP.fullmatch(part):
        before = timedelta(minutes=int(match[1]))
        if timedelta() < before < _DAY:
            return SnapshotTime(before_tip=before)
    raise ValueError(
        f"{part!r} is no snapshot time: write 18:00Z (UTC, on the game date) or -30m (before tip-off, within a day)"
    )
