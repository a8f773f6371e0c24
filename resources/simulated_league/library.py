"""What all routes share: the league, the instant of a request, and documents as bytes, the last ones kept."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nba_assets.calendar import ET, SEASON_OPENERS
from resources.clock import Clock
from resources.simulated_league.faults import AS_OF
from resources.simulated_league.injury_pdf import issued_at, report_of
from resources.simulated_league.league import League
from resources.simulated_league.listings import listing
from resources.simulated_league.model import Fixture
from resources.simulated_league.nba_documents.common import encode

# Files of the NBA's servers stop changing so long after the end of a game.
_SETTLES = timedelta(minutes=30)
_GAME_ID = re.compile(r"00[1-9](\d\d)\d{5}", re.ASCII)
_IN_PATH = re.compile(r"_(00[1-9]\d{7})\.json$|/events/([0-9a-f]{32})/odds$", re.ASCII)
_REPORT_DAY = re.compile(r"/Injury-Report_(\d{4}-\d\d-\d\d)_", re.ASCII)


def json_answer(content: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON document."""
    return Response(content, headers=headers, media_type="application/json")


class Library:
    """The league's documents at the clock's instant."""

    def __init__(self, league: League, clock: Clock) -> None:
        self.league = league
        self._clock = clock
        self._made = lru_cache(maxsize=64)(self._make)
        self._report = lru_cache(maxsize=16)(partial(report_of, league))

    def now(self, request: Request) -> datetime:
        """The instant at which a request is answered; a fault may have put it back."""
        return request.scope.get(AS_OF) or self._clock.now()

    def json(self, document: Callable[..., Any], *args: Any) -> bytes:
        """`document(league, *args)` as bytes."""
        return self._made(document, args)

    def _make(self, document: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
        return encode(document(self.league, *args))

    def game_file(self, document: Callable[..., Any], nba_game_id: str, now: datetime) -> bytes | None:
        """`document(league, fixture, now)` of one game as bytes; None before tip-off, or if there is no such game."""
        fixture = self.fixture(nba_game_id)
        if fixture is None or now < fixture.tip or now < fixture.settled_at:
            return None
        return self.json(document, fixture, min(now, self.league.box(nba_game_id).ends_at + _SETTLES))

    def fixture(self, nba_game_id: str) -> Fixture | None:
        """The game with this id."""
        match = _GAME_ID.fullmatch(nba_game_id)
        if match is None or 2000 + int(match[1]) not in SEASON_OPENERS:
            return None
        try:
            return self.league.fixture(nba_game_id)
        except KeyError:
            return None

    def injury_report(self, name: str, now: datetime) -> bytes | None:
        """The report file of this name; None if none has been issued."""
        issued = issued_at(name)
        return None if issued is None or issued > now else self._report(issued)

    def game_day(self, path: str, params: Mapping[str, str]) -> date | None:
        """The game date of the document a request asks for, if it is of one date or game."""
        if found := _IN_PATH.search(path):
            fixture = self.fixture(found[1]) if found[1] else self._of_event(found[2], params)
            return fixture.day if fixture else None
        if found := _REPORT_DAY.search(path):
            return date.fromisoformat(found[1])
        text = params.get("DateFrom") or params.get("commenceTimeFrom") or ""
        try:
            return datetime.fromisoformat(text).astimezone(ET).date() if "T" in text else date.fromisoformat(text)
        except ValueError:
            return None

    def _of_event(self, event_id: str, params: Mapping[str, str]) -> Fixture | None:
        at = datetime.fromisoformat(params["date"]) if "date" in params else self._clock.now()
        event = listing(self.league, event_id, at)
        return event.fixture if event else None
