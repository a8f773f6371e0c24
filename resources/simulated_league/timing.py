"""When the events of a game are entered, and under which number."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

from resources.simulated_league.events import Event
from resources.simulated_league.model import GameBox

# Seconds that pass on the wall while the game clock stands.
_STOPPAGES = {"foul": 14, "freethrow": 16, "timeout": 130, "jumpball": 6, "turnover": 4}
_BREAK, _HALF_TIME = 150, 900
# Of every so many events one was entered later than its place in the game.
_LATE_ENTRY, _LATE_BY = 97, 6


def number(events: Sequence[Event]) -> None:
    """Numbers as the scorers' table gives them: in order, but some events are entered late."""
    waiting: list[tuple[int, Event]] = []
    last = 1
    for n, event in enumerate(events):
        if n % _LATE_ENTRY == _LATE_ENTRY - 1:
            waiting.append((n + _LATE_BY, event))
            continue
        last += 1
        event.number = last
        while waiting and waiting[0][0] <= n:
            last += 1
            waiting.pop(0)[1].number = last
    for _, event in waiting:
        last += 1
        event.number = last


def time(events: Sequence[Event], box: GameBox, rng: random.Random) -> None:
    """Wall-clock instants: play, stoppages and breaks in proportion, from soon after tip-off to the end."""
    tip = box.fixture.tip
    first = tip + timedelta(seconds=rng.randint(8 * 60, 12 * 60))
    end = box.ends_at - timedelta(seconds=rng.randint(60, 120))
    steps, elapsed, period = [], 0, 1
    for event in events:
        step = float(event.elapsed - elapsed)
        if event.period > period:
            period = event.period
            step += _HALF_TIME if period == 3 else _BREAK
        step += _STOPPAGES.get(event.kind, 0.2)
        steps.append(step)
        elapsed = event.elapsed
    steps[0] = 0.0
    scale = (end - first).total_seconds() / sum(steps)
    for event, passed in zip(events, accumulate(steps), strict=True):
        # To the tenth of a second, as the feed writes it.
        event.at = first + timedelta(seconds=round(passed * scale, 1))
