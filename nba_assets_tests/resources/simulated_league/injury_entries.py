"""Entries of SIMULATED injury reports for tests of whoever reads or writes them; all names are invented."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from nba_assets.calendar import et_today
from nba_assets.reference.teams import TEAMS, Team
from resources.simulated_league.injury_pdf import Entry
from resources.simulated_league.model import Fixture, Player, Report, ReportStatus

TEAM = {team.abbr: team for team in TEAMS}
DAY = date(2025, 1, 8)
NOON = datetime(2025, 1, 8, 17, tzinfo=UTC)
TIP = datetime(2025, 1, 9, 0, 30, tzinfo=UTC)


def player(first_name: str, family_name: str, person_id: int = 1) -> Player:
    return Player(person_id, first_name, family_name, "PG", 75, 200, "7", "USA", "", 2020, 2026, None)


def report(
    first_name: str, family_name: str, status: ReportStatus = "Out", reason: str = "Injury/Illness - Left Knee; Sprain"
) -> Report:
    return Report(player(first_name, family_name), status, reason)


def fixture(away: str, home: str, *, tip: datetime = TIP, number: int = 561, **more: object) -> Fixture:
    settled = {"announced_tip": tip, "settled_at": tip - timedelta(days=100)} | more
    return Fixture(f"002240{number:04d}", 2024, "regular_season", TEAM[home], TEAM[away], et_today(tip), tip, **settled)  # pyright: ignore[reportArgumentType]


def entry(game: Fixture, away: Sequence[Report] | None, home: Sequence[Report] | None) -> Entry:
    teams: list[tuple[Team, Sequence[Report] | None]] = [(game.away, away), (game.home, home)]
    return game, teams
