"""Halts placed by hand: who, why and until when; a resume is an entry, and the past stays as it was.

Dangers covered: a halt that is forgotten after a restart, a resume that rewrites what was halted before, a halt of
dates that are over, a file that somebody edited and that then halts nothing.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from resources.chained_log import DamagedLogError
from resources.halts import HaltError, Halts


def at(day: int, hour: int = 17) -> datetime:
    return datetime(2024, 1, day, hour, tzinfo=UTC)


def jan(day: int) -> date:
    return date(2024, 1, day)


def in_force(folder: Path, *days: int) -> list[list[str]]:
    """As another process sees it."""
    return [[halt.reason for halt in Halts(folder).in_force(jan(day))] for day in days]


def test_a_halt_holds_from_its_date_on_until_resumed(tmp_path: Path) -> None:
    halts = Halts(tmp_path)
    assert in_force(tmp_path, 15) == [[]]
    halts.halt("books are down", "ann", at(15))
    assert in_force(tmp_path, 14, 15, 16, 31) == [[], ["books are down"], ["books are down"], ["books are down"]]
    assert [halt.reason for halt in halts.resume("fixed", "bob", at(17))] == ["books are down"]
    # What was halted yesterday was halted.
    assert in_force(tmp_path, 15, 16, 17, 18) == [["books are down"], ["books are down"], [], []]


def test_a_halt_of_some_dates_ends_by_itself(tmp_path: Path) -> None:
    Halts(tmp_path).halt("trade deadline", "ann", at(15), jan(17), jan(18))
    assert in_force(tmp_path, 16, 17, 18, 19) == [[], ["trade deadline"], ["trade deadline"], []]


def test_a_halt_after_a_resume_of_the_same_day_holds(tmp_path: Path) -> None:
    halts = Halts(tmp_path)
    halts.halt("first", "ann", at(15, 15))
    halts.resume("", "ann", at(15, 16))
    assert in_force(tmp_path, 15) == [[]]
    halts.halt("second", "ann", at(15, 17))
    assert in_force(tmp_path, 15) == [["second"]]


def test_the_date_is_that_of_the_games(tmp_path: Path) -> None:
    """03:00 UTC is still yesterday's slate."""
    assert Halts(tmp_path).halt("late", "ann", at(16, 3)).first == jan(15)


def test_nothing_is_ever_deleted(tmp_path: Path) -> None:
    halts = Halts(tmp_path)
    halts.halt("one", "ann", at(15))
    halts.resume("done", "bob", at(16))
    told = [(entry["event"], entry["who"], entry["reason"]) for entry in halts.log.entries()]
    assert told == [("halt", "ann", "one"), ("resume", "bob", "done")]


def test_requests_without_sense_are_refused(tmp_path: Path) -> None:
    halts = Halts(tmp_path)
    with pytest.raises(HaltError, match="2024-01-14 is over"):
        halts.halt("late", "ann", at(15), jan(14))
    with pytest.raises(HaltError, match="2024-01-16 is before 2024-01-17"):
        halts.halt("x", "ann", at(15), jan(17), jan(16))
    with pytest.raises(HaltError, match="needs a reason"):
        halts.halt("  ", "ann", at(15))
    with pytest.raises(HaltError, match="nothing is halted"):
        halts.resume("", "ann", at(15))
    halts.halt("short", "ann", at(15), last=jan(15))
    with pytest.raises(HaltError, match="nothing is halted"):
        halts.resume("", "ann", at(16))


def test_an_edited_file_is_an_error_not_an_open_date(tmp_path: Path) -> None:
    halts = Halts(tmp_path)
    halts.halt("books are down", "ann", at(15))
    halts.log.path.write_bytes(b"")
    with pytest.raises(DamagedLogError, match="cut off"):
        halts.in_force(jan(15))
