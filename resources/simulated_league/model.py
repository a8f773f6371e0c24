"""The vocabulary of the simulated league: players, fixtures, injuries, box lines. Plain data, no behaviour."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from nba_assets.reference.teams import Team

# Where field goals are tried from, nearest first; the last two are worth three points.
ZONES = ("rim", "paint", "mid", "corner", "above")
ZONE_POINTS = (2, 2, 2, 3, 3)

GameType = Literal["regular_season", "cup_final"]
ReportStatus = Literal["Out", "Doubtful", "Questionable", "Probable", "Available"]


@dataclass(frozen=True, slots=True)
class Player:
    """An invented player. `family_name` carries the generational suffix, as in the NBA's documents."""

    person_id: int
    first_name: str
    family_name: str
    position: Literal["PG", "SG", "SF", "PF", "C"]
    height_inches: int
    weight_pounds: int
    jersey: str
    country: str
    college: str
    from_year: int
    """Start year of his first season."""
    to_year: int
    """Start year of his last season."""
    draft: tuple[int, int, int] | None
    """Year, round, number; None for the undrafted."""

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


@dataclass(frozen=True, slots=True)
class Fixture:
    """One game of a season as it is finally played."""

    nba_game_id: str
    season: int
    game_type: GameType
    home: Team
    away: Team
    day: date
    """ET game date."""
    tip: datetime
    """Scheduled tip-off, UTC."""
    announced_tip: datetime | None
    """Tip-off in the schedule issued before the season; None if the game is not in it (Cup knock-out games)."""
    settled_at: datetime
    """Instant from which the schedule shows the game as it is played: before it, `announced_tip` or nothing."""
    postponed: bool = False
    """Called off on its announced date (and then shown as postponed until `settled_at`), not merely moved ahead."""
    neutral_city: str | None = None
    label: str = ""
    sub_label: str = ""
    subtype: str = ""

    @property
    def code(self) -> str:
        return f"{self.day:%Y%m%d}/{self.away.abbr}{self.home.abbr}"

    @property
    def teams(self) -> tuple[Team, Team]:
        """Away, home: the order of ids and codes."""
        return self.away, self.home


@dataclass(frozen=True, slots=True)
class Report:
    """What the injury report says of one player for one game at one instant."""

    player: Player
    status: ReportStatus
    reason: str
    """As the NBA words it: `Injury/Illness - Left Ankle; Sprain`, `G League - Two-Way`, `Rest`."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A player on a team's roster who cannot play a game, and since when the league knows."""

    player: Player
    reason: str
    known_from: datetime
    """Later than tip-off minus 30 minutes: a late scratch, after the last injury report."""
    box_reason: str
    """`notPlayingReason` of the box score: INACTIVE_INJURY, INACTIVE_COACH, INACTIVE_GLEAGUE_TWOWAY, ..."""


@dataclass(slots=True)
class Stats:
    """Counts of one player in one part of a game (regulation, or one overtime)."""

    seconds: int = 0
    fga: list[int] = field(default_factory=lambda: [0] * len(ZONES))
    fgm: list[int] = field(default_factory=lambda: [0] * len(ZONES))
    fta: int = 0
    ftm: int = 0
    oreb: int = 0
    dreb: int = 0
    ast: int = 0
    stl: int = 0
    blk: int = 0
    tov: int = 0
    pf: int = 0

    @property
    def points(self) -> int:
        return sum(n * value for n, value in zip(self.fgm, ZONE_POINTS, strict=True)) + self.ftm


@dataclass(slots=True)
class BoxLine:
    """One player's game: `parts[0]` is regulation, each further one an overtime. Empty parts: he did not play."""

    player: Player
    starter: bool
    parts: list[Stats]
    absence: Absence | None = None

    @property
    def played(self) -> bool:
        return any(part.seconds for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(slots=True)
class GameBox:
    """The final box of a game, by team abbreviation. Points are tied at the end of every part but the last.

    Seconds of a team's players add up to 5 x 2880 in regulation and 5 x 300 in each overtime. Per part, team totals fit
    together: assists <= made field goals (without the assisting player's own), a team's steals <= the other's
    turnovers, blocks <= the other's missed twos, and all missed shots can be rebounded.
    """

    fixture: Fixture
    lines: Mapping[str, list[BoxLine]]
    team_turnovers: Mapping[str, list[int]]
    """Turnovers of no player (shot clock), per part."""
    ends_at: datetime
    """The instant at which the game is final, UTC."""

    @property
    def overtimes(self) -> int:
        return len(next(iter(self.team_turnovers.values()))) - 1

    def score(self, abbr: str) -> int:
        return sum(line.points for line in self.lines[abbr])


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a perfectly informed observer expects of a player in a game, given what is known at an instant."""

    player: Player
    team: Team
    plays: float
    """Probability that he enters the game."""
    minutes: float
    """Expected minutes if he plays; the same for the figures below."""
    points: float
    points_sd: float
    rebounds: float
    assists: float
    threes: float
