"""Checks of the precomputed tables: a missing player is named, a fraction never passes for a percent.

Dangers covered: 44 of 172 players cached and nobody knows; rates 100 times too small; factors that are silently null.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nba_assets.checks.precompute import (
    CACHE_COVERS_CONTEXT,
    FACTORS_KNOWN,
    FACTORS_PLAUSIBLE,
    PERCENT_SCALE_OF_CACHE,
    PERCENT_SCALE_OF_ZONES,
    PERCENTAGE_POINTS_OF_DEFENCE,
)
from nba_assets.checks.verdict import TableCheck, Verdict
from nba_assets_tests.checks.batches import JAN_15, batch
from nba_assets_tests.frames import frame, row

CONTEXT = "upcoming_player_game_context"
Row = dict[str, Any]


def expected(player: int, *, day: date = JAN_15, line: float | None = None, **more: Any) -> Row:
    known = {"nba_player_id": player, "player_full_name": f"Player {player}", "game_date": day, "days_rest": 2}
    return row(CONTEXT, **known | more, has_prop_line=line is not None, current_points_line=line)


def verdict(check: TableCheck, table: str, rows: list[Row], context: list[Row], teams: int = 30) -> Verdict:
    judged = batch(table, rows, dates=[JAN_15])
    inputs = {
        CONTEXT: frame(CONTEXT, context),
        "team_defense_zone_analysis": frame(
            "team_defense_zone_analysis", [row("team_defense_zone_analysis")] if teams else []
        ),
    }
    return check.evaluate(replace(judged, inputs=inputs))[JAN_15]


def cached(*players: int) -> list[Row]:
    return [row("player_daily_cache", nba_player_id=player) for player in players]


# --- cache_covers_context


def coverage(rows: list[Row], context: list[Row]) -> Verdict:
    return verdict(CACHE_COVERS_CONTEXT, "player_daily_cache", rows, context)


def test_a_cache_of_most_players_passes_with_numbers() -> None:
    found = coverage(cached(1, 2, 3), [expected(n) for n in range(1, 5)])
    assert (found.passed, found.description) == (True, "3 of 4 expected players cached")
    assert found.metadata["cached"] == 3


def test_a_player_with_a_line_and_without_a_row_is_named() -> None:
    found = coverage(cached(1, 2, 3), [expected(n) for n in range(1, 4)] + [expected(4, line=20.5)])
    assert (found.passed, found.error) == (False, False)
    assert found.description == "3 of 4 expected players cached; 1 with a line are not: Player 4"


def test_44_of_172_warns() -> None:
    found = coverage(cached(*range(1, 45)), [expected(n) for n in range(1, 173)])
    assert not found.passed
    assert found.description.startswith("44 of 172 expected players cached; not: Player 100; ")


@pytest.mark.parametrize("status", ["out", "doubtful"])
def test_who_is_out_is_not_missed(status: str) -> None:
    assert coverage(cached(1), [expected(1), expected(2, line=9.5, player_status=status)]).passed


def test_the_first_days_of_a_season_pass() -> None:
    day = date(2023, 10, 26)
    judged = replace(
        batch("player_daily_cache", dates=[day]), inputs={CONTEXT: frame(CONTEXT, [expected(1, day=day, line=9.5)])}
    )
    assert CACHE_COVERS_CONTEXT.evaluate(judged)[day].passed


def test_a_date_without_games_passes() -> None:
    assert coverage([], []).description == "nobody expected"


# --- unit_scale

SCALED = [
    (PERCENT_SCALE_OF_ZONES, "player_shot_zone_analysis", "paint_rate_last_10", "nba_player_id"),
    (PERCENT_SCALE_OF_CACHE, "player_daily_cache", "usage_rate_last_10", "nba_player_id"),
    (PERCENTAGE_POINTS_OF_DEFENCE, "team_defense_zone_analysis", "paint_defense_vs_league_avg", "team_abbr"),
]
ids = ["zones", "cache", "defence"]


def scaled(check: TableCheck, table: str, column: str, key: str, values: Sequence[float | None]) -> Verdict:
    keys = [f"A{chr(65 + n // 26)}{chr(65 + n % 26)}" if key == "team_abbr" else n + 1 for n in range(len(values))]
    rows = [row(table, **{key: k, column: value}) for k, value in zip(keys, values, strict=True)]
    return verdict(check, table, rows, [])


@pytest.mark.parametrize(("check", "table", "column", "key"), SCALED, ids=ids)
def test_a_fraction_is_no_percent(check: TableCheck, table: str, column: str, key: str) -> None:
    right = [float(n % 9) for n in range(30)]
    assert scaled(check, table, column, key, right).passed
    found = scaled(check, table, column, key, [value / 100 for value in right])
    assert check.blocking
    assert (found.passed, found.error) == (False, True)
    assert column in found.description


@pytest.mark.parametrize(("check", "table", "column", "key"), SCALED, ids=ids)
@pytest.mark.parametrize("values", [[0.1, 0.2, 0.3], [None] * 30, [0.0] * 30], ids=["few", "null", "all_zero"])
def test_a_scale_nobody_can_tell_passes(
    check: TableCheck, table: str, column: str, key: str, values: list[float | None]
) -> None:
    assert scaled(check, table, column, key, values).passed


# --- composite factors


def factor(player: int = 1, **more: Any) -> Row:
    known = {"fatigue_score": 90, "shot_zone_mismatch_score": 1.0, "pace_score": 0.5, "usage_spike_score": 0.0}
    return row("player_composite_factors", **{"nba_player_id": player, "usage_known": True} | known | more)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fatigue_score": 49}, "fatigue_score below 50: 1 (joelembiid)"),
        ({"shot_zone_mismatch_score": -8.1}, "shot_zone_mismatch_score beyond 8: 1 (joelembiid)"),
        ({"total_composite_adjustment": 12.1}, "total_composite_adjustment beyond 12: 1 (joelembiid)"),
    ],
)
def test_rare_values_are_named(values: Row, words: str) -> None:
    found = verdict(FACTORS_PLAUSIBLE, "player_composite_factors", [factor(**values)], [])
    assert (found.passed, found.error, found.description) == (False, False, words)


def test_usual_values_pass() -> None:
    at_the_limit = factor(fatigue_score=50, shot_zone_mismatch_score=8.0, total_composite_adjustment=-12.0)
    assert verdict(FACTORS_PLAUSIBLE, "player_composite_factors", [at_the_limit], []).passed


def known(rows: list[Row], *, teams: int = 30) -> Verdict:
    context = [expected(r["nba_player_id"], games_in_last_14_days=3) for r in rows]
    return verdict(FACTORS_KNOWN, "player_composite_factors", rows, context, teams)


def test_a_factor_that_is_mostly_null_warns() -> None:
    found = known([factor(1, pace_score=None), factor(2, pace_score=None), factor(3)])
    assert (found.passed, found.error) == (False, False)
    assert found.description == "mostly unknown: pace_score (2 of 3)"


def test_what_has_no_input_is_said_and_passes() -> None:
    found = known([factor(1, usage_spike_score=None, usage_known=False, shot_zone_mismatch_score=None)], teams=0)
    assert found.passed
    assert found.description.endswith("without their inputs: shot_zone_mismatch_score; usage_spike_score")
