"""What people see of a date's predictions.

Dangers covered: superseded versions that are counted, edges of a system that is not the champion, a date without lines
that fails.
"""

from nba_assets.shown import predictions_at_a_glance
from nba_assets_tests.frames import frame
from nba_assets_tests.transforms.bets_support import prediction

NAME = "player_prop_predictions"


def told(*rows: dict) -> dict[str, str]:
    return {name: str(value.value) for name, value in predictions_at_a_glance(frame(NAME, rows)).items()}


def test_active_versions_are_counted_by_what_they_recommend() -> None:
    old = prediction(is_active=False, recommendation="PASS", prediction_version=1)
    shown = told(old, prediction(prediction_version=2))
    (line,) = [line for line in shown["systems"].splitlines() if "catboost_v9" in line]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["catboost_v9", "1", "1", "0", "0", "0", "0", "1"]


def test_edges_are_the_champions() -> None:
    shown = told(prediction(), prediction(system_id="catboost_v12", best_book="nobody"))
    assert "betmgm" in shown["champion's edges"]
    assert "nobody" not in shown["champion's edges"]


def test_a_date_without_lines_has_no_edges() -> None:
    unpriced = prediction(has_prop_line=False, edge_side=None, line_margin=None)
    assert set(told(unpriced)) == {"systems"}
