"""The scoreboard and the completeness of dates through Dagster: of the dates asked, over what is stored.

Dangers covered: a board that waits for tables it does not need, a date nobody looks at because something of it is
missing, a re-run that rewrites what did not change.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.transforms.test_scoreboard import grade

PLAYED, IDLE = date(2024, 1, 15), date(2024, 1, 16)
_JANUARY_1 = date(2024, 1, 1)
MORNING = datetime(2024, 1, 17, 14, tzinfo=UTC)
COMPLETENESS = dg.AssetKey(["nba_grading", "completeness"])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Platform]:
    """A played and an idle date: schedule and grades of both, box scores of neither."""
    with platform(tmp_path) as p:
        p.clock.instant = MORNING
        stored = {
            "nbac_schedule": [row("nbac_schedule", game_date=PLAYED)],
            "prediction_accuracy": [grade(day=(PLAYED - _JANUARY_1).days), grade("b", day=(PLAYED - _JANUARY_1).days)],
            "closing_line_value": [],
        }
        for name, rows in stored.items():
            p.warehouse.replace(TABLES[name], [PLAYED, IDLE], frame(name, rows))
        yield p


def test_a_board_of_every_game_date_that_a_second_run_leaves_alone(home: Platform) -> None:
    assert home.backfill(PLAYED, IDLE, "scoreboard").errors == []
    board = home.table("scoreboard")
    assert set(board["game_date"]) == {PLAYED}
    assert set(board["system_id"]) == {"a", "b", "coin"}
    once = home.files()
    home.clock.instant = MORNING + timedelta(days=1)
    home.backfill(IDLE, IDLE, "scoreboard")
    home.backfill(PLAYED, PLAYED, "scoreboard")
    assert home.files() == once


def test_completeness_is_said_of_dates_on_which_nearly_everything_is_missing(home: Platform) -> None:
    assert home.backfill(PLAYED, IDLE, "completeness").ok
    found = {(r["game_date"], r["table_name"]): r["state"] for r in home.table("completeness").to_dicts()}
    assert len(found) == 2 * (len(TABLES) - 1)
    assert found[PLAYED, "nba_grading.prediction_accuracy"] == "present"
    assert found[PLAYED, "nba_raw.nbac_player_boxscores"] == "missing"
    assert found[IDLE, "nba_raw.nbac_player_boxscores"] == "no_games"
    assert home.materialized("completeness") == {str(PLAYED), str(IDLE)}


def test_a_single_date_shows_the_season_so_far(home: Platform) -> None:
    home.backfill(PLAYED, PLAYED, "completeness")
    home.backfill(IDLE, IDLE, "completeness")
    event = home.instance.get_latest_materialization_event(COMPLETENESS)
    assert event is not None
    assert event.asset_materialization is not None
    picture = event.asset_materialization.metadata["season"]
    assert isinstance(picture, dg.MarkdownMetadataValue)
    assert picture.md_str is not None
    assert picture.md_str.startswith("![share of the tables that are complete, by date](data:image/png;base64,")


def test_completeness_depends_on_every_table_of_the_same_date(home: Platform) -> None:
    graph = home.defs.resolve_asset_graph()
    parents = {key.to_user_string() for key in graph.get(COMPLETENESS).parent_keys}
    assert parents == {t.full_name.replace(".", "/") for t in TABLES.values()} - {COMPLETENESS.to_user_string()}


def test_a_board_is_not_made_of_later_grades(home: Platform) -> None:
    home.backfill(PLAYED, PLAYED, "scoreboard")
    once = home.table("scoreboard")
    later = frame("prediction_accuracy", [grade(day=20), grade("b", day=20)])
    day = _JANUARY_1 + timedelta(days=20)
    home.warehouse.replace(TABLES["prediction_accuracy"], [day], later.with_columns(game_date=pl.lit(day)))
    home.backfill(PLAYED, PLAYED, "scoreboard")
    assert home.table("scoreboard").equals(once)
