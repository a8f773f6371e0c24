"""`nba models` as people call it.

Dangers covered: a system without a model that is left out, an older model shown as the newest, a simulated model that
does not say so.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ml_models.systems import ROSTER
from nba_assets.cli import app
from nba_assets_tests.platform import register_made_up
from resources.model_store import ModelStore
from resources.simulation import Simulation, write_simulation

WEEKS = (date(2024, 6, 3), date(2024, 6, 10))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of one system."""
    folder = tmp_path_factory.mktemp("home")
    for monday in WEEKS:
        register_made_up(ModelStore(folder / "models"), ROSTER["ewma_baseline"], monday)
    return folder


def nba(home: Path, *arguments: str) -> Result:
    nothing = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE", "NBA_MODELS"))
    return CliRunner().invoke(app, ["models", *arguments], env={**nothing, "NBA_HOME": str(home), "COLUMNS": "200"})


def test_the_newest_model_of_every_system(home: Path) -> None:
    said = nba(home)
    assert said.exit_code == 0
    lines = {line.split()[0]: line.split() for line in said.output.splitlines() if line and line.split()[0] in ROSTER}
    assert set(lines) == set(ROSTER)
    assert lines["ewma_baseline"][1:3] == [str(WEEKS[1]), "reference"]
    assert lines["catboost_v9"][1:] == ["-", "no", "model"]
    assert "SIMULATED" not in said.output


def test_every_week_of_a_system_and_the_card_of_one(home: Path) -> None:
    assert [str(week) in nba(home, "ewma_baseline").output for week in WEEKS] == [True, True]
    card = json.loads(nba(home, "ewma_baseline", str(WEEKS[0])).output)
    assert (card["system_id"], card["window_end"]) == ("ewma_baseline", "2024-06-02")


@pytest.mark.parametrize("arguments", [("nobody",), ("ewma_baseline", "2024-06-04")])
def test_what_is_not_there_is_named(home: Path, arguments: tuple[str, ...]) -> None:
    said = nba(home, *arguments)
    assert said.exit_code == 2
    assert arguments[-1] in said.output


def test_simulated_models_say_so(home: Path, tmp_path: Path) -> None:
    write_simulation(tmp_path / "landing", Simulation(2024))
    assert "SIMULATED" in nba(tmp_path).output
