"""What is said of a player, his line and the offers on him.

Dangers covered: probabilities that do not add up, a push counted as a loss, a price that could not be taken any more or
was never a sportsbook's, the best offer of the wrong side, a recommendation against the edge, a forecast that depends
on who else is asked about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models import distributions
from ml_models.calibration import Calibration
from ml_models.registry import Card
from ml_models.system import MAX_POINTS, Contribution, Predictions
from ml_models.systems import ENTRIES, ROSTER
from ml_models.training import EXCUSED
from ml_models.vintages import Vintage
from nba_assets.contracts.player_prop_predictions import QUANTILES
from nba_assets.transforms.player_prop_predictions import at_the_line
from nba_assets.transforms.predictions.forecasts import SCHEMA, Models, forecasts
from nba_assets.transforms.predictions.offers import on_offer, with_best_offer
from nba_assets.transforms.predictions.recommendations import quality_gate, with_recommendation
from nba_assets.transforms.predictions.stored_pmf import pmf_matrix
from nba_assets_tests.frames import GAME_DATE, TIPOFF, frame, row

MONDAY = GAME_DATE  # 2024-01-15
QUOTES = "odds_api_player_points_props"


@dataclass(frozen=True)
class Said:
    """A system that says of each player a normal around `means[player]`, and nothing of others."""

    system_id: str
    means: Mapping[int, float]
    trained_before: date = MONDAY

    def predict(self, rows: pl.DataFrame) -> Predictions:
        assert "points" not in rows.columns, "nobody forecasts with the outcome at hand"
        means = np.array([self.means.get(player, np.nan) for player in rows["nba_player_id"]])
        return Predictions(means, distributions.from_normal(means, np.full(means.size, 6.0)))

    def explain(self, rows: pl.DataFrame, most: int = 3) -> Sequence[Sequence[Contribution]]:
        reasons = (Contribution("form", 1.25, "scoring well lately"), Contribution("rest", -0.5, "heavy legs"))
        return [reasons[:most]] * rows.height

    def importance(self) -> list[tuple[str, float]]:
        return []

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def models(*systems: Said, share: float = 0.0) -> Models:
    """Each system as the model of its week, P(over) taking over `share` of what it says."""
    found: dict[date, dict[str, tuple[Vintage, Card]]] = {}
    for system in systems:
        before = system.trained_before
        card = Card(
            model_id=f"{system.system_id}_{before}", system_id=system.system_id, feature_set="", feature_hash="",
            window_start=before - timedelta(days=56), window_end=before - timedelta(days=1), rows=1, data_sha256="",
            code_version="", seed=None, status="shadow", metrics={}, libraries={}, sha256="0" * 64,
        )  # fmt: skip
        calibration = Calibration(before, ROSTER[system.system_id].line_aware, share=share)
        found.setdefault(before, {})[system.system_id] = (Vintage(system, calibration), card)
    return found


def asked(*lines: float | None, day: date = MONDAY) -> pl.DataFrame:
    """Rows of the players 1, 2, .. with these lines, as a prediction system gets them."""
    return pl.DataFrame(
        {
            "game_date": [day] * len(lines),
            "nba_player_id": range(1, len(lines) + 1),
            "points": [40] * len(lines),
            "current_points_line": lines,
            "over_price": [None if line is None else 1.9 for line in lines],
            "under_price": [None if line is None else 1.9 for line in lines],
        },
        schema_overrides={"nba_player_id": pl.Int64, "current_points_line": pl.Float64, "over_price": pl.Float64},
    )


# --- forecasts


def test_one_row_per_player_and_system_that_knows_him() -> None:
    both = models(Said("ewma_baseline", {1: 20.0, 2: 10.0}), Said("catboost_v9", {2: 12.0}))
    said = forecasts(asked(19.5, None), both)
    assert dict(said.schema) == SCHEMA
    assert said.select("system_id", "nba_player_id", "predicted_points").rows() == [
        ("ewma_baseline", 1, 20.0),
        ("ewma_baseline", 2, 10.0),
        ("catboost_v9", 2, 12.0),
    ]
    assert said["explanation"].to_list() == [["scoring well lately (+1.2)", "heavy legs (-0.5)"]] * 3
    assert set(said["training_end_date"]) == {date(2024, 1, 14)}


def test_each_week_is_forecast_by_its_own_model_and_a_week_without_one_is_silent() -> None:
    monday = MONDAY + timedelta(weeks=1)
    week = [asked(19.5, day=MONDAY), asked(19.5, day=monday), asked(19.5, day=monday + timedelta(days=7))]
    systems = [Said("ewma_baseline", {1: 20.0}), Said("ewma_baseline", {1: 25.0}, monday)]
    said = forecasts(pl.concat(week), models(*systems))
    assert said.select("game_date", "predicted_points").rows() == [(MONDAY, 20.0), (monday, 25.0)]
    assert forecasts(asked(19.5), {}).schema == pl.Schema(SCHEMA)


@pytest.mark.parametrize("line", [19.5, 20.0, 5.0, 40.5])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_forecast_is_one_distribution(line: float, share: float) -> None:
    (said,) = forecasts(asked(line), models(Said("ewma_baseline", {1: 20.0}), share=share)).to_dicts()
    levels = [said[name] for name in QUANTILES]
    assert levels == sorted(levels)
    assert said["points_q50"] == pytest.approx(20.0, abs=0.1)
    pmf = np.array(said["points_pmf"])
    assert pmf.sum() == pytest.approx(1.0, abs=1e-3)
    assert pmf[-1] > 0
    pushed = pmf[int(line)] if line == int(line) else 0.0
    assert said["p_push"] == pytest.approx(pushed, abs=1e-5)
    # Chances without push are held between 1 and 99 %; a share of 0 knows nothing but an even bet.
    settled = np.clip(pmf[int(line) + 1 :].sum() / (1 - pushed), 0.01, 0.99) if share else 0.5
    assert said["p_over"] == pytest.approx(settled * (1 - pushed), abs=1e-4)


def test_without_a_line_there_is_a_distribution_and_no_chance_at_it() -> None:
    (said,) = forecasts(asked(None), models(Said("ewma_baseline", {1: 20.0}))).to_dicts()
    assert (said["p_over"], said["p_push"]) == (None, None)
    assert said["points_pmf"]


def test_a_forecast_does_not_depend_on_who_else_is_asked_about() -> None:
    levels = {player: 5.0 + player * 0.77 for player in range(1, 41)}
    system = models(Said("ewma_baseline", levels), share=0.4)
    rows = asked(*(level // 0.5 * 0.5 for level in levels.values()))
    together = forecasts(rows, system)
    alone = pl.concat(forecasts(rows[n : n + 1], system) for n in range(rows.height))
    assert alone.equals(together)


def test_stored_distributions_add_up_again() -> None:
    matrix = pmf_matrix(pl.Series([[0.2, 0.2], [0.0, 0.0, 0.5]], dtype=pl.List(pl.Float64)))
    assert matrix.shape == (2, MAX_POINTS + 1)
    assert matrix[0, :3].tolist() == [0.5, 0.5, 0.0]
    assert matrix[1, 2] == 1.0
    distributions.validate(matrix)


# --- at the line


def lined(**more: Any) -> pl.DataFrame:
    """A forecast of 22 against 20.0 with chances 0.5 over, 0.4 under, 0.1 push."""
    known: dict[str, Any] = {
        "predicted_points": 22.0, "current_points_line": 20.0, "p_over": 0.5, "p_push": 0.1, "has_prop_line": True,
        "over_price": 1.8, "under_price": 2.0, "sportsbook": "draftkings",
    }  # fmt: skip
    types = {"current_points_line": pl.Float64, "p_over": pl.Float64, "p_push": pl.Float64, "sportsbook": pl.String,
             "over_price": pl.Float64, "under_price": pl.Float64}  # fmt: skip
    return pl.DataFrame([known | more], schema_overrides=types)


def test_at_a_whole_line_the_push_belongs_to_nobody() -> None:
    (said,) = at_the_line(lined()).to_dicts()
    assert said["p_under"] == pytest.approx(0.4)
    assert (said["line_margin"], said["edge_side"]) == (2.0, "OVER")
    assert said["confidence_score"] == pytest.approx(5 / 9)
    assert said["market_p_over"] == pytest.approx((1 / 1.8) / (1 / 1.8 + 1 / 2.0))
    assert said["fair_over_price"] == pytest.approx(1.8)
    assert said["fair_under_price"] == pytest.approx(2.25)
    # At a fair price a bet of one unit is worth nothing: won, lost, or given back.
    assert 0.5 * (said["fair_over_price"] - 1) - 0.4 == pytest.approx(0)
    assert 0.4 * (said["fair_under_price"] - 1) - 0.5 == pytest.approx(0)
    assert (said["line_source"], said["line_source_api"], said["was_line_fallback"]) == (
        "ACTUAL_PROP",
        "ODDS_API",
        False,
    )


def test_the_side_is_that_of_the_edge_even_if_the_chance_says_otherwise() -> None:
    (under,) = at_the_line(lined(predicted_points=18.5)).to_dicts()
    assert (under["line_margin"], under["edge_side"]) == (-1.5, "UNDER")
    assert under["confidence_score"] == pytest.approx(4 / 9)
    (none,) = at_the_line(lined(predicted_points=20.0)).to_dicts()
    assert (none["line_margin"], none["edge_side"], none["confidence_score"]) == (0.0, None, None)


def test_another_book_than_the_first_is_a_fallback() -> None:
    assert at_the_line(lined(sportsbook="betmgm"))["was_line_fallback"].to_list() == [True]


def test_without_a_line_nothing_is_said_of_one() -> None:
    nothing = dict.fromkeys(["current_points_line", "p_over", "p_push", "over_price", "under_price", "sportsbook"])
    (said,) = at_the_line(lined(has_prop_line=False, **nothing)).to_dicts()
    unknown = ["line_margin", "p_under", "market_p_over", "edge_side", "fair_over_price", "fair_under_price"]
    unknown += ["confidence_score", "line_source_api", "was_line_fallback"]
    assert {name: said[name] for name in unknown} == dict.fromkeys(unknown)
    assert said["line_source"] == "NO_PROP_LINE"


# --- offers

AS_OF = TIPOFF - timedelta(hours=1)
GAMES = frame("upcoming_player_game_context", [row("upcoming_player_game_context", as_of_ts=AS_OF)])


def quote(
    book: str, line: float = 20.5, over: float | None = 1.9, under: float | None = 1.9, **more: Any
) -> dict[str, Any]:
    known = {"nba_player_id": 1, "snapshot_timestamp": AS_OF - timedelta(minutes=5)}
    return row(QUOTES, bookmaker=book, points_line=line, over_price=over, under_price=under, **(known | more))


def offered(*quotes: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = on_offer(frame(QUOTES, quotes), GAMES)
    return sorted(found.select("nba_player_id", "bookmaker", "points_line", "over_price", "under_price").rows())


def test_all_lines_and_sides_of_sportsbooks_are_on_offer_once() -> None:
    main, alternate, one_sided = quote("draftkings"), quote("draftkings", 25.5, 3.1, None), quote("fanduel", 20.0)
    assert offered(main, alternate, one_sided, {**main, "pair_no": 1}) == [
        (1, "draftkings", 20.5, 1.9, 1.9),
        (1, "draftkings", 25.5, 3.1, None),
        (1, "fanduel", 20.0, 1.9, 1.9),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"bookmaker": "prizepicks"},
        {"bookmaker": "underdog"},
        {"bookmaker": "bovada"},
        {"is_in_play": True},
        {"snapshot_timestamp": AS_OF},
        {"snapshot_timestamp": AS_OF + timedelta(minutes=1)},
        {"market_last_update": AS_OF},
        {"market_key": "player_points_alternate"},
        {"nba_player_id": None},
        {"nba_game_id": "0022300562"},
        {"points_line": float(MAX_POINTS)},
    ],
    ids=str,
)
def test_what_cannot_be_bet_is_no_offer(change: dict[str, Any]) -> None:
    assert offered(quote("draftkings") | change) == []
    assert offered(quote("draftkings") | change, quote("fanduel")) == [(1, "fanduel", 20.5, 1.9, 1.9)]


def test_only_the_last_snapshot_of_a_player_is_on_offer() -> None:
    """A book that is not in it took its price down; another player's last snapshot may be older."""
    earlier: dict[str, Any] = {"snapshot_timestamp": AS_OF - timedelta(hours=5)}
    quotes = [
        quote("draftkings", 19.5, **earlier), quote("draftkings", 20.5), quote("fanduel", 17.5, **earlier),
        quote("betmgm", 9.5, nba_player_id=2, **earlier),
    ]  # fmt: skip
    assert offered(*quotes) == [(1, "draftkings", 20.5, 1.9, 1.9), (2, "betmgm", 9.5, 1.9, 1.9)]


def test_a_pick_em_operator_s_later_snapshot_still_says_that_the_books_were_earlier() -> None:
    later, earlier = quote("prizepicks"), quote("draftkings", snapshot_timestamp=AS_OF - timedelta(hours=5))
    assert offered(later, earlier) == []


# --- the best offer


def forecast_rows(pmf: np.ndarray, line: float, points: float, p_over: float | None = None) -> pl.DataFrame:
    """A forecast of player 1 by that distribution, and P(over) as it says or as told."""
    push = float(pmf[int(line)]) if line == int(line) else 0.0
    over = float(pmf[int(np.floor(line)) + 1 :].sum()) if p_over is None else p_over
    known = {"nba_player_id": 1, "game_date": GAME_DATE, "system_id": "catboost_v9", "points_pmf": pmf.tolist()}
    chances = {"predicted_points": points, "current_points_line": line, "p_over": over, "p_push": push}
    return at_the_line(lined(**known, **chances))


def best(rows: pl.DataFrame, *quotes: dict[str, Any]) -> dict[str, Any]:
    (found,) = with_best_offer(rows, on_offer(frame(QUOTES, quotes), GAMES)).to_dicts()
    return {name: found[name] for name in ("best_line", "best_price", "best_book", "best_p_win", "best_p_push", "ev")}


FOUR = np.zeros(MAX_POINTS + 1)
FOUR[[18, 19, 20, 21]] = 0.4, 0.1, 0.2, 0.3


def test_expected_value_by_hand_with_a_push() -> None:
    """Over 19: won with 20 and 21, given back with 19: 0.5 * 1.1 - 0.4 = 0.15. Over 20: 0.3 * 2.0 - 0.5 = 0.1."""
    found = best(forecast_rows(FOUR, 19.5, 22.0), quote("draftkings", 19.0, 2.1, 1.7), quote("fanduel", 20.0, 3.0, 1.3))
    assert found == {
        "best_line": 19.0, "best_price": 2.1, "best_book": "draftkings",
        "best_p_win": pytest.approx(0.5, abs=1e-5), "best_p_push": pytest.approx(0.1, abs=1e-5),
        "ev": pytest.approx(0.15, abs=1e-5),
    }  # fmt: skip


def test_the_best_offer_is_one_of_the_edge_s_side() -> None:
    """Under 20.5 at 5.0 would be worth far more than any Over."""
    found = best(
        forecast_rows(FOUR, 19.5, 22.0), quote("draftkings", 19.5, 1.9, None), quote("fanduel", 20.5, None, 5.0)
    )
    assert (found["best_book"], found["best_price"]) == ("draftkings", 1.9)
    assert found["ev"] == pytest.approx(0.5 * 0.9 - 0.5, abs=1e-5)
    none = best(forecast_rows(FOUR, 19.5, 22.0), quote("fanduel", 20.5, None, 5.0))
    assert set(none.values()) == {None}


def test_no_edge_no_line_or_no_offer_is_no_best_offer() -> None:
    assert set(best(forecast_rows(FOUR, 19.5, 19.5), quote("draftkings")).values()) == {None}
    assert set(best(forecast_rows(FOUR, 19.5, 22.0)).values()) == {None}
    nothing = dict.fromkeys(["current_points_line", "p_over", "p_push", "over_price", "under_price", "sportsbook"])
    known = {"nba_player_id": 1, "game_date": GAME_DATE, "system_id": "catboost_v9", "points_pmf": FOUR.tolist()}
    unlined = at_the_line(lined(has_prop_line=False, **nothing, **known))
    assert set(best(unlined, quote("draftkings")).values()) == {None}


def test_a_certain_forecast_has_no_price_to_look_for() -> None:
    """Nothing above the line: P(over) is 0, and no tilt makes a side of it."""
    assert set(best(forecast_rows(FOUR, 30.5, 31.0), quote("draftkings", 30.5)).values()) == {None}


@settings(max_examples=60)
@given(data=st.data())
def test_the_best_offer_is_the_best_of_all(data: st.DataObject) -> None:
    mean, line = data.draw(st.integers(8, 35)), data.draw(st.integers(12, 60)) / 2
    pmf = distributions.from_negative_binomial(mean, mean * 0.3 + 3)[0].round(5)
    p_settled = data.draw(st.floats(0.3, 0.7))
    push = float(pmf[int(line)]) if line == int(line) else 0.0
    edge = data.draw(st.sampled_from([-2.0, 2.0]))
    rows = forecast_rows(pmf, line, max(line + edge, 0.0), p_over=p_settled * (1 - push))
    price = st.floats(1.2, 6.0).map(lambda p: round(p, 2)) | st.none()
    offers = data.draw(
        st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(10, 70), price, price), min_size=1, max_size=8)
    )
    found = best(rows, *(quote(book, half / 2, over, under) for book, half, over, under in offers))
    tilted = distributions.tilt_to_p_over((pmf / pmf.sum())[None], line, p_settled)[0]
    points, worth = np.arange(MAX_POINTS + 1), []
    for _, half, over, under in offers:
        above, below = tilted[points > half / 2].sum(), tilted[points < half / 2].sum()
        win, lose, paid = (above, below, over) if edge > 0 else (below, above, under)
        if paid is not None:
            worth.append(win * (paid - 1) - lose)
    if not worth:
        assert found["ev"] is None
        return
    assert found["ev"] == pytest.approx(max(worth), abs=1e-5)
    lost = 1 - found["best_p_win"] - found["best_p_push"]
    assert found["ev"] == pytest.approx(found["best_p_win"] * (found["best_price"] - 1) - lost, abs=1e-5)


# --- recommendations


def recommended(
    edge: float | None, *, gate: str = "passed", system: str = "catboost_v9", line: bool = True
) -> tuple[str, list[str]]:
    side = None if not edge else "OVER" if edge > 0 else "UNDER"
    known = {"line_margin": edge, "edge_side": side, "quality_gate": gate, "system_id": system, "has_prop_line": line}
    found = with_recommendation(
        pl.DataFrame([known], schema_overrides={"line_margin": pl.Float64, "edge_side": pl.String})
    )
    return found["recommendation"].item(), found["recommendation_reasons"].item().to_list()


@pytest.mark.parametrize(
    ("asked_of", "word", "reasons"),
    [
        ({"edge": None, "line": False}, "NO_LINE", ["no_line"]),
        ({"edge": None, "line": False, "gate": "blocked"}, "NO_LINE", ["no_line", "features_missing"]),
        ({"edge": 5.0, "gate": "blocked"}, "PASS", ["features_missing"]),
        ({"edge": 1.5, "gate": "blocked"}, "PASS", ["features_missing", "edge_below_floor"]),
        ({"edge": 20.1}, "PASS", ["implausible_edge"]),
        ({"edge": -20.1}, "PASS", ["implausible_edge"]),
        ({"edge": 20.0}, "OVER", []),
        ({"edge": 0.0}, "PASS", ["edge_too_small"]),
        ({"edge": 0.999}, "PASS", ["edge_too_small"]),
        ({"edge": 1.0}, "HOLD", ["edge_below_floor"]),
        ({"edge": -2.999}, "HOLD", ["edge_below_floor"]),
        ({"edge": 22.4 - 19.4}, "OVER", []),
        ({"edge": -3.0}, "UNDER", []),
        ({"edge": 3.0, "gate": "excused"}, "OVER", []),
        ({"edge": 3.0, "system": "catboost_v9_q43"}, "HOLD", ["edge_below_floor"]),
        ({"edge": 1.5, "system": "xgboost_v1"}, "OVER", []),
    ],
    ids=str,
)
def test_the_first_rule_decides_and_all_are_named(asked_of: dict[str, Any], word: str, reasons: list[str]) -> None:
    assert recommended(**asked_of) == (word, reasons)


@given(edge=st.floats(-30, 30), system=st.sampled_from([entry.system_id for entry in ENTRIES]))
def test_a_side_is_the_sign_of_the_edge_at_or_above_the_floor(edge: float, system: str) -> None:
    word, reasons = recommended(edge, system=system)
    floor = ROSTER[system].action_floor
    if floor + 1e-6 < abs(edge) < 20:
        assert word == ("OVER" if edge > 0 else "UNDER")
    assert (word in ("OVER", "UNDER")) == (not reasons)
    assert abs(edge) >= floor - 1e-6 or reasons


def test_a_system_that_is_not_on_the_roster_is_no_recommendation() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        recommended(5.0, system="nobody")


@pytest.mark.parametrize(
    ("missing", "gate"),
    [
        ([], "passed"),
        (EXCUSED[:1], "excused"),
        (EXCUSED, "excused"),
        (["points_avg_last_5"], "blocked"),
        ([*EXCUSED, "points_avg_last_5"], "blocked"),
    ],
)
def test_the_gate_is_the_rule_that_decides_which_rows_teach(missing: Sequence[str], gate: str) -> None:
    rows = pl.DataFrame({"missing_required": [list(missing)]}, schema={"missing_required": pl.List(pl.String)})
    assert rows.select(quality_gate()).item() == gate
