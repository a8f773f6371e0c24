from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import playbyplay, schedule
from nba_assets.transforms.nbac_play_by_play import build
from nba_assets.transforms.nbac_schedule import build as build_schedule
from nba_assets_tests.transforms.invented import (
    NYK,
    PHI,
    action,
    delivered,
    good,
    nothing,
    play_by_play,
    reasons,
    scheduled,
    season,
)

NAME = "nbac_play_by_play"
SCHEDULE = build_schedule(delivered(schedule.parse(season(scheduled())), day=None))
SHOT = action(2, "2pt", teamId=PHI, personId=7, shotResult="Made", scoreHome="2", scoreAway="0")


def _delivered(*actions: dict[str, object], hours: int = 0, path: str = "") -> pl.DataFrame:
    return delivered(playbyplay.parse(play_by_play(*actions)), hours=hours, path=path)


def test_row() -> None:
    rows = good(NAME, build(_delivered(action(1, "period"), SHOT), SCHEDULE))
    columns = ["event_id", "team_abbr", "player_1_id", "points", "shot_zone", "score_home", "game_id"]
    assert rows.select(columns).rows() == [
        (1, None, None, 0, None, None, "20240115_NYK_PHI"),
        (2, "PHI", 7, 2, "mid_range", 2, "20240115_NYK_PHI"),
    ]


def test_newest_file_speaks_alone_and_twice_is_once() -> None:
    old, new = _delivered(action(1, "period"), SHOT), _delivered(SHOT, hours=1)
    assert good(NAME, build(pl.concat([new, old, new]), SCHEDULE))["event_id"].to_list() == [2]


def test_marked_rows() -> None:
    rows = build(_delivered(SHOT, action(3, "2pt", period="one"), action(4, "foul", teamId=1610612737)), SCHEDULE)
    assert reasons(rows) == ["period='one' is not Int64", "team ATL does not play in game 0022300561"]
    assert good(NAME, rows)["event_id"].to_list() == [2]


def test_no_files() -> None:
    assert build(nothing(playbyplay.SCHEMA), SCHEDULE).is_empty()


@pytest.mark.parametrize(
    ("game", "home", "away", "actions"), [("0022400561", PHI, NYK, 506), ("0022500775", 1610612766, 1610612737, 603)]
)
def test_real_games(realdata: Path, game: str, home: int, away: int, actions: int) -> None:
    parsed = playbyplay.parse((realdata / f"samples/cdn_playbyplay/playbyplay_{game}.json").read_bytes())
    games = build_schedule(delivered(schedule.parse(season(scheduled(game, home=home, away=away))), day=None))
    rows = build(delivered(parsed), games)
    assert (reasons(rows), good(NAME, rows).height) == ([], actions)
