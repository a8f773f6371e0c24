"""A stretch of a game from seconds to statistics: possessions, shots by zone, free throws, rebounds, fouls.

Arrays are [draw, team, player], away before home. Both teams share the possessions; a team's shots are dealt out by
usage and time, so that who is out leaves his to the others.
"""

from dataclasses import dataclass, field

import numpy as np

from resources.simulated_league import constants as c
from resources.simulated_league.match import Match
from resources.simulated_league.model import ZONE_POINTS

_POINTS = np.array(ZONE_POINTS)
_TWOS = slice(0, 3)


@dataclass(slots=True)
class Counts:
    """What each player did in a stretch; `fga` and `fgm` have a last axis of zones, `team_turnovers` no players."""

    seconds: np.ndarray
    fga: np.ndarray
    fgm: np.ndarray
    fta: np.ndarray
    ftm: np.ndarray
    oreb: np.ndarray
    dreb: np.ndarray
    ast: np.ndarray
    stl: np.ndarray
    blk: np.ndarray
    tov: np.ndarray
    pf: np.ndarray
    team_turnovers: np.ndarray
    names: tuple[str, ...] = field(
        default=(
            "seconds",
            "fga",
            "fgm",
            "fta",
            "ftm",
            "oreb",
            "dreb",
            "ast",
            "stl",
            "blk",
            "tov",
            "pf",
            "team_turnovers",
        ),
        repr=False,
    )

    @property
    def points(self) -> np.ndarray:
        return self.fgm @ _POINTS + self.ftm

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.names))


@dataclass(frozen=True, slots=True)
class Night:
    """What holds for a whole game, per draw: its pace, its whistle, who has the ball tonight."""

    pace: np.ndarray
    whistle: np.ndarray
    usage: np.ndarray

    def take(self, draws: np.ndarray) -> "Night":
        return Night(self.pace[draws], self.whistle[draws], self.usage[draws])


def create_night(match: Match, draws: int, stream: np.random.Generator) -> Night:
    usage = match.usage * np.exp(c.USAGE_GAME_SD * stream.standard_normal((draws, *match.usage.shape)))
    pace = np.exp(c.PACE_GAME_SD * stream.standard_normal((draws, 1)))
    return Night(pace, np.exp(c.TRIP_GAME_SD * stream.standard_normal((draws, 2))), usage)


def play(
    match: Match,
    night: Night,
    seconds: np.ndarray,
    fouls: np.ndarray,
    stream: np.random.Generator,
    edge: np.ndarray | None = None,
) -> Counts:
    """Plays a stretch. `fouls`: what each player has before it; `edge` [draw, team]: log accuracy won or lost in it."""
    length = seconds.sum(axis=-1) / 5
    expected = match.possessions * night.pace * length / 2880
    possessions = np.floor(expected + stream.random((len(seconds), 1))).astype(np.int64)
    load = night.usage * seconds
    turnovers = stream.binomial(possessions, c.TURNOVER_RATE)
    team_turnovers = stream.binomial(possessions, c.TEAM_TURNOVERS)
    left = np.maximum(possessions - turnovers - team_turnovers, 0)
    foul_load = load * match.rates["trips"]
    draw_rate = foul_load.sum(axis=-1) / np.maximum(load.sum(axis=-1), 1e-9)
    trips = stream.binomial(left, np.clip(c.TRIP_RATE * 1.03 * draw_rate * night.whistle, 0, 0.4))
    accuracy = match.accuracy if edge is None else np.clip(match.accuracy * np.exp(edge[..., None, None]), 0, 0.95)
    fga, fgm = _shots(left - trips, load, match.zones, accuracy, stream)
    oreb = stream.binomial((fga - fgm).sum(axis=(-1, -2)), c.OFFENSIVE_REBOUND)
    again, made_again = _shots(stream.binomial(oreb, c.PUT_BACK), load, match.zones, accuracy, stream)
    fga, fgm = fga + again, fgm + made_again
    missed = (fga - fgm).sum(axis=(-1, -2))
    oreb = oreb + stream.binomial((again - made_again).sum(axis=(-1, -2)), c.OFFENSIVE_REBOUND * 0.5)
    dreb = stream.binomial(missed - oreb, c.DEFENSIVE_REBOUND)[:, ::-1]
    and_ones = stream.binomial(fgm[..., _TWOS].sum(axis=-1), c.AND_ONE)
    fta = 2 * _dealt(trips, foul_load, stream) + and_ones
    made = fgm.sum(axis=-1)
    ast = stream.binomial(made.sum(axis=-1), c.ASSISTED)
    stl = stream.binomial(turnovers, c.STOLEN)[:, ::-1]
    blk = stream.binomial((fga - fgm)[..., _TWOS].sum(axis=(-1, -2)), c.BLOCKED)[:, ::-1]
    extra = stream.poisson(c.EXTRA_FOULS * length / 2880)
    committed = (trips + and_ones.sum(axis=-1))[:, ::-1] + extra
    return Counts(
        seconds=seconds,
        fga=fga,
        fgm=fgm,
        fta=fta,
        ftm=stream.binomial(fta, np.broadcast_to(match.free_throw, fta.shape)),
        oreb=_dealt(oreb, match.rates["offensive_rebounds"] * seconds, stream),
        dreb=_dealt(dreb, match.rates["defensive_rebounds"] * seconds, stream),
        ast=np.minimum(
            _dealt(ast, match.rates["assists"] * np.sqrt(night.usage) * seconds, stream),
            made.sum(axis=-1, keepdims=True) - made,
        ),
        stl=_dealt(stl, match.rates["steals"] * seconds, stream),
        blk=_dealt(blk, match.rates["blocks"] * seconds, stream),
        tov=_dealt(turnovers, load * match.rates["turnovers"], stream),
        pf=_fouls(committed, match.rates["fouls"] * seconds, fouls, stream),
        team_turnovers=team_turnovers,
    )


def _shots(
    attempts: np.ndarray, load: np.ndarray, zones: np.ndarray, accuracy: np.ndarray, stream: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    tried = stream.multinomial(_dealt(attempts, load, stream), zones)
    return tried, stream.binomial(tried, np.broadcast_to(accuracy, tried.shape))


def _dealt(total: np.ndarray, weights: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """A team's count dealt out to its players."""
    weights = np.broadcast_to(weights, (*total.shape, weights.shape[-1]))
    return stream.multinomial(total, weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9))


def _fouls(total: np.ndarray, weights: np.ndarray, before: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Personal fouls; nobody gets a seventh, who is near his sixth takes care, and what is left goes to the others."""
    room = c.FOUL_LIMIT - before
    dealt = np.zeros_like(before)
    for _ in range(4):
        rest = total - dealt.sum(axis=-1)
        if not rest.any():
            break
        open_weights = weights * np.maximum(room - dealt, 0)
        rest = np.where(open_weights.sum(axis=-1) > 0, rest, 0)
        dealt = np.minimum(dealt + _dealt(rest, open_weights, stream), room)
    return dealt
