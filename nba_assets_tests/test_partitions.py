"""The two partitionings, and how a date finds the model of its week.

Dangers covered: a Sunday forecast by next week's model (trained on its outcome), a Monday by last week's, a week that
is cut where the clocks change, a first date or a current week that has no partition.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from dagster import AssetKey
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.test_utils import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models.systems import ROSTER
from ml_models.walk_forward import model_week
from nba_assets.contracts import TABLES
from nba_assets.definitions import defs
from nba_assets.partitions import FIRST_GAME_DATE, GAME_DATES, MODEL_WEEKS, TIMEZONE
from nba_assets.table_asset import model_key, table_key

LAST = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PREDICTIONS = table_key(TABLES["player_prop_predictions"])
STORE = table_key(TABLES["ml_feature_store_v2"])


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    return defs.resolve_asset_graph()


def upstream(graph: AssetGraph, child: AssetKey, key: str, parent: AssetKey) -> list[str]:
    """Partitions of `parent` that a partition of `child` reads."""
    parents, children = (graph.get(asset).partitions_def for asset in (parent, child))
    assert parents and children
    mapped = graph.get_partition_mapping(child, parent).get_upstream_mapped_partitions_result_for_partitions(
        children.subset_with_partition_keys([key]), children, parents, NOW
    )
    return sorted(mapped.partitions_subset.get_partition_keys())


def test_weeks_start_on_mondays_et_and_hold_the_first_game_date() -> None:
    with freeze_time(NOW):
        weeks = MODEL_WEEKS.get_partition_keys()
    days = [date.fromisoformat(week) for week in weeks]
    assert {day.weekday() for day in days} == {0}
    assert [after - day for day, after in pairwise(days)] == [timedelta(weeks=1)] * (len(days) - 1)
    assert days[0] == model_week(FIRST_GAME_DATE)
    window = MODEL_WEEKS.time_window_for_partition_key("2025-11-03")
    assert (str(window.start), str(window.end)) == ("2025-11-03 00:00:00-05:00", "2025-11-10 00:00:00-05:00")
    assert MODEL_WEEKS.timezone == TIMEZONE


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        # Sunday evening and Monday just after midnight, both ET; the Sundays on which the clocks change.
        (datetime(2026, 1, 19, 4, 59, tzinfo=UTC), "2026-01-12"),
        (datetime(2026, 1, 19, 5, 1, tzinfo=UTC), "2026-01-19"),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), "2026-03-02"),
        (datetime(2026, 3, 9, 4, 1, tzinfo=UTC), "2026-03-09"),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), "2026-10-26"),
        (datetime(2026, 11, 2, 5, 1, tzinfo=UTC), "2026-11-02"),
    ],
)
def test_this_week_is_a_partition_from_its_monday_on(now: datetime, newest: str) -> None:
    with freeze_time(now):
        assert MODEL_WEEKS.get_last_partition_key() == newest
        assert GAME_DATES.get_last_partition_key() in {newest, str(date.fromisoformat(newest) + timedelta(days=6))}


@settings(max_examples=40)
@given(day=st.dates(FIRST_GAME_DATE, LAST), system_id=st.sampled_from(sorted(ROSTER)))
def test_a_date_s_predictions_read_the_model_of_its_week_and_no_other(
    graph: AssetGraph, day: date, system_id: str
) -> None:
    assert upstream(graph, PREDICTIONS, str(day), model_key(system_id)) == [str(model_week(day))]


@pytest.mark.parametrize(
    "monday", [date(2021, 10, 25), date(2025, 1, 13), date(2025, 3, 3), date(2025, 3, 10), date(2025, 10, 27)]
)
def test_a_week_s_model_stands_on_the_seven_dates_of_its_week(graph: AssetGraph, monday: date) -> None:
    week = [str(monday + timedelta(days=n)) for n in range(7)]
    for name in ("ewma_baseline", "ensemble_v1"):
        assert upstream(graph, model_key(name), str(monday), STORE) == week
    assert upstream(graph, model_key("ensemble_v1"), str(monday), model_key("catboost_v9")) == [str(monday)]
    for day in week:
        assert upstream(graph, PREDICTIONS, day, model_key("ensemble_v1")) == [str(monday)]


def test_the_first_week_lacks_the_dates_before_the_first_and_is_no_error(graph: AssetGraph) -> None:
    first = model_week(FIRST_GAME_DATE)
    assert upstream(graph, model_key("ewma_baseline"), str(first), STORE)[0] == str(FIRST_GAME_DATE)
