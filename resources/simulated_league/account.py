"""The account at the simulated odds provider: its keys, its monthly quota, and the headers that tell what is left."""

from collections import Counter
from collections.abc import Collection
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nba_assets.calendar import et_today
from resources.clock import Clock

# No secret: it opens nothing but a simulation.
SIMULATED_KEY = "simulated"
# A monthly plan that a season's backfill does not use up.
MONTHLY_QUOTA = 5_000_000
# How a handler tells what its answer costs; the account adds the rest.
LAST = "x-requests-last"


def odds_error(status: int, code: str, message: str) -> Response:
    """An error as The Odds API words it."""
    details = f"https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#{code.lower().replace('_', '-')}"
    return JSONResponse({"message": message, "error_code": code, "details_url": details}, status)


class AccountLayer:
    """ASGI middleware: checks the key of odds requests and counts what their answers cost, month by month."""

    def __init__(self, app: ASGIApp, *, clock: Clock, keys: Collection[str], monthly: int) -> None:
        self._app = app
        self._clock = clock
        self._keys = keys
        self._monthly = monthly
        self._used: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v4/"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._used[self._month] += int(headers.setdefault(LAST, "0"))
                headers["x-requests-used"] = str(self._used[self._month])
                headers["x-requests-remaining"] = str(max(0, self._monthly - self._used[self._month]))
            await send(message)

        await self._app(scope, receive, counted)

    @property
    def _month(self) -> str:
        return f"{et_today(self._clock.now()):%Y-%m}"

    def _refusal(self, scope: Scope) -> Response | None:
        key = parse_qs(scope["query_string"].decode()).get("apiKey", [""])[0]
        if not key:
            return odds_error(401, "MISSING_KEY", "API key is missing")
        if key not in self._keys:
            return odds_error(401, "INVALID_KEY", "API key is not valid")
        free = scope["path"].startswith("/v4/sports/") and scope["path"].endswith("/events")
        if not free and self._used[self._month] >= self._monthly:
            return odds_error(401, "OUT_OF_USAGE_CREDITS", "Usage quota has been reached")
        return None
