"""An append-only log under attack: whatever somebody does to its files is detected, and named for what it is.

Dangers covered: lines deleted, altered (with and without their hash), re-ordered, back-dated, doubled, cut off, added
by others; a head that is gone or older; a writer that is killed anywhere; two writers at once; a clock that goes back.
"""

import json
import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import chain
from resources.chain import NOTHING, Entry, Head
from resources.chained_log import ChainedLog, DamagedLogError

NOON = datetime(2024, 1, 15, 17, tzinfo=UTC)
SIZE = 8
_PROCESSES = multiprocessing.get_context("spawn")

Lines = list[bytes]


def filled(folder: Path, size: int = SIZE) -> ChainedLog:
    """Entries one minute apart, each acknowledged for itself."""
    log = ChainedLog(folder, "toy")
    for n in range(1, size + 1):
        log.append(NOON + timedelta(minutes=n), lambda *_, n=n: [{"event": "said", "what": n}])
    return log


def edited(line: bytes, **values: Any) -> bytes:
    """With other values, and the hash it had."""
    return chain.as_line(json.loads(line) | values)


def resealed(line: bytes, **values: Any) -> bytes:
    """With other values and a hash that fits them."""
    entry = json.loads(line) | values
    body = {name: value for name, value in entry.items() if name not in ("seq", "at", "previous", "hash")}
    return chain.as_line(chain.sealed(body, entry["seq"], chain.at(entry), entry["previous"]))


def rechained(lines: Lines) -> Lines:
    """Somebody who knows the rules: every line sealed anew, from the first on."""
    previous, made = NOTHING.hash, []
    for line in lines:
        made.append(resealed(line, previous=previous))
        previous = json.loads(made[-1])["hash"]
    return made


EARLIER = (NOON - timedelta(days=1)).isoformat(timespec="microseconds")
# What is done to the lines -> the problems, each with the entry it names.
DRILL: dict[str, tuple[Callable[[Lines], Lines], set[tuple[str, int | None]]]] = {
    "delete one": (lambda ls: ls[:3] + ls[4:], {("deleted", 4)}),
    "delete the first": (lambda ls: ls[1:], {("deleted", 1)}),
    "delete three": (lambda ls: ls[:2] + ls[5:], {("deleted", 3)}),
    "delete all": (lambda _: [], {("truncated", 1)}),
    "cut off the last": (lambda ls: ls[:-1], {("truncated", 8)}),
    "cut off half": (lambda ls: ls[:4], {("truncated", 5)}),
    "cut into the last line": (lambda ls: [*ls[:-1], ls[-1][:20]], {("truncated", 8)}),
    "alter a value": (lambda ls: [*ls[:3], edited(ls[3], what=99), *ls[4:]], {("altered", 4)}),
    "alter the last": (lambda ls: [*ls[:7], edited(ls[7], what=99)], {("altered", 8)}),
    "alter spaces": (lambda ls: [*ls[:3], ls[3].replace(b",", b", "), *ls[4:]], {("altered", 4)}),
    "alter with its hash": (lambda ls: [*ls[:3], resealed(ls[3], what=99), *ls[4:]], {("altered", 4)}),
    "alter the last with its hash": (lambda ls: [*ls[:7], resealed(ls[7], what=99)], {("altered", 8)}),
    "alter and seal everything anew": (
        lambda ls: rechained([*ls[:3], edited(ls[3], what=99), *ls[4:]]), {("altered", 8)},
    ),
    "swap two": (lambda ls: [*ls[:2], ls[3], ls[2], *ls[4:]], {("reordered", 3)}),
    "turn round": (lambda ls: ls[::-1], {("reordered", n) for n in range(1, 8)}),
    "back-date": (
        lambda ls: [*ls[:3], edited(ls[3], at=EARLIER), *ls[4:]], {("altered", 4), ("back_dated", 4)},
    ),
    "back-date with its hash": (
        lambda ls: [*ls[:3], resealed(ls[3], at=EARLIER), *ls[4:]], {("altered", 4), ("back_dated", 4)},
    ),
    "append a back-dated one": (
        lambda ls: [*ls, resealed(ls[7], seq=9, at=EARLIER, previous=json.loads(ls[7])["hash"])], {("back_dated", 9)},
    ),
    "double one": (lambda ls: [*ls[:4], *ls[3:]], {("duplicated", 4)}),
    "double the last": (lambda ls: [*ls, ls[-1]], {("duplicated", 8)}),
    "another line of the same number": (
        lambda ls: [*ls[:4], resealed(ls[3], what=99), *ls[4:]], {("duplicated", 4)},
    ),
    "no JSON": (lambda ls: [*ls[:4], b"hello\n", *ls[4:]], {("foreign", None)}),
    "JSON of something else": (lambda ls: [*ls, b'{"seq":9}\n'], {("foreign", None)}),
    "no text": (lambda ls: [*ls, b"\xff\xfe\n"], {("foreign", None)}),
    "an empty line": (lambda ls: [*ls[:4], b"\n", *ls[4:]], {("foreign", None)}),
    "a number out of nowhere": (
        lambda ls: [*ls, resealed(ls[7], seq=10**12)], {("deleted", 9)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", DRILL)
def test_what_was_done_is_named_and_nothing_is_appended(tmp_path: Path, attack: str) -> None:
    log = filled(tmp_path)
    assert log.verify() == []
    change, expected = DRILL[attack]
    log.path.write_bytes(b"".join(change(log.path.read_bytes().splitlines(keepends=True))))
    damaged = log.path.read_bytes()
    found = log.verify()
    assert {(problem.kind, problem.seq) for problem in found} == expected
    assert all(str(problem.seq) in problem.text for problem in found if problem.seq is not None)
    with pytest.raises(DamagedLogError) as caught:
        log.append(NOON + timedelta(days=1), lambda *_: [{"event": "said"}])
    assert list(caught.value.problems) == found
    assert log.path.read_bytes() == damaged


def chained(size: int) -> tuple[bytes, Head]:
    lines, previous = [], NOTHING.hash
    for n in range(1, size + 1):
        entry = chain.sealed({"event": "said", "what": n}, n, NOON + timedelta(minutes=n), previous)
        lines.append(chain.as_line(entry))
        previous = entry["hash"]
    return b"".join(lines), Head(size, previous)


GOOD, GOOD_HEAD = chained(3)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_any_change_of_a_byte_is_detected(place: int, by: int) -> None:
    """Of a whole file there is exactly one version."""
    assert chain.problems(chain.split(GOOD)[0], GOOD_HEAD, {}) == []
    bad = GOOD[:place] + bytes([GOOD[place] ^ by]) + GOOD[place + 1 :]
    assert chain.problems(chain.split(bad)[0], GOOD_HEAD, {})


def test_a_head_that_is_gone_or_older_is_told(tmp_path: Path) -> None:
    log = filled(tmp_path)
    head = tmp_path / "toy.head.json"
    for content in (b"", b"{}", b"[]", b'{"count": "many", "hash": ""}'):
        head.write_bytes(content)
        assert [problem.kind for problem in log.verify()] == ["head"]
    head.unlink()
    assert [problem.kind for problem in log.verify()] == ["head"]


def test_lines_and_head_cut_off_together_are_found_by_what_others_noted(tmp_path: Path) -> None:
    """The head lies beside the lines; whoever can write one can write the other."""
    log = filled(tmp_path)
    entries = log.entries()
    noted = {entry["seq"]: entry["hash"] for entry in entries[4:6]}
    assert log.verify(noted) == []
    log.path.write_bytes(b"".join(chain.as_line(entry) for entry in entries[:3]))
    (tmp_path / "toy.head.json").write_text(json.dumps({"count": 3, "hash": entries[2]["hash"]}))
    assert log.verify() == []
    assert [(problem.kind, problem.text) for problem in log.verify(noted)] == [
        ("truncated", "seq 4 to 6 was acknowledged and is cut off")
    ]


def test_a_whole_chain_made_anew_is_found_by_what_others_noted(tmp_path: Path) -> None:
    log = filled(tmp_path)
    noted = {entry["seq"]: entry["hash"] for entry in log.entries()[5:6]}
    lines = log.path.read_bytes().splitlines(keepends=True)
    made = rechained([edited(lines[0], what=99), *lines[1:]])
    log.path.write_bytes(b"".join(made))
    (tmp_path / "toy.head.json").write_text(json.dumps({"count": 8, "hash": json.loads(made[-1])["hash"]}))
    assert log.verify() == []
    assert [(problem.kind, problem.seq) for problem in log.verify(noted)] == [("altered", 6)]


@pytest.mark.parametrize("left", [1, 50, -1])
def test_an_incomplete_last_line_was_never_acknowledged_and_is_cut_off(tmp_path: Path, left: int) -> None:
    """A writer was killed while it wrote: what it had not finished, nobody was told of."""
    log = filled(tmp_path)
    good = log.path.read_bytes()
    ninth = chain.as_line(chain.sealed({"event": "said"}, 9, NOON + timedelta(hours=1), log.entries()[-1]["hash"]))
    log.path.write_bytes(good + ninth[:left])
    assert log.verify() == []
    assert len(log.entries()) == SIZE
    log.append(NOON + timedelta(hours=2), lambda *_: [])
    log.append(NOON + timedelta(hours=2), lambda *_: [{"event": "again"}])
    assert log.path.read_bytes().startswith(good)
    assert [entry["event"] for entry in log.entries()][-2:] == ["said", "again"]
    assert log.verify() == []


def test_whole_lines_after_the_head_count(tmp_path: Path) -> None:
    """A writer was killed between the lines and the head: they are on disk, and somebody may have seen them."""
    log = filled(tmp_path)
    last = log.entries()[-1]
    log.path.write_bytes(
        log.path.read_bytes()
        + chain.as_line(chain.sealed({"event": "late"}, 9, NOON + timedelta(hours=1), last["hash"]))
    )
    assert log.verify() == []
    entries = log.append(NOON + timedelta(hours=2), lambda known, _: [{"event": "next", "seen": len(known)}])
    assert [(entry["seq"], entry.get("seen")) for entry in entries[-2:]] == [(9, None), (10, 9)]
    assert log.verify() == []


def test_a_clock_that_goes_back_appends_nothing(tmp_path: Path) -> None:
    log = filled(tmp_path)
    early = NOON - timedelta(minutes=3)
    with pytest.raises(DamagedLogError, match="the clock stands at"):
        log.append(early, lambda *_: [{"event": "said"}])
    assert len(log.append(early, lambda *_: [])) == SIZE
    assert log.verify() == []


def test_a_writer_that_waited_decides_at_the_instant_of_the_other(tmp_path: Path) -> None:
    """Two runs begin seconds apart; the later one is first. The other must not fail, nor be dated before it."""
    log = filled(tmp_path)
    *_, other, last = log.append(NOON, lambda _, instant: [{"decided": instant.isoformat()}])
    assert last["at"] == other["at"]
    assert datetime.fromisoformat(last["decided"]) == chain.at(other) == NOON + timedelta(minutes=SIZE)
    assert log.verify() == []


def test_an_empty_log_is_whole_until_others_know_more(tmp_path: Path) -> None:
    log = ChainedLog(tmp_path / "never" / "there", "toy")
    assert log.verify() == [] and log.entries() == []
    assert not log.path.parent.exists()
    assert [problem.kind for problem in log.verify({2: "a" * 64})] == ["truncated"]


def test_an_error_in_the_decision_writes_nothing(tmp_path: Path) -> None:
    log = filled(tmp_path)
    before = log.path.read_bytes()

    def fails(*_: Any) -> list[dict[str, Any]]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        log.append(NOON + timedelta(days=1), fails)
    with pytest.raises(ValueError, match="not JSON compliant"):
        log.append(NOON + timedelta(days=1), lambda *_: [{"x": float("nan")}])
    assert log.path.read_bytes() == before
    assert log.verify() == []


def append_many(folder: Path, writer: int, count: int) -> None:
    log = ChainedLog(folder, "toy")
    for n in range(count):
        log.append(NOON, lambda known, _, n=n: [{"writer": writer, "n": n, "seen": len(known)}] * 2)


def test_processes_that_append_at_once_make_one_chain(tmp_path: Path) -> None:
    """A lost update would be a published pick that nobody wrote down."""
    writers = [_PROCESSES.Process(target=append_many, args=(tmp_path, n, 10)) for n in range(2)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(60)
    assert [process.exitcode for process in writers] == [0, 0]
    log = ChainedLog(tmp_path, "toy")
    assert log.verify() == []
    entries: list[Entry] = log.entries()
    assert len(entries) == 40
    # Each decided on all that was there.
    assert all(entry["seen"] == (entry["seq"] - 1) // 2 * 2 for entry in entries)
    assert chain.problems(chain.split(log.path.read_bytes())[0], Head(40, entries[-1]["hash"]), {}) == []
