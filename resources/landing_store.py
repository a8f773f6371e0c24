"""The landing store: immutable provider files, listed by prefix, written once."""

import gzip
import os
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol


@dataclass(frozen=True, order=True)
class LandingFile:
    """One file: path relative to the landing root, when it arrived here, and a generation that tells contents apart.

    On a local disk arrival is the inode change time, which a copy that preserves old modification times cannot fake.
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

    def write(self, path: str, content: bytes) -> None:
        """Create the file; an existing one is never overwritten (`FileExistsError`)."""
        ...


class LocalLandingStore:
    """Landing files in a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def list(self, prefix: str, *, arrived_since_ns: int = 0) -> Iterator[LandingFile]:
        folder = self._path(prefix)
        if not folder.is_dir():
            return
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            relative = f"{prefix}/{entry.name}" if prefix else entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from self.list(relative, arrived_since_ns=arrived_since_ns)
            else:
                status = entry.stat()
                if status.st_ctime_ns >= arrived_since_ns:
                    yield LandingFile(relative, status.st_ctime_ns, f"{status.st_mtime_ns}-{status.st_size}")

    def read(self, path: str) -> bytes:
        try:
            content = self._path(path).read_bytes()
            return gzip.decompress(content) if path.endswith(".gz") else content
        except (OSError, EOFError, zlib.error) as error:
            raise LandingError(f"{path} cannot be read: {error}") from error

    def write(self, path: str, content: bytes) -> None:
        target = self._path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            with aside.open("wb") as file:
                file.write(gzip.compress(content, mtime=0) if path.endswith(".gz") else content)
                file.flush()
                os.fsync(file.fileno())
            # A hard link fails if the name exists, so of many writers exactly one wins.
            os.link(aside, target)
        except FileExistsError as error:
            raise FileExistsError(f"{path} already exists; landing files are written once") from error
        finally:
            aside.unlink(missing_ok=True)

    def _path(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts:
            raise LandingError(f"{path!r} is not a path inside the landing folder")
        return self.root.joinpath(*parts)
