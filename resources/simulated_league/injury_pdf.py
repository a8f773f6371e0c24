"""The SIMULATED league's injury reports: PDFs in the official layout, and which of them exist."""

import importlib.util
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from nba_assets.calendar import ET, et_today, season_year
from nba_assets.reference.teams import Team
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture, Report

# A game and its teams, away first; None: the team has not submitted. A team without anybody to report has no row.
Entry = tuple[Fixture, Sequence[tuple[Team, Sequence[Report] | None]]]

QUARTER_HOURLY_FROM = date(2025, 12, 23)
_FILE_NAME = re.compile(r"Injury-Report_(\d{4}-\d\d-\d\d)_(0[1-9]|1[0-2])(?:_(00|15|30|45))?(AM|PM)\.pdf", re.ASCII)

# Points from the lower left corner, as in the official report.
_PAGE = (841.95, 595.35)
_COLUMNS = {
    "Game Date": 24.15,
    "Game Time": 120.59,
    "Matchup": 200.95,
    "Team": 265.24,
    "Player Name": 425.98,
    "Current Status": 586.71,
    "Reason": 667.07,
}
_TITLE_AT, _HEADER_Y, _FOOTER_AT = (289.1, 533.34), 480.12, (398.53, 49.92)
_FIRST_ROW, _FIRST_ROW_BELOW_HEADER, _LAST_ROW = 504.3, 459.1, 84.0
_ROW, _LINE = 22.4, 13.9
_REASON_WIDTH = 151.0
_SIZE, _TITLE_SIZE = 9, 22
_FONT, _OTHER_LETTERS = "Helvetica", "DejaVuSans"


def report_of(league: League, at: datetime) -> bytes | None:
    """The report issued at an instant (see `issued_at`): every game of its ET date and of the next that is not over.

    None if there is none: nobody plays.
    """
    entries = [
        (fixture, [(team, league.injury_report(fixture, team, at)) for team in fixture.teams])
        for fixture in _games(league, at)
    ]
    return render(at, entries) if entries else None


def issued_at(file_name: str) -> datetime | None:
    """The instant (UTC) in the header of the report of this name; None if no report is ever named so.

    Hourly reports are issued half an hour after the hour that names them, quarter-hourly ones at the time in the name.
    """
    match = _FILE_NAME.fullmatch(file_name)
    if match is None:
        return None
    day, hour, quarter, half = match.groups()
    try:
        local = datetime.strptime(f"{day} {hour}:{quarter or 30} {half}", "%Y-%m-%d %I:%M %p").replace(tzinfo=ET)
    except ValueError:
        return None
    return local.astimezone(UTC) if (local.date() >= QUARTER_HOURLY_FROM) == bool(quarter) else None


def render(report_time: datetime, entries: Sequence[Entry]) -> bytes:
    """The report as a PDF; the same entries are the same bytes. Tip-offs are those known at `report_time`."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=_PAGE, invariant=1, pageCompression=1)
    canvas.setTitle("SIMULATED injury report")
    title = f"Injury Report: {report_time.astimezone(ET):%m/%d/%y %I:%M %p}"
    pages = list(_pages(_rows(report_time, entries)))
    for number, rows in enumerate(pages, 1):
        _write(canvas, *_TITLE_AT, title, _TITLE_SIZE)
        if number == 1:
            for name, x in _COLUMNS.items():
                _write(canvas, x - 1, _HEADER_Y, name)
        for y, cells in rows:
            for name, text in cells.items():
                _write_cell(canvas, _COLUMNS[name], y, text)
        _write(canvas, *_FOOTER_AT, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _games(league: League, at: datetime) -> list[Fixture]:
    """Games of the ET date and of the next, by tip-off, as they are announced at this instant."""
    day = et_today(at)
    first, last = (datetime.combine(day + timedelta(days=n), time(), tzinfo=ET) for n in (0, 2))
    announced = [(_tip(fixture, at), fixture) for fixture in league.fixtures(season_year(day))]
    known = [(tip, fixture) for tip, fixture in announced if tip is not None and first <= tip < last]
    known.sort(key=lambda game: (game[0], game[1].nba_game_id))
    return [fixture for tip, fixture in known if tip > at or _is_running(league, fixture, at)]


def _is_running(league: League, fixture: Fixture, at: datetime) -> bool:
    # Before it is settled, a game that should have begun has been called off.
    return at >= fixture.settled_at and league.box(fixture.nba_game_id).ends_at > at


def _tip(fixture: Fixture, at: datetime) -> datetime | None:
    return fixture.tip if at >= fixture.settled_at else fixture.announced_tip


def _rows(report_time: datetime, entries: Sequence[Entry]) -> Iterator[Mapping[str, str]]:
    """Cells of each row; date, time, matchup and team only where they change."""
    above: list[str] = []
    for fixture, teams in entries:
        tip = (_tip(fixture, report_time) or fixture.tip).astimezone(ET)
        game = [f"{tip:%m/%d/%Y}", f"{tip:%I:%M} (ET)", f"{fixture.away.abbr}@{fixture.home.abbr}"]
        for team, reports in teams:
            for cells in _team_rows(reports):
                held = [*game, team.name]
                same = next((n for n in range(len(above)) if above[n] != held[n]), len(above))
                yield dict(zip(list(_COLUMNS)[same : len(held)], held[same:], strict=True)) | cells
                above = held


def _team_rows(reports: Sequence[Report] | None) -> list[dict[str, str]]:
    if reports is None:
        return [{"Reason": "NOT YET SUBMITTED"}]
    return [
        {
            "Player Name": f"{report.player.family_name}, {report.player.first_name}",
            "Current Status": report.status,
            "Reason": report.reason,
        }
        for report in reports
    ]


def _pages(rows: Iterator[Mapping[str, str]]) -> Iterator[list[tuple[float, Mapping[str, str]]]]:
    """The rows with their baselines, page by page; a row of several lines is as much higher."""
    page: list[tuple[float, Mapping[str, str]]] = []
    y = _FIRST_ROW_BELOW_HEADER
    for cells in rows:
        extra = (len(_wrapped(cells["Reason"])) - 1) * _LINE / 2
        if page and y - 2 * extra < _LAST_ROW:
            yield page
            page, y = [], _FIRST_ROW
        page.append((y - extra, cells))
        y -= _ROW + 2 * extra
    yield page


def _write_cell(canvas: Canvas, x: float, y: float, text: str) -> None:
    """A cell's lines, centred around its row's baseline."""
    lines = _wrapped(text) if x == _COLUMNS["Reason"] else (text,)
    for number, line in enumerate(lines):
        _write(canvas, x, y + ((len(lines) - 1) / 2 - number) * _LINE, line)


def _write(canvas: Canvas, x: float, y: float, text: str, size: int = _SIZE) -> None:
    canvas.setFont(_font(text), size)
    canvas.drawString(x, y, text)


@cache
def _wrapped(text: str) -> tuple[str, ...]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and stringWidth(longer, _font(longer), _SIZE) > _REASON_WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


@cache
def _font(text: str) -> str:
    """The standard font, which is not embedded, or for letters it lacks (č, ū) one that is."""
    _register_fonts()
    return _FONT if text.encode("cp1252", "ignore").decode("cp1252") == text else _OTHER_LETTERS


@cache
def _register_fonts() -> None:
    # Reportlab's own fonts lack half of Europe; matplotlib, which is not imported for it, brings one that does not.
    package = importlib.util.find_spec("matplotlib")
    (folder,) = (package and package.submodule_search_locations) or [""]
    registerFont(TTFont(_OTHER_LETTERS, str(Path(folder, "mpl-data/fonts/ttf", f"{_OTHER_LETTERS}.ttf"))))
