"""The simulated providers answer by their clock, as the real ones do: nothing of the future, and every refusal in the
provider's words.

Dangers covered: a document that knows tomorrow, a parameter silently ignored, a call that costs more or less than the
real one, a key that opens although it is wrong.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from nba_assets.calendar import ET
from nba_assets_tests.resources.simulated_league.clients import KEY, Evening, evening
from resources.providers.errors import NotThere, PermanentProviderError, QuotaReserveError
from resources.providers.hosts import NBA_CDN, NBA_STATS, ODDS_API
from resources.providers.http import provider_client
from resources.providers.nba_cdn import NbaCdn
from resources.providers.odds_api import BOOKMAKERS, GAME_LINE_MARKETS, PLAYER_PROP_MARKETS, OddsApi
from resources.providers.quota import QuotaBudget
from resources.simulated_league.__main__ import serve
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture

DAY = date(2025, 1, 15)
MORNING = datetime.combine(DAY, time(10), ET).astimezone(UTC)
NEXT_MORNING = MORNING + timedelta(days=1)


@pytest.fixture(scope="module")
def league() -> League:
    return League(2024)


@pytest.fixture(scope="module")
def game(league: League) -> Fixture:
    """The first game of the day that was never moved."""
    return next(f for f in league.fixtures_on(DAY) if f.announced_tip == f.tip)


def parsed(content: bytes) -> Any:
    return json.loads(content)


# The NBA's hosts


def test_a_game_appears_and_ends_by_the_clock(league: League, game: Fixture) -> None:
    tonight = evening(league, game.tip - timedelta(seconds=1))
    ends_at = league.box(game.nba_game_id).ends_at
    for file in (tonight.cdn.boxscore, tonight.cdn.play_by_play):
        with pytest.raises(NotThere, match=r"HTTP 403.*AccessDenied.*no such file"):
            file(game.nba_game_id)
    statuses = []
    for now in (game.tip + timedelta(hours=1), ends_at - timedelta(seconds=1), ends_at, ends_at + timedelta(days=9)):
        tonight.clock.set(now)
        statuses.append(parsed(tonight.cdn.boxscore(game.nba_game_id).content)["game"]["gameStatus"])
        assert parsed(tonight.cdn.play_by_play(game.nba_game_id).content)["game"]["actions"]
    assert statuses == [2, 2, 3, 3]


def test_a_final_file_stays_the_same_bytes(league: League, game: Fixture) -> None:
    tonight = evening(league, league.box(game.nba_game_id).ends_at + timedelta(hours=1))
    first = tonight.cdn.boxscore(game.nba_game_id).content
    tonight.clock.set(NEXT_MORNING + timedelta(days=30))
    assert tonight.cdn.boxscore(game.nba_game_id).content == first


@pytest.mark.parametrize("nba_game_id", ["0022499999", "0032400001", "0021900001"])
def test_games_nobody_knows_have_no_file(league: League, nba_game_id: str) -> None:
    with pytest.raises(NotThere):
        evening(league, NEXT_MORNING).cdn.boxscore(nba_game_id)


@pytest.mark.parametrize("path", ["/static/json/liveData/boxscore/boxscore_x.json", "/static/json/other.json"])
def test_other_files_do_not_exist(league: League, path: str) -> None:
    assert evening(league, NEXT_MORNING).client(NBA_CDN).get(path).status_code == 403


def test_logs_and_shots_of_a_date_know_no_tomorrow(league: League) -> None:
    tonight = evening(league, NEXT_MORNING)
    games = {f.nba_game_id for f in league.fixtures_on(DAY)}
    logs = [parsed(tonight.stats.league_game_log(kind, DAY).content)["resultSets"][0] for kind in ("P", "T")]
    for log in logs:
        assert {row[log["headers"].index("GAME_ID")] for row in log["rowSet"]} == games
    assert parsed(tonight.stats.shot_chart_detail(DAY).content)["resultSets"][0]["rowSet"]
    tomorrow = DAY + timedelta(days=1)
    for fetched in (tonight.stats.league_game_log("P", tomorrow), tonight.stats.shot_chart_detail(tomorrow)):
        assert parsed(fetched.content)["resultSets"][0]["rowSet"] == []


@pytest.mark.parametrize("season_type", ["Playoffs", "PlayIn"])
def test_a_season_type_without_games_is_an_empty_document(league: League, season_type: Any) -> None:
    stats = evening(league, NEXT_MORNING).stats
    for fetched in (stats.league_game_log("P", DAY, season_type), stats.shot_chart_detail(DAY, season_type)):
        found = parsed(fetched.content)["resultSets"][0]
        assert found["rowSet"] == [] and found["headers"]


def test_both_schedules_are_one(league: League) -> None:
    tonight = evening(league, NEXT_MORNING)
    assert tonight.stats.schedule(2024).content == tonight.cdn.schedule().content
    days = parsed(tonight.cdn.schedule().content)["leagueSchedule"]["gameDates"]
    final = {game["gameDateEst"][:10] for day in days for game in day["games"] if game["gameStatus"] == 3}
    assert max(final) == str(DAY)


def test_scoreboard_and_player_index_answer(league: League) -> None:
    tonight = evening(league, MORNING + timedelta(hours=3))
    assert parsed(tonight.cdn.scoreboard().content)["scoreboard"]["gameDate"] == str(DAY)
    assert len(parsed(tonight.stats.player_index(2024).content)["resultSets"][0]["rowSet"]) > 400


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Season": None}, "Season is required"),
        ({"Season": "2024"}, "The field Season must match"),
        ({"Season": "2024-26"}, "'2024-26' is not valid for Season"),
        ({"Season": "1999-00"}, "'1999-00' is not valid for Season"),
        ({"SeasonType": "Regular"}, "The field SeasonType must match"),
        ({"PlayerOrTeam": "X"}, "The field PlayerOrTeam must match"),
        ({"DateFrom": "15.01.2025"}, "'15.01.2025' is not valid for DateFrom"),
        ({"LeagueID": "10"}, "The field LeagueID must match"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_named(league: League, change: dict[str, str | None], words: str) -> None:
    right = {
        "Counter": "1000", "DateFrom": "2025-01-15", "DateTo": "2025-01-15", "Direction": "DESC", "LeagueID": "00",
        "PlayerOrTeam": "P", "Season": "2024-25", "SeasonType": "Regular Season", "Sorter": "DATE",
    }  # fmt: skip
    params = {name: value for name, value in {**right, **change}.items() if value is not None}
    response = evening(league, NEXT_MORNING).client(NBA_STATS).get("/stats/leaguegamelog", params=params)
    assert response.status_code == 400 and words in response.text


def test_injury_reports_appear_when_they_are_issued(league: League, game: Fixture) -> None:
    tonight = evening(league, datetime.combine(DAY, time(17, 29), ET))
    at = datetime.combine(DAY, time(17), ET)
    with pytest.raises(NotThere, match="HTTP 403"):
        tonight.reports.report(at)
    tonight.clock.set(datetime.combine(DAY, time(17, 30), ET))
    fetched = tonight.reports.report(at)
    assert fetched.content.startswith(b"%PDF-") and fetched.request.endswith("_05PM.pdf")
    assert tonight.reports.report(at).content == fetched.content


# The Odds API


def events(tonight: Evening, day: date = DAY) -> list[dict[str, Any]]:
    return parsed(tonight.odds.events(day).content)


def test_events_of_a_date_and_their_quotes(league: League) -> None:
    tonight = evening(league, MORNING + timedelta(hours=7))
    listed = events(tonight)
    assert len(listed) == len(league.fixtures_on(DAY))
    document = parsed(tonight.odds.event_odds(listed[0]["id"], GAME_LINE_MARKETS).content)
    assert {book["key"] for book in document["bookmakers"]} <= set(BOOKMAKERS) and document["bookmakers"]
    assert {market["key"] for book in document["bookmakers"] for market in book["markets"]} == set(GAME_LINE_MARKETS)


def test_an_event_is_gone_when_the_game_is_over(league: League) -> None:
    tonight = evening(league, MORNING)
    event = events(tonight)[0]["id"]
    tonight.clock.set(NEXT_MORNING)
    assert events(tonight) == []
    with pytest.raises(NotThere, match=r"HTTP 404 EVENT_NOT_FOUND.*list the events again"):
        tonight.odds.event_odds(event, PLAYER_PROP_MARKETS)


def test_a_market_not_yet_published_has_no_bookmakers_and_is_free(league: League) -> None:
    tonight = evening(league, MORNING - timedelta(days=4))
    fetched = tonight.odds.event_odds(events(tonight)[0]["id"], PLAYER_PROP_MARKETS)
    assert parsed(fetched.content)["bookmakers"] == []
    assert fetched.quota is not None and (fetched.quota.last, fetched.quota.used) == (0, 0)


def test_history_is_what_was_known_then(league: League) -> None:
    tonight = evening(league, NEXT_MORNING)
    at = MORNING + timedelta(hours=7)
    listed = parsed(tonight.odds.historical_events(DAY, at).content)
    assert datetime.fromisoformat(listed["timestamp"]) <= at
    past = parsed(tonight.odds.historical_event_odds(listed["data"][0]["id"], PLAYER_PROP_MARKETS, at).content)
    tonight.clock.set(datetime.fromisoformat(listed["timestamp"]))
    assert parsed(tonight.odds.event_odds(listed["data"][0]["id"], PLAYER_PROP_MARKETS).content) == past["data"]


NOW, THEN = "/v4/sports/basketball_nba/events", "/v4/historical/sports/basketball_nba/events"
REFUSALS = [
    (f"{NOW}/{{event}}/odds", {"markets": "player_pionts", "regions": "us"}, 422, "INVALID_MARKET"),
    (f"{NOW}/{{event}}/odds", {"markets": "h2h"}, 422, "MISSING_REGION"),
    (f"{NOW}/{{event}}/odds", {"regions": "moon"}, 422, "INVALID_REGION"),
    (f"{NOW}/{{event}}/odds", {"bookmakers": "mine"}, 422, "INVALID_BOOKMAKERS"),
    (f"{NOW}/{{event}}/odds", {"regions": "us", "oddsFormat": "x"}, 422, "INVALID_ODDS_FORMAT"),
    (f"{NOW}/abc/odds", {"regions": "us"}, 422, "INVALID_EVENT_ID"),
    (f"{NOW}/{'0' * 32}/odds", {"regions": "us"}, 404, "EVENT_NOT_FOUND"),
    ("/v4/sports/curling/events", {}, 404, "UNKNOWN_SPORT"),
    (NOW, {"commenceTimeFrom": "2025-01-15"}, 422, "INVALID_COMMENCE_TIME_FROM"),
    (
        NOW,
        {"commenceTimeFrom": "2025-01-16T00:00:00Z", "commenceTimeTo": "2025-01-15T00:00:00Z"},
        422,
        "INVALID_COMMENCE_TIME_RANGE",
    ),
    (THEN, {}, 422, "MISSING_HISTORICAL_TIMESTAMP"),
    (THEN, {"date": "yesterday"}, 422, "INVALID_HISTORICAL_TIMESTAMP"),
    (THEN, {"date": "2031-01-01T00:00:00Z"}, 422, "INVALID_HISTORICAL_TIMESTAMP"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "params", "status", "code"), REFUSALS, ids=[f"{r[3]}-{n}" for n, r in enumerate(REFUSALS)]
)
def test_refusals_name_their_reason_and_cost_nothing(
    league: League, path: str, params: dict[str, str], status: int, code: str
) -> None:
    tonight = evening(league, MORNING)
    response = tonight.client(ODDS_API).get(path.format(event=events(tonight)[0]["id"]), params=params)
    assert (response.status_code, response.json()["error_code"]) == (status, code)
    assert response.json()["message"] and response.headers["x-requests-last"] == "0"


@pytest.mark.parametrize(
    ("key", "code"), [(None, "MISSING_KEY"), (SecretStr(""), "MISSING_KEY"), (SecretStr("another"), "INVALID_KEY")]
)
def test_without_the_right_key_nothing_is_told(league: League, key: SecretStr | None, code: str) -> None:
    tonight = evening(league, MORNING, key=key)
    with pytest.raises(PermanentProviderError, match=f"HTTP 401 {code}.*ODDS_API_KEY is missing or wrong"):
        tonight.odds.events(DAY)


def test_the_nba_needs_no_key(league: League) -> None:
    assert evening(league, MORNING, key=None).cdn.scoreboard().status == 200


def test_calls_cost_what_they_cost(league: League) -> None:
    at = MORNING + timedelta(hours=8)
    tonight = evening(league, at, quota=1000)
    event = events(tonight)[0]["id"]
    costs = []
    for call in (
        lambda: tonight.odds.events(DAY),
        lambda: tonight.odds.event_odds(event, PLAYER_PROP_MARKETS, bookmakers=(), regions=("us",)),
        lambda: tonight.odds.event_odds(event, PLAYER_PROP_MARKETS),
        lambda: tonight.odds.event_odds(event, GAME_LINE_MARKETS, bookmakers=("draftkings", "fanduel")),
        lambda: tonight.odds.historical_events(DAY, at),
        lambda: tonight.odds.historical_events(DAY - timedelta(days=60), at),
        lambda: tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at, bookmakers=("draftkings",)),
        lambda: tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at),
    ):
        quota = call().quota
        assert quota is not None
        costs.append((quota.last, quota.used, quota.remaining))
    last = [0, 1, 2, 3, 1, 0, 10, 20]
    assert costs == [(cost, sum(last[: n + 1]), 1000 - sum(last[: n + 1])) for n, cost in enumerate(last)]


def test_the_budget_stops_before_the_plan_is_overdrawn(league: League) -> None:
    at = MORNING + timedelta(hours=8)
    tonight = evening(league, at, quota=100, budget=QuotaBudget(30))
    event = events(tonight)[0]["id"]
    for _ in range(3):
        tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at)
    with pytest.raises(QuotaReserveError, match="40 of the quota are left and 30 must stay"):
        tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at)
    assert tonight.odds.budget is not None and tonight.odds.budget.remaining == 40


def test_a_used_up_plan_is_no_wrong_key_and_is_full_again_next_month(league: League) -> None:
    at = MORNING + timedelta(hours=8)
    tonight = evening(league, at, quota=20)
    event = events(tonight)[0]["id"]
    tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at)
    with pytest.raises(PermanentProviderError, match=r"OUT_OF_USAGE_CREDITS.*quota is used up"):
        tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at)
    assert events(tonight)
    tonight.clock.set(at + timedelta(days=20))
    assert tonight.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at).status == 200


def test_threads_are_answered_as_one_client_would_be(league: League) -> None:
    tonight = evening(league, NEXT_MORNING)
    games = [f.nba_game_id for f in league.fixtures_on(DAY)]
    with ThreadPoolExecutor(4) as pool:
        together = [f.content for f in pool.map(tonight.cdn.boxscore, games * 2)]
    other = evening(League(2024), NEXT_MORNING)
    assert together == [other.cdn.boxscore(game).content for game in games] * 2


# Over a real connection


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The base URL of a server process; its clock stands."""
    command = "-m resources.simulated_league --port 0 --seed 2024 --speed 0 --now".split()
    with subprocess.Popen(
        [sys.executable, *command, f"{MORNING:%Y-%m-%dT%H:%M:%SZ}", "--faults", "corrected_box"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        words = "".join(process.stdout.readline() for _ in range(3))
        assert "SIMULATED" in words and "api.the-odds-api.com" in words
        yield re.findall(r"http://127\.0\.0\.1:\d+", words)[0]
        process.terminate()


def test_a_server_process_gives_the_same_bytes(served: str, league: League, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    here = evening(league, MORNING)
    with (
        provider_client(NBA_CDN.unlimited(), base_url=served) as cdn,
        provider_client(ODDS_API.unlimited(), base_url=served, key=KEY) as odds,
    ):
        assert NbaCdn(cdn).scoreboard().content == here.cdn.scoreboard().content
        assert OddsApi(odds).events(DAY).content == here.odds.events(DAY).content


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--now", "tonight"], "write ET wall time"),
        (["--faults", "rough"], "there are rough_night"),
        (["--speed", "-1"], "above 0"),
    ],
)
def test_a_wrong_option_says_what_is_right(options: list[str], words: str) -> None:
    app = typer.Typer()
    app.command()(serve)
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 2 and words in " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.output).split())
