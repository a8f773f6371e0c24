"""The court that looks for leaks in training rows.

Dangers covered: tonight's points among the features, plain or noisy; averages with tonight's game, of other dates or of
another player; lines from after the decision; rows that are newer than the fit, there twice, not played or made under
another meaning; a holdout drawn at random; an honest row that is accused.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models import training
from ml_models.leak_court import RULES, Case, Finding, court
from ml_models.systems import gradient_boosting
from ml_models.training import Settings
from nba_assets_tests.ml_models.feature_rows import START, made_up

DAYS = 40
BEFORE = START + timedelta(days=DAYS)
TIP = datetime(2024, 1, 1, 23, 30, tzinfo=UTC)
COLUMNS = ("game_date", "points_avg_last_5", "points_avg_last_10", "points_avg_season", "pace_score", "feature_version")


def _averages(rows: pl.DataFrame, tonight: int = 1) -> pl.DataFrame:
    """With averages of a player's games so far, all of one season, the newest `tonight` of them left out."""
    past = pl.col("points").cast(pl.Float64).shift(tonight)
    return rows.sort("nba_player_id", "game_date").with_columns(
        points_avg_last_5=past.rolling_mean(5, min_samples=1).over("nba_player_id"),
        points_avg_season=(past.cum_sum() / past.cum_count()).over("nba_player_id"),
    )


ROWS = _averages(made_up(days=DAYS, lined_from=20)).with_columns(
    line_snapshot_ts=pl.when(pl.col("current_points_line").is_not_null()).then(TIP - timedelta(hours=1)),
    as_of_ts=TIP - timedelta(minutes=30),
    tipoff_utc=TIP,
)
OUTCOMES = ROWS.select("game_date", "nba_player_id", "points")


def _tried(rows: pl.DataFrame, outcomes: pl.DataFrame = OUTCOMES) -> dict[str, Finding]:
    return {finding.rule: finding for finding in court(rows, outcomes, COLUMNS, BEFORE)}


def _first(**changes: pl.Expr | object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Other values in one lined row only."""
    row = pl.int_range(pl.len()) == DAYS - 1

    def plant(rows: pl.DataFrame) -> pl.DataFrame:
        values = {name: value if isinstance(value, pl.Expr) else pl.lit(value) for name, value in changes.items()}
        return rows.with_columns(
            pl.when(row).then(value.cast(rows.schema[name])).otherwise(name).alias(name)
            for name, value in values.items()
        )

    return plant


def _noisy(rows: pl.DataFrame) -> pl.DataFrame:
    noise = np.random.default_rng(3).normal(0, 2, rows.height)
    return rows.with_columns(pace_score=pl.col("points") + pl.Series(noise))


def _shuffled_dates(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("game_date").shuffle(seed=4).over("nba_player_id"))


def _of_another_player(rows: pl.DataFrame) -> pl.DataFrame:
    """Of the player with the next number, on the same date."""
    averages = ["points_avg_last_5", "points_avg_season"]
    return rows.sort("game_date", "nba_player_id").with_columns(pl.col(averages).shift(-1).over("game_date"))


# What is planted, the rule that must see it, and what that says.
CANARIES: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], str, str]] = {
    "tonight's points": (
        lambda rows: rows.with_columns(points_avg_last_10=pl.col("points").cast(pl.Float64)),
        "outcome_in_features",
        r"points_avg_last_10 1\.000 \(1,000 rows\)",
    ),
    "tonight's points turned round": (
        lambda rows: rows.with_columns(pace_score=-pl.col("points")),
        "outcome_in_features",
        r"pace_score 1\.000",
    ),
    "tonight's points with noise": (_noisy, "outcome_in_features", r"pace_score 0\.9\d\d"),
    "shuffled dates": (_shuffled_dates, "history_agrees", r"player 1 on 2024-01-\d\d has \d+\.\d\d, not \d+\.\d\d"),
    "tonight's game in the averages": (
        lambda rows: _averages(rows, tonight=0),
        "history_agrees",
        r"points_avg_last_5: \d+ of 875 rows agree",
    ),
    "averages of another player": (_of_another_player, "history_agrees", "points_avg_season: [0-9]+ of"),
    "a line from after tip-off": (
        _first(line_snapshot_ts=TIP + timedelta(minutes=1)),
        "lines_before_tip",
        r"1 of 500 lines .*player 1 on 2024-02-09 has the line .*seen 2024-01-01 23:31",
    ),
    "a line of the decision's instant": (_first(line_snapshot_ts=pl.col("as_of_ts")), "lines_before_tip", "1 of 500"),
    "a decision after tip-off": (_first(as_of_ts=TIP + timedelta(seconds=1)), "lines_before_tip", "1 of 500"),
    "a line of no known time": (_first(line_snapshot_ts=None), "lines_before_tip", "seen at no known time"),
    "a line that was not the quoted one": (_first(vegas_points_line=99.5), "lines_before_tip", r"line 99\.5, quoted"),
    "a line that was never quoted": (_first(current_points_line=None), "lines_before_tip", "quoted None"),
    "a row of the day of the fit": (
        lambda rows: rows.with_columns(
            game_date=pl.when(pl.col("game_date") == START).then(BEFORE).otherwise("game_date")
        ),
        "rows_before_fit",
        r"25 rows are dated on or after 2024-02-10 \(player 1 on",
    ),
    "a row twice": (
        lambda rows: pl.concat([rows, rows[:1]]),
        "rows_before_fit",
        "2 rows have a key that is there twice",
    ),
    "a row that was not played": (_first(points=None), "rows_before_fit", "1 rows have no points .*player 1 on"),
    "negative points": (_first(points=-1), "rows_before_fit", "1 rows have negative points"),
    "another feature version": (_first(feature_version="old"), "rows_before_fit", "1 rows are of another feature"),
    "no feature version": (_first(feature_version=None), "rows_before_fit", "1 rows are of another feature"),
}


def test_honest_rows_are_let_go_and_what_was_looked_at_is_said() -> None:
    found = _tried(ROWS)
    assert list(found) == list(RULES)
    assert [finding.good for finding in found.values()] == [True] * len(RULES)
    assert "4 inputs; the nearest to the outcome is points_avg_" in found["outcome_in_features"].words
    assert "875 of 875 rows agree" in found["history_agrees"].words
    assert "500 quoted lines" in found["lines_before_tip"].words
    assert "1,000 rows of 2024-01-01 to 2024-02-09" in found["rows_before_fit"].words
    assert "held out" in found["split_by_date"].words


@pytest.mark.parametrize("name", CANARIES)
def test_a_planted_canary_dies_by_its_rule(name: str) -> None:
    plant, rule, words = CANARIES[name]
    found = _tried(plant(ROWS))
    bad = {finding.rule for finding in found.values() if not finding.good}
    # Averages with tonight's game also track it.
    assert bad - ({"outcome_in_features"} if rule == "history_agrees" else set()) == {rule}
    assert re.search(words, found[rule].words), found[rule].words


def test_the_order_of_rows_and_what_happens_later_change_nothing() -> None:
    later = OUTCOMES.with_columns(pl.col("game_date") + pl.duration(days=DAYS), points=pl.lit(99, pl.Int64))
    outcomes = pl.concat([OUTCOMES.with_columns(pl.col("points").cast(pl.Int64)), later]).sample(fraction=1, seed=1)
    assert _tried(ROWS.sample(fraction=1, shuffle=True, seed=2), outcomes) == _tried(ROWS)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_rows_accuse_nobody(count: int) -> None:
    few = ROWS.with_columns(pace_score=pl.col("points").cast(pl.Float64))[:count]
    assert all(finding.good for finding in _tried(few, OUTCOMES.clear()).values())


def test_an_input_that_is_not_a_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        court(ROWS, OUTCOMES, ["nowhere"], BEFORE)


_DAYS_AND_POINTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 60)), min_size=1, max_size=40, unique_by=lambda game: game[0]
)


def _season_so_far(games: list[tuple[date, int]], day: date) -> list[int]:
    """Points of the day's season before it, the long way; a season begins in October."""
    return [points for d, points in sorted(games) if d < day and _season(d) == _season(day)]


def _season(day: date) -> int:
    return day.year if day.month >= 10 else day.year - 1


@given(st.lists(_DAYS_AND_POINTS, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_averages_made_the_long_way_agree_in_every_season_and_others_do_not(players: list[list]) -> None:
    games = [[(START + timedelta(days=day), points) for day, points in of] for of in players]
    past = {
        (START + timedelta(days=day), player): _season_so_far(of, START + timedelta(days=day))
        for player, of in enumerate(games)
        for day in range(0, 420, 5)
    }
    rows = pl.DataFrame(
        [(*key, _mean(points[-5:]), _mean(points)) for key, points in past.items()],
        {"game_date": pl.Date, "nba_player_id": pl.Int64}
        | dict.fromkeys(("points_avg_last_5", "points_avg_season"), pl.Float64),
        orient="row",
    )
    outcomes = pl.DataFrame(
        [(day, player, points) for player, of in enumerate(games) for day, points in of],
        {"game_date": pl.Date, "nba_player_id": pl.Int64, "points": pl.Int64},
        orient="row",
    )
    compared = sum(len(points) >= 5 for points in past.values())
    judged = RULES["history_agrees"]
    good, words = judged(Case(rows, outcomes, (), date(2030, 1, 1)))
    assert good
    assert f"{compared} of {compared} rows" in words or not compared
    for name in ("points_avg_last_5", "points_avg_season"):
        off = rows.with_columns(pl.col(name) + 0.02)
        assert judged(Case(off, outcomes, (), date(2030, 1, 1)))[0] is (compared == 0)


def _mean(points: list[int]) -> float | None:
    return sum(points) / len(points) if points else None


def _at_random(dates: np.ndarray, holdout: float = training.HOLDOUT) -> tuple[np.ndarray, np.ndarray]:
    newest = np.random.default_rng(0).random(dates.size) < holdout
    return ~newest, newest


def test_a_random_holdout_is_reported_and_stops_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    system = gradient_boosting.GradientBoosting(
        "a", Settings("catboost", "v9", rounds=5, depth=2, threads=1), least_rows=300
    )
    assert system.fit(ROWS, BEFORE).trained_before == BEFORE
    monkeypatch.setattr(training, "split_by_date", _at_random)
    found = _tried(ROWS)
    assert [finding.rule for finding in found.values() if not finding.good] == ["split_by_date"]
    assert "held out" in found["split_by_date"].words
    monkeypatch.setattr(gradient_boosting, "split_by_date", _at_random)
    with pytest.raises(ValueError, match="overlap validation rows"):
        system.fit(ROWS, BEFORE)
