"""The injury report's PDF is a picture of a table: what a cell means follows from where it stands.

Dangers covered: a reason at the neighbour's name, a team or date that ends at a page break, a team that has not
submitted read as healthy, a document of another shape read as an empty one.
"""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from nba_assets.contracts.nbac_injury_report import REASON_CATEGORIES
from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.injury_report import SCHEMA, parse
from nba_assets_tests.resources.simulated_league.injury_entries import NOON, TIP, entry, fixture, report
from resources.simulated_league.injury_pdf import render
from resources.simulated_league.model import Report

SAMPLE = "samples/injury_report/Injury-Report_2024-01-04_12PM.pdf"
X = (24, 120, 201, 265, 426, 586, 667)
TITLES = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
HEADER_CELLS: dict[int, str] = dict(enumerate(TITLES))
GAME = ("01/08/2025", "07:30 (ET)", "NYK@PHI", "New York Knicks")
Cells = tuple[float, dict[int, str]]


def drawn(*pages: Sequence[Cells], header: str = "Injury Report: 01/08/25 12:30 PM", columns: bool = True) -> bytes:
    """A report drawn by hand: per page the cells, by column number, of each baseline."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(842, 595), invariant=1)
    for number, page in enumerate(pages, 1):
        lines = [(533.0, {1: header}), *([(480.0, HEADER_CELLS)] if columns and number == 1 else []), *page]
        canvas.setFont("Helvetica", 9)
        for y, cells in lines:
            for column, text in cells.items():
                canvas.drawString(X[column], y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def at(y: float, *cells: str, start: int = 4) -> Cells:
    return y, {start + n: text for n, text in enumerate(cells)}


def rows(document: bytes) -> list[dict[str, Any]]:
    frame = parse(document)
    assert frame[QUARANTINE_REASON].to_list() == [None] * frame.height
    return frame.to_dicts()


def test_the_real_report(realdata: Path) -> None:
    frame = parse((realdata / SAMPLE).read_bytes())
    assert dict(frame.schema) == SCHEMA | {QUARANTINE_REASON: pl.String()}
    assert frame["report_ts"].unique().to_list() == [datetime(2024, 1, 4, 17, 30, tzinfo=UTC)]
    assert dict(frame["injury_status"].value_counts().iter_rows()) == {
        "not_yet_submitted": 29,
        "out": 10,
        "questionable": 2,
        "doubtful": 1,
        "probable": 1,
    }
    teams = frame.select("game_date", "team_name").unique()
    assert Counter(teams["game_date"]) == {date(2024, 1, 4): 4, date(2024, 1, 5): 28}
    listed = frame.filter(pl.col("player_name").is_not_null())
    assert Counter(listed["team_name"]) == {"San Antonio Spurs": 8, "Denver Nuggets": 4, "Golden State Warriors": 2}
    by_name = {row["player_name"]: row for row in listed.iter_rows(named=True)}
    assert by_name["Doug McDermott"]["reason"] == "Injury/Illness - Right Forearm; Contusion"
    assert by_name["David Duke Jr."]["reason"] == "G League - Two-Way"
    assert by_name["Gary Payton II"]["player_name_original"] == "Payton II, Gary"
    assert by_name["Gary Payton II"]["reason"] == "Injury/Illness - Left Hamstring; Strain"
    # The second team of the last game of page 2 stands on page 3.
    denver = frame.filter(pl.col("team_name") == "Denver Nuggets", pl.col("game_date") == date(2024, 1, 5))
    assert denver.select("away_team_abbr", "home_team_abbr", "game_time").rows() == [("ORL", "DEN", "09:00")]


def test_cells_printed_once_hold_for_the_rows_below_and_across_pages() -> None:
    found = rows(
        drawn(
            [at(459, *GAME, "Ann, A", "Out", "Rest", start=0), at(437, "Bob, B", "Doubtful", "Rest")],
            [
                at(504, "Cid, C", "Out", "Rest"),
                at(482, "Philadelphia 76ers", "", "", "NOT YET SUBMITTED", start=3),
                at(460, "DEN@LAL", "Denver Nuggets", "Dan, D", "Out", "Rest", start=2),
            ],
        )
    )
    where = [(row["game_time"], row["away_team_abbr"], row["team_name"], row["player_name_original"]) for row in found]
    assert where == [
        ("07:30", "NYK", "New York Knicks", "Ann, A"),
        ("07:30", "NYK", "New York Knicks", "Bob, B"),
        ("07:30", "NYK", "New York Knicks", "Cid, C"),
        ("07:30", "NYK", "Philadelphia 76ers", ""),
        ("07:30", "DEN", "Denver Nuggets", "Dan, D"),
    ]


def test_a_header_row_and_cells_repeated_on_the_next_page_change_nothing() -> None:
    repeated = (480.0, HEADER_CELLS)
    found = rows(
        drawn(
            [at(459, *GAME, "Ann, A", "Out", "Rest", start=0)],
            [repeated, at(459, *GAME[:1], start=0), at(457.5, "Bob, B", "Out", "Rest")],
        )
    )
    assert [(row["player_name"], row["game_time"], row["team_name"]) for row in found] == [
        ("A Ann", "07:30", "New York Knicks"),
        ("B Bob", "07:30", "New York Knicks"),
    ]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([at(437, "Bob, B", "Out", "One")], "One"),
        ([at(444, "One", start=6), at(437, "Bob, B", "Out"), at(430, "Two", start=6)], "One Two"),
        ([at(451, "One", start=6), at(437, "Bob, B", "Out", "Two"), at(423, "Three", start=6)], "One Two Three"),
        (
            [at(444, "G League - Two-", start=6), at(437, "Bob, B", "Out"), at(430, "Way", start=6)],
            "G League - Two-Way",
        ),
        ([at(444, "Injury -", start=6), at(437, "Bob, B", "Out"), at(430, "Knee", start=6)], "Injury - Knee"),
        ([at(437, "Bob, B", "Out")], None),
    ],
    ids=["one line", "two", "three", "broken at its hyphen", "broken at a dash", "none"],
)
def test_a_reason_belongs_to_the_row_around_which_it_is_wrapped(lines: list[Cells], reason: str | None) -> None:
    above, below = at(475, *GAME, "Ann, A", "Out", "Rest", start=0), at(400, "Cid, C", "Out", "Personal Reasons")
    header = (497.0, HEADER_CELLS)
    found = rows(drawn([header, above, *lines, below], columns=False))
    assert [row["reason"] for row in found] == ["Rest", reason, "Personal Reasons"]


def test_a_reason_that_continues_on_the_next_page_stays_with_its_player() -> None:
    found = rows(
        drawn(
            [at(459, *GAME, "Ann, A", "Out", start=0), at(437, "Bob, B", "Out", "Injury/Illness - Left")],
            [at(504, "Knee; Sprain", start=6), at(480, "Cid, C", "Out", "Rest")],
        )
    )
    assert [row["reason"] for row in found] == [None, "Injury/Illness - Left Knee; Sprain", "Rest"]


def test_another_game_does_not_take_over_the_team_and_another_date_not_the_game() -> None:
    """A cell that was not found must be missing: the one above belongs to somebody else."""
    frame = parse(
        drawn(
            [
                at(459, *GAME, "Ann, A", "Out", start=0),
                (437.0, {2: "DEN@LAL", 4: "Bob, B", 5: "Out"}),
                (415.0, {0: "01/09/2025", 3: "Denver Nuggets", 4: "Cid, C", 5: "Out"}),
            ]
        )
    )
    assert frame[QUARANTINE_REASON].to_list() == [None, "team_name is missing", "away_team_abbr is missing"]
    assert frame["game_time"].to_list() == ["07:30", "07:30", None]


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("Injury/Illness - Left Knee; Rest", "injury"),
        ("G League - Two-Way", "g_league"),
        ("G League - On Assignment", "g_league"),
        ("League Suspension", "suspension"),
        ("Health and Safety Protocols", "health_safety_protocol"),
        ("NBA Protocol", "health_safety_protocol"),
        ("Rest", "rest"),
        ("Load rest", "rest"),
        ("Arrest", "other"),
        ("Personal Reasons", "personal"),
        ("Trade Pending", "other"),
        ("", "unknown"),
    ],
)
def test_the_kind_of_reason(reason: str, category: str) -> None:
    (row,) = rows(drawn([at(459, *GAME, "Ann, A", "Out", reason, start=0)]))
    assert row["reason_category"] == category
    assert category in REASON_CATEGORIES


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((*GAME, "Ann, A", "Fine", "Rest"), "injury_status='fine' is not a status of the report"),
        ((*GAME, "Ann, A", "", "Rest"), "injury_status is missing"),
        ((*GAME, "", "Out", "Rest"), "player_name_original is missing"),
        (("08.01.2025", *GAME[1:], "Ann, A", "Out"), "game_date='08.01.2025' cannot be read"),
        (("", *GAME[1:], "Ann, A", "Out"), "game_date is missing"),
        ((*GAME[:2], "NYKPHI", GAME[3], "Ann, A", "Out"), "away_team_abbr is missing"),
    ],
)
def test_a_cell_that_does_not_fit_marks_its_own_row(cells: tuple[str, ...], reason: str) -> None:
    good = (*GAME, "Bob, B", "Out", "Rest")
    frame = parse(drawn([at(459, *cells, start=0), at(437, *good, start=0)]))
    assert frame[QUARANTINE_REASON].to_list() == [reason, None]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (b"", "document"),
        (b"<html>Forbidden</html>", "document"),
        (drawn([at(459, *GAME, "Ann, A", "Out", start=0)], header="Officiating Report"), "Injury Report"),
        (drawn([at(459, *GAME, "Ann, A", "Out", start=0)], header="Injury Report: January 4"), "Injury Report"),
        (drawn([at(459, *GAME, "Ann, A", "Out", start=0)], columns=False), "Game Date"),
        (drawn([(49.0, {3: "Page 1 of 2"})]), "Page"),
    ],
    ids=["empty", "no pdf", "no header", "no time", "no columns", "a page is missing"],
)
def test_another_document_is_refused_by_field(document: bytes, field: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(document)
    assert caught.value.field == field


def test_a_truncated_report_is_refused() -> None:
    document = render(NOON, [entry(fixture("NYK", "PHI"), None, None)])
    with pytest.raises(DocumentError):
        parse(document[: len(document) // 3])


def test_the_header_time_is_eastern_in_winter_and_summer() -> None:
    for header, instant in (
        ("01/08/25 12:30 AM", datetime(2025, 1, 8, 5, 30, tzinfo=UTC)),
        ("06/08/25 12:30 PM", datetime(2025, 6, 8, 16, 30, tzinfo=UTC)),
    ):
        document = drawn([at(459, *GAME, "Ann, A", "Out", start=0)], header=f"Injury Report: {header}")
        assert rows(document)[0]["report_ts"] == instant


_FAMILY = st.sampled_from(["Duke Jr.", "Payton II", "Dončić", "Gilgeous-Alexander", "Valančiūnas", "O'Neale", "Şengün"])
_FIRST = st.sampled_from(["Ann", "T.J.", "Jean-Luc", "Žan", "Émile", "De Andre"])
_STATUS = st.sampled_from(["Out", "Doubtful", "Questionable", "Probable", "Available"])
_WORDS = ["Injury/Illness", "-", "Left", "Hamstring;", "Strain", "G", "League", "Two-Way", "Rest", "Reconditioning"]
_REASON = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=18).map(" ".join)
_REPORT = st.builds(report, _FIRST, _FAMILY, _STATUS, _REASON)
_TEAM = st.none() | st.lists(_REPORT, min_size=1, max_size=12)
_MATCHUPS = [("NYK", "PHI", 0), ("LAC", "GSW", 0), ("MIN", "POR", 3), ("BOS", "UTA", 24), ("OKC", "BKN", 25)]


@settings(max_examples=40)
@given(st.lists(st.tuples(_TEAM, _TEAM), min_size=1, max_size=len(_MATCHUPS)))
def test_whatever_is_printed_is_read(teams: list[tuple[list[Report] | None, list[Report] | None]]) -> None:
    """Wrapped reasons, page breaks, names of all sorts, two dates: every row comes back as it was, in its order."""
    games = [fixture(away, home, tip=TIP + timedelta(hours=later), number=later) for away, home, later in _MATCHUPS]
    entries = [entry(game, *both) for game, both in zip(games, teams, strict=False)]
    printed = []
    for game, both in entries:
        for team, reports in both:
            where = (game.day, game.away.abbr, game.home.abbr, team.name)
            if reports is None:
                printed.append((*where, "", "not_yet_submitted", None))
            for line in reports or []:
                name = f"{line.player.family_name}, {line.player.first_name}"
                printed.append((*where, name, line.status.lower(), line.reason))
    columns = ["game_date", "away_team_abbr", "home_team_abbr", "team_name"]
    frame = parse(render(NOON, entries))
    assert frame.select(*columns, "player_name_original", "injury_status", "reason").rows() == printed
    assert frame["report_ts"].unique().to_list() == [NOON]
    assert frame[QUARANTINE_REASON].null_count() == frame.height


def test_a_long_report_has_several_pages() -> None:
    """Otherwise the property above would never see a page break."""
    many = [report("Ann", "Other", reason="Injury/Illness - Left Hamstring; Strain of more than one line")] * 30
    document = render(NOON, [entry(fixture("NYK", "PHI"), many, many)])
    assert len(pypdfium2.PdfDocument(document)) == 6
    assert Counter(parse(document)["team_name"]) == {"New York Knicks": 30, "Philadelphia 76ers": 30}
