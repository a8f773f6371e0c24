"""What the betting market believes of a game and its players: the truth as known a while ago, seen through errors that
have a size, a memory and no correlation with the result.

All errors are shifts in standard deviations of the quantity bet on. Those of one event come from one keyed stream, so
any instant can be asked for in any order.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from resources.simulated_league.books import BOOKS, PROP_MARKETS
from resources.simulated_league.events import Script, period_end
from resources.simulated_league.keyed import generator
from resources.simulated_league.league import League
from resources.simulated_league.listings import Listing
from resources.simulated_league.model import Expectation, Player
from resources.simulated_league.script import write_script
from resources.simulated_league.spellings import ambiguous_initials

MARGIN_SD = 13.2
TOTAL_SD = 18.5

# What the market is wrong about for a whole season, and for one game.
_SEASON_ERROR = 0.06
_GAME_ERROR = 0.09
# Overs are what the public buys.
_SHADE = 0.03
_SPREAD_ERROR = 0.09
_TOTAL_ERROR = 0.11
# The market walks to its closing opinion: one step per two hours, none left at tip-off.
_KNOT_HOURS = 2.0
_KNOTS = 18
_PROP_STEP = 0.045
_GAME_STEP = 0.030
# Whether the news has come is looked up once per so many minutes.
_NEWS_GRID = 10
# In the last seconds a running game is priced as if so many were left.
_LEAST_LEFT = 20


@dataclass(frozen=True, slots=True)
class Belief:
    """A skewed distribution (Pearson III, in Wilson and Hilferty's approximation) and how far above it opinion is."""

    mean: float
    sd: float
    skew: float
    shift: float = 0.0

    def over(self, line: float) -> float:
        """P(over) as the bettor believes it."""
        return 0.5 * math.erfc((self._z(line) - self.shift) / math.sqrt(2))

    @property
    def median(self) -> float:
        s, z = self.skew, self.shift
        return self.mean + self.sd * 2 / s * ((1 + s * z / 6 - s * s / 36) ** 3 - 1)

    def _z(self, value: float) -> float:
        s = self.skew
        root = 1 + s * (value - self.mean) / (2 * self.sd)
        return 6 / s * (math.cbrt(root) - 1) + s / 6 if root > 0 else -9.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a running game: share of it that is left, points so far."""

    left: float
    away: int
    home: int
    points: Mapping[int, int]


BEFORE = Progress(1.0, 0, 0, {})


class Opinions:
    """The errors of the market and of every book about one event: drawn once, in an order that never changes."""

    def __init__(self, league: League, event: Listing) -> None:
        fixture = event.fixture
        roster = [player for team in fixture.teams for player in league.roster(team, fixture.day)]
        self.players: tuple[Player, ...] = tuple(sorted(roster, key=lambda player: player.person_id))
        self.ambiguous_initials = ambiguous_initials(self.players)
        rng = generator(league.seed, "market", event.event_id)
        size, markets = len(self.players), len(PROP_MARKETS)
        bias = np.array([_season_error(league.seed, fixture.season, p.person_id) for p in self.players]).T
        steps = rng.normal(0, _PROP_STEP, (markets, size, _KNOTS))
        self._errors: list[list[float]] = (bias + rng.normal(0, _GAME_ERROR, (markets, size)) + _SHADE).tolist()
        self._walks: list[list[list[float]]] = _walk(steps).tolist()
        self._game_walks: list[list[float]] = _walk(rng.normal(0, _GAME_STEP, (2, _KNOTS))).tolist()
        self.game_errors: list[float] = rng.normal(0, (_SPREAD_ERROR, _TOTAL_ERROR)).tolist()
        self.eagerness: list[float] = rng.normal(0, 1, size).tolist()
        """How early a player is quoted, in SDs."""
        sources = list(dict.fromkeys(book.source for book in BOOKS))
        views = rng.normal(0, 1, (len(sources), markets + 2, size)).tolist()
        self._views: dict[str, list[list[float]]] = dict(zip(sources, views, strict=True))
        self._delays: dict[str, float] = dict(zip(sources, rng.exponential(1, len(sources)).tolist(), strict=True))
        draws = rng.random((len(sources), 3, size)).tolist()
        self.rolls: dict[str, list[list[float]]] = dict(zip(sources, draws, strict=True))
        """Per feed three uniform draws per player: of his spelling, of a missing side, of further lines."""

    def prop_shift(self, market: int, row: int, hours: float) -> float:
        """What the market adds to the truth about a player, so many hours before tip-off."""
        return self._errors[market][row] + _along(self._walks[market][row], hours)

    def game_shift(self, which: int, hours: float) -> float:
        """The same of the home side's margin (0) and of the total (1)."""
        return self.game_errors[which] + _along(self._game_walks[which], hours)

    def view(self, source: str, market: int, row: int) -> float:
        """A feed's own view of a player, in units of its spread of opinion."""
        return self._views[source][market][row]

    def game_view(self, source: str, which: int) -> float:
        return self._views[source][len(PROP_MARKETS) + which][0]

    def delay(self, source: str) -> float:
        """How late the feed learns news of this game, in units of its usual lag."""
        return self._delays[source]


@lru_cache(maxsize=64)
def opinions(league: League, event: Listing) -> Opinions:
    return Opinions(league, event)


def belief(expected: Expectation, market: int, shift: float, progress: Progress = BEFORE) -> Belief:
    """The market's distribution of what a player will have at the end, if he plays."""
    if market == 0:
        mean, sd, skew = expected.points, expected.points_sd, 0.40
    else:
        mean = max((expected.rebounds, expected.assists, expected.threes)[market - 1], 0.3)
        sd, skew = math.sqrt((1.5, 1.4, 1.2)[market - 1] * mean), (0.5, 0.6, 0.7)[market - 1]
    left = progress.left
    if left < 1:
        done = progress.points.get(expected.player.person_id, 0) if market == 0 else (1 - left) * mean
        mean, sd = done + left * mean, sd * math.sqrt(left)
    return Belief(mean, max(sd, 0.4), skew, shift)


def expectations(league: League, event: Listing, at: datetime) -> Mapping[int, Expectation]:
    """The truth about the players as it was known at an instant (a few minutes before, so that it can be kept)."""
    return _expectations(league, event, _on_news_grid(event, at))


def expected_score(league: League, event: Listing, at: datetime) -> tuple[float, float]:
    """The same of the two teams' points: away, home."""
    return _expected_score(league, event, _on_news_grid(event, at))


@lru_cache(maxsize=256)
def _expectations(league: League, event: Listing, at: datetime) -> Mapping[int, Expectation]:
    return league.expectations(event.fixture, at)


@lru_cache(maxsize=256)
def _expected_score(league: League, event: Listing, at: datetime) -> tuple[float, float]:
    return league.expected_score(event.fixture, at)


def progress(league: League, event: Listing, at: datetime) -> Progress:
    """How the game stands."""
    if event.withdrawn is not None or at <= event.tip:
        return BEFORE
    script = _script(league, event.fixture.nba_game_id)
    moment = script.until(at)
    if not moment.count:
        return BEFORE
    points: dict[int, int] = defaultdict(int)
    for happened in script.events[: moment.count]:
        if happened.points and happened.player is not None:
            points[happened.player] += happened.points
    left = max(period_end(max(moment.period, 4)) - moment.elapsed, _LEAST_LEFT) / period_end(4)
    return Progress(left, *moment.score, points)


@lru_cache(maxsize=16)
def _script(league: League, nba_game_id: str) -> Script:
    return write_script(league.seed, league.box(nba_game_id))


def _on_news_grid(event: Listing, at: datetime) -> datetime:
    at = min(at, event.tip)
    return at - timedelta(minutes=at.minute % _NEWS_GRID, seconds=at.second, microseconds=at.microsecond)


@lru_cache(maxsize=4096)
def _season_error(seed: int, season: int, person_id: int) -> tuple[float, ...]:
    return tuple(generator(seed, "market", season, person_id).normal(0, _SEASON_ERROR, len(PROP_MARKETS)).tolist())


def _walk(steps: np.ndarray) -> np.ndarray:
    """Values at the knots, tip-off first, where nothing is left to learn."""
    walk = np.cumsum(steps, axis=-1)
    return np.concatenate([np.zeros_like(walk[..., :1]), walk], axis=-1)


def _along(walk: Sequence[float], hours: float) -> float:
    place = min(max(hours / _KNOT_HOURS, 0.0), _KNOTS - 1e-6)
    knot = int(place)
    return walk[knot] + (place - knot) * (walk[knot + 1] - walk[knot])
