"""Checks of the feature store.

Dangers covered: a column filled with a constant, or joined to one row for all; a cache that has seen the game; a unit
ten times off; a game without players; alarms on small slates or after a break, when sameness is right.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ml_models.features import NAMES
from nba_assets.checks.feature_store import (
    COLUMNS_VARY,
    COVERAGE,
    FEATURES_IN_RANGE,
    HISTORY_AGREES,
    QUALITY,
)
from nba_assets.checks.verdict import TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch
from nba_assets_tests.frames import frame, row

TEAMS = [f"{letter}AA" for letter in "ABCDEFGHIJKLMNOPQRST"]


def stored(player: int, day: date = JAN_15, **more: Any) -> dict[str, Any]:
    return row("ml_feature_store_v2", **({"game_date": day, "nba_player_id": player} | more))


def slate(rows: int = 60, teams: int = 20, **columns: Any) -> list[dict[str, Any]]:
    """`rows` players of `teams` teams; a callable gives a column its value by player and team number."""
    slate = []
    for player in range(rows):
        team = player % teams
        values = {name: value(player, team) if callable(value) else value for name, value in columns.items()}
        identity = {"team_abbr": TEAMS[team], "nba_game_id": f"00223{team // 2:05d}"}
        slate.append(stored(player + 1, **(identity | values)))
    return slate


def verdict(check: TableCheck, rows: Sequence[dict[str, Any]], **inputs: Sequence[dict[str, Any]]) -> Verdict:
    frames = {name: frame(name, lines) for name, lines in inputs.items()}
    return check.evaluate(replace(batch("ml_feature_store_v2", rows), inputs=frames))[JAN_15]


# --- features_in_range


def test_rows_left_out_are_an_error_with_player_and_value_on_their_date_only() -> None:
    left_out = [(JAN_16, "out of range: jalenbrunson: game_total_line 300.0"), (JAN_17, "contract: something else")]
    verdicts = FEATURES_IN_RANGE.evaluate(
        batch("ml_feature_store_v2", [stored(1, JAN_16)], dates=[JAN_15, JAN_16, JAN_17], quarantined=left_out)
    )
    assert {day: v.passed for day, v in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert verdicts[JAN_16].error
    assert verdicts[JAN_16].description == "1 rows left out, 1 in: jalenbrunson: game_total_line 300.0"
    assert not FEATURES_IN_RANGE.blocking


# --- columns_vary


def points(player: int, team: int) -> float:
    return 5.25 + player % 30


def test_features_that_differ_pass() -> None:
    found = verdict(COLUMNS_VARY, slate(points_avg_season=points, opponent_pace=lambda _, team: 95.0 + team / 2))
    assert (found.passed, found.description) == (True, "features vary over 60 rows")


@pytest.mark.parametrize(
    ("name", "value"), [("points_avg_season", 12.3), ("opponent_pace", 99.9), ("team_win_pct", 0.6)]
)
def test_one_value_for_everybody_is_an_error_that_blocks(name: str, value: float) -> None:
    found = verdict(COLUMNS_VARY, slate(**{name: value}))
    assert COLUMNS_VARY.blocking
    assert (found.passed, found.error) == (False, True)
    assert found.description == f"{name} is {value:g} in all 60 rows"


def test_a_feature_nobody_has_is_not_called_constant() -> None:
    assert verdict(COLUMNS_VARY, slate(opponent_pace=None)).passed


def test_what_may_be_the_same_for_everybody_is_not_judged() -> None:
    assert verdict(COLUMNS_VARY, slate(playoff_game=0.0, has_vegas_line=1.0, injury_risk=0.0)).passed


def test_fewer_than_50_rows_are_not_judged() -> None:
    assert verdict(COLUMNS_VARY, slate(49, points_avg_season=10.0)).passed
    assert not verdict(COLUMNS_VARY, slate(50, points_avg_season=10.0)).passed


def test_many_rows_at_a_known_filling_are_an_error_though_the_rest_differs() -> None:
    found = verdict(COLUMNS_VARY, slate(points_avg_season=lambda p, t: 10.0 if p % 4 == 0 else points(p, t)))
    assert (found.passed, found.error) == (False, True)
    assert found.description == "points_avg_season is exactly 10 in 25% of 60 rows"
    assert verdict(COLUMNS_VARY, slate(points_avg_season=lambda p, t: 10.0 if p % 6 == 0 else points(p, t))).passed


def test_teams_may_share_a_win_rate() -> None:
    rates = slate(team_win_pct=lambda _, team: 0.5 if team % 5 < 2 else 0.3 + team / 50)
    assert verdict(COLUMNS_VARY, rates).passed
    rates = slate(team_win_pct=lambda _, team: 0.5 if team % 5 < 3 else 0.3 + team / 50)
    found = verdict(COLUMNS_VARY, rates)
    assert (found.passed, found.error) == (False, True)


def test_little_variety_is_a_warning() -> None:
    found = verdict(COLUMNS_VARY, slate(points_avg_season=lambda p, _: 12.0 + p % 2))
    assert (found.passed, found.error) == (False, False)
    assert found.description == "points_avg_season has 2 values, deviation 0.5 (at least 20, 3)"


def test_a_small_slate_has_few_teams_and_that_is_no_alarm() -> None:
    """Six teams, three games: six paces at most, three totals."""
    team_level = {"team_pace": lambda _, team: 99.0 + team / 8, "game_total_line": lambda _, team: 220.0 + team // 2}
    assert verdict(COLUMNS_VARY, slate(teams=6, **team_level)).passed
    assert not verdict(COLUMNS_VARY, slate(teams=20, team_pace=lambda _, team: 99.0 + team % 3 / 8)).passed


def test_after_a_break_everybody_is_rested() -> None:
    fatigue = {"fatigue_score": 100.0, "games_in_last_7_days": 0.0}
    assert verdict(COLUMNS_VARY, slate(**fatigue)).passed
    assert not verdict(COLUMNS_VARY, slate(fatigue_score=100.0, games_in_last_7_days=2.0)).passed


# --- history_agrees

GAMES = [
    row("player_game_summary", game_date=JAN_15 - timedelta(n), nba_player_id=1, nba_game_id=f"002230{n:04d}",
        points=10 + n, minutes_played=20.0)
    for n in range(12)
]  # fmt: skip


def test_a_cache_of_the_games_before_agrees() -> None:
    cached = stored(1, points_avg_last_10=15.5, minutes_avg_last_10=20.0)
    found = verdict(HISTORY_AGREES, [cached], player_game_summary=GAMES)
    assert (found.passed, found.description) == (True, f"1 cached means are those of the games before {JAN_15}")


def test_a_cache_that_has_seen_tonight_s_game_is_an_error_that_blocks() -> None:
    leaky = stored(1, points_avg_last_10=14.5, minutes_avg_last_10=20.0)
    found = verdict(HISTORY_AGREES, [leaky, stored(2)], player_game_summary=GAMES)
    assert HISTORY_AGREES.blocking
    assert (found.passed, found.error) == (False, True)
    assert found.description.endswith("for 1 of 1 players: joelembiid")


def test_a_cached_mean_without_any_game_before_is_an_error() -> None:
    assert not verdict(
        HISTORY_AGREES, [stored(3, points_avg_last_10=14.5, minutes_avg_last_10=20.0)], player_game_summary=GAMES
    ).passed


# --- quality

READY = {"is_quality_ready": True}


def known(**more: Any) -> dict[str, Any]:
    """Something for every feature."""
    return dict.fromkeys(NAMES, 1.0) | READY | more


def test_ready_rows_pass_with_their_share() -> None:
    found = verdict(QUALITY, slate(**known()))
    assert (found.passed, found.description) == (True, "60 of 60 rows are quality-ready")
    assert found.metadata == {"rows": 60, "quality_ready": 60, "training_ready": 0}


def test_rows_that_are_not_ready_are_a_warning_with_the_reasons() -> None:
    gap = {"injury_risk": None, "missing_required": ["injury_risk"], "is_quality_ready": False}
    rows = slate(**known())
    rows[:13] = [line | gap for line in rows[:13]]
    found = verdict(QUALITY, rows)
    assert (found.passed, found.error) == (False, False)
    assert found.description == "47 of 60 rows are quality-ready: injury_risk missing in 13"


def test_a_feature_unknown_for_everybody_is_named() -> None:
    found = verdict(QUALITY, slate(**known(game_total_line=None)))
    assert (found.passed, found.error) == (False, False)
    assert found.description == "unknown for everybody: game_total_line"


@pytest.mark.parametrize(("nulls", "passed"), [(3, True), (4, False)])
def test_alert_features_may_be_unknown_in_5_per_cent(nulls: int, passed: bool) -> None:
    rows = slate(**known())
    rows[:nulls] = [line | {"days_rest": None, "vegas_points_line": None} for line in rows[:nulls]]
    found = verdict(QUALITY, rows)
    assert found.passed is passed
    assert passed or found.description == "unknown for many: days_rest 7%"


def test_a_date_without_rows_has_no_quality_to_judge() -> None:
    assert verdict(QUALITY, []).passed


# --- coverage


def expected(player: int, **more: Any) -> dict[str, Any]:
    named = {"nba_player_id": player, "player_full_name": f"Player {player}"}
    return row("upcoming_player_game_context", **(named | more))


def coverage(in_store: Sequence[int], context: Sequence[dict[str, Any]]) -> Verdict:
    return verdict(COVERAGE, [stored(player) for player in in_store], upcoming_player_game_context=context)


def test_teams_with_five_rows_are_covered() -> None:
    found = coverage(range(1, 6), [expected(player) for player in range(1, 13)])
    assert (found.passed, found.description) == (True, "1 teams and 0 priced players have rows")


def test_a_team_with_fewer_is_named_with_its_game() -> None:
    found = coverage(range(1, 5), [expected(player) for player in range(1, 13)])
    assert (found.passed, found.error) == (False, False)
    assert found.description == "1 teams: PHI in 20240115_NYK_PHI has 4 rows of 12 players"


def test_a_priced_player_without_a_row_is_named_unless_he_is_out() -> None:
    context = [expected(player) for player in range(1, 9)]
    context += [expected(20, has_prop_line=True), expected(21, has_prop_line=True, player_status="out")]
    found = coverage(range(1, 9), context)
    assert found.description == ("1 of 1 priced players have no row, as they have not played lately: Player 20")
    assert found.metadata == {"teams": 1, "thin_teams": 0, "priced_players": 1, "priced_without_row": 1}


def test_a_date_without_games_is_covered() -> None:
    assert coverage([], []).description == "no games"
