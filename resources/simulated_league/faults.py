"""What goes wrong between here and the simulated providers: faults as data, and the ASGI layer that makes them happen.

Whether a rule strikes an address depends on (seed, rule, address) alone, and which of its requests, on their count: not
on the order in which other addresses are asked. A rule that changed nothing has not fired.
"""

import random
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nba_assets.calendar import et_today
from resources.clock import Clock
from resources.simulated_league.league import League
from resources.simulated_league.revisions import CHECKED, Correction, Respelling, revise

# Where a fault tells the server as of when to answer.
AS_OF = "simulated_as_of"


@dataclass(frozen=True, config=CHECKED)
class Refusal:
    """An answer of this status instead of the document; 204 is a market not published yet."""

    status: int
    retry_after: str | None = None
    kind: Literal["refusal"] = "refusal"


@dataclass(frozen=True, config=CHECKED)
class Silence:
    """No answer until the client gives up."""

    kind: Literal["silence"] = "silence"


@dataclass(frozen=True, config=CHECKED)
class Cut:
    """The connection ends in the middle of the document."""

    kind: Literal["cut"] = "cut"


@dataclass(frozen=True, config=CHECKED)
class Truncation:
    """A complete answer that holds the beginning of the document only."""

    keeps: float = 0.6
    kind: Literal["truncation"] = "truncation"


@dataclass(frozen=True, config=CHECKED)
class Lateness:
    """The document as it was `minutes` before: late behind other documents, or older than one already given."""

    minutes: float
    kind: Literal["lateness"] = "lateness"


@dataclass(frozen=True, config=CHECKED)
class Repetition:
    """The first answer of this address again, byte for byte, whatever has happened since."""

    kind: Literal["repetition"] = "repetition"


Fault = Annotated[
    Refusal | Silence | Cut | Truncation | Lateness | Repetition | Correction | Respelling, Field(discriminator="kind")
]


@dataclass(frozen=True, config=CHECKED)
class Rule:
    """A fault and whom it strikes. Without conditions: every request."""

    name: str
    fault: Fault
    path: str = "*"
    """Glob over the request's path."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Globs over parameters, which must be there."""
    game_days: tuple[date, date] | None = None
    """First and last game date of the document asked for."""
    days: tuple[date, date] | None = None
    """First and last ET date of the server's clock."""
    share: float = 1.0
    """Share of addresses (path and parameters)."""
    lot: str = ""
    """Of all rules with one lot, at most one strikes an address."""
    skip: int = 0
    """An address's first requests that pass unharmed."""
    times: int | None = None
    """How many of its following requests are struck; None: all."""


@dataclass(frozen=True)
class Ask:
    """A request as rules see it."""

    path: str
    params: Mapping[str, str]
    game_day: date | None
    now: datetime

    @property
    def address(self) -> str:
        """What is asked, without who asks."""
        return "&".join((self.path, *(f"{k}={v}" for k, v in sorted(self.params.items()) if k != "apiKey")))


_RULES = TypeAdapter(list[Rule])


class FaultPlan:
    """Rules, and how often each has fired. Rules are applied in turn, the first that answers ends it."""

    def __init__(self, *rules: Rule, seed: int = 0) -> None:
        if len({rule.name for rule in rules}) < len(rules):
            raise ValueError("each rule of a plan needs a name of its own")
        self.rules = rules
        self.seed = seed
        self.fired: Counter[str] = Counter()
        self._asked: Counter[tuple[str, str]] = Counter()
        # The shares of a lot lie side by side between 0 and 1.
        self._from: dict[str, float] = {}
        drawn: dict[str, float] = {}
        for rule in rules:
            lot = rule.lot or rule.name
            self._from[rule.name] = drawn.get(lot, 0.0)
            drawn[lot] = self._from[rule.name] + rule.share
        if any(total > 1 + 1e-9 for total in drawn.values()):
            raise ValueError("the shares of a lot add up to more than 1")

    def strikes(self, rule: Rule, ask: Ask) -> bool:
        """Whether the rule strikes this request, which counts as one of its address."""
        if not (
            fnmatchcase(ask.path, rule.path)
            and all(fnmatchcase(ask.params.get(name, "\0"), glob) for name, glob in rule.query.items())
            and _within(rule.game_days, ask.game_day)
            and _within(rule.days, et_today(ask.now))
            and self._is_drawn(rule, ask.address)
        ):
            return False
        before = self._asked[rule.name, ask.address]
        self._asked[rule.name, ask.address] += 1
        return rule.skip <= before and (rule.times is None or before < rule.skip + rule.times)

    def _is_drawn(self, rule: Rule, address: str) -> bool:
        roll = random.Random(f"{self.seed}/{rule.lot or rule.name}/{address}").random()
        return self._from[rule.name] <= roll < self._from[rule.name] + rule.share


def _within(days: tuple[date, date] | None, day: date | None) -> bool:
    return days is None or (day is not None and days[0] <= day <= days[1])


class FaultLayer:
    """ASGI middleware that makes a plan's faults happen to the application inside it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        plan: FaultPlan,
        league: League,
        clock: Clock,
        game_day: Callable[[str, Mapping[str, str]], date | None],
    ) -> None:
        self._app = app
        self._plan = plan
        self._league = league
        self._clock = clock
        self._game_day = game_day
        self._first: dict[str, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        params = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        now = self._clock.now()
        ask = Ask(scope["path"], params, self._game_day(scope["path"], params), now)
        struck = []
        for rule in self._plan.rules:
            if not self._plan.strikes(rule, ask):
                continue
            struck.append(rule)
            match rule.fault:
                case Refusal(status, retry_after):
                    self._plan.fired[rule.name] += 1
                    headers = {} if retry_after is None else {"retry-after": retry_after}
                    text = "" if status == HTTPStatus.NO_CONTENT else HTTPStatus(status).phrase
                    await Response(text, status, headers)(scope, receive, send)
                    return
                case Silence():
                    self._plan.fired[rule.name] += 1
                    while (await receive())["type"] != "http.disconnect":
                        pass
                    return
                case _:
                    pass
        await self._answer(ask, struck, scope, receive, send)

    async def _answer(self, ask: Ask, struck: list[Rule], scope: Scope, receive: Receive, send: Send) -> None:
        messages = await self._inner(scope, receive)
        for rule in struck:
            spoiled = await self._spoiled(rule.fault, ask, messages, scope, receive)
            self._plan.fired[rule.name] += spoiled != messages
            messages = spoiled
        self._first.setdefault(ask.address, messages)
        for message in messages:
            await send(message)

    async def _inner(self, scope: Scope, receive: Receive, **hints: object) -> list[Message]:
        """The application's answer."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app({**scope, **hints}, receive, keep)
        return messages

    async def _spoiled(
        self, fault: Fault, ask: Ask, messages: list[Message], scope: Scope, receive: Receive
    ) -> list[Message]:
        start, body = messages[0], _body(messages)
        match fault:
            case Lateness(minutes):
                return await self._inner(scope, receive, **{AS_OF: ask.now - timedelta(minutes=minutes)})
            case Repetition():
                return self._first.get(ask.address, messages)
            case Cut():
                return [start, {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}]
            case Truncation(keeps) if start["status"] == 200:
                return _with_body(messages, body[: int(len(body) * keeps)])
            case Correction() | Respelling() if start["status"] == 200:
                return _with_body(messages, revise(body, fault, self._league, self._plan.seed, ask.now))
            case _:
                return messages


def _body(messages: list[Message]) -> bytes:
    return b"".join(message["body"] for message in messages[1:])


def _with_body(messages: list[Message], body: bytes) -> list[Message]:
    start = messages[0]
    if body == _body(messages):
        return messages
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    return [{**start, "headers": headers}, {"type": "http.response.body", "body": body}]


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The `[[rule]]` tables of a TOML file; ValueError names the first that is wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
        return tuple(_RULES.validate_python(tables))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{path}: rule {where}: {first['msg']}") from error
