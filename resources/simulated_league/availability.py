"""Who is hurt, resting or in the G League, who knows it when, and what the injury report says in between.

Injuries last for spells; everything else is decided game by game. An absence is known when the team submits its report
(the day before), or later: game-time decisions of listed players, and surprises nobody had listed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from nba_assets.calendar import SEASON_OPENERS
from nba_assets.reference.teams import Team
from resources.simulated_league import constants as c
from resources.simulated_league.keyed import generator, uniforms
from resources.simulated_league.model import Absence, Fixture, Player, Report, ReportStatus
from resources.simulated_league.world import SeasonWorld, World

_INJURIES = tuple(
    f"{side} {part}; {what}"
    for part, what in (
        ("Ankle", "Sprain"),
        ("Knee", "Soreness"),
        ("Hamstring", "Strain"),
        ("Calf", "Strain"),
        ("Shoulder", "Contusion"),
        ("Foot", "Sprain"),
        ("Hip", "Soreness"),
        ("Wrist", "Sprain"),
    )
    for side in ("Left", "Right")
)
_LONG_INJURIES = ("Left Knee; ACL Surgery", "Right Foot; Stress Fracture", "Left Hand; Fracture", "Lower Back; Surgery")
_LAST_REPORT = timedelta(minutes=30)

BOX_REASON = {
    "Injury/Illness": "INACTIVE_INJURY",
    "G League": "INACTIVE_GLEAGUE_TWOWAY",
    "League Suspension": "DND_LEAGUE_SUSPENSION",
    "Personal Reasons": "INACTIVE_PERSONAL",
    "Rest": "INACTIVE_REST",
    "Not With Team": "INACTIVE_NOT_WITH_TEAM",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """An injury: the player misses all games from `first` to `last`."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """All there is to know of a player before a game, at any instant."""

    player: Player
    absence: Absence | None
    listed: ReportStatus | None = None
    """Game-time decision: his status from submission until `decided_at`."""
    reason: str = ""
    decided_at: datetime | None = None
    doubt: float = 1.0
    """Probability of playing as seen before the team has submitted anything."""


class Availability:
    """Absences and reports of the league with one seed."""

    def __init__(self, seed: int, world: World, days_before: Callable[[Fixture, Team], int | None]) -> None:
        self.seed = seed
        self.world = world
        self._days_before = days_before
        self.states = lru_cache(maxsize=8192)(self._states)
        self._spells = lru_cache(maxsize=None)(self._season_spells)

    def submitted_at(self, fixture: Fixture, team: Team) -> datetime:
        """When the report for the game comes in: by 17:00 the day before, by 13:00 after a game the day before."""
        early = uniforms(1, self.seed, "submission", fixture.nba_game_id, team.abbr)[0]
        zone = ZoneInfo(team.time_zone)
        if self._second_night(fixture, team):
            due = datetime.combine(fixture.day, time(13), tzinfo=zone) - timedelta(hours=2 * early)
        else:
            due = datetime.combine(fixture.day - timedelta(days=1), time(17), tzinfo=zone) - timedelta(hours=3 * early)
        return min(due.astimezone(UTC), fixture.tip - timedelta(hours=3))

    def _second_night(self, fixture: Fixture, team: Team) -> bool:
        return self._days_before(fixture, team) == 1

    def absences(self, fixture: Fixture, team: Team) -> tuple[Absence, ...]:
        return tuple(state.absence for state in self.states(fixture, team) if state.absence)

    def injury_report(self, fixture: Fixture, team: Team, at: datetime) -> Sequence[Report] | None:
        if at < self.submitted_at(fixture, team):
            return None
        reports = []
        for state in self.states(fixture, team):
            if state.absence and state.absence.known_from <= at:
                reports.append(Report(state.player, "Out", state.absence.reason))
            elif state.listed:
                decided = state.decided_at is not None and state.decided_at <= at
                reports.append(Report(state.player, "Available" if decided else state.listed, state.reason))
        return tuple(reports)

    def play_probability(self, fixture: Fixture, team: Team, at: datetime) -> dict[int, float]:
        """By person: is he able to play, as far as anybody can know at an instant?"""
        submitted = at >= self.submitted_at(fixture, team)
        residual = 1 - c.SURPRISE * _unannounced(fixture.tip, at)
        chances = {}
        for state in self.states(fixture, team):
            if state.absence and state.absence.known_from <= at:
                chance = 0.0
            elif not submitted:
                chance = state.doubt
            elif state.listed and state.decided_at and state.decided_at > at:
                chance = c.PLAY_RATE[state.listed]
            elif state.listed:
                chance = 1.0
            else:
                chance = residual
            chances[state.player.person_id] = chance
        return chances

    def _states(self, fixture: Fixture, team: Team) -> tuple[State, ...]:
        season = self.world.season(fixture.season)
        submitted = self.submitted_at(fixture, team)
        roster = season.roster(team.abbr, fixture.day)
        dice = generator(self.seed, "availability", fixture.nba_game_id, team.abbr).random((len(roster), 5)).tolist()
        return _manned(
            [
                self._state(season, fixture, team, person, depth, submitted, dice[depth])
                for depth, person in enumerate(roster)
            ]
        )

    def _state(
        self,
        season: SeasonWorld,
        fixture: Fixture,
        team: Team,
        person: int,
        depth: int,
        submitted: datetime,
        dice: list[float],
    ) -> State:
        row = season.index[person]
        player = season.players[row]
        spell = self._spell(season, person, fixture.day)
        if spell:
            told = datetime.combine(spell.first + timedelta(days=1), time(22), tzinfo=UTC)
            known = min(submitted, told) if (spell.last - spell.first).days > c.LONG_SPELL else submitted
            return State(player, _absence(player, f"Injury/Illness - {spell.reason}", known), doubt=0.3)
        planned = self._planned(season, fixture, team, person, depth, dice)
        if planned:
            return State(player, _absence(player, planned, submitted), doubt=0.4)
        ailing = self._ailing(dice)
        if ailing:
            decided = _decision(fixture.tip, dice[3], dice[4])
            decided = max(decided, submitted + timedelta(minutes=31))
            reason = f"Injury/Illness - {_INJURIES[int(dice[2] * 1e6) % len(_INJURIES)]}"
            out = dice[2] >= c.PLAY_RATE[ailing]
            absence = _absence(player, reason, decided) if out else None
            return State(player, absence, ailing, reason, decided, c.PRIOR_PLAY)
        if dice[1] < c.SURPRISE:
            reason = ("Injury/Illness - Illness; Illness", "Rest", "Personal Reasons")[min(2, int(dice[4] * 4) // 2)]
            return State(player, _absence(player, reason, _surprise(fixture.tip, dice[3])), doubt=c.PRIOR_PLAY)
        return State(player, None, doubt=c.PRIOR_PLAY)

    def _planned(
        self, season: SeasonWorld, fixture: Fixture, team: Team, person: int, depth: int, dice: list[float]
    ) -> str | None:
        """Reasons known with the team's report: G League, rest, suspension, personal, not yet arrived."""
        week = fixture.day.toordinal() // 9
        if depth >= c.TWO_WAY_DEPTH:
            if uniforms(1, self.seed, "two-way", person, week)[0] < c.TWO_WAY_AWAY:
                return "G League - Two-Way"
        elif depth >= c.ASSIGNMENT_DEPTH and uniforms(1, self.seed, "assigned", person, week)[0] < c.ASSIGNED:
            return "G League - On Assignment"
        arrived = [move.day for move in season.arrivals.get(person, ()) if move.to_team == team.abbr]
        if arrived and 0 <= (fixture.day - max(arrived)).days < 2:
            return "Not With Team"
        tired = c.REST if depth < c.RESTED_DEPTH and self._second_night(fixture, team) else 0.0
        if tired and season.ages[season.index[person]] >= c.VETERAN_AGE:
            tired *= 2
        for reason, chance in (
            ("Rest", tired),
            ("League Suspension", c.SUSPENDED),
            ("Personal Reasons", c.PERSONAL),
        ):
            if dice[0] < chance:
                return reason
            dice[0] -= chance
        return None

    @staticmethod
    def _ailing(dice: list[float]) -> ReportStatus | None:
        rest = dice[0]
        for status, chance in c.LISTED.items():
            if rest < chance:
                return status
            rest -= chance
        return None

    def _spell(self, season: SeasonWorld, person: int, day: date) -> Spell | None:
        return next((spell for spell in self._spells(season.season, person) if spell.first <= day <= spell.last), None)

    def _season_spells(self, season: int, person: int) -> tuple[Spell, ...]:
        """A renewal process: healthy for a while, hurt for a while, from a month before the opener on."""
        stream = generator(self.seed, "injuries", season, person)
        day = SEASON_OPENERS[season] - timedelta(days=30)
        end = day + timedelta(days=220)
        fragile = stream.lognormal(0, c.FRAGILITY_SD)
        spells = []
        while True:
            day += timedelta(days=1 + int(stream.exponential(c.HEALTHY_DAYS / fragile)))
            if day > end:
                return tuple(spells)
            kind = int(stream.choice(len(c.SPELLS), p=[share for share, _, _ in c.SPELLS]))
            _, low, high = c.SPELLS[kind]
            length = int(stream.integers(low, high + 1))
            reasons = _LONG_INJURIES if kind == len(c.SPELLS) - 1 else _INJURIES
            reason = reasons[int(stream.integers(len(reasons)))]
            spells.append(Spell(day, day + timedelta(days=length - 1), reason))
            day += timedelta(days=length)


def _manned(states: list[State]) -> tuple[State, ...]:
    """A team that could not dress enough men recalls some: those in the G League first, then the least of the hurt."""
    reasons = {n: state.absence.reason for n, state in enumerate(states) if state.absence}
    recalled = sorted(reasons, key=lambda n: (not reasons[n].startswith("G League"), -n))
    for n in recalled[: max(0, c.DRESSED - (len(states) - len(reasons)))]:
        states[n] = State(states[n].player, None, doubt=c.PRIOR_PLAY)
    return tuple(states)


def _absence(player: Player, reason: str, known: datetime) -> Absence:
    return Absence(player, reason, known, BOX_REASON[reason.partition(" - ")[0]])


def _decision(tip: datetime, kind: float, when: float) -> datetime:
    """When a game-time decision falls: at noon, before the last report, or in the warm-up."""
    if kind < c.DECIDED_EARLY:
        return tip - timedelta(minutes=300 + int(180 * when))
    if kind < c.DECIDED_EARLY + c.DECIDED_LATE:
        return tip - timedelta(minutes=5 + int(24 * when))
    return tip - timedelta(minutes=35 + int(150 * when))


def _surprise(tip: datetime, when: float) -> datetime:
    """When an unlisted absence becomes known: uniform over the hours before the tip-off, to five minutes before it."""
    return tip - timedelta(minutes=5 + (c.SURPRISE_MINUTES - 5) * when)


def _unannounced(tip: datetime, at: datetime) -> float:
    """Share of the surprises still to come at an instant."""
    minutes = (tip - at).total_seconds() / 60
    return min(1.0, max(0.0, (minutes - 5) / (c.SURPRISE_MINUTES - 5)))
