"""Model assets on invented rows: what is trained, what is stopped, and what Dagster and the store then say.

Dangers covered: a model that learned from a leak and is used all the same, one bad week that takes the good ones with
it, a record too good to be true, a champion that keeps its crown with a failed gate, a model nobody can load again, an
old model that stays when there is none any more, a week that cannot be trained because it is not over.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from dagster._core.test_utils import freeze_time

from ml_models import training
from ml_models.gates import GateFinding
from ml_models.system import TARGET
from ml_models.systems import ROSTER, gradient_boosting
from nba_assets.backfill import BackfillReport
from nba_assets.checks.models import checks_of
from nba_assets.contracts import TABLES
from nba_assets.defs import models
from nba_assets.table_asset import model_key
from nba_assets_tests.ml_models.feature_rows import made_up
from nba_assets_tests.model_rows import honest, tables_of, week, with_history, write
from nba_assets_tests.platform import Platform, link_tree, platform
from resources.model_store import ModelStore
from resources.warehouse import LocalWarehouse

FORMULA, CHAMPION, BOOSTED = "moving_average_baseline_v1", "catboost_v9", "catboost_line_free"
WEEKS = 6
ROWS = honest(players=40, weeks=WEEKS, lined_from=28)
STORE = "ml_feature_store_v2"
# The first dates that are not clean.
FROM = week(2)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of clean rows; link it, never change it."""
    root = tmp_path_factory.mktemp("clean")
    write(LocalWarehouse(root), ROWS)
    return root


@pytest.fixture
def p(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A platform over those rows; boosting takes few rounds, and no pictures are drawn."""
    link_tree(clean, tmp_path / "warehouse")
    for name, settings in training.SETTINGS.items():
        monkeypatch.setitem(training.SETTINGS, name, replace(settings, rounds=15))
    monkeypatch.setattr("nba_assets.model_plots.model_card_picture", lambda *_, **__: b"")
    with platform(tmp_path, entries=[ROSTER[name] for name in (FORMULA, CHAMPION, BOOSTED)]) as ready:
        yield ready


def train(p: Platform, first: int, last: int, system_id: str = FORMULA) -> BackfillReport:
    return p.backfill(week(first), week(last), f"models/{system_id}")


def materialized(p: Platform, system_id: str = FORMULA) -> set[str]:
    return set(p.instance.get_materialized_partitions(model_key(system_id)))


def stored(p: Platform, system_id: str = FORMULA) -> set[str]:
    return {str(week(n)) for n in range(WEEKS) if p.models.find(ROSTER[system_id], week(n))}


def red(report: BackfillReport, system_id: str = FORMULA) -> dict[str, dict[str, str]]:
    """Week -> failed blocking check -> what it says."""
    found: dict[str, dict[str, str]] = {}
    for day, check, words in report.tables[system_id].failed:
        found.setdefault(day, {})[check] = words
    return found


def metadata(p: Platform, monday: date, system_id: str = FORMULA) -> dict[str, object]:
    records = p.instance.fetch_materializations(model_key(system_id), limit=50).records
    newest = next(record for record in records if record.partition_key == str(monday))
    assert newest.asset_materialization
    return {name: value.value for name, value in newest.asset_materialization.metadata.items()}


# --- clean weeks


def test_clean_weeks_are_trained_materialized_and_found(p: Platform) -> None:
    report = train(p, 2, 5)
    weeks = {str(week(n)) for n in range(2, 6)}
    assert (report.errors, red(report)) == ([], {})
    assert materialized(p) == stored(p) == weeks
    assert report.tables[FORMULA].checks == 4 * len(checks_of(ROSTER[FORMULA]))
    found = p.models.find(ROSTER[FORMULA], week(5))
    assert found
    card = found[1]
    assert (card.window_end, card.rows) == (week(5) - timedelta(days=1), 40 * 35)
    told = metadata(p, week(5))
    assert (told["model"], told["sha256"], told["training rows"]) == (card.model_id, card.sha256, card.rows)
    assert report.tables[FORMULA].rows == sum(40 * 7 * n for n in range(2, 6))


def test_every_week_has_its_own_verdict_of_every_gate(p: Platform) -> None:
    """Of the rows with a line in the weeks before, each forecast by the model of its week."""
    report = train(p, 4, 5)
    said = {(day, check): words for day, check, words in report.tables[FORMULA].warned}
    assert said[str(week(4)), "sample_size"].startswith("rows 0,")
    assert said[str(week(5)), "sample_size"].startswith("rows 280,")


def test_a_week_that_is_not_over_has_its_model(p: Platform) -> None:
    """On a Monday morning the other six dates of the week are no partitions yet."""
    for morning in (datetime.combine(week(4), datetime.min.time(), UTC) + timedelta(hours=hours) for hours in (12, 60)):
        with freeze_time(morning):
            report = train(p, 4, 4)
        assert report.errors == []
        assert stored(p) == {str(week(4))}


# --- the leak court


def _planted(p: Platform, since: date, **columns: pl.Expr) -> None:
    """Other features in the store from a date on."""
    rows = ROWS.with_columns(
        pl.when(pl.col("game_date") >= since).then(value.cast(ROWS.schema[name])).otherwise(name).alias(name)
        for name, value in columns.items()
    )
    write(p.warehouse, {STORE: tables_of(rows)[STORE].filter(pl.col("game_date") >= since)})


def _tonight(p: Platform) -> None:
    _planted(p, FROM, points_avg_last_10=pl.col(TARGET).cast(pl.Float64))


def _tonight_with_noise(p: Platform) -> None:
    noise = pl.Series(np.random.default_rng(3).normal(0, 1.5, ROWS.height))
    _planted(p, FROM, points_avg_last_10=(pl.col(TARGET) + noise).clip(0))


def _shuffled_dates(p: Platform) -> None:
    store = tables_of(ROWS)[STORE].filter(pl.col("game_date") >= FROM)
    write(p.warehouse, {STORE: store.with_columns(pl.col("game_date").shuffle(seed=4).over("nba_player_id"))})


def _line_after_tip(p: Platform) -> None:
    name = "upcoming_player_game_context"
    context = tables_of(ROWS)[name].filter(pl.col("game_date") == week(4))
    late = (pl.col("nba_player_id") == 7).fill_null(value=False)
    seen = pl.when(late).then(pl.col("tipoff_utc") + timedelta(minutes=3)).otherwise("line_snapshot_ts")
    write(p.warehouse, {name: context.with_columns(line_snapshot_ts=seen)})


# What is planted -> what the court says, and the weeks that must be stopped; weeks between are judged by how much of
# their window is bad.
CANARIES: dict[str, tuple[Callable[[Platform], None], str, set[int], set[int]]] = {
    "tonight's points": (_tonight, "points_avg_last_10 0.", {5}, {2}),
    "tonight's points with noise": (_tonight_with_noise, "points_avg_last_10 0.", {5}, {2}),
    "shuffled dates": (_shuffled_dates, "player 1 on 2024-01-", {3, 4, 5}, {2}),
    "a line from after tip-off": (_line_after_tip, f"player 7 on {week(4)} has the line", {5}, {2, 3, 4}),
}


@pytest.mark.parametrize("name", CANARIES)
def test_a_canary_stops_the_weeks_that_learned_from_it_and_no_others(p: Platform, name: str) -> None:
    plant, words, bad, good = CANARIES[name]
    plant(p)
    report = train(p, 2, 5)
    stopped = red(report)
    assert {str(week(n)) for n in bad} <= set(stopped)
    assert not {str(week(n)) for n in good} & set(stopped)
    for said in stopped.values():
        assert set(said) == {"leak_court"}
    assert words in stopped[str(week(5))]["leak_court"]
    assert materialized(p) == stored(p) == {str(week(n)) for n in range(2, 6)} - set(stopped)


def _random_split(dates: np.ndarray, holdout: float = training.HOLDOUT) -> tuple[np.ndarray, np.ndarray]:
    if dates.max() < np.datetime64(week(4)):
        return training_split(dates, holdout)
    newest = np.random.default_rng(1).random(dates.size) < holdout
    return ~newest, newest


training_split = training.split_by_date


@pytest.mark.parametrize("system_id", [FORMULA, BOOSTED])
def test_a_random_split_stops_the_week(p: Platform, system_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by the court, before a fit raises and takes the other weeks of the run with it."""
    monkeypatch.setattr(training, "split_by_date", _random_split)
    monkeypatch.setattr(gradient_boosting, "split_by_date", _random_split)
    report = train(p, 4, 5, system_id)
    assert report.errors == []
    said = red(report, system_id)
    assert set(said) == {str(week(5))}
    assert "split_by_date" in said[str(week(5))]["leak_court"]
    assert str(week(5) - timedelta(days=1)) in said[str(week(5))]["leak_court"]
    assert materialized(p, system_id) == stored(p, system_id) == {str(week(4))}


def test_where_every_week_is_stopped_the_step_fails_and_an_earlier_model_stands(p: Platform) -> None:
    """As with tables: what was good stays until something good replaces it; the red check says that it is old."""
    train(p, 5, 5)
    before = p.models.find(ROSTER[FORMULA], week(5))
    _tonight(p)
    report = train(p, 5, 5)
    assert not report.ok
    assert "no week got a model" in report.errors[0]
    assert set(red(report)) == {str(week(5))}
    found = p.models.find(ROSTER[FORMULA], week(5))
    assert before and found and found[1] == before[1]


def test_a_record_too_good_to_be_true_is_an_error(p: Platform) -> None:
    """Points that hardly vary: nothing in the rows is wrong, and nobody is that good."""
    random = np.random.default_rng(1)
    rows = made_up(players=40, days=7 * WEEKS).with_columns(
        points=pl.Series(np.rint(random.normal(11, 2, 40 * 7 * WEEKS)).astype(int))
    )
    write(p.warehouse, with_history(rows))
    report = train(p, 1, 5)
    said = red(report)
    assert set(said[str(week(5))]) == {"alarm_levels"}
    assert "MAE on rows with a line below 4.6: ALARM: 2." in said[str(week(5))]["alarm_levels"]
    # Judged on the rows forecast so far: fewer than a thousand raise no alarm.
    assert set(said) == {str(week(5))}
    assert materialized(p) == stored(p) == {str(week(n)) for n in range(1, 5)}


# --- what is stored


def _passed(*_: object, **__: object) -> list[GateFinding]:
    gates = dict.fromkeys(check.name for check in checks_of(ROSTER[CHAMPION])[4:])
    return [GateFinding(name, True, "passes", 1.0, 1.0, 1.0, 2000) for name in gates]


@pytest.mark.parametrize("passes", [True, False])
def test_a_champion_whose_gate_fails_is_stored_as_a_shadow(
    p: Platform, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if passes:
        monkeypatch.setattr(models, "judge", _passed)
    report = train(p, 5, 5, CHAMPION)
    assert report.errors == []
    found = p.models.find(ROSTER[CHAMPION], week(5))
    assert found
    assert found[1].status == metadata(p, week(5), CHAMPION)["status"] == ("champion" if passes else "shadow")
    assert metadata(p, week(5), CHAMPION)["failed gates"] == ("none" if passes else "sample_size")
    warned = {check for _, check, _ in report.tables[CHAMPION].warned}
    assert warned == (set() if passes else {"sample_size"})


def test_a_model_that_does_not_repeat_itself_is_not_there(p: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelStore, "repeats", lambda *_: "forecasts of 100 rows differ")
    report = train(p, 5, 5)
    (verdict,) = red(report)[str(week(5))].values()
    assert set(red(report)[str(week(5))]) == {"reproduces"}
    assert verdict.endswith("forecasts of 100 rows differ")
    assert materialized(p) == stored(p) == set()


def test_training_again_gives_the_same_artefact(p: Platform) -> None:
    shas = set()
    for _ in range(2):
        assert train(p, 5, 5, BOOSTED).ok
        shas.add(metadata(p, week(5), BOOSTED)["sha256"])
    assert len(shas) == 1


def test_too_few_rows_are_a_warning_and_a_week_without_a_model(p: Platform) -> None:
    report = train(p, 2, 2, BOOSTED)
    assert report.ok
    assert report.tables[BOOSTED].warned == [
        (str(week(2)), "trained", "no model: 560 rows of played games in its window are too few")
    ]
    assert materialized(p, BOOSTED) == {str(week(2))}
    assert metadata(p, week(2), BOOSTED)["model"] == "none"
    assert stored(p, BOOSTED) == set()


def test_a_model_is_withdrawn_when_its_rows_are_gone(p: Platform) -> None:
    train(p, 5, 5)
    assert stored(p) == {str(week(5))}
    summary = TABLES["player_game_summary"]
    p.warehouse.replace(summary, p.warehouse.dates(summary), summary.empty())
    report = train(p, 5, 5)
    assert [check for _, check, _ in report.tables[FORMULA].warned] == ["trained"]
    assert stored(p) == set()
    assert metadata(p, week(5))["model"] == "none"


def test_rows_that_are_not_what_they_say_stop_the_run(p: Platform) -> None:
    """The frame's type is told as the error of the step, by column, value, player and date."""
    _planted(p, week(5), points_avg_last_5=pl.lit(-3.0))
    report = train(p, 5, 5)
    assert materialized(p) == stored(p) == set()
    (error,) = report.errors
    assert f"points_avg_last_5: 280 values outside 0 to 70, first -3.0 of player 1 on {week(5)}" in error
