"""One bookmaker's quotes of one event at one instant, in The Odds API's shape: beliefs become lines and prices."""

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from resources.simulated_league.books import GAME_MARKETS, PROP_MARKETS, Book
from resources.simulated_league.league import League
from resources.simulated_league.listings import Listing
from resources.simulated_league.market import (
    BEFORE,
    MARGIN_SD,
    TOTAL_SD,
    Belief,
    Opinions,
    Progress,
    belief,
    expectations,
    expected_score,
    opinions,
    progress,
)
from resources.simulated_league.model import Expectation
from resources.simulated_league.spellings import spelling

# Better players are quoted earlier: hours per expected point.
_OPENING_SLOPE = 0.9
_OPENING_POINTS = 16.0
# Hours by which they come earlier or later for no reason one could see (SD); nobody is quoted outside the bounds.
_EAGERNESS = 7.0
_LATEST, _EARLIEST = 0.5, 28.0
# The further a line is from even money, the more the book keeps.
_HOLD_SLOPE = 0.16
# Further lines of a player are offered while both sides are about this likely.
_LEAST_CHANCE = 0.30
# Caesars' second pair of prices.
_SECOND_OPINION = 0.004
# Spread of opinion among the books about margin and total, in SDs of these.
_LINE_OPINION = 0.016
# Spreads, totals and moneylines are up some days ahead.
_GAME_LINES_OPEN = timedelta(hours=60)

Outcome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a book goes by when it writes its quotes: its last look at the market and the news it has."""

    event: Listing
    book: Book
    opinions: Opinions
    updated: datetime
    hours: float
    """Hours to tip-off at its last look."""
    heard: datetime
    progress: Progress
    american: bool


def desk(league: League, event: Listing, book: Book, at: datetime, *, american: bool) -> Desk | None:
    """None: the book does not quote this event at this instant."""
    updated = _updated(event, book, at)
    state = progress(league, event, updated)
    if state is not BEFORE and not book.in_play:
        return None
    minds = opinions(league, event)
    ahead = (event.tip - updated).total_seconds() / 3600
    grid = book.reprices / 60
    phase = grid * _share(book.source, event.event_id)
    looked = math.ceil((ahead - phase) / grid) * grid + phase
    heard = updated - timedelta(minutes=book.lag * minds.delay(book.source))
    return Desk(event, book, minds, updated, max(looked, 0.0), heard, state, american)


def market_outcomes(league: League, at: Desk, market: str) -> list[Outcome]:
    """The outcomes of a market; empty: not (yet) offered."""
    if market in PROP_MARKETS:
        return _players(league, at, PROP_MARKETS.index(market)) if market in at.book.props else []
    if market not in GAME_MARKETS or at.updated < at.event.tip - _GAME_LINES_OPEN:
        return []
    return _game(league, at, market)


def book_name(name: str) -> str:
    """A team's name as The Odds API writes it."""
    return "Los Angeles Clippers" if name == "LA Clippers" else name


def _players(league: League, at: Desk, market: int) -> list[Outcome]:
    book, minds = at.book, at.opinions
    everyone = expectations(league, at.event, at.heard)
    outcomes: list[Outcome] = []
    for row, player in enumerate(minds.players):
        expected = everyone.get(player.person_id)
        if expected is None or not _on_board(at, expected, minds.eagerness[row]):
            continue
        spelling_roll, side_roll, lines_roll = (rolls[row] for rolls in minds.rolls[book.source])
        shift = (
            minds.prop_shift(market, row, at.hours) + book.bias + book.opinion * minds.view(book.source, market, row)
        )
        name = spelling(
            player, book.source, book.habits, spelling_roll, ambiguous_initial=minds.ambiguous_initials[row]
        )
        believed = belief(expected, market, shift, at.progress)
        several = book.lines if lines_roll < book.multi_share else 1
        for point, chance in _lines(believed, several):
            hold = book.hold + _HOLD_SLOPE * max(abs(chance - 0.5) - 0.02, 0) * (several > 1)
            for over in (chance, chance - _SECOND_OPINION)[: 1 + book.twice]:
                pair = [
                    {"name": "Over", "description": name, "price": _price(over, hold, at), "point": point},
                    {"name": "Under", "description": name, "price": _price(1 - over, hold, at), "point": point},
                ]
                outcomes += pair[:1] if side_roll < book.one_sided else pair
    return outcomes


def _on_board(at: Desk, expected: Expectation, eagerness: float) -> bool:
    book = at.book
    opens = book.opens + _OPENING_SLOPE * (expected.points - _OPENING_POINTS) + _EAGERNESS * eagerness
    likely = expected.minutes >= book.least_minutes and expected.plays >= book.least_plays
    return likely and at.hours <= min(max(opens, _LATEST), _EARLIEST)


def _lines(believed: Belief, most: int) -> Iterator[tuple[float, float]]:
    """The half point nearest the median, and further ones up to `most`, lowest first, with P(over)."""
    main = max(math.floor(believed.median) + 0.5, 0.5)
    chance = believed.over(main)
    if most == 1:
        yield main, chance
        return
    found = {main: chance}
    for step in (-1, 1):
        point = main + step
        while abs(point - main) <= most // 2 and point > 0:
            chance = believed.over(point)
            if min(chance, 1 - chance) < _LEAST_CHANCE:
                break
            found[point] = chance
            point += step
    yield from sorted(found.items())


def _game(league: League, at: Desk, market: str) -> list[Outcome]:
    book, minds, state, fixture = at.book, at.opinions, at.progress, at.event.fixture
    away, home = expected_score(league, at.event, at.heard)
    spread = math.sqrt(state.left)
    shifts = [
        minds.game_shift(which, at.hours) + _LINE_OPINION * minds.game_view(book.source, which) for which in (0, 1)
    ]
    margin = state.home - state.away + state.left * (home - away) + spread * MARGIN_SD * shifts[0]
    total = state.home + state.away + state.left * (home + away) + spread * TOTAL_SD * shifts[1]
    away_name, home_name = (book_name(team.name) for team in fixture.teams)
    hold = book.line_hold
    if market == "h2h":
        chance = min(max(_normal(margin / (spread * MARGIN_SD)), 0.01), 0.99)
        return [
            {"name": away_name, "price": _price(1 - chance, hold, at)},
            {"name": home_name, "price": _price(chance, hold, at)},
        ]
    if market == "spreads":
        point = -_nearest(margin, book)
        chance = _normal((margin + point) / (spread * MARGIN_SD))
        return [
            {"name": away_name, "price": _price(1 - chance, hold, at), "point": 0.0 - point},
            {"name": home_name, "price": _price(chance, hold, at), "point": 0.0 + point},
        ]
    point = _nearest(total, book)
    chance = _normal((total - point) / (spread * TOTAL_SD))
    return [
        {"name": "Over", "price": _price(chance, hold, at), "point": point},
        {"name": "Under", "price": _price(1 - chance, hold, at), "point": point},
    ]


def _nearest(value: float, book: Book) -> float:
    return math.floor(value) + 0.5 if book.half_points_only else round(2 * value) / 2


def _price(chance: float, hold: float, at: Desk) -> float:
    """The price of a side with the book's margin on it, on the book's grid of cents; decimal prices have two places."""
    implied = min(max(chance * (1 + hold), 0.01), 0.985)
    # Cents above or below even money: -110 is -10, +105 is 5.
    cents = 100 - 100 * implied / (1 - implied) if implied > 0.5 else 100 * (1 - implied) / implied - 100
    cents = round(cents / at.book.step) * at.book.step
    if at.american:
        return cents + 100 if cents >= 0 else cents - 100
    return round(2 + cents / 100 if cents >= 0 else 1 + 100 / (100 - cents), 2)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _updated(event: Listing, book: Book, at: datetime) -> datetime:
    """The book's last update not after an instant, on whole seconds."""
    seconds = int(at.timestamp())
    phase = int(book.poll * _share(book.key, event.event_id))
    return at - timedelta(seconds=(seconds - phase) % book.poll, microseconds=at.microsecond)


def _share(*key: str) -> float:
    return zlib.crc32("/".join(key).encode()) / 2**32
