"""Faults as data: whom a rule strikes, how often, and that it counts only what it did.

The application behind the layer is a toy: each answer tells its address and how often it was asked.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from resources.clock import SimulatedClock
from resources.simulated_league.faults import (
    AS_OF,
    Cut,
    Fault,
    FaultLayer,
    FaultPlan,
    Lateness,
    Refusal,
    Repetition,
    Rule,
    Silence,
    Truncation,
    read_rules,
)
from resources.simulated_league.league import League
from resources.simulated_league.plans import PLANS, fault_plan
from resources.simulated_league.transport import AppTransport

NOW = datetime(2025, 1, 19, 1, 45, tzinfo=UTC)
HOST = "https://simulated.test"


class Toy:
    """Answers `{"path", "asked", "as_of"}`."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self.asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked[scope["path"]] += 1
        as_of = scope.get(AS_OF, self.clock.now())
        document = {"path": scope["path"], "asked": self.asked[scope["path"]], "as_of": as_of.isoformat()}
        await JSONResponse(document)(scope, receive, send)


def client(plan: FaultPlan, clock: SimulatedClock | None = None) -> httpx.Client:
    clock = clock or SimulatedClock(NOW)
    layer = FaultLayer(
        Toy(clock),
        plan=plan,
        league=League(),
        clock=clock,
        game_day=lambda path, params: date.fromisoformat(params["day"]) if "day" in params else None,
    )
    return httpx.Client(transport=AppTransport(layer), base_url=HOST)


def statuses(asking: httpx.Client, *paths: str) -> list[int]:
    return [asking.get(path).status_code for path in paths]


def test_a_rule_strikes_the_requests_it_names_and_counts_them() -> None:
    plan = FaultPlan(Rule("down", Refusal(503), "/stats/*", query={"kind": "P*"}))
    with client(plan) as asking:
        assert statuses(asking, "/stats/a?kind=P", "/stats/a?kind=T", "/stats/a", "/static/a?kind=P") == [
            503,
            200,
            200,
            200,
        ]
    assert plan.fired == {"down": 1}


def test_an_addresss_requests_are_counted_one_by_one() -> None:
    plan = FaultPlan(Rule("second and third", Refusal(500), skip=1, times=2))
    with client(plan) as asking:
        assert statuses(asking, *["/a"] * 5) == [200, 500, 500, 200, 200]
        assert statuses(asking, "/b?apiKey=1", "/b?apiKey=2") == [200, 500]
    assert plan.fired == {"second and third": 3}


def test_rules_by_game_date_and_by_the_clocks_date() -> None:
    day = date(2025, 1, 18)
    plan = FaultPlan(
        Rule("that game day", Refusal(502), game_days=(day, day)), Rule("dead day", Refusal(503), days=(day, day))
    )
    clock = SimulatedClock(NOW)
    with client(plan, clock) as asking:
        assert statuses(asking, "/a?day=2025-01-18", "/a?day=2025-01-17", "/a") == [502, 503, 503]
        clock.set(NOW + timedelta(hours=4))
        assert statuses(asking, "/a?day=2025-01-18", "/a?day=2025-01-17", "/a") == [502, 200, 200]
    assert plan.fired == {"that game day": 2, "dead day": 2}


def test_a_share_of_addresses_whatever_the_order() -> None:
    paths = [f"/{n}" for n in range(200)]
    rule = Rule("some", Refusal(500), share=0.3)
    with client(FaultPlan(rule, seed=1)) as asking, client(FaultPlan(rule, seed=1)) as other:
        forward = dict(zip(paths, statuses(asking, *paths), strict=True))
        assert forward == dict(zip(paths[::-1], statuses(other, *paths[::-1]), strict=True))
    assert 30 < list(forward.values()).count(500) < 90
    with client(FaultPlan(rule, seed=2)) as asking:
        assert statuses(asking, *paths) != list(forward.values())


def test_rules_of_one_lot_do_not_meet() -> None:
    paths = [f"/{n}" for n in range(200)]
    plan = FaultPlan(*(Rule(str(code), Refusal(code), share=0.4, times=1, lot="one") for code in (500, 502)))
    with client(plan) as asking:
        first, second = statuses(asking, *paths), statuses(asking, *paths)
    assert {500, 502, 200} == set(first) and set(second) == {200}
    assert plan.fired == {"500": first.count(500), "502": first.count(502)}
    with pytest.raises(ValueError, match="more than 1"):
        FaultPlan(*(Rule(str(code), Refusal(code), share=0.6, lot="one") for code in (500, 502)))


def test_rules_take_turns() -> None:
    plan = FaultPlan(Rule("first", Refusal(429), times=1), Rule("then", Refusal(500), times=1))
    with client(plan) as asking:
        assert statuses(asking, "/a", "/a", "/a") == [429, 500, 200]


@pytest.mark.parametrize(
    ("fault", "status", "text", "retry_after"),
    [
        (Refusal(429, "7"), 429, "Too Many Requests", "7"),
        (Refusal(503), 503, "Service Unavailable", None),
        (Refusal(204), 204, "", None),
        (Truncation(0.3), 200, '{"path":"/a"', None),
    ],
)
def test_answers(fault: Fault, status: int, text: str, retry_after: str | None) -> None:
    with client(FaultPlan(Rule("one", fault))) as asking:
        response = asking.get("/a")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|Extra"):
        response.json()
    assert (response.status_code, response.headers.get("retry-after")) == (status, retry_after)
    assert response.text.startswith(text) if text else not response.content
    assert int(response.headers.get("content-length", 0)) == len(response.content)


@pytest.mark.parametrize(("fault", "error"), [(Silence(), httpx.ReadTimeout), (Cut(), httpx.RemoteProtocolError)])
def test_no_answers(fault: Fault, error: type[Exception]) -> None:
    plan = FaultPlan(Rule("once", fault, times=1))
    with client(plan) as asking:
        with pytest.raises(error):
            asking.get("/a")
        assert asking.get("/a").status_code == 200
    assert plan.fired == {"once": 1}


def test_a_late_document_is_as_of_earlier() -> None:
    plan = FaultPlan(Rule("older after newer", Lateness(minutes=30), skip=1, times=1))
    with client(plan) as asking:
        as_of = [datetime.fromisoformat(asking.get("/a").json()["as_of"]) for _ in range(3)]
    assert as_of == [NOW, NOW - timedelta(minutes=30), NOW]
    assert plan.fired == {"older after newer": 1}


def test_a_repeated_document_is_the_same_bytes() -> None:
    clock = SimulatedClock(NOW)
    plan = FaultPlan(Rule("again", Repetition(), skip=1, times=1))
    with client(plan, clock) as asking:
        first = asking.get("/a").content
        clock.set(NOW + timedelta(hours=1))
        again, fresh = asking.get("/a").content, asking.get("/a").content
    assert again == first != fresh
    assert plan.fired == {"again": 1}


def test_a_fault_that_changes_nothing_has_not_fired() -> None:
    plan = FaultPlan(Rule("again", Repetition()))
    with client(plan) as asking:
        asking.get("/a")
    assert plan.fired["again"] == 0


def test_rules_have_names_of_their_own() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        FaultPlan(Rule("a", Cut()), Rule("a", Silence()))


# Plans in words


@pytest.mark.parametrize("name", PLANS)
def test_every_named_plan_is_a_plan(name: str) -> None:
    assert fault_plan(name).rules == PLANS[name]


def test_all_named_plans_fit_together() -> None:
    assert len(fault_plan(" , ".join(PLANS)).rules) == sum(map(len, PLANS.values()))


def test_no_words_are_no_faults() -> None:
    assert fault_plan("").rules == ()


def test_an_unknown_plan_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'rough_nihgt'; there are rough_night, .*toml"):
        fault_plan("rough_nihgt")


def test_rules_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        """
        [[rule]]
        name = "slow stats"
        path = "/stats/*"
        query = { PlayerOrTeam = "P" }
        game_days = [2025-01-18, 2025-01-19]
        times = 2
        fault = { kind = "refusal", status = 429, retry_after = "3" }

        [[rule]]
        name = "late box"
        fault = { kind = "lateness", minutes = 12 }
        """
    )
    expected = (
        Rule(
            "slow stats",
            Refusal(429, "3"),
            "/stats/*",
            {"PlayerOrTeam": "P"},
            (date(2025, 1, 18), date(2025, 1, 19)),
            times=2,
        ),
        Rule("late box", Lateness(12)),
    )
    assert read_rules(file) == fault_plan(str(file)).rules == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[rule]", "own.toml: "),
        ('[[rule]]\nname = "x"', "own.toml: rule 0.fault: Field required"),
        ('[[rule]]\nname = "x"\nfault = { kind = "flood" }', "rule 0.fault: .*'flood'"),
        ('[[rule]]\nname = "x"\nfault = { kind = "cut" }\npaht = "/a"', "rule 0.paht"),
    ],
)
def test_wrong_rules_say_where(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_rules(file)
