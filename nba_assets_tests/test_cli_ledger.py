"""`nba halt`, `nba resume` and `nba ledger` as people call them, each with a home of its own.

Dangers covered: a damaged ledger with exit status 0, a request that is refused with a traceback, a halt that nobody can
look up, a ledger that is read from somewhere else.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nba_assets.cli import app
from nba_assets.contracts.published_picks import TABLE
from nba_assets.pick_events import SNAPSHOT
from nba_assets.transforms.published_picks import rows
from nba_assets_tests.frames import row
from resources.chained_log import ChainedLog
from resources.halts import Halts
from resources.pick_ledger import pick_ledger
from resources.simulation import Simulation, write_simulation
from resources.warehouse import LocalWarehouse

DAY = date(2024, 1, 15)
NOW = datetime(2024, 1, 15, 21, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A SIMULATED home, whose clock stands."""
    write_simulation(tmp_path / "landing", Simulation(2024, NOW))
    return tmp_path


def nba(home: Path, *arguments: str) -> Result:
    nothing = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE", "NBA_LEDGER"))
    return CliRunner().invoke(app, list(arguments), env={**nothing, "NBA_HOME": str(home), "COLUMNS": "200"})


def published(home: Path) -> ChainedLog:
    """A ledger with one pick, and the table that knows of it."""
    pick = row("published_picks")
    values = {name: pick[name] for name in SNAPSHOT} | {"game_date": str(DAY)}
    body = {"event": "published", **values, "tipoff_utc": pick["tipoff_utc"].isoformat()}
    ledger = pick_ledger(home / "ledger")
    entries = ledger.append(NOW - timedelta(hours=1), lambda *_: [body])
    LocalWarehouse(home / "warehouse").replace(TABLE, [DAY], rows(entries, [DAY]))
    return ledger


def test_a_halt_is_placed_listed_and_ended(home: Path) -> None:
    assert nba(home, "halt", "books are down").exit_code == 0
    assert nba(home, "halt", "deadline", "--from", "2024-02-05", "--to", "2024-02-08").exit_code == 0
    assert [halt.reason for halt in Halts(home / "ledger").in_force(date(2024, 2, 6))] == ["books are down", "deadline"]
    done = nba(home, "resume", "they are back")
    assert done.exit_code == 0
    assert "ended: books are down" in done.output and "ended: deadline" in done.output
    assert "SIMULATED" in done.output
    listed = nba(home, "halt", "--list").output
    assert "halt 2024-01-15 to further notice books are down" in listed
    assert "halt 2024-02-05 to 2024-02-08 deadline" in listed
    assert "resume 2024-01-15 they are back" in listed


REFUSED = {
    "no reason": (["halt"], "a halt needs a reason"),
    "a date that is over": (["halt", "x", "--from", "2024-01-14"], "2024-01-14 is over"),
    "no date": (["halt", "x", "--to", "soon"], "'soon' is not a date"),
    "nothing to resume": (["resume"], "nothing is halted"),
    "a pick that is none": (["ledger", "retract", "2024-01-15", "nobody", "x"], "it was never published"),
    "a wrong date": (["ledger", "show", "yesterday"], "'yesterday' is not a date"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_in_a_sentence(home: Path, what: str) -> None:
    arguments, words = REFUSED[what]
    done = nba(home, *arguments)
    assert done.exit_code != 0
    assert words in done.output
    assert "Traceback" not in done.output and not isinstance(done.exception, ValueError)


def test_a_whole_ledger_is_verified_and_shown(home: Path) -> None:
    published(home)
    done = nba(home, "ledger", "verify")
    assert done.exit_code == 0, done.output
    assert "1 entries, whole; 1 of them known to the warehouse" in done.output.replace("\n", "")
    shown = nba(home, "ledger", "show", str(DAY)).output
    assert "joelembiid" in shown and "30.50" in shown
    assert "joelembiid" not in nba(home, "ledger", "show", "2024-01-16").output


def test_a_damaged_ledger_is_told_with_its_exit_status(home: Path) -> None:
    ledger = published(home)
    good = ledger.path.read_bytes()
    ledger.path.write_bytes(good.replace(b'"line":30.5', b'"line":31.5'))
    done = nba(home, "ledger", "verify")
    assert done.exit_code == 1
    assert "altered: seq 1 was altered" in done.output
    for command in (["ledger", "show"], ["ledger", "retract", str(DAY), "joelembiid", "x"]):
        refused = nba(home, *command)
        assert refused.exit_code == 2
        assert "seq 1 was altered" in refused.output.replace("\n", " ")
    # Ledger and head are gone together; the table remembers.
    for file in ledger.path.parent.iterdir():
        file.unlink()
    assert "truncated: seq 1 was acknowledged" in nba(home, "ledger", "verify").output


def test_a_pick_is_withdrawn_once_and_before_its_game(home: Path) -> None:
    ledger = published(home)
    assert nba(home, "ledger", "retract", str(DAY), "joelembiid", "he is ill").exit_code == 0
    last = ledger.entries()[-1]
    assert (last["event"], last["why"], last["line"], last["at"][:16]) == (
        "retracted", ["he is ill"], 30.5, "2024-01-15T21:00",
    )  # fmt: skip
    again = nba(home, "ledger", "retract", str(DAY), "joelembiid", "he is ill")
    assert again.exit_code == 2
    assert "it was withdrawn at" in again.output
