"""A log that is only ever appended to: JSON lines in a folder, hash-chained, for what cannot be computed again.

`NAME.jsonl` holds the entries, `NAME.head.json` how many were acknowledged and the hash of the last one, `NAME.lock` is
what writers wait for. An append is acknowledged when the head is on disk: first the lines are, then the head. A
writer killed in between leaves whole lines after the head, which count, or an incomplete last line, which was never
acknowledged and which the next append cuts off. Nothing else is ever repaired.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from resources import chain
from resources.chain import NOTHING, Anchors, Entry, Head, Line, Problem

Rules = Callable[[Sequence[Entry]], Sequence[Problem]]
# Entries so far, and the instant at which is decided -> what to append.
Decide = Callable[[Sequence[Entry], datetime], Sequence[Mapping[str, Any]]]
# By so much a writer that waited for another may be behind it.
_WAITED = timedelta(minutes=10)


class DamagedLogError(ValueError):
    """The log is not what was written: nothing may be appended. `problems` tells what happened."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        super().__init__(f"{path}: {'; '.join(problem.text for problem in problems)}")
        self.problems = tuple(problems)


class ChainedLog:
    """The log `name` in `folder`. `rules`: what entries that are chained correctly may be wrong in nevertheless."""

    def __init__(self, folder: Path, name: str, rules: Rules = lambda _: ()) -> None:
        self.path = folder / f"{name}.jsonl"
        self._head_path = folder / f"{name}.head.json"
        self._lock_path = folder / f"{name}.lock"
        self._rules = rules

    def verify(self, anchors: Anchors | None = None) -> list[Problem]:
        """What was done to the log. `anchors`: hashes of entries as noted elsewhere."""
        return self._read(anchors or {})[1]

    def entries(self, anchors: Anchors | None = None) -> list[Entry]:
        """All entries, in order; raises DamagedLogError."""
        entries, problems = self._read(anchors or {})
        if problems:
            raise DamagedLogError(self.path, problems)
        return entries

    def append(self, now: datetime, decide: Decide, anchors: Anchors | None = None) -> list[Entry]:
        """Append what `decide` makes of the entries so far; all entries afterwards. Raises DamagedLogError.

        Nobody else appends between the reading and the writing. The instant is `now`, or that of the last entry if
        another writer, who began a little later, was first.
        """
        with self._locked():
            entries = self.entries(anchors)
            latest = chain.at(entries[-1]) if entries else now
            instant = max(now, latest) if latest - now <= _WAITED else now
            added = []
            last = entries[-1]["hash"] if entries else NOTHING.hash
            for seq, body in enumerate(decide(entries, instant), len(entries) + 1):
                added.append(chain.sealed(body, seq, instant, last))
                last = added[-1]["hash"]
            if added:
                if instant < latest:
                    text = f"the clock stands at {now.isoformat()}, before the last entry at {entries[-1]['at']}"
                    raise DamagedLogError(self.path, [Problem("back_dated", None, text)])
                if not self._head_path.exists():
                    self._write_head(NOTHING)
                self._write_lines(b"".join(chain.as_line(entry) for entry in added))
                self._write_head(Head(len(entries) + len(added), last))
            return [*entries, *added]

    def _read(self, anchors: Anchors) -> tuple[list[Entry], list[Problem]]:
        # The head before the lines: what was acknowledged by then must be there, what comes later may.
        try:
            head = self._head()
        except (ValueError, TypeError, KeyError):
            return [], [Problem("head", None, f"{self._head_path.name} cannot be read")]
        lines, _ = chain.split(self._data())
        found = chain.problems(lines, head, anchors)
        entries = _entries(lines)
        return entries, found or list(self._rules(entries))

    def _data(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def _head(self) -> Head | None:
        if not self._head_path.exists():
            return None
        stored = json.loads(self._head_path.read_bytes())
        return Head(int(stored["count"]), str(stored["hash"]))

    def _write_lines(self, content: bytes) -> None:
        """After the last complete line."""
        with self.path.open("ab") as file:
            file.truncate(self._data().rfind(b"\n") + 1)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _flush_folder(self.path.parent)

    def _write_head(self, head: Head) -> None:
        aside = self._head_path.with_suffix(".tmp")
        with aside.open("wb") as file:
            file.write(json.dumps({"count": head.count, "hash": head.hash}).encode())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._head_path)
        _flush_folder(aside.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock falls with its process, so a killed writer blocks nobody."""
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock_path.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _entries(lines: Sequence[Line]) -> list[Entry]:
    return [line.entry for line in lines if line.entry is not None]


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
