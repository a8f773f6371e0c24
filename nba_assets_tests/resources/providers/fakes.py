"""Time that passes only when somebody sleeps, and a provider that answers from a script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import SecretStr

from resources.providers.http import HostPolicy, Pace, provider_client

START = datetime(2025, 1, 15, 18, 5, tzinfo=UTC)
KEY = SecretStr("5ecret0fthe+0dds/api")

Answer = httpx.Response | Exception
Reply = Answer | Callable[[httpx.Request], Answer]


@dataclass
class FakeTime:
    """Clock, stopwatch and sleep of one world; the middle of each jitter range is drawn."""

    seconds: float = 0.0
    sleeps: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(round(seconds, 6))
        self.seconds += seconds

    def pace(self) -> Pace:
        return Pace(monotonic=lambda: self.seconds, sleep=self.sleep, jitter=lambda low, high: (low + high) / 2)


class Script:
    """Answers requests in turn, the last answer for ever; keeps what was asked and when."""

    def __init__(self, time: FakeTime, answers: Iterable[Reply]) -> None:
        self.time = time
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.at: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        self.at.append(round(self.time.seconds, 6))
        if callable(answer) and not isinstance(answer, httpx.Response | Exception):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        # A response object serves one request only.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)

    @property
    def url(self) -> httpx.URL:
        """The last request's address."""
        return self.requests[-1].url

    @property
    def asked(self) -> str:
        """The last request's address without its query."""
        return f"{self.url.scheme}://{self.url.host}{self.url.path}"

    @property
    def params(self) -> dict[str, str]:
        """The last request's query."""
        return dict(self.url.params)


def scripted(host: HostPolicy, *answers: Reply, key: SecretStr | None = None) -> tuple[httpx.Client, Script, FakeTime]:
    """A client of `host` whose network is a script."""
    time = FakeTime()
    script = Script(time, answers or [httpx.Response(200, content=b"{}")])
    client = provider_client(host, key=key, transport=httpx.MockTransport(script), clock=time, pace=time.pace())
    return client, script, time


OK = httpx.Response(200, content=b'{"a": 1}')
PLAIN = HostPolicy("a provider", "provider.test", requests_per_minute=6000, burst=1, min_gap=0, headers={})


def status(code: int, text: str = "", **headers: str) -> httpx.Response:
    """An answer; header names with underscores."""
    return httpx.Response(code, content=text.encode(), headers={k.replace("_", "-"): v for k, v in headers.items()})
