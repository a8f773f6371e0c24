"""Checks of the pre-game tables: games without lines, teams without players or reports, and leaks must show by name."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nba_assets.checks.upcoming import (
    ENOUGH_PLAYERS_EXPECTED,
    GAME_LINES_OF_EVERY_GAME,
    INJURY_REPORT_OF_EVERY_TEAM,
    PRICED_PLAYERS_EXPECTED,
    PROP_LINES_OF_EVERY_GAME,
    point_in_time,
)
from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, LONG_AFTER, batch
from nba_assets_tests.frames import TIPOFF, frame, row

TEAM, PLAYER = "upcoming_team_game_context", "upcoming_player_game_context"


def game(number: int) -> dict[str, str]:
    return {"nba_game_id": f"00223005{number:02d}", "game_id": f"20240115_AA{chr(65 + number)}_BB{chr(65 + number)}"}


def teams(games: int, **more: Any) -> list[dict[str, Any]]:
    """Two rows per game."""
    return [
        row(TEAM, **game(n), team_abbr=f"{side}{chr(65 + n)}", **more) for n in range(games) for side in ("AA", "BB")
    ]


def verdict(check: TableCheck, found: Batch) -> Verdict:
    return check.evaluate(found)[JAN_15]


def with_inputs(found: Batch, **inputs: list[dict[str, Any]]) -> Batch:
    return replace(found, inputs={name: frame(name, rows) for name, rows in inputs.items()})


def test_nine_of_ten_games_without_lines_are_seen_by_name() -> None:
    rows = teams(10)
    for known in rows[:2]:
        known |= {"game_spread": -3.5, "game_total": 221.5}
    found = verdict(GAME_LINES_OF_EVERY_GAME, batch(TEAM, rows))
    assert (found.passed, found.error) == (False, False)
    assert found.description.startswith("9 of 10 games without a spread: 20240115_AAB_BBB; 20240115_AAC_BBC;")
    assert "20240115_AAJ_BBJ, 9 of 10 games without a total" in found.description
    assert found.metadata == {"games": 10, "games_without_spread": 9, "games_without_total": 9}


def test_a_spread_without_a_total_is_a_gap() -> None:
    found = verdict(GAME_LINES_OF_EVERY_GAME, batch(TEAM, teams(1, game_spread=1.0)))
    assert found.description == "1 of 1 games without a total: 20240115_AAA_BBA"
    assert verdict(GAME_LINES_OF_EVERY_GAME, batch(TEAM, teams(1, game_spread=1.0, game_total=220.0))).passed


@pytest.mark.parametrize(("hours", "passed"), [(5, True), (4, False), (-1, False)])
def test_lines_are_due_four_hours_before_the_first_tip(hours: int, passed: bool) -> None:
    late = teams(2)
    late[2]["tipoff_utc"] = late[3]["tipoff_utc"] = TIPOFF + timedelta(hours=3)
    found = verdict(GAME_LINES_OF_EVERY_GAME, batch(TEAM, late, now=TIPOFF - timedelta(hours=hours)))
    assert found.passed is passed
    assert found.description.startswith("not due yet: 2 of 2 games") is passed
    assert found.description.endswith("due 2024-01-15 15:30 ET") is passed


@pytest.mark.parametrize(
    ("check", "table"),
    [
        (GAME_LINES_OF_EVERY_GAME, TEAM),
        (INJURY_REPORT_OF_EVERY_TEAM, TEAM),
        (PROP_LINES_OF_EVERY_GAME, PLAYER),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_day_without_games_passes(check: TableCheck, table: str) -> None:
    found = verdict(check, batch(table))
    assert (found.passed, found.description) == (True, "no games")


def test_teams_without_a_report_are_named() -> None:
    rows = teams(1, injury_report_ts=TIPOFF - timedelta(hours=2)) + teams(2)[2:]
    found = verdict(INJURY_REPORT_OF_EVERY_TEAM, batch(TEAM, rows))
    assert (found.passed, found.error) == (False, False)
    assert found.description == "2 of 4 teams without an injury report: AAB; BBB"


def test_games_without_priced_players_are_named() -> None:
    priced = {"has_prop_line": True, "current_points_line": 20.5}
    rows = [row(PLAYER, **game(0), **priced), row(PLAYER, **game(0)), row(PLAYER, **game(1))]
    found = verdict(PROP_LINES_OF_EVERY_GAME, batch(PLAYER, rows))
    assert found.description == "1 of 2 games without a priced player: 20240115_AAB_BBB"
    assert verdict(PROP_LINES_OF_EVERY_GAME, batch(PLAYER, rows[:2])).description == (
        "all 1 games have priced players, 1 in all"
    )


def test_thin_and_missing_teams_are_named() -> None:
    players = [row(PLAYER, nba_player_id=n + 1, team_abbr="AAA") for n in range(8)]
    players += [row(PLAYER, nba_player_id=n + 50, team_abbr="BBA") for n in range(7)]
    found = verdict(ENOUGH_PLAYERS_EXPECTED, with_inputs(batch(PLAYER, players), **{TEAM: teams(2)}))
    assert (found.passed, found.error, found.metadata["teams_with_few_players"]) == (False, False, 3)
    assert found.description == (
        "fewer than 8 players expected: BBA 7 in 20240115_AAA_BBA; AAB 0 in 20240115_AAB_BBB; BBB 0 in 20240115_AAB_BBB"
    )
    full = with_inputs(batch(PLAYER, players[:8]), **{TEAM: teams(1)[:1]})
    assert verdict(ENOUGH_PLAYERS_EXPECTED, full).passed


def test_priced_players_on_neither_roster_are_named() -> None:
    props = "odds_api_player_points_props"
    quotes = [row(props, nba_player_id=n, player_name=name) for n, name in ((1, "Ann"), (2, "Bo"))]
    quotes.append(row(props, nba_player_id=3, player_name="Cy", snapshot_timestamp=TIPOFF))
    found = verdict(
        PRICED_PLAYERS_EXPECTED, with_inputs(batch(PLAYER, [row(PLAYER, nba_player_id=1)]), **{props: quotes})
    )
    assert (found.passed, found.error) == (False, False)
    assert found.description == "1 of 2 priced players are on neither roster: Bo in 20240115_NYK_PHI"


LEAKS = point_in_time("injury_report_ts")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"injury_report_ts": TIPOFF}, "injury_report_ts at or after as_of_ts: 1 rows"),
        ({"as_of_ts": TIPOFF + timedelta(minutes=1)}, "as_of_ts after tip-off: 1 rows"),
        ({"team_days_rest": 0}, "team_days_rest below 1: 1 rows"),
    ],
    ids=["report at the instant", "decided after tip-off", "rest of tonight"],
)
def test_leaks_block(change: dict[str, Any], words: str) -> None:
    found = verdict(LEAKS, batch(TEAM, [row(TEAM, **change)]))
    assert (LEAKS.blocking, found.passed, found.error, found.description) == (True, False, True, words)


def test_a_decision_of_the_future_blocks() -> None:
    now: datetime = TIPOFF - timedelta(hours=1)
    assert verdict(LEAKS, batch(TEAM, [row(TEAM)], now=now)).description == "as_of_ts in the future: 1 rows"
    assert verdict(LEAKS, batch(TEAM, [row(TEAM, as_of_ts=now)], now=now)).passed


def test_what_was_known_before_passes() -> None:
    known = row(TEAM, injury_report_ts=TIPOFF - timedelta(seconds=1), team_days_rest=1)
    assert verdict(LEAKS, batch(TEAM, [known, row(TEAM)], now=LONG_AFTER)).passed
