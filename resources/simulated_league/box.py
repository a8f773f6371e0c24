"""What happens in a game, from the top down: who plays how long, then shots, then everything else.

The first 36 minutes, a fourth quarter that knows the score, and as many overtimes as it takes. All of it is drawn for
any number of games at once; a league game is one draw, with the game's own stream.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from resources.simulated_league import constants as c
from resources.simulated_league.court import Counts, Night, create_night, play
from resources.simulated_league.match import Match
from resources.simulated_league.minutes import first_three_quarters, fourth_quarter, in_rotation, overtime
from resources.simulated_league.model import ZONE_POINTS, Absence, BoxLine, Fixture, GameBox, Player, Stats

_STARTERS = 5


@dataclass(frozen=True)
class Draws:
    """Games of one match. `regulation` has all draws; each overtime its counts and the draws that came to it."""

    regulation: Counts
    overtimes: list[tuple[np.ndarray, Counts]]

    @property
    def points(self) -> np.ndarray:
        """[draw, team, player], overtimes included."""
        points = self.regulation.points.copy()
        for draws, counts in self.overtimes:
            points[draws] += counts.points
        return points

    @property
    def played(self) -> np.ndarray:
        """[draw, team, player]: who was on the floor at all."""
        played = self.regulation.seconds > 0
        for draws, counts in self.overtimes:
            played[draws] |= counts.seconds > 0
        return played


def draw_games(match: Match, able: np.ndarray, stream: np.random.Generator) -> Draws:
    """One game per row of `able` [draw, team, player]: who can play in it."""
    night = create_night(match, len(able), stream)
    rotation = in_rotation(match.role, able, stream)
    seconds, tonight = first_three_quarters(match.role, rotation, stream)
    early = play(match, night, seconds, np.zeros_like(seconds), stream)
    score = early.points.sum(axis=-1)
    margin = score[:, 0] - score[:, 1]
    done = early.pf >= c.FOUL_LIMIT
    hurt = rotation & (tonight <= -9)
    tonight = np.where(done, -9.0, tonight)
    late_seconds = _with_cameo(fourth_quarter(tonight, able, hurt | done, margin, stream), seconds, able, stream)
    behind = c.COMEBACK * np.stack([-margin, margin], axis=1)
    late = play(match, night, late_seconds, early.pf, stream, np.clip(behind, -c.COMEBACK_LIMIT, c.COMEBACK_LIMIT))
    regulation = early + late
    _tie_late(regulation, stream)
    return Draws(regulation, _overtimes(match, night, regulation, tonight, stream))


def _with_cameo(late: np.ndarray, early: np.ndarray, able: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Now and then somebody who has not played comes in for the last seconds, for the one who has played most."""
    idle = able & (early + late == 0)
    for draw, side in np.argwhere((stream.random(late.shape[:2]) < c.CAMEO) & idle.any(axis=-1)):
        seconds = int(stream.integers(3, 30))
        late[draw, side, late[draw, side].argmax()] -= seconds
        late[draw, side, idle[draw, side].argmax()] += seconds
    return late


def _tie_late(counts: Counts, stream: np.random.Generator) -> None:
    """Close games are tied at the end more often than chance would have it: a last shot turns into a make."""
    score = counts.points.sum(axis=-1)
    margin = score[:, 0] - score[:, 1]
    close = (np.abs(margin) <= 3) & (margin != 0) & (stream.random(len(margin)) < c.LATE_TIE)
    for draw in np.flatnonzero(close):
        side, points = (0 if margin[draw] < 0 else 1), abs(int(margin[draw]))
        if points == 1:
            missed = counts.fta[draw, side] - counts.ftm[draw, side]
            if missed.any():
                counts.ftm[draw, side, missed.argmax()] += 1
            continue
        missed = (counts.fga - counts.fgm)[draw, side] * (np.array(ZONE_POINTS) == points)
        rebounds = counts.oreb[draw, side].sum() + counts.dreb[draw, 1 - side].sum()
        blocks = counts.blk[draw, 1 - side].sum()
        twos = (counts.fga - counts.fgm)[draw, side, :, :3].sum()
        if missed.any() and rebounds < (counts.fga - counts.fgm)[draw, side].sum() and blocks < twos:
            player, zone = np.unravel_index(missed.argmax(), missed.shape)
            counts.fgm[draw, side, player, zone] += 1


def _overtimes(
    match: Match, night: Night, regulation: Counts, tonight: np.ndarray, stream: np.random.Generator
) -> list[tuple[np.ndarray, Counts]]:
    overtimes = []
    fouls = regulation.pf.copy()
    score = regulation.points.sum(axis=-1)
    draws = np.flatnonzero(score[:, 0] == score[:, 1])
    while len(draws):
        seconds = overtime(tonight[draws], fouls[draws] >= c.FOUL_LIMIT)
        counts = play(match, night.take(draws), seconds, fouls[draws], stream)
        overtimes.append((draws, counts))
        fouls[draws] += counts.pf
        score = counts.points.sum(axis=-1)
        draws = draws[score[:, 0] == score[:, 1]]
    return overtimes


def create_box(
    fixture: Fixture,
    players: tuple[tuple[Player, ...], tuple[Player, ...]],
    absences: tuple[dict[int, Absence], dict[int, Absence]],
    match: Match,
    stream: np.random.Generator,
    winner: str | None,
) -> GameBox:
    """The game as it is played. With a `winner` it is played again until he wins."""
    size = match.people.shape[1]
    able = np.zeros((1, 2, size), dtype=bool)
    for side in range(2):
        able[0, side, : len(players[side])] = [p.person_id not in absences[side] for p in players[side]]
    while True:
        draws = draw_games(match, able, stream)
        away, home = draws.points[0].sum(axis=-1)
        if winner is None or winner == (fixture.home.abbr if home > away else fixture.away.abbr):
            break
    parts = [draws.regulation, *(counts for _, counts in draws.overtimes)]
    lines: dict[str, list[BoxLine]] = {}
    team_turnovers: dict[str, list[int]] = {}
    for side, team in enumerate(fixture.teams):
        role = np.where(able[0, side] & (draws.regulation.seconds[0, side] > 0), match.role[side], -99.0)
        starters = set((-role).argsort()[:_STARTERS].tolist())
        stats = [_stats(part, side) for part in parts]
        lines[team.abbr] = [
            BoxLine(
                player=player,
                starter=n in starters,
                parts=[part[n] for part in stats] if any(part[n].seconds for part in stats) else [],
                absence=absences[side].get(player.person_id),
            )
            for n, player in enumerate(players[side])
        ]
        team_turnovers[team.abbr] = [int(part.team_turnovers[0, side]) for part in parts]
    minutes = 8 + 4 * stream.random() + 130 + 20 * stream.random() + 15 * (len(parts) - 1)
    return GameBox(fixture, lines, team_turnovers, fixture.tip + timedelta(minutes=round(minutes)))


def _stats(part: Counts, side: int) -> list[Stats]:
    columns = [getattr(part, name)[0, side].tolist() for name in part.names if name != "team_turnovers"]
    return [Stats(*values) for values in zip(*columns, strict=True)]
