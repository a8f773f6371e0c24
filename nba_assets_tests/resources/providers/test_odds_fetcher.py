"""Quotes of a simulated league, as they are and as they were.

Dangers covered: history bought twice, the present filed as history, quotes of a running game, a bill higher than was
said, a quota overdrawn, one bad event that costs the others.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from nba_assets.landing_files import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_assets_tests.resources.providers.recorder import Recorder
from nba_assets_tests.resources.simulated_league.clients import Evening, evening
from nba_assets_tests.resources.simulated_league.leagues import league
from resources.landing_store import LocalLandingStore
from resources.providers.errors import QuotaReserveError
from resources.providers.landing import FetchReport
from resources.providers.odds_api import BOOKMAKERS, parse_bookmakers
from resources.providers.odds_fetcher import OddsFetcher
from resources.providers.odds_snapshots import parse_snapshot_times
from resources.providers.quota import QuotaBudget
from resources.simulated_league.faults import Refusal, Rule

# Three evening games; a matinee and two evening games; a date without games.
DAY, SUNDAY, IDLE = date(2025, 1, 2), date(2025, 2, 23), date(2024, 12, 24)
MORNING_AFTER = datetime(2025, 1, 3, 15, 5, tzinfo=UTC)
NOON = datetime(2025, 1, 2, 22, tzinfo=UTC)
# An event's three markets of lines cost 60, its props 20: twelve books count as two regions, history ten times.
EVENT_COST = 60 + 20


@dataclass
class Desk:
    """A fetcher of quotes, its folder and its network."""

    asking: Evening
    network: Recorder
    store: LocalLandingStore
    odds: OddsFetcher

    def buy(self, day: date = DAY) -> FetchReport:
        """A date as `nba fetch odds-history` buys it."""
        report = FetchReport()
        self.odds.fetch_events(day, report)
        for dataset in (ODDS_GAME_LINES, ODDS_PLAYER_PROPS):
            self.odds.fetch_odds(dataset, day, report)
        return report

    def files(self) -> list[str]:
        return [file.path for file in self.store.list("")]

    def used(self) -> int:
        """What the server says has been spent."""
        quota = self.asking.odds.events(DAY).quota
        assert quota is not None and quota.used is not None
        return quota.used


def desk(
    root: Path,
    *rules: Rule,
    now: datetime = MORNING_AFTER,
    snapshots: str = "18:00Z",
    books: Sequence[str] = BOOKMAKERS,
    budget: QuotaBudget | None = None,
) -> Desk:
    asking = evening(league(), now, *rules, budget=budget)
    asking.network = network = Recorder(asking.network)
    store = LocalLandingStore(root)
    odds = OddsFetcher(asking.odds, store, asking.clock, parse_snapshot_times(snapshots), books)
    return Desk(asking, network, store, odds)


# --- now or then


def test_today_is_asked_as_it_is_now(tmp_path: Path) -> None:
    today = desk(tmp_path, now=NOON)
    assert today.buy().errors == []
    assert today.network.count("/historical/") == 0
    folders = {"events", "game-lines", "player-props"}
    assert {path.split("/")[1] for path in today.files()} == folders and len(today.files()) == 7
    assert all("-snap-2200." in path for path in today.files() if "/events/" not in path)


def test_a_past_date_is_asked_as_it_was(tmp_path: Path) -> None:
    past = desk(tmp_path)
    assert past.buy().errors == []
    assert past.network.count("/historical/") == 7
    assert {path.split("/")[1] for path in past.files()} == {
        "events-history", "game-lines-history", "player-props-history",
    }  # fmt: skip
    for path in past.files():
        asked = httpx.URL(str((past.store.provenance(path) or {})["request"])).params["date"]
        assert asked == f"2025-01-02T{16 if '/events-history/' in path else 18}:00:00Z"
        assert json.loads(past.store.read(path))["timestamp"] <= asked


def test_quotes_of_a_game_that_runs_are_not_asked_for(tmp_path: Path) -> None:
    """Its event is still listed."""
    tips = sorted(fixture.tip for fixture in league().fixtures_on(DAY))
    late = desk(tmp_path, now=tips[-1] - timedelta(minutes=5))
    assert late.buy().errors == []
    assert len(json.loads(late.store.read(late.files()[0]))) == 3
    assert late.network.count("/odds?") == 2


def test_a_date_without_events_is_listed_once_and_costs_nothing(tmp_path: Path) -> None:
    idle = desk(tmp_path, now=datetime(2024, 12, 26, 15, tzinfo=UTC))
    report = idle.buy(IDLE)
    assert (report.errors, report.written, len(idle.network.asked)) == ([], [], 1)
    assert "no rows" in report.absent[0]


def test_events_that_cannot_be_listed_are_asked_for_once(tmp_path: Path) -> None:
    down = desk(tmp_path, Rule("down", Refusal(422), "/v4/historical/*"))
    report = down.buy()
    assert len(report.errors) == 1 == len(down.network.asked)


def test_lines_alone_list_their_events_first(tmp_path: Path) -> None:
    alone = desk(tmp_path)
    report = FetchReport()
    alone.odds.fetch_odds(ODDS_GAME_LINES, DAY, report)
    assert report.errors == [] and len(report.written) == 3
    assert alone.network.count("/historical/sports/basketball_nba/events?") == 1


# --- snapshot times


def test_several_snapshot_times_are_bought_side_by_side(tmp_path: Path) -> None:
    both = desk(tmp_path, snapshots="18:00Z,-30m")
    assert both.buy().errors == []
    assert len([path for path in both.files() if "-snap-1800." in path]) == 6
    assert len([path for path in both.files() if "-snap-1800." not in path and "-snap-" in path]) == 6


def test_no_snapshot_is_of_a_running_game(tmp_path: Path) -> None:
    """19:30Z is the tip-off of the Sunday's matinee."""
    sunday = desk(tmp_path, now=datetime(2025, 2, 24, 15, tzinfo=UTC), snapshots="23:00Z,-5m")
    report = FetchReport()
    sunday.odds.fetch_events(SUNDAY, report)
    wanted = sunday.odds.missing(ODDS_GAME_LINES, SUNDAY, report)
    listed = json.loads(sunday.store.read(sunday.files()[0]))["data"]
    tips = {event["id"]: datetime.fromisoformat(event["commence_time"]) for event in listed}
    assert len(wanted) == 6 and all(one.at < tips[one.event_id] for one in wanted)


def test_two_snapshot_times_that_mean_one_minute_are_bought_once(tmp_path: Path) -> None:
    """Both fixed times lie after a matinee's tip-off, and become half an hour before it."""
    sunday = desk(tmp_path, now=datetime(2025, 2, 24, 15, tzinfo=UTC), snapshots="21:00Z,22:00Z,-30m")
    report = FetchReport()
    sunday.odds.fetch_events(SUNDAY, report)
    counts = [one.event_id for one in sunday.odds.missing(ODDS_GAME_LINES, SUNDAY, report)]
    assert sorted(map(counts.count, dict.fromkeys(counts))) == [1, 3, 3]


# --- nothing twice


def test_what_has_landed_is_not_bought_again(tmp_path: Path) -> None:
    first = desk(tmp_path).buy()
    later = desk(tmp_path, now=MORNING_AFTER + timedelta(days=2))
    again = later.buy()
    assert (again.written, later.network.asked) == ([], [])
    assert set(again.present) == set(first.written)


def test_another_snapshot_time_buys_only_itself(tmp_path: Path) -> None:
    desk(tmp_path).buy()
    more = desk(tmp_path, snapshots="18:00Z,20:00Z")
    report = more.buy()
    assert len(report.written) == 6 and all("-snap-2000." in path for path in report.written)


def test_after_an_interrupt_only_the_rest_is_bought(tmp_path: Path) -> None:
    first = desk(tmp_path)

    def interrupt(content: bytes) -> bytes:
        if first.network.count("/odds?") == 3:
            raise KeyboardInterrupt
        return content

    first.network.changes["/odds?"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        first.buy()
    assert len(first.files()) == 3
    second = desk(tmp_path)
    report = second.buy()
    assert report.errors == [] and len(report.written) == 4 == len(second.network.asked)
    assert len(second.files()) == 7


# --- one bad event


def test_an_event_that_fails_costs_itself_only(tmp_path: Path) -> None:
    fails = desk(tmp_path)
    fails.odds.fetch_events(DAY, report := FetchReport())
    bad = json.loads(fails.store.read(fails.files()[0]))["data"][0]["id"]
    failing = desk(tmp_path, Rule("bad", Refusal(422), f"*/{bad}/odds"))
    report = failing.buy()
    assert len(report.errors) == 2 and all(bad in error for error in report.errors)
    assert len(report.written) == 4


def test_an_event_of_an_unknown_team_costs_itself_only(tmp_path: Path) -> None:
    """A path is never made of a name that nobody knows."""
    desk(tmp_path).odds.fetch_events(DAY, FetchReport())
    store = LocalLandingStore(tmp_path)
    (path,) = [file.path for file in store.list("")]
    document = json.loads(store.read(path))
    document["data"][0]["home_team"] = "../Seattle"
    store.write(path.replace("150500", "150600"), json.dumps(document).encode())
    report = desk(tmp_path).buy()
    assert len([path for path in report.written if "/../" not in path]) == 4
    assert {"'../Seattle' is not an NBA team" in error for error in report.errors} == {True}


def test_a_list_of_events_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = "odds-api/events-history/2025-01-02/20250103_150600.json"
    LocalLandingStore(tmp_path).write(broken, b'{"data": ')
    report = desk(tmp_path).buy()
    assert report.written == [] and all(broken in error for error in report.errors) and len(report.errors) == 2


def test_an_event_whose_market_is_closed_is_no_error_and_not_stored(tmp_path: Path) -> None:
    closed = desk(tmp_path, Rule("closed", Refusal(204), "*/odds"), now=NOON)
    report = closed.buy()
    assert report.errors == [] and len(report.absent) == 6
    assert [path.split("/")[1] for path in closed.files()] == ["events"]


# --- what it costs


@pytest.mark.parametrize(("books", "areas"), [(BOOKMAKERS, 2), (("fanduel", "draftkings"), 1)], ids=["twelve", "two"])
def test_the_estimate_is_what_the_server_counts(tmp_path: Path, books: Sequence[str], areas: int) -> None:
    bought = desk(tmp_path, books=books)
    assert bought.odds.events_cost([DAY]) == 1
    bought.odds.fetch_events(DAY, report := FetchReport())
    assert bought.used() == 1 and bought.odds.events_cost([DAY]) == 0
    wanted = [one for d in (ODDS_GAME_LINES, ODDS_PLAYER_PROPS) for one in bought.odds.missing(d, DAY, report)]
    assert bought.odds.cost(wanted) == 3 * (30 + 10) * areas
    for one in wanted:
        bought.odds.fetch_wanted(one, report)
    assert report.errors == [] and bought.used() == 1 + bought.odds.cost(wanted)
    assert {
        "bookmakers=" + ",".join(books).replace(",", "%2C") in address
        for address in bought.network.asked
        if "/odds?" in address
    } == {True}


def test_the_report_tells_the_quota(tmp_path: Path) -> None:
    report = desk(tmp_path).buy()
    assert report.quota is not None
    assert (report.quota.last, report.quota.used) == (20, 1 + 3 * EVENT_COST)


def test_an_answer_that_says_no_tells_the_quota_too(tmp_path: Path) -> None:
    closed = desk(tmp_path, Rule("closed", Refusal(204), "*/odds"), now=NOON)
    closed.odds.fetch_events(DAY, FetchReport())
    closed.odds.fetch_odds(ODDS_GAME_LINES, DAY, report := FetchReport())
    assert report.written == [] and report.quota is not None and report.quota.last == 0


def test_a_limit_stops_before_it_is_overdrawn(tmp_path: Path) -> None:
    limited = desk(tmp_path, budget=QuotaBudget(0, limit=130))
    with pytest.raises(QuotaReserveError, match=r"costs up to 60, and 121 of this run's limit of 130 are spent"):
        limited.buy()
    assert limited.used() == 121
    assert len([path for path in limited.files() if "/game-lines-history/" in path]) == 2


def test_the_reserve_is_not_touched(tmp_path: Path) -> None:
    budget = QuotaBudget(5_000_000 - 100)
    careful = desk(tmp_path, budget=budget)
    with pytest.raises(QuotaReserveError, match=r"must stay.*The call was not made"):
        careful.buy()
    assert careful.used() == 61 <= 100


# --- names of bookmakers


def test_bookmakers_are_named_by_their_keys() -> None:
    assert parse_bookmakers(" fanduel,draftkings,,fanduel ") == ("fanduel", "draftkings")


@pytest.mark.parametrize("text", ["", ",", "FanDuel", "fan duel", "fanduel;betmgm"])
def test_what_is_no_bookmaker_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(ValueError, match="is not a list of names"):
        parse_bookmakers(text)
