"""Grades through Dagster: stored inputs in, four tables out; what did not change keeps its instant.

Dangers covered: a re-run that rewrites every grade, a corrected box score that changes nothing, a fault that holds back
the others of its date, a range that differs from its dates.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.transforms.grading_support import box, game, predicted

FIRST, LAST = date(2024, 1, 15), date(2024, 1, 16)
NEXT_GAME = {"game_date": LAST, "nba_game_id": "0022300570", "game_id": "20240116_NYK_PHI"}
GRADES = "prediction_accuracy, system_daily_performance, model_performance_slices, model_performance_daily"
MORNING, LATER = datetime(2024, 1, 17, 14, tzinfo=UTC), datetime(2024, 1, 18, 14, tzinfo=UTC)


def stored(p: Platform, table: str, rows: Sequence[dict[str, Any]]) -> None:
    p.warehouse.replace(TABLES[table], [FIRST, LAST], frame(table, rows))


@pytest.fixture
def season(tmp_path: Path) -> Iterator[Platform]:
    """Two dates with a game each, on which two players are predicted."""
    with platform(tmp_path) as p:
        p.clock.instant = MORNING
        rows = [predicted(), predicted(player=7)]
        stored(p, "player_prop_predictions", [*rows, *(r | NEXT_GAME for r in rows)])
        boxes = [box(25), box(12, player=7)]
        stored(p, "player_game_summary", [*boxes, *(b | NEXT_GAME for b in boxes)])
        stored(p, "nbac_schedule", [game(), game(**NEXT_GAME)])
        for name in ("nbac_injury_report", "player_daily_cache"):
            stored(p, name, [])
        yield p


def test_a_range_is_graded_counted_and_judged(season: Platform) -> None:
    assert season.backfill(FIRST, LAST, GRADES).errors == []
    grades = season.table("prediction_accuracy").select("game_date", "nba_player_id", "outcome", "graded_at")
    assert grades.rows() == [
        (FIRST, 7, "LOSS", MORNING),
        (FIRST, 203954, "WIN", MORNING),
        (LAST, 7, "LOSS", MORNING),
        (LAST, 203954, "WIN", MORNING),
    ]
    assert season.table("system_daily_performance")["win_rate"].to_list() == [0.5, 0.5]
    state = season.table("model_performance_daily").filter(system_id="catboost_v9")
    assert state["rolling_n_7d"].to_list() == [2, 4]


def test_a_second_run_and_single_dates_write_the_same_bytes(season: Platform) -> None:
    season.backfill(FIRST, LAST, GRADES)
    once = season.files()
    season.clock.instant = LATER
    for day in (FIRST, LAST):
        season.backfill(day, day, GRADES)
    assert season.files() == once


def test_a_corrected_box_score_renews_the_grades_it_changes_and_no_others(season: Platform) -> None:
    season.backfill(FIRST, LAST, GRADES)
    season.clock.instant = LATER
    season.warehouse.replace(
        TABLES["player_game_summary"], [FIRST], frame("player_game_summary", [box(25), box(33, player=7)])
    )
    season.backfill(FIRST, LAST, GRADES)
    grades = season.table("prediction_accuracy").select("game_date", "nba_player_id", "outcome", "graded_at")
    assert grades.rows()[:2] == [(FIRST, 7, "WIN", LATER), (FIRST, 203954, "WIN", MORNING)]
    assert season.table("system_daily_performance")["computed_at"].to_list() == [LATER, MORNING]


def test_minutes_without_points_leave_out_the_player_alone(season: Platform) -> None:
    fault = box(None, 31.0, player=7)
    season.warehouse.replace(TABLES["player_game_summary"], [FIRST], frame("player_game_summary", [box(25), fault]))
    report = season.backfill(FIRST, FIRST, GRADES)
    failed = {check for _, check, _ in report.tables["prediction_accuracy"].failed}
    assert failed == {"points_known", "all_graded", "coverage"}
    assert season.table("prediction_accuracy")["nba_player_id"].to_list() == [203954]
    assert season.quarantined("prediction_accuracy")["reason"].to_list() == [
        "minutes without points: player7 20240115_NYK_PHI 31.0"
    ]
