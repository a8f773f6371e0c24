"""stats.nba.com: game logs, shots, player index, schedules. An empty date is a document without rows, not an error."""

from datetime import date
from typing import Literal

import httpx

from nba_assets.calendar import season_label, season_year
from resources.clock import SystemClock
from resources.providers.answers import Fetched, get
from resources.providers.hosts import NBA_STATS
from resources.providers.http import Clock
from resources.providers.ids import checked_day, checked_game_id

SeasonType = Literal["Regular Season", "PlayIn", "Playoffs"]

# All parameters must be there, most of them empty.
_SHOT_FILTERS: dict[str, str | int] = {
    "Outcome": "",
    "Location": "",
    "Month": 0,
    "SeasonSegment": "",
    "OpponentTeamID": 0,
    "VsConference": "",
    "VsDivision": "",
    "Position": "",
    "PlayerPosition": "",
    "RookieYear": "",
    "GameSegment": "",
    "Period": 0,
    "LastNGames": 0,
    "ISTRound": "",
    "ClutchTime": "",
    "AheadBehind": "",
    "PointDiff": "",
    "RangeType": "",
    "StartPeriod": "",
    "EndPeriod": "",
    "StartRange": "",
    "EndRange": "",
    "ContextFilter": "",
}
_INDEX_FILTERS = dict.fromkeys("College Country DraftPick DraftRound DraftYear Height Weight".split(), "")


class NbaStats:
    """The statistics site's documents by date and season type."""

    def __init__(self, client: httpx.Client, *, clock: Clock | None = None) -> None:
        self._client = client
        self._clock = clock or SystemClock()

    def league_game_log(
        self, player_or_team: Literal["P", "T"], day: date, season_type: SeasonType = "Regular Season"
    ) -> Fetched:
        """All players' or teams' lines of one game date."""
        return self._get(
            "leaguegamelog",
            {
                "Counter": 1000,
                "DateFrom": checked_day(day),
                "DateTo": checked_day(day),
                "Direction": "DESC",
                "LeagueID": "00",
                "PlayerOrTeam": player_or_team,
                "Season": season_label(season_year(day)),
                "SeasonType": season_type,
                "Sorter": "DATE",
            },
        )

    def shot_chart_detail(
        self, day: date, season_type: SeasonType = "Regular Season", *, nba_game_id: str | None = None
    ) -> Fetched:
        """All shots of one game date, or of one of its games."""
        return self._get(
            "shotchartdetail",
            {
                # PTS would leave out the misses.
                "ContextMeasure": "FGA",
                "LeagueID": "00",
                "Season": season_label(season_year(day)),
                "SeasonType": season_type,
                "PlayerID": 0,
                "TeamID": 0,
                "GameID": checked_game_id(nba_game_id) if nba_game_id else "",
                "DateFrom": checked_day(day),
                "DateTo": checked_day(day),
                **_SHOT_FILTERS,
            },
        )

    def player_index(self, season: int) -> Fetched:
        """Everybody on a roster now, as listed for the season that starts in this year."""
        return self._get(
            "playerindex",
            {
                "Historical": 0,
                "LeagueID": "00",
                "Season": season_label(season),
                "SeasonType": "Regular Season",
                "TeamID": 0,
                **_INDEX_FILTERS,
            },
        )

    def schedule(self, season: int) -> Fetched:
        """The schedule of the season that starts in this year."""
        return self._get("scheduleleaguev2int", {"LeagueID": "00", "Season": season_label(season), "GameSubType": ""})

    def _get(self, endpoint: str, params: dict[str, str | int]) -> Fetched:
        # Every endpoint exists: a 404 is a fault, never an empty day.
        path = f"/stats/{endpoint}"
        return get(self._client, NBA_STATS, path, params=params, clock=self._clock, absent=frozenset())
