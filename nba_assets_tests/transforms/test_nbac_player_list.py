from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.documents.playerindex import SCHEMA, parse
from nba_assets.transforms.nbac_player_list import build
from nba_assets_tests.frames import frame, row
from nba_assets_tests.transforms.invented import NYK, PHI, delivered, good, indexed, nothing, player_index, reasons

NAME = "nbac_player_list"
DAY = date(2024, 1, 15)
NO_INDEX = nothing(SCHEMA)
TEAMS = {"PHI": PHI, "NYK": NYK}


def _box(days_before: int, team: str = "PHI", **changes: Any) -> dict[str, Any]:
    day = DAY - timedelta(days=days_before)
    ids = {"game_date": day, "nba_game_id": f"00223{days_before:05}", "team_abbr": team, "team_id": TEAMS[team]}
    return row("nbac_player_boxscores", **(ids | {"season_year": 2023} | changes))


def _boxes(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame("nbac_player_boxscores", list(rows))


def _index(days_before: int, *rows: dict[str, Any], hours: int = 0) -> pl.DataFrame:
    return delivered(
        parse(player_index(*rows)), day=DAY - timedelta(days=days_before), hours=hours - 24 * (days_before + 1)
    )


def _teams(rows: pl.DataFrame) -> list[tuple[Any, ...]]:
    return good(NAME, rows).select("nba_player_id", "team_abbr", "roster_source", "last_game_date").rows()


def test_traded_player_has_one_row_with_his_last_team() -> None:
    rows = build(NO_INDEX, _boxes(_box(3, "NYK"), _box(9)), [DAY])
    assert _teams(rows) == [(203954, "NYK", "boxscore", DAY - timedelta(days=3))]


def test_rows_of_the_date_itself_and_later_change_nothing() -> None:
    known = _boxes(_box(3), _box(9))
    planted = _boxes(_box(0, "NYK"), _box(-1, "NYK"), _box(3), _box(9))
    later = _index(-1, indexed(203954, "Joel", "Embiid", NYK), indexed(5, "Late", "Comer"))
    assert build(later, planted, [DAY]).equals(build(NO_INDEX, known, [DAY]))


def test_a_year_is_the_limit() -> None:
    assert len(_teams(build(NO_INDEX, _boxes(_box(365, season_year=2022)), [DAY]))) == 1
    assert _teams(build(NO_INDEX, _boxes(_box(366, season_year=2022)), [DAY])) == []
    assert _teams(build(_index(366, indexed(5, "Old", "Index")), _boxes(), [DAY])) == []


def test_last_game_is_of_this_season_and_played() -> None:
    idle = {"player_status": "inactive", "points": None}
    rows = build(NO_INDEX, _boxes(_box(2, **idle), _box(5), _box(9)), [DAY])
    assert _teams(rows)[0][3] == DAY - timedelta(days=5)
    assert _teams(build(NO_INDEX, _boxes(_box(2, **idle), _box(250, season_year=2022)), [DAY]))[0][3] is None


@pytest.mark.parametrize(
    ("snapshot", "team", "source"),
    [(0, "NYK", "player_index"), (2, "NYK", "player_index"), (3, "PHI", "boxscore"), (4, "PHI", "boxscore")],
)
def test_newer_index_overrides(snapshot: int, team: str, source: str) -> None:
    rows = build(_index(snapshot, indexed(203954, "Joel", "Embiid", NYK)), _boxes(_box(3)), [DAY])
    assert _teams(rows) == [(203954, team, source, DAY - timedelta(days=3))]
    assert rows.select("position", "height", "draft_year").rows() == [("G", "6-5", 2019)]


def test_newer_index_without_team_gives_none() -> None:
    rows = build(_index(1, indexed(203954, "Joel", "Embiid", 0)), _boxes(_box(3)), [DAY])
    assert _teams(rows)[0][:3] == (203954, None, "player_index")


def test_player_known_only_from_the_index() -> None:
    rows = build(_index(1, indexed(5, "Igor", "Miličić, Jr.")), _boxes(), [DAY])
    assert _teams(rows) == [(5, "PHI", "player_index", None)]
    assert rows["player_lookup"].to_list() == ["igormilicicjr"]


def test_only_the_newest_snapshot_lists_players() -> None:
    old = _index(5, indexed(5, "Gone", "Long"), indexed(6, "Still", "Here"))
    stale, newest = _index(1, indexed(7, "Too", "Early")), _index(1, indexed(6, "Still", "Here"), hours=1)
    for order in ([old, stale, newest], [newest, newest, old, stale]):
        assert [found[0] for found in _teams(build(pl.concat(order), _boxes(), [DAY]))] == [6]


def test_bad_index_row_is_marked_and_does_not_touch_the_player() -> None:
    bad = _index(1, indexed(203954, "Joel", "Embiid", 15016), indexed("x", "No", "Id"))
    rows = build(bad, _boxes(_box(3)), [DAY])
    assert reasons(rows) == ["nba_player_id='x' is not Int64", "team_id 15016 is not an NBA team"]
    assert _teams(rows) == [(203954, "PHI", "boxscore", DAY - timedelta(days=3))]
    assert rows["game_date"].to_list() == [DAY] * 3


def test_many_dates_are_each_date_alone() -> None:
    boxes = _boxes(_box(3, "NYK"), _box(9), _box(4, nba_player_id=8))
    index = pl.concat([_index(1, indexed(203954, "Joel", "Embiid", PHI)), _index(8, indexed(5, "Ann", "Able"))])
    days = [DAY - timedelta(days=days_before) for days_before in range(12)]
    key = ["game_date", "nba_player_id"]
    together = build(index, boxes, days).sort(key)
    assert together.equals(pl.concat([build(index, boxes, [day]) for day in days]).sort(key))
    good(NAME, together)


def test_no_dates() -> None:
    assert good(NAME, build(NO_INDEX, _boxes(_box(3)), [])).is_empty()


def test_real_index(realdata: Path) -> None:
    parsed = parse((realdata / "samples/player_index/playerindex_2025-26.json").read_bytes())
    rows = build(delivered(parsed), _boxes(), [DAY + timedelta(days=1)])
    assert (reasons(rows), good(NAME, rows).height) == ([], 594)


def test_index_fetched_after_noon_speaks_for_the_next_date() -> None:
    """A snapshot of tonight may know tonight's transactions."""
    evening = _index(0, indexed(203954, "Joel", "Embiid", NYK), hours=12)
    rows = build(evening, _boxes(_box(3)), [DAY, DAY + timedelta(days=1)])
    assert good(NAME, rows).sort("game_date")["team_abbr"].to_list() == ["PHI", "NYK"]
