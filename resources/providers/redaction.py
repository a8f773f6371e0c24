"""The API key joins requests here, and whatever comes back is cleaned of it here."""

import logging
from urllib.parse import quote, quote_plus

import httpx
from pydantic import SecretStr

REDACTED = "[key removed]"
# An answer that held the key: its body was changed, so it must not be stored.
KEY_ECHOED = "key_echoed"
# Headers that describe the body as it travelled, not as it is rebuilt.
_BODY_HEADERS = ("content-encoding", "content-length", "transfer-encoding")


class Keyed(httpx.BaseTransport):
    """Adds the key to each request's query. The request that httpx logs and errors mention never has it."""

    def __init__(self, inner: httpx.BaseTransport, parameter: str, key: SecretStr) -> None:
        self._inner = inner
        self._parameter = parameter
        self._key = key
        hide_in_logs(key)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        outcome = self._send(request)
        if isinstance(outcome, httpx.Response):
            return outcome
        # A new error: tracebacks of the old one hold the keyed request in their frames.
        raise outcome

    def _send(self, request: httpx.Request) -> httpx.Response | httpx.RequestError:
        keyed = httpx.Request(
            request.method,
            request.url.copy_merge_params({self._parameter: self._key.get_secret_value()}),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        try:
            response = self._inner.handle_request(keyed)
            try:
                response.read()
            finally:
                response.close()
        except httpx.RequestError as error:
            return type(error)(redact(str(error), self._key))
        return _cleaned(response, self._key)

    def close(self) -> None:
        self._inner.close()


def _forms(key: SecretStr) -> set[str]:
    secret = key.get_secret_value()
    return {secret, quote(secret, safe=""), quote_plus(secret)}


def redact(text: str, key: SecretStr) -> str:
    """The text without the key, in any of its spellings in URLs."""
    for form in _forms(key):
        text = text.replace(form, REDACTED)
    return text


def _cleaned(response: httpx.Response, key: SecretStr) -> httpx.Response:
    text = response.content.decode("latin-1")
    clean = redact(text, key)
    headers = [(name, redact(value, key)) for name, value in response.headers.multi_items()]
    if clean == text and headers == response.headers.multi_items():
        return response
    return httpx.Response(
        response.status_code,
        headers=[(name, value) for name, value in headers if name.lower() not in _BODY_HEADERS],
        content=clean.encode("latin-1"),
        extensions={**response.extensions, KEY_ECHOED: clean != text},
    )


class _HideKeys(logging.Filter):
    """httpcore logs response headers at DEBUG; a redirect there would spell out the keyed URL."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[SecretStr] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = message
        for key in tuple(self.keys):
            clean = redact(clean, key)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


_FILTER = _HideKeys()


def hide_in_logs(key: SecretStr) -> None:
    """From now on the HTTP libraries' log records are cleaned of this key."""
    _FILTER.keys.add(key)
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_FILTER)  # adding it again changes nothing
