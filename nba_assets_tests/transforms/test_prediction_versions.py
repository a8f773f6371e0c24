"""Versions of predictions: what was said in time stays as it was said, and exactly one version counts.

Dangers covered: a version overwritten when the line moves, a forecast made up after tip-off, a game that was predicted
in time rewritten by a later run, a backtest that passes for a live word, a tip-off that moves, a withdrawn player who
comes back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from nba_assets.contracts import TABLES
from nba_assets.transforms.predictions.versions import CHANGES, GROUP, merged
from nba_assets_tests.frames import GAME_ID, TIPOFF, frame, row
from nba_assets_tests.transforms.grading_support import predicted

TABLE = TABLES["player_prop_predictions"]
EARLY, LATE, AFTER = (TIPOFF + timedelta(hours=hours) for hours in (-8, -1, 4))
NEXT_MORNING = TIPOFF + timedelta(hours=14)
PLAYER, OTHER_GAME = 203954, "0022300562"
_OF_VERSIONS = ["prediction_version", "is_active", "superseded_at", "superseded_reason"]
_ENDS = ["is_active", "superseded_at", "superseded_reason"]

Said = Mapping[str, Any]


def say(line: float | None = 20.5, points: float = 24.5, **more: Any) -> dict[str, Any]:
    """What a run says of a player; `merged_at` gives it the run's instants."""
    known: dict[str, Any] = {"player": PLAYER, **more}
    return predicted(line, points=points, **known)


def expected(player: int = PLAYER, **more: Any) -> dict[str, Any]:
    return row("upcoming_player_game_context", nba_player_id=player, **more)


def merged_at(
    now: datetime, said: Sequence[Said], stored: pl.DataFrame | None = None, context: Sequence[Said] | None = None
) -> pl.DataFrame:
    """The table after a run at `now`; without `context` everybody of whom something is said or stored is expected."""
    stored = TABLE.empty() if stored is None else stored
    if context is None:
        known = {
            (line["nba_player_id"], line["nba_game_id"]): line["tipoff_utc"] for line in [*stored.to_dicts(), *said]
        }
        context = [expected(who, nba_game_id=game, tipoff_utc=tip) for (who, game), tip in known.items()]
    rows = [
        {
            **line,
            "created_at": now,
            "as_of_ts": min(now, line["tipoff_utc"]),
            "prediction_made_before_game": now < line["tipoff_utc"],
        }
        for line in said
    ]
    new = frame(TABLE.name, rows).drop(_OF_VERSIONS)
    told = merged(new, TABLE.ordered(stored), frame("upcoming_player_game_context", context), now)
    return TABLE.ordered(TABLE.schema.validate(told))


def versions(rows: pl.DataFrame) -> list[tuple[Any, ...]]:
    """(version, line, active, why it ended) in order."""
    return rows.select("prediction_version", "current_points_line", "is_active", "superseded_reason").rows()


def test_a_first_word_is_version_1_and_counts() -> None:
    table = merged_at(EARLY, [say()])
    assert versions(table) == [(1, 20.5, True, None)]
    assert table["prediction_made_before_game"].to_list() == [True]


def test_when_the_line_moves_the_earlier_version_stays_as_it_was() -> None:
    first = merged_at(EARLY, [say(20.5)])
    second = merged_at(LATE, [say(21.5, points=24.5)], first)
    assert versions(second) == [(1, 20.5, False, "line_moved"), (2, 21.5, True, None)]
    assert second["superseded_at"].to_list() == [LATE, None]
    assert second["created_at"].to_list() == [EARLY, LATE]
    assert_frame_equal(second.head(1).drop(_ENDS), first.drop(_ENDS))
    assert second["prediction_id"].n_unique() == 1


def test_an_unchanged_forecast_writes_nothing_even_if_its_words_differ() -> None:
    first = merged_at(EARLY, [say(explanation=["form"])])
    assert_frame_equal(merged_at(LATE, [say(explanation=["rest"], book_count=3)], first), first)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"over_price": 1.95}, "line_moved"),
        ({"sportsbook": "fanduel"}, "line_moved"),
        ({"best_price": 2.1}, "line_moved"),
        ({"best_book": None}, "line_moved"),
        ({"points": 25.5}, "forecast_changed"),
        ({"p_over": 0.62, "p_under": 0.38}, "forecast_changed"),
        ({"model_sha256": "1" * 64}, "forecast_changed"),
        ({"quality_gate": "blocked"}, "forecast_changed"),
        ({"points": 25.5, "best_price": 2.1}, "forecast_changed"),
        ({"points": 25.5, "over_price": 1.95}, "line_moved"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_why_a_version_ended(change: dict[str, Any], reason: str) -> None:
    table = merged_at(LATE, [say(**change)], merged_at(EARLY, [say()]))
    assert versions(table) == [(1, 20.5, False, reason), (2, 20.5, True, None)]


def test_a_line_that_goes_away_and_comes_back_are_versions() -> None:
    table = merged_at(EARLY, [say()])
    table = merged_at(EARLY + timedelta(hours=1), [say(None)], table)
    table = merged_at(LATE, [say()], table)
    assert [(v, line, active) for v, line, active, _ in versions(table)] == [
        (1, 20.5, False),
        (2, None, False),
        (3, 20.5, True),
    ]


def test_changes_are_columns_of_the_table_named_once() -> None:
    names = [name for _, columns in CHANGES for name in columns]
    assert len(set(names)) == len(names)
    assert set(names) <= set(TABLE.column_names)


# --- after tip-off


@pytest.mark.parametrize("now", [TIPOFF, AFTER, NEXT_MORNING], ids=["at tip-off", "after", "next morning"])
def test_a_game_predicted_in_time_stays_exactly_as_it_was_whatever_is_asked(now: datetime) -> None:
    table = merged_at(LATE, [say(21.5)], merged_at(EARLY, [say(20.5)]))
    for said in ([], [say(21.5)], [say(25.5, points=3.0)]):
        assert_frame_equal(merged_at(now, said, table), table)
    for context in ([expected(player_status="out")], [expected(99)]):
        assert_frame_equal(merged_at(now, [], table, context), table)


def test_what_is_said_at_tip_off_is_no_longer_in_time() -> None:
    table = merged_at(TIPOFF, [say()])
    assert table["prediction_made_before_game"].to_list() == [False]
    assert merged_at(TIPOFF - timedelta(microseconds=1), [say()])["prediction_made_before_game"].to_list() == [True]


def test_a_backtest_is_replaced_and_never_a_second_version() -> None:
    first = merged_at(AFTER, [say(20.5), say(12.5, player=7)])
    assert versions(first) == [(1, 12.5, True, None), (1, 20.5, True, None)]
    again = merged_at(NEXT_MORNING, [say(21.5)], first)
    assert versions(again) == [(1, 21.5, True, None)]
    assert again["created_at"].to_list() == [NEXT_MORNING]


def test_a_backtest_that_says_the_same_was_made_when_it_first_did() -> None:
    first = merged_at(AFTER, [say()])
    assert_frame_equal(merged_at(NEXT_MORNING, [say()], first), first)
    other_words = [say(explanation=["rest"])]
    assert merged_at(NEXT_MORNING, other_words, first)["created_at"].to_list() == [NEXT_MORNING]


def test_a_system_silent_in_time_gets_a_backtest_beside_those_that_spoke() -> None:
    spoke = merged_at(EARLY, [say()])
    table = merged_at(NEXT_MORNING, [say(points=30.0), say(system="ewma_baseline")], spoke)
    assert_frame_equal(table.filter(system_id="catboost_v9"), spoke)
    assert table.filter(system_id="ewma_baseline")["prediction_made_before_game"].to_list() == [False]


def test_two_games_are_each_judged_by_their_own_tip_off() -> None:
    later = {"nba_game_id": OTHER_GAME, "player": 7, "tipoff_utc": TIPOFF + timedelta(hours=3)}
    table = merged_at(EARLY, [say(20.5), say(12.5, **later)])
    between = TIPOFF + timedelta(hours=1)
    table = merged_at(between, [say(21.5), say(13.5, **later)], table)
    assert versions(table.filter(nba_game_id=GAME_ID)) == [(1, 20.5, True, None)]
    assert versions(table.filter(nba_game_id=OTHER_GAME)) == [(1, 12.5, False, "line_moved"), (2, 13.5, True, None)]


# --- who and what falls away


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ([], "game_postponed"),
        ([expected(nba_game_id=OTHER_GAME)], "game_postponed"),
        ([expected(player_status="out")], "player_inactive"),
        ([expected(player_status="doubtful")], "player_inactive"),
        ([expected(99)], "not_expected"),
        ([expected(player_status="questionable")], "no_forecast"),
        ([expected()], "no_forecast"),
    ],
    ids=["no games", "another game", "out", "doubtful", "not on a roster", "questionable", "expected"],
)
def test_a_last_word_ends_with_the_reason(context: list[dict[str, Any]], reason: str) -> None:
    first = merged_at(EARLY, [say()])
    table = merged_at(LATE, [], first, context)
    assert versions(table) == [(1, 20.5, False, reason)]
    assert table["superseded_at"].to_list() == [LATE]
    assert_frame_equal(table.drop(_ENDS), first.drop(_ENDS))
    assert_frame_equal(merged_at(LATE + timedelta(minutes=5), [], table, context), table)


def test_a_player_who_is_cleared_in_time_is_predicted_again() -> None:
    table = merged_at(EARLY, [], merged_at(EARLY, [say()]), [expected(player_status="out")])
    table = merged_at(LATE, [say()], table)
    assert versions(table) == [(1, 20.5, False, "player_inactive"), (2, 20.5, True, None)]


def test_a_player_called_out_who_plays_after_all_keeps_the_withdrawal() -> None:
    """The last live word was that he is out: no forecast is made up for him afterwards."""
    table = merged_at(LATE, [], merged_at(EARLY, [say()]), [expected(player_status="out")])
    assert_frame_equal(merged_at(NEXT_MORNING, [say()], table), table)


def test_a_game_that_moves_back_goes_on_and_a_new_line_is_the_next_version() -> None:
    moved = TIPOFF + timedelta(hours=2)
    table = merged_at(EARLY, [say()])
    between, said = TIPOFF + timedelta(hours=1), say(21.5, tipoff_utc=moved)
    table = merged_at(between, [said], table, [expected(tipoff_utc=moved)])
    assert versions(table) == [(1, 20.5, False, "line_moved"), (2, 21.5, True, None)]
    assert table["prediction_made_before_game"].to_list() == [True, True]
    assert_frame_equal(merged_at(AFTER, [], table, [expected(tipoff_utc=moved)]), table)


def test_a_game_that_moves_forward_has_started_though_it_was_announced_for_later() -> None:
    moved = TIPOFF - timedelta(hours=2)
    table = merged_at(EARLY, [say()])
    for said in ([], [say(25.5, tipoff_utc=moved)]):
        assert_frame_equal(merged_at(LATE, said, table, [expected(tipoff_utc=moved)]), table)


def test_a_backtest_of_a_game_that_is_ahead_after_all_becomes_a_live_word() -> None:
    moved = TIPOFF + timedelta(hours=8)
    backtest = merged_at(TIPOFF, [say()])
    table = merged_at(AFTER, [say(tipoff_utc=moved)], backtest, [expected(tipoff_utc=moved)])
    assert table.select("prediction_version", "prediction_made_before_game", "created_at").rows() == [(1, True, AFTER)]


def test_a_backtest_does_not_keep_an_instant_from_before_its_new_tip_off() -> None:
    moved = TIPOFF + timedelta(hours=8)
    backtest = merged_at(AFTER, [say()])
    table = merged_at(NEXT_MORNING, [say(tipoff_utc=moved)], backtest, [expected(tipoff_utc=moved)])
    assert table.select("prediction_made_before_game", "created_at").rows() == [(False, NEXT_MORNING)]


def test_a_postponed_game_that_is_back_is_predicted_again() -> None:
    table = merged_at(EARLY, [], merged_at(EARLY, [say()]), [])
    table = merged_at(LATE, [say()], table)
    assert [(v, active) for v, _, active, _ in versions(table)] == [(1, False), (2, True)]


# --- whatever happens

_WORDS = st.tuples(st.sampled_from([None, 19.5, 20.5]), st.sampled_from([22.0, 24.5]))
_STEPS = st.fixed_dictionaries(
    {
        "minutes": st.sampled_from([0, 1, 30, 120, 300]),
        "tip_moves": st.sampled_from([0, 0, 0, -60, 45, 240]),
        "on": st.sampled_from([True, True, True, False]),
        "status": st.sampled_from([None, None, "questionable", "out"]),
        "words": st.dictionaries(
            st.sampled_from([(PLAYER, "catboost_v9"), (PLAYER, "ewma_baseline"), (7, "catboost_v9")]), _WORDS
        ),
    }
)


@settings(max_examples=40)
@given(steps=st.lists(_STEPS, min_size=1, max_size=7))
def test_whatever_happens_one_version_counts_and_the_past_stays(steps: list[dict[str, Any]]) -> None:
    now, tip, table = EARLY, TIPOFF, TABLE.empty()
    for step in steps:
        now, tip = now + timedelta(minutes=step["minutes"]), tip + timedelta(minutes=step["tip_moves"])
        context = [expected(who, tipoff_utc=tip, player_status=step["status"]) for who in (PLAYER, 7)]
        said = [
            say(line, points=points, player=player, system=system, tipoff_utc=tip)
            for (player, system), (line, points) in step["words"].items()
            if step["on"] and step["status"] != "out"
        ]
        before = table
        table = merged_at(now, said, before, context if step["on"] else [])
        _assert_sound(table)
        _assert_past_stays(before, table)
        assert_frame_equal(merged_at(now, said, table, context if step["on"] else []), table)


def _assert_sound(table: pl.DataFrame) -> None:
    groups = table.group_by(GROUP).agg("prediction_version", "prediction_made_before_game", pl.col("is_active").sum())
    for group in groups.iter_rows(named=True):
        assert sorted(group["prediction_version"]) == list(range(1, len(group["prediction_version"]) + 1))
        assert group["is_active"] <= 1
        assert len(set(group["prediction_made_before_game"])) == 1, "live and backtest in one group"
    live = table.filter("prediction_made_before_game")
    assert live.filter(pl.col("created_at") >= pl.col("tipoff_utc")).is_empty()
    last = pl.col("prediction_version") == pl.col("prediction_version").max().over(GROUP)
    assert table.filter("is_active", ~last).is_empty()


def _assert_past_stays(before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Live versions stay, and only ever end."""
    live = before.filter("prediction_made_before_game")
    kept = after.join(live, on=TABLE.key, how="semi")
    assert_frame_equal(TABLE.ordered(kept).drop(_ENDS), TABLE.ordered(live).drop(_ENDS))
    ended = live.filter(~pl.col("is_active"))
    assert_frame_equal(TABLE.ordered(after.join(ended, on=TABLE.key, how="semi")), TABLE.ordered(ended))
