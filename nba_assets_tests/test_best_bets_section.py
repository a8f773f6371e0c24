"""The section about best bets reads stored candidates and grades.

Dangers covered: a rule charged with another's candidates, rules about the night that hide what the others would have
picked, a range without candidates that looks like one without losses.
"""

from pathlib import Path
from typing import Any

from nba_assets.best_bets_report import KEY
from nba_assets.best_bets_section import best_bets_section
from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row
from nba_assets_tests.test_best_bets_report import FIRST, bet
from resources.warehouse import LocalWarehouse

PICKS, GRADES = TABLES["signal_best_bets_picks"], TABLES["prediction_accuracy"]


def line_of(section: str, rule: str) -> list[str]:
    """The cells of a rule's line, first table first."""
    (*found,) = [line for line in section.splitlines() if line.startswith(f"| `{rule}` ")]
    return [cell.strip() for cell in found[0].strip("|").split("|")]


def test_each_candidate_counts_for_the_rule_that_rejected_it_first(tmp_path: Path) -> None:
    picks: list[dict[str, Any]] = [bet(1), bet(2, rule="edge"), bet(3, rule="model_is_champion")]
    grades = [
        row(GRADES.name, **{name: pick[name] for name in KEY}, actual_points=points)
        for pick, points in zip(picks, (20, 30, 20), strict=True)
    ]
    warehouse = LocalWarehouse(tmp_path)
    warehouse.replace(PICKS, [FIRST], frame(PICKS.name, picks))
    warehouse.replace(GRADES, [FIRST], frame(GRADES.name, grades))
    section = best_bets_section(warehouse, FIRST, FIRST)
    assert line_of(section, "picks")[1:4] == ["1", "1-0-0", "0"]
    assert line_of(section, "edge")[1:5] == ["1", "0-1-0", "0", "-100.0%"]
    without = section.split("The same without")[1]
    assert line_of(without, "picks")[1:3] == ["2", "2-0-0"]
    assert "`model_is_champion` |" not in without


def test_no_candidates_are_no_table(tmp_path: Path) -> None:
    assert best_bets_section(LocalWarehouse(tmp_path), FIRST, FIRST) == "No candidate is stored.\n"
