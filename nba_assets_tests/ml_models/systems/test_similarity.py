"""Which past games count, and how much: against a plain loop, and trait by trait."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ml_models.systems import similarity_balanced_v1 as similarity
from nba_assets_tests.ml_models.systems.rows import made_up, split, unknown, with_value

TRAIN, ASK, BEFORE = split(made_up(players=5, games=60), games=55)


def test_importance_is_what_the_traits_of_a_past_game_score() -> None:
    shares = similarity.system().fit(TRAIN, BEFORE).importance()
    assert shares == [("opponent_tier", 0.4), ("rest", 0.3), ("form", 0.15), ("venue", 0.15)]


def _tier(rating: float, limits: tuple[float, float]) -> int:
    return int(rating > limits[0]) + int(rating > limits[1])


def _form(row: dict[str, Any]) -> int:
    gap = row["points_avg_last_5"] - row["points_avg_season"]
    return (gap >= 3) - (gap <= -3)


def _limits(rows: list[dict[str, Any]], until: date) -> tuple[float, float]:
    newest: dict[str, tuple[date, float]] = {}
    for row in rows:
        if until - timedelta(days=14) < row["game_date"] <= until:
            seen = (row["game_date"], row["opponent_def_rating"])
            newest[row["opponent_team_abbr"]] = max(seen, newest.get(row["opponent_team_abbr"], seen))
    low, high = np.quantile([rating for _, rating in newest.values()], [1 / 3, 2 / 3])
    return float(low), float(high)


def _score(row: dict[str, Any], tier: int, past: dict[str, Any], past_tier: int) -> int:
    rest = abs(min(row["days_rest"], 4) - min(past["days_rest"], 4))
    return (
        {0: 40, 1: 20}.get(abs(tier - past_tier), 0)
        + {0: 30, 1: 15}.get(int(rest), 0)
        + 15 * (row["home_away"] == past["home_away"])
        + (15 if _form(row) == _form(past) else 5)
    )


def _by_hand(row: dict[str, Any], train: list[dict[str, Any]]) -> float:
    tier = _tier(row["opponent_def_rating"], _limits(train, BEFORE - timedelta(days=1)))
    own = sorted(
        (p for p in train if p["nba_player_id"] == row["nba_player_id"]), key=lambda p: p["game_date"], reverse=True
    )
    recent = [p for p in own if p["game_date"] >= row["game_date"] - timedelta(days=90)][:30]
    scored = [
        (
            _score(row, tier, p, _tier(p["opponent_def_rating"], _limits(train, p["game_date"]))),
            p["game_date"],
            p["points"],
        )
        for p in recent
    ]
    best = sorted((s for s in scored if s[0] >= 70), reverse=True)[:20]
    if len(best) < 5:
        return np.nan
    mean = sum(score * points for score, _, points in best) / sum(score for score, _, _ in best)
    venue = 0.8 if row["home_away"] else -0.5
    moved = 0.4 * row["shot_zone_mismatch_score"] + 0.8 * row["pace_score"] + 0.8 * row["usage_spike_score"]
    return float(np.clip(mean + 0.015 * (row["fatigue_score"] - 70) + moved + venue, 0, 60))


@pytest.mark.parametrize("alike", [False, True], ids=["few similar", "more than count"])
def test_same_as_a_plain_loop(alike: bool) -> None:
    same = {"days_rest": 2, "home_away": 1} if alike else {}
    train, ask = with_value(TRAIN, **same), with_value(ASK, **same)
    by_hand = [_by_hand(row, train.to_dicts()) for row in ask.to_dicts()]
    forecast = similarity.system().fit(train, BEFORE).predict(ask).points
    assert np.isfinite(by_hand).sum() > 5
    np.testing.assert_allclose(forecast, by_hand)


def _games(**columns: Any) -> pl.DataFrame:
    """Ten past games of one player, all alike, and the venue, defence, rest or form of every second one changed.

    The changed games were of 30 points, the others of 10. 29 more players fill the league.
    """
    rows = made_up(players=30, games=15)
    rows = with_value(
        rows, points_avg_season=15, points_avg_last_5=15, days_rest=2, home_away=1, points=10, back_to_back=0
    ).with_columns(
        opponent_def_rating=pl.when(pl.col("nba_player_id") == 1)
        .then(100.0)
        .otherwise(100.0 + pl.col("nba_player_id").cast(pl.Float64)),
        opponent_team_abbr=pl.format("T{}", "nba_player_id"),
    )
    second = (pl.col("nba_player_id") == 1) & (
        (pl.col("game_date") - pl.lit(date(2024, 1, 1))).dt.total_days() % 4 == 0
    )
    changed = {"points": 30, **columns}
    return rows.with_columns(
        pl.when(second).then(pl.lit(value).cast(rows[name].dtype)).otherwise(name).alias(name)
        for name, value in changed.items()
    )


def _mean_of_similar(**columns: Any) -> tuple[float, float]:
    """Similar points of a game like the unchanged ones, and of a game like the changed ones."""
    rows = _games(**columns)
    train, ask, before = split(rows, games=14)
    asked = ask.filter(pl.col("nba_player_id") == 1)
    usual = with_value(asked, days_rest=2, home_away=1, opponent_def_rating=100, points_avg_last_5=15)
    fitted = similarity.system().fit(train, before)

    def similar(row: pl.DataFrame) -> float:
        reasons = {c.name: c.points for c in fitted.explain(row, most=9)[0]}
        return 15 + reasons.get("similar_games", 0.0)

    return similar(usual), similar(with_value(usual, **columns))


def test_tier_decides() -> None:
    # The other end of the league: 0 + 30 + 15 + 15 is not enough.
    assert _mean_of_similar(opponent_def_rating=129) == pytest.approx((10, 30))


def test_rest_and_form_decide_together() -> None:
    # 40 + 0 + 15 + 5.
    assert _mean_of_similar(days_rest=4, points_avg_last_5=19) == pytest.approx((10, 30))


def test_venue_decides_beside_rest() -> None:
    # 40 + 0 + 0 + 15.
    assert _mean_of_similar(days_rest=4, home_away=0) == pytest.approx((10, 30))


@pytest.mark.parametrize(
    ("columns", "score"),
    [({"home_away": 0}, 85), ({"days_rest": 3}, 85), ({"days_rest": 4}, 70), ({"points_avg_last_5": 19}, 90)],
    ids=["venue", "next rest", "other rest", "form"],
)
def test_what_differs_in_one_trait_counts_less(columns: dict[str, Any], score: int) -> None:
    like_usual, like_changed = _mean_of_similar(**columns)
    assert like_usual == pytest.approx((10 * 100 + 30 * score) / (100 + score))
    assert like_changed == pytest.approx((30 * 100 + 10 * score) / (100 + score))


def test_a_past_game_is_forecast_without_itself() -> None:
    # Everybody's fifth game has four before it, one too few: nothing tells how far forecasts are off.
    rows = with_value(_games(points=10), points_avg_season=15)
    before = date(2024, 1, 1) + timedelta(days=10)
    train, ask = rows.filter(pl.col("game_date") < before), rows.filter(pl.col("game_date") == before)
    assert train.height == 30 * 5
    assert np.isnan(similarity.system().fit(train, before).predict(ask).points).all()
    train, ask = rows.filter(pl.col("game_date") <= before), rows.filter(pl.col("game_date") > before)
    assert np.isfinite(similarity.system().fit(train, before + timedelta(days=2)).predict(ask).points).all()


def test_games_beyond_the_lookback_are_forgotten() -> None:
    later = ASK.with_columns(pl.col("game_date") + timedelta(days=75))
    fitted = similarity.system().fit(TRAIN, BEFORE)
    assert np.isfinite(fitted.predict(ASK).points).any()
    assert np.isnan(fitted.predict(later).points).all()


def test_an_unknown_venue_never_matches() -> None:
    fitted = similarity.system().fit(TRAIN, BEFORE)
    known, neutral = fitted.predict(ASK).points, fitted.predict(unknown(ASK, "home_away")).points
    assert np.isfinite(neutral).sum() < np.isfinite(known).sum()


def test_ratings_of_later_games_do_not_move_the_tiers() -> None:
    rows = made_up(players=10, games=20)
    day = date(2024, 1, 21)
    changed = rows.with_columns(
        opponent_def_rating=pl.when(pl.col("game_date") > day).then(150.0).otherwise("opponent_def_rating")
    )
    assert similarity.tercile_limits(rows, day) == similarity.tercile_limits(changed, day)
    assert similarity.tercile_limits(rows, day) != similarity.tercile_limits(changed, day + timedelta(days=4))
    assert similarity.tercile_limits(unknown(rows, "opponent_def_rating"), day) is None
