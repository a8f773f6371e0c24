import ast
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from nba_assets_tests.conftest import CHECKOUT
from nba_assets_tests.resources.simulated_league.leagues import league, some_games
from resources.simulated_league.truth import true_points

DRAWS = 600


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[float, float, np.ndarray, int | None]]:
    """True probability of playing, expected points, true distribution, points scored (None: did not play)."""
    rows = []
    for fixture in some_games(25):
        at = fixture.tip - timedelta(hours=5)
        truth, expected = true_points(league(), fixture, at, DRAWS), league().expectations(fixture, at)
        for lines in league().box(fixture.nba_game_id).lines.values():
            for line in lines:
                chance, distribution = truth[line.player.person_id]
                points = line.points if line.played else None
                rows.append((chance, expected[line.player.person_id].points, distribution, points))
    return rows


def test_results_are_draws_from_the_truth(outcomes: list[tuple[float, float, np.ndarray, int | None]]) -> None:
    """The probability integral transform, randomised within the atoms, is uniform."""
    stream = np.random.default_rng(5)
    transformed = []
    for chance, _, distribution, points in outcomes:
        if points is not None and chance > 0.3:
            below = distribution[:points].sum()
            at = distribution[points] if points < len(distribution) else 0.0
            transformed.append(below + stream.random() * at)
    assert len(transformed) > 600
    counts, _ = np.histogram(transformed, 10, (0, 1))
    assert stats.chisquare(counts).pvalue > 0.001
    assert abs(np.mean(transformed) - 0.5) < 0.04


def test_probabilities_of_playing_are_true(outcomes: list[tuple[float, float, np.ndarray, int | None]]) -> None:
    chances, played = np.array([(chance, points is not None) for chance, _, _, points in outcomes], dtype=float).T
    for low, high in ((0.02, 0.5), (0.5, 0.9), (0.9, 1.01)):
        chosen = (chances >= low) & (chances < high)
        error = 4 * np.sqrt((chances[chosen] * (1.002 - chances[chosen])).sum()) / chosen.sum()
        assert abs(chances[chosen].mean() - played[chosen].mean()) < error


def test_expectations_are_the_means_of_the_truth(outcomes: list[tuple[float, float, np.ndarray, int | None]]) -> None:
    rows = [(float(d @ np.arange(len(d))), expected) for chance, expected, d, _ in outcomes if chance > 0.3]
    for low, high, band in ((3, 8, 0.06), (8, 14, 0.035), (14, 22, 0.03), (22, 60, 0.05)):
        true, expected = np.array([row for row in rows if low <= row[0] < high]).T
        assert abs(expected.mean() / true.mean() - 1) < band
    true, expected = np.array(rows).T
    assert np.corrcoef(true, expected)[0, 1] > 0.99


def test_expected_scores_are_unbiased() -> None:
    errors = []
    for fixture in some_games(4):
        box = league().box(fixture.nba_game_id)
        expected = league().expected_score(fixture, fixture.tip - timedelta(hours=5))
        errors += [box.score(team.abbr) - score for team, score in zip(fixture.teams, expected, strict=True)]
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors) / 1.3)
    assert 10.0 < np.std(errors) < 13.5


def test_a_truth_is_a_distribution() -> None:
    fixture = some_games(100)[0]
    truth = true_points(league(), fixture, fixture.tip, 50)
    assert {p.person_id for team in fixture.teams for p in league().roster(team, fixture.day)} == set(truth)
    for chance, distribution in truth.values():
        assert 0 <= chance <= 1
        assert distribution.sum() == pytest.approx(1 if chance else 0)


# Who measures forecasts by the truth, and who may ask for that: commands and pages, nothing that forecasts.
JUDGES = {
    "resources.simulated_league.truth": ["nba_assets/accuracy_truth.py"],
    "nba_assets.accuracy_truth": [
        "nba_assets/accuracy_report.py",
        "nba_assets/accuracy_truth_section.py",
        "nba_assets/cli_accuracy.py",
    ],
}


@pytest.mark.parametrize("module", JUDGES)
def test_nobody_who_forecasts_or_serves_knows_the_truth(module: str) -> None:
    files = [
        file for package in ("nba_assets", "ml_models", "resources") for file in (CHECKOUT / package).rglob("*.py")
    ]
    knowing = [file.relative_to(CHECKOUT).as_posix() for file in files if module in _imported(file)]
    assert sorted(knowing) == JUDGES[module]


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names
