"""What a question to a provider ends in: untouched bytes with their provenance, or an error somebody can act on.

Dangers covered: an error that names neither cause nor cure, bytes changed on the way, HTML kept as a document,
a snapshot dated before what it knows.
"""

import gzip
from datetime import UTC, datetime

import httpx
import pytest

from nba_assets_tests.resources.providers.fakes import OK, PLAIN, scripted, status
from resources.providers.answers import get
from resources.providers.errors import NotThere, PermanentProviderError, ProviderError, TransientProviderError
from resources.providers.hosts import NBA_STATS, ODDS_API
from resources.providers.http import HostPolicy, is_whole

# What an error says

ADVICE = [
    (PLAIN, 400, PermanentProviderError, "correct the parameter it names"),
    (PLAIN, 401, PermanentProviderError, "wants a valid key"),
    (PLAIN, 403, PermanentProviderError, "check the proxy"),
    (PLAIN, 404, NotThere, "no such document"),
    (PLAIN, 204, NotThere, "no such document"),
    (PLAIN, 302, PermanentProviderError, "has moved to"),
    (PLAIN, 418, PermanentProviderError, "compare the request with its documentation"),
    (PLAIN, 422, PermanentProviderError, "correct the one it names"),
    (PLAIN, 429, TransientProviderError, "lower the host's requests_per_minute"),
    (PLAIN, 500, TransientProviderError, "run it again later"),
    (NBA_STATS, 403, PermanentProviderError, "residential proxy"),
    (ODDS_API, 401, PermanentProviderError, "ODDS_API_KEY is missing or wrong"),
    (ODDS_API, 204, NotThere, "not published yet"),
    (ODDS_API, 404, NotThere, "ids vanish at tip-off"),
]


@pytest.mark.parametrize(("host", "code", "kind", "advice"), ADVICE, ids=lambda v: getattr(v, "provider", str(v)))
def test_every_status_says_what_to_do(host: HostPolicy, code: int, kind: type[ProviderError], advice: str) -> None:
    location = {"Location": "https://new.test/x"} if code == 302 else {}
    client, _, time = scripted(host, status(code, **location))
    with pytest.raises(kind) as caught:
        get(client, host, "/x", clock=time)
    message = str(caught.value)
    assert host.provider in message and f"asked https://{host.host}/x" in message and f"HTTP {code}" in message
    assert advice in message


def test_a_silent_stats_host_hints_at_its_blocks() -> None:
    client, _, time = scripted(NBA_STATS, httpx.ReadTimeout("timed out"))
    with pytest.raises(TransientProviderError, match="blocks cloud addresses"):
        get(client, NBA_STATS, "/x", clock=time)


def test_what_the_provider_says_is_quoted_on_one_short_line() -> None:
    client, _, time = scripted(PLAIN, status(400, "<html>\n" + "bad\x1b[31m " * 500))
    with pytest.raises(PermanentProviderError) as caught:
        get(client, PLAIN, "/x", clock=time)
    message = str(caught.value)
    assert "<html> bad [31m" in message and len(message) < 600 and "\x1b" not in message


def test_a_wait_the_provider_asks_for_is_told() -> None:
    client, _, time = scripted(PLAIN, status(429, Retry_After="3600"))
    with pytest.raises(TransientProviderError, match="Retry-After 3600"):
        get(client, PLAIN, "/x", clock=time)


# What comes back


@pytest.mark.parametrize("content", [b'{"a": 1}', b"\xef\xbb\xbf[]", '{"n": "Jokić"}\r\n'.encode(), b"[1.10]"])
@pytest.mark.parametrize("packed", [False, True])
def test_bytes_arrive_untouched(content: bytes, packed: bool) -> None:
    body = gzip.compress(content) if packed else content
    headers = {"content-encoding": "gzip"} if packed else {}
    client, _, time = scripted(PLAIN, httpx.Response(200, headers=headers, stream=httpx.ByteStream(body)))
    fetched = get(client, PLAIN, "/x", clock=time, params={"day": "2025-01-15"})
    assert fetched.content == content
    assert fetched.request == "https://provider.test/x?day=2025-01-15"
    assert (fetched.status, fetched.quota) == (200, None)


def test_the_fetch_time_is_the_arrival() -> None:
    client, _, time = scripted(PLAIN, status(500), OK)
    assert get(client, PLAIN, "/x", clock=time).fetched_at == datetime(2025, 1, 15, 18, 5, 1, tzinfo=UTC)


def test_provenance_is_plain_and_complete() -> None:
    client, _, time = scripted(PLAIN, httpx.Response(200, content=b"{}", headers={"x-requests-remaining": "9"}))
    assert get(client, PLAIN, "/x", clock=time).provenance() == {
        "request": "https://provider.test/x",
        "status": 200,
        "fetched_at": "2025-01-15T18:05:00+00:00",
        "quota_remaining": 9,
    }


@pytest.mark.parametrize(
    ("content", "body", "whole"),
    [
        (b"{}", "json", True),
        (b"<html>blocked</html>", "json", False),
        (b"[" * 100_000, "json", False),
        (b"%PDF-1.7 .. %%EOF\n", "pdf", True),
        (b"%PDF-1.7 ..", "pdf", False),
        (b"<html>", "pdf", False),
        (b"", None, True),
    ],
)
def test_whole_documents(content: bytes, body: str | None, whole: bool) -> None:
    assert is_whole(content, body) is whole
