"""The simulated league: one object that knows everything, built from a seed, cheap to ask about any date."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from nba_assets.calendar import season_year
from nba_assets.reference.teams import Team
from resources.simulated_league.availability import Availability
from resources.simulated_league.box import create_box
from resources.simulated_league.expectations import Expected, expect
from resources.simulated_league.fixtures import season_fixtures
from resources.simulated_league.keyed import generator
from resources.simulated_league.match import Match, Trip, create_match
from resources.simulated_league.model import Absence, Expectation, Fixture, GameBox, Player, Report
from resources.simulated_league.skills import Skills, season_skills
from resources.simulated_league.world import FIRST_SEASON, LAST_SEASON, World

# Latitude, longitude of neutral arenas.
_CITIES = {"Mexico City": (19.497, -99.175), "Paris": (48.839, 2.379), "Las Vegas": (36.103, -115.178)}
_EARTH_MILES = 3959.0


class League:
    """Everything of the league with this seed. Same seed, same answers, in whatever order they are asked.

    Seasons are named by their start year (2021 to 2026); a season's fixtures and players are made when first asked for,
    its games one by one.
    """

    def __init__(self, seed: int = 2024) -> None:
        self.seed = seed
        self.world = World(seed)
        self.availability = Availability(seed, self.world, self._days_before)
        self._season = lru_cache(maxsize=None)(self._create_season)
        self._skills = lru_cache(maxsize=None)(self._create_skills)
        self.match = lru_cache(maxsize=64)(self._create_match)
        self.box = lru_cache(maxsize=512)(self._create_box)
        self._expected = lru_cache(maxsize=512)(self._create_expected)

    def players(self, season: int) -> Sequence[Player]:
        return self.world.players(season)

    def roster(self, team: Team, day: date) -> Sequence[Player]:
        """The team's players on a date, most important first."""
        return self.world.roster(team, day)

    def fixtures(self, season: int) -> Sequence[Fixture]:
        return self._season(season).fixtures

    def fixture(self, nba_game_id: str) -> Fixture:
        season = 2000 + int(nba_game_id[3:5])
        return self._season(season).by_id[nba_game_id]

    def fixtures_on(self, day: date) -> Sequence[Fixture]:
        season = season_year(day)
        return self._season(season).by_day.get(day, ()) if FIRST_SEASON <= season <= LAST_SEASON else ()

    def absences(self, fixture: Fixture, team: Team) -> Sequence[Absence]:
        return self.availability.absences(fixture, team)

    def injury_report(self, fixture: Fixture, team: Team, at: datetime) -> Sequence[Report] | None:
        """The team's entry in the report of an instant; None: not yet submitted."""
        return self.availability.injury_report(fixture, team, at)

    def expectations(self, fixture: Fixture, at: datetime) -> Mapping[int, Expectation]:
        """By person, everybody on the two rosters, what a perfectly informed observer expects at an instant."""
        return self._expected(fixture, self.able(fixture, at)).players

    def expected_score(self, fixture: Fixture, at: datetime) -> tuple[float, float]:
        """Expected points away, home, given what is known at an instant."""
        return self._expected(fixture, self.able(fixture, at)).score

    def able(self, fixture: Fixture, at: datetime) -> tuple[tuple[float, ...], ...]:
        """Probability of being able to play, away and home, in roster order."""
        return tuple(tuple(self.availability.play_probability(fixture, team, at).values()) for team in fixture.teams)

    def trip(self, fixture: Fixture, team: Team) -> Trip:
        """How the team came to the game."""
        before = self._season(fixture.season).previous.get((fixture.nba_game_id, team.abbr))
        if before is None:
            return Trip(None, 0.0)
        return Trip((fixture.day - before.day).days, _miles(_place(before), _place(fixture)))

    def _create_season(self, season: int) -> "_Season":
        return _Season(*season_fixtures(self.seed, season))

    def _days_before(self, fixture: Fixture, team: Team) -> int | None:
        return self.trip(fixture, team).days

    def _create_skills(self, season: int) -> Skills:
        return season_skills(self.seed, self.world.season(season))

    def _create_match(self, nba_game_id: str) -> Match:
        fixture = self.fixture(nba_game_id)
        trips = (self.trip(fixture, fixture.away), self.trip(fixture, fixture.home))
        return create_match(self.world.season(fixture.season), self._skills(fixture.season), fixture, trips)

    def _create_box(self, nba_game_id: str) -> GameBox:
        fixture = self.fixture(nba_game_id)
        players = (self.world.roster(fixture.away, fixture.day), self.world.roster(fixture.home, fixture.day))
        away, home = ({a.player.person_id: a for a in self.absences(fixture, team)} for team in fixture.teams)
        stream = generator(self.seed, "box", nba_game_id)
        winner = self._season(fixture.season).winners.get(nba_game_id)
        return create_box(fixture, players, (away, home), self.match(nba_game_id), stream, winner)

    def _create_expected(self, fixture: Fixture, able: tuple[tuple[float, ...], ...]) -> Expected:
        players = (self.world.roster(fixture.away, fixture.day), self.world.roster(fixture.home, fixture.day))
        return expect(self.match(fixture.nba_game_id), fixture, players, able)


class _Season:
    """A season's fixtures, found by id, by date, and by what a team played before."""

    def __init__(self, fixtures: tuple[Fixture, ...], winners: dict[str, str]) -> None:
        self.fixtures = fixtures
        self.winners = winners
        self.by_id = {fixture.nba_game_id: fixture for fixture in fixtures}
        days: dict[date, list[Fixture]] = defaultdict(list)
        self.previous: dict[tuple[str, str], Fixture] = {}
        latest: dict[str, Fixture] = {}
        for fixture in fixtures:
            days[fixture.day].append(fixture)
            for team in fixture.teams:
                if team.abbr in latest:
                    self.previous[fixture.nba_game_id, team.abbr] = latest[team.abbr]
                latest[team.abbr] = fixture
        self.by_day = {day: tuple(games) for day, games in days.items()}


def _place(fixture: Fixture) -> tuple[float, float]:
    if fixture.neutral_city:
        return _CITIES[fixture.neutral_city]
    return fixture.home.latitude, fixture.home.longitude


def _miles(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (one, other))
    return (
        2 * _EARTH_MILES * asin(sqrt(sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2))
    )
