"""The paths of The Odds API v4: which requests it accepts, what it answers at an instant, and what that costs."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resources.providers.quota import HISTORICAL_EVENTS_COST, event_odds_cost
from resources.simulated_league import odds_documents
from resources.simulated_league.account import LAST, odds_error
from resources.simulated_league.books import BOOKS_BY_KEY, GAME_MARKETS, PROP_MARKETS
from resources.simulated_league.library import Library, json_answer
from resources.simulated_league.nba_documents.common import encode

_SPORT = "basketball_nba"
_REGIONS = ("us", "us2", "us_dfs", "us_ex", "uk", "eu", "au")
_EVENT_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class OddsRefusalError(Exception):
    """A request The Odds API does not accept."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


async def refused(_: Request, error: Exception) -> Response:
    """The answer to an `OddsRefusalError`."""
    assert isinstance(error, OddsRefusalError)
    return odds_error(error.status, error.code, str(error))


def odds_routes(library: Library) -> list[Route]:
    """Events and their odds, now and as they were."""

    async def events(request: Request) -> Response:
        _check_sport(request)
        first, last = _window(request.query_params)
        listed = odds_documents.events(library.league, library.now(request), start=first, end=last)
        return json_answer(encode(listed))

    async def historical_events(request: Request) -> Response:
        _check_sport(request)
        first, last = _window(request.query_params)
        at = _date(request, library.now(request))
        document = odds_documents.historical_events(library.league, at, start=first, end=last)
        return json_answer(encode(document), {LAST: str(HISTORICAL_EVENTS_COST if document["data"] else 0)})

    async def event_odds(request: Request) -> Response:
        wanted = _wanted(request)
        document = _listed(odds_documents.event_odds(library.league, wanted.event, library.now(request), **wanted.how))
        return json_answer(encode(document), {LAST: str(wanted.cost(document, historical=False))})

    async def historical_event_odds(request: Request) -> Response:
        wanted = _wanted(request)
        at = _date(request, library.now(request))
        document = _listed(odds_documents.historical_event_odds(library.league, wanted.event, at, **wanted.how))
        return json_answer(encode(document), {LAST: str(wanted.cost(document["data"], historical=True))})

    sport = "sports/{sport}/events"
    return [
        Route(f"/v4/{sport}", events),
        Route(f"/v4/{sport}/{{event}}/odds", event_odds),
        Route(f"/v4/historical/{sport}", historical_events),
        Route(f"/v4/historical/{sport}/{{event}}/odds", historical_event_odds),
    ]


def _check_sport(request: Request) -> None:
    if request.path_params["sport"] != _SPORT:
        raise OddsRefusalError(404, "UNKNOWN_SPORT", "Unknown sport")


@dataclass(frozen=True)
class _Wanted:
    """What an odds request asks for, checked."""

    event: str
    markets: tuple[str, ...]
    bookmakers: tuple[str, ...]
    regions: tuple[str, ...]
    american: bool

    @property
    def how(self) -> dict[str, Any]:
        """The arguments of the document functions."""
        return {name: getattr(self, name) for name in ("markets", "bookmakers", "regions", "american")}

    def cost(self, event: Mapping[str, Any], *, historical: bool) -> int:
        """By the markets that are in the answer: an empty one is free."""
        markets = {market["key"] for book in event["bookmakers"] for market in book["markets"]}
        return event_odds_cost(
            len(markets), bookmakers=len(self.bookmakers), regions=len(self.regions), historical=historical
        )


def _wanted(request: Request) -> _Wanted:
    _check_sport(request)
    params, event = request.query_params, request.path_params["event"]
    if not _EVENT_ID.fullmatch(event):
        raise OddsRefusalError(422, "INVALID_EVENT_ID", "Invalid event id")
    bookmakers = _names(params, "bookmakers", BOOKS_BY_KEY, "INVALID_BOOKMAKERS")
    regions = _names(params, "regions", _REGIONS, "INVALID_REGION")
    if not bookmakers and not regions:
        raise OddsRefusalError(422, "MISSING_REGION", "Missing parameter: regions or bookmakers")
    markets = _names(params, "markets", (*GAME_MARKETS, *PROP_MARKETS), "INVALID_MARKET")
    odds_format = params.get("oddsFormat", "decimal")
    if odds_format not in ("decimal", "american"):
        raise OddsRefusalError(422, "INVALID_ODDS_FORMAT", f"Invalid oddsFormat parameter: {odds_format}")
    return _Wanted(event, markets or ("h2h",), bookmakers, regions, odds_format == "american")


def _names(params: Mapping[str, str], name: str, known: Collection[str], code: str) -> tuple[str, ...]:
    names = tuple(filter(None, params.get(name, "").split(",")))
    if strange := [word for word in names if word not in known]:
        raise OddsRefusalError(422, code, f"Invalid {name}: {', '.join(strange)}")
    return names


def _listed(document: dict[str, Any] | None) -> dict[str, Any]:
    if document is None:
        raise OddsRefusalError(404, "EVENT_NOT_FOUND", "Event not found. It may have expired, or its id is invalid.")
    return document


def _instant(text: str, code: str, name: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        message = f"Invalid {name} parameter. The format must be YYYY-MM-DDTHH:MM:SSZ"
        raise OddsRefusalError(422, code, message) from error


def _window(params: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """The commence times asked for, both ends included."""
    first = last = None
    if "commenceTimeFrom" in params:
        first = _instant(params["commenceTimeFrom"], "INVALID_COMMENCE_TIME_FROM", "commenceTimeFrom")
    if "commenceTimeTo" in params:
        last = _instant(params["commenceTimeTo"], "INVALID_COMMENCE_TIME_TO", "commenceTimeTo")
    if first and last and first > last:
        raise OddsRefusalError(422, "INVALID_COMMENCE_TIME_RANGE", "commenceTimeFrom must be before commenceTimeTo")
    return first, last


def _date(request: Request, now: datetime) -> datetime:
    if "date" not in request.query_params:
        raise OddsRefusalError(422, "MISSING_HISTORICAL_TIMESTAMP", "Missing parameter: date")
    at = _instant(request.query_params["date"], "INVALID_HISTORICAL_TIMESTAMP", "date")
    if at > now:
        raise OddsRefusalError(422, "INVALID_HISTORICAL_TIMESTAMP", "Invalid date parameter. It must be in the past")
    return at
