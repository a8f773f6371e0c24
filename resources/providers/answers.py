"""One question to a provider and its answer: untouched bytes with their provenance, or an error with advice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from resources.providers.errors import NotThere, PermanentProviderError, ProviderError, TransientProviderError
from resources.providers.http import (
    RETRIED_ERRORS,
    RETRIED_STATUSES,
    RETRIES,
    RETRY_AFTER_CAP_SECONDS,
    Clock,
    HostPolicy,
    is_whole,
)
from resources.providers.quota import Quota
from resources.providers.redaction import KEY_ECHOED

_EXCERPT = 300
_LATER = "Nothing was stored; run it again later."
_ADVICE: dict[int, str] = {
    400: "The provider rejects the request: correct the parameter it names.",
    401: "The provider wants a valid key.",
    403: "The provider refuses this address or these headers: check the proxy and the host's headers in hosts.py.",
    404: "The address is unknown: the provider may have moved it.",
    422: "The provider rejects a parameter: correct the one it names.",
    429: f"Too many requests. {_LATER} If it happens often, lower the host's requests_per_minute in hosts.py.",
}


@dataclass(frozen=True)
class Fetched:
    """A provider's answer: its bytes as sent, and where they come from. `request` never holds a key."""

    content: bytes = field(repr=False)
    request: str
    status: int
    fetched_at: datetime
    quota: Quota | None = None

    def provenance(self) -> dict[str, str | int]:
        """What to keep beside the bytes: request, status, arrival, quota."""
        kept: dict[str, str | int] = {
            "request": self.request,
            "status": self.status,
            "fetched_at": self.fetched_at.isoformat(),
        }
        if self.quota is not None:
            told = {"remaining": self.quota.remaining, "used": self.quota.used, "last": self.quota.last}
            kept |= {f"quota_{name}": value for name, value in told.items() if value is not None}
        return kept


def get(
    client: httpx.Client,
    host: HostPolicy,
    path: str,
    *,
    clock: Clock,
    params: Mapping[str, str | int] | None = None,
    body: str = "json",
    absent: frozenset[int] = frozenset({404}),
) -> Fetched:
    """Ask for one document. Statuses in `absent`, and 204, mean that it is not there."""
    request = client.build_request("GET", path, params=params, extensions={"body": body})
    asked = str(request.url)
    try:
        response = client.send(request)
    except httpx.RequestError as error:
        raise _no_answer(host, asked, error) from error
    if response.status_code == httpx.codes.OK and is_whole(response.content, body):
        if response.extensions.get(KEY_ECHOED):
            advice = "The answer was not kept; tell the provider, and replace the key if others can read its answers."
            raise PermanentProviderError(host.provider, asked, "the answer repeats the API key", advice, status=200)
        # The instant of arrival: as a snapshot time it is never earlier than what the document knows.
        arrived = clock.now().astimezone(UTC)
        return Fetched(response.content, asked, response.status_code, arrived, Quota.from_headers(response.headers))
    raise _refusal(host, asked, response, body, absent)


def _no_answer(host: HostPolicy, asked: str, error: httpx.RequestError) -> ProviderError:
    problem = f"{type(error).__name__}: {error}".rstrip(": ")
    if isinstance(error, RETRIED_ERRORS):
        problem = f"no answer in {RETRIES + 1} attempts, at last {problem}"
        return TransientProviderError(
            host.provider, asked, problem, host.advice.get("no answer", f"Check this machine's network. {_LATER}")
        )
    return PermanentProviderError(
        host.provider, asked, problem, "The request cannot be sent: check HTTPS_PROXY and the provider's address."
    )


def _refusal(
    host: HostPolicy, asked: str, response: httpx.Response, body: str, absent: frozenset[int]
) -> ProviderError:
    status = response.status_code
    detail, code = _detail(response)
    known = host.advice.get(code) or host.advice.get(status) or _ADVICE.get(status)
    problem = f"HTTP {status}{f' {code}' if code else ''}{f': {detail}' if detail else ''}"
    kind: type[ProviderError] = PermanentProviderError
    if status == httpx.codes.NO_CONTENT or status in absent:
        kind, known = NotThere, host.advice.get(f"absent {status}", "There is no such document now; it may come later.")
    elif status == httpx.codes.OK:
        kind, problem = TransientProviderError, f"the answer is not a complete {body} document: {detail}"
        known = f"It was asked {RETRIES + 1} times. {_LATER}"
    elif status in RETRIED_STATUSES:
        kind, problem = TransientProviderError, f"{problem}, in all {RETRIES + 1} attempts"
        asked_to_wait = response.headers.get("retry-after")
        known = (known or f"The provider has trouble. {_LATER}") + (
            f" It asks to wait: Retry-After {asked_to_wait} (at most {RETRY_AFTER_CAP_SECONDS:.0f} s are waited)."
            if asked_to_wait
            else ""
        )
    elif response.is_redirect:
        known = f"The address has moved to {response.headers.get('location')}: change it in this provider's module."
    advice = known or "The provider's interface may have changed: compare the request with its documentation."
    quota = Quota.from_headers(response.headers)
    return kind(host.provider, asked, problem, advice, status=status, quota=quota)


def _detail(response: httpx.Response) -> tuple[str, str]:
    """What an answer says of itself: message and error code, or the beginning of its text."""
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and isinstance(document.get("message"), str):
        return _one_line(document["message"]), _one_line(str(document.get("error_code") or ""))
    return _one_line(response.text), ""


def _one_line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * _EXCERPT]).split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"
