from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.documents import schedule, shotchartdetail
from nba_assets.transforms.nbac_schedule import build as build_schedule
from nba_assets.transforms.nbac_shot_charts import build
from nba_assets_tests.transforms.invented import (
    delivered,
    good,
    nothing,
    read,
    reasons,
    scheduled,
    season,
    shot,
    shot_chart,
)

NAME = "nbac_shot_charts"
SCHEDULE = build_schedule(delivered(schedule.parse(season(scheduled())), day=None))


def _shots(*rows: dict[str, Any], **delivery: Any) -> pl.DataFrame:
    return delivered(shotchartdetail.parse(shot_chart(*rows)), **delivery)


@pytest.mark.parametrize(
    ("shot_type", "zone_basic", "zone"),
    [
        ("2PT Field Goal", "Restricted Area", "paint"),
        ("2PT Field Goal", "In The Paint (Non-RA)", "paint"),
        ("2PT Field Goal", "Mid-Range", "mid_range"),
        ("2PT Field Goal", "Above the Break 3", "mid_range"),
        ("3PT Field Goal", "Mid-Range", "three"),
        ("3PT Field Goal", "Left Corner 3", "three"),
    ],
)
def test_label_decides_threes_then_the_zone(shot_type: str, zone_basic: str, zone: str) -> None:
    rows = build(_shots(shot(1, SHOT_TYPE=shot_type, SHOT_ZONE_BASIC=zone_basic)), SCHEDULE)
    assert good(NAME, rows)["shot_zone"].to_list() == [zone]


def test_row() -> None:
    row = good(NAME, build(_shots(shot(1)), SCHEDULE)).row(0, named=True)
    assert (row["clock_seconds"], row["team_abbr"], row["game_id"]) == (698, "PHI", "20240115_NYK_PHI")


def test_file_delivered_twice_counts_once_but_equal_shots_both_count() -> None:
    once = _shots(shot(1), shot(1), shot(2))
    for frames in ([once], [once, once], [once, _shots(shot(1), shot(1), shot(2), path="again")]):
        assert good(NAME, build(pl.concat(frames), SCHEDULE))["row_no"].to_list() == [0, 1, 2]


def test_newer_file_replaces_the_game() -> None:
    rows = pl.concat([_shots(shot(3), hours=1), _shots(shot(1), shot(2))])
    assert good(NAME, build(rows, SCHEDULE))["nba_player_id"].to_list() == [3]


def test_marked_rows() -> None:
    rows = build(_shots(shot(1), shot(2, SHOT_MADE_FLAG="yes"), shot(3, GAME_ID="0022309999")), SCHEDULE)
    assert reasons(rows) == ["shot_made='yes' is not Int64", "unmatched: game 0022309999 is not in the schedule"]
    assert good(NAME, rows).height == 1


def test_no_files() -> None:
    assert build(nothing(shotchartdetail.SCHEMA), SCHEDULE).is_empty()


def test_real_dates(season_landing: Path) -> None:
    landing = season_landing / "nba-com"
    games = build_schedule(read(landing, "schedule/2023-24/*", schedule.parse))
    days = ["2023-10-24", "2024-01-24", "2024-04-14"]
    shots = pl.concat([read(landing, f"shot-charts/{day}/*", shotchartdetail.parse) for day in days])
    rows = build(shots, games)
    assert (reasons(rows), good(NAME, rows).height) == ([], shots.height)
