"""The Odds API's documents of the simulated league: shapes, time, identity, filters."""

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, odds_event, odds_events
from nba_assets.transforms.documents.odds_event import to_american
from nba_assets.transforms.identity import player_lookup
from nba_assets_tests.resources.simulated_league.structure import read_json, structure
from resources.simulated_league.books import BOOKS, PROP_MARKETS
from resources.simulated_league.league import League
from resources.simulated_league.listings import Listing, listings
from resources.simulated_league.model import Fixture
from resources.simulated_league.odds_documents import (
    event_odds,
    events,
    historical_event_odds,
    historical_events,
    snapshot,
)

POINTS = ("player_points",)
LINES = ("spreads", "totals", "h2h")
BY_MARKET = {"markets": "key"}
ALL_BOOKS = tuple(book.key for book in BOOKS)
NOVEMBER = datetime(2023, 11, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def league() -> League:
    return League(7)


@pytest.fixture(scope="module")
def final_listings(league: League) -> list[Listing]:
    """The events of games that are played, in order of their tip-off."""
    return [event for event in listings(league, NOVEMBER) if event.withdrawn is None]


@pytest.fixture(scope="module")
def event(final_listings: list[Listing]) -> Listing:
    return final_listings[400]


def quotes(league: League, event: Listing, at: datetime, **how: Any) -> dict[str, Any]:
    how = {"markets": POINTS, "bookmakers": ALL_BOOKS, **how}
    document = event_odds(league, event.event_id, at, **how)
    assert document is not None
    return document


def outcomes(document: dict[str, Any], book: str = "", market: str = "player_points") -> list[dict[str, Any]]:
    return [
        outcome
        for bookmaker in document["bookmakers"]
        if book in ("", bookmaker["key"])
        for quoted in bookmaker["markets"]
        if quoted["key"] == market
        for outcome in quoted["outcomes"]
    ]


def before(event: Listing, hours: float) -> datetime:
    return event.tip - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("sample", "markets", "american"),
    [
        ("event_odds_BKNTOR_2024-02-22_player_points_american", POINTS, True),
        ("historical_game_lines_ATLGSW_2024-01-24_inplay_decimal", ("spreads", "totals"), False),
        ("historical_h2h_ATLGSW_2024-01-24_decimal", ("h2h",), False),
    ],
)
def test_odds_have_the_shape_of_real_ones(
    realdata: Path, league: League, event: Listing, sample: str, markets: tuple[str, ...], american: bool
) -> None:
    real = read_json(realdata / f"samples/odds_event_odds/{sample}.json")
    ask = historical_event_odds if "timestamp" in real else event_odds
    made = ask(league, event.event_id, before(event, 1), markets=markets, bookmakers=ALL_BOOKS, american=american)
    assert structure([made], BY_MARKET) == structure([real], BY_MARKET)


def test_events_have_the_shape_of_real_ones(realdata: Path, league: League, event: Listing) -> None:
    (sample,) = (realdata / "samples/odds_events").glob("*.json")
    assert structure([historical_events(league, before(event, 3))]) == structure([read_json(sample)])


@pytest.mark.parametrize("american", [True, False])
@pytest.mark.parametrize("markets", [PROP_MARKETS, LINES], ids=["props", "lines"])
def test_our_parser_accepts_every_quote(
    league: League, event: Listing, markets: tuple[str, ...], american: bool
) -> None:
    document = quotes(league, event, before(event, 1), markets=markets, american=american)
    rows = odds_event.parse(json.dumps(document).encode())
    assert rows.height > 100 * (markets is PROP_MARKETS)
    assert rows.get_column(QUARANTINE_REASON).null_count() == rows.height
    assert set(rows["market_key"]) == set(markets)


def test_both_notations_say_the_same(league: League, event: Listing) -> None:
    american = outcomes(quotes(league, event, before(event, 2), american=True))
    decimal = outcomes(quotes(league, event, before(event, 2)))
    assert all(isinstance(outcome["price"], int) and abs(outcome["price"]) >= 100 for outcome in american)
    for one, other in zip(american, decimal, strict=True):
        assert one | {"price": 0} == other | {"price": 0}
        assert to_american(other["price"]) == pytest.approx(one["price"], rel=0.02)


def test_any_order_and_another_process_give_the_same_quotes(final_listings: list[Listing], league: League) -> None:
    asked = [(event, hours) for event in final_listings[500:503] for hours in (20, 6, 0.2)]
    first = [quotes(league, event, before(event, hours), markets=(*POINTS, *LINES)) for event, hours in asked]
    other = League(7)
    again = [quotes(other, event, before(event, hours), markets=(*POINTS, *LINES)) for event, hours in reversed(asked)]
    assert again[::-1] == first
    elsewhere = League(8)
    assert [e.event_id for e in listings(elsewhere, NOVEMBER)] != [e.event_id for e in listings(league, NOVEMBER)]


def test_quotes_stand_still_between_a_books_updates(league: League, event: Listing) -> None:
    seen: dict[tuple[str, str], Any] = {}
    moves = 0
    for second in range(0, 5400, 45):
        at = before(event, 4) + timedelta(seconds=second)
        for bookmaker in quotes(league, event, at)["bookmakers"]:
            market = bookmaker["markets"][0]
            updated = datetime.fromisoformat(market["last_update"])
            assert timedelta() <= at - updated < timedelta(minutes=5)
            moves += (bookmaker["key"], market["last_update"]) not in seen
            assert seen.setdefault((bookmaker["key"], market["last_update"]), market) == market
    assert moves > 100


def test_lines_move_over_a_day(final_listings: list[Listing], league: League) -> None:
    changes = []
    for event in final_listings[300:330]:
        lines = [
            {o["description"]: o["point"] for o in outcomes(quotes(league, event, before(event, h)), "draftkings")}
            for h in (9, 0.1)
        ]
        changes += [lines[1][name] - lines[0][name] for name in lines[0].keys() & lines[1].keys()]
    moved = sum(change != 0 for change in changes) / len(changes)
    assert 0.2 < moved < 0.8


def test_ids_are_hex_and_some_look_like_numbers(league: League) -> None:
    every = [event.event_id for event in listings(league, NOVEMBER)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", event_id) for event_id in every)
    assert len(set(every)) == len(every) > 1200
    assert any(re.match(r"2e\d{14}", event_id) for event_id in every)


def test_commence_time_drifts_as_the_real_one(league: League, final_listings: list[Listing]) -> None:
    delays = Counter()
    for event in final_listings:
        (listed,) = [d for d in events(league, before(event, 2), start=event.tip, end=event.tip + timedelta(minutes=10))
                     if d["id"] == event.event_id]  # fmt: skip
        delays[(datetime.fromisoformat(listed["commence_time"]) - event.tip).total_seconds() / 60] += 1
    assert delays.keys() == {0.0, 10.0}
    # 314 and 1,264 of 1,578.
    assert 0.15 < delays[0.0] / delays.total() < 0.25


def test_a_started_game_is_stamped_anew_and_vanishes_at_its_end(league: League, final_listings: list[Listing]) -> None:
    stamps = []
    for event in final_listings[100:130]:
        over = league.box(event.fixture.nba_game_id).ends_at
        document = quotes(league, event, over - timedelta(minutes=20), markets=LINES)
        stamps.append(datetime.fromisoformat(document["commence_time"]) - event.tip)
        assert event_odds(league, event.event_id, over, markets=LINES) is None
        assert event.event_id not in {listed["id"] for listed in events(league, over)}
        assert event.event_id in {listed["id"] for listed in events(league, over - timedelta(minutes=1))}
    assert sum(stamp.total_seconds() % 60 > 0 for stamp in stamps) > 5
    assert all(timedelta() <= stamp < timedelta(minutes=25) for stamp in stamps)


def test_quotes_in_play_follow_the_score(league: League, final_listings: list[Listing]) -> None:
    misses = []
    for event in final_listings[100:112]:
        box = league.box(event.fixture.nba_game_id)
        document = quotes(league, event, box.ends_at - timedelta(minutes=1), markets=(*LINES, *POINTS))
        assert 0 < len(document["bookmakers"]) < len(ALL_BOOKS)
        away, home = (box.score(team.abbr) for team in event.fixture.teams)
        misses.append(abs(outcomes(document, "draftkings", "totals")[0]["point"] - away - home))
        misses.append(abs(outcomes(document, "draftkings", "spreads")[1]["point"] + home - away))
    assert mean(misses) < 4


def test_nothing_is_quoted_days_ahead(league: League, event: Listing) -> None:
    document = quotes(league, event, before(event, 24 * 6), markets=(*POINTS, *LINES))
    assert document["bookmakers"] == []
    assert event_odds(league, event.event_id, before(event, 24 * 30)) is None
    assert event_odds(league, "0" * 32, before(event, 2)) is None


def test_lines_come_before_props_and_stars_before_others(league: League, final_listings: list[Listing]) -> None:
    sizes: dict[float, int] = defaultdict(int)
    for event in final_listings[200:230]:
        for hours in (40, 16, 1):
            document = quotes(league, event, before(event, hours), markets=(*POINTS, *LINES))
            assert outcomes(document, market="spreads")
            sizes[hours] += len({outcome["description"] for outcome in outcomes(document)})
    assert sizes[40] == 0
    assert 0 < sizes[16] < sizes[1]


def test_named_books_outrank_regions(league: League, event: Listing) -> None:
    def keys(**how: Any) -> list[str]:
        document = event_odds(league, event.event_id, before(event, 1), markets=("spreads",), **how)
        assert document is not None
        return [bookmaker["key"] for bookmaker in document["bookmakers"]]

    assert keys(bookmakers=("fanduel", "ballybet", "nobody", "fanduel")) == ["fanduel", "ballybet"]
    assert keys(bookmakers=("ballybet",), regions=("us",)) == ["ballybet"]
    assert set(keys(regions=("us",))) | set(keys(regions=("us2",))) == set(ALL_BOOKS)
    assert "ballybet" not in keys()
    assert keys(regions=("eu",)) == []


def test_events_of_a_window(league: League, event: Listing) -> None:
    start, end = event.tip.replace(hour=17, minute=0), event.tip.replace(hour=17, minute=0) + timedelta(hours=14)
    listed = events(league, before(event, 12), start=start, end=end)
    assert [document["id"] for document in listed]
    times = [datetime.fromisoformat(document["commence_time"]) for document in listed]
    assert times == sorted(times)
    everything = events(league, before(event, 12))
    inside = [d for d in everything if start <= datetime.fromisoformat(d["commence_time"]) <= end]
    assert inside == listed
    assert len(everything) > len(listed)
    assert odds_events.parse(json.dumps(everything).encode()).get_column(QUARANTINE_REASON).null_count() == len(
        everything
    )


def test_history_is_kept_on_a_five_minute_grid(league: League, event: Listing) -> None:
    taken = snapshot(before(event, 3))
    for seconds in (-1, 0, 299, 303):
        asked = taken + timedelta(seconds=seconds)
        wrapped = historical_event_odds(league, event.event_id, asked, markets=POINTS)
        assert wrapped is not None
        then, previous, following = (
            datetime.fromisoformat(wrapped[key]) for key in ("timestamp", "previous_timestamp", "next_timestamp")
        )
        assert previous < then <= asked < following
        assert abs(following - then - timedelta(minutes=5)) <= timedelta(seconds=3)
        assert snapshot(then) == then
        assert wrapped["data"] == event_odds(league, event.event_id, then, markets=POINTS)


def test_the_clippers_live_in_los_angeles(league: League) -> None:
    names = {name for document in events(league, NOVEMBER) for name in (document["home_team"], document["away_team"])}
    assert "Los Angeles Clippers" in names
    assert "LA Clippers" not in names


def test_a_shared_feed_shows_the_same_lines(league: League, event: Listing) -> None:
    document = quotes(league, event, before(event, 1), bookmakers=("betrivers", "unibet_us", "draftkings"))
    river, unibet = outcomes(document, "betrivers"), outcomes(document, "unibet_us")
    assert river == unibet
    points = defaultdict(list)
    for outcome in river:
        if outcome["name"] == "Over":
            points[outcome["description"]].append((outcome["point"], outcome["price"]))
    for quoted in points.values():
        assert len(quoted) <= 11
        assert quoted == sorted(quoted)
        assert [price for _, price in quoted] == sorted(price for _, price in quoted)
    assert max(map(len, points.values())) > 4


def test_caesars_lists_everybody_twice_with_other_prices(league: League, event: Listing) -> None:
    quoted = outcomes(quotes(league, event, before(event, 1), bookmakers=("williamhill_us",), american=True))
    keys = Counter((outcome["description"], outcome["name"], outcome["point"]) for outcome in quoted)
    assert set(keys.values()) == {2}
    prices = Counter((o["description"], o["name"], o["price"]) for o in quoted)
    assert sum(count == 1 for count in prices.values()) > len(prices) / 3


def test_who_is_known_to_be_out_is_taken_off_the_board(league: League, final_listings: list[Listing]) -> None:
    """Before the news he is quoted, at once after it still here and there, an hour before tip-off hardly anywhere."""
    quoted_before = quoted_after = quoted_at_tip = 0
    for event in final_listings[250:340]:
        for team in event.fixture.teams:
            for absence in league.absences(event.fixture, team):
                if not before(event, 8) < absence.known_from < before(event, 3):
                    continue
                key = player_lookup(absence.player.name)

                def books(at: datetime, event: Listing = event, key: str = key) -> int:
                    document = quotes(league, event, at)
                    return sum(
                        any(player_lookup(o["description"]) == key for o in outcomes(document, book))
                        for book in ALL_BOOKS
                    )

                quoted_before += books(absence.known_from - timedelta(minutes=30))
                quoted_after += books(absence.known_from + timedelta(minutes=20))
                quoted_at_tip += books(before(event, 0.02))
    assert quoted_before > 10
    assert 0 < quoted_after < quoted_before
    assert quoted_at_tip < 0.1 * quoted_before


def test_a_moved_game_has_an_event_for_each_date(league: League) -> None:
    season = listings(league, NOVEMBER)
    by_game: dict[str, list[Listing]] = defaultdict(list)
    for event in season:
        by_game[event.fixture.nba_game_id].append(event)
    twice = [pair for pair in by_game.values() if len(pair) == 2]
    assert twice
    for pair in twice:
        old, new = sorted(pair, key=lambda event: event.withdrawn is None)
        assert old.withdrawn is not None
        assert old.event_id != new.event_id
        assert old.tip == old.fixture.announced_tip
        assert new.tip == new.fixture.tip
        listed = {document["id"] for document in events(league, old.withdrawn - timedelta(minutes=1))}
        assert old.event_id in listed
        assert old.event_id not in {document["id"] for document in events(league, old.withdrawn)}


def test_cup_games_are_listed_when_they_are_drawn(league: League) -> None:
    drawn = [event for event in listings(league, NOVEMBER) if event.fixture.announced_tip is None]
    assert drawn
    for event in drawn:
        fixture: Fixture = event.fixture
        assert event.listed_from >= fixture.settled_at
