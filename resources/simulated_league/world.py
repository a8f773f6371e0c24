"""Who exists: careers of invented players over all seasons, the teams they play for, and when they change them."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np

from nba_assets.calendar import SEASON_OPENERS, season_year
from nba_assets.reference.teams import TEAMS, Team
from resources.simulated_league import constants as c
from resources.simulated_league.keyed import generator
from resources.simulated_league.model import Player
from resources.simulated_league.names import names

FIRST_SEASON, LAST_SEASON = min(SEASON_OPENERS), max(SEASON_OPENERS)
_POSITIONS = ("PG", "SG", "SF", "PF", "C")
_HEIGHTS = {"PG": 74, "SG": 77, "SF": 79, "PF": 81, "C": 83}
_COUNTRIES = ("USA",) * 15 + ("Canada", "France", "Australia", "Serbia", "Germany", "Nigeria", "Spain")
_COLLEGES = ("Vexmoor", "Brimstate", "Ploton", "Quelford Tech", "Droxley", "None")


@dataclass(frozen=True, slots=True)
class Move:
    """From `day` on a player is on the roster of `to_team` and no longer on that of `from_team`; None: no team."""

    day: date
    person_id: int
    from_team: str | None
    to_team: str | None


@dataclass(slots=True)
class _Career:
    player: Player
    born: int
    talent: float
    teams: dict[int, str]
    """His team at the opener of each season he was in the league, by season in order."""

    @property
    def last(self) -> int:
        return next(reversed(self.teams))


@dataclass(frozen=True)
class SeasonWorld:
    """A season's players (`index` gives their row in all arrays of `skills`), opening rosters and moves."""

    season: int
    players: tuple[Player, ...]
    ability: np.ndarray
    """Standard normal over the league, per player: what he is worth to his team."""
    ages: np.ndarray
    opening: dict[str, tuple[int, ...]]
    moves: tuple[Move, ...]

    @cached_property
    def index(self) -> dict[int, int]:
        return {player.person_id: row for row, player in enumerate(self.players)}

    @cached_property
    def _rosters(self) -> dict[str, tuple[list[date], list[tuple[int, ...]]]]:
        """Per team the days on which its roster changed, and the rosters from each of them on."""
        days: dict[str, list[date]] = {team.abbr: [date.min] for team in TEAMS}
        states = {abbr: [self._ordered(people)] for abbr, people in self.opening.items()}
        for move in self.moves:
            for abbr in (move.from_team, move.to_team):
                if abbr is None:
                    continue
                people = set(states[abbr][-1])
                people = people - {move.person_id} if abbr == move.from_team else people | {move.person_id}
                days[abbr].append(move.day)
                states[abbr].append(self._ordered(people))
        return {abbr: (days[abbr], states[abbr]) for abbr in states}

    def _ordered(self, people: set[int] | tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(people, key=lambda person: (-self.ability[self.index[person]], person)))

    def roster(self, abbr: str, day: date) -> tuple[int, ...]:
        """Person ids on a date, most important first."""
        days, states = self._rosters[abbr]
        return states[bisect_right(days, day) - 1]

    @cached_property
    def arrivals(self) -> dict[int, list[Move]]:
        """Per person the moves that brought him to a team."""
        by_person: dict[int, list[Move]] = defaultdict(list)
        for move in self.moves:
            if move.to_team:
                by_person[move.person_id].append(move)
        return by_person


class World:
    """All seasons of the league with one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.season = lru_cache(maxsize=None)(self._season)

    @cached_property
    def _careers(self) -> list[_Career]:
        """Every career, played through season by season: aging, leaving, rookies, moves in summer."""
        stream = generator(self.seed, "careers")
        fresh = names(stream)
        careers: list[_Career] = []

        def enlist(season: int, team: str, *, rookie: bool) -> None:
            age = int(stream.integers(19, 24)) if rookie else 20 + int(min(17, stream.gamma(2.2, 3.0)))
            careers.append(_new_career(len(careers), next(fresh), season, team, age, stream))

        for team in TEAMS:
            for _ in range(c.ROSTER_SIZE):
                enlist(FIRST_SEASON, team.abbr, rookie=False)
        for season in range(FIRST_SEASON + 1, LAST_SEASON + 1):
            present = [career for career in careers if career.last == season - 1]
            staying = [career for career in present if stream.random() >= _leaving(career, season)]
            movers = [career for career in staying if stream.random() < c.SUMMER_MOVES]
            homes = {id(career): career.teams[season - 1] for career in staying}
            destinations = [movers[n].teams[season - 1] for n in stream.permutation(len(movers))]
            homes.update({id(career): team for career, team in zip(movers, destinations, strict=True)})
            size: dict[str, int] = defaultdict(int)
            for career in staying:
                career.teams[season] = homes[id(career)]
                career.talent += stream.normal(0, c.TALENT_DRIFT)
                size[career.teams[season]] += 1
            for team in TEAMS:
                for _ in range(c.ROSTER_SIZE - size[team.abbr]):
                    enlist(season, team.abbr, rookie=True)
        return careers

    def _season(self, season: int) -> SeasonWorld:
        if not FIRST_SEASON <= season <= LAST_SEASON:
            raise ValueError(f"no season {season}: the league plays {FIRST_SEASON} to {LAST_SEASON}")
        careers = [career for career in self._careers if season in career.teams]
        players = tuple(replace(career.player, to_year=career.last) for career in careers)
        raw = np.array([career.talent + c.age_effect(season - career.born) for career in careers])
        raw += generator(self.seed, "ability", season).normal(0, 0.15, len(raw))
        opening: dict[str, list[int]] = {team.abbr: [] for team in TEAMS}
        for career in careers:
            opening[career.teams[season]].append(career.player.person_id)
        ability = _normal_scores(raw)
        by_person = {player.person_id: float(ability[n]) for n, player in enumerate(players)}
        moves = _moves(self.seed, season, opening, by_person)
        ages = np.array([season - career.born for career in careers])
        return SeasonWorld(season, players, ability, ages, {k: tuple(v) for k, v in opening.items()}, moves)

    def players(self, season: int) -> tuple[Player, ...]:
        return self.season(season).players

    def roster(self, team: Team, day: date) -> tuple[Player, ...]:
        season = self.season(season_year(day))
        return tuple(season.players[season.index[person]] for person in season.roster(team.abbr, day))


def _normal_scores(values: np.ndarray) -> np.ndarray:
    """Ranks as standard normal quantiles: the league's talent is spread alike in every season."""
    ranks = values.argsort().argsort()
    grid = np.linspace(-5, 5, 20001)
    cumulative = np.cumsum(np.exp(-(grid**2) / 2))
    return np.interp((ranks + 0.5) / len(values), cumulative / cumulative[-1], grid)


def _leaving(career: _Career, season: int) -> float:
    """Probability that he is not in the league any more: too weak, or too old."""
    age = season - career.born
    value = career.talent + c.age_effect(age)
    return c.LEAVE_BASE / (1 + float(np.exp(2.0 * (value + 0.6)))) + c.LEAVE_PER_YEAR * max(0, age - 33)


def _new_career(
    number: int, name: tuple[str, str], season: int, team: str, age: int, stream: np.random.Generator
) -> _Career:
    position = _POSITIONS[number % 5]
    years = max(0, age - int(stream.integers(19, 23)))
    drafted = stream.random() < 0.75
    overall = int(stream.integers(1, 61))
    country = _COUNTRIES[int(stream.integers(len(_COUNTRIES)))]
    player = Player(
        person_id=99_000_001 + number,
        first_name=name[0],
        family_name=name[1],
        position=position,
        height_inches=_HEIGHTS[position] + int(stream.integers(-2, 3)),
        weight_pounds=190 + 9 * _POSITIONS.index(position) + int(stream.integers(-12, 13)),
        jersey=str(int(stream.integers(0, 100))),
        country=country,
        college=_COLLEGES[int(stream.integers(len(_COLLEGES)))] if country == "USA" else "None",
        from_year=season - years,
        to_year=season,
        draft=(season - years, 1 if overall <= 30 else 2, overall) if drafted else None,
    )
    talent = float(stream.normal(0, 1)) - (c.age_effect(age) if years else 0.0) * 0.5
    return _Career(player, season - age, talent, {season: team})


def _moves(seed: int, season: int, opening: dict[str, list[int]], ability: dict[int, float]) -> tuple[Move, ...]:
    """Trades all winter, most of them on deadline day, then a few waived players who sign elsewhere."""
    stream = generator(seed, "moves", season)
    opener = SEASON_OPENERS[season]
    deadline = date(season + 1, 2, 8)
    rosters = {abbr: list(people) for abbr, people in opening.items()}
    days = sorted(
        [deadline] * c.DEADLINE_TRADES
        + [deadline - timedelta(days=int(n)) for n in stream.integers(1, 75, c.EARLY_TRADES)]
    )
    moves: list[Move] = []
    moved: set[int] = set()
    abbrs = [team.abbr for team in TEAMS]
    for day in days:
        first, second = (abbrs[n] for n in stream.choice(len(abbrs), 2, replace=False))
        person = _tradable(rosters[first], moved, ability, stream)
        others = [p for p in rosters[second] if p not in moved]
        # Like is traded for like, else one deadline would turn the league upside down.
        other = min(others, key=lambda p: abs(ability[p] - ability[person]))
        for p, source, target in ((person, first, second), (other, second, first)):
            rosters[source].remove(p)
            rosters[target].append(p)
            moves.append(Move(day, p, source, target))
            moved.add(p)
    for n in range(c.SIGNINGS):
        source = max(abbrs, key=lambda abbr: (len(rosters[abbr]), stream.random()))
        target = min(abbrs, key=lambda abbr: (len(rosters[abbr]), stream.random()))
        waived = sorted((p for p in rosters[source] if p not in moved), key=lambda p: ability[p])[1 + n % 3]
        day = opener + timedelta(days=int(stream.integers(30, 150)))
        later = day + timedelta(days=int(stream.integers(4, 21)))
        moves += [Move(day, waived, source, None), Move(later, waived, None, target)]
        rosters[source].remove(waived)
        rosters[target].append(waived)
        moved.add(waived)
    return tuple(sorted(moves, key=lambda move: (move.day, move.person_id)))


def _tradable(people: list[int], moved: set[int], ability: dict[int, float], stream: np.random.Generator) -> int:
    """A player not yet moved this season, seldom one of his team's best."""
    ranked = sorted((p for p in people if p not in moved), key=lambda p: -ability[p])
    weights = np.array([0.3, 0.5, 0.8] + [1.0] * (len(ranked) - 3))
    return ranked[int(stream.choice(len(ranked), p=weights / weights.sum()))]
