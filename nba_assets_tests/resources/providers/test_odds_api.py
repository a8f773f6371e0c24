"""The Odds API: what is asked, what it may cost, and when the money stops.

Dangers covered: a quota drained by a loop, American prices, history asked as the present, a spent plan reported as a
wrong key, a budget that concurrent calls overdraw together.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import httpx
import pytest

from nba_assets_tests.resources.providers.fakes import KEY, Reply, Script, scripted
from resources.providers.errors import NotThere, PermanentProviderError, QuotaReserveError, TransientProviderError
from resources.providers.hosts import ODDS_API
from resources.providers.odds_api import BOOKMAKERS, GAME_LINE_MARKETS, PLAYER_PROP_MARKETS, OddsApi
from resources.providers.quota import Quota, QuotaBudget, event_odds_cost

EVENT = "071ee3e84d6e3ecce12d8c5e4ab4da0b"
DAY = date(2025, 1, 15)
AT = datetime(2025, 1, 15, 18, tzinfo=UTC)
BASE = "https://api.the-odds-api.com/v4"


def answer(remaining: int = 1000, used: int = 0, last: int = 0, code: int = 200) -> httpx.Response:
    headers = {f"x-requests-{k}": str(v) for k, v in {"remaining": remaining, "used": used, "last": last}.items()}
    return httpx.Response(code, headers=headers, content=b"[]" if code == 200 else b"")


def refusal(code: int, error: str, message: str) -> httpx.Response:
    return httpx.Response(code, json={"message": message, "error_code": error, "details_url": "https://x.test"})


# Requests


def test_events_of_an_et_date() -> None:
    client, script, time = scripted(ODDS_API, answer(), key=KEY)
    fetched = OddsApi(client, clock=time).events(DAY)
    assert script.asked == f"{BASE}/sports/basketball_nba/events"
    window = {"commenceTimeFrom": "2025-01-15T05:00:00Z", "commenceTimeTo": "2025-01-16T04:59:59Z"}
    assert script.params == {**window, "apiKey": KEY.get_secret_value()}
    assert fetched.request == str(httpx.URL(script.asked, params=window))


def test_the_day_clocks_change_is_an_hour_shorter() -> None:
    client, script, time = scripted(ODDS_API, answer())
    OddsApi(client, clock=time).events(date(2025, 3, 9))
    assert script.params == {"commenceTimeFrom": "2025-03-09T05:00:00Z", "commenceTimeTo": "2025-03-10T03:59:59Z"}


def test_event_odds() -> None:
    client, script, time = scripted(ODDS_API, answer(), key=KEY)
    fetched = OddsApi(client, clock=time).event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert script.asked == f"{BASE}/sports/basketball_nba/events/{EVENT}/odds"
    assert script.params == {
        "bookmakers": ",".join(BOOKMAKERS), "markets": "player_points", "oddsFormat": "decimal",
        "apiKey": KEY.get_secret_value(),
    }  # fmt: skip
    assert "apiKey" not in fetched.request and fetched.request.startswith(script.asked)


def test_event_odds_by_region() -> None:
    client, script, time = scripted(ODDS_API, answer())
    OddsApi(client, clock=time).event_odds(EVENT, GAME_LINE_MARKETS, bookmakers=(), regions=("us", "us2"))
    assert script.params == {"regions": "us,us2", "markets": "spreads,totals,h2h", "oddsFormat": "decimal"}


def test_historical_events() -> None:
    client, script, time = scripted(ODDS_API, answer())
    OddsApi(client, clock=time).historical_events(DAY, AT)
    assert script.asked == f"{BASE}/historical/sports/basketball_nba/events"
    assert script.params == {
        "date": "2025-01-15T18:00:00Z",
        "commenceTimeFrom": "2025-01-15T05:00:00Z",
        "commenceTimeTo": "2025-01-16T04:59:59Z",
    }


def test_historical_event_odds() -> None:
    client, script, time = scripted(ODDS_API, answer())
    OddsApi(client, clock=time).historical_event_odds(EVENT, ("player_points",), AT, bookmakers=("draftkings",))
    assert script.asked == f"{BASE}/historical/sports/basketball_nba/events/{EVENT}/odds"
    assert script.params == {
        "date": "2025-01-15T18:00:00Z", "bookmakers": "draftkings", "markets": "player_points", "oddsFormat": "decimal",
    }  # fmt: skip


@pytest.mark.parametrize("event", ["", "../x", "a/b", "a?b=c", f"{EVENT}\n", "a-b"])
def test_event_ids_are_checked_before_they_are_an_address(event: str) -> None:
    client, script, time = scripted(ODDS_API, answer())
    with pytest.raises(ValueError, match="is not an event id"):
        OddsApi(client, clock=time).event_odds(event, PLAYER_PROP_MARKETS)
    assert script.requests == []


@pytest.mark.parametrize("markets", [(), ("player_points&x=1",), "player_points", ("",)])
def test_markets_are_lists_of_names(markets: tuple[str, ...]) -> None:
    client, script, time = scripted(ODDS_API, answer())
    with pytest.raises(ValueError, match="is not a list of names"):
        OddsApi(client, clock=time).event_odds(EVENT, markets)
    assert script.requests == []


# Refusals


def test_a_wrong_key() -> None:
    client, _, time = scripted(ODDS_API, refusal(401, "INVALID_KEY", "API key is not valid"), key=KEY)
    with pytest.raises(PermanentProviderError, match="ODDS_API_KEY is missing or wrong"):
        OddsApi(client, clock=time).events(DAY)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("MISSING_KEY", "ODDS_API_KEY is missing or wrong"),
        ("OUT_OF_USAGE_CREDITS", "quota is used up"),
        ("DEACTIVATED_KEY", "subscription that has ended"),
        ("HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN", "need a paid plan"),
    ],
)
def test_a_401_says_which_of_its_reasons(error: str, advice: str) -> None:
    client, _, time = scripted(ODDS_API, refusal(401, error, "no"))
    with pytest.raises(PermanentProviderError, match=advice):
        OddsApi(client, clock=time).events(DAY)


def test_a_422_names_the_parameter() -> None:
    message = "Invalid markets: player_pionts"
    client, _, time = scripted(ODDS_API, refusal(422, "INVALID_MARKET", message))
    with pytest.raises(PermanentProviderError, match=rf"INVALID_MARKET: {message}.*correct the one it names"):
        OddsApi(client, clock=time).event_odds(EVENT, ("player_pionts",))


@pytest.mark.parametrize("code", [204, 404])
def test_gone_and_not_yet_published(code: int) -> None:
    client, _, time = scripted(ODDS_API, answer(code=code, remaining=77))
    with pytest.raises(NotThere) as caught:
        OddsApi(client, clock=time).event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert caught.value.quota == Quota(77, 0, 0)


# Quota


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        ({"x-requests-remaining": "489", "x-requests-used": "11", "x-requests-last": "2"}, Quota(489, 11, 2)),
        ({"x-requests-remaining": "489.0"}, Quota(489, None, None)),
        ({"x-requests-remaining": "many", "x-requests-used": "inf", "x-requests-last": "nan"}, None),
        ({}, None),
    ],
)
def test_quota_headers(headers: dict[str, str], quota: Quota | None) -> None:
    assert Quota.from_headers(headers) == quota


def test_answers_carry_their_quota() -> None:
    client, _, time = scripted(ODDS_API, answer(489, 11, 2))
    fetched = OddsApi(client, clock=time).events(DAY)
    assert fetched.quota == Quota(489, 11, 2)
    assert fetched.provenance()["quota_remaining"] == 489


@pytest.mark.parametrize(
    ("markets", "books", "regions", "historical", "cost"),
    [
        (1, 12, 1, False, 2),
        (1, 10, 1, False, 1),
        (1, 11, 3, False, 2),
        (3, 12, 1, True, 60),
        (2, 0, 2, False, 4),
        (1, 1, 1, True, 10),
    ],
)
def test_cost_rule(markets: int, books: int, regions: int, historical: bool, cost: int) -> None:
    assert event_odds_cost(markets, bookmakers=books, regions=regions, historical=historical) == cost


def budgeted(reserve: int, *answers: Reply, limit: int | None = None) -> tuple[OddsApi, Script]:
    client, script, time = scripted(ODDS_API, *answers)
    return OddsApi(client, clock=time, budget=QuotaBudget(reserve, limit=limit)), script


def test_the_budget_learns_what_is_left_by_a_free_call() -> None:
    odds, script = budgeted(100, answer(500), answer(498, 2, 2))
    odds.event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert [r.url.path.rpartition("/")[2] for r in script.requests] == ["events", "odds"]
    assert odds.budget.remaining == 498 and odds.budget.spent == 2


CALLS: list[tuple[Callable[[OddsApi], object], int]] = [
    (lambda odds: odds.event_odds(EVENT, GAME_LINE_MARKETS), 6),
    (lambda odds: odds.historical_events(DAY, AT), 1),
    (lambda odds: odds.historical_event_odds(EVENT, PLAYER_PROP_MARKETS, AT), 20),
]


@pytest.mark.parametrize(("call", "cost"), CALLS)
def test_a_call_that_would_overdraw_the_reserve_is_not_made(call: Callable[[OddsApi], object], cost: int) -> None:
    odds, script = budgeted(100, answer(100 + cost - 1))
    with pytest.raises(QuotaReserveError, match=rf"costs up to {cost}, .*100 must stay.*The call was not made"):
        call(odds)
    assert len(script.requests) == 1  # the free one
    odds, script = budgeted(100, answer(100 + cost))
    call(odds)
    assert len(script.requests) == 2


def test_a_free_call_is_always_made() -> None:
    odds, script = budgeted(100, answer(0, 500))
    odds.events(DAY)
    odds.events(DAY)
    assert len(script.requests) == 2


def test_a_loop_stops_at_the_reserve() -> None:
    left = iter(range(111, 0, -2))
    odds, _ = budgeted(100, lambda r: answer(next(left), 0, 2 if r.url.path.endswith("odds") else 0))
    for _ in range(5):
        odds.event_odds(EVENT, PLAYER_PROP_MARKETS)
    with pytest.raises(QuotaReserveError):
        odds.event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert odds.budget.remaining == 101 and odds.budget.spent == 10


def test_a_run_spends_no_more_than_its_limit() -> None:
    odds, _ = budgeted(0, answer(5000), answer(5000, 0, 20), limit=45)
    for _ in range(2):
        odds.historical_event_odds(EVENT, PLAYER_PROP_MARKETS, AT)
    with pytest.raises(QuotaReserveError, match="run's limit of 45"):
        odds.historical_event_odds(EVENT, PLAYER_PROP_MARKETS, AT)


def test_an_answer_without_headers_counts_in_full() -> None:
    budget = QuotaBudget(10)
    budget.settle(0, Quota(31, 0, 0))
    assert budget.hold(20) is None
    budget.settle(20, None)
    assert (budget.remaining, budget.spent) == (11, 20)
    assert budget.hold(2) is not None


def test_a_failed_call_gives_back_what_it_held() -> None:
    odds, _ = budgeted(0, answer(50), answer(50, 0, 0, code=404))
    for _ in range(5):
        with pytest.raises(NotThere):
            odds.historical_event_odds(EVENT, PLAYER_PROP_MARKETS, AT)
    assert odds.budget.spent == 0 and odds.budget.hold(50) is None


def test_a_call_lost_on_the_way_counts_as_paid() -> None:
    odds, _ = budgeted(0, answer(50), httpx.ReadTimeout("slow"))
    with pytest.raises(TransientProviderError):
        odds.historical_event_odds(EVENT, PLAYER_PROP_MARKETS, AT)
    assert odds.budget.remaining == 30


def test_nothing_is_spent_on_an_unknown_quota() -> None:
    odds, script = budgeted(1, httpx.Response(200, content=b"[]"))
    with pytest.raises(QuotaReserveError, match="has not said how much quota is left"):
        odds.event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert len(script.requests) == 1


def test_calls_under_way_count() -> None:
    budget = QuotaBudget(10)
    budget.settle(0, Quota(100, 0, 0))
    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(lambda _: budget.hold(20), range(40)))
    assert refusals.count(None) == 4


@pytest.mark.parametrize("wrong", [{"reserve": -1}, {"reserve": 0, "limit": -1}])
def test_a_negative_budget_is_a_mistake(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        QuotaBudget(**wrong)


def test_the_log_tells_the_quota_and_warns_at_80_percent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client, _, time = scripted(ODDS_API, answer(201, 799, 2), answer(200, 800, 1))
    odds = OddsApi(client, clock=time)
    odds.events(DAY)
    assert "last 2, used 799, remaining 201" in caplog.text and "WARNING" not in caplog.text
    odds.events(DAY)
    assert "80 % of the quota are used, 200 remain" in caplog.text
