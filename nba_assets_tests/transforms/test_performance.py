"""Daily counts, windows and slices of grades.

Dangers covered: an average of daily rates, a push in a rate, a window one day too long, a future grade that is seen, a
date whose figures depend on the other dates of its run, a system without a row.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models.systems import ROSTER
from nba_assets.contracts import TABLES
from nba_assets.contracts.model_performance_slices import SLICES
from nba_assets.transforms import model_performance, system_daily_performance
from nba_assets.transforms.performance_windows import COLUMNS
from nba_assets.transforms.performance_windows import SLICES as DECLARED
from nba_assets_tests.frames import frame, row

NOW = datetime(2024, 7, 1, tzinfo=UTC)
JAN_1 = date(2024, 1, 1)


def grade(
    day: int = 0,
    outcome: str = "WIN",
    *,
    player: int = 1,
    system: str = "catboost_v9",
    side: str = "OVER",
    edge: float = 4.0,
    error: float = 2.0,
    **more: Any,
) -> dict[str, Any]:
    """A grade `day` days after January 1st of a recommendation at 20.5 (a push: at 20)."""
    date_ = JAN_1 + timedelta(days=day)
    lined = outcome != "NO_LINE"
    line = 20.0 if outcome == "PUSH" else 20.5
    over = (outcome == "WIN") == (side == "OVER")
    points = 20 if outcome == "PUSH" else None if outcome == "VOID" else 24 if over else 15
    result = outcome if outcome in ("WIN", "LOSS", "PUSH") else None
    forecast = {"signed_error": None if points is None else error}
    forecast["absolute_error"] = None if points is None else abs(error)
    values: dict[str, Any] = {
        "game_date": date_,
        "nba_player_id": player,
        "system_id": system,
        "season_year": 2023,
        "recommendation": outcome if outcome in ("PASS", "NO_LINE") else side,
        "outcome": outcome,
        "void_reason": "dnp_unknown" if outcome == "VOID" else None,
        "prediction_correct": {"WIN": True, "LOSS": False}.get(outcome),
        "actual_points": points,
        "has_prop_line": lined,
        "current_points_line": line if lined else None,
        "line_margin": (edge if side == "OVER" else -edge) if lined else None,
        "edge_side": side if lined else None,
        "side_outcome": result,
        "profit": {"WIN": 0.9, "LOSS": -1.0, "PUSH": 0.0}.get(outcome),
        "brier": 0.2 if result in ("WIN", "LOSS") else None,
        "log_loss": 0.6 if result in ("WIN", "LOSS") else None,
        "market_brier": 0.25 if result in ("WIN", "LOSS") else None,
        "market_log_loss": 0.7 if result in ("WIN", "LOSS") else None,
        "crps": None if points is None else 3.0,
        "training_end_date": date_ - timedelta(days=5),
        **forecast,
    }
    return row("prediction_accuracy", **(values | more))


def games(days: Sequence[int]) -> pl.DataFrame:
    return frame("nbac_schedule", [row("nbac_schedule", game_date=JAN_1 + timedelta(days=day)) for day in days])


def daily(grades: Sequence[dict[str, Any]], *days: int) -> pl.DataFrame:
    rows = frame("prediction_accuracy", grades).select(COLUMNS)
    return TABLES["model_performance_daily"].ordered(model_performance.build_daily(rows, games(days), NOW))


def slices(grades: Sequence[dict[str, Any]], *days: int) -> pl.DataFrame:
    rows = frame("prediction_accuracy", grades).select(COLUMNS)
    return TABLES["model_performance_slices"].ordered(model_performance.build_slices(rows, games(days), NOW))


def of(rows: pl.DataFrame, day: int, system: str = "catboost_v9", **more: Any) -> dict[str, Any]:
    (found,) = rows.filter(game_date=JAN_1 + timedelta(days=day), system_id=system, **more).to_dicts()
    return found


# --- one date


def test_counts_of_a_date() -> None:
    outcomes = ["WIN", "WIN", "LOSS", "PUSH", "VOID", "PASS", "NO_LINE"]
    rows = [grade(0, outcome, player=n, confidence_score=0.6 + 0.1 * (n < 3)) for n, outcome in enumerate(outcomes, 1)]
    rows.append(grade(0, "VOID", player=8, recommendation="HOLD"))
    rows.append(grade(0, "WIN", player=9, side="UNDER", error=-4.0))
    (found,) = system_daily_performance.build(frame("prediction_accuracy", rows), NOW).to_dicts()
    counts = {name: value for name, value in found.items() if name.endswith(("_count", "_correct"))}
    assert counts == {
        "predictions_count": 9, "recommendations_count": 6, "correct_count": 3, "incorrect_count": 1, "push_count": 1,
        "void_count": 1, "unrecommended_void_count": 1, "pass_count": 1, "no_line_count": 1,
        "over_count": 5, "over_correct": 2, "under_count": 1, "under_correct": 1,
        "within_3_count": 0, "within_5_count": 0, "high_confidence_count": 2, "high_confidence_correct": 2,
    }  # fmt: skip
    assert (found["win_rate"], found["over_win_rate"], found["under_win_rate"]) == (0.75, pytest.approx(2 / 3), 1.0)
    assert found["mae"] == pytest.approx((6 * 2 + 4) / 7)
    assert found["avg_bias"] == pytest.approx((6 * 2 - 4) / 7)


def test_a_date_of_voids_has_no_rates() -> None:
    (found,) = system_daily_performance.build(frame("prediction_accuracy", [grade(0, "VOID")]), NOW).to_dicts()
    assert (found["win_rate"], found["mae"], found["within_3_pct"], found["void_count"]) == (None, None, None, 1)


# --- windows


def test_a_window_of_7_days_is_the_7_dates_up_to_the_date() -> None:
    rows = daily([grade(0, "LOSS"), grade(6), grade(7)], 6, 7)
    assert [of(rows, 6)[name] for name in ("rolling_n_7d", "rolling_hr_7d")] == [2, 0.5]
    assert [of(rows, 7)[name] for name in ("rolling_n_7d", "rolling_hr_7d")] == [2, 1.0]
    assert of(rows, 7)["rolling_n_season"] == 3


def test_sums_are_divided_and_daily_rates_not_averaged() -> None:
    rows = daily([grade(0, "WIN"), *(grade(1, "LOSS", player=n) for n in range(1, 4))], 1)
    assert of(rows, 1)["rolling_hr_7d"] == 0.25
    assert of(rows, 1)["rolling_roi_7d"] == pytest.approx((0.9 - 3) / 4)


def test_pushes_voids_and_blocked_rows_are_in_no_rate() -> None:
    rows = [
        grade(0),
        grade(0, "PUSH", player=2),
        grade(0, "VOID", player=3),
        grade(0, "LOSS", player=4, quality_gate="blocked"),
    ]
    found = of(daily(rows, 0), 0)
    assert (found["rolling_n_7d"], found["rolling_hr_7d"], found["every_edge_roi_7d"]) == (1, 1.0, 0.9)
    assert (found["daily_picks"], found["daily_wins"], found["daily_losses"]) == (2, 1, 0)


def test_the_line_is_judged_on_the_rows_that_have_one() -> None:
    rows = [grade(0, "WIN", error=2.0), grade(0, "NO_LINE", player=2, error=9.0)]
    found = of(daily(rows, 0), 0)
    assert (found["model_mae_7d"], found["lined_mae_7d"], found["line_mae_7d"]) == (5.5, 2.0, 3.5)
    assert found["mae_gap_7d"] == -1.5


def test_every_slice_is_there_and_the_parts_add_up() -> None:
    rows = [
        grade(0, "WIN" if n % 3 else "LOSS", player=n + 1, side="OVER" if n % 2 else "UNDER", edge=n / 2,
              player_tier=["elite", "starter", "role"][n % 3])
        for n in range(16)
    ]  # fmt: skip
    found = slices(rows, 0)
    mine = found.filter(system_id="catboost_v9", window="7d")
    counts = {(d, s): n for d, s, n in mine.select("dimension", "slice", "n").iter_rows()}
    assert set(counts) == set(DECLARED)
    assert {name for _, name in DECLARED} == set(SLICES)
    assert counts["overall", "all"] == 16
    parts = {"side": ["OVER", "UNDER"], "edge": ["0-1", "1-3", "3-5", "5+"], "tier": ["elite", "starter", "role"]}
    for dimension, names in parts.items():
        assert sum(counts[dimension, name] for name in names) == 16
    assert [counts["edge", name] for name in ("0-1", "1-3", "3-5", "5+", "3+")] == [2, 4, 4, 6, 10]
    assert counts["side of 3+", "OVER"] + counts["side of 3+", "UNDER"] == 10
    assert found.height == len(ROSTER) * 4 * len(DECLARED)


def test_every_system_has_a_row_on_every_game_date_once_it_was_seen() -> None:
    rows = daily([grade(2, system="retired")], 1, 2, 3)
    assert {of(rows, day)["system_id"] for day in (1, 2, 3)} == {"catboost_v9"}
    systems = rows.group_by("game_date").agg(pl.col("system_id").sort()).sort("game_date")["system_id"].to_list()
    assert systems == [sorted(ROSTER), sorted([*ROSTER, "retired"]), sorted([*ROSTER, "retired"])]
    assert of(rows, 3, "retired")["days_since_training"] == 6


def test_a_date_without_games_has_no_rows() -> None:
    assert daily([grade(0)]).is_empty()


def test_another_season_is_not_seen() -> None:
    rows = daily([grade(-120, "LOSS", season_year=2022), grade(0)], 0)
    assert of(rows, 0)["rolling_n_season"] == 1


# --- algebra

_GRADES = st.lists(
    st.builds(
        grade,
        st.integers(0, 40),
        st.sampled_from(["WIN", "LOSS", "PUSH", "VOID", "PASS", "NO_LINE"]),
        player=st.integers(1, 99),
        system=st.sampled_from(["catboost_v9", "xgboost_v1"]),
        side=st.sampled_from(["OVER", "UNDER"]),
        edge=st.floats(0.1, 8),
        error=st.floats(-15, 15),
        player_tier=st.sampled_from([None, "elite", "role"]),
    ),
    max_size=60,
).map(lambda rows: list({(r["game_date"], r["nba_player_id"], r["system_id"]): r for r in rows}.values()))


@settings(max_examples=10, deadline=None)
@given(_GRADES, st.randoms(use_true_random=False))
def test_a_range_is_its_days_and_order_does_not_matter(rows: list[dict], random: Any) -> None:
    together = daily(rows, *range(30, 41, 5))
    shuffled = random.sample(rows, len(rows))
    for day in range(30, 41, 5):
        seen = [r for r in shuffled if r["game_date"] <= JAN_1 + timedelta(days=day)]
        alone = daily(seen, day)
        assert alone.equals(together.filter(game_date=JAN_1 + timedelta(days=day)))


@settings(max_examples=10, deadline=None)
@given(_GRADES, st.integers(5, 39))
def test_future_grades_change_nothing_and_rows_keep_the_contract(rows: list[dict], day: int) -> None:
    after = [r for r in rows if r["game_date"] > JAN_1 + timedelta(days=day)]
    poison = [r | {"signed_error": 1e6, "profit": 1e6, "side_outcome": "WIN", "edge_side": "OVER"} for r in after]
    past = [r for r in rows if r not in after]
    for build, table in ((daily, "model_performance_daily"), (slices, "model_performance_slices")):
        found = build(rows, day)
        assert found.equals(build([*past, *poison], day))
        TABLES[table].schema.validate(found)


def _belongs(row: dict, dimension: str, name: str) -> bool:
    edge = None if row["line_margin"] is None else abs(row["line_margin"])
    low, high = {"0-1": (0, 1), "1-3": (1, 3), "3-5": (3, 5), "5+": (5, 99), "3+": (3, 99)}.get(name, (3, 99))
    inside = edge is not None and low <= edge < high
    if dimension == "overall":
        return True
    if dimension == "tier":
        return row["player_tier"] == name
    if dimension == "edge":
        return inside
    return row["edge_side"] == name and (dimension == "side" or inside)


@settings(max_examples=15, deadline=None)
@given(_GRADES, st.integers(0, 40))
def test_every_figure_is_that_of_the_rows_one_by_one(rows: list[dict], last: int) -> None:
    day = JAN_1 + timedelta(days=last)
    for found in slices(rows, last).filter(system_id="xgboost_v1").to_dicts():
        days = {"7d": 7, "14d": 14, "30d": 30, "season": 400}[found["window"]]
        mine = [
            r
            for r in rows
            if r["system_id"] == "xgboost_v1"
            and day - timedelta(days=days) < r["game_date"] <= day
            and r["actual_points"] is not None
            and _belongs(r, found["dimension"], found["slice"])
        ]
        bets = [r for r in mine if r["side_outcome"] in ("WIN", "LOSS")]
        wins = sum(r["side_outcome"] == "WIN" for r in bets)
        assert (found["forecasts"], found["n"], found["wins"]) == (len(mine), len(bets), wins)
        assert found["hit_rate"] == (pytest.approx(wins / len(bets)) if bets else None)
        assert found["roi"] == (pytest.approx(sum(r["profit"] for r in bets) / len(bets)) if bets else None)
        errors = [r["signed_error"] for r in mine]
        lines = [abs(r["current_points_line"] - r["actual_points"]) for r in mine if r["current_points_line"]]
        assert found["mae"] == (pytest.approx(sum(map(abs, errors)) / len(errors)) if errors else None)
        assert found["bias"] == (pytest.approx(sum(errors) / len(errors)) if errors else None)
        assert found["line_mae"] == (pytest.approx(sum(lines) / len(lines)) if lines else None)
        assert found["log_loss_gap"] == (pytest.approx(-0.1) if bets else None)


@settings(max_examples=10, deadline=None)
@given(_GRADES)
def test_counts_of_a_system_s_date_add_up(rows: list[dict]) -> None:
    graded = frame("prediction_accuracy", rows)
    found = system_daily_performance.build(graded, NOW)
    TABLES["system_daily_performance"].schema.validate(found)
    assert found["predictions_count"].sum() == graded.height
