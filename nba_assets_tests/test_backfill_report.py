"""The summary after a backfill: complete, in order, and safe against whatever a document contained.

Dangers covered: a red date that is not named, a message that crashes or is swallowed because it looks like markup.
"""

import io
from datetime import date

import pytest
from rich.console import Console

from nba_assets.backfill import BackfillReport, TableReport
from nba_assets.backfill_report import print_report

DAY = date(2025, 1, 6)


def printed(report: BackfillReport, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_report(report, DAY, DAY, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_error_is_named_and_warnings_are_counted() -> None:
    """Warnings may be many after a season; errors never are too many to be said."""
    schedule = TableReport("nba_raw.nbac_schedule", dates=160, rows=1230, checks=320)
    schedule.failed = [(f"2025-01-{n:02d}", "contract", f"{n} left out") for n in range(1, 31)]
    boxes = TableReport("nba_raw.nbac_player_boxscores", dates=160, rows=26401, checks=320)
    boxes.warned = [(f"2025-01-{n:02d}", "covers_schedule", f"{n} games missing") for n in range(1, 9)]
    text = printed(BackfillReport({"nbac_player_boxscores": boxes, "nbac_schedule": schedule}, run_ids=["r1"]))
    for day, check, description in schedule.failed:
        assert f"ERROR {day} nba_raw.nbac_schedule {check}: {description}\n" in text
    assert text.count("WARN  2025") == 3
    assert "nba_raw.nbac_player_boxscores: 5 more (nba status)" in text
    assert "26,401" in text
    assert text.index("nba_raw.nbac_schedule") < text.index("nba_raw.nbac_player_boxscores"), "as the data travels"
    assert "every run succeeded" not in text


def test_a_clean_backfill_says_so_once() -> None:
    text = printed(BackfillReport({"nbac_schedule": TableReport("nba_raw.nbac_schedule", dates=1)}))
    assert text.count("every run succeeded, no date failed an ERROR check") == 1
    assert "ERROR 2" not in text and "FAILED" not in text


@pytest.mark.parametrize("nasty", ["value '[/]'", "value '[bold]text'", "['a', 'b']", "[link=x]", "\\[red]"])
def test_text_from_documents_is_printed_as_it_is(nasty: str) -> None:
    """A broken file's content is quoted in reasons; it must not colour, vanish or crash the report."""
    table = TableReport("nba_raw.nbac_schedule", failed=[("2025-01-06", "contract", nasty)])
    table.warned = [("2025-01-07", "covers_schedule", nasty)]
    text = printed(BackfillReport({"nbac_schedule": table}, errors=[f"nbac_schedule: {nasty}"]))
    assert text.count(nasty) == 3


def test_long_lines_are_not_cut_off() -> None:
    """The reason is the point; a narrow terminal wraps it, nothing is lost."""
    reason = "x" * 500
    table = TableReport("nba_raw.nbac_schedule", failed=[("2025-01-06", "contract", reason)])
    assert reason in printed(BackfillReport({"nbac_schedule": table}), width=60)
