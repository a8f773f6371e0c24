"""The scoreboard: identical rows, honest denominators, and words that say no more than the intervals.

Dangers covered: systems that are compared on different players, a silent system that empties the board, backtests that
pass for live forecasts, a push that counts, a coin that is drawn, an edge that is called one before its time.
"""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from nba_assets.contracts.scoreboard import TABLE
from nba_assets.transforms import scoreboard
from nba_assets.transforms.scoreboard_rows import CLOSE_COLUMNS, with_closes
from nba_assets.transforms.scoreboard_verdicts import findings, judged
from nba_assets_tests.frames import frame, row

NOW = datetime(2024, 6, 1, tzinfo=UTC)
FIRST = date(2024, 1, 1)
Row = Mapping[str, Any]


def grade(
    system: str = "a", day: int = 0, player: int = 1, *, points: int = 20, line: float = 24.5, side: str = "UNDER",
    forecast: float | None = None, p_over: float = 0.4, prices: tuple[float, float] = (1.9, 1.9), **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A graded row whose scores and profits are worked out here; UNDER at 24.5 wins with 20 points."""
    said = forecast if forecast is not None else line + (2 if side == "OVER" else -2)
    over = points > line
    result = "PUSH" if points == line else "WIN" if over == (side == "OVER") else "LOSS"
    price = prices[0] if side == "OVER" else prices[1]
    profit = {"WIN": price - 1, "LOSS": -1.0, "PUSH": 0.0}[result]
    market = prices[1] / sum(prices)
    values: dict[str, Any] = {
        "game_date": FIRST + timedelta(days=day), "nba_player_id": player, "system_id": system,
        "sportsbook": "draftkings", "prediction_made_before_game": False, "actual_points": points,
        "signed_error": said - points,
        "current_points_line": line, "over_price": prices[0], "under_price": prices[1], "edge_side": side,
        "side_outcome": result, "profit": profit, "best_outcome": result, "best_profit": profit, "p_over": p_over,
        "outcome": "PASS", "recommendation": "PASS",
    }  # fmt: skip
    if result != "PUSH":
        values |= {
            "brier": (p_over - over) ** 2, "log_loss": -math.log(p_over if over else 1 - p_over),
            "market_brier": (market - over) ** 2, "market_log_loss": -math.log(market if over else 1 - market),
        }  # fmt: skip
    return row("prediction_accuracy", **(values | more))


def boards(
    *rows: Mapping[str, Any], closes: tuple[Mapping[str, Any], ...] = ()
) -> dict[str, dict[str, dict[str, Any]]]:
    """Way of making -> system -> its row of the board over all dates."""
    graded = with_closes(frame("prediction_accuracy", rows), frame("closing_line_value", closes))
    return {
        made: {found["system_id"]: found for found in judged(sheet.board(date.min, date.max)).to_dicts()}
        for made, sheet in scoreboard.sheets(graded).items()
    }


def board(*rows: Row, **more: Any) -> dict[str, dict[str, Any]]:
    return boards(*rows, **more)["backtest"]


def test_figures_of_two_bets_by_hand() -> None:
    """One UNDER won at 1.9, one OVER lost at 1.8."""
    lost = grade(player=2, points=10, line=14.5, side="OVER", p_over=0.6, prices=(1.8, 2.0))
    found = board(grade(), lost)["a"]
    assert (found["n"], found["dates"], found["bets"], found["wins"]) == (2, 1, 2, 1)
    assert (found["bets_over"], found["hit_rate_over"], found["bets_under"], found["hit_rate_under"]) == (1, 0, 1, 1)
    assert found["mae"] == pytest.approx((2.5 + 6.5) / 2)
    assert found["line_mae"] == pytest.approx((4.5 + 4.5) / 2)
    assert found["mae_ratio"] == pytest.approx(1.0)
    assert found["bias"] == pytest.approx((2.5 + 6.5) / 2)
    assert found["brier"] == pytest.approx((0.16 + 0.36) / 2)
    assert found["roi"] == pytest.approx((0.9 - 1) / 2)
    assert found["break_even"] == pytest.approx((1 / 1.9 + 1 / 1.8) / 2)
    assert found["roi_low"] is None
    assert found["verdict"] == "cannot tell yet: only 1 date"


def test_a_coin_is_expected_not_drawn() -> None:
    over = grade(player=2, points=30, prices=(2.0, 1.8))
    found = board(grade(), over)["coin"]
    assert (found["n"], found["bets"], found["wins"], found["hit_rate"]) == (2, 2, 1, 0.5)
    assert found["brier"] == 0.25
    assert found["log_loss"] == pytest.approx(math.log(2))
    assert found["hit_rate_over"] == 0.5
    # The winning sides paid 1.9 and 2.0, each on half of the stakes.
    assert found["roi"] == pytest.approx((1.9 / 2 + 2.0 / 2) / 2 - 1)
    assert [found[name] for name in ("mae", "mae_ratio", "best_roi", "clv_points", "bets_still_needed")] == [None] * 5


def test_pushes_are_forecasts_but_no_bets() -> None:
    found = board(grade(), grade(player=2, points=20, line=20.0))
    assert (found["a"]["n"], found["a"]["scored"], found["a"]["bets"], found["a"]["roi"]) == (
        2,
        1,
        1,
        pytest.approx(0.9),
    )
    assert (found["coin"]["bets"], found["coin"]["scored"]) == (1, 1)


@pytest.mark.parametrize(
    "nothing",
    [
        {"actual_points": None, "signed_error": None},
        {"quality_gate": "blocked"},
        {"over_price": None},
        {"current_points_line": None},
        {"p_over": None},
    ],
    ids=lambda nothing: next(iter(nothing)),
)
def test_what_cannot_be_compared_counts_nowhere(nothing: dict[str, Any]) -> None:
    found = board(grade(), grade(player=2) | nothing)
    assert (found["a"]["n"], found["a"]["rows_available"], found["coin"]["n"]) == (1, 1, 1)


def test_everybody_is_judged_on_the_rows_all_have() -> None:
    """b lacks one of five players; its misses there must not help it."""
    rows = [grade(player=n) for n in range(1, 6)] + [grade("b", player=n, points=20) for n in range(1, 5)]
    found = board(*rows)
    assert {name: row["n"] for name, row in found.items()} == {"a": 4, "b": 4, "coin": 4}
    assert all(row["is_compared"] and row["rows_available"] == 5 for row in found.values())


def test_a_silent_system_does_not_empty_the_board() -> None:
    rows = [grade(player=n) for n in range(1, 6)] + [grade("b", player=n) for n in range(1, 4)]
    found = board(*rows)
    assert {name: (row["n"], row["is_compared"]) for name, row in found.items()} == {
        "a": (5, True),
        "b": (3, False),
        "coin": (5, True),
    }


def test_another_line_or_price_is_another_bet() -> None:
    """c took an earlier quote: its row of that player is not comparable; the majority's offer is."""
    players = range(1, 7)
    rows = [grade(name, player=n) for name in "abc" for n in players]
    moved = [grade("c", player=1, line=23.5) if (r["system_id"], r["nba_player_id"]) == ("c", 1) else r for r in rows]
    found = board(*moved)
    assert {name: row["n"] for name, row in found.items()} == {"a": 5, "b": 5, "c": 5, "coin": 5}


def test_live_and_backtest_are_two_boards() -> None:
    found = boards(grade(), grade("b", player=2, prediction_made_before_game=True))
    assert {made: set(rows) for made, rows in found.items()} == {"live": {"b", "coin"}, "backtest": {"a", "coin"}}


def test_closing_line_value_counts_true_closes_after_the_line_was_taken() -> None:
    def close(player: int, value: float | None, *, itself: bool = False) -> dict[str, Any]:
        keys = {"game_date": FIRST, "nba_player_id": player, "system_id": "a"}
        return row("closing_line_value", **keys, clv_points=value, line_is_close=itself)

    rows = [grade(player=n) for n in range(1, 5)]
    found = board(*rows, closes=(close(1, 1.0), close(2, -0.5), close(3, 0.0, itself=True)))["a"]
    assert (found["clv_count"], found["clv_points"], found["clv_positive"]) == (2, 0.25, 0.5)
    assert board(*rows)["a"]["clv_points"] is None


def season(days: int, wins: int, *, p_over: float = 0.4, forecast: float | None = None) -> list[dict[str, Any]]:
    """Ten bets on UNDER a day, `wins` of them won."""
    return [
        grade(day=day, player=n + 1, points=20 if n < wins else 30, p_over=p_over, forecast=forecast)
        for day in range(days)
        for n in range(10)
    ]


def test_words_say_what_whole_intervals_say() -> None:
    assert board(*season(20, 3))["a"]["verdict"].endswith("loses money")
    assert board(*season(20, 3))["a"]["standing"] == "loses"
    good = board(*season(20, 8, p_over=0.3, forecast=22.0))["a"]
    assert (good["standing"], good["verdict"]) == (
        "wins", "better than the line; P(over) better than the price; wins money",
    )  # fmt: skip
    # Points are the line's own, and the price is the probability: what is left is money.
    even = board(*season(20, 5, p_over=0.5, forecast=24.5))["a"]
    assert even["standing"] == "cannot tell"
    assert even["verdict"] == f"cannot tell yet: {even['bets_still_needed']:,.0f} more bets"
    assert even["bets_still_needed"] > 1000


def test_a_table_row_for_every_window_of_every_game_date() -> None:
    rows = frame("prediction_accuracy", [grade(day=day) for day in (0, 40)])
    closes = frame("closing_line_value").select(CLOSE_COLUMNS)
    schedule = frame("nbac_schedule", [row("nbac_schedule", game_date=FIRST + timedelta(days=n)) for n in (0, 40, 41)])
    built = TABLE.schema.validate(scoreboard.build(rows, closes, schedule, NOW))
    found = {(r["game_date"], r["window"]): r["n"] for r in built.filter(system_id="a").to_dicts()}
    days = [FIRST + timedelta(days=n) for n in (0, 40, 41)]
    assert found == {
        (days[0], "last_30_days"): 1,
        (days[0], "season"): 1,
        (days[1], "last_30_days"): 1,
        (days[1], "season"): 2,
        (days[2], "last_30_days"): 1,
        (days[2], "season"): 2,
    }
    alone = scoreboard.build(rows, closes, schedule.filter(game_date=days[1]), NOW)
    assert_frame_equal(alone, built.filter(game_date=days[1]), check_row_order=False, check_exact=True)
    later = pl.concat([rows, frame("prediction_accuracy", [grade("z", day=60, points=99)])])
    assert_frame_equal(scoreboard.build(later, closes, schedule, NOW), built, check_row_order=False, check_exact=True)
    assert scoreboard.build(rows.clear(), closes, schedule, NOW).is_empty()


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rng: Any) -> None:
    rows = [
        grade(name, day, player, points=12 + 5 * player) for name in "abc" for day in range(3) for player in (1, 2, 3)
    ]
    rows = [found for found in rows if (found["system_id"], found["nba_player_id"]) != ("c", 3)]
    mixed = list(rows)
    rng.shuffle(mixed)
    assert board(*mixed) == board(*rows)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(10, 40), st.sampled_from(["OVER", "UNDER"])), min_size=1, max_size=30))
def test_both_sides_are_treated_alike(bets: list[tuple[int, str]]) -> None:
    """Points mirrored at the line, sides swapped: hit rates and profits stay where they were."""
    other = {"OVER": "UNDER", "UNDER": "OVER"}
    rows = [grade(player=n + 1, points=points, side=side) for n, (points, side) in enumerate(bets)]
    mirrored = [grade(player=n + 1, points=49 - points, side=other[side]) for n, (points, side) in enumerate(bets)]
    found, mirror = board(*rows)["a"], board(*mirrored)["a"]
    for name in ("bets", "wins", "hit_rate", "roi", "mae", "line_mae", "break_even"):
        assert mirror[name] == pytest.approx(found[name]), name
    assert (mirror["bets_over"], mirror["hit_rate_over"]) == (found["bets_under"], found["hit_rate_under"])


@pytest.mark.parametrize(
    ("roi", "rate", "expected"),
    [
        ((-0.09, -0.01), (0.48, 0.52), "worse"),
        ((-0.09, -0.01), (0.48, 0.54), "cannot tell yet"),
        ((-0.09, 0.01), (0.48, 0.52), "cannot tell yet"),
        ((0.01, 0.09), (0.54, 0.58), "better"),
        ((0.01, 0.09), (0.52, 0.58), "cannot tell yet"),
        ((None, None), (0.40, 0.42), "cannot tell yet"),
    ],
)
def test_money_is_won_or_lost_only_if_profit_and_hit_rate_say_so(
    roi: tuple[float | None, float | None], rate: tuple[float, float], expected: str
) -> None:
    """Few bets at long prices win money by one of them; few bets on even dates look surer than they are."""
    unknown = dict.fromkeys(("log_loss_gap", "log_loss_gap_low", "log_loss_gap_high"))
    bets = {"roi": 0.0, "roi_low": roi[0], "roi_high": roi[1], "hit_rate": 0.5}
    ends = {"hit_rate_low": rate[0], "hit_rate_high": rate[1], "break_even": 0.53}
    who = {"system_id": "market_line", "dates": 20}
    assert findings(unknown | bets | ends | who)["money"] == expected


def test_a_coin_s_money_is_judged_by_its_profit_alone() -> None:
    unknown = dict.fromkeys(("log_loss_gap", "log_loss_gap_low", "log_loss_gap_high", "hit_rate_low", "hit_rate_high"))
    coin = {"system_id": "coin", "dates": 20, "roi": -0.05, "roi_low": -0.06, "roi_high": -0.04, "break_even": 0.53}
    assert findings(unknown | coin)["money"] == "worse"
