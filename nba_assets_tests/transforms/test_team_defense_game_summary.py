"""Team defence: the opponent's numbers seen from the defender, own steals and blocks."""

from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.transforms import team_defense_game_summary, team_offense_game_summary
from nba_assets_tests.frames import frame, frames, played_game, row

Game = dict[str, list[dict[str, Any]]]


def build(game: Game, plays: list[dict[str, Any]] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Offence and defence rows of one game."""
    tables, play_by_play = frames(game), frame("nbac_play_by_play", plays or [])
    offense = team_offense_game_summary.build(
        tables["nbac_schedule"],
        tables["nbac_team_boxscores"],
        tables["nbac_player_boxscores"],
        play_by_play,
        frame("nbac_shot_charts"),
    ).drop("quarantine_reason")
    return offense, team_defense_game_summary.build(offense, tables["nbac_team_boxscores"], play_by_play)


def team(summary: pl.DataFrame, abbr: str, column: str = "defending_team_abbr") -> dict[str, Any]:
    return summary.filter(pl.col(column) == abbr).row(0, named=True)


def shot(event_id: int, **overrides: Any) -> dict[str, Any]:
    """A blocked paint shot of PHI."""
    values = {
        "is_field_goal": True,
        "shot_zone": "paint",
        "shot_made": False,
        "team_abbr": "PHI",
        "block_person_id": 101,
    }
    return row("nbac_play_by_play", event_id=event_id, **values | overrides)


def test_rows_keep_the_contract() -> None:
    _, defense = build(played_game(), [shot(1)])
    assert defense["quarantine_reason"].to_list() == [None, None]
    TABLES["team_defense_game_summary"].schema.validate(defense.drop("quarantine_reason"))


def test_opponent_numbers_are_seen_from_the_defender() -> None:
    offense, defense = build(played_game(minutes=53.0))
    phi, nyk_offense = team(defense, "PHI"), team(offense, "NYK", "team_abbr")
    assert (phi["opponent_team_abbr"], phi["points_allowed"], phi["win_flag"], phi["margin_of_victory"]) == (
        "NYK",
        100,
        True,
        4,
    )
    assert phi["turnovers_forced"] == nyk_offense["turnovers"]
    assert phi["defensive_rating"] == pytest.approx(100 * 100 / nyk_offense["possessions"])
    # Defect 20: the opponent's pace ignored overtime and overtime_periods was 0.
    assert (phi["opponent_pace"], phi["overtime_periods"]) == (nyk_offense["pace"], 1)


def test_own_row_gives_steals_fouls_and_defensive_rebounds() -> None:
    game = played_game()
    game["nbac_team_boxscores"][0] |= {
        "steals": 9,
        "personal_fouls": 21,
        "defensive_rebounds": 21,
        "total_rebounds": 26,
    }
    phi = team(build(game)[1], "PHI")
    assert (phi["steals"], phi["fouls_committed"], phi["defensive_rebounds"]) == (9, 21, 21)


def test_second_chance_and_fast_break_points_come_from_the_opponents_row() -> None:
    game = played_game()
    game["nbac_team_boxscores"][0] |= {"points_second_chance": 11, "points_fast_break": 14}
    _, defense = build(game)
    names = ("second_chance_points_allowed", "fast_break_points_allowed")
    assert [team(defense, "NYK")[name] for name in names] == [11, 14]
    assert [team(defense, "PHI")[name] for name in names] == [None, None]


def test_blocks_and_zones_of_the_opponents_shots() -> None:
    plays = [
        shot(1),
        shot(2, shot_zone="three"),
        shot(3, shot_made=True, block_person_id=None),
        shot(4, shot_zone="mid_range", team_abbr="NYK", shot_made=True, block_person_id=None),
    ]
    _, defense = build(played_game(), plays)
    blocks = ("blocks_paint", "blocks_mid_range", "blocks_three_pt")
    allowed = ("opp_paint_attempts", "points_in_paint_allowed", "opp_mid_range_attempts", "mid_range_points_allowed")
    assert [team(defense, "NYK")[name] for name in (*blocks, *allowed)] == [1, 0, 1, 2, 2, 0, 0]
    assert [team(defense, "PHI")[name] for name in (*blocks, *allowed)] == [0, 0, 0, 0, 0, 1, 2]


def test_unknown_zones_and_blocks_are_null() -> None:
    phi = team(build(played_game())[1], "PHI")
    unknown = ("blocks_paint", "opp_paint_attempts", "points_in_paint_allowed", "mid_range_points_allowed")
    assert [phi[name] for name in unknown] == [None] * 4
    assert phi["three_pt_points_allowed"] == 0


def test_rebuilt_team_rows_leave_steals_unknown() -> None:
    _, defense = build(played_game() | {"nbac_team_boxscores": []})
    assert defense["steals"].to_list() == [None, None]
    TABLES["team_defense_game_summary"].schema.validate(defense.drop("quarantine_reason"))


def test_missing_opponent_row_is_named() -> None:
    offense, _ = build(played_game())
    alone = team_defense_game_summary.build(
        offense.filter(team_abbr="PHI"), frame("nbac_team_boxscores"), frame("nbac_play_by_play")
    )
    assert alone["quarantine_reason"].to_list() == ["NYK has no row in team_offense_game_summary"]
