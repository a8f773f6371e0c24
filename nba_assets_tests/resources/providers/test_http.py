"""The client all providers share: paced, patient with hiccups, and firm with refusals.

Dangers covered: a host asked too fast, a hiccup that loses a document, a refusal repeated until the address is banned,
a run parked for hours by a Retry-After, a body cut short that lands as a document.
"""

import threading

import httpx
import pytest
from pydantic import SecretStr

from nba_assets_tests.resources.providers.fakes import KEY, OK, PLAIN, START, FakeTime, scripted, status
from resources.providers.answers import get
from resources.providers.errors import PermanentProviderError, ProviderError, TransientProviderError
from resources.providers.hosts import INJURY_REPORTS, NBA_CDN, NBA_STATS, ODDS_API
from resources.providers.http import HostPolicy, Pace, RateLimiter, provider_client, retry_after

# Pace


def test_a_burst_then_the_steady_rate() -> None:
    client, script, time = scripted(NBA_CDN, OK)
    for _ in range(NBA_CDN.burst + 3):
        get(client, NBA_CDN, "/x", clock=time)
    assert script.at == [0.0] * NBA_CDN.burst + [1.0, 2.0, 3.0]


def test_the_minimum_gap_holds_within_a_burst() -> None:
    client, script, time = scripted(NBA_STATS, OK)
    for _ in range(14):
        get(client, NBA_STATS, "/x", clock=time)
    # A second apart while the bucket of five lasts (it refills meanwhile), then one every two seconds.
    assert script.at[:5] == [0, 1, 2, 3, 4]
    assert script.at[-1] - script.at[-2] == 2
    assert all(later - earlier >= 1 for earlier, later in zip(script.at, script.at[1:], strict=False))


def test_the_odds_api_is_asked_every_two_seconds_at_most() -> None:
    client, script, time = scripted(ODDS_API, OK)
    for _ in range(4):
        get(client, ODDS_API, "/x", clock=time)
    assert script.at == [0, 2, 4, 6]


def test_an_idle_host_is_not_owed_more_than_a_burst() -> None:
    client, script, time = scripted(NBA_CDN, OK)
    get(client, NBA_CDN, "/x", clock=time)
    time.seconds = 1000
    for _ in range(NBA_CDN.burst + 1):
        get(client, NBA_CDN, "/x", clock=time)
    assert script.at[1:] == [1000.0] * NBA_CDN.burst + [1001.0]


def test_no_minute_holds_more_than_the_rate_and_a_burst() -> None:
    client, script, time = scripted(NBA_STATS, OK)
    for _ in range(100):
        get(client, NBA_STATS, "/x", clock=time)
    for start in script.at:
        assert sum(start <= at < start + 60 for at in script.at) <= NBA_STATS.requests_per_minute + NBA_STATS.burst


def test_threads_share_the_rate() -> None:
    slept: list[float] = []
    limiter = RateLimiter(ODDS_API, Pace(monotonic=lambda: 0.0, sleep=slept.append))
    threads = [threading.Thread(target=limiter.acquire) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slept) == [2, 4, 6, 8, 10, 12, 14]


def test_a_simulated_host_has_no_limit() -> None:
    client, script, time = scripted(ODDS_API.unlimited(), OK)
    for _ in range(50):
        get(client, ODDS_API, "/x", clock=time)
    assert script.at == [0.0] * 50 and time.sleeps == []


# Retries

TRANSIENT = [
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("slow"),
    httpx.ConnectError("refused"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    *(status(code, "trouble") for code in (429, 500, 502, 503, 504)),
    status(200, '{"a": [1, 2'),
    httpx.Response(200, content=b""),
    httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip")),
]


@pytest.mark.parametrize("hiccup", TRANSIENT, ids=repr)
def test_a_hiccup_is_retried_and_the_document_is_whole(hiccup: httpx.Response | Exception) -> None:
    client, script, time = scripted(PLAIN, hiccup, hiccup, OK)
    assert get(client, PLAIN, "/x", clock=time).content == b'{"a": 1}'
    assert len(script.requests) == 3


@pytest.mark.parametrize("hiccup", TRANSIENT, ids=repr)
def test_retries_are_bounded_and_the_error_says_so(hiccup: httpx.Response | Exception) -> None:
    client, script, time = scripted(PLAIN, hiccup)
    with pytest.raises(TransientProviderError, match=r"a provider: .*asked https://provider\.test/x.*") as caught:
        get(client, PLAIN, "/x", clock=time)
    assert len(script.requests) == 4
    assert "4" in str(caught.value) and "run it again later" in str(caught.value)


def test_waits_double_around_a_jittered_second() -> None:
    client, script, time = scripted(PLAIN, status(503))
    with pytest.raises(TransientProviderError):
        get(client, PLAIN, "/x", clock=time)
    assert script.at == [0, 1, 3, 7]


def test_jitter_spreads_the_waits() -> None:
    drawn: list[tuple[float, float]] = []
    time = FakeTime()
    pace = Pace(lambda: time.seconds, time.sleep, lambda low, high: drawn.append((low, high)) or high)
    transport = httpx.MockTransport(lambda _: status(500))
    client = provider_client(PLAIN, transport=transport, clock=time, pace=pace)
    with pytest.raises(TransientProviderError):
        get(client, PLAIN, "/x", clock=time)
    assert drawn == [(0.5, 1.5)] * 3 and time.sleeps == [1.5, 3.0, 6.0]


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_in_seconds(code: int) -> None:
    client, script, time = scripted(PLAIN, status(code, Retry_After="7"), OK)
    get(client, PLAIN, "/x", clock=time)
    assert script.at == [0, 7.5]


def test_retry_after_as_a_date_by_the_servers_clock() -> None:
    answer = status(429, Retry_After="Wed, 15 Jan 2025 12:00:09 GMT", Date="Wed, 15 Jan 2025 12:00:00 GMT")
    client, script, time = scripted(PLAIN, answer, OK)
    get(client, PLAIN, "/x", clock=time)
    assert script.at == [0, 9.5]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Wed, 15 Jan 2025 18:05:30 GMT", 30),
        ("Wed, 15 Jan 2025 18:05:30 -0000", 30),
        ("Wed, 15 Jan 2025 10:00:00 GMT", 0),
        ("0", 0),
        (" 12 ", 12),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_values(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, START) == seconds


def test_no_retry_after_parks_a_run() -> None:
    client, script, time = scripted(PLAIN, status(429, Retry_After="86400"), OK)
    get(client, PLAIN, "/x", clock=time)
    assert script.at == [0, 60.5]


def test_a_throttled_host_pauses_for_all_threads() -> None:
    time = FakeTime()
    limiter = RateLimiter(PLAIN, time.pace())
    limiter.acquire()
    limiter.pause(30)
    limiter.acquire()
    assert time.seconds == 30


def test_every_retry_is_paced() -> None:
    client, script, time = scripted(ODDS_API, status(500), OK)
    get(client, ODDS_API, "/x", clock=time)
    assert script.at == [0, 2]


@pytest.mark.parametrize("code", [301, 400, 401, 403, 404, 418, 422, 501])
def test_refusals_are_not_repeated(code: int) -> None:
    client, script, time = scripted(PLAIN, status(code, Retry_After="1"))
    with pytest.raises(ProviderError) as caught:
        get(client, PLAIN, "/x", clock=time)
    assert len(script.requests) == 1 and time.sleeps == []
    assert caught.value.status == code


def test_an_unsendable_request_is_not_repeated() -> None:
    client, script, time = scripted(PLAIN, httpx.ProxyError("407 Proxy Authentication Required"))
    with pytest.raises(PermanentProviderError, match="HTTPS_PROXY"):
        get(client, PLAIN, "/x", clock=time)
    assert len(script.requests) == 1


def test_a_client_asks_its_own_host_only() -> None:
    client, script, time = scripted(ODDS_API, OK, key=KEY)
    with pytest.raises(PermanentProviderError, match=r"asks api\.the-odds-api\.com only"):
        get(client, ODDS_API, "https://elsewhere.test/v4", clock=time)
    assert script.requests == []


# The client


@pytest.mark.parametrize("host", [NBA_STATS, NBA_CDN, INJURY_REPORTS])
def test_nba_hosts_are_asked_as_a_browser_does(host: HostPolicy) -> None:
    client, script, time = scripted(host, OK)
    get(client, host, "/x", clock=time)
    sent = script.requests[-1].headers
    assert sent["referer"] == "https://www.nba.com/" and sent["origin"] == "https://www.nba.com"
    version = sent["user-agent"].partition("Chrome/")[2].partition(".")[0]
    assert f'"Google Chrome";v="{version}"' in sent["sec-ch-ua"]
    assert sent["accept"] == "application/json, text/plain, */*"
    assert not [name for name in sent if name.startswith("x-nba")]


def test_timeout_and_address() -> None:
    client = provider_client(NBA_CDN, base_url="http://127.0.0.1:8000/simulated")
    assert client.timeout == httpx.Timeout(20.0)
    assert str(client.build_request("GET", "/a").url) == "http://127.0.0.1:8000/simulated/a"
    assert not client.follow_redirects


def test_a_key_for_a_host_without_keys_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"cdn\.nba\.com takes no key"):
        provider_client(NBA_CDN, key=SecretStr("abc"))


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(
        httpx, "HTTPTransport", lambda proxy=None: made.append(proxy) or httpx.MockTransport(lambda _: OK)
    )
    for name in ("NO_PROXY", "no_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    provider_client(NBA_STATS)
    monkeypatch.setenv("https_proxy", "http://corporate.test:3128")
    provider_client(NBA_STATS)
    provider_client(NBA_STATS, proxy=SecretStr("http://user:word@home.test:1"))
    monkeypatch.setenv("no_proxy", "stats.nba.com")
    provider_client(NBA_STATS)
    assert made == [None, "http://corporate.test:3128", "http://user:word@home.test:1", None]
