"""The landing store: immutable provider files, listed by prefix, written once, each with its provenance beside it."""

import gzip
import json
import os
import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

# Beside a fetched file: the request it answers (without a key), when and with what status.
PROVENANCE_SUFFIX = ".provenance.json"
# Repetitive JSON: level 9 takes three times as long for 2 % less.
_COMPRESSION = 6

Provenance = Mapping[str, str | int]


@dataclass(frozen=True, order=True)
class LandingFile:
    """One file: path relative to the landing root, when it arrived here, and a generation that tells contents apart.

    On a local disk arrival is the inode change time, of the file or of a folder that was moved here with it: a copy
    that preserves old modification times cannot fake it.
    """

    path: str
    arrived_ns: int
    generation: str


class LandingError(OSError):
    """A landing file cannot be read or written; the message names it."""


class LandingStore(Protocol):
    """A folder or bucket of landing files. Paths are relative, with forward slashes."""

    def list(self, prefix: str, *, arrived_since_ns: int = 0) -> Iterator[LandingFile]:
        """Files below `prefix`, in path order; a missing prefix has none, an unreadable one raises."""
        ...

    def read(self, path: str) -> bytes:
        """Content of the file, decompressed when its name ends in .gz."""
        ...

    def write(self, path: str, content: bytes, provenance: Provenance | None = None) -> None:
        """Create the file; an existing one is never overwritten (`FileExistsError`)."""
        ...

    def provenance(self, path: str) -> Provenance | None:
        """Where a file comes from; None for one that somebody dropped."""
        ...


class LocalLandingStore:
    """Landing files in a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def list(self, prefix: str, *, arrived_since_ns: int = 0) -> Iterator[LandingFile]:
        for file in self._walk(self._path(prefix), prefix, moved_ns=0):
            if file.arrived_ns >= arrived_since_ns:
                yield file

    def _walk(self, folder: Path, relative: str, moved_ns: int) -> Iterator[LandingFile]:
        """Files below a folder. Those of a folder that was moved here as a whole arrived with it, whatever they say:
        a move changes the inode of the folder alone, and unlike a new file not its modification time."""
        if not folder.is_dir():
            return
        status = folder.stat()
        if status.st_ctime_ns > status.st_mtime_ns:
            moved_ns = max(moved_ns, status.st_ctime_ns)
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = f"{relative}/{entry.name}" if relative else entry.name
            if entry.name.startswith(".") or entry.name.endswith(PROVENANCE_SUFFIX):
                continue
            if entry.is_dir():
                yield from self._walk(Path(entry.path), path, moved_ns)
            else:
                status = entry.stat()
                yield LandingFile(path, max(status.st_ctime_ns, moved_ns), f"{status.st_mtime_ns}-{status.st_size}")

    def read(self, path: str) -> bytes:
        try:
            content = self._path(path).read_bytes()
            return gzip.decompress(content) if path.endswith(".gz") else content
        except (OSError, EOFError, zlib.error) as error:
            raise LandingError(f"{path} cannot be read: {error}") from error

    def write(self, path: str, content: bytes, provenance: Provenance | None = None) -> None:
        target = self._path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            with aside.open("wb") as file:
                file.write(gzip.compress(content, _COMPRESSION, mtime=0) if path.endswith(".gz") else content)
                file.flush()
                os.fsync(file.fileno())
            # A hard link fails if the name exists, so of many writers exactly one wins.
            os.link(aside, target)
        except FileExistsError as error:
            raise FileExistsError(f"{path} already exists; landing files are written once") from error
        finally:
            aside.unlink(missing_ok=True)
        if provenance is not None:
            target.with_name(target.name + PROVENANCE_SUFFIX).write_text(json.dumps(dict(provenance), indent=1) + "\n")

    def provenance(self, path: str) -> Provenance | None:
        beside = self._path(path + PROVENANCE_SUFFIX)
        return json.loads(beside.read_text()) if beside.exists() else None

    def _path(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts:
            raise LandingError(f"{path!r} is not a path inside the landing folder")
        return self.root.joinpath(*parts)
