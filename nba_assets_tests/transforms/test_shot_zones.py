"""Shot zones: source per game, blocks of players without shots, and-ones, unknown against zero."""

from datetime import date
from typing import Any

import polars as pl

from nba_assets.transforms.shot_zones import (
    PLAY_BY_PLAY_COLUMNS,
    ZONE_COLUMNS,
    fill_zones,
    player_zones,
    team_blocks,
    team_zones,
    zone_games,
    zone_shots,
)
from nba_assets_tests.frames import frame, row

OTHER_GAME = "0022300562"
SHOOTER, BLOCKER = 1, 101


def play(event_id: int, **overrides: Any) -> dict[str, Any]:
    """A made paint shot of PHI's player 1 at 5:00, unless said otherwise."""
    shot = {
        "is_field_goal": True,
        "shot_made": True,
        "shot_zone": "paint",
        "team_abbr": "PHI",
        "player_1_id": SHOOTER,
        "game_clock_seconds": 300.0,
    }
    return row("nbac_play_by_play", event_id=event_id, event_sequence=event_id, **shot | overrides)


def free_throw(event_id: int, **overrides: Any) -> dict[str, Any]:
    single = {
        "event_type": "freethrow",
        "event_action_type": "1 of 1",
        "is_field_goal": False,
        "shot_zone": None,
        "shot_made": False,
    }
    return play(event_id, **single | overrides)


def shot(row_no: int, **overrides: Any) -> dict[str, Any]:
    return row("nbac_shot_charts", **{"row_no": row_no, "nba_player_id": SHOOTER, "team_abbr": "PHI"} | overrides)


def zones_of(plays: list[dict[str, Any]], shots: list[dict[str, Any]] | None = None) -> pl.DataFrame:
    """Filled player zones, one row per player with any."""
    play_by_play, shot_charts = frame("nbac_play_by_play", plays), frame("nbac_shot_charts", shots or [])
    all_shots = zone_shots(play_by_play, shot_charts)
    counted = player_zones(all_shots, play_by_play).join(zone_games(all_shots), on=["game_date", "nba_game_id"])
    return fill_zones(counted).sort("nba_game_id", "nba_player_id")


def test_source_is_chosen_per_game() -> None:
    """Defect 18: one play-by-play row made a whole date range drop its shot charts."""
    shots = zone_shots(
        frame("nbac_play_by_play", [play(1)]),
        frame("nbac_shot_charts", [shot(0), shot(1), shot(0, nba_game_id=OTHER_GAME), shot(1, nba_game_id=OTHER_GAME)]),
    )
    sources = shots.group_by("nba_game_id", "zone_source").len().sort("nba_game_id")
    assert sources.rows() == [("0022300561", "play_by_play", 1), (OTHER_GAME, "shot_chart", 2)]


def test_play_by_play_without_shots_does_not_hide_the_shot_chart() -> None:
    jump_ball = play(1, event_type="jumpball", is_field_goal=False, shot_made=None, shot_zone=None)
    shots = zone_shots(frame("nbac_play_by_play", [jump_ball]), frame("nbac_shot_charts", [shot(0)]))
    assert shots["zone_source"].to_list() == ["shot_chart"]


def test_attempts_and_makes_by_zone() -> None:
    zones = zones_of(
        [
            play(1, assist_person_id=2),
            play(2, shot_made=False),
            play(3, shot_zone="mid_range"),
            play(4, shot_zone="three", event_type="3pt", shot_made=False),
        ]
    )
    assert zones.select(ZONE_COLUMNS).row(0) == (2, 1, 1, 1, 1, 0)
    assert zones.select("assisted_fg_makes", "unassisted_fg_makes").row(0) == (1, 1)


def test_blocker_without_shots_has_a_row() -> None:
    """Blocks belong to the blocker, in the zone of the blocked shot; a shot that went in was not blocked."""
    zones = zones_of(
        [
            play(1, shot_made=False, block_person_id=BLOCKER),
            play(2, shot_made=False, shot_zone="three", block_person_id=BLOCKER),
            play(3, shot_made=True, shot_zone="mid_range", block_person_id=BLOCKER),
        ]
    )
    blocker = zones.filter(nba_player_id=BLOCKER)
    assert blocker.select("paint_blocks", "mid_range_blocks", "three_pt_blocks").rows() == [(1, 0, 1)]
    assert blocker.select(ZONE_COLUMNS).rows() == [(0,) * 6]
    assert zones.filter(nba_player_id=SHOOTER)["paint_blocks"].to_list() == [0]


def test_shot_chart_game_knows_no_blocks_assists_or_and_ones() -> None:
    zones = zones_of([], [shot(0), shot(1, shot_zone="three", shot_type="3PT Field Goal", shot_made=False)])
    assert zones.select(ZONE_COLUMNS).rows() == [(1, 1, 0, 0, 1, 0)]
    assert zones.select(PLAY_BY_PLAY_COLUMNS).rows() == [(None,) * 6]


def test_and_one_is_a_single_free_throw_at_the_clock_of_his_made_shot() -> None:
    """A missed free throw is an and-one too."""
    assert zones_of([play(1), free_throw(2)])["and1_count"].to_list() == [1]


def test_what_is_not_an_and_one() -> None:
    """Defect 22: a technical `1 of 1` counted as an and-one."""
    assert zones_of([play(1), free_throw(2, descriptor="technical")])["and1_count"].to_list() == [0]
    assert zones_of([play(1), free_throw(2, event_action_type="1 of 2")])["and1_count"].to_list() == [0]
    assert zones_of([play(1, shot_made=False), free_throw(2)])["and1_count"].to_list() == [0]
    assert zones_of([play(1), free_throw(2, game_clock_seconds=299.0)])["and1_count"].to_list() == [0]
    assert zones_of([play(1), free_throw(2, period=2)])["and1_count"].to_list() == [0]
    assert zones_of([play(1), free_throw(2, player_1_id=2)])["and1_count"].to_list() == [0]
    assert zones_of([play(1), free_throw(2, nba_game_id=OTHER_GAME)])["and1_count"].to_list() == [0]


def test_two_made_shots_at_one_clock_are_one_and_one() -> None:
    assert zones_of([play(1), play(2), free_throw(3)])["and1_count"].to_list() == [1]


def test_team_zones_and_blocked_shots_belong_to_the_shooting_team() -> None:
    shots = zone_shots(
        frame(
            "nbac_play_by_play",
            [play(1), play(2, player_1_id=2, shot_made=False, block_person_id=BLOCKER), play(3, team_abbr="NYK")],
        ),
        frame("nbac_shot_charts"),
    )
    teams = team_zones(shots).sort("team_abbr")
    assert teams.select("team_abbr", "paint_attempts", "paint_makes").rows() == [("NYK", 1, 1), ("PHI", 2, 1)]
    blocked = team_blocks(shots).sort("team_abbr")
    assert blocked.select("team_abbr", "paint_blocks").rows() == [("NYK", 0), ("PHI", 1)]


def test_games_of_two_dates_do_not_mix() -> None:
    zones = zones_of([play(1), play(1, nba_game_id=OTHER_GAME, game_date=date(2024, 1, 16))])
    assert zones["paint_attempts"].to_list() == [1, 1]
