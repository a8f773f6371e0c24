"""Grades of predictions, rule by rule.

Dangers covered: a void that counts as a miss, a push that counts as either, a player who is absent from a complete box
score and pending for ever, a version made after tip-off, a grade from another game or a namesake, an error of a player
who did not play, a figure over the wrong rows.
"""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models import metrics
from ml_models.outcomes import OUTCOMES
from nba_assets.contracts.prediction_accuracy import TABLE
from nba_assets.transforms import prediction_accuracy
from nba_assets_tests.frames import TIPOFF, frame, row
from nba_assets_tests.transforms.grading_support import (
    MORNING,
    NOW,
    absent,
    box,
    game,
    graded,
    one,
    predicted,
    superseded,
)

OTHER_GAME = "0022300562"


# --- outcomes


@pytest.mark.parametrize(
    ("side", "line", "points", "outcome", "correct"),
    [
        ("OVER", 20.5, 21, "WIN", True),
        ("OVER", 20.5, 20, "LOSS", False),
        ("UNDER", 20.5, 20, "WIN", True),
        ("UNDER", 20.5, 21, "LOSS", False),
        ("OVER", 20.0, 20, "PUSH", None),
        ("UNDER", 20.0, 20, "PUSH", None),
    ],
)
def test_a_side_wins_loses_or_pushes(side: str, line: float, points: int, outcome: str, correct: bool | None) -> None:
    found = one([predicted(line, side=side)], [box(points)])
    assert (found["outcome"], found["side_outcome"], found["prediction_correct"]) == (outcome, outcome, correct)
    assert (found["actual_points"], found["actual_margin"]) == (points, points - line)


@pytest.mark.parametrize("word", ["PASS", "HOLD"])
def test_pass_and_hold_are_pass_and_their_side_is_still_known(word: str) -> None:
    found = one([predicted(20.5, recommendation=word)], [box(25)])
    assert (found["outcome"], found["side_outcome"], found["prediction_correct"]) == ("PASS", "WIN", None)


def test_without_a_line_only_the_error_counts() -> None:
    found = one([predicted(None, points=24.5)], [box(20)])
    assert (found["outcome"], found["side_outcome"], found["brier"], found["profit"]) == ("NO_LINE", None, None, None)
    assert (found["signed_error"], found["absolute_error"], found["within_3"], found["within_5"]) == (
        4.5, 4.5, False, True
    )  # fmt: skip


@pytest.mark.parametrize("word", ["OVER", "PASS", "HOLD", "NO_LINE"])
def test_void_comes_before_everything_and_has_no_numbers(word: str) -> None:
    line = None if word == "NO_LINE" else 20.5
    found = one([predicted(line, recommendation=word)], [absent()])
    assert (found["outcome"], found["void_reason"]) == ("VOID", "dnp_unknown")
    numbers = ("actual_points", "signed_error", "absolute_error", "within_3", "within_5", "actual_margin", "crps",
               "pit", "side_outcome", "profit", "best_outcome", "best_profit", "brier", "log_loss", "market_brier",
               "market_log_loss", "prediction_correct")  # fmt: skip
    assert [found[name] for name in numbers] == [None] * len(numbers)


def test_a_player_absent_from_a_complete_box_score_is_void() -> None:
    found = one([predicted()], [box(12, player=7)])
    assert (found["outcome"], found["void_reason"], found["minutes_played"]) == ("VOID", "dnp_unknown", None)


@pytest.mark.parametrize(
    ("points", "minutes", "outcome"), [(0, 12.0, "LOSS"), (0, 0.0, "VOID"), (2, 0.0, "LOSS"), (0, None, "VOID")]
)
def test_zero_points_count_for_who_played(points: int, minutes: float | None, outcome: str) -> None:
    assert one([predicted()], [box(points, minutes)])["outcome"] == outcome


def test_minutes_without_points_are_a_fault_and_no_void() -> None:
    found = one([predicted()], [box(None, 31.26)])
    assert found["quarantine_reason"] == "minutes without points: player203954 20240115_NYK_PHI 31.3"
    assert one([predicted()], [box(20)])["quarantine_reason"] is None


def test_a_game_without_complete_box_score_has_no_row() -> None:
    assert graded([predicted()], [], games=[game(game_status=3)]).is_empty()
    assert graded([predicted()], [box(nba_game_id=OTHER_GAME)]).is_empty()


# --- why a row is void

STATUSES = [
    ("out", "dnp_injury_confirmed", True),
    ("doubtful", "dnp_injury_confirmed", True),
    ("questionable", "dnp_late_scratch", True),
    ("probable", "dnp_late_scratch", True),
    ("available", "dnp_unknown", False),
]


def report(status: str, **more: Any) -> dict[str, Any]:
    return row("nbac_injury_report", **({"nba_player_id": 203954, "injury_status": status} | more))


@pytest.mark.parametrize(("status", "reason", "confirmed"), STATUSES)
def test_a_void_is_explained_by_the_report_before_tip_off(status: str, reason: str, confirmed: bool) -> None:
    found = one([predicted()], [absent()], reports=[report(status)])
    assert (found["void_reason"], found["injury_confirmed_postgame"]) == (reason, confirmed)
    assert found["pre_game_injury_status"] == status


def test_the_newest_report_before_tip_off_counts_and_none_after_it() -> None:
    early, late = report("questionable", report_ts=MORNING), report("out", report_ts=TIPOFF)
    assert one([predicted()], [absent()], reports=[early, late])["void_reason"] == "dnp_late_scratch"
    nobody = row("nbac_injury_report", player_name_original="Melton, De'Anthony", nba_player_id=7)
    assert one([predicted()], [absent()], reports=[early, nobody])["pre_game_injury_status"] == "available"


def test_without_a_report_of_his_team_the_status_at_the_prediction_explains() -> None:
    of_others = report("out", team_abbr="NYK", nba_player_id=7)
    rows = [predicted(injury_status_at_prediction="doubtful")]
    assert one(rows, [absent()], reports=[of_others])["void_reason"] == "dnp_injury_confirmed"


@pytest.mark.parametrize("reason", ["game_postponed", "player_inactive"])
def test_a_withdrawn_prediction_is_void_if_it_was_the_last_word(reason: str) -> None:
    assert one([superseded(reason)], [box(30)])["void_reason"] == reason
    back = predicted(prediction_version=2)
    found = one([superseded(reason), back], [box(30)])
    assert (found["outcome"], found["prediction_version"]) == ("WIN", 2)


def test_who_is_no_longer_expected_is_graded_by_what_he_did() -> None:
    assert one([superseded("not_expected")], [box(30)])["outcome"] == "WIN"
    assert one([superseded("not_expected")], [absent()])["void_reason"] == "dnp_unknown"


def test_a_postponed_game_is_void_at_once_and_a_withdrawn_player_waits_for_the_game() -> None:
    assert one([superseded("game_postponed")], [])["void_reason"] == "game_postponed"
    assert one([predicted()], [], games=[])["void_reason"] == "game_postponed"
    assert graded([superseded("player_inactive")], []).is_empty()
    flagged = [game(game_status=1, postponed_status="P")]
    assert one([predicted()], [], games=flagged)["void_reason"] == "game_postponed"
    assert graded([predicted()], [], games=flagged, now=MORNING).is_empty()
    assert graded([predicted()], [], games=[game(game_status=1, postponed_status="N")]).is_empty()


# --- which version


def test_the_last_version_before_tip_off_counts() -> None:
    versions = [
        superseded("line_moved", 22.5),
        predicted(24.5, prediction_version=2, created_at=MORNING + timedelta(hours=1)),
        predicted(30.5, prediction_version=3, created_at=NOW, prediction_made_before_game=False),
    ]
    found = one(versions, [box(23)])
    assert (found["prediction_version"], found["outcome"]) == (2, "LOSS")


def test_a_backtest_is_graded_where_nobody_predicted_in_time() -> None:
    found = one([predicted(created_at=NOW, prediction_made_before_game=False)], [box(23)])
    assert (found["outcome"], found["prediction_made_before_game"]) == ("WIN", False)


def test_two_games_of_one_date_and_two_players_are_apart() -> None:
    second: dict[str, Any] = {"nba_game_id": OTHER_GAME, "game_id": "20240115_BOS_MIA"}
    rows = [predicted(), predicted(**second), predicted(player=7)]
    games = [game(), game(**second, home_team_abbr="MIA", away_team_abbr="BOS")]
    found = graded(rows, [box(10), box(30, nba_game_id=OTHER_GAME), box(30, player=7)], games=games)
    outcomes = dict(zip(found.select("nba_game_id", "nba_player_id").iter_rows(), found["outcome"], strict=True))
    assert outcomes == {
        ("0022300561", 203954): "LOSS",
        (OTHER_GAME, 203954): "WIN",
        ("0022300561", 7): "WIN",
    }


def test_a_game_played_on_another_date_does_not_grade_the_date_it_left() -> None:
    later = date(2024, 2, 15)
    found = one([predicted()], [box(30, game_date=later)], games=[game(game_date=later)])
    assert found["void_reason"] == "game_postponed"


# --- numbers


def test_scores_at_the_line_are_of_p_over_without_push() -> None:
    found = one([predicted(20.0, p_over=0.54, p_under=0.36, p_push=0.1, market_p_over=0.48)], [box(25)])
    assert found["brier"] == pytest.approx(0.16)
    assert found["log_loss"] == pytest.approx(-math.log(0.6))
    assert found["market_brier"] == pytest.approx(0.52**2)
    assert found["market_log_loss"] == pytest.approx(-math.log(0.48))
    push = one([predicted(20.0)], [box(20)])
    assert (push["brier"], push["log_loss"], push["market_brier"]) == (None, None, None)


@pytest.mark.parametrize(
    ("side", "points", "profit", "best"), [("OVER", 25, 0.9, 1.0), ("UNDER", 15, 0.8, 1.0), ("OVER", 15, -1, -1)]
)
def test_profit_is_of_one_unit_at_the_price_of_the_edge_s_side(
    side: str, points: int, profit: float, best: float
) -> None:
    found = one([predicted(20.5, side=side, recommendation="PASS")], [box(points)])
    assert (found["profit"], found["best_profit"]) == (pytest.approx(profit), pytest.approx(best))


def test_the_best_offer_has_its_own_result() -> None:
    found = one([predicted(20.5, best_line=20.0)], [box(20)])
    assert (found["outcome"], found["profit"]) == ("LOSS", -1)
    assert (found["best_outcome"], found["best_profit"]) == ("PUSH", 0)


def test_a_side_without_a_price_has_no_profit() -> None:
    found = one([predicted(20.5, over_price=None, best_price=None)], [box(25)])
    assert (found["side_outcome"], found["profit"], found["best_profit"]) == ("WIN", None, None)


def test_crps_and_pit_are_of_the_stored_distribution_made_to_add_up_to_1() -> None:
    stored = [[0.2, 0.3, 0.49999], [1.0], [0.0] * 30 + [0.5, 0.5], []]
    points = [1, 3, 30, 5]
    rows = [predicted(player=i + 1, points_pmf=pmf) for i, pmf in enumerate(stored)]
    found = graded(rows, [box(p, player=i + 1) for i, p in enumerate(points)]).sort("nba_player_id")
    for pmf, actual, crps, pit in zip(stored[:3], points, found["crps"], found["pit"], strict=False):
        whole = np.pad(np.array(pmf) / sum(pmf), (0, 81 - len(pmf)))[None]
        assert crps == pytest.approx(metrics.crps(whole, [actual])[0])
        assert pit == pytest.approx(metrics.mid_pit(whole, [actual])[0])
    assert (found["crps"][3], found["pit"][3]) == (None, None)


@pytest.mark.parametrize(("score", "decile"), [(0.0, 1), (0.55, 6), (0.699, 7), (1.0, 10), (None, None)])
def test_confidence_deciles(score: float | None, decile: int | None) -> None:
    assert one([predicted(confidence_score=score)], [box()])["confidence_decile"] == decile


@pytest.mark.parametrize(
    ("mean", "tier"), [(25.0, "elite"), (24.9, "starter"), (15.0, "starter"), (14.9, "role"), (None, None)]
)
def test_tiers_are_of_the_season_before_the_date(mean: float | None, tier: str | None) -> None:
    assert one([predicted()], [box()], cache=[row("player_daily_cache", points_avg_season=mean)])["player_tier"] == tier


# --- algebra

_SIDES = {"OVER": "UNDER", "UNDER": "OVER"}


@st.composite
def leagues(draw: st.DrawFn) -> tuple[list[dict], list[dict]]:
    """Predictions of a few players by two systems in one or more versions, and a complete box score."""
    rows, boxes = [], [box(5, player=999)]
    for player in range(1, draw(st.integers(1, 4)) + 1):
        kind = draw(st.sampled_from(["played", "dnp", "absent"]))
        if kind != "absent":
            points = draw(st.integers(0, 40)) if kind == "played" else None
            boxes.append(box(points, 20.0 if kind == "played" else None, player=player))
        for system in ("catboost_v9", "xgboost_v1"):
            line = draw(st.sampled_from([None, 10.0, 20.0, 20.5]))
            side = draw(st.sampled_from(["OVER", "UNDER"]))
            words = ["NO_LINE"] if line is None else [side, "PASS", "HOLD"]
            ended = draw(st.sampled_from([None, "player_inactive", "not_expected"]))
            last = draw(st.integers(1, 3))
            for version in range(1, last + 1):
                reason = "line_moved" if version < last else ended
                over: dict[str, Any] = (
                    {"is_active": False, "superseded_at": MORNING, "superseded_reason": reason} if reason else {}
                )
                rows.append(
                    predicted(
                        line,
                        side=side,
                        player=player,
                        system=system,
                        recommendation=draw(st.sampled_from(words)),
                        prediction_version=version,
                        created_at=MORNING + timedelta(minutes=version),
                        **over,
                    )
                )
    return rows, boxes


@settings(max_examples=40, deadline=None)
@given(leagues())
def test_grading_is_total_and_keeps_the_contract(league: tuple[list[dict], list[dict]]) -> None:
    rows, boxes = league
    found = graded(rows, boxes)
    asked = {(r["nba_player_id"], r["system_id"]) for r in rows}
    assert sorted(found.select("nba_player_id", "system_id").iter_rows()) == sorted(asked)
    assert set(found["outcome"]) <= set(OUTCOMES)
    TABLE.schema.validate(found.select(TABLE.column_names))
    settled = found["outcome"].is_in(["WIN", "LOSS"])
    assert (found["prediction_correct"].is_not_null() == settled).all()


@settings(max_examples=25, deadline=None)
@given(leagues(), st.randoms(use_true_random=False))
def test_order_and_duplicates_of_inputs_do_not_matter(league: tuple[list[dict], list[dict]], random: Any) -> None:
    rows, boxes = league
    expected = TABLE.ordered(graded(rows, boxes))
    more, again = [*rows, *random.sample(rows, len(rows) // 2)], [*boxes, *boxes[:1]]
    random.shuffle(more)
    random.shuffle(again)
    games, reports = [game(), game()], [report("out"), report("out")]
    assert TABLE.ordered(graded(more, again, games=games)).equals(expected)
    known = TABLE.ordered(graded(rows, boxes, reports=reports[:1]))
    assert TABLE.ordered(graded(more, again, games=games, reports=reports)).equals(known)


@settings(max_examples=40, deadline=None)
@given(leagues())
def test_the_other_side_of_every_bet_is_its_mirror(league: tuple[list[dict], list[dict]]) -> None:
    rows, boxes = league
    swapped = [
        r
        | {
            "edge_side": _SIDES.get(r["edge_side"]),
            "recommendation": _SIDES.get(r["recommendation"], r["recommendation"]),
            "p_over": r["p_under"],
            "p_under": r["p_over"],
        }
        for r in rows
    ]
    one_way, other = graded(rows, boxes), graded(swapped, boxes)
    turned = {"WIN": "LOSS", "LOSS": "WIN"}
    for column in ("outcome", "side_outcome", "best_outcome"):
        assert [turned.get(x, x) for x in one_way[column]] == other[column].to_list()
    assert one_way["void_reason"].equals(other["void_reason"], null_equal=True)


def test_other_dates_of_the_run_change_nothing() -> None:
    def build(*, with_other: bool) -> pl.DataFrame:
        frames = [
            frame("player_prop_predictions", [predicted(), predicted(player=7)]),
            frame("player_game_summary", [box(30), absent(player=7)]),
            frame("nbac_schedule", [game()]),
            frame("nbac_injury_report", [report("questionable")]),
            frame("player_daily_cache", [row("player_daily_cache", points_avg_season=26.0)]),
        ]
        if with_other:
            moved = {"game_date": pl.lit(date(2024, 1, 16)), "nba_game_id": pl.lit(OTHER_GAME)}
            other = [f.with_columns(**moved) for f in frames]
            frames = [pl.concat(pair) for pair in zip(frames, other, strict=True)]
        predictions, games, schedule, reports, cache = frames
        rows = prediction_accuracy.build(predictions, games, schedule, reports, cache, NOW)
        return TABLE.ordered(rows.filter(pl.col("game_date") == date(2024, 1, 15)))

    assert build(with_other=True).equals(build(with_other=False))
