"""Which runs a backfill takes.

Dangers covered: models trained before the tables they learn from, predictions before the models, a week left out or
trained twice, a later stretch that does not find the models of the one before.
"""

from datetime import date, timedelta
from itertools import pairwise

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models.systems import ROSTER
from ml_models.walk_forward import model_week, mondays
from nba_assets.backfill import select_assets
from nba_assets.backfill_plan import PlannedRun, plan_runs
from nba_assets.definitions import defs
from nba_assets.partitions import FIRST_GAME_DATE, MAX_DATES_PER_RUN, MODEL_WEEKS
from nba_assets.table_asset import model_key

MODEL_KEYS = {model_key(name) for name in ROSTER}
TUESDAY, WEDNESDAY = date(2025, 1, 14), date(2025, 1, 15)


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    return defs.resolve_asset_graph()


def plan(graph: AssetGraph, first: date, last: date, select: str | None = None) -> list[PlannedRun]:
    return plan_runs(graph, select_assets(defs, select), first, last)


def weekly(run: PlannedRun, graph: AssetGraph) -> bool:
    kinds = {graph.get(key).partitions_def == MODEL_WEEKS for key in run.keys}
    assert len(kinds) == 1, "a run has one kind of partitions"
    return kinds.pop()


def test_tables_then_models_then_what_reads_them(graph: AssetGraph) -> None:
    before, trained, after = plan(graph, TUESDAY, WEDNESDAY)
    assert set(trained.keys) == MODEL_KEYS
    assert (trained.first, trained.last) == (date(2025, 1, 13), date(2025, 1, 13))
    for run in (before, after):
        assert (run.first, run.last) == (TUESDAY, WEDNESDAY)
    downstream = {key for key in after.keys if graph.get_ancestor_asset_keys(key) & MODEL_KEYS}
    assert dg.AssetKey(["nba_predictions", "player_prop_predictions"]) in downstream
    assert downstream == set(after.keys)
    assert not any(graph.get_ancestor_asset_keys(key) & MODEL_KEYS for key in before.keys)


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        (date(2025, 1, 19), date(2025, 1, 19), (date(2025, 1, 13), date(2025, 1, 13))),
        (date(2025, 1, 20), date(2025, 1, 20), (date(2025, 1, 20), date(2025, 1, 20))),
        (date(2025, 1, 19), date(2025, 1, 20), (date(2025, 1, 13), date(2025, 1, 20))),
        (date(2025, 3, 9), date(2025, 3, 10), (date(2025, 3, 3), date(2025, 3, 10))),
        (FIRST_GAME_DATE, FIRST_GAME_DATE, (date(2021, 10, 18), date(2021, 10, 18))),
    ],
)
def test_the_weeks_of_a_range(graph: AssetGraph, first: date, last: date, weeks: tuple[date, date]) -> None:
    (run,) = plan(graph, first, last, "models/catboost_v9")
    assert run.keys == (model_key("catboost_v9"),)
    assert (run.first, run.last) == weeks


@pytest.mark.parametrize(
    ("select", "kinds"),
    [
        ("ml_feature_store_v2,player_prop_predictions", [False]),
        ("ml_feature_store_v2,catboost_v9", [False, True]),
        ("catboost_v9,player_prop_predictions", [True, False]),
        ("models,player_game_summary,player_prop_predictions", [False, True, False]),
    ],
)
def test_a_selection_takes_as_few_runs_as_possible(graph: AssetGraph, select: str, kinds: list[bool]) -> None:
    runs = plan(graph, TUESDAY, WEDNESDAY, select)
    assert [weekly(run, graph) for run in runs] == kinds
    assert sorted(key for run in runs for key in run.keys) == select_assets(defs, select)


def test_seasons_are_walked_one_stretch_after_the_other(graph: AssetGraph) -> None:
    first = date(2023, 10, 24)
    runs = plan(graph, first, first + timedelta(days=2 * MAX_DATES_PER_RUN))
    assert [weekly(run, graph) for run in runs] == [False, True, False] * 3
    starts = [run.first for run in runs if not weekly(run, graph)]
    assert starts == sorted(starts)
    trained = [(run.first, run.last) for run in runs if weekly(run, graph)]
    # The week in which a stretch ends is trained for both: its last dates are in the second.
    assert all(after[0] - before[1] in (timedelta(0), timedelta(weeks=1)) for before, after in pairwise(trained))


@settings(max_examples=40)
@given(st.dates(FIRST_GAME_DATE, date(2026, 6, 30)), st.integers(0, 700))
def test_every_asset_gets_every_date_or_week_of_the_range(graph: AssetGraph, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    done: dict[dg.AssetKey, list[date]] = {}
    position: dict[tuple[dg.AssetKey, date], int] = {}
    runs = plan_runs(graph, KEYS, first, last)
    for number, run in enumerate(runs):
        step = timedelta(days=7 if weekly(run, graph) else 1)
        assert run.first <= run.last
        for key in run.keys:
            found = [run.first + n * step for n in range((run.last - run.first) // step + 1)]
            done.setdefault(key, []).extend(found)
            position |= {(key, day): number for day in found}
    for key in KEYS:
        if key in MODEL_KEYS:
            assert sorted(set(done[key])) == mondays(first, last)
        else:
            assert done[key] == [first + timedelta(days=n) for n in range(days + 1)]
    store, model, predictions = KEYS
    for day in done[predictions]:
        # The newest run of the week's model is that of the last stretch the week lies in.
        assert position[store, day] < position[predictions, day]
        assert position[store, day] < position[model, model_week(day)]


KEYS = [
    dg.AssetKey(["nba_predictions", "ml_feature_store_v2"]),
    model_key("catboost_v9"),
    dg.AssetKey(["nba_predictions", "player_prop_predictions"]),
]
