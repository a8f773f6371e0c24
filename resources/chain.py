"""Entries of an append-only log, each with the hash of the one before, and what gives away that somebody changed them.

Pure: bytes in, problems out. `resources/chained_log.py` keeps such a log in a folder.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, Literal

GENESIS = "0" * 64

# seq (1, 2, 3 ..), at (UTC), the body, previous (hash of the entry before) and hash (of everything else in it).
Entry = Mapping[str, Any]
# seq -> hash: what was acknowledged once, noted somewhere else.
Anchors = Mapping[int, str]
Kind = Literal["deleted", "truncated", "altered", "reordered", "duplicated", "back_dated", "foreign", "head"]


@dataclass(frozen=True)
class Problem:
    """Something an append-only log never does by itself. `seq`: of the entry it is about, where that is known."""

    kind: Kind
    seq: int | None
    text: str


@dataclass(frozen=True)
class Head:
    """How many entries were acknowledged, and the hash of the last of them."""

    count: int
    hash: str


@dataclass(frozen=True)
class Line:
    """One complete line of the file; `entry` is None where it is none, `intact` tells whether its hash is its own."""

    number: int
    entry: Entry | None
    intact: bool


NOTHING = Head(0, GENESIS)


def sealed(body: Mapping[str, Any], seq: int, at: datetime, previous: str) -> Entry:
    """`body` as the entry `seq` after the one with the hash `previous`."""
    open_ = {**body, "seq": seq, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), "previous": previous}
    return {**open_, "hash": _digest(open_)}


def as_line(entry: Entry) -> bytes:
    """The entry as its line; there is one way to write it."""
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def split(data: bytes) -> tuple[list[Line], bytes]:
    """Complete lines, and what follows the last of them: the start of a line whose writer was killed."""
    *complete, torn = data.split(b"\n")
    return [_line(number, raw + b"\n") for number, raw in enumerate(complete, 1)], torn


def at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"])


def problems(lines: Sequence[Line], head: Head | None, anchors: Anchors) -> list[Problem]:
    """What happened to the file since its entries were acknowledged; nothing for a whole one.

    Entries after the head are no problem if they continue the chain: their writer was killed before it wrote the head.
    """
    entries = [(line.entry, line.intact) for line in lines if line.entry is not None]
    seqs = [entry["seq"] for entry, _ in entries]
    good: dict[int, Entry] = {}
    for entry, intact in entries:
        if intact:
            good.setdefault(entry["seq"], entry)
    found = [
        Problem("foreign", None, f"line {line.number} is no entry of this log") for line in lines if line.entry is None
    ]
    if head is None and lines:
        found.append(Problem("head", None, "the head file, which says how many entries there are, is missing"))
    found += [
        Problem("altered", entry["seq"], f"seq {entry['seq']} was altered: its content does not have its hash")
        for entry, intact in entries
        if not intact
    ]
    found += [
        Problem("duplicated", seq, f"seq {seq} stands {count} times")
        for seq, count in Counter(seqs).items()
        if count > 1
    ]
    known = {**anchors, **({head.count: head.hash} if head and head.count else {})}
    found += _missing(set(seqs), set(good), max(known, default=0))
    found += _reordered(seqs)
    found += _rewritten(good, known)
    found += _back_dated(entries)
    return sorted(found, key=lambda problem: (problem.seq or 0, problem.kind))


def _line(number: int, raw: bytes) -> Line:
    try:
        entry = json.loads(raw)
        shape = {"seq": int, "at": str, "previous": str, "hash": str}
        if not all(type(entry[name]) is kind for name, kind in shape.items()) or at(entry).tzinfo is None:
            return Line(number, None, intact=False)
    except (ValueError, KeyError, TypeError):
        return Line(number, None, intact=False)
    return Line(number, entry, intact=_digest(entry) == entry["hash"] and as_line(entry) == raw)


def _digest(entry: Entry) -> str:
    return sha256(as_line({name: value for name, value in entry.items() if name != "hash"})).hexdigest()


def _missing(seqs: set[int], good: set[int], acknowledged: int) -> Iterator[Problem]:
    """Gaps as ranges: a forged number may be any."""
    last = max(good, default=0)
    there = sorted(seq for seq in seqs if 0 < seq <= max(last, acknowledged))
    for before, after in pairwise([0, *there]):
        if after - before > 1:
            yield Problem("deleted", before + 1, f"{_range(before + 1, after - 1)} was deleted")
    end = there[-1] if there else 0
    if end < acknowledged:
        yield Problem("truncated", end + 1, f"{_range(end + 1, acknowledged)} was acknowledged and is cut off")


def _range(first: int, last: int) -> str:
    return f"seq {first}" if first == last else f"seq {first} to {last}"


def _reordered(seqs: Iterable[int]) -> Iterator[Problem]:
    highest = 0
    for seq in seqs:
        if seq < highest:
            yield Problem("reordered", seq, f"seq {seq} stands after seq {highest}")
        highest = max(highest, seq)


def _rewritten(good: Mapping[int, Entry], known: Anchors) -> Iterator[Problem]:
    """Entries whose own hash is right, but that are not those which others remember."""
    for seq, entry in good.items():
        before = good.get(seq - 1)
        expected = GENESIS if seq == 1 else before["hash"] if before else entry["previous"]
        if entry["previous"] != expected:
            text = f"seq {seq - 1} was altered with its hash: seq {seq} remembers another"
            yield Problem("altered", seq - 1, text)
    for seq, noted in known.items():
        if seq in good and good[seq]["hash"] != noted:
            yield Problem("altered", seq, f"seq {seq} was altered with its hash: it is not the one acknowledged")


def _back_dated(entries: Sequence[tuple[Entry, bool]]) -> Iterator[Problem]:
    latest: datetime | None = None
    for entry, intact in sorted(entries, key=lambda pair: pair[0]["seq"]):
        if latest is not None and at(entry) < latest:
            text = f"seq {entry['seq']} is back-dated to {entry['at']}, before an entry that precedes it"
            yield Problem("back_dated", entry["seq"], text)
        elif intact:
            latest = at(entry)
