"""The Odds API's documents: events and their odds, now and as they were."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from resources.simulated_league.books import BOOKS, BOOKS_BY_KEY, GAME_MARKETS, Book
from resources.simulated_league.league import League
from resources.simulated_league.listings import Listing, commence_time, is_listed, listing, listings
from resources.simulated_league.quotes import book_name, desk, market_outcomes

Document = dict[str, Any]

# Snapshots are kept once in five minutes, some seconds after the full minute.
_GRID = 300
_TAKEN_AFTER = 38


def events(
    league: League, at: datetime, *, start: datetime | None = None, end: datetime | None = None
) -> list[Document]:
    """The events known at an instant and not over, by commence time; `start` and `end` bound it, both included."""
    found: list[tuple[datetime, Document]] = []
    for event in listings(league, at):
        # Cheap bounds first: a commence time is never earlier and hardly later than the tip-off.
        if (start and event.tip < start - timedelta(hours=1)) or (end and event.tip > end):
            continue
        if not is_listed(league, event, at):
            continue
        commences = commence_time(event, at)
        if (start is None or commences >= start) and (end is None or commences <= end):
            found.append((commences, _event(event, commences)))
    return [document for _, document in sorted(found, key=lambda entry: (entry[0], entry[1]["id"]))]


def event_odds(
    league: League,
    event_id: str,
    at: datetime,
    *,
    markets: Sequence[str] = ("h2h",),
    bookmakers: Sequence[str] = (),
    regions: Sequence[str] = ("us",),
    american: bool = False,
) -> Document | None:
    """The quotes of one event, without bookmakers before they are published; None: no such event, or it is over.

    Named bookmakers outrank regions.
    """
    event = listing(league, event_id, at)
    if event is None or not is_listed(league, event, at):
        return None
    quoted = [_bookmaker(league, event, book, at, markets, american) for book in _books(bookmakers, regions)]
    return {**_event(event, commence_time(event, at)), "bookmakers": [each for each in quoted if each]}


def historical_events(
    league: League, asked: datetime, *, start: datetime | None = None, end: datetime | None = None
) -> Document:
    """`events` of the last snapshot not after `asked`, wrapped."""
    taken = snapshot(asked)
    return _wrapped(taken, events(league, taken, start=start, end=end))


def historical_event_odds(
    league: League,
    event_id: str,
    asked: datetime,
    *,
    markets: Sequence[str] = ("h2h",),
    bookmakers: Sequence[str] = (),
    regions: Sequence[str] = ("us",),
    american: bool = False,
) -> Document | None:
    """`event_odds` of the last snapshot not after `asked`, wrapped."""
    taken = snapshot(asked)
    document = event_odds(
        league, event_id, taken, markets=markets, bookmakers=bookmakers, regions=regions, american=american
    )
    return None if document is None else _wrapped(taken, document)


def snapshot(at: datetime) -> datetime:
    """The instant of the last snapshot not after `at`."""
    place = int(at.timestamp()) // _GRID
    taken = _taken(place)
    return taken if taken <= at else _taken(place - 1)


def _taken(place: int) -> datetime:
    return datetime.fromtimestamp(place * _GRID + _TAKEN_AFTER + place * 7 % 3, UTC)


def _wrapped(taken: datetime, data: Any) -> Document:
    place = int(taken.timestamp()) // _GRID
    return {
        "timestamp": _iso(taken),
        "previous_timestamp": _iso(_taken(place - 1)),
        "next_timestamp": _iso(_taken(place + 1)),
        "data": data,
    }


def _books(bookmakers: Sequence[str], regions: Sequence[str]) -> list[Book]:
    if bookmakers:
        return [BOOKS_BY_KEY[key] for key in dict.fromkeys(bookmakers) if key in BOOKS_BY_KEY]
    return [book for book in BOOKS if book.region in regions]


def _bookmaker(
    league: League, event: Listing, book: Book, at: datetime, markets: Sequence[str], american: bool
) -> Document | None:
    """None: nothing of what is asked for."""
    quoting = desk(league, event, book, at, american=american)
    if quoting is None:
        return None
    updated = {"last_update": _iso(quoting.updated)}
    offered = ((market, market_outcomes(league, quoting, market)) for market in dict.fromkeys(markets))
    quoted = [{"key": market, **updated, "outcomes": outcomes} for market, outcomes in offered if outcomes]
    # Where player markets are asked for, the bookmaker has no time of its own.
    own_time = updated if GAME_MARKETS.issuperset(markets) else {}
    return {"key": book.key, "title": book.title, **own_time, "markets": quoted} if quoted else None


def _event(event: Listing, commences: datetime) -> Document:
    return {
        "id": event.event_id,
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": _iso(commences),
        "home_team": book_name(event.fixture.home.name),
        "away_team": book_name(event.fixture.away.name),
    }


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
