"""A box score taken apart into plays: shots, trips to the line, turnovers, and who else had a part in each.

A play happens in a segment of the rotation in which all its people are on court. Sets of segments are bit masks.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from resources.simulated_league.model import ZONES, BoxLine
from resources.simulated_league.rotation import Segment

_THREES = ("corner", "above")
T = TypeVar("T")


class UnplayableError(ValueError):
    """With this rotation the box cannot be played: somebody was never on court with those he has to meet."""


@dataclass(slots=True)
class Play:
    """`kind`: shot, trip (free throws after a foul), technical, turnover or foul; `side` 0 away, 1 home has the ball.

    `player` shoots or loses the ball, None for a turnover of the team and for a foul away from it.
    """

    kind: str
    side: int
    player: int | None
    mask: int
    zone: str = ""
    made: bool = False
    assist: int | None = None
    block: int | None = None
    steal: int | None = None
    foul: int | None = None
    throws: list[bool] = field(default_factory=list)
    live: bool = False
    """The last attempt misses and the ball is in play."""
    rebound: tuple[int, bool] | None = None
    """Who gets it, and whether he is of the shooting team."""


def plays_of(
    lines: Sequence[Sequence[BoxLine]],
    team_turnovers: Sequence[int],
    part: int,
    segments: Sequence[Segment],
    rng: random.Random,
) -> list[Play]:
    """All plays of one part of a game; `lines` and `team_turnovers` of away and home. Raises `UnplayableError`."""
    court: dict[int, int] = {}
    for bit, segment in enumerate(segments):
        for five in segment.fives:
            for person in five:
                court[person] = court.get(person, 0) | 1 << bit
    everywhere = (1 << len(segments)) - 1
    counts = [[(line.player.person_id, line.parts[part]) for line in team if len(line.parts) > part] for team in lines]

    def units(side: int, statistic: str) -> list[int]:
        """A person id for each count of the statistic, those first who are on court least."""
        rows = sorted(counts[side], key=lambda row: row[1].seconds)
        return [person for person, stats in rows for _ in range(getattr(stats, statistic))]

    shots, turnovers, trips, fouls = [], [], [], []
    for side in (0, 1):
        other = 1 - side
        own: list[Play] = []
        for person, stats in counts[side]:
            for zone, tried, made in zip(ZONES, stats.fga, stats.fgm, strict=True):
                own += [
                    Play("shot", side, person, court[person], zone, made=n < made, live=n >= made) for n in range(tried)
                ]
        lost = [Play("turnover", side, p, court[p]) for p in units(side, "tov")]
        _match(
            units(side, "ast"),
            _sorted(own, rng, lambda play: 0.6 if play.zone in _THREES else 1.0),
            court,
            lambda play, person: play.made and play.player != person,
            "assist",
        )
        _match(
            units(other, "blk"),
            _sorted(own, rng, lambda play: {"rim": 0.5, "paint": 0.6, "mid": 1.0}.get(play.zone, 9.0)),
            court,
            lambda play, person: not play.made,
            "block",
        )
        _match(units(other, "stl"), _sorted(lost, rng), court, lambda play, person: True, "steal")
        free = {person: rng.sample([True] * s.ftm + [False] * (s.fta - s.ftm), s.fta) for person, s in counts[side]}
        trips_of_side = _trips(side, free, own, court, rng)
        fouls_left = _foul(own, trips_of_side, units(other, "pf"), court, rng)
        trips.append(trips_of_side)
        fouls.append(fouls_left)
        shots.append(own)
        turnovers.append(lost + [Play("turnover", side, None, everywhere) for _ in range(team_turnovers[side])])
    for side in (0, 1):
        # fouls[side] are those of the other team; its turnovers without a thief may be offensive fouls.
        _offensive_fouls(turnovers[1 - side], fouls[side], rng)
        trips[side] += [Play("foul", side, None, court[p], foul=p) for p in fouls[side]]
        missed = [play for play in [*shots[side], *trips[side]] if play.live]
        rng.shuffle(missed)
        rebounders = [(p, True) for p in units(side, "oreb")] + [(p, False) for p in units(1 - side, "dreb")]
        rebounders.sort(key=lambda row: court[row[0]].bit_count())
        _match(rebounders, missed, {row: court[row[0]] for row in rebounders}, lambda play, row: True, "rebound")
    return [play for side in (0, 1) for play in [*shots[side], *turnovers[side], *trips[side]]]


def _sorted(plays: list[Play], rng: random.Random, weight: Callable[[Play], float] = lambda play: 1.0) -> list[Play]:
    return sorted(plays, key=lambda play: rng.random() * weight(play))


def _match(
    units: Sequence[T],
    plays: Sequence[Play],
    court: Mapping[T, int],
    fits: Callable[[Play, T], bool],
    role: str,
) -> None:
    """Gives every unit a play of its own in which it can take the role (the first that fits, else by exchange)."""
    holder: dict[int, T] = {}
    options = range(len(plays))

    def place(unit: T, seen: set[int]) -> bool:
        mask = court[unit]
        for n in options:
            if n not in holder and plays[n].mask & mask and fits(plays[n], unit):
                holder[n] = unit
                return True
        for n in options:
            if n not in seen and plays[n].mask & mask and fits(plays[n], unit):
                seen.add(n)
                if place(holder[n], seen):
                    holder[n] = unit
                    return True
        return False

    for unit in units:
        if not place(unit, set()):
            raise UnplayableError(f"{unit} finds no play for his {role}")
    for n, unit in holder.items():
        setattr(plays[n], role, unit)
        plays[n].mask &= court[unit]


def _trips(
    side: int, free: Mapping[int, list[bool]], shots: Sequence[Play], court: Mapping[int, int], rng: random.Random
) -> list[Play]:
    """Free throws: one after a made shot, else two or three at a time; what is left over follows a technical."""
    trips = []
    for person, throws in free.items():
        if len(throws) % 2:
            made = [play for play in shots if play.player == person and play.made and not play.throws]
            if made and rng.random() < 0.8:
                play = min(made, key=lambda play: (play.assist is not None, play.zone not in ("rim", "paint")))
                play.throws = [throws.pop()]
                play.live = not play.throws[0]
            else:
                size = 3 if len(throws) >= 3 else 1
                trips.append(_trip(side, person, court[person], [throws.pop() for _ in range(size)]))
        while throws:
            trips.append(_trip(side, person, court[person], [throws.pop(), throws.pop()]))
    return trips


def _trip(side: int, person: int, mask: int, throws: list[bool]) -> Play:
    if len(throws) == 1:
        return Play("technical", side, person, mask, throws=throws)
    return Play("trip", side, person, mask, throws=throws, live=not throws[-1])


def _foul(
    shots: list[Play], trips: list[Play], fouls: list[int], court: Mapping[int, int], rng: random.Random
) -> list[int]:
    """Gives every trip to the line its foul and returns the fouls left; without a foul its throws are technicals."""
    rng.shuffle(fouls)
    for play in [play for play in [*shots, *trips] if play.throws and play.kind != "technical"]:
        person = next((p for p in fouls if court[p] & play.mask), None)
        if person is not None:
            fouls.remove(person)
            play.foul = person
            play.mask &= court[person]
            continue
        shooter = play.player
        assert shooter is not None
        trips += [Play("technical", play.side, shooter, court[shooter], throws=[made]) for made in play.throws]
        if play.kind == "shot":
            play.throws, play.live = [], False
        else:
            trips.remove(play)
    return fouls


def _offensive_fouls(turnovers: list[Play], fouls: list[int], rng: random.Random) -> None:
    for play in turnovers:
        if play.steal is None and play.player in fouls and rng.random() < 0.35:
            fouls.remove(play.player)
            play.foul = play.player
