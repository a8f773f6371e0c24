"""The events of The Odds API: which game is listed under which id, from when to when, with which tip-off."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from nba_assets.calendar import et_today, season_year
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture

LISTED_AHEAD = timedelta(days=9)
TIP_DELAY = timedelta(minutes=10)
# Whether a game is over need not be looked up outside these.
_LEAST_DURATION, _MOST_DURATION = timedelta(minutes=105), timedelta(hours=6)
_UNDELAYED_SHARE = 0.2
_RESTAMPED_SHARE = 0.6
_FLOAT_LIKE_SHARE = 0.012


@dataclass(frozen=True, slots=True)
class Listing:
    """An event id. A game that is moved loses its event and is listed anew for its other date."""

    event_id: str
    fixture: Fixture
    tip: datetime
    """As announced while this event is listed, UTC."""
    listed_from: datetime
    withdrawn: datetime | None
    """None: it vanishes when the game ends."""

    @property
    def roll(self) -> float:
        """Uniform in 0..1, the same for ever."""
        return zlib.crc32(self.event_id.encode()) / 2**32


def listings(league: League, at: datetime) -> Sequence[Listing]:
    """Every event that the season of an instant has at any time."""
    return _season(league, season_year(et_today(at)))


def listing(league: League, event_id: str, at: datetime) -> Listing | None:
    """The event with this id in the season of an instant."""
    return _by_id(league, season_year(et_today(at))).get(event_id)


def is_listed(league: League, event: Listing, at: datetime) -> bool:
    """Whether the provider knows the event: listed, not withdrawn, the game not over."""
    if at < event.listed_from:
        return False
    if event.withdrawn is not None:
        return at < event.withdrawn
    if not event.tip + _LEAST_DURATION <= at < event.tip + _MOST_DURATION:
        return at < event.tip + _LEAST_DURATION
    return at < league.box(event.fixture.nba_game_id).ends_at


def commence_time(event: Listing, at: datetime) -> datetime:
    """Mostly ten minutes after the scheduled tip-off; of many events the true start once they have started."""
    start = event.tip + TIP_DELAY
    late = timedelta(seconds=int(event.roll * 1e6) % 700)
    if at >= start + late and int(event.roll * 1e4) % 100 < 100 * _RESTAMPED_SHARE:
        return start + late
    return event.tip if event.roll < _UNDELAYED_SHARE else start


@lru_cache(maxsize=8)
def _season(league: League, season: int) -> tuple[Listing, ...]:
    found: list[Listing] = []
    for fixture in league.fixtures(season):
        first = fixture.announced_tip
        moved = first != fixture.tip
        if first is not None and moved:
            start, end = first - LISTED_AHEAD, min(fixture.settled_at, first + TIP_DELAY)
            if start < end:
                found.append(Listing(_event_id(league, fixture, first), fixture, first, start, end))
        start = fixture.tip - LISTED_AHEAD
        start = max(start, fixture.settled_at) if moved else start
        found.append(Listing(_event_id(league, fixture, fixture.tip), fixture, fixture.tip, start, None))
    return tuple(sorted(found, key=lambda event: (event.tip, event.event_id)))


@lru_cache(maxsize=8)
def _by_id(league: League, season: int) -> Mapping[str, Listing]:
    return {event.event_id: event for event in _season(league, season)}


def _event_id(league: League, fixture: Fixture, tip: datetime) -> str:
    """32 hex characters; some look like numbers in scientific notation, as real ones do."""
    digest = hashlib.sha256(f"simulated/{league.seed}/{fixture.nba_game_id}/{tip:%Y%m%d}".encode()).hexdigest()[:32]
    if int(digest[-4:], 16) < _FLOAT_LIKE_SHARE * 0x10000:
        return "2e" + "".join(str(int(c, 16) % 10) for c in digest[2:18]) + digest[18:]
    return digest
