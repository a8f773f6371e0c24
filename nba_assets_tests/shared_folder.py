"""Folders that take long to make, made once per test session, whichever test process needs them first."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest


def shared_folder(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], None]) -> Path:
    """The session's folder of that name; the first process fills it, the others wait. Read it, never change it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    root = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back by the system, however its holder ends
        if not root.exists():
            unfinished = Path(mkdtemp(dir=base))
            fill(unfinished)
            unfinished.rename(root)
    return root
