"""A network whose only host is an ASGI application in this process: httpx clients ask it as they ask the internet."""

import weakref
from collections.abc import Callable
from threading import Lock

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Message, Scope


class AppTransport(httpx.BaseTransport):
    """Answers requests by an ASGI application that runs on one event-loop thread, whichever threads ask.

    An application that waits for the client to go away instead of answering is a `ReadTimeout`, at once; one that ends
    in the middle of its answer is a `RemoteProtocolError`. Its own errors are raised as they are.

    Several clients may share it: a client that closes it stops the thread, and the next request starts it again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lock = Lock()
        self._portal: BlockingPortal | None = None
        self._end: Callable[[], object] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(request)
        while True:
            portal = self._started()
            try:
                portal.call(self._app, exchange.scope, exchange.receive, exchange.send)
            except RuntimeError:
                # Another thread's client closed it between the two lines.
                if portal is self._portal or exchange.begun:
                    raise
            else:
                return exchange.response()

    def _started(self) -> BlockingPortal:
        with self._lock:
            if self._portal is None:
                running = start_blocking_portal()
                self._portal = running.__enter__()
                # Also when nobody closes it, and before the interpreter takes its last threads away: it would wait for
                # them for ever.
                self._end = weakref.finalize(self, running.__exit__, None, None, None)
            return self._portal

    def close(self) -> None:
        """End the thread, after the requests under way."""
        with self._lock:
            end, self._end, self._portal = self._end, None, None
        if end is not None:
            end()


class _Exchange:
    """One request and what the application sends."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._asked = self._silent = self._complete = False
        self._status: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []

    @property
    def begun(self) -> bool:
        """Whether the application has seen the request."""
        return self._asked or self._status is not None

    @property
    def scope(self) -> Scope:
        url = self._request.url
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.split(b"?")[0],
            "query_string": url.query,
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 0),
            "root_path": "",
        }

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.read(), "more_body": False}
        self._silent = self._status is None
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self._body.append(message.get("body", b""))
            self._complete = not message.get("more_body", False)

    def response(self) -> httpx.Response:
        if self._silent:
            raise httpx.ReadTimeout("The read operation timed out", request=self._request)
        if self._status is None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=self._request)
        if not self._complete:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body (incomplete read)", request=self._request
            )
        return httpx.Response(self._status, headers=self._headers, stream=httpx.ByteStream(b"".join(self._body)))
