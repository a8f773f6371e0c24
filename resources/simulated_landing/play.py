"""One simulated game, possession by possession.

The play-by-play is what happens; box scores and shot charts are counted from the same events, so they agree by
construction.
"""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from nba_assets.reference.teams import Team
from resources.simulated_landing.league import Game, League, Player

ROTATION_MINUTES = (35, 34, 33, 31, 29, 22, 19, 15, 12, 10)
SHOT_MIX = {"rim": 0.31, "paint": 0.18, "mid": 0.12, "above": 0.30, "corner": 0.09}
ACCURACY = {"rim": 0.665, "paint": 0.445, "mid": 0.42, "above": 0.355, "corner": 0.385}
LEAGUE_POINTS = 112.0


@dataclass(frozen=True)
class Shot:
    """Where a field goal was tried from: tenths of a foot from the hoop, and the zone words of both feeds."""

    x: int
    y: int
    area: str
    area_detail: str
    zone_area: str
    zone_range: str

    @property
    def feet(self) -> float:
        return math.hypot(self.x, self.y) / 10


@dataclass
class Result:
    """What one game left behind: actions in feed order, a count per player and team, and who was where."""

    game: Game
    squads: dict[str, tuple[Player, ...]]
    out: dict[int, str]
    starters: dict[str, list[Player]] = field(default_factory=dict)
    actions: list[dict[str, Any]] = field(default_factory=list)
    shots: list[tuple[dict[str, Any], Shot, Player, Team]] = field(default_factory=list)
    box: dict[int, Counter[str]] = field(default_factory=dict)
    team_box: dict[str, Counter[str]] = field(default_factory=dict)
    period_points: dict[str, list[int]] = field(default_factory=dict)
    margins: list[tuple[float, int, int]] = field(default_factory=lambda: [(0.0, 0, 0)])
    on_court: set[int] = field(default_factory=set)
    periods: int = 0

    def played(self, player: Player) -> bool:
        return self.box[player.person_id]["seconds"] > 0

    def points(self, abbr: str) -> int:
        return sum(self.period_points[abbr])

    def total(self, abbr: str, statistic: str) -> int:
        return sum(self.box[p.person_id][statistic] for p in self.squads[abbr])


def expected_points(squad: tuple[Player, ...], out: dict[int, str]) -> dict[int, float]:
    """What the rotation is expected to score, from usage and minutes alone: the books' view before the game."""
    rotation = [p for p in squad if p.person_id not in out][: len(ROTATION_MINUTES)]
    weights = {p.person_id: p.usage * m for p, m in zip(rotation, ROTATION_MINUTES, strict=False)}
    return {person: LEAGUE_POINTS * weight / sum(weights.values()) for person, weight in weights.items()}


def injuries(league: League, game: Game, seed: int) -> dict[int, str]:
    """Who cannot play tonight, and why."""
    rng = random.Random(f"{seed}/{game.nba_game_id}/injuries")
    reasons = ("Left Ankle; Sprain", "Right Knee; Soreness", "Illness; Illness")
    squads = [p for team in (game.home, game.away) for p in league.roster(team.abbr, game.day)]
    return {p.person_id: rng.choice(reasons) for p in squads if rng.random() < 0.06 and p.rank not in (1, 2)}


def play(league: League, game: Game, seed: int) -> Result:
    """Plays the game, again and again until it ends with exactly the overtime the schedule asks for."""
    out = injuries(league, game, seed)
    for attempt in count():
        result = _Court(league, game, out, random.Random(f"{seed}/{game.nba_game_id}/{attempt}")).play()
        if result.periods == (5 if game.overtime else 4):
            return result
    raise AssertionError("unreachable")


class _Court:
    def __init__(self, league: League, game: Game, out: dict[int, str], rng: random.Random) -> None:
        self.game, self.rng = game, rng
        self.teams = {team.abbr: team for team in (game.home, game.away)}
        squads = {abbr: league.roster(abbr, game.day) for abbr in self.teams}
        self.result = Result(game, squads, out)
        self.result.box = {p.person_id: Counter() for squad in squads.values() for p in squad}
        self.result.team_box = {abbr: Counter() for abbr in self.teams}
        self.result.period_points = {abbr: [] for abbr in self.teams}
        self.score = dict.fromkeys(self.teams, 0)
        self.five: dict[str, list[Player]] = {}
        self.targets = {}
        for squad in squads.values():
            rotation = [p for p in squad if p.person_id not in out][: len(ROTATION_MINUTES)]
            for player, minutes in zip(rotation, ROTATION_MINUTES, strict=False):
                self.targets[player.person_id] = minutes * 60 * rng.lognormvariate(0, 0.08)
        self.period, self.clock, self.elapsed, self.number = 1, 720, 0, 0

    def play(self) -> Result:
        self.offense = self.rng.choice(list(self.teams))
        while self.period <= 4 or len(set(self.score.values())) == 1:
            self._play_period(720 if self.period <= 4 else 300)
            self.period += 1
        self.period = self.result.periods = self.period - 1
        self._action("game", "end", description="Game End")
        self.result.on_court = {p.person_id for five in self.five.values() for p in five}
        return self.result

    def _play_period(self, length: int) -> None:
        self.clock = length
        for points in self.result.period_points.values():
            points.append(0)
        rotations = [length * 2 // 3 + self.rng.randint(-30, 30), length // 3 + self.rng.randint(-30, 30), 24]
        self._substitute(rotations[0])
        self._action("period", "start", description="Period Start")
        while self.clock > 0:
            if rotations and self.clock <= rotations[0]:
                rotations.pop(0)
                if rotations:
                    self._substitute(rotations[0])
                elif self.period == 4 and abs(self.score[self.game.home.abbr] - self.score[self.game.away.abbr]) >= 15:
                    self._empty_the_bench()
            self._advance(min(self.clock, round(self.rng.triangular(5, 24, 13))))
            self._possession()
            self.offense = self._other(self.offense)
        self._action("period", "end", description="Period End")

    def _advance(self, seconds: int) -> None:
        self.clock -= seconds
        self.elapsed += seconds
        for five in self.five.values():
            for player in five:
                self.result.box[player.person_id]["seconds"] += seconds

    def _substitute(self, until: int) -> None:
        """The five furthest behind their minutes come on until the next rotation."""
        ahead = (self.elapsed + self.clock - until) / 2880
        for abbr, squad in self.result.squads.items():
            able = [p for p in squad if p.person_id in self.targets and self.result.box[p.person_id]["PF"] < 6]
            behind = {p: self.targets[p.person_id] * ahead - self.result.box[p.person_id]["seconds"] for p in able}
            if abbr in self.five:
                self._change(abbr, sorted(able, key=lambda p: (-behind[p], p.rank))[:5])
            else:
                self.five[abbr] = self.result.starters[abbr] = able[:5]

    def _empty_the_bench(self) -> None:
        """The game is decided: a man outside the rotation plays its last seconds, less than half a minute."""
        for abbr, squad in self.result.squads.items():
            idle = [p for p in squad if p.person_id not in self.targets and p.person_id not in self.result.out]
            self._change(abbr, [*self.five[abbr][1:], *idle[:1]] if idle else self.five[abbr])

    def _change(self, abbr: str, five: list[Player]) -> None:
        old, self.five[abbr] = self.five[abbr], five
        for direction, players in (("out", set(old) - set(five)), ("in", set(five) - set(old))):
            for p in sorted(players, key=lambda p: p.person_id):
                text = f"SUB {direction}: {p.initial_name}"
                self._action("substitution", direction, p, abbr, description=text)

    def _possession(self) -> None:
        second_chance = False
        while self._attempt(self.offense, self._other(self.offense), ["2ndchance"] if second_chance else []):
            if self.clock == 0:
                return
            second_chance = True
            self._advance(min(self.clock, self.rng.randint(2, 6)))

    def _attempt(self, off: str, other: str, qualifiers: list[str]) -> bool:
        """A turnover, free throws or a shot; true when the offence keeps the ball."""
        dice = self.rng.random()
        if dice < 0.004:
            self._free_throws(off, 1, technical=True)
        if dice > 0.995:
            self.result.team_box[off]["team_turnovers"] += 1
            self._action("turnover", "shot clock", None, off, ["team"], description="TEAM shot clock TURNOVER")
            return False
        if dice > 0.87:
            self._turnover(off, other)
            return False
        if dice > 0.80:
            shooter = self._pick(off, "usage")
            self._foul(other, shooter, "shooting", 2)
            return not self._free_throws(off, 2, shooter) and self._rebound(off)
        return self._shot(off, other, qualifiers)

    def _shot(self, off: str, other: str, qualifiers: list[str]) -> bool:
        shooter = self._pick(off, "usage")
        kind = self.rng.choices(list(SHOT_MIX), list(SHOT_MIX.values()))[0]
        three, inside = kind in ("above", "corner"), kind in ("rim", "paint")
        value = 3 if three else 2
        shot = _location(kind, self.rng)
        home_edge = 0.008 if off == self.game.home.abbr else 0.0
        made = self.rng.random() < ACCURACY[kind] + shooter.shooting + home_edge
        blocker = self._pick(other) if not made and inside and self.rng.random() < 0.14 else None
        assist = self._pick(off, without=shooter) if made and self.rng.random() < (0.85 if three else 0.52) else None
        tally = self.result.box[shooter.person_id]
        tally.update({"FGA": 1, "FG3A": int(three), "paint_attempts": int(inside)})
        if made:
            tally.update({"FGM": 1, "FG3M": int(three), "paint": value * inside, "second": value * len(qualifiers)})
            self._points(off, shooter, value)
        extra: dict[str, Any] = {"shotResult": "Made" if made else "Missed"}
        word = "3PT" if three else {"rim": "Layup", "paint": "Shot", "mid": "Jump Shot"}[kind]
        text = f"{shooter.initial_name} {round(shot.feet)}' {word}"
        if made:
            extra["pointsTotal"] = tally["PTS"]
            text = f"{text} ({tally['PTS']} PTS)"
        else:
            text = f"MISS {text}"
        if assist:
            self.result.box[assist.person_id]["AST"] += 1
            total = self.result.box[assist.person_id]["AST"]
            extra |= {"assistPlayerNameInitial": assist.initial_name, "assistPersonId": assist.person_id}
            extra["assistTotal"] = total
            text = f"{text} ({assist.initial_name} {total} AST)"
        if blocker:
            extra |= {"blockPlayerName": blocker.family_name, "blockPersonId": blocker.person_id}
        marks = (["pointsinthepaint"] if inside else []) + qualifiers
        sub = {"rim": "Layup"}.get(kind, "Jump Shot")
        action = self._action(
            "3pt" if three else "2pt", sub, shooter, off, marks, shot=shot, description=text, isFieldGoal=1, **extra
        )
        self.result.shots.append((action, shot, shooter, self.teams[off]))
        if blocker:
            self.result.box[blocker.person_id]["BLK"] += 1
            tally["blocks_received"] += 1
            total = self.result.box[blocker.person_id]["BLK"]
            self._action("block", "", blocker, other, description=f"{blocker.initial_name} BLOCK ({total} BLK)")
        if made and inside and self.rng.random() < 0.05:  # and one
            self._foul(other, shooter, "shooting", 1)
            return not self._free_throws(off, 1, shooter) and self._rebound(off)
        return not made and self._rebound(off, action["actionNumber"])

    def _rebound(self, off: str, missed: int | None = None) -> bool:
        """Somebody gets the ball; true when the offence keeps it. `missed` is the shot's action, else the latest."""
        shot_number = self.result.actions[-1]["actionNumber"] if missed is None else missed
        kept = self.rng.random() < 0.26
        abbr = off if kept else self._other(off)
        word = "offensive" if kept else "defensive"
        if self.rng.random() < 0.07:
            self.result.team_box[abbr]["team_offensive" if kept else "team_defensive"] += 1
            text = f"TEAM {word} REBOUND"
            self._action("rebound", word, None, abbr, ["team"], description=text, shotActionNumber=shot_number)
            return kept
        player = self._pick(abbr)
        tally = self.result.box[player.person_id]
        tally.update({"OREB": int(kept), "DREB": int(not kept)})
        totals: dict[str, Any] = {
            "reboundTotal": tally["OREB"] + tally["DREB"],
            "reboundDefensiveTotal": tally["DREB"],
            "reboundOffensiveTotal": tally["OREB"],
        }
        text = f"{player.initial_name} REBOUND (Off:{tally['OREB']} Def:{tally['DREB']})"
        self._action("rebound", word, player, abbr, description=text, shotActionNumber=shot_number, **totals)
        return kept

    def _turnover(self, off: str, other: str) -> None:
        player = self._pick(off, "usage")
        thief = self._pick(other) if self.rng.random() < 0.55 else None
        self.result.box[player.person_id]["TOV"] += 1
        total = self.result.box[player.person_id]["TOV"]
        extra: dict[str, Any] = {"turnoverTotal": total}
        if thief:
            extra |= {"stealPlayerName": thief.family_name, "stealPersonId": thief.person_id}
        text = f"{player.initial_name} bad pass TURNOVER ({total} TO)"
        self._action("turnover", "bad pass", player, off, description=text, **extra)
        if thief:
            self.result.box[thief.person_id]["STL"] += 1
            total = self.result.box[thief.person_id]["STL"]
            self._action("steal", "", thief, other, description=f"{thief.initial_name} STEAL ({total} STL)")

    def _foul(self, abbr: str, drawn: Player, descriptor: str, shots: int) -> None:
        able = [p for p in self.five[abbr] if self.result.box[p.person_id]["PF"] < 6]
        player = self.rng.choice(able or self.five[abbr])
        self.result.box[player.person_id]["PF"] += 1
        self.result.box[drawn.person_id]["fouls_drawn"] += 1
        total = self.result.box[player.person_id]["PF"]
        self._action(
            "foul",
            "personal",
            player,
            abbr,
            [f"{shots}freethrow"],
            descriptor=descriptor,
            officialId=99_900_001,
            foulPersonalTotal=total,
            foulTechnicalTotal=0,
            foulDrawnPlayerName=drawn.family_name,
            foulDrawnPersonId=drawn.person_id,
            description=f"{player.initial_name} {descriptor} personal FOUL ({total} PF)",
        )

    def _free_throws(self, off: str, shots: int, shooter: Player | None = None, *, technical: bool = False) -> bool:
        """True when the last one went in (a technical never leaves a rebound)."""
        scorer = shooter or self._pick(off, "usage")
        made = True
        for n in range(1, shots + 1):
            made = self.rng.random() < 0.78 + scorer.shooting
            tally = self.result.box[scorer.person_id]
            tally.update({"FTA": 1, "FTM": int(made)})
            if made:
                self._points(off, scorer, 1)
            extra: dict[str, Any] = {"descriptor": "technical"} if technical else {}
            if made:
                extra["pointsTotal"] = tally["PTS"]
            text = f"{'' if made else 'MISS '}{scorer.initial_name} Free Throw {n} of {shots}"
            result = "Made" if made else "Missed"
            self._action("freethrow", f"{n} of {shots}", scorer, off, description=text, shotResult=result, **extra)
        return made

    def _points(self, abbr: str, scorer: Player, points: int) -> None:
        self.score[abbr] += points
        self.result.period_points[abbr][-1] += points
        self.result.box[scorer.person_id]["PTS"] += points
        for side, five in self.five.items():
            for player in five:
                self.result.box[player.person_id]["plus" if side == abbr else "minus"] += points
        self.result.margins.append((self.elapsed, self.score[self.game.home.abbr], self.score[self.game.away.abbr]))

    def _pick(self, abbr: str, weight: str | None = None, without: Player | None = None) -> Player:
        five = [p for p in self.five[abbr] if p is not without]
        return self.rng.choices(five, [getattr(p, weight) if weight else 1 for p in five])[0]

    def _other(self, abbr: str) -> str:
        return next(code for code in self.teams if code != abbr)

    def _action(
        self,
        kind: str,
        sub: str,
        player: Player | None = None,
        team: str | None = None,
        qualifiers: list[str] | None = None,
        shot: Shot | None = None,
        **extra: Any,
    ) -> dict[str, Any]:
        """Appends one action with the keys every action of the feed has."""
        self.number += 1
        order = len(self.result.actions) + 1
        when: datetime = self.game.tip + timedelta(minutes=10, seconds=self.elapsed * 2.6 + order * 0.1)
        action: dict[str, Any] = {
            # Actions entered late keep their place in the order of play but carry a later number.
            "actionNumber": self.number + (2000 if self.number % 97 == 0 else 0),
            "clock": f"PT{self.clock // 60:02d}M{self.clock % 60:02d}.00S",
            "timeActual": f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 100000}Z",
            "period": self.period,
            "periodType": "REGULAR" if self.period <= 4 else "OVERTIME",
            "actionType": kind,
            "subType": sub,
            "qualifiers": qualifiers or [],
            "personId": player.person_id if player else 0,
            "x": None,
            "y": None,
            "side": None,
            "possession": 0,
            "scoreHome": str(self.score[self.game.home.abbr]),
            "scoreAway": str(self.score[self.game.away.abbr]),
            "edited": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "orderNumber": order * 10000,
            "isTargetScoreLastPeriod": False,
            "xLegacy": None,
            "yLegacy": None,
            "isFieldGoal": 0,
            "personIdsFilter": [player.person_id] if player else [],
        }
        if team:
            action |= {"teamId": self.teams[team].team_id, "teamTricode": team}
            action["possession"] = self.teams[self.offense].team_id
        if player:
            action |= {"playerName": player.family_name, "playerNameI": player.initial_name}
        if shot:
            left = (self.period <= 2) == (team == self.game.home.abbr)
            along, across = (shot.y / 10 + 5.2) / 94 * 100, shot.x / 10 / 50 * 100
            action |= {
                "x": round(along if left else 100 - along, 6),
                "y": round(50 - across if left else 50 + across, 6),
                "side": "left" if left else "right",
                "area": shot.area,
                "areaDetail": shot.area_detail,
                "shotDistance": round(shot.feet, 2),
                "xLegacy": shot.x,
                "yLegacy": shot.y,
            }
        action |= extra
        self.result.actions.append(action)
        return action


def _location(kind: str, rng: random.Random) -> Shot:
    """A point of the court inside the zone, in the zone words of play-by-play and shot chart."""
    side = rng.choice((-1, 1))
    word, letter = ("Left", "L") if side < 0 else ("Right", "R")
    if kind == "rim":
        if rng.random() < 0.03:  # tips: the feed gives no coordinates
            return Shot(0, 0, "Restricted Area", "0-8 Center", "Center(C)", "Less Than 8 ft.")
        radius, angle = rng.uniform(4, 38), rng.uniform(0, math.pi)
        point = round(radius * math.cos(angle)), round(radius * math.sin(angle))
        return Shot(*point, "Restricted Area", "0-8 Center", "Center(C)", "Less Than 8 ft.")
    if kind == "paint":
        near = rng.random() < 0.65
        x, y = rng.randint(-30, 30), rng.randint(45, 72) if near else rng.randint(82, 135)
        area = "In The Paint (Non-RA)"
        if near:
            return Shot(x, y, area, "0-8 Center", "Center(C)", "Less Than 8 ft.")
        return Shot(x, y, area, "8-16 Center", "Center(C)", "8-16 ft.")
    if kind == "mid":
        if rng.random() < 0.6:
            x, y = side * rng.randint(90, 145), rng.randint(-5, 60)
            return Shot(x, y, "Mid-Range", f"8-16 {word}", f"{word} Side({letter})", "8-16 ft.")
        x, y = side * rng.randint(85, 110), rng.randint(145, 190)
        return Shot(x, y, "Mid-Range", f"16-24 {word} Center", f"{word} Side Center({letter}C)", "16-24 ft.")
    if kind == "corner":
        x, y = side * rng.randint(222, 236), rng.randint(-10, 80)
        return Shot(x, y, f"{word} Corner 3", f"24+ {word}", f"{word} Side({letter})", "24+ ft.")
    radius, angle = rng.uniform(241, 275), rng.uniform(math.pi / 6, 5 * math.pi / 6)
    x, y = round(radius * math.cos(angle)), round(radius * math.sin(angle))
    if abs(x) < 80:
        return Shot(x, y, "Above the Break 3", "24+ Center", "Center(C)", "24+ ft.")
    word, letter = ("Left", "L") if x < 0 else ("Right", "R")
    return Shot(x, y, "Above the Break 3", f"24+ {word} Center", f"{word} Side Center({letter}C)", "24+ ft.")
