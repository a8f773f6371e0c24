"""What makes a landing folder simulated.

Dangers covered: simulated files among real ones, two leagues in one folder, a marker that is read as something else
than was meant, a clock without a time zone.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from nba_assets.cli import app
from resources.clock import SystemClock
from resources.registry import build_clock
from resources.settings import Settings
from resources.simulation import SIMULATED_MARKER, Simulation, SimulationError, read_simulation, write_simulation

NOW = datetime(2025, 1, 19, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "simulation",
    [
        Simulation(7),
        Simulation(7, NOW),
        Simulation(7, NOW, datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "rough_night"),
        Simulation(-1, faults='/a "quoted" folder\\ü.toml'),
    ],
)
def test_what_is_written_is_read(tmp_path: Path, simulation: Simulation) -> None:
    write_simulation(tmp_path / "landing", simulation)
    assert read_simulation(tmp_path / "landing") == simulation


def test_the_marker_speaks_to_people(tmp_path: Path) -> None:
    write_simulation(tmp_path, Simulation(7))
    assert (tmp_path / SIMULATED_MARKER).read_text().startswith("# SIMULATED\n")
    assert [path.name for path in tmp_path.iterdir()] == [SIMULATED_MARKER]


def test_a_folder_without_marker_or_league_has_none(tmp_path: Path) -> None:
    assert read_simulation(tmp_path / "nothing") is None
    (tmp_path / SIMULATED_MARKER).write_text("# SIMULATED\n")
    assert read_simulation(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed = ", "Invalid"),
        ("seed = 'x'", "seed='x'"),
        ("seed = 1.5", "seed=1.5"),
        ("now = 2025-01-19T01:45:00Z", "seed"),
        ("seed = 1\nnow = 2025-01-19T01:45:00", "now="),
        ("seed = 1\nnow = 'soon'", "now='soon'"),
        ("seed = 1\nspeed = 2", "speed=2"),
    ],
)
def test_a_marker_that_makes_no_sense_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / SIMULATED_MARKER).write_text(text)
    with pytest.raises(SimulationError, match=SIMULATED_MARKER) as caught:
        read_simulation(tmp_path)
    assert told in str(caught.value)


def test_a_marker_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / SIMULATED_MARKER).write_bytes(b"seed = 1 # \xff")
    with pytest.raises(SimulationError, match=SIMULATED_MARKER):
        read_simulation(tmp_path)


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "nba-com").mkdir()
    with pytest.raises(SimulationError, match="holds files that are not simulated; choose an empty folder"):
        write_simulation(tmp_path, Simulation(7))
    assert [path.name for path in tmp_path.iterdir()] == ["nba-com"]


def test_another_league_needs_another_folder_once_there_are_files(tmp_path: Path) -> None:
    write_simulation(tmp_path, Simulation(7))
    write_simulation(tmp_path, Simulation(8))
    (tmp_path / "nba-com").mkdir()
    with pytest.raises(SimulationError, match="holds files of league 8, not 9"):
        write_simulation(tmp_path, Simulation(9))
    write_simulation(tmp_path, Simulation(8, NOW))
    assert read_simulation(tmp_path) == Simulation(8, NOW)


# --- `nba simulate`


def simulate(home: Path, *arguments: str, **variables: str) -> Result:
    nothing = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE"))
    environment: dict[str, Any] = nothing | {"NBA_HOME": str(home)} | variables
    return CliRunner().invoke(app, ["simulate", *arguments], env=environment)


def simulation(home: Path) -> Simulation | None:
    return read_simulation(home / "landing")


def test_a_home_becomes_simulated_and_says_so(tmp_path: Path) -> None:
    done = simulate(tmp_path, "--now", "2025-01-18 20:45", "--faults", "rough_night")
    assert done.exit_code == 0, done.output
    assert "SIMULATED" in done.output and "2025-01-18 20:45" in done.output
    assert simulation(tmp_path) == Simulation(2024, NOW, None, "rough_night")


def test_an_existing_one_keeps_its_league_and_gets_another_clock(tmp_path: Path) -> None:
    simulate(tmp_path, "--seed", "7", "--now", "2025-01-18 20:45")
    (tmp_path / "landing" / "nba-com").mkdir()
    assert simulate(tmp_path, "--now", "2025-01-19T02:45:00Z").exit_code == 0
    assert simulation(tmp_path) == Simulation(7, NOW.replace(hour=2))
    assert simulate(tmp_path).exit_code == 0
    assert simulation(tmp_path) == Simulation(7)
    assert simulate(tmp_path, "--seed", "8").exit_code == 2
    assert simulation(tmp_path) == Simulation(7)


def test_a_running_clock_runs_from_now_on(tmp_path: Path) -> None:
    before = SystemClock().now().replace(microsecond=0)
    assert simulate(tmp_path, "--now", "2025-01-18 20:45", "--running").exit_code == 0
    found = simulation(tmp_path)
    assert found is not None and found.now == NOW
    assert found.started is not None and before <= found.started <= SystemClock().now()


REFUSED: list[tuple[list[str], str]] = [
    (["--now", "tonight"], "'tonight' is not an instant"),
    (["--now", "2025-01-18"], "is not an instant"),
    (["--now", "2025-03-09 02:30"], "does not exist in ET"),
    (["--faults", "rough_nite"], "no fault plan is called 'rough_nite'"),
    (["--faults", "missing.toml"], "missing.toml"),
    (["--running"], "--running needs --now"),
]


@pytest.mark.parametrize(("arguments", "told"), REFUSED)
def test_what_makes_no_sense_is_refused_and_changes_nothing(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = simulate(tmp_path, *arguments)
    assert done.exit_code == 2 and told in done.output, done.output
    assert "Traceback" not in done.output
    assert simulation(tmp_path) is None


@pytest.mark.parametrize("env", ["live", "production"])
def test_only_a_local_environment_is_simulated(tmp_path: Path, env: str) -> None:
    done = simulate(tmp_path, NBA_ENV=env)
    assert done.exit_code == 2 and f"NBA_ENV={env}" in done.output
    assert not (tmp_path / "landing").exists()


def test_real_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "landing" / "nba-com").mkdir(parents=True)
    done = simulate(tmp_path)
    assert done.exit_code == 2 and "not simulated" in done.output
    assert simulation(tmp_path) is None


def test_a_file_of_faults_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text('[[rule]]\nname = "down"\nfault = {kind = "refusal", status = 503}\n')
    monkeypatch.chdir(tmp_path)
    assert simulate(tmp_path, "--faults", "stats_down,mine.toml").exit_code == 0
    found = simulation(tmp_path)
    assert found is not None and found.faults == f"stats_down,{tmp_path / 'mine.toml'}"


def test_the_clock_of_a_home_is_its_simulations(tmp_path: Path) -> None:
    simulate(tmp_path, "--now", "2025-01-18 20:45")
    where = Settings.model_validate({"home": tmp_path})
    assert build_clock(where).now() == NOW
    simulate(tmp_path)
    assert isinstance(build_clock(where), SystemClock)
