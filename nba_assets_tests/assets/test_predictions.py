"""Predictions of a SIMULATED evening through Dagster: morning, shortly before the first tip-off, and ever after.

The models are formulas fitted on made-up rows: what they say is beside the point, when they say it is not.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ml_models.calibration import Calibration
from ml_models.systems import ROSTER
from ml_models.vintages import Vintage
from nba_assets.backfill import BackfillReport
from nba_assets.contracts import TABLES
from nba_assets.transforms.predictions.versions import GROUP
from nba_assets_tests.ml_models.systems.rows import made_up
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.simulated import FIRST, MONDAY

# Snapshots of odds are of 18:00Z and of 30 minutes before each tip-off; games begin at 0:00Z, 0:30Z, 1:00Z ..
AFTERNOON = datetime(2025, 12, 22, 19, 0, tzinfo=UTC)
FIRST_GAME_ON = datetime(2025, 12, 23, 0, 20, tzinfo=UTC)
NEXT_DAY = datetime(2025, 12, 23, 15, 0, tzinfo=UTC)
SYSTEMS = ("market_line", "ewma_baseline")
FEATURES = '+key:"*ml_feature_store_v2"'
TABLE = "player_prop_predictions"
PREDICTIONS = f'key:"*{TABLE}"'


def register_models(p: Platform) -> None:
    """A model of MONDAY's week for each of SYSTEMS."""
    rows = made_up()
    for name in SYSTEMS:
        entry = ROSTER[name]
        vintage = Vintage(entry.create().fit(rows, MONDAY), Calibration(MONDAY, entry.line_aware))
        p.models.register(entry, vintage, rows, status=entry.status, metrics={})


@pytest.fixture(scope="module")
def evening(simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform on which the games before MONDAY are history, with models of its week."""
    with platform(tmp_path_factory.mktemp("evening"), simulated_landing) as p:
        assert p.backfill(FIRST, MONDAY - timedelta(days=1), FEATURES).errors == []
        register_models(p)
        yield p


def run_at(p: Platform, now: datetime, select: str = f"{FEATURES}, {PREDICTIONS}") -> BackfillReport:
    """MONDAY as a run at that instant makes it: features and predictions, or only these."""
    p.clock.instant = now
    report = p.backfill(MONDAY, select=select)
    assert report.errors == []
    assert report.tables[TABLE].failed == []
    return report


def partition(p: Platform) -> dict[str, bytes]:
    return {path: content for path, content in p.files().items() if TABLE in path}


def forget(p: Platform) -> None:
    """MONDAY's predictions were never made."""
    table = TABLES[TABLE]
    p.warehouse.replace(table, [MONDAY], table.empty())


def test_an_evening_is_predicted_again_as_lines_move_and_never_after_tip_off(evening: Platform) -> None:
    report = run_at(evening, AFTERNOON)
    first = evening.table(TABLE)
    assert "catboost_v9" in {check: text for _, check, text in report.tables[TABLE].warned}["systems_speak"]
    assert set(first["system_id"]) == set(SYSTEMS)
    assert set(first["prediction_version"]) == {1}
    assert first["is_active"].all()
    assert first["prediction_made_before_game"].all()
    assert set(first["created_at"]) == {AFTERNOON}
    lined = first.filter("has_prop_line")
    assert lined.height > 50
    assert lined["line_snapshot_ts"].max() < AFTERNOON  # type: ignore[operator]
    assert lined.filter(pl.col("best_price").is_null(), pl.col("edge_side").is_not_null()).is_empty()
    written = partition(evening)
    run_at(evening, AFTERNOON, PREDICTIONS)
    assert partition(evening) == written, "the same run twice is the same bytes"
    run_at(evening, AFTERNOON + timedelta(hours=1))
    assert partition(evening) == written, "nothing was seen in that hour"

    run_at(evening, FIRST_GAME_ON)
    second = evening.table(TABLE)
    ending = ["is_active", "superseded_at", "superseded_reason"]
    known = second.filter(prediction_version=1).join(first, on=GROUP, how="semi")
    assert_frame_equal(known.drop(ending), first.drop(ending))
    moved = second.filter(prediction_version=2)
    assert moved.height > 5
    assert set(moved["created_at"]) == {FIRST_GAME_ON}
    assert moved["tipoff_utc"].min() > FIRST_GAME_ON  # type: ignore[operator]
    ended = second.filter(superseded_at=FIRST_GAME_ON)
    followed = ended.join(moved, on=GROUP, how="semi")
    assert followed.height == moved.height
    assert set(followed["superseded_reason"]) <= {"line_moved", "forecast_changed"}
    withdrawn = ended.join(moved, on=GROUP, how="anti")
    assert set(withdrawn["superseded_reason"]) == {"player_inactive"}, "the evening's injury report has new names"
    begun = pl.col("tipoff_utc") <= FIRST_GAME_ON
    live = pl.col("prediction_made_before_game")
    assert_frame_equal(second.filter(begun, live), first.filter(begun))
    assert first.filter(begun).height > 0

    run_at(evening, NEXT_DAY)
    after = evening.table(TABLE)
    assert_frame_equal(after.filter(live), second.filter(live))
    # Who was first priced after the last run in time has a backtest, and nobody else.
    assert after.filter(~live).join(second.filter(live), on=GROUP, how="semi").is_empty()
    written = partition(evening)
    run_at(evening, NEXT_DAY + timedelta(days=30), PREDICTIONS)
    assert partition(evening) == written


def test_a_date_computed_afterwards_is_a_backtest_and_without_a_model_empty(evening: Platform) -> None:
    forget(evening)
    run_at(evening, NEXT_DAY)
    table = evening.table(TABLE)
    assert table.height > 100
    assert not table["prediction_made_before_game"].any()
    assert set(table["prediction_version"]) == {1}
    assert table["is_active"].all()
    written = partition(evening)
    run_at(evening, NEXT_DAY + timedelta(days=1), PREDICTIONS)
    assert partition(evening) == written

    for name in SYSTEMS:
        evening.models.withdraw(ROSTER[name], MONDAY)
    report = run_at(evening, NEXT_DAY, PREDICTIONS)
    assert evening.table(TABLE).is_empty(), "a backtest is what the models say now"
    (text,) = [text for _, check, text in report.tables[TABLE].warned if check == "systems_speak"]
    assert text.startswith("0 systems on ")
    assert all(name in text for name in SYSTEMS)
    assert MONDAY.isoformat() in evening.materialized(TABLE)
