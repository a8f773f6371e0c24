"""`nba scoreboard` and the section of the accuracy page: stored grades in, losses first, words that fit the figures.

Dangers covered: a winner on top while losses hide below, live and backtest in one table, a simulated board that passes
for a real one, a best of many that is shown without the many.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from nba_assets.cli import app
from nba_assets.contracts import TABLES
from nba_assets.scoreboard import HEADER, Tried, boards, read_graded, scoreboard_section
from nba_assets_tests.frames import frame
from nba_assets_tests.transforms.test_scoreboard import FIRST, grade
from resources.warehouse import LocalWarehouse

DAYS = 12
LAST = FIRST + timedelta(days=DAYS - 1)


def rows(system: str, wins: int, **more: Any) -> list[dict[str, Any]]:
    """Ten bets on UNDER a day for twelve days, `wins` of ten won."""
    return [
        grade(system, day, n + 1, points=20 if (n + day) % 10 < wins else 30, **more)
        for day in range(DAYS)
        for n in range(10)
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems on the same player-games, one of them too sure of itself; one that was silent; one live forecast."""
    home = tmp_path_factory.mktemp("home")
    warehouse = LocalWarehouse(home / "warehouse")
    live = [found | {"prediction_made_before_game": True} for found in rows("live_one", 5)]
    silent = rows("silent", 5)[:20]
    grades = [*rows("even", 5, p_over=0.5, forecast=24.5), *rows("worse", 5, p_over=0.05), *silent, *live]
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    warehouse.replace(TABLES["prediction_accuracy"], days, frame("prediction_accuracy", grades))
    return home


def nba(home: Path, *arguments: str) -> Result:
    nothing = dict.fromkeys(("NBA_ENV", "NBA_LANDING", "NBA_WAREHOUSE"))
    return CliRunner().invoke(app, ["scoreboard", *arguments], env=nothing | {"NBA_HOME": str(home)})


def section(home: Path, **more: bool) -> str:
    return scoreboard_section(read_graded(LocalWarehouse(home / "warehouse"), FIRST, LAST), **more)


def test_losses_stand_first_and_what_cannot_be_compared_last(home: Path) -> None:
    found = boards(read_graded(LocalWarehouse(home / "warehouse"), FIRST, LAST))
    assert list(found) == ["live", "backtest"]
    order = found["backtest"].select("system_id", "standing", "is_compared").rows()
    assert order[0] == ("worse", "loses", True)
    assert order[-1] == ("silent", "cannot tell", False)
    standings = [standing for _, standing, compared in order if compared]
    assert standings == sorted(standings, key=["loses", "cannot tell", "wins"].index)


def test_the_section_has_a_table_per_way_of_making_and_one_for_the_silent(home: Path) -> None:
    text = section(home)
    live, backtest = text.index("### Live"), text.index("### Backtest")
    assert live < backtest
    assert "`live_one`" in text[live:backtest]
    assert "`worse`" not in text[live:backtest]
    assert "Not comparable" in text[backtest:]
    assert text.index("`silent` | ") > text.index("Not comparable")
    assert "2 systems on 120 identical of 120 player-games, 12 dates." in text
    assert "Losing, 1: `worse`." in text
    assert "Cannot tell yet, 1: `even`." in text
    assert "SIMULATED" not in text


def test_every_line_of_a_table_has_a_cell_per_column(home: Path) -> None:
    lines = [line for line in section(home).splitlines() if line.startswith("| ")]
    assert {line.count(" | ") for line in lines} == {len(HEADER) - 1}


def test_a_simulated_section_says_so_in_every_title(home: Path) -> None:
    titles = [line for line in section(home, simulated=True).splitlines() if line.startswith("#")]
    assert len(titles) == 2
    assert all("SIMULATED" in title for title in titles)


def test_without_grades_the_section_says_so(tmp_path: Path) -> None:
    assert section(tmp_path) == "No graded forecast has a line with both prices.\n"


def test_the_best_of_many_looks_good_by_luck_alone() -> None:
    """Means of the largest of n standard normals: 0, 1.163 (5), 1.539 (10), 2.249 (50)."""
    assert [Tried(n, 0).lucky for n in (1, 5, 10, 50)] == pytest.approx([0, 1.163, 1.539, 2.249], abs=0.02)
    assert Tried(15, 10).count == 25


def test_configurations_are_counted_where_the_window_was_seen(home: Path) -> None:
    text = section(home)
    assert "At least 3 configurations were tried: 3 systems here." in text.replace("\n  ", " ")


def test_json_has_every_figure(home: Path) -> None:
    done = nba(home, str(FIRST), str(LAST), "--format", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["simulated"]) == (str(FIRST), str(LAST), False)
    assert found["boards"]["backtest"]["configurations_tried"] == 3
    first = found["boards"]["backtest"]["rows"][0]
    identity = {"game_date", "window", "made", "computed_at"}
    assert set(first) == set(TABLES["scoreboard"].column_names) - identity
    assert (first["system_id"], first["n"], first["hit_rate"]) == ("worse", 120, 0.5)


def test_the_page_and_the_table_go_where_they_are_told(home: Path, tmp_path: Path) -> None:
    for form, start in (
        ("markdown", "# Scoreboard, 2024-01-01 to 2024-01-12\n"),
        ("table", "live, identical rows: 12"),
    ):
        out = tmp_path / form
        done = nba(home, str(FIRST), str(LAST), "--format", form, "--out", str(out))
        assert (done.exit_code, done.stdout) == (0, "")
        assert out.read_text().startswith(start)


def test_the_season_so_far_is_shown_by_default(home: Path) -> None:
    done = nba(home, "--format", "markdown")
    assert done.stdout.startswith("# Scoreboard, 2023-10-01 to 2024-01-12\n")


def test_a_home_without_grades_says_what_to_do(tmp_path: Path) -> None:
    done = nba(tmp_path)
    assert done.exit_code == 2
    assert "nba backfill FROM TO" in done.stderr


def test_dates_that_make_no_sense_are_named(home: Path) -> None:
    done = nba(home, "yesterday", str(date(2024, 1, 5)))
    assert done.exit_code == 2
    assert "yesterday" in done.stderr
