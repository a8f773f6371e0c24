"""Tip-off times: evenings by the home arena's clock, matinees on Sundays and holidays, five games on Christmas Day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from nba_assets.calendar import ET
from nba_assets.reference.teams import TEAMS
from resources.simulated_league.calendar import nth_weekday

_ZONE = {team.abbr: ZoneInfo(team.time_zone) for team in TEAMS}
_CITY_ZONE = {
    "Mexico City": ZoneInfo("America/Mexico_City"),
    "Paris": ZoneInfo("Europe/Paris"),
    "Las Vegas": ZoneInfo("America/Los_Angeles"),
}

# Local times, one as likely as another.
_WEEKDAY = (time(19), time(19), time(19), time(19, 30), time(19, 30), time(20))
_SATURDAY = (time(13), time(17), time(18), time(19), time(19), time(19, 30), time(20))
_SUNDAY = (time(12, 30), time(15), time(15, 30), time(17), time(18), time(18), time(19), time(19))
_PACIFIC_WEEKDAY = (time(19), time(19), time(19, 30), time(19, 30), time(18, 30))
_PACIFIC_SUNDAY = (time(12, 30), time(15), time(18), time(18), time(18, 30))
# Times of the day's games in order, ET.
_CHRISTMAS_ET = (time(12), time(14, 30), time(17), time(20), time(22, 30))
_KING_DAY_ET = (time(13), time(13), time(14, 30), time(15), time(15, 30), time(17), time(18), time(19, 30), time(20))
_LAST_DAY_ET = (time(13), time(15, 30))
_ABROAD = {"Mexico City": time(20), "Paris": time(20), "Las Vegas": time(18)}


def tip_times(games: Sequence[tuple[str, date, str | None]], stream: np.random.Generator) -> list[datetime]:
    """UTC tip-offs of (home, date, neutral city), in order."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for n, (_, day, _) in enumerate(games):
        by_day[day].append(n)
    last = max(by_day)
    tips: list[datetime | None] = [None] * len(games)
    dice = stream.random(len(games))
    for day, numbers in by_day.items():
        # From east to west, as the evening goes.
        numbers.sort(key=lambda n: (-_offset(games[n][0], day), n))
        for k, n in enumerate(numbers):
            home, _, city = games[n]
            clock, zone = _clock(home, day, k, len(numbers), float(dice[n]), last=day == last)
            if city:
                clock, zone = _ABROAD[city], _CITY_ZONE[city]
            tips[n] = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    return [tip for tip in tips if tip]


def _offset(home: str, day: date) -> float:
    offset = datetime.combine(day, time(12), tzinfo=_ZONE[home]).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _clock(home: str, day: date, k: int, size: int, dice: float, *, last: bool) -> tuple[time, ZoneInfo]:
    if (day.month, day.day) == (12, 25):
        return _CHRISTMAS_ET[k % len(_CHRISTMAS_ET)], ET
    pacific = home in {"GSW", "LAC", "LAL", "POR", "SAC"}
    if last:
        return _LAST_DAY_ET[min(1, 2 * k // size)], ET
    if day == nth_weekday(day.year, 1, 0, 3) and k < len(_KING_DAY_ET) and not (pacific and dice < 0.5):
        return _KING_DAY_ET[k], ET
    if day.weekday() == 6:
        times = _PACIFIC_SUNDAY if pacific else _SUNDAY
    elif day.weekday() == 5:
        times = _SATURDAY
    else:
        times = _PACIFIC_WEEKDAY if pacific else _WEEKDAY
    return times[int(dice * len(times))], _ZONE[home]
