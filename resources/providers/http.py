"""The HTTP client of all providers: one factory that paces, retries, and keeps the key out of everything written.

From the outside in: retries around a rate limit (so that every attempt is paced), around the key, around the network.
The key joins a request below the layers that log or raise, and what comes back is cleaned of it.
"""

import contextlib
import email.utils
import json
import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Self
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic import SecretStr

from resources.clock import Clock, SystemClock
from resources.providers.redaction import Keyed

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0
RETRIES = 3
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
# A lost or cut connection, a timeout, a body that does not unpack; not a wrong URL or a refusing proxy.
RETRIED_ERRORS = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
)
BACKOFF_SECONDS = 1.0
# No provider may park a run for longer, whatever its Retry-After says.
RETRY_AFTER_CAP_SECONDS = 60.0


@dataclass(frozen=True)
class Pace:
    """How real time passes for rate limits and retries; never the simulated clock, which may stand still."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform


@dataclass(frozen=True)
class HostPolicy:
    """How one provider host is treated. `advice`: what to do about a status or an error code of this provider."""

    provider: str
    host: str
    requests_per_minute: float
    burst: int
    min_gap: float
    headers: Mapping[str, str]
    key_parameter: str | None = None
    advice: Mapping[int | str, str] = field(default_factory=dict)

    def unlimited(self) -> Self:
        """The same host without a rate limit: for simulated providers."""
        return replace(self, requests_per_minute=math.inf, min_gap=0.0)


class RateLimiter:
    """A token bucket with a minimum gap. Threads reserve their slots in turn and sleep outside the lock."""

    def __init__(self, host: HostPolicy, pace: Pace) -> None:
        self._interval = 60 / host.requests_per_minute
        self._slack = (host.burst - 1) * self._interval
        self._min_gap = host.min_gap
        self._pace = pace
        self._lock = Lock()
        # When the bucket is full again, the last slot given away, and the end of an enforced pause.
        self._full_at = self._last = self._paused_until = -math.inf

    def acquire(self) -> None:
        """Return when the next request may leave."""
        with self._lock:
            now = self._pace.monotonic()
            slot = max(now, self._full_at - self._slack, self._last + self._min_gap, self._paused_until)
            self._full_at = max(self._full_at, slot) + self._interval
            self._last = slot
        if slot > now:
            self._pace.sleep(slot - now)

    def pause(self, seconds: float) -> None:
        """No request of any thread leaves for so long."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._pace.monotonic() + seconds)


class _Retrying(httpx.BaseTransport):
    """Paces and repeats requests. Bodies are read here: a body cut short is as transient as a lost connection."""

    def __init__(self, inner: httpx.BaseTransport, host: HostPolicy, authority: str, clock: Clock, pace: Pace) -> None:
        self._inner = inner
        self._provider = host.provider
        self._authority = authority
        self._limiter = RateLimiter(host, pace)
        self._clock = clock
        self._pace = pace

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.netloc.decode() != self._authority:
            # A key or a header set must not travel to a stranger.
            raise httpx.UnsupportedProtocol(f"this client asks {self._authority} only, not {request.url.host}")
        attempt = 0
        while True:
            attempt += 1
            self._limiter.acquire()
            asked_to_wait = None
            try:
                response = _read(self._inner.handle_request(request))
            except RETRIED_ERRORS as error:
                if attempt > RETRIES:
                    raise
                trouble, throttled = type(error).__name__, False
            else:
                throttled = response.status_code == httpx.codes.TOO_MANY_REQUESTS
                if attempt > RETRIES or not is_transient(response, request.extensions.get("body")):
                    return response
                trouble = f"HTTP {response.status_code}" if response.status_code >= 400 else "an incomplete body"
                asked_to_wait = retry_after(response.headers, self._clock.now())
            wait = self._wait(attempt, asked_to_wait)
            logger.warning(
                "%s: %s, retry %d of %d in %.1f s: %s", self._provider, trouble, attempt, RETRIES, wait, request.url
            )
            if throttled:
                self._limiter.pause(wait)
            else:
                self._pace.sleep(wait)

    def _wait(self, attempt: int, asked_to_wait: float | None) -> float:
        if asked_to_wait is None:
            return BACKOFF_SECONDS * 2 ** (attempt - 1) * self._pace.jitter(0.5, 1.5)
        # Never earlier than asked, and not all clients in the same instant.
        return min(asked_to_wait, RETRY_AFTER_CAP_SECONDS) + self._pace.jitter(0.0, 1.0)

    def close(self) -> None:
        self._inner.close()


def _read(response: httpx.Response) -> httpx.Response:
    try:
        response.read()
    finally:
        response.close()
    return response


def is_transient(response: httpx.Response, body: str | None) -> bool:
    """Whether the same request may be answered better in a moment."""
    if response.status_code == httpx.codes.OK:
        return not is_whole(response.content, body)
    return response.status_code in RETRIED_STATUSES


def is_whole(content: bytes, body: str | None) -> bool:
    """Whether content is a complete document of its kind: `json`, `pdf`, or None for anything."""
    if body == "pdf":
        return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
    if body == "json":
        try:
            json.loads(content)
        except (ValueError, RecursionError):
            return False
    return True


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds a Retry-After header asks for (it may be a number or an HTTP date), or None without a readable one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = _http_date(text)
    except (TypeError, ValueError):
        return None
    with contextlib.suppress(TypeError, ValueError):
        # The server's own clock, where it tells: ours may differ.
        now = _http_date(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds())


def _http_date(text: str) -> datetime:
    instant = email.utils.parsedate_to_datetime(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def provider_client(
    host: HostPolicy,
    *,
    key: SecretStr | None = None,
    transport: httpx.BaseTransport | None = None,
    base_url: str | None = None,
    proxy: SecretStr | None = None,
    clock: Clock | None = None,
    pace: Pace | None = None,
) -> httpx.Client:
    """A client for one host. `transport` stands in for the network; `base_url` for https://<host>, e.g. a local server.

    The rate limit is the client's: make one client per host and process, and share it between threads.
    """
    base = httpx.URL(base_url or f"https://{host.host}")
    inner = transport or httpx.HTTPTransport(proxy=_proxy(base, proxy))
    secret = key.get_secret_value().strip() if key else ""
    if secret:
        if host.key_parameter is None:
            raise ValueError(f"{host.provider} takes no key")
        inner = Keyed(inner, host.key_parameter, SecretStr(secret))
    authority = base.netloc.decode()
    return httpx.Client(
        base_url=base,
        headers=dict(host.headers),
        timeout=TIMEOUT_SECONDS,
        # A redirect means that the provider moved; following it would carry headers to an unknown place.
        follow_redirects=False,
        transport=_Retrying(inner, host, authority, clock or SystemClock(), pace or Pace()),
    )


def _proxy(base: httpx.URL, proxy: SecretStr | None) -> str | None:
    # httpx reads HTTPS_PROXY only for clients without a transport of their own.
    if proxy is not None:
        return proxy.get_secret_value()
    return None if proxy_bypass(base.host) else getproxies().get(base.scheme)
