"""The Odds API's quota: what calls cost, what is left, and a budget that refuses before it is overdrawn."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Self

# Each started group of ten bookmakers costs as much as one region; history costs ten times the present.
BOOKMAKERS_PER_REGION = 10
HISTORY_FACTOR = 10
HISTORICAL_EVENTS_COST = 1


@dataclass(frozen=True)
class Quota:
    """The quota headers of one answer; a header that is absent or no number is None."""

    remaining: int | None
    used: int | None
    last: int | None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self | None:
        """The quota an answer tells, or None where it tells nothing."""
        remaining, used, last = (_whole(headers.get(f"x-requests-{name}")) for name in ("remaining", "used", "last"))
        return None if remaining is used is last is None else cls(remaining, used, last)

    @property
    def share_used(self) -> float | None:
        """Used share of the plan, 0 to 1."""
        if self.used is None or self.remaining is None or self.used + self.remaining <= 0:
            return None
        return self.used / (self.used + self.remaining)


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(float(text))
    except (ValueError, OverflowError):
        return None


def event_odds_cost(markets: int, *, bookmakers: int = 0, regions: int = 1, historical: bool = False) -> int:
    """The most one event-odds call can cost; markets the provider does not have are free. Books outrank regions."""
    areas = math.ceil(bookmakers / BOOKMAKERS_PER_REGION) if bookmakers else regions
    return markets * areas * (HISTORY_FACTOR if historical else 1)


class QuotaBudget:
    """Keeps `reserve` requests of the plan untouched, and spends at most `limit` in its own life.

    Calls under way count as spent, so threads cannot overdraw it together.
    """

    def __init__(self, reserve: int, *, limit: int | None = None) -> None:
        if reserve < 0 or (limit is not None and limit < 0):
            raise ValueError(f"a quota reserve and limit are at least 0, not {reserve} and {limit}")
        self.reserve = reserve
        self.limit = limit
        self._remaining: int | None = None
        self._spent = 0
        self._under_way = 0
        self._lock = Lock()

    @property
    def remaining(self) -> int | None:
        """What the provider last said is left, or None before its first answer."""
        return self._remaining

    @property
    def spent(self) -> int:
        """What this budget's calls have cost so far."""
        return self._spent

    def hold(self, cost: int) -> str | None:
        """Set `cost` aside for a call; or set nothing aside and say why the call must not be made."""
        with self._lock:
            if self._remaining is None:
                return f"the provider has not said how much quota is left, and {self.reserve} must stay"
            left = self._remaining - self._under_way
            if left - cost < self.reserve:
                return f"the call costs up to {cost}, {left} of the quota are left and {self.reserve} must stay"
            committed = self._spent + self._under_way
            if self.limit is not None and committed + cost > self.limit:
                return f"the call costs up to {cost}, and {committed} of this run's limit of {self.limit} are spent"
            self._under_way += cost
            return None

    def settle(self, held: int, quota: Quota | None) -> None:
        """End a call for which `held` was set aside. Without headers the full cost counts as spent."""
        with self._lock:
            self._under_way -= held
            self._spent += held if quota is None or quota.last is None else quota.last
            if quota is not None and quota.remaining is not None:
                self._remaining = quota.remaining
            elif self._remaining is not None:
                self._remaining -= held
