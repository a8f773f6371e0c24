"""The play-by-play of a game whose box score is known: when everything in it happened, event by event.

The counts of the events are those of the box, to the second and for every player. How a box is taken apart: `rotation`
says who is on court when, `plays` who did what with whom, and here the plays are put in order.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import count

from resources.simulated_league.events import THREE_POINTS, Event, Moment, Script, period_end
from resources.simulated_league.model import GameBox
from resources.simulated_league.plays import Play, UnplayableError, plays_of
from resources.simulated_league.rotation import Segment, segments
from resources.simulated_league.shots import Shot, shot_from
from resources.simulated_league.timing import number, time

__all__ = ["Event", "Moment", "Script", "write_script"]

_ATTEMPTS = 50
# How often the defence holds up a play.
_VIOLATIONS = 0.02


def write_script(seed: int, box: GameBox) -> Script:
    """The game's events, always the same for the same seed and box."""
    for attempt in count():
        rng = random.Random(f"{seed}/{box.fixture.nba_game_id}/script/{attempt}")
        try:
            return _Writer(box, rng).write()
        except UnplayableError:
            # Another rotation brings together those who have to meet.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


class _Writer:
    def __init__(self, box: GameBox, rng: random.Random) -> None:
        self.box, self.rng = box, rng
        abbrs = [team.abbr for team in box.fixture.teams]
        self.lines = [box.lines[abbr] for abbr in abbrs]
        self.team_turnovers = [box.team_turnovers[abbr] for abbr in abbrs]
        self.events: list[Event] = []
        self.score = [0, 0]
        self.ball = rng.randrange(2)
        self.after = ""
        self.timeouts = [7, 7]
        self.period = 1

    def write(self) -> Script:
        fives: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        starters = None
        for part in range(self.box.overtimes + 1):
            stretches = segments(self.lines, part, self.rng)
            turnovers = [counts[part] for counts in self.team_turnovers]
            shares = self._share(stretches, plays_of(self.lines, turnovers, part, stretches, self.rng))
            starters = starters or stretches[0].fives
            for segment, plays in zip(stretches, shares, strict=True):
                self._play_segment(segment, plays, fives or segment.fives)
                fives = segment.fives
        self._end_period(self.events[-1].elapsed)
        self._add("game", self.events[-1].elapsed, sub="end")
        number(self.events)
        time(self.events, self.box, self.rng)
        assert starters is not None
        return Script(self.box, self.events, starters, [event.at for event in self.events])

    def _share(self, stretches: Sequence[Segment], plays: list[Play]) -> list[list[Play]]:
        """Every play in a segment it can happen in: those with little choice first, the rest where little happens."""
        lengths = [segment.end - segment.start for segment in stretches]
        load = [[0.0] * len(stretches) for _ in range(2)]
        shares: list[list[Play]] = [[] for _ in stretches]
        self.rng.shuffle(plays)
        plays.sort(key=lambda play: play.mask.bit_count())
        for play in plays:
            busy, others = load[play.side], load[1 - play.side]
            free = (n for n in range(len(lengths)) if play.mask >> n & 1)
            # Both sides about equally often, so that they can take turns.
            best = min(free, key=lambda n: (2 * busy[n] - others[n] + 1) / lengths[n])
            busy[best] += 0.3 if play.kind in ("foul", "technical") else 1.0
            shares[best].append(play)
        return shares

    def _play_segment(self, segment: Segment, plays: list[Play], before: tuple[Sequence[int], Sequence[int]]) -> None:
        start, end = segment.start, segment.end
        if segment.period != self.period:
            self._end_period(start)
        self.period = segment.period
        opens = not self.events or self.events[-1].kind == "period"
        for side in (0, 1):
            marks = ("startperiod",) if opens else ()
            for sub, gone, came in (("out", before, segment.fives), ("in", segment.fives, before)):
                for person in gone[side]:
                    if person not in came[side]:
                        self._add("substitution", start, sub=sub, side=side, player=person, qualifiers=marks)
        if opens:
            self._add("period", start, sub="start")
            if self.period in (1, *range(5, 5 + self.box.overtimes)):
                self._jump_ball(segment)
        spots = sorted(start + int((end - start) * self.rng.random()) for _ in plays)
        following = [*spots[1:], end]
        for play, at, limit in zip(self._order(plays), spots, following, strict=False):
            if self.rng.random() < _VIOLATIONS:
                self._violation(segment, at)
            self._play(play, segment, at, min(limit, at + 2))

    def _order(self, plays: list[Play]) -> Iterator[Play]:
        """Whoever has the ball plays next, as far as there are plays."""
        left: list[list[Play]] = [[play for play in plays if play.side == side] for side in (0, 1)]
        for side in left:
            self.rng.shuffle(side)
        while left[0] or left[1]:
            side = self.ball if left[self.ball] else 1 - self.ball
            if side != self.ball:
                self.ball, self.after = side, ""
            # The side with more plays to come uses those after which it keeps the ball.
            longer = len(left[side]) > len(left[1 - side])
            mine = left[side]
            yield mine.pop(next((n for n, play in enumerate(mine) if _keeps(play) == longer), -1))

    def _play(self, play: Play, segment: Segment, at: int, later: int) -> None:
        side, other = play.side, 1 - play.side
        marks = tuple(mark for mark in (self.after,) if mark and play.kind in ("shot", "trip"))
        if self.after == "fromturnover" and marks and self.rng.random() < 0.5:
            marks = (*marks, "fastbreak")
        last: int | None = None
        if play.kind == "shot":
            inside = ("pointsinthepaint",) if play.zone in ("rim", "paint") else ()
            shot = shot_from(play.zone, self.rng)
            self._score(play.made, side, THREE_POINTS.get(play.zone, 2))
            last = self._add(
                "3pt" if play.zone in THREE_POINTS else "2pt",
                at,
                sub=shot.style[0],
                descriptor=shot.style[1],
                side=side,
                player=play.player,
                other=play.assist or play.block,
                qualifiers=inside + marks,
                zone=play.zone,
                shot=shot,
                made=play.made,
            )
            if play.block is not None:
                self._add("block", at, side=other, player=play.block)
        if play.kind == "turnover":
            self._lose(play, segment, at)
            return
        if play.kind == "technical":
            guilty = self.rng.choice(segment.fives[other])
            self._add("foul", at, sub="technical", side=other, player=guilty, qualifiers=("1freethrow",))
        elif play.foul is not None:
            shots = (f"{len(play.throws)}freethrow",) if play.throws else ()
            drawn = play.player or self.rng.choice(segment.fives[side])
            descriptor = "shooting" if play.throws else self.rng.choice((None, None, "loose ball"))
            self._add(
                "foul", at, sub="personal", side=other, player=play.foul, other=drawn, qualifiers=shots,
                descriptor=descriptor,
            )  # fmt: skip
        for n, made in enumerate(play.throws, start=1):
            self._score(made, side, 1)
            last = self._add(
                "freethrow",
                at,
                sub=f"{n} of {len(play.throws)}",
                side=side,
                player=play.player,
                qualifiers=marks,
                made=made,
                descriptor="technical" if play.kind == "technical" else None,
            )
        if play.kind in ("foul", "technical"):
            return
        if play.live:
            assert last is not None
            self._rebound(play, last, later)
        else:
            self.ball, self.after = other, ""
            self._maybe_timeout(at)

    def _lose(self, play: Play, segment: Segment, at: int) -> None:
        side, other = play.side, 1 - play.side
        if play.foul is not None:
            drawn = self.rng.choice(segment.fives[other])
            self._add("foul", at, sub="offensive", side=side, player=play.foul, other=drawn)
        if play.player is None:
            sub = "shot clock"
        elif play.foul is not None:
            sub = "offensive foul"
        elif play.steal is not None:
            sub = self.rng.choice(("bad pass", "lost ball"))
        else:
            sub = self.rng.choice(("traveling", "out-of-bounds", "bad pass"))
        self._add(
            "turnover",
            at,
            sub=sub,
            side=side,
            player=play.player,
            other=play.steal,
            qualifiers=("team",) if play.player is None else (),
            descriptor="bad pass" if sub == "out-of-bounds" else None,
        )
        if play.steal is not None:
            self._add("steal", at, side=other, player=play.steal)
        self.ball, self.after = other, "fromturnover"

    def _rebound(self, play: Play, missed: int, at: int) -> None:
        kept = play.rebound[1] if play.rebound else self.rng.random() < 0.4
        side = play.side if kept else 1 - play.side
        self._add(
            "rebound",
            at,
            sub="offensive" if kept else "defensive",
            side=side,
            player=play.rebound[0] if play.rebound else None,
            qualifiers=() if play.rebound else ("team",),
            of=missed,
        )
        self.ball, self.after = side, "2ndchance" if kept else ""

    def _jump_ball(self, segment: Segment) -> None:
        winner, loser = (self.rng.choice(segment.fives[side]) for side in (self.ball, 1 - self.ball))
        self._add("jumpball", segment.start, sub="recovered", side=self.ball, player=winner, other=loser,
                  descriptor="startperiod")  # fmt: skip

    def _violation(self, segment: Segment, at: int) -> None:
        side = 1 - self.ball
        if self.rng.random() < 0.4:
            self._add("violation", at, sub="delay-of-game", side=side, qualifiers=("team",))
        else:
            self._add("violation", at, sub="kicked ball", side=side, player=self.rng.choice(segment.fives[side]))

    def _maybe_timeout(self, at: int) -> None:
        side = self.ball
        if self.timeouts[side] and self.rng.random() < 0.1:
            self.timeouts[side] -= 1
            self._add("timeout", at, sub="full", side=side, qualifiers=("team",))

    def _score(self, made: bool, side: int, value: int) -> None:
        if made:
            self.score[side] += value

    def _end_period(self, at: int) -> None:
        if self.box.fixture.season >= 2025 and self.period < 4 and self.rng.random() < 0.2:
            self._add("heave", period_end(self.period), side=self.ball)
        self._add("period", period_end(self.period), sub="end")
        self.after = ""

    def _add(
        self,
        kind: str,
        elapsed: int,
        *,
        sub: str = "",
        side: int | None = None,
        player: int | None = None,
        other: int | None = None,
        descriptor: str | None = None,
        qualifiers: tuple[str, ...] = (),
        zone: str = "",
        shot: Shot | None = None,
        made: bool | None = None,
        of: int | None = None,
    ) -> int:
        self.events.append(
            Event(
                kind=kind, sub=sub, period=self.period, elapsed=elapsed, side=side, player=player, other=other,
                descriptor=descriptor, qualifiers=qualifiers, zone=zone, shot=shot, made=made, of=of,
                possession=self.ball, score=(self.score[0], self.score[1]),
            )
        )  # fmt: skip
        return len(self.events) - 1


def _keeps(play: Play) -> bool:
    """The ball stays with the side that had it."""
    return play.kind in ("foul", "technical") or (play.rebound is not None and play.rebound[1])
