"""Checks of the summaries: what two sources say of the same thing must agree, and a gap must show.

Dangers covered: a game that is left out and not missed; zones that contradict the box score; a team table on whose
self-join opponents are doubled.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from nba_assets.checks.summaries import GAMES_USABLE, TWO_TEAMS_PER_GAME, ZONES_MATCH_BOX
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch, scheduled
from nba_assets_tests.frames import row

GAME_1, GAME_2 = "0022300561", "0022300562"


def player(**more: Any) -> dict[str, Any]:
    """4 makes of 9, 1 three of 3; zones that agree: 2 of 3 in the paint, 1 of 3 from mid-range, 1 of 3 threes."""
    box = {"fg_makes": 4, "fg_attempts": 9, "three_pt_makes": 1, "three_pt_attempts": 3}
    zones = {
        "zone_source": "play_by_play",
        "paint_makes": 2,
        "paint_attempts": 3,
        "mid_range_makes": 1,
        "mid_range_attempts": 3,
        "three_makes_pbp": 1,
        "three_attempts_pbp": 3,
    }
    return row("player_game_summary", **(box | zones | more))


def team(abbr: str, *, home: bool, game_id: str = GAME_1, **more: Any) -> dict[str, Any]:
    return row("team_offense_game_summary", team_abbr=abbr, home_game=home, nba_game_id=game_id, **more)


# --- games_usable


def test_games_that_are_in_pass() -> None:
    verdict = GAMES_USABLE.evaluate(batch("player_game_summary", [player(), player(nba_player_id=2)]))[JAN_15]
    assert (verdict.passed, verdict.description, verdict.metadata) == (True, "1 games", {"games": 1})


def test_a_game_left_out_is_an_error_with_its_reason_and_does_not_block() -> None:
    verdict = GAMES_USABLE.evaluate(
        batch("player_game_summary", [player()], quarantined=[(JAN_15, "game 0022300562: 104 points, players have 99")])
    )[JAN_15]
    assert not GAMES_USABLE.blocking
    assert (verdict.passed, verdict.error) == (False, True)
    assert verdict.description == "1 games left out, 1 in: game 0022300562: 104 points, players have 99"


def test_rows_that_break_the_contract_are_the_contract_check_s_business() -> None:
    verdict = GAMES_USABLE.evaluate(
        batch("player_game_summary", [player()], quarantined=[(JAN_15, "contract: points_add_up")])
    )[JAN_15]
    assert verdict.passed


def test_usable_games_are_judged_by_date() -> None:
    verdicts = GAMES_USABLE.evaluate(
        batch(
            "player_game_summary",
            [player()],
            dates=[JAN_15, JAN_16, JAN_17],
            quarantined=[(JAN_16, "game 0022300562: one team")],
        )
    )
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert verdicts[JAN_16].description.startswith("1 games left out, 0 in")
    assert verdicts[JAN_17].description == "no final games"


# --- zones_match_box


def zones(*rows: dict[str, Any]) -> Any:
    return ZONES_MATCH_BOX.evaluate(batch("player_game_summary", rows))[JAN_15]


def test_zones_that_agree_pass() -> None:
    verdict = zones(player())
    assert verdict.passed
    assert verdict.metadata == {"makes_differ": 0, "attempts_differ": 0, "games_without_zones": 0}


@pytest.mark.parametrize("wrong", [{"paint_makes": 3}, {"three_makes_pbp": 0}, {"three_attempts_pbp": 4}])
def test_makes_or_threes_that_differ_are_an_error_naming_player_and_game(wrong: dict[str, int]) -> None:
    verdict = zones(player(**wrong))
    assert (verdict.passed, verdict.error) == (False, True)
    assert verdict.description == "makes or threes differ: Joel Embiid 20240115_NYK_PHI"
    assert verdict.metadata["makes_differ"] == 1


def test_attempts_that_differ_by_a_shot_are_a_warning() -> None:
    verdict = zones(player(mid_range_attempts=2))
    assert (verdict.passed, verdict.error) == (False, False)
    assert "attempts differ: Joel Embiid 20240115_NYK_PHI" in verdict.description


def test_a_game_without_zones_is_a_warning_said_once() -> None:
    """Totals never wait for zones; but somebody must know that the zone tables have a hole."""
    without = dict.fromkeys(
        ("zone_source", "paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts", "three_makes_pbp",
         "three_attempts_pbp")
    )  # fmt: skip
    verdict = zones(player(**without), player(**without, nba_player_id=2))
    assert (verdict.passed, verdict.error) == (False, False)
    assert verdict.description.endswith("games without zones: 20240115_NYK_PHI")
    assert verdict.metadata["games_without_zones"] == 1


def test_players_who_did_not_play_are_not_compared() -> None:
    idle = dict.fromkeys(("points", "fg_makes", "fg_attempts", "three_pt_makes", "three_pt_attempts", "ft_makes"))
    verdict = zones(player(), player(**idle, nba_player_id=2, is_active=False, is_dnp=True))
    assert verdict.passed


def test_zones_are_judged_by_date() -> None:
    verdicts = ZONES_MATCH_BOX.evaluate(
        batch(
            "player_game_summary",
            [player(), player(game_date=JAN_16, nba_game_id=GAME_2, paint_makes=0)],
            dates=[JAN_15, JAN_16, JAN_17],
        )
    )
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert not ZONES_MATCH_BOX.blocking


# --- two_teams_per_game


def two_teams(*rows: dict[str, Any]) -> Any:
    return TWO_TEAMS_PER_GAME.evaluate(batch("team_offense_game_summary", rows))[JAN_15]


def test_one_home_and_one_away_team_pass() -> None:
    verdict = two_teams(team("PHI", home=True), team("NYK", home=False))
    assert verdict.passed
    assert verdict.description == "1 games with two rows, one at home"


@pytest.mark.parametrize(
    "rows",
    [
        [team("PHI", home=True)],
        [team("PHI", home=True), team("NYK", home=True)],
        [team("PHI", home=False), team("NYK", home=False)],
        [team("PHI", home=True), team("NYK", home=False), team("BOS", home=False)],
    ],
    ids=["one-team", "two-at-home", "none-at-home", "three-teams"],
)
def test_anything_else_blocks_the_date_by_name(rows: list[dict[str, Any]]) -> None:
    """The opponent's figures are a self-join: a third row doubles them, a missing one loses them."""
    verdict = two_teams(*rows)
    assert TWO_TEAMS_PER_GAME.blocking
    assert (verdict.passed, verdict.error) == (False, True)
    assert verdict.description == "not one home and one away row: 20240115_NYK_PHI"


def test_two_teams_are_judged_by_date() -> None:
    rows = [team("PHI", home=True), team("NYK", home=False), team("PHI", home=True, game_id=GAME_2, game_date=JAN_16)]
    verdicts = TWO_TEAMS_PER_GAME.evaluate(batch("team_offense_game_summary", rows, dates=[JAN_15, JAN_16, JAN_17]))
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert verdicts[JAN_17].description == "0 games with two rows, one at home"


def test_a_final_game_without_any_row_is_missed_once_it_is_due() -> None:
    """Nothing is quarantined of a game that has no box score at all: an empty day looked like a day without games."""
    played = scheduled("0022300561", game_status=3)
    (late,) = GAMES_USABLE.evaluate(batch("player_game_summary", schedule=[played])).values()
    assert (late.passed, late.error) == (False, True)
    assert "20240115_NYK_PHI has no box score" in late.description
    at_midnight = datetime(2024, 1, 16, 5, tzinfo=UTC)
    (early,) = GAMES_USABLE.evaluate(batch("player_game_summary", schedule=[played], now=at_midnight)).values()
    assert early.passed
    assert "not due yet" in early.description


def test_a_final_game_that_is_quarantined_is_named_once() -> None:
    played = scheduled("0022300561", game_status=3)
    judged = batch("player_game_summary", schedule=[played], quarantined=[(JAN_15, "PHI player points 1 != 2")])
    row = pl.lit('{"nba_game_id": "0022300561"}').alias("row")
    judged = replace(judged, quarantined=judged.quarantined.with_columns(row))
    (verdict,) = GAMES_USABLE.evaluate(judged).values()
    assert verdict.description == "1 games left out, 0 in: PHI player points 1 != 2"
