"""A network that keeps what it delivered, and delivers something else where a test says so."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

Change = Callable[[bytes], bytes]


@dataclass
class Recorder(httpx.BaseTransport):
    """`served`: bytes by request, its key left out. `changes`: parts of an address, and what becomes of its documents;
    a change may raise.
    """

    inner: httpx.BaseTransport
    changes: dict[str, Change] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    served: dict[str, bytes] = field(default_factory=dict)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = str(request.url.copy_remove_param("apiKey"))
        self.asked.append(address)
        response = self.inner.handle_request(request)
        content = response.read()
        for part, change in self.changes.items():
            if part in address:
                content = change(content)
        self.served[address] = content
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return httpx.Response(response.status_code, headers=headers, content=content)

    def count(self, part: str) -> int:
        """How many requests had this in their address."""
        return sum(part in address for address in self.asked)
