"""What a perfectly informed observer expects of a game: the generator's own means, without drawing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resources.simulated_league import constants as c
from resources.simulated_league.match import Match
from resources.simulated_league.minutes import shared
from resources.simulated_league.model import ZONE_POINTS, Expectation, Fixture, Player

_POINTS = np.array(ZONE_POINTS)

# What noise, blowouts and injuries on the way do to the mean, measured on 300 draws of each of 127 games.
# Able team-mates ahead of him -> probability of being let in.
_ENTRY = ((7.0, 8.0, 9.0, 10.0, 11.0, 13.0), (0.99, 0.86, 0.72, 0.565, 0.46, 0.41))
# Minutes of a smooth game -> minutes.
_MINUTES = (
    (0.0, 2.25, 4.75, 7.5, 10.5, 13.4, 16.4, 19.4, 22.5, 25.5, 28.6, 31.5, 34.6, 37.4, 40.1, 48.0),
    (3.8, 4.6, 5.4, 7.3, 10.5, 14.0, 17.45, 20.4, 23.25, 25.85, 28.6, 31.1, 33.8, 36.1, 38.4, 44.0),
)
# Share of an expected margin that the fourth quarter takes back (constants.COMEBACK, and garbage time).
_LEAD_LOST = 0.22
# Variance of points given the mean: linear and quadratic terms.
_VARIANCE = (2.88, -0.015)


@dataclass(frozen=True)
class Expected:
    """Expectations by person, and points away, home."""

    players: Mapping[int, Expectation]
    score: tuple[float, float]


def expect(
    match: Match,
    fixture: Fixture,
    players: tuple[tuple[Player, ...], tuple[Player, ...]],
    able: tuple[tuple[float, ...], ...],
) -> Expected:
    """The expectation of a match, given everybody's probability of being able to play."""
    p = np.zeros(match.people.shape)
    for side in range(2):
        p[side, : len(able[side])] = able[side]
    ahead = _places_ahead(match.role, p)
    enters = np.interp(ahead, *_ENTRY)
    weight = p * enters
    minutes = np.interp(shared(match.role, weight, c.MINUTES_CAP, 240.0) / np.maximum(weight, 1e-9), *_MINUTES)
    load = match.usage * minutes
    dealt = load / np.maximum((weight * load).sum(axis=-1, keepdims=True), 1e-9)
    possessions = match.possessions * 1.004
    trip_rate = (weight * load * match.rates["trips"]).sum(axis=-1) / (weight * load).sum(axis=-1)
    trips = possessions * (1 - c.TURNOVER_RATE - c.TEAM_TURNOVERS) * c.TRIP_RATE * 1.03 * trip_rate
    first = possessions * (1 - c.TURNOVER_RATE - c.TEAM_TURNOVERS) - trips
    made_share = (match.zones * match.accuracy).sum(axis=-1)
    missed = 1 - (weight * load * made_share).sum(axis=-1) / (weight * load).sum(axis=-1)
    attempts = first * (1 + missed * c.OFFENSIVE_REBOUND * c.PUT_BACK)
    fga = attempts[:, None] * dealt
    foul_load = load * match.rates["trips"]
    fta = 2 * trips[:, None] * foul_load / np.maximum((weight * foul_load).sum(axis=-1, keepdims=True), 1e-9)
    makes = fga[..., None] * match.zones * match.accuracy
    fta = fta + makes[..., :3].sum(axis=-1) * c.AND_ONE
    points = makes @ _POINTS + fta * match.free_throw
    scores = (weight * points).sum(axis=-1)
    kept = (scores - _LEAD_LOST / 2 * (scores - scores[::-1])) / scores
    points, makes = points * kept[:, None], makes * kept[:, None, None]
    all_missed = attempts * missed
    oreb = _share(all_missed * c.OFFENSIVE_REBOUND, match.rates["offensive_rebounds"] * minutes, weight)
    dreb = _share(
        all_missed[::-1] * (1 - c.OFFENSIVE_REBOUND) * c.DEFENSIVE_REBOUND,
        match.rates["defensive_rebounds"] * minutes,
        weight,
    )
    assists = _share(
        (makes.sum(axis=-1) * weight).sum(axis=-1) * c.ASSISTED,
        match.rates["assists"] * np.sqrt(match.usage) * minutes,
        weight,
    )
    threes = makes[..., 3:].sum(axis=-1)
    sd = np.sqrt(np.maximum(_VARIANCE[0] * points + _VARIANCE[1] * points**2, 0.25))
    expectations: dict[int, Expectation] = {}
    for side, team in enumerate(fixture.teams):
        for n, player in enumerate(players[side]):
            expectations[player.person_id] = Expectation(
                player=player,
                team=team,
                plays=float(weight[side, n]),
                minutes=float(minutes[side, n]),
                points=float(points[side, n]),
                points_sd=float(sd[side, n]),
                rebounds=float(oreb[side, n] + dreb[side, n]),
                assists=float(assists[side, n]),
                threes=float(threes[side, n]),
            )
    away, home = (weight * points).sum(axis=-1)
    return Expected(expectations, (float(away), float(home)))


def _places_ahead(role: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Expected number of able team-mates before a player in the pecking order."""
    spread = np.maximum(c.ROTATION_SHUFFLE, 0.1) * 1.4142
    before = 1 / (1 + np.exp(-1.702 * (role[:, None, :] - role[:, :, None]) / spread))
    return (before * p[:, None, :]).sum(axis=-1) - 0.5 * p


def _share(total: np.ndarray, load: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return total[:, None] * load / np.maximum((weight * load).sum(axis=-1, keepdims=True), 1e-9)
