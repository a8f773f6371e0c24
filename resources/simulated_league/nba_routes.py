"""The paths of the NBA's three hosts: which requests they accept, and what they answer at an instant."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nba_assets.calendar import SEASON_OPENERS, et_today, season_label, season_year
from resources.simulated_league.library import Library, json_answer
from resources.simulated_league.nba_documents.boxscore import box_score
from resources.simulated_league.nba_documents.game_logs import game_log
from resources.simulated_league.nba_documents.play_by_play import play_by_play
from resources.simulated_league.nba_documents.player_index import player_index
from resources.simulated_league.nba_documents.schedule import schedule
from resources.simulated_league.nba_documents.scoreboard import scoreboard
from resources.simulated_league.nba_documents.shot_chart import shot_chart

_SEASON = re.compile(r"\d{4}-\d{2}", re.ASCII)
_SEASON_TYPES = ("Regular Season", "Pre Season", "Playoffs", "All Star", "PlayIn", "IST")
# Parameters that must be there, if only empty; those with a set of values must have one of them.
Wanted = Mapping[str, Sequence[str]]
_COMMON: Wanted = {"LeagueID": ("00",), "Season": ()}
_LOG: Wanted = {
    **_COMMON, "Counter": (), "DateFrom": (), "DateTo": (), "Direction": ("ASC", "DESC"), "PlayerOrTeam": ("P", "T"),
    "SeasonType": _SEASON_TYPES, "Sorter": (),
}  # fmt: skip
_SHOTS: Wanted = {
    **_COMMON,
    **dict.fromkeys(
        """
        AheadBehind ClutchTime ContextFilter DateFrom DateTo EndPeriod EndRange GameID GameSegment LastNGames Location
        Month OpponentTeamID Outcome Period PlayerID PlayerPosition PointDiff Position RangeType RookieYear
        SeasonSegment StartPeriod StartRange TeamID VsConference VsDivision
        """.split(),
        (),
    ),
    "ContextMeasure": ("FGA",), "SeasonType": _SEASON_TYPES,
}  # fmt: skip
_INDEX: Wanted = {
    **_COMMON,
    **dict.fromkeys("College Country DraftPick DraftRound DraftYear Height Historical TeamID Weight".split(), ()),
    "SeasonType": _SEASON_TYPES,
}  # fmt: skip


def nba_routes(library: Library) -> list[Route]:
    """stats.nba.com, cdn.nba.com and ak-static.cms.nba.com, whose paths differ."""

    async def logs(request: Request) -> Response:
        params = _checked(request, _LOG)
        arguments = _season(params), params["SeasonType"], *_days(params), library.now(request), params["Direction"]
        return json_answer(library.json(game_log, params["PlayerOrTeam"], *arguments))

    async def shots(request: Request) -> Response:
        params = _checked(request, _SHOTS)
        arguments = _season(params), params["SeasonType"], *_days(params), library.now(request)
        return json_answer(library.json(shot_chart, *arguments, params["GameID"] or None))

    async def players(request: Request) -> Response:
        return json_answer(library.json(player_index, _season(_checked(request, _INDEX)), library.now(request)))

    async def season_schedule(request: Request) -> Response:
        return json_answer(library.json(schedule, _season(_checked(request, _COMMON)), library.now(request)))

    async def current_schedule(request: Request) -> Response:
        now = library.now(request)
        return json_answer(library.json(schedule, season_year(et_today(now)), now))

    async def todays_scoreboard(request: Request) -> Response:
        return json_answer(library.json(scoreboard, library.now(request)))

    async def box(request: Request) -> Response:
        return _file(library.game_file(box_score, request.path_params["game"], library.now(request)))

    async def actions(request: Request) -> Response:
        return _file(library.game_file(play_by_play, request.path_params["game"], library.now(request)))

    async def injury_report(request: Request) -> Response:
        content = library.injury_report(request.path_params["name"], library.now(request))
        return _file(content, "application/pdf")

    static = "/static/json"
    return [
        Route("/stats/leaguegamelog", logs),
        Route("/stats/shotchartdetail", shots),
        Route("/stats/playerindex", players),
        Route("/stats/scheduleleaguev2int", season_schedule),
        Route(f"{static}/staticData/scheduleLeagueV2_1.json", current_schedule),
        Route(f"{static}/staticData/scheduleLeagueV2.json", current_schedule),
        Route(f"{static}/liveData/scoreboard/todaysScoreboard_00.json", todays_scoreboard),
        Route(f"{static}/liveData/boxscore/boxscore_{{game}}.json", box),
        Route(f"{static}/liveData/playbyplay/playbyplay_{{game}}.json", actions),
        Route("/referee/injury/{name}", injury_report),
        Route(f"{static}/{{name:path}}", _absent),
    ]


class BadRequestError(ValueError):
    """A request stats.nba.com does not accept; it answers 400 with these words."""


async def bad_request(_: Request, error: Exception) -> Response:
    """The answer to a `BadRequestError`."""
    return PlainTextResponse(str(error), 400)


def _checked(request: Request, wanted: Wanted) -> Mapping[str, str]:
    params = request.query_params
    for name, values in wanted.items():
        if name not in params:
            raise BadRequestError(f"{name} is required")
        if values and params[name] not in values:
            raise BadRequestError(f"The field {name} must match the regular expression '^({'|'.join(values)})$'.")
    if not _SEASON.fullmatch(params["Season"]):
        raise BadRequestError(r"The field Season must match the regular expression '^\d{4}-\d{2}$'.")
    return params


def _season(params: Mapping[str, str]) -> int:
    """The season's start year."""
    season = int(params["Season"][:4])
    if params["Season"] != season_label(season) or season not in SEASON_OPENERS:
        raise BadRequestError(f"The value '{params['Season']}' is not valid for Season.")
    return season


def _days(params: Mapping[str, str]) -> tuple[date | None, date | None]:
    """First and last date asked for; an empty parameter sets no limit."""
    return _day(params, "DateFrom"), _day(params, "DateTo")


def _day(params: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(params[name]) if params[name] else None
    except ValueError as error:
        raise BadRequestError(f"The value '{params[name]}' is not valid for {name}.") from error


async def _absent(_: Request) -> Response:
    return _file(None)


def _file(content: bytes | None, media_type: str = "application/json") -> Response:
    """A file of the NBA's file hosts, which answer 403 for one that does not exist."""
    if content is None:
        denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{denied}', 403, media_type="application/xml")
    return Response(content, media_type=media_type)
