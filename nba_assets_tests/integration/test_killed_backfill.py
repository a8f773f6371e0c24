"""`kill -9` in the middle of a range run, then the same command again: the warehouse is as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nba_assets_tests import simulated
from nba_assets_tests.conftest import CHECKOUT
from nba_assets_tests.platform import link_tree, platform
from resources.simulation import Simulation, write_simulation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FIRST, LAST = simulated.FIRST, simulated.LAST


def _start(home: Path, landing: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from nba_assets.cli import app; app()", "backfill", str(FIRST), str(LAST)]
    environment = os.environ | {"NBA_HOME": str(home), "NBA_LANDING": str(landing), "NBA_ENV": "local"}
    environment.pop("NBA_WAREHOUSE", None)
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=quiet, stderr=quiet)


def _partitions(warehouse: Path) -> dict[str, bytes]:
    """Every stored partition; files that a killed writer left aside are not part of any table."""
    return {str(file.relative_to(warehouse)): file.read_bytes() for file in warehouse.rglob("data.parquet")}


@pytest.mark.parametrize("written", [15, 150], ids=["early", "late"])
def test_a_killed_backfill_is_repaired_by_running_it_again(
    simulated_landing: Path, tmp_path: Path, written: int
) -> None:
    home, landing = tmp_path / "home", tmp_path / "landing"
    link_tree(simulated_landing, landing)
    with platform(tmp_path / "whole", landing) as p:
        # All runs at one instant: predictions and grades say when they were made.
        write_simulation(landing, Simulation(simulated.SEED, p.clock.now()))
        p.backfill(FIRST, LAST)
        expected = _partitions(p.warehouse.root)
    run = _start(home, landing)
    while len(list((home / "warehouse").rglob("data.parquet"))) < written:
        assert run.poll() is None, "the backfill ended before it could be killed"
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    interrupted = _partitions(home / "warehouse")

    assert _start(home, landing).wait() == 0
    repaired = _partitions(home / "warehouse")
    assert len(interrupted) < len(expected)
    # What the killed run had written was whole already ...
    assert {path: content for path, content in interrupted.items() if expected[path] != content} == {}
    # ... and the second run completes it.
    assert repaired == expected
