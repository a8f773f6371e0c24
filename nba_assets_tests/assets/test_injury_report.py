"""Injury reports through Dagster: PDFs in the landing folder, a table by game date, names nobody knows on the list."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from nba_assets_tests.platform import Platform, platform, write_files
from nba_assets_tests.resources.simulated_league.injury_entries import entry, fixture, report
from nba_assets_tests.transforms.invented import indexed, player_index, scheduled, season
from resources.providers.landing_paths import injury_report_path
from resources.simulated_league.injury_pdf import render

BEFORE, DAY = date(2024, 1, 14), date(2024, 1, 15)
TIP = datetime(2024, 1, 16, 0, 30, tzinfo=UTC)
SELECTED = "nbac_schedule, nbac_player_list, nbac_injury_report, unresolved_names"


def dropped(p: Platform, hours_before: int, content: bytes | None = None, *, status: str = "Out") -> None:
    """The report of so many hours before tip-off, by default with one known and one unknown name."""
    at = TIP - timedelta(hours=hours_before)
    folder = (at - timedelta(hours=5)).date()
    players = [report("Ann", "Other", status), report("Nobody", "Knows", status)]  # pyright: ignore[reportArgumentType]
    document = content or render(at, [entry(fixture("NYK", "PHI", tip=TIP), None, players)])
    write_files(p.landing, [(injury_report_path(folder, 12, at), document)])


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Platform]:
    """A platform with one game, NYK at PHI, and an index that lists Ann Other."""
    with platform(tmp_path) as p:
        write_files(
            p.landing,
            [
                ("nba-com/schedule/2023-24/20240101_120000.json", season(scheduled())),
                ("nba-com/player-list/2024-01-14/20240114_120000.json", player_index(indexed(7, "Ann", "Other"))),
            ],
        )
        yield p


def test_reports_of_the_date_and_of_the_evening_before(evening: Platform) -> None:
    dropped(evening, 26, status="Questionable")
    dropped(evening, 2)
    assert evening.backfill(BEFORE, DAY, SELECTED).errors == []
    table = evening.table("nbac_injury_report").select(
        "game_date", "minutes_before_tipoff", "player_name", "nba_player_id"
    )
    assert table.rows() == [
        (DAY, 1560, None, None),
        (DAY, 1560, "Nobody Knows", None),
        (DAY, 1560, "Ann Other", 7),
        (DAY, 120, None, None),
        (DAY, 120, "Nobody Knows", None),
        (DAY, 120, "Ann Other", 7),
    ]
    names = evening.table("unresolved_names").select("source", "player_name", "occurrences")
    assert names.rows() == [("nbac_injury_report", "Nobody Knows", 2)]


def test_a_date_alone_is_the_same_as_in_a_range(evening: Platform) -> None:
    dropped(evening, 26)
    dropped(evening, 2)
    evening.backfill(BEFORE, DAY, SELECTED)
    in_range = evening.files()
    evening.backfill(DAY, DAY, SELECTED)
    assert evening.files() == in_range


def test_a_report_that_cannot_be_read_is_red_on_its_date_and_stops_nothing(evening: Platform) -> None:
    dropped(evening, 26, b"<html>Forbidden</html>")
    dropped(evening, 2)
    outcome = evening.backfill(BEFORE, DAY, SELECTED)
    assert outcome.errors == []
    table = outcome.tables["nbac_injury_report"]
    assert [(day, check) for day, check, _ in table.failed] == [("2024-01-14", "contract")]
    assert [(day, check) for day, check, _ in table.warned] == [("2024-01-15", "reports_of_every_team")]
    assert evening.table("nbac_injury_report").height == 3
    (reason,) = evening.quarantined("nbac_injury_report")["reason"]
    assert "not a readable PDF" in reason


def test_a_date_without_reports_is_written_empty(evening: Platform) -> None:
    """A report that never comes must not hold what reads the table."""
    outcome = evening.backfill(DAY, DAY, SELECTED)
    assert outcome.errors == []
    assert evening.table("nbac_injury_report").height == 0
    assert DAY.isoformat() in evening.materialized("nbac_injury_report")
    assert DAY.isoformat() in evening.materialized("unresolved_names")
