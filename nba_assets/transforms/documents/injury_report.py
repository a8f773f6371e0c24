"""The NBA's official injury report: a PDF with a text layer, one table over all its pages.

The table's columns begin where the words of its header row stand. Date, time, matchup and team are printed once and
hold for the rows below, across pages. A wrapped reason stands half above and half below the line of its player.
"""

import contextlib
import ctypes
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl
import pypdfium2
import pypdfium2.raw as pdfium

from nba_assets.calendar import ET
from nba_assets.contracts.nbac_injury_report import NOT_YET_SUBMITTED, STATUSES
from nba_assets.transforms.documents.base import QUARANTINE_REASON, DocumentError, typed_frame
from nba_assets.transforms.documents.values import converted, marked, required

# First hit decides: a G League assignment is no injury, even of a player who is questionable.
_CATEGORY_PATTERNS = {
    "injury": "(?i)injury/illness",
    "g_league": "(?i)g.league",
    "suspension": "(?i)suspension",
    "health_safety_protocol": "(?i)health and safety|protocol",
    "rest": r"(?i)\brest\b",
    "personal": "(?i)personal",
}

# One row per player of a game, or per team that has not submitted (player name '', which means unknown, not healthy).
# `game_time` is the ET wall clock as printed, without AM or PM.
SCHEMA: dict[str, pl.DataType] = {
    "report_ts": pl.Datetime("us", "UTC"),
    "game_date": pl.Date(),
    "game_time": pl.String(),
    "away_team_abbr": pl.String(),
    "home_team_abbr": pl.String(),
    "team_name": pl.String(),
    "player_name_original": pl.String(),
    "player_name": pl.String(),
    "injury_status": pl.String(),
    "reason": pl.String(),
    "reason_category": pl.String(),
}

_HEADER = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_DATE, _TIME, _MATCHUP, _TEAM, _PLAYER, _STATUS, _REASON = _HEADER
_HELD = (_DATE, _TIME, _MATCHUP, _TEAM)
_REPORT = re.compile(r"Injury Report: (.*)")
_PAGE = re.compile(r"Page \d+ of (\d+)")
_NOTHING_SUBMITTED = "NOT YET SUBMITTED"

# Points. Words of a line share their baseline; lines of one row are about 14 apart, rows at least 22.
_SAME_BASELINE = 2.5
_SAME_ROW = 18.0
# Cells begin a point to the right of their header; in other layouts a point or two to the left.
_LEFT_OF_HEADER = 4.0

# A hyphen at the end of a line, as pdfium marks it.
_HYPHEN = {0x02: "-", 0xFFFE: "-"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its baseline's left end, in points from the page's lower left corner."""

    x: float
    y: float
    text: str


Line = Sequence[Word]


@dataclass(slots=True)
class _Row:
    """Cells of one baseline; `reason` collects all lines of its reason, its own among them, from the top."""

    y: float
    cells: dict[str, str]
    reason: list[str] = field(default_factory=list)


def parse(document: bytes) -> pl.DataFrame:
    """One row per player, or per team that has not submitted, of all games of the report, in its order."""
    pages = [_lines(words) for words in _words_by_page(document)]
    text = [_text(line) for page in pages for line in page]
    report_ts = _report_time(text)
    _check_pages(text, len(pages))
    rows = list(_filled_down(_rows(pages)))
    return _frame({name: [row.get(name) for row in rows] for name in _HEADER}, report_ts)


def _frame(columns: dict[str, list[str | None]], report_ts: datetime) -> pl.DataFrame:
    raw = typed_frame(columns, dict.fromkeys(columns, pl.String()))
    unsubmitted = pl.col(_REASON).eq_missing(_NOTHING_SUBMITTED) & pl.col(_PLAYER).is_null()
    matchup = pl.col(_MATCHUP).str.extract_groups(r"^(?<away>[A-Z]{3})@(?<home>[A-Z]{3})$").struct
    reason = pl.when(~unsubmitted).then(pl.col(_REASON))
    frame = raw.select(
        pl.lit(report_ts, pl.Datetime("us", "UTC")).alias("report_ts"),
        game_date=_DATE,
        game_time=pl.col(_TIME).str.replace(r"\s*\(ET\)$", ""),
        away_team_abbr=matchup.field("away"),
        home_team_abbr=matchup.field("home"),
        team_name=_TEAM,
        player_name_original=pl.when(unsubmitted).then(pl.lit("")).otherwise(_PLAYER),
        # Duke Jr., David -> David Duke Jr.
        player_name=pl.col(_PLAYER).str.replace(r"^([^,]+),\s*(.+)$", "$2 $1"),
        injury_status=pl.when(unsubmitted)
        .then(pl.lit(NOT_YET_SUBMITTED))
        .otherwise(pl.col(_STATUS).str.to_lowercase()),
        reason=reason,
        reason_category=pl.coalesce(
            *(pl.when(reason.str.contains(p)).then(pl.lit(name)) for name, p in _CATEGORY_PATTERNS.items()),
            pl.when(reason.is_not_null()).then(pl.lit("other")).otherwise(pl.lit("unknown")),
        ),
    ).with_columns(raw[QUARANTINE_REASON])
    frame = converted(frame, {"game_date": pl.col("game_date").str.to_date("%m/%d/%Y", strict=False)})
    status = pl.col("injury_status")
    frame = marked(
        frame,
        [pl.when(~status.is_in(STATUSES)).then(pl.format("injury_status='{}' is not a status of the report", status))],
    )
    needed = ["game_date", "away_team_abbr", "home_team_abbr", "team_name", "player_name_original", "injury_status"]
    return required(frame, needed).select(*SCHEMA, QUARANTINE_REASON)


def _report_time(lines: Sequence[str]) -> datetime:
    """The time in the header: the file's name may be half an hour earlier."""
    found = next((match[1] for line in lines if (match := _REPORT.fullmatch(line))), None)
    if found is None:
        raise DocumentError("no line 'Injury Report: <date> <time>'", field="Injury Report", value=" ".join(lines)[:80])
    try:
        local = datetime.strptime(found, "%m/%d/%y %I:%M %p").replace(tzinfo=ET)
    except ValueError as error:
        raise DocumentError(f"not a report time: {found!r}", field="Injury Report", value=found) from error
    return local.astimezone(UTC)


def _check_pages(lines: Sequence[str], pages: int) -> None:
    """A report that lost a page would look like one without these teams."""
    for line in lines:
        match = _PAGE.fullmatch(line)
        if match and int(match[1]) != pages:
            raise DocumentError(f"{line!r}, but the document has {pages}", field="Page", value=line)


def _rows(pages: Sequence[Sequence[Line]]) -> list[_Row]:
    """All rows of the table, top to bottom over all pages, each with the lines of its reason."""
    columns: list[float] = []
    rows: list[_Row] = []
    for page in pages:
        body: list[_Row] = []
        for line in page:
            text = _text(line)
            if text == " ".join(_HEADER):
                columns = _columns(line)
            elif columns and not _REPORT.fullmatch(text) and not _PAGE.fullmatch(text):
                body.append(_Row(line[0].y, _by_column(line, columns)))
        for block in _blocks(body):
            _add(rows, block)
    if not columns:
        raise DocumentError(f"no header row {', '.join(_HEADER)}", field=_DATE)
    return rows


def _columns(header: Line) -> list[float]:
    """Left edges, taken from the first word of each title."""
    first_words = [sum(len(title.split()) for title in _HEADER[:place]) for place in range(len(_HEADER))]
    return [header[place].x - _LEFT_OF_HEADER for place in first_words]


def _by_column(line: Line, columns: Sequence[float]) -> dict[str, str]:
    words: dict[str, list[Word]] = {}
    for word in line:
        words.setdefault(_HEADER[max(0, bisect_right(columns, word.x) - 1)], []).append(word)
    return {name: _text(cell) for name, cell in words.items()}


def _blocks(lines: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    """Neighbouring lines that may belong to one row of the table."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or lines[end - 1].y - lines[end].y > _SAME_ROW:
            yield lines[start:end]
            start = end


def _add(rows: list[_Row], block: Sequence[_Row]) -> None:
    """Adds the block's rows, each line of a reason to the nearest; a block of reasons alone continues the row above."""
    own = [line for line in block if line.cells.keys() != {_REASON} or line.cells[_REASON] == _NOTHING_SUBMITTED]
    rows += own or ([] if rows else block[:1])
    for line in block:
        if _REASON in line.cells:
            owner = min(own, key=lambda row: abs(row.y - line.y)) if own else rows[-1]
            owner.reason.append(line.cells[_REASON])


def _filled_down(rows: Sequence[_Row]) -> Iterator[dict[str, str]]:
    """The rows' cells with date, time, matchup and team of the rows above where they are not printed again."""
    held: dict[str, str] = {}
    for row in rows:
        for place, name in enumerate(_HELD):
            if row.cells.get(name, held.get(name)) != held.get(name):
                # Another date's games have times of their own, another game has teams of its own.
                held = {above: held[above] for above in _HELD[:place] if above in held}
            held |= {name: row.cells[name]} if name in row.cells else {}
        yield row.cells | held | ({_REASON: _joined(row.reason)} if row.reason else {})


def _joined(lines: Sequence[str]) -> str:
    """A wrapped text on one line; a word broken after its own hyphen (Two-|Way) is one word again."""
    return re.sub(r"(?<=\w-)\n", "", "\n".join(lines)).replace("\n", " ")


def _text(words: Line) -> str:
    return " ".join(word.text for word in words)


def _lines(words: Iterable[Word]) -> list[Line]:
    """Words of one baseline, left to right; the lines top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        if lines and lines[-1][0].y - word.y <= _SAME_BASELINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.x) for line in lines]


def _words_by_page(document: bytes) -> list[list[Word]]:
    """The document's words. pdfium is not safe to be called from several threads at once."""
    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"not a readable PDF: {error}", field="document", value=document[:20]) from error
    with contextlib.closing(pdf):
        return [_words(page) for page in pdf]


def _words(page: pypdfium2.PdfPage) -> list[Word]:
    """Runs of characters without a space (printed, or left blank), each with the origin of its first character."""
    text = page.get_textpage()  # must outlive the calls: pdfium frees what nobody holds
    x, y = ctypes.c_double(), ctypes.c_double()
    words: list[Word] = []
    begun: tuple[float, float] | None = None
    letters = ""
    for index in range(pdfium.FPDFText_CountChars(text.raw)):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        letter = _HYPHEN.get(code) or chr(code)
        if begun is None or letters.endswith("-"):
            pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
        # pdfium takes a hyphen at the end of a line for a broken word and leaves out the space to what follows.
        if begun and (letter.isspace() or abs(y.value - begun[1]) > _SAME_BASELINE):
            words.append(Word(*begun, letters))
            begun, letters = None, ""
        if not letter.isspace():
            begun = begun or (x.value, y.value)
            letters += letter
    return [*words, Word(*begun, letters)] if begun else words
