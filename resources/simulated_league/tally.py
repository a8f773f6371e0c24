"""A game's statistics counted from its events, as far as they have happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from resources.simulated_league.events import Event, Script


@dataclass(slots=True)
class Count:
    """Counts of a player or, the same names, of a team."""

    seconds: int = 0
    points: int = 0
    fga: int = 0
    fgm: int = 0
    fg3a: int = 0
    fg3m: int = 0
    fta: int = 0
    ftm: int = 0
    oreb: int = 0
    dreb: int = 0
    ast: int = 0
    stl: int = 0
    blk: int = 0
    tov: int = 0
    pf: int = 0
    offensive_fouls: int = 0
    technical_fouls: int = 0
    fouls_drawn: int = 0
    blocked: int = 0
    paint_attempts: int = 0
    paint_made: int = 0
    second_chance_attempts: int = 0
    second_chance_made: int = 0
    second_chance_points: int = 0
    fast_break_attempts: int = 0
    fast_break_made: int = 0
    fast_break_points: int = 0
    turnover_points: int = 0
    plus: int = 0
    minus: int = 0


@dataclass(slots=True)
class Side:
    """What only a team has."""

    team_turnovers: int = 0
    team_oreb: int = 0
    team_dreb: int = 0
    period_points: list[int] = field(default_factory=list)
    period_fouls: int = 0
    timeouts: int = 7
    heaves: int = 0


class Tally:
    """Counts by person id and by side (0 away, 1 home), grown event by event with `add`."""

    def __init__(self, script: Script) -> None:
        self.players: dict[int, Count] = {}
        for team in script.box.fixture.teams:
            for line in script.box.lines[team.abbr]:
                self.players[line.player.person_id] = Count()
        self.sides = (Side(), Side())
        self.on_court: tuple[set[int], set[int]] = (set(script.starters[0]), set(script.starters[1]))
        self._since = 0

    def add(self, event: Event) -> None:
        """Counts one event; events come in the script's order."""
        self.pass_time(event.elapsed)
        kind, side = event.kind, event.side
        if kind == "period" and event.sub == "start":
            for team in self.sides:
                team.period_points.append(0)
                team.period_fouls = 0
        if side is None:
            return
        if event.made is not None:
            self._attempt(event, side)
        elif count := self._BY_KIND.get(kind):
            count(self, event, side)

    def pass_time(self, elapsed: int) -> None:
        """Lets the game clock run to `elapsed` for those on court."""
        if passed := elapsed - self._since:
            self._since = elapsed
            for five in self.on_court:
                for person in five:
                    self.players[person].seconds += passed

    def _attempt(self, event: Event, side: int) -> None:
        count = self.players[event.player or 0]
        made, points, marks = bool(event.made), event.points, event.qualifiers
        if event.kind == "freethrow":
            count.fta += 1
            count.ftm += made
        else:
            three, inside = event.kind == "3pt", event.zone in ("rim", "paint")
            count.fga += 1
            count.fgm += made
            count.fg3a += three
            count.fg3m += three and made
            count.paint_attempts += inside
            count.paint_made += inside and made
            if event.other is not None:
                if made:
                    self.players[event.other].ast += 1
                else:
                    count.blocked += 1
            if "2ndchance" in marks:
                count.second_chance_attempts += 1
                count.second_chance_made += made
            if "fastbreak" in marks:
                count.fast_break_attempts += 1
                count.fast_break_made += made
        if not made:
            return
        count.points += points
        count.second_chance_points += points * ("2ndchance" in marks)
        count.fast_break_points += points * ("fastbreak" in marks)
        count.turnover_points += points * ("fromturnover" in marks)
        self.sides[side].period_points[-1] += points
        for person in self.on_court[side]:
            self.players[person].plus += points
        for person in self.on_court[1 - side]:
            self.players[person].minus += points

    def _rebound(self, event: Event, side: int) -> None:
        own = event.sub == "offensive"
        if event.player is not None:
            self.players[event.player].oreb += own
            self.players[event.player].dreb += not own
        else:
            self.sides[side].team_oreb += own
            self.sides[side].team_dreb += not own

    def _turnover(self, event: Event, side: int) -> None:
        if event.player is not None:
            self.players[event.player].tov += 1
        else:
            self.sides[side].team_turnovers += 1

    def _foul(self, event: Event, side: int) -> None:
        count = self.players[event.player or 0]
        if event.sub == "technical":
            count.technical_fouls += 1
            return
        count.pf += 1
        count.offensive_fouls += event.sub == "offensive"
        self.sides[side].period_fouls += event.sub == "personal"
        if event.other is not None:
            self.players[event.other].fouls_drawn += 1

    def _steal(self, event: Event, side: int) -> None:
        self.players[event.player or 0].stl += 1

    def _block(self, event: Event, side: int) -> None:
        self.players[event.player or 0].blk += 1

    def _substitution(self, event: Event, side: int) -> None:
        five = self.on_court[side]
        (five.add if event.sub == "in" else five.discard)(event.player or 0)

    def _timeout(self, event: Event, side: int) -> None:
        self.sides[side].timeouts -= 1

    def _heave(self, event: Event, side: int) -> None:
        self.sides[side].heaves += 1

    _BY_KIND: ClassVar[dict[str, Callable[["Tally", Event, int], None]]] = {
        "rebound": _rebound,
        "turnover": _turnover,
        "foul": _foul,
        "steal": _steal,
        "block": _block,
        "substitution": _substitution,
        "timeout": _timeout,
        "heave": _heave,
    }


def tally(script: Script, events: Sequence[Event], elapsed: int | None = None) -> Tally:
    """The counts of the first events, the clock standing at `elapsed` (default: at the last of them)."""
    result = Tally(script)
    for event in events:
        result.add(event)
    if elapsed is not None:
        result.pass_time(elapsed)
    return result


def total(counts: Sequence[Count]) -> Count:
    """The sum of several counts."""
    return Count(*(sum(getattr(count, name) for count in counts) for name in Count.__slots__))
