"""The Odds API v4: events and their odds, now and as they were. Calls that cost quota pass the budget first."""

import logging
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import httpx

from nba_assets.calendar import ET, et_today
from resources.clock import SystemClock
from resources.providers.answers import Fetched, get
from resources.providers.errors import PermanentProviderError, ProviderError, QuotaReserveError
from resources.providers.hosts import ODDS_API
from resources.providers.http import Clock
from resources.providers.ids import checked_day, checked_event_id, utc
from resources.providers.quota import HISTORICAL_EVENTS_COST, Quota, QuotaBudget, event_odds_cost

logger = logging.getLogger(__name__)

GAME_LINE_MARKETS = ("spreads", "totals", "h2h")
PLAYER_PROP_MARKETS = ("player_points",)
BOOKMAKERS = tuple(
    """
    draftkings fanduel betmgm williamhill_us betrivers bovada espnbet hardrockbet betonlineag fliff betparx ballybet
    """.split()
)
WARN_AT_SHARE = 0.8

_SPORT = "sports/basketball_nba"
_NAME = re.compile(r"[a-z0-9_]+", re.ASCII)


class OddsApi:
    """The Odds API's documents. Without a budget nothing limits what is spent. Not `keyed`: nothing is asked."""

    def __init__(
        self,
        client: httpx.Client,
        *,
        clock: Clock | None = None,
        budget: QuotaBudget | None = None,
        keyed: bool = True,
    ) -> None:
        self._client = client
        self._clock = clock or SystemClock()
        self.budget = budget
        self._keyed = keyed

    def events(self, day: date) -> Fetched:
        """The events that tip off on an ET date and are not over; free of quota."""
        return self._get(f"/v4/{_SPORT}/events", _window(day), cost=0)

    def event_odds(
        self,
        event_id: str,
        markets: Sequence[str],
        *,
        bookmakers: Sequence[str] = BOOKMAKERS,
        regions: Sequence[str] = ("us",),
    ) -> Fetched:
        """The odds of one event now; `NotThere` before they are published and after tip-off. Books outrank regions."""
        path = f"/v4/{_SPORT}/events/{checked_event_id(event_id)}/odds"
        cost = event_odds_cost(len(markets), bookmakers=len(bookmakers), regions=len(regions))
        return self._get(path, _odds_params(markets, bookmakers, regions), cost=cost)

    def historical_events(self, day: date, at: datetime) -> Fetched:
        """The events of an ET date as they were listed at an instant (the snapshot at or just before it)."""
        params = {"date": _iso(at), **_window(day)}
        return self._get(f"/v4/historical/{_SPORT}/events", params, cost=HISTORICAL_EVENTS_COST)

    def historical_event_odds(
        self,
        event_id: str,
        markets: Sequence[str],
        at: datetime,
        *,
        bookmakers: Sequence[str] = BOOKMAKERS,
        regions: Sequence[str] = ("us",),
    ) -> Fetched:
        """The odds of one event at an instant (the snapshot at or just before it)."""
        path = f"/v4/historical/{_SPORT}/events/{checked_event_id(event_id)}/odds"
        cost = event_odds_cost(len(markets), bookmakers=len(bookmakers), regions=len(regions), historical=True)
        return self._get(path, {"date": _iso(at), **_odds_params(markets, bookmakers, regions)}, cost=cost)

    def _get(self, path: str, params: dict[str, str], *, cost: int) -> Fetched:
        if not self._keyed:
            raise PermanentProviderError(ODDS_API.provider, path, "there is no key", ODDS_API.advice["MISSING_KEY"])
        if cost and self.budget is not None:
            self._hold(self.budget, cost, path)
        quota: Quota | None = None
        try:
            fetched = get(self._client, ODDS_API, path, params=params, clock=self._clock)
            quota = fetched.quota
            return fetched
        except ProviderError as error:
            quota = error.quota
            raise
        finally:
            if self.budget is not None:
                self.budget.settle(cost, quota)
            _log_quota(quota)

    def _hold(self, budget: QuotaBudget, cost: int, path: str) -> None:
        if budget.remaining is None:
            # A free call whose headers tell what is left.
            self.events(et_today(self._clock.now()))
        refusal = budget.hold(cost)
        if refusal is not None:
            advice = (
                "The call was not made. Lower the quota reserve, raise the run's limit, or wait for the next month."
            )
            raise QuotaReserveError(ODDS_API.provider, path, refusal, advice)


def parse_bookmakers(text: str) -> tuple[str, ...]:
    """`fanduel,betmgm`; ValueError for what is no bookmaker's key."""
    books = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    _names(books)
    return books


def _log_quota(quota: Quota | None) -> None:
    if quota is None:
        return
    logger.info("The Odds API quota: last %s, used %s, remaining %s", quota.last, quota.used, quota.remaining)
    share = quota.share_used
    if share is not None and share >= WARN_AT_SHARE:
        logger.warning("The Odds API: %.0f %% of the quota are used, %s remain", 100 * share, quota.remaining)


def _odds_params(markets: Sequence[str], bookmakers: Sequence[str], regions: Sequence[str]) -> dict[str, str]:
    # Sent are named books or whole regions, never both: books would win anyway.
    where = {"bookmakers": _names(bookmakers)} if bookmakers else {"regions": _names(regions)}
    return {**where, "markets": _names(markets), "oddsFormat": "decimal"}


def _names(names: Sequence[str]) -> str:
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if isinstance(names, str) or wrong or not names:
        raise ValueError(f"{names!r} is not a list of names like 'player_points'")
    return ",".join(names)


def _window(day: date) -> dict[str, str]:
    """The ET date in UTC, both ends included."""
    checked_day(day)
    start, end = (datetime.combine(d, time(), ET) for d in (day, day + timedelta(days=1)))
    return {"commenceTimeFrom": _iso(start), "commenceTimeTo": _iso(utc(end) - timedelta(seconds=1))}


def _iso(instant: datetime) -> str:
    return f"{utc(instant):%Y-%m-%dT%H:%M:%SZ}"
