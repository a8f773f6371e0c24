"""`nba` as people and scripts call it, each with a home of its own.

Dangers covered: an exit status that says success when a date failed, output a script cannot parse, an error that is a
traceback, settings that are taken from somewhere else.

Commands that load the definitions run in a process of their own, because those read the environment once, at import;
`nba sql` and wrong settings do not get that far and run here.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ml_models.systems import ROSTER
from nba_assets.cli import app
from nba_assets.contracts import TABLES
from nba_assets_tests.simulated import MONDAY, TUESDAY, link_dates
from resources.settings import CHECKOUT

FIRST, LAST = str(MONDAY), str(TUESDAY)


@dataclass(frozen=True)
class Nba:
    """The command line over one NBA_HOME."""

    home: Path

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """In a process of its own, in the home folder."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("NBA_", "DAGSTER_"))}
        return subprocess.run(
            [sys.executable, "-c", "from nba_assets.cli import app; app(prog_name='nba')", *arguments],
            env=clean | {"PYTHONPATH": str(CHECKOUT), "NBA_HOME": str(self.home)},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def here(self, *arguments: str, **variables: str) -> Result:
        """In this process: for commands that do not load the definitions."""
        nothing = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE"))
        return CliRunner().invoke(app, list(arguments), env=nothing | {"NBA_HOME": str(self.home)} | variables)


@pytest.fixture(scope="module")
def filled(
    simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Nba, subprocess.CompletedProcess[str]]:
    """A home with two simulated dates, and what `nba backfill` said about them."""
    nba = Nba(tmp_path_factory.mktemp("filled"))
    link_dates(simulated_landing, nba.home / "landing", MONDAY, TUESDAY)
    return nba, nba("backfill", FIRST, LAST, "--plain")


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> tuple[Nba, subprocess.CompletedProcess[str]]:
    """A home without landing files, and what `nba backfill` said about a date of it."""
    nba = Nba(tmp_path_factory.mktemp("red"))
    return nba, nba("backfill", FIRST, FIRST, "--select", "nbac_schedule", "--plain")


# --- backfill


def test_a_good_backfill_exits_0_with_plain_lines_and_a_summary(
    filled: tuple[Nba, subprocess.CompletedProcess[str]],
) -> None:
    nba, done = filled
    assert done.returncode == 0, done.stdout + done.stderr
    progress = [line for line in done.stderr.splitlines() if re.match(r"\d+/\d+ tables", line)]
    assets = len(TABLES) + len(ROSTER)
    assert progress[-1] == f"{assets}/{assets} tables"
    assert f"warehouse {nba.home / 'warehouse'}" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr, "no colours or cursor movements in a pipe"
    for table in TABLES.values():
        assert re.search(rf"^{re.escape(table.full_name)}\s+2\s", done.stdout, re.MULTILINE), table.full_name
    assert "every run succeeded, no date failed an ERROR check" in done.stdout


def test_everything_lies_below_home(filled: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    """Nothing may be written to the working directory, which is the home here, or to the checkout."""
    nba, _ = filled
    assert {path.name for path in nba.home.iterdir()} == {"landing", "warehouse", "ledger", "dagster"}


def test_a_backfill_with_red_dates_exits_1_and_names_them(red: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    """A script that backfills five seasons looks at nothing but the status."""
    _, done = red
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"ERROR {FIRST} nba_raw.nbac_schedule season_schedule: no readable document of season" in done.stdout
    assert "FAILED nba_raw.nbac_schedule" in done.stdout
    assert "every run succeeded" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_request_that_makes_no_sense_exits_2_with_one_error(tmp_path: Path) -> None:
    """2, not 1: nothing ran. (Ranges and selections themselves: test_backfill.)"""
    done = Nba(tmp_path)("backfill", FIRST, LAST, "--select", "player_summary")
    assert done.returncode == 2
    assert "error: --select 'player_summary'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "warehouse").exists()


# --- settings


@pytest.mark.parametrize("command", [("status",), ("sql", "SELECT 1"), ("backfill", FIRST, LAST), ("ui",)])
def test_a_wrong_setting_exits_2_and_names_variable_and_fix(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = Nba(tmp_path).here(*command, NBA_ENV="prod")
    assert done.exit_code == 2, done.output
    assert "error: NBA_ENV='prod': Input should be 'local', 'live' or 'production'" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


# --- status


def test_status_as_json(filled: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    nba, _ = filled
    done = nba("status", "--format", "json")
    assert done.returncode == 0, done.stderr
    statuses = json.loads(done.stdout)
    assert list(statuses) == [table.full_name for table in TABLES.values()]
    for name, status in statuses.items():
        assert set(status) == {"dates", "latest", "missing", "failed_checks"}
        assert (status["dates"], status["latest"], status["missing"]) == (2, LAST, []), name
        for failed in status["failed_checks"]:
            assert set(failed) == {"game_date", "check", "severity", "description"}
            assert failed["severity"] == "WARN"


def test_status_as_a_table_names_the_checks_that_fail(red: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    nba, _ = red
    done = nba("status")
    assert done.returncode == 0, done.stderr
    for table in TABLES.values():
        assert re.search(rf"^{re.escape(table.full_name)}\s+0\s+-\s+-", done.stdout, re.MULTILINE), table.full_name
    assert f"ERROR {FIRST} nba_raw.nbac_schedule season_schedule: no readable document" in done.stdout


def test_status_of_a_fresh_home_is_empty_not_an_error(tmp_path: Path) -> None:
    """The first command of a new person."""
    done = Nba(tmp_path)("status", "--format", "json")
    assert done.returncode == 0, done.stderr
    for status in json.loads(done.stdout).values():
        assert status == {"dates": 0, "latest": None, "missing": [], "failed_checks": []}


# --- sql


def test_sql_as_csv_json_and_table(filled: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    nba, _ = filled
    query = "SELECT game_date, count(*) AS games, NULL AS nothing FROM nba_raw.nbac_schedule GROUP BY 1 ORDER BY 1"
    as_csv = nba.here("sql", query, "--format", "csv")
    assert as_csv.exit_code == 0, as_csv.output
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [row["game_date"] for row in rows] == [FIRST, LAST]
    as_json = json.loads(nba.here("sql", query, "--format", "json").stdout)
    assert as_json == [{"game_date": r["game_date"], "games": int(r["games"]), "nothing": None} for r in rows]
    as_table = nba.here("sql", query).stdout
    assert "game_date" in as_table and FIRST in as_table and "│" in as_table


def test_sql_joins_tables_reference_and_quarantine(filled: tuple[Nba, subprocess.CompletedProcess[str]]) -> None:
    nba, _ = filled
    query = """
        SELECT count(*) AS n, (SELECT count(*) FROM nba_quarantine.nbac_schedule) AS left_out
        FROM nba_analytics.player_game_summary JOIN nba_reference.teams ON team_abbr = abbr
    """
    done = nba.here("sql", query, "--format", "json")
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)
    assert found["n"] > 0
    assert found["left_out"] == 0


def test_sql_of_a_fresh_home_answers_with_no_rows(tmp_path: Path) -> None:
    done = Nba(tmp_path).here("sql", "SELECT * FROM nba_analytics.player_game_summary", "--format", "csv")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().split(",") == TABLES["player_game_summary"].column_names


@pytest.mark.parametrize(
    "query", ["SELECT * FROM nba_raw.no_such_table", "SELEC 1", "SELECT 1/'a'", "SELECT '[bold]' +"]
)
@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_an_sql_error_exits_2_with_duckdb_s_words(tmp_path: Path, query: str, style: str) -> None:
    done = Nba(tmp_path).here("sql", query, "--format", style)
    assert done.exit_code == 2, (done.output, done.exception)
    assert done.stderr.startswith("error: ") and "Error" in done.stderr
    assert done.stdout == ""


def test_an_error_s_brackets_are_not_taken_for_markup(tmp_path: Path) -> None:
    """DuckDB quotes the query: `['a']` must be shown, and `[/]` must not crash the message."""
    for text in ("x['a']", "y[/]", "z[bold]"):
        done = Nba(tmp_path).here("sql", f"SELECT 1 FROM {text}")
        assert done.exit_code == 2, (done.output, done.exception)
        assert text in done.stderr


def test_the_prompt_answers_statements_survives_errors_and_ends(tmp_path: Path) -> None:
    environment = {"NBA_HOME": str(tmp_path)}
    done = CliRunner().invoke(
        app, ["sql"], input="SELECT 6 *\n7 AS answer;\nSELEC 1;\nSELECT 8 AS after;\n", env=environment
    )
    assert done.exit_code == 0, done.output
    assert "42" in done.stdout and "Parser Error" in done.stdout and "after" in done.stdout


def test_help_names_the_commands() -> None:
    done = CliRunner().invoke(app, ["--help"])
    for command in ("backfill", "status", "sql", "ui"):
        assert re.search(rf"^\W*{command}\s", done.stdout, re.MULTILINE), done.stdout


# --- fetch


def test_fetch_reaches_the_network_only_in_the_live_environment(tmp_path: Path) -> None:
    """A laptop that tries the demo must not knock at providers' doors."""
    done = Nba(tmp_path).here("fetch", "games", FIRST, LAST)
    assert done.exit_code == 2
    assert "NBA_ENV=live" in done.output


def test_real_files_are_never_fetched_into_a_simulated_folder(tmp_path: Path) -> None:
    """Simulated and real games side by side would be worth less than either."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "SIMULATED.txt").write_text("SIMULATED")
    done = Nba(tmp_path).here("fetch", "games", FIRST, LAST, NBA_ENV="live")
    assert done.exit_code == 2
    assert "SIMULATED" in done.output


def test_fetch_refuses_a_range_that_makes_no_sense(tmp_path: Path) -> None:
    done = Nba(tmp_path).here("fetch", "games", LAST, FIRST, NBA_ENV="live")
    assert done.exit_code == 2
    assert "FROM <= TO" in done.output
