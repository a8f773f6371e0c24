"""Predictions of the real season: tonight's and the backtest's are one and the same, and see nothing of tonight.

Four systems are trained week after week into a registry, as the weekly model assets do it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ml_models.calibration import calibrate
from ml_models.system import KEY
from ml_models.systems import ROSTER
from ml_models.training_rows import OUTCOMES, STORE, assemble, inputs, pregame_inputs
from ml_models.vintages import Walk
from ml_models.walk_forward import OutOfSample, mondays, walk_forward
from nba_assets.checks.predictions import EDGES_PLAUSIBLE, LINES_ARE_REAL, ONE_ACTIVE_VERSION
from nba_assets.checks.verdict import Batch
from nba_assets.contracts import TABLES
from nba_assets.transforms import player_prop_predictions
from nba_assets.transforms.predictions.forecasts import Models
from nba_assets.transforms.predictions.stored_pmf import pmf_matrix
from nba_assets_tests.integration.season import Season, days_from
from nba_assets_tests.shared_folder import shared_folder
from resources.model_store import ModelStore

TABLE = TABLES["player_prop_predictions"]
QUOTES = "odds_api_player_points_props"
# The ensemble asks all its members; those that are not trained are silent.
SYSTEMS = ("market_line", "ewma_baseline", "catboost_v9", "ensemble_v1")
TRAINED, FIRST, LAST = date(2024, 2, 26), date(2024, 3, 11), date(2024, 3, 17)
NIGHT = date(2024, 3, 13)
NOW = datetime(2024, 7, 1, tzinfo=UTC)

Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def rows(season: Season) -> pl.DataFrame:
    """Training rows of all dates the walk may need."""
    days = days_from(TRAINED - timedelta(days=56), (LAST - TRAINED).days + 57)
    return assemble({name: season.warehouse.read(TABLES[name], days, columns) for name, columns in inputs().items()})


@pytest.fixture(scope="module")
def store(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A registry into which the models of the weeks since TRAINED were stored."""

    def train(root: Path) -> None:
        store = ModelStore(root)
        for name in SYSTEMS:
            entry = ROSTER[name]
            walk = Walk(entry, rows, store.vintage)
            for monday in mondays(TRAINED, LAST):
                vintage = walk.train(monday)
                if vintage:
                    store.register(entry, vintage, walk.taught_by(monday), status=entry.status, metrics={})

    return ModelStore(shared_folder(tmp_path_factory, "real-models", train))


@pytest.fixture(scope="module")
def models(store: ModelStore) -> Models:
    return store.of_weeks(mondays(FIRST, LAST))


def read(season: Season, days: Sequence[date]) -> dict[str, pl.DataFrame]:
    return {name: season.warehouse.read(TABLES[name], days) for name in (*pregame_inputs(), QUOTES)}


def predicted(tables: Tables, models: Models, now: datetime = NOW) -> pl.DataFrame:
    quotes = tables[QUOTES]
    asked = {name: frame for name, frame in tables.items() if name != QUOTES}
    told = player_prop_predictions.build(asked, models, quotes, TABLE.empty(), now)
    return TABLE.ordered(TABLE.schema.validate(told))


@pytest.fixture(scope="module")
def week(season: Season, models: Models) -> pl.DataFrame:
    """The backtest of a week."""
    return predicted(read(season, days_from(FIRST, 7)), models)


def test_every_system_speaks_and_the_checks_pass(season: Season, week: pl.DataFrame) -> None:
    assert set(week["system_id"]) == set(SYSTEMS)
    assert week.filter("has_prop_line").height > 1000
    assert set(week["quality_gate"]) == {"excused", "blocked"}
    batch = Batch(TABLE, tuple(days_from(FIRST, 7)), week, pl.DataFrame(), {}, NOW)
    for check in (ONE_ACTIVE_VERSION, LINES_ARE_REAL, EDGES_PLAUSIBLE):
        assert [found.description for found in check.evaluate(batch).values() if not found.passed] == []


def test_each_date_alone_is_what_it_is_in_a_range(season: Season, models: Models, week: pl.DataFrame) -> None:
    alone = [predicted(read(season, [day]), models) for day in days_from(FIRST, 7)]
    assert_frame_equal(TABLE.ordered(pl.concat(alone)), week, check_exact=True)


def test_tonight_is_what_the_backtest_says_of_tonight(season: Season, models: Models, week: pl.DataFrame) -> None:
    live = predicted(read(season, [NIGHT]), models, datetime.combine(NIGHT, time(12), UTC))
    assert live["prediction_made_before_game"].all()
    ours = ["created_at", "prediction_made_before_game"]
    assert_frame_equal(live.drop(ours), week.filter(game_date=NIGHT).drop(ours), check_exact=True)


def test_predictions_are_those_of_the_walk(rows: pl.DataFrame, models: Models, week: pl.DataFrame) -> None:
    """The library's walk over the same weeks, calibrated week by week, row by row."""
    entries = [ROSTER[name] for name in SYSTEMS if not ROSTER[name].members]
    walked = walk_forward(entries, rows, TRAINED, LAST)
    for entry in entries:
        done = calibrate(walked, entry.system_id, line_aware=entry.line_aware)
        expected = _of_week(walked, done.forecast.points, done.p_over, done.p_push, done.forecast.pmf)
        stored = week.filter(system_id=entry.system_id).sort(KEY)
        assert stored.select(KEY).equals(expected.select(KEY))
        for name in ("predicted_points", "p_over", "p_push"):
            assert stored[name].is_null().equals(expected[name].is_null())
            np.testing.assert_allclose(_numbers(stored[name]), _numbers(expected[name]), rtol=0, atol=1e-6)
        np.testing.assert_allclose(pmf_matrix(stored["points_pmf"]), np.array(expected["pmf"].to_list()), atol=1e-4)


def _of_week(
    walked: OutOfSample, points: np.ndarray, over: np.ndarray, push: np.ndarray, pmf: np.ndarray
) -> pl.DataFrame:
    """The walk's forecasts of the week of FIRST, of players of whom it says something."""
    numbers = {"predicted_points": points, "p_over": over, "p_push": push}
    frame = walked.rows.select(KEY).with_columns(
        *(pl.Series(name, values).fill_nan(None) for name, values in numbers.items()), pl.Series("pmf", pmf)
    )
    return frame.filter(pl.col("game_date") >= FIRST, pl.col("predicted_points").is_not_null()).sort(KEY)


def _numbers(values: pl.Series) -> np.ndarray:
    return values.fill_null(-1.0).to_numpy()


# --- nothing of tonight


def test_quotes_seen_at_the_decision_or_later_change_nothing(
    season: Season, models: Models, week: pl.DataFrame
) -> None:
    tables = read(season, [NIGHT])
    as_of = tables["upcoming_player_game_context"].select("nba_game_id", "as_of_ts").unique()
    seen = tables[QUOTES].join(as_of, on="nba_game_id")
    late = [
        seen.with_columns(snapshot_timestamp=pl.col("as_of_ts") + pl.duration(minutes=minutes), over_price=50.0,
                          under_price=50.0, points_line=pl.col("points_line") - 7)
        for minutes in (0, 1, 90)
    ]  # fmt: skip
    planted = pl.concat([tables[QUOTES], *(quotes.drop("as_of_ts") for quotes in late)])
    assert_frame_equal(predicted({**tables, QUOTES: planted}, models), week.filter(game_date=NIGHT), check_exact=True)
    # The same plants a minute earlier would have been taken.
    early = late[0].with_columns(snapshot_timestamp=pl.col("as_of_ts") - pl.duration(minutes=1)).drop("as_of_ts")
    fooled = predicted({**tables, QUOTES: pl.concat([tables[QUOTES], early])}, models)
    assert fooled["best_price"].max() == 50.0


def test_rows_of_later_dates_change_nothing(season: Season, models: Models, week: pl.DataFrame) -> None:
    tables = read(season, [NIGHT, NIGHT + timedelta(days=1)])
    later = pl.col("game_date") > NIGHT
    features = ("points_avg_season", "points_avg_last_5", "points_avg_last_10")
    planted = tables[STORE].with_columns(pl.when(later).then(1.0).otherwise(pl.col(f)).alias(f) for f in features)
    told = predicted({**tables, STORE: planted}, models)
    assert_frame_equal(told.filter(~later), week.filter(game_date=NIGHT), check_exact=True)
    honest = week.filter(game_date=NIGHT + timedelta(days=1))
    assert not told.filter(later)["predicted_points"].equals(honest["predicted_points"])


def test_outcomes_of_the_week_or_later_teach_nothing(rows: pl.DataFrame, store: ModelStore) -> None:
    """Trained again where whoever played since the week's Monday has 60 points, a model is the same."""
    assert OUTCOMES not in pregame_inputs()
    (monday,) = mondays(FIRST, LAST)
    sixty = pl.col("points") * 0 + 60
    planted = rows.with_columns(points=pl.when(pl.col("game_date") < monday).then("points").otherwise(sixty))
    week_before = rows.with_columns(
        points=pl.when(pl.col("game_date") < monday - timedelta(days=7)).then("points").otherwise(sixty)
    )
    for name in ("catboost_v9", "ewma_baseline"):
        entry = ROSTER[name]
        proof = rows.filter(pl.col("game_date") == NIGHT)
        vintage = Walk(entry, planted, store.vintage).train(monday)
        assert vintage is not None
        assert store.repeats(entry, vintage, proof) == ""
        fooled = Walk(entry, week_before, store.vintage).train(monday)
        assert fooled is not None
        assert store.repeats(entry, fooled, proof) != ""
