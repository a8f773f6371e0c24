"""Best bets: every candidate is a pick or knows what rejected it, and the night's risk is capped.

Dangers covered: a halt or a blocked model that bets all the same, an OVER that is published, a state that knows
tonight, a cap that depends on the order of rows, evidence that decides instead of ranking, a stake doubled on one team.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from nba_assets import best_bets_rules as rules
from nba_assets.contracts import TABLES
from nba_assets.transforms.signal_best_bets_picks import NO_HALT_STATE, build
from nba_assets_tests.transforms.bets_support import CHAMPION, DAY, features, halts, prediction, predictions, states

TABLE = TABLES["signal_best_bets_picks"]


def picks_of(*rows: dict[str, Any], of_features: dict[str, Any] | None = None, **more: Any) -> list[dict[str, Any]]:
    asked = predictions(*rows)
    known = {"states": states()} | more
    return TABLE.schema.validate(build(asked, features(asked, **(of_features or {})), **known)).to_dicts()


def only(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    (found,) = picks_of(*rows, **more)
    return found


def test_a_candidate_that_passes_everything_is_a_pick_and_says_why() -> None:
    found = only(prediction())
    assert (found["is_pick"], found["rejected_by"], found["failed_rules"], found["pick_rank"]) == (True, None, [], 1)
    bet = "Line 27.5, forecast 23.9: 3.6 under; fair price 1.83, best 1.95 at betmgm"
    assert found["why"] == [bet, "The line is high"]
    assert found["fair_price"] == pytest.approx(1 / 0.5464481)


def test_another_line_of_the_best_offer_is_told() -> None:
    found = only(prediction(best_line=28.0, best_p_win=0.5, best_p_push=0.1, best_price=1.8))
    assert found["why"][0].endswith("fair price 1.80, best 1.80 at betmgm, whose line is 28.0")


FAILS = {
    "model_is_champion": {"model_status": "shadow"},
    "quality": {"feature_quality_score": 84.9},
    "out_or_doubtful": {"injury_status_at_prediction": "doubtful"},
    "real_line_with_prices": {"over_price": None},
    "edge": {"line_margin": -2.99},
    "side": {"edge_side": "OVER", "line_margin": 4.0},
    "ev": {"ev": 0.0199},
}


@pytest.mark.parametrize("rule", FAILS)
def test_each_rule_rejects_alone_and_in_words(rule: str) -> None:
    found = only(prediction(**FAILS[rule]))
    assert (found["is_pick"], found["rejected_by"], found["failed_rules"]) == (False, rule, [rule])
    assert found["why"][-1] == f"No pick: {rules.RULES[rule].words}"
    assert found["pick_rank"] is found["stake_flat"] is found["stake_edge"] is None


PASSES = {
    "the limits themselves": {"line_margin": -3.0, "ev": 0.02, "feature_quality_score": 85.0},
    "a limit missed by rounding": {"line_margin": -(27.5 - 24.5) + 1e-12, "ev": 0.02 - 1e-15},
    "an excused gap": {"quality_gate": "excused", "feature_quality_score": 40.0},
    "questionable": {"injury_status_at_prediction": "questionable"},
    "no injury report": {"injury_status_at_prediction": None},
    "a backtest": {"prediction_made_before_game": False},
}


@pytest.mark.parametrize("what", PASSES)
def test_what_is_no_reason_to_reject(what: str) -> None:
    found = only(prediction(**PASSES[what]))
    assert found["is_pick"]
    assert found["prediction_made_before_game"] == PASSES[what].get("prediction_made_before_game", True)


def test_a_blocked_gate_is_not_excused_by_its_score() -> None:
    assert only(prediction(quality_gate="blocked"))["rejected_by"] == "quality"


def test_unknown_worth_rejects() -> None:
    nothing = {"best_line": None, "best_price": None, "best_p_win": None, "best_p_push": None, "ev": None}
    found = only(prediction(**nothing))
    assert found["failed_rules"] == ["real_line_with_prices", "ev"]
    assert found["why"][0] == "Line 27.5, forecast 23.9: 3.6 under; nobody offers it"


def test_all_failed_rules_are_kept_in_their_order() -> None:
    found = only(prediction(ev=-0.1, line_margin=1.0, edge_side="OVER", model_status="shadow"))
    assert found["failed_rules"] == ["edge", "side", "ev", "model_is_champion"]
    assert found["rejected_by"] == "edge"


NO_CANDIDATES = {
    "superseded": {"is_active": False},
    "no line": {"has_prop_line": False},
    "no edge": {"edge_side": None},
    "another system": {"system_id": "catboost_v12"},
}


@pytest.mark.parametrize("what", NO_CANDIDATES)
def test_what_is_no_candidate(what: str) -> None:
    assert picks_of(prediction(**NO_CANDIDATES[what])) == []


def test_a_date_without_predictions_is_a_typed_empty_frame() -> None:
    nothing = predictions()
    assert build(nothing, features(nothing), states(), halts()).schema == TABLE.polars_schema


# -- evidence

EVIDENCE: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("played_yesterday", {"days_rest": 1.0}, {}, True),
    ("slow_opponent", {"opponent_pace": 99.0}, {}, True),
    ("slow_opponent", {"opponent_pace": 99.1}, {}, False),
    ("at_home", {"home_away": 1.0}, {}, True),
    ("at_home", {"home_away": None}, {}, False),
    ("usual_spread", {"points_std_last_10": 5.5}, {}, True),
    ("usual_spread", {"points_std_last_10": 8.0}, {}, True),
    ("usual_spread", {"points_std_last_10": 5.4}, {}, False),
    ("usual_spread", {"points_std_last_10": None}, {}, False),
    ("high_line", {}, {"current_points_line": 25.0}, True),
    ("high_line", {}, {"current_points_line": 24.5}, False),
]


@pytest.mark.parametrize(("name", "known", "more", "there"), EVIDENCE)
def test_evidence(name: str, known: dict[str, Any], more: dict[str, Any], there: bool) -> None:
    found = only(prediction(**({"current_points_line": 20.5} | more)), of_features=known)
    assert found["evidence"] == ([name] if there else [])
    assert found["is_pick"]
    assert any(rules.RULES[name].words[1:] in sentence for sentence in found["why"]) == there


def test_evidence_was_measured_on_unders_only() -> None:
    found = only(prediction(edge_side="OVER", line_margin=7.0), of_features={"days_rest": 1.0, "home_away": 1.0})
    assert found["evidence"] == []


def test_a_player_without_features_is_judged_without_evidence() -> None:
    asked = predictions(prediction(current_points_line=20.5))
    assert build(asked, features(predictions()), states()).row(0, named=True)["evidence"] == []


# -- halt and decay


def test_a_halt_rejects_everything_and_says_why() -> None:
    found = only(prediction(), halts=halts((DAY, True, ["stale odds", "edge collapse"])))
    assert (found["rejected_by"], found["halt_reasons"]) == ("halted", ["stale odds", "edge collapse"])
    assert found["why"][-1] == "Halted: stale odds, edge collapse"


def test_a_date_without_a_halt_state_is_halted() -> None:
    """The legacy gate was open whenever it could not be read."""
    found = only(prediction(), halts=halts((DAY - timedelta(days=1), False, [])))
    assert (found["rejected_by"], found["halt_reasons"]) == ("halted", [NO_HALT_STATE])


def test_an_open_date_is_not_halted_whatever_its_reasons() -> None:
    assert only(prediction(), halts=halts((DAY, False, ["left over"])))["halt_reasons"] == []


def days_ago(days: int) -> date:
    return DAY - timedelta(days=days)


STATES = {
    "nothing known": ((), True, None),
    "blocked": (((days_ago(2), CHAMPION, "BLOCKED"),), False, "BLOCKED"),
    "recovered": (((days_ago(1), CHAMPION, "WATCH"), (days_ago(2), CHAMPION, "BLOCKED")), True, "WATCH"),
    "blocked since": (((days_ago(1), CHAMPION, "BLOCKED"), (days_ago(2), CHAMPION, "HEALTHY")), False, "BLOCKED"),
    "tonight's is not known": (((DAY, CHAMPION, "BLOCKED"), (days_ago(3), CHAMPION, "HEALTHY")), True, "HEALTHY"),
    "another system's": (((days_ago(1), "xgboost_v1", "BLOCKED"),), True, None),
}


@pytest.mark.parametrize("what", STATES)
def test_the_latest_state_before_the_date_counts(what: str) -> None:
    rows, is_pick, state = STATES[what]
    found = only(prediction(), states=states(*rows))
    assert (found["is_pick"], found["decay_state"]) == (is_pick, state)
    assert is_pick or found["rejected_by"] == "system_blocked"


# -- sides


@pytest.mark.parametrize(
    ("margin", "more", "paper"), [(6.0, {}, True), (5.9, {}, False), (8.0, {"ev": 0.0}, False), (-7.0, {}, False)]
)
def test_overs_are_kept_on_paper_and_never_picked(margin: float, more: dict[str, Any], paper: bool) -> None:
    side = "OVER" if margin > 0 else "UNDER"
    found = only(prediction(edge_side=side, line_margin=margin, **more))
    assert found["is_paper"] == paper
    assert found["is_pick"] == (side == "UNDER")


# -- rank, caps, stakes


def candidate(player: int, game: int = 1, team: str = "PHI", **more: Any) -> dict[str, Any]:
    return prediction(nba_player_id=player, nba_game_id=f"00223{game:05d}", team_abbr=team, **more)


def test_rank_is_by_worth_then_evidence_then_edge() -> None:
    rows = [
        candidate(1, 1, ev=0.05),
        candidate(2, 2, ev=0.05, line_margin=-5.0),
        candidate(3, 3, ev=0.09),
        candidate(4, 4, ev=0.05, line_margin=-7.0, current_points_line=20.5),
    ]
    ranks = {found["nba_player_id"]: found["pick_rank"] for found in picks_of(*rows)}
    assert ranks == {3: 1, 2: 2, 1: 3, 4: 4}


def test_stakes() -> None:
    """Same game, team and side: the second and later of them is smaller; the other team's is not."""
    rows = [
        candidate(1, ev=0.09, line_margin=-3.0),
        candidate(2, ev=0.08, line_margin=-6.0),
        candidate(3, team="NYK", ev=0.07, line_margin=-12.0),
    ]
    stakes = {row["nba_player_id"]: (row["stake_flat"], row["stake_edge"]) for row in picks_of(*rows)}
    assert stakes == {1: (1.0, 0.5), 2: (0.67, 1.25), 3: (1.0, 2.0)}


def test_caps_name_themselves() -> None:
    rows = [candidate(n, ev=0.5 - n / 100) for n in (1, 2, 3)]
    rows += [candidate(n, team="NYK", ev=0.4 - n / 100) for n in (4, 5)]
    rows += [candidate(6, game=2, ev=0.9), candidate(6, game=3, ev=0.8)]
    rows += [candidate(10 + n, game=10 + n, ev=0.1 - n / 1000) for n in range(12)]
    rejected = Counter(row["rejected_by"] for row in picks_of(*rows))
    assert rejected == {None: 15, "one_per_player": 1, "two_per_team": 1, "three_per_game": 1, "fifteen_per_day": 1}


# Game, team and worth in hundredths of a player each; few values, so that ties and full caps are common.
slate = st.lists(st.tuples(st.integers(1, 7), st.sampled_from(["PHI", "NYK"]), st.integers(1, 6)), max_size=40)


@settings(max_examples=40, deadline=None)
@given(slate, st.randoms(use_true_random=False))
def test_caps_are_those_of_going_from_the_best_to_the_worst(rows: list[tuple[int, str, int]], random: Any) -> None:
    made = [candidate(n, game, team, ev=worth / 100) for n, (game, team, worth) in enumerate(rows, 1)]
    taken: set[tuple[str, int]] = set()
    counts: Counter[Any] = Counter()
    order = sorted(made, key=lambda row: (-row["ev"], row["nba_game_id"], row["nba_player_id"]))
    for row in order:
        game, player = row["nba_game_id"], row["nba_player_id"]
        groups = {(player,): 1, (game, row["team_abbr"]): 2, (game,): 3, (): 15}
        if row["ev"] >= 0.02 and all(counts[group] < limit for group, limit in groups.items()):
            counts.update(groups.keys())
            taken.add((game, player))
    found = picks_of(*made)
    assert {(row["nba_game_id"], row["nba_player_id"]) for row in found if row["is_pick"]} == taken
    assert len(found) == len(made)
    assert sorted(row["pick_rank"] for row in found if row["is_pick"]) == list(range(1, len(taken) + 1))
    shuffled = list(made)
    random.shuffle(shuffled)
    assert picks_of(*shuffled) == found


def test_dates_are_independent() -> None:
    """A range gives what its dates give one by one: ranks, caps and stakes start again every night."""
    tonight = [candidate(n, game=n, ev=n / 100) for n in range(1, 20)]
    tomorrow = [row | {"game_date": DAY + timedelta(days=1)} for row in tonight]
    state = states((DAY, CHAMPION, "BLOCKED"))

    def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
        asked = predictions(*rows)
        return build(asked, features(asked), state)

    assert_frame_equal(table([*tomorrow, *tonight]), pl.concat([table(tonight), table(tomorrow)]))
    assert table(tonight)["is_pick"].sum() == 15
    assert table(tomorrow)["is_pick"].sum() == 0


# -- the table of rules


def test_rules_are_told_apart_and_explained() -> None:
    names = [rule.name for rule in (*rules.BLOCKING, *rules.EVIDENCE)]
    assert len(set(names)) == len(names) == len(rules.RULES)
    assert all(rule.description and rule.words and rule.fact for rule in rules.RULES.values())
    assert {rule.kind for rule in rules.EVIDENCE} == {"evidence"}
    assert not [rule for rule in rules.BLOCKING if rule.kind == "evidence"]


def test_caps_come_last() -> None:
    """A candidate that another rule rejects must take no place from one that passes."""
    assert (*rules.JUDGING, *rules.CAPS) == rules.BLOCKING


def test_there_is_one_champion() -> None:
    assert rules.CHAMPIONS == (CHAMPION,)
