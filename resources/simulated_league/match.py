"""What a game starts from: both rosters as arrays, and how venue, rest and opponents bear on them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from nba_assets.reference.teams import Team
from resources.simulated_league import constants as c
from resources.simulated_league.model import Fixture
from resources.simulated_league.skills import RATES, Skills
from resources.simulated_league.world import SeasonWorld

_ROLE_LOGITS = np.log(np.array(c.ROLE_MINUTES) / (c.MINUTES_CAP - np.array(c.ROLE_MINUTES)))


@dataclass(frozen=True)
class Match:
    """Arrays are [team, player], away before home; rosters of unequal length are padded with nobody."""

    people: np.ndarray
    """Person ids; 0 is nobody."""
    role: np.ndarray
    """Logit of minutes among healthy team-mates."""
    usage: np.ndarray
    zones: np.ndarray
    """[team, player, zone]: shares of his field goals tried."""
    accuracy: np.ndarray
    """[team, player, zone]: probability of a make against this opponent, here, tonight."""
    free_throw: np.ndarray
    rates: dict[str, np.ndarray]
    possessions: float
    """Expected per team and 48 minutes."""


@dataclass(frozen=True, slots=True)
class Trip:
    """How a team came to a game: its last game before it, if any this season."""

    days: int | None
    miles: float


def trip_effect(trip: Trip) -> float:
    """Log accuracy gained or lost by rest and travel."""
    effect = c.LONG_TRIP if trip.miles > 1200 else 0.0
    if trip.days == 1:
        effect += c.BACK_TO_BACK
    elif trip.days is not None and 3 <= trip.days <= 6:
        effect += c.RESTED
    return effect


def create_match(world: SeasonWorld, skills: Skills, fixture: Fixture, trips: tuple[Trip, Trip]) -> Match:
    """The match of a fixture; `trips` away, home."""
    rosters = [world.roster(team.abbr, fixture.day) for team in fixture.teams]
    size = max(map(len, rosters))
    people = np.zeros((2, size), dtype=np.int64)
    rows = np.zeros((2, size), dtype=np.intp)
    role = np.full((2, size), -9.0)
    for side, roster in enumerate(rosters):
        people[side, : len(roster)] = roster
        rows[side, : len(roster)] = [world.index[person] for person in roster]
        role[side, : len(roster)] = _ROLE_LOGITS[np.minimum(np.arange(len(roster)), len(_ROLE_LOGITS) - 1)]
    form = skills.drift(rows, fixture.day)
    role += skills.role[rows] + c.ROLE_DRIFT * np.interp(role, *c.LOOSE_ENDS) * form[..., 1]
    edges = []
    home_edge = 0.0 if fixture.neutral_city else c.HOME_EDGE
    for side, other in ((0, 1), (1, 0)):
        shape = _defence(skills, rosters[other], rows[other], fixture.teams[other], fixture.day)
        own = skills.team_offence[fixture.teams[side].abbr] + trip_effect(trips[side])
        edges.append((home_edge if side else -home_edge) + own - shape)
    accuracy = skills.accuracy[rows] * np.exp(np.array(edges)[:, None, :] + c.SHOOTING_DRIFT * form[..., 2:3])
    pace = sum(skills.pace[team.abbr] + c.TEAM_DRIFT * _wave(team, fixture.day) for team in fixture.teams)
    return Match(
        people=people,
        role=role,
        usage=np.where(people > 0, skills.usage[rows] * np.exp(c.USAGE_DRIFT * form[..., 0]), 0.0),
        zones=skills.zones[rows],
        accuracy=np.clip(accuracy, 0.02, 0.95),
        free_throw=skills.free_throw[rows],
        rates={name: np.where(people > 0, skills.rates[name][rows], 0.0) for name in RATES},
        possessions=c.POSSESSIONS * float(np.exp(pace)),
    )


def _defence(skills: Skills, roster: tuple[int, ...], rows: np.ndarray, team: Team, day: date) -> np.ndarray:
    """Log accuracy a team takes from its opponents, by zone: its best ten defenders and its scheme."""
    best = skills.defence[rows[: min(10, len(roster))]]
    return best.mean() + skills.team_defence[team.abbr] + c.TEAM_DRIFT * _wave(team, day, 1.7)


def _wave(team: Team, day: date, shift: float = 0.0) -> float:
    """A slow wave of standard size, different for each team."""
    return float(np.sqrt(2) * np.sin(2 * np.pi * day.toordinal() / 97.0 + team.team_id * 2.399 + shift))
