"""The Odds API's key goes to the provider and nowhere else.

Danger covered: a key in a log, an error message, a traceback with its variables, a stored document or its provenance.
Every way a call can end is driven, with everything logged; then all of it is searched for the key.
"""

import json
import logging
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from urllib.parse import quote, quote_plus

import httpx
import pytest
from pydantic import SecretStr

from nba_assets_tests.resources.providers.fakes import KEY, FakeTime, Reply, scripted
from resources.providers.answers import Fetched
from resources.providers.errors import PermanentProviderError, ProviderError
from resources.providers.hosts import ODDS_API
from resources.providers.http import provider_client
from resources.providers.odds_api import PLAYER_PROP_MARKETS, OddsApi
from resources.providers.quota import QuotaBudget

SECRET = KEY.get_secret_value()
FORMS = {SECRET, quote(SECRET, safe=""), quote_plus(SECRET)}
EVENT = "071ee3e84d6e3ecce12d8c5e4ab4da0b"


def echo(code: int) -> Reply:
    """A provider that repeats the whole request in body and headers."""

    def respond(request: httpx.Request) -> httpx.Response:
        assert dict(request.url.params)["apiKey"] == SECRET
        body = json.dumps({"message": f"bad {request.url} {SECRET}", "error_code": SECRET}).encode()
        return httpx.Response(code, content=body, headers={"location": str(request.url), "x-request": str(request.url)})

    return respond


def fails(kind: type[httpx.RequestError]) -> Reply:
    """A network whose errors name the whole address."""

    def respond(request: httpx.Request) -> httpx.Response:
        raise kind(f"cannot reach {request.url} with {SECRET}", request=request)

    return respond


_STATUSES = (200, 204, 301, 302, 307, 400, 401, 403, 404, 418, 422, 429, 500, 502, 503, 504)
_FAILURES = (
    httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError,
    httpx.DecodingError, httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError,
)  # fmt: skip
ENDINGS: dict[str, Reply] = {
    **{str(code): echo(code) for code in _STATUSES},
    **{kind.__name__: fails(kind) for kind in _FAILURES},
    "cut short": httpx.Response(200, content=b'{"cut'),
    "fine": httpx.Response(200, content=b"[]", headers={"x-requests-remaining": "500"}),
}


def everything_about(error: BaseException) -> str:
    """Messages, causes, and the variables of all frames."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True, max_group_depth=99)
    own = "".join(report.format(chain=True))
    hidden = "".join(everything_about(e) for e in (error.__cause__, error.__context__) if e is not None)
    fields = repr(vars(error))
    return own + hidden + fields + repr(error)


def assert_no_key(text: str) -> None:
    for form in FORMS:
        assert form not in text


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_no_ending_of_a_call_tells_the_key(ending: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client, script, time = scripted(ODDS_API, ending, key=KEY)
    odds = OddsApi(client, clock=time)
    told = ""
    for call in (lambda: odds.events(time.now().date()), lambda: odds.event_odds(EVENT, PLAYER_PROP_MARKETS)):
        try:
            fetched = call()
        except ProviderError as error:
            # The test's own frames know the key; the client's must not.
            told += everything_about(error.with_traceback(_below_here(error)))
        else:
            told += f"{fetched!r} {json.dumps(fetched.provenance())} {fetched.content!r}"
    assert dict(script.requests[-1].url.params)["apiKey"] == SECRET
    assert_no_key(told)
    assert_no_key(caplog.text + repr([record.__dict__ for record in caplog.records]))
    assert_no_key(f"{client!r} {odds!r} {vars(odds)!r} {client.base_url} {client.headers!r} {client.params!r}")


def _below_here(error: BaseException) -> TracebackType | None:
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def test_the_search_would_find_a_key() -> None:
    with pytest.raises(AssertionError):
        assert_no_key(f"https://x.test/?apiKey={quote(SECRET, safe='')}")


def test_an_answer_that_repeats_the_key_is_not_kept() -> None:
    client, _, time = scripted(ODDS_API, echo(200), key=KEY)
    with pytest.raises(PermanentProviderError, match="repeats the API key"):
        OddsApi(client, clock=time).event_odds(EVENT, PLAYER_PROP_MARKETS)


def test_a_refused_budget_does_not_tell_it_either() -> None:
    client, _, time = scripted(ODDS_API, httpx.Response(200, content=b"[]"), key=KEY)
    with pytest.raises(PermanentProviderError) as caught:
        OddsApi(client, clock=time, budget=QuotaBudget(5)).event_odds(EVENT, PLAYER_PROP_MARKETS)
    assert_no_key(str(caught.value))


@pytest.mark.parametrize("key", ["abc123\n", " abc123 "])
def test_blanks_around_a_key_are_dropped(key: str) -> None:
    client, script, time = scripted(ODDS_API, httpx.Response(200, content=b"[]"), key=SecretStr(key))
    OddsApi(client, clock=time).events(time.now().date())
    assert script.params["apiKey"] == "abc123"


@pytest.mark.parametrize("key", [None, SecretStr(""), SecretStr("  ")])
def test_without_a_key_none_is_sent_and_the_answer_says_so(key: SecretStr | None) -> None:
    client, script, time = scripted(ODDS_API, httpx.Response(401), key=key)
    with pytest.raises(PermanentProviderError, match="ODDS_API_KEY is missing or wrong"):
        OddsApi(client, clock=time).events(time.now().date())
    assert "apiKey" not in script.params


class _Echo(BaseHTTPRequestHandler):
    """A real server on this machine; it redirects to the address it was asked for."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(301)
        self.send_header("Location", f"https://elsewhere.test{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def echo_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_http_librarys_debug_log_over_a_real_connection(
    echo_server: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    time = FakeTime()
    with (
        provider_client(ODDS_API, key=KEY, base_url=echo_server, clock=time, pace=time.pace()) as client,
        pytest.raises(PermanentProviderError, match=r"moved to https://elsewhere\.test/v4") as caught,
    ):
        OddsApi(client, clock=time).events(time.now().date())
    assert any(quote(SECRET, safe="") in path for path in _Echo.asked), "the key was sent"
    assert "receive_response_headers.complete" in caplog.text, "httpcore logs headers"
    assert_no_key(caplog.text + repr([record.__dict__ for record in caplog.records]) + str(caught.value))


def test_a_fetched_document_shows_no_content() -> None:
    fetched = Fetched(b"x" * 10, "https://x.test", 200, FakeTime().now())
    assert "xxx" not in repr(fetched)
