"""States of systems.

Dangers covered: an honest model blocked after a bad week, a bad one that never is, counters that depend on the row
before, a fleet switched off to nothing.
"""

import numpy as np
import pytest

from nba_assets.transforms import decay

GOOD = {
    "n_7d": 20.0, "one_sided_7d": 0.6, "bias_7d": 0.2, "mae_gap_7d": 0.1, "n_28d": 100.0, "hr_28d": 0.55,
    "hr_upper_28d": 0.62, "n_day": 3.0, "lined_day": 8.0,
}  # fmt: skip


def after(*dates: dict[str, float]) -> decay.Health:
    """One system's health after dates that are `GOOD` but for these measures."""
    health = decay.newborn(1)
    for measures in dates:
        health = decay.after(health, {name: np.array([value]) for name, value in (GOOD | measures).items()})
    return health


@pytest.mark.parametrize(
    ("measures", "state"),
    [
        ({}, "HEALTHY"),
        ({"hr_28d": 0.52}, "WATCH"),
        ({"hr_28d": 0.40, "hr_upper_28d": 0.53}, "WATCH"),
        ({"hr_28d": 0.40, "hr_upper_28d": 0.52}, "BLOCKED"),
        ({"bias_7d": 1.6}, "DEGRADING"),
        ({"bias_7d": -1.6, "hr_28d": 0.5}, "DEGRADING"),
        ({"bias_7d": 1.5}, "HEALTHY"),
        ({"one_sided_7d": 0.96}, "BLOCKED"),
        ({"one_sided_7d": 0.96, "n_7d": 19.0}, "HEALTHY"),
        ({"one_sided_7d": 1.0, "n_7d": 4.0, "bias_7d": 9.0}, "INSUFFICIENT_DATA"),
        ({"mae_gap_7d": 9.0}, "HEALTHY"),
        ({"mae_gap_7d": np.nan, "bias_7d": np.nan, "hr_28d": np.nan, "hr_upper_28d": np.nan}, "HEALTHY"),
    ],
)
def test_states(measures: dict[str, float], state: str) -> None:
    assert after(measures).states == [state]


def test_a_gap_to_the_line_blocks_after_7_dates_in_a_row() -> None:
    gap = {"mae_gap_7d": 0.51}
    assert after(*[gap] * 6).states == ["HEALTHY"]
    assert after(*[gap] * 7).states == ["BLOCKED"]
    assert after(*[gap] * 6, {}, gap).states == ["HEALTHY"]


def test_counters_stand_still_without_bets_or_data_and_start_again_above_the_limit() -> None:
    low = {"hr_28d": 0.5}
    name = "consecutive_days_below_watch"
    assert after(low, low).counters[name] == [2]
    assert after(low, low, low | {"n_day": 0.0}).counters[name] == [2]
    assert after(low, low, {"n_7d": 4.0}, low).counters[name] == [3]
    assert after(low, low, {}).counters[name] == [0]


@pytest.mark.parametrize(
    ("dates", "action"),
    [
        ([{}], "NO_CHANGE"),
        ([{"bias_7d": 2.0}], "DEGRADED"),
        ([{"bias_7d": 2.0}, {"bias_7d": 2.0}], "NO_CHANGE"),
        ([{"one_sided_7d": 1.0}, {"hr_28d": 0.5}], "NO_CHANGE"),
        ([{"hr_28d": 0.5}, {}], "RECOVERED"),
        ([{"hr_28d": 0.5}, {"n_7d": 1.0}], "NO_CHANGE"),
        ([{"hr_28d": 0.5}, {"n_7d": 1.0}, {}], "RECOVERED"),
        ([{"hr_28d": 0.5}, {"n_7d": 1.0}, {"bias_7d": 2.0}], "DEGRADED"),
    ],
)
def test_actions_compare_with_the_latest_known_state(dates: list[dict[str, float]], action: str) -> None:
    assert after(*dates).actions == [action]


def test_reasons_have_their_numbers() -> None:
    assert after({}).reasons == [None]
    assert after({"bias_7d": -1.75, "hr_28d": 0.5}).reasons == [
        "7-day bias -1.75 points; 28-day hit rate 50.0%, below 52.4 %"
    ]
    assert after({"n_7d": 4.0}).reasons == ["4 settled bets in 7 days, fewer than 5"]


@pytest.mark.parametrize(
    ("states", "upper", "expected"),
    [
        (["HEALTHY", "BLOCKED", "WATCH", "INSUFFICIENT_DATA"], [0.6, 0.4, 0.6, np.nan], [True, False, True, True]),
        (["BLOCKED"] * 5, [0.1, 0.5, 0.3, 0.4, 0.2], [False, True, True, True, False]),
        (["BLOCKED", "HEALTHY"], [0.1, 0.7], [True, True]),
        (["BLOCKED", "HEALTHY", "HEALTHY", "BLOCKED"], [0.1, 0.7, 0.7, 0.2], [False, True, True, True]),
    ],
)
def test_three_systems_stay_enabled(states: list[str], upper: list[float], expected: list[bool]) -> None:
    names = [f"system_{n}" for n in range(len(states))]
    assert decay.enabled(names, states, np.array(upper)) == expected
