"""The simulated league: teams of invented players, a schedule, a trade. Nobody here exists."""

import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from nba_assets.calendar import ET, season_year
from nba_assets.reference.teams import TEAMS, Team

ROSTER_SIZE = 13
POSITIONS = ("PG", "SG", "SF", "PF", "C")
TIPS = (time(19), time(19, 30), time(20), time(21), time(22), time(22, 30), time(19, 30), time(20))

# Syllables that no roster has: a name made of them cannot be mistaken for a person.
_HEADS = ("Zor", "Quel", "Vex", "Brim", "Plo", "Dro", "Yub", "Wib", "Fenk", "Mox", "Grul", "Skee", "Blon", "Twi")
_TAILS = ("bax", "dlop", "mek", "zoot", "vlin", "rith", "nub", "gorf", "quon", "wump", "fizz", "drel", "plix", "sny")
_ACCENTS = {"o": "ö", "e": "ë", "i": "ï", "u": "ū", "z": "ž", "n": "ň"}
_SUFFIXES = ("Jr.", "III", "II", "Jr.")


@dataclass(frozen=True)
class Player:
    """An invented player; `rank` 0 is his team's first option, `usage` his share of its shots while he is on court."""

    person_id: int
    first_name: str
    family_name: str
    jersey: str
    position: str
    rank: int
    usage: float
    shooting: float

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.family_name}"

    @property
    def initial_name(self) -> str:
        return f"{self.first_name[0]}. {self.family_name}"

    @property
    def ascii_name(self) -> str:
        """The spelling of feeds that drop diacritics."""
        return unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()


@dataclass(frozen=True)
class Game:
    """One game as finally scheduled; `announced` is its date in the pre-season schedule (one game is moved)."""

    nba_game_id: str
    day: date
    announced: date
    home: Team
    away: Team
    tip: datetime
    overtime: bool = False

    @property
    def code(self) -> str:
        return f"{self.day:%Y%m%d}/{self.away.abbr}{self.home.abbr}"


@dataclass(frozen=True)
class Trade:
    """From `day` on, `person_id` plays for `to_team`."""

    person_id: int
    from_team: str
    to_team: str
    day: date


@dataclass(frozen=True)
class League:
    rosters: dict[str, tuple[Player, ...]]
    games: tuple[Game, ...]
    days: tuple[date, ...]
    trade: Trade | None

    def roster(self, abbr: str, day: date) -> tuple[Player, ...]:
        """The team's players on that date, most important first."""
        players = list(self.rosters[abbr])
        if self.trade and day >= self.trade.day:
            if abbr == self.trade.from_team:
                players = [p for p in players if p.person_id != self.trade.person_id]
            elif abbr == self.trade.to_team:
                players += [p for p in self.rosters[self.trade.from_team] if p.person_id == self.trade.person_id]
        return tuple(sorted(players, key=lambda p: (p.rank, p.person_id)))


def city_and_nickname(team: Team) -> tuple[str, str]:
    """'Portland Trail Blazers' -> ('Portland', 'Trail Blazers')."""
    words = team.name.split()
    cut = -2 if words[-1] == "Blazers" else -1
    return " ".join(words[:cut]), " ".join(words[cut:])


def create_league(seed: int, first: date, days: int) -> League:
    """Rosters, games and the trade of `days` dates from `first`: always the same for the same arguments."""
    if days < 1:
        raise ValueError(f"days must be at least 1, not {days}")
    rng = random.Random(f"{seed}/league")
    rosters = _rosters(rng)
    dates = tuple(first + timedelta(days=n) for n in range(days))
    games = _schedule(rng, dates)
    return League(rosters, games, dates, _trade(rosters, games, dates))


def _rosters(rng: random.Random) -> dict[str, tuple[Player, ...]]:
    names = [(a + b, c + d) for a in _HEADS for b in _TAILS for c in _HEADS for d in _TAILS if a != c and b != d]
    picked = rng.sample(names, len(TEAMS) * ROSTER_SIZE)
    rosters: dict[str, tuple[Player, ...]] = {}
    for t, team in enumerate(TEAMS):
        players = []
        jerseys = rng.sample(range(100), ROSTER_SIZE)
        for rank in range(ROSTER_SIZE):
            n = t * ROSTER_SIZE + rank
            given, family = picked[n]
            if n % 11 == 0:
                given = "".join(_ACCENTS.get(letter, letter) for letter in given)
            if n % 13 == 4:
                family = "".join(_ACCENTS.get(letter, letter) for letter in family)
            if n % 29 == 6:
                family = f"O'{family}"
            if n % 9 == 2:
                family = f"{family} {_SUFFIXES[n % len(_SUFFIXES)]}"
            players.append(
                Player(
                    person_id=99_000_001 + n,
                    first_name=given,
                    family_name=family,
                    jersey=str(jerseys[rank]),
                    position=POSITIONS[rank % 5],
                    rank=rank,
                    usage=round(max(0.08, 0.30 - 0.021 * rank + rng.gauss(0, 0.02)), 4),
                    shooting=round(rng.gauss(0, 0.02), 4),
                )
            )
        rosters[team.abbr] = tuple(players)
    return rosters


def _schedule(rng: random.Random, dates: tuple[date, ...]) -> tuple[Game, ...]:
    """About six games a date, one date without games, one game with overtime, one moved to a later date."""
    season = season_year(dates[0])
    day_off = len(dates) // 2 if len(dates) >= 5 else None
    rest = {team.abbr: 9 for team in TEAMS}
    games: list[Game] = []
    for n, day in enumerate(dates):
        rest = {abbr: days + 1 for abbr, days in rest.items()}
        if n == day_off:
            continue
        count = rng.choice((5, 6, 6, 6, 7))
        ready = sorted(TEAMS, key=lambda team: (-min(rest[team.abbr], 3), rng.random()))[: 2 * count]
        rng.shuffle(ready)
        tips = sorted(rng.choices(TIPS, k=count))
        for home, away, tip in zip(ready[::2], ready[1::2], tips, strict=True):
            instant = datetime.combine(day, tip, tzinfo=ET).astimezone(UTC)
            number = f"002{season % 100:02d}9{len(games) + 1:04d}"
            games.append(Game(number, day, day, home, away, instant, overtime=not games))
            rest[home.abbr] = rest[away.abbr] = 0
    _move_one(games, dates)
    return tuple(games)


def _move_one(games: list[Game], dates: tuple[date, ...]) -> None:
    """The pre-season schedule had one of the last games on an earlier date, on which both teams were free."""
    for n, game in reversed(list(enumerate(games))):
        pair = {game.home.abbr, game.away.abbr}
        for day in dates[:-1]:
            playing = {abbr for g in games if g.day == day for abbr in (g.home.abbr, g.away.abbr)}
            if day < game.day and playing and not playing & pair:
                games[n] = replace(game, announced=day)
                return


def _trade(rosters: dict[str, tuple[Player, ...]], games: tuple[Game, ...], dates: tuple[date, ...]) -> Trade | None:
    """A rotation player of a team that played in the first half goes to a team that plays in the second."""
    middle = dates[len(dates) // 2]
    before = sorted({abbr for g in games if g.day < middle for abbr in (g.home.abbr, g.away.abbr)})
    after = sorted({abbr for g in games if g.day >= middle for abbr in (g.home.abbr, g.away.abbr)})
    pairs = [(a, b) for a in before for b in reversed(after) if a != b]
    if not pairs:
        return None
    source, target = pairs[0]
    return Trade(rosters[source][2].person_id, source, target, middle)
