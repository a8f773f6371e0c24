"""cdn.nba.com: season schedule, scoreboard, box scores and play-by-play as static files."""

import httpx

from resources.clock import SystemClock
from resources.providers.answers import Fetched, get
from resources.providers.errors import NotThere
from resources.providers.hosts import NBA_CDN
from resources.providers.http import Clock
from resources.providers.ids import checked_game_id

_SCHEDULES = ("scheduleLeagueV2_1.json", "scheduleLeagueV2.json")
_ABSENT = frozenset({403, 404})


class NbaCdn:
    """The CDN's documents. A game that has not begun has none: `NotThere`."""

    def __init__(self, client: httpx.Client, *, clock: Clock | None = None) -> None:
        self._client = client
        self._clock = clock or SystemClock()

    def schedule(self) -> Fetched:
        """The current season's schedule; the older file stands in where the newer one is absent."""
        newer, older = (f"/static/json/staticData/{name}" for name in _SCHEDULES)
        try:
            return self._get(newer, absent=_ABSENT)
        except NotThere:
            # It always exists: its absence is a fault of the address or of the network.
            return self._get(older)

    def scoreboard(self) -> Fetched:
        """Today's games; the document says which day that is."""
        return self._get("/static/json/liveData/scoreboard/todaysScoreboard_00.json")

    def boxscore(self, nba_game_id: str) -> Fetched:
        """One game's box score, live or final."""
        name = f"boxscore_{checked_game_id(nba_game_id)}.json"
        return self._get(f"/static/json/liveData/boxscore/{name}", absent=_ABSENT)

    def play_by_play(self, nba_game_id: str) -> Fetched:
        """One game's events, live or final."""
        name = f"playbyplay_{checked_game_id(nba_game_id)}.json"
        return self._get(f"/static/json/liveData/playbyplay/{name}", absent=_ABSENT)

    def _get(self, path: str, *, absent: frozenset[int] = frozenset()) -> Fetched:
        return get(self._client, NBA_CDN, path, clock=self._clock, absent=absent)
