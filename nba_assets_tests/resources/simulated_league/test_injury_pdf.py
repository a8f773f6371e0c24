"""SIMULATED injury reports: which exist, what they list, and that one report is always the same bytes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from nba_assets.calendar import ET
from nba_assets.reference.teams import Team
from nba_assets.transforms.documents.injury_report import parse
from nba_assets_tests.resources.simulated_league.injury_entries import NOON, TIP, entry, fixture, report
from resources.providers.injury_report import report_paths
from resources.simulated_league.injury_pdf import issued_at, render, report_of
from resources.simulated_league.model import Fixture, Report


class FewGames:
    """A league of the given fixtures, whose games take two and a half hours; the Knicks submit late."""

    def __init__(self, *fixtures: Fixture) -> None:
        self._fixtures = fixtures

    def fixtures(self, season: int) -> Sequence[Fixture]:
        return [game for game in self._fixtures if game.season == season]

    def box(self, nba_game_id: str) -> Any:
        (game,) = (game for game in self._fixtures if game.nba_game_id == nba_game_id)
        return SimpleNamespace(ends_at=game.tip + timedelta(hours=2.5))

    def injury_report(self, _: Fixture, team: Team, at: datetime) -> Sequence[Report] | None:
        return None if team.abbr == "NYK" and at < TIP else [report("Ann", f"Other{team.abbr}")]


def listed(at: datetime, *games: Fixture) -> list[tuple[str, str, str]]:
    document = report_of(FewGames(*games), at)  # pyright: ignore[reportArgumentType]
    return [] if document is None else parse(document).select("home_team_abbr", "team_name", "injury_status").rows()


def homes(at: datetime, *games: Fixture) -> list[str]:
    return list(dict.fromkeys(home for home, _, _ in listed(at, *games)))


def test_every_team_of_a_game_is_listed_submitted_or_not() -> None:
    assert listed(NOON, fixture("NYK", "PHI")) == [
        ("PHI", "New York Knicks", "not_yet_submitted"),
        ("PHI", "Philadelphia 76ers", "out"),
    ]


def test_games_of_the_date_and_of_the_next_until_they_are_over() -> None:
    hour = timedelta(hours=1)
    tonight, tomorrow = fixture("NYK", "PHI"), fixture("LAC", "GSW", tip=TIP + 24 * hour, number=562)
    later = fixture("MIN", "POR", tip=TIP + 48 * hour, number=563)
    games = (later, tomorrow, tonight)
    assert homes(NOON - 24 * hour, *games) == ["PHI"]
    assert homes(NOON, *games) == ["PHI", "GSW"]
    assert homes(TIP + 2 * hour, *games) == ["PHI", "GSW"]
    assert homes(TIP + 3 * hour, *games) == ["GSW"]
    assert homes(TIP + 5 * hour, *games) == ["GSW", "POR"]  # after midnight
    assert homes(TIP + 100 * hour, *games) == []


def test_a_moved_game_is_listed_where_it_is_announced_at_the_time() -> None:
    hour = timedelta(hours=1)
    moved = fixture("NYK", "PHI", tip=TIP + 240 * hour, announced_tip=TIP, settled_at=TIP + 12 * hour, postponed=True)
    assert homes(NOON, moved) == ["PHI"]
    assert homes(TIP + hour, moved) == []
    assert homes(NOON + 240 * hour, moved) == ["PHI"]
    document = report_of(FewGames(moved), NOON)  # pyright: ignore[reportArgumentType]
    assert document is not None
    assert parse(document)["game_date"].unique().to_list() == [date(2025, 1, 8)]
    drawn_later = fixture("LAC", "GSW", announced_tip=None, settled_at=NOON + hour)
    assert homes(NOON, drawn_later) == []
    assert homes(NOON + hour, drawn_later) == ["GSW"]


def test_the_same_report_is_the_same_bytes() -> None:
    entries = [entry(fixture("NYK", "PHI"), None, [report("Žan", "Kūrļis")])]
    assert render(NOON, entries) == render(NOON, entries)
    assert render(NOON, entries) != render(NOON + timedelta(minutes=30), entries)


def test_nobody_to_report_is_no_row_and_is_not_the_same_as_not_submitted() -> None:
    frame = parse(render(NOON, [entry(fixture("NYK", "PHI"), [], None)]))
    assert frame.select("team_name", "injury_status").rows() == [("Philadelphia 76ers", "not_yet_submitted")]


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Injury-Report_2024-01-04_12PM.pdf", datetime(2024, 1, 4, 12, 30, tzinfo=ET)),
        ("Injury-Report_2024-01-04_12AM.pdf", datetime(2024, 1, 4, 0, 30, tzinfo=ET)),
        ("Injury-Report_2025-12-22_11PM.pdf", datetime(2025, 12, 22, 23, 30, tzinfo=ET)),
        ("Injury-Report_2025-12-23_05_15PM.pdf", datetime(2025, 12, 23, 17, 15, tzinfo=ET)),
        ("Injury-Report_2026-06-01_12_00AM.pdf", datetime(2026, 6, 1, 0, 0, tzinfo=ET)),
        ("Injury-Report_2025-12-23_05PM.pdf", None),
        ("Injury-Report_2025-12-22_05_15PM.pdf", None),
        ("Injury-Report_2026-01-05_05_10PM.pdf", None),
        ("Injury-Report_2024-01-04_13PM.pdf", None),
        ("Injury-Report_2024-01-04_5PM.pdf", None),
        ("Injury-Report_2024-02-30_05PM.pdf", None),
        ("Injury-Report_2024-01-04_05PM.pdf.bak", None),
        ("", None),
    ],
)
def test_a_name_tells_when_its_report_is_issued(name: str, local: datetime | None) -> None:
    assert issued_at(name) == local


@pytest.mark.parametrize(("day", "kind"), [(date(2025, 12, 23), 0), (date(2025, 12, 22), 1)], ids=["new", "old"])
def test_exactly_one_of_the_names_a_client_tries_exists(day: date, kind: int) -> None:
    for quarter in range(96):
        at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(minutes=15 * quarter)
        issued = [issued_at(path.rpartition("/")[2]) for path in report_paths(at)]
        assert [instant is not None for instant in issued] == [kind == 0, kind == 1]
        assert at - timedelta(minutes=15) <= (issued[kind] or at) <= at + timedelta(minutes=30)
