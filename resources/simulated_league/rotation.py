"""Who is on court when: a rotation in which every player gets exactly the seconds of his box line."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from resources.simulated_league.model import BoxLine

REGULATION, QUARTER, OVERTIME = 2880, 720, 300
_FIVE = 5
# When coaches change, as a share of a quarter: mid-quarter, and for its last minutes.
_CHANGES = (0.42, 0.70)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of play between changes: seconds since the tip-off, person ids on court of away and home."""

    period: int
    start: int
    end: int
    fives: tuple[tuple[int, ...], tuple[int, ...]]


def segments(lines: Sequence[Sequence[BoxLine]], part: int, rng: random.Random) -> list[Segment]:
    """The segments of one part of a game; `lines` of away and home, part 0 is regulation, then each overtime."""
    length = OVERTIME if part else REGULATION
    breaks = [] if part else [QUARTER, 2 * QUARTER, 3 * QUARTER]
    begin = REGULATION + (part - 1) * OVERTIME if part else 0
    fives = []
    for team in lines:
        seconds = {line.player.person_id: line.parts[part].seconds for line in team if len(line.parts) > part}
        first = [] if part else [line.player.person_id for line in team if line.starter]
        fives.append(stints(seconds, length, first, _cuts(length, breaks, rng)))
    ends = sorted({start for team in fives for start, _ in team} | set(breaks) | {length})
    result, on, at = [], [(), ()], [0, 0]
    for start, end in pairwise(ends):
        for side, team in enumerate(fives):
            if at[side] < len(team) and team[at[side]][0] == start:
                on[side] = team[at[side]][1]
                at[side] += 1
        period = 4 + part if part else start // QUARTER + 1
        result.append(Segment(period, begin + start, begin + end, (on[0], on[1])))
    return result


def stints(
    seconds: Mapping[int, int], length: int, first: Sequence[int], cuts: Sequence[int]
) -> list[tuple[int, tuple[int, ...]]]:
    """(start, five) pairs in which each player gets his seconds, beginning with `first`.

    `seconds` add up to five times `length`, nobody has more than `length`. A player who can only reach his seconds by
    staying to the end must play; as long as he does, the rest of the choice is free and the plan always works out: at
    the cuts the five come on who are furthest behind their share, in between a player leaves when his time is up.
    """
    left = {person: time for person, time in seconds.items() if time}
    if sum(left.values()) != _FIVE * length or max(left.values()) > length:
        raise ValueError(f"{dict(seconds)} are no seconds of five players in {length}")
    pending = sorted({cut for cut in cuts if 0 < cut < length})
    plan: list[tuple[int, tuple[int, ...]]] = []
    five: tuple[int, ...] = ()
    now, change = 0, True
    while now < length:
        span = length - now
        until = pending[0] if pending else length
        if change:
            behind = {person: left[person] - seconds[person] * (length - until) / length for person in left}
            order = sorted(left, key=lambda person: -behind[person])
        else:
            order = [*(p for p in five if p in left), *sorted(left, key=lambda person: -left[person])]
        if not now:
            order = [*first, *order]
        must = [person for person in left if left[person] == span]
        five = tuple(dict.fromkeys([*must, *order]))[:_FIVE]
        if not plan or set(plan[-1][1]) != set(five):
            plan.append((now, five))
        else:
            five = plan[-1][1]
        step = min(
            until - now,
            *(left[person] for person in five),
            *(span - time for person, time in left.items() if person not in five),
        )
        for person in five:
            left[person] -= step
        left = {person: time for person, time in left.items() if time}
        now += step
        change = now == until
        if change and pending:
            pending.pop(0)
    return plan


def _cuts(length: int, breaks: Sequence[int], rng: random.Random) -> list[int]:
    starts = [0, *breaks]
    size = length // len(starts)
    changes = [start + int(size * share) + rng.randint(-30, 30) for start in starts for share in _CHANGES]
    return sorted([*breaks, *changes])
