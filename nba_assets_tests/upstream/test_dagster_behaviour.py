"""What Dagster does where we rely on it, shown with toy assets and none of our code.

Danger covered: an upgrade of Dagster that changes behaviour no type checker sees. When one of these fails, look at
`table_asset`, `TableIOManager._materialize_only` and `backfill.select_assets` before anything else.
"""

from collections.abc import Iterator

import dagster as dg
import pytest

from nba_assets_tests.upstream.toy import DOWN, UP, VERDICT, Stored, run, toy_definitions, verdicts

DATES = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


# --- (1) which partitions of a range run are called materialized


def test_narrowing_the_output_context_suppresses_the_events_of_dates_not_written(instance: dg.DagsterInstance) -> None:
    result = run(toy_definitions(held_back={DATES[1]}), instance, DATES[0], DATES[-1])
    assert result.success
    assert instance.get_materialized_partitions(UP) == {DATES[0], DATES[2], DATES[3]}


def test_without_narrowing_dagster_calls_a_held_back_date_materialized(instance: dg.DagsterInstance) -> None:
    """The reason for narrowing. If this fails, Dagster has learned to ask; use its public way."""
    run(toy_definitions(held_back={DATES[1]}, narrow=False), instance, DATES[0], DATES[-1])
    assert instance.get_materialized_partitions(UP) == set(DATES)


def test_narrowing_one_output_leaves_the_other_assets_of_the_run_alone(instance: dg.DagsterInstance) -> None:
    stored = Stored()
    run(toy_definitions(held_back={DATES[1]}, stored=stored), instance, DATES[0], DATES[-1])
    assert instance.get_materialized_partitions(DOWN) == set(DATES)
    assert stored.keys == {"up": [DATES[0], DATES[2], DATES[3]], "down": DATES}


def test_metadata_per_partition_reaches_the_event_of_its_date(instance: dg.DagsterInstance) -> None:
    run(toy_definitions(held_back={DATES[1]}), instance, DATES[0], DATES[-1])
    records = instance.fetch_materializations(UP, limit=10).records
    rows = {r.partition_key: r.asset_materialization.metadata["rows"].value for r in records if r.asset_materialization}
    assert rows == {DATES[0]: 1, DATES[2]: 3, DATES[3]: 4}


# --- (2) verdicts per date inside a range run


def test_evaluations_per_partition_close_each_date_with_its_own_verdict(instance: dg.DagsterInstance) -> None:
    """One result for the whole range would leave every date "in progress" for ever, and hide the bad one."""
    run(toy_definitions(bad={DATES[2]}), instance, DATES[0], DATES[-1])
    assert verdicts(instance) == {day: "FAILED" if day == DATES[2] else "SUCCEEDED" for day in DATES}
    history = instance.event_log_storage.get_asset_check_execution_history(VERDICT, limit=100)
    assert sorted((record.partition or "", record.status.value) for record in history) == sorted(
        (day or "", status) for day, status in verdicts(instance).items()
    )


def test_the_materializations_of_a_run_can_be_fetched_right_after_its_output(instance: dg.DagsterInstance) -> None:
    """Verdicts name the materialization they are about; automation ignores a verdict on an older one."""
    for _ in range(2):
        run(toy_definitions(), instance, DATES[0], DATES[-1])
    newest = {
        record.partition_key: record.storage_id for record in instance.fetch_materializations(UP, limit=4).records
    }
    history = instance.event_log_storage.get_asset_check_execution_history(VERDICT, limit=4)
    targets = {}
    for record in history:
        assert record.evaluation is not None
        assert record.evaluation.target_materialization_data is not None
        targets[record.partition] = record.evaluation.target_materialization_data.storage_id
    assert targets == newest


def test_a_red_event_that_does_not_block_lets_downstream_run_although_the_spec_blocks(
    instance: dg.DagsterInstance,
) -> None:
    """The spec says "blocking" for automation and people; inside the run only the bad date is held back."""
    result = run(toy_definitions(bad={DATES[2]}), instance, DATES[0], DATES[-1])
    assert result.success
    assert instance.get_materialized_partitions(DOWN) == set(DATES)


def test_a_red_event_that_blocks_stops_downstream_for_every_date(instance: dg.DagsterInstance) -> None:
    """The reason why ours do not block: one bad date would stop the season."""
    result = run(toy_definitions(bad={DATES[2]}, event_blocks=True), instance, DATES[0], DATES[-1])
    assert not result.success
    assert instance.get_materialized_partitions(DOWN) == set()


@pytest.mark.parametrize("bad", [[], [DATES[2]]], ids=["all-pass", "one-red"])
def test_automation_gates_downstream_by_the_verdict_of_each_date(instance: dg.DagsterInstance, bad: list[str]) -> None:
    """`all_deps_blocking_checks_passed` must hold the red date, and only that one, after a range run."""
    defs = toy_definitions(bad=bad)
    run(defs, instance, DATES[0], DATES[-1])
    result = dg.evaluate_automation_conditions(defs, instance, asset_selection=dg.AssetSelection.assets(DOWN))
    assert result.get_requested_partitions(DOWN) == set(DATES) - set(bad)


# --- (3) a run of one partition


def test_a_run_of_one_partition_behaves_like_a_range_of_one(instance: dg.DagsterInstance) -> None:
    """Automation and the UI launch single partitions; backfills launch ranges."""
    defs = toy_definitions(bad={DATES[0]})
    assert run(defs, instance, DATES[0]).success
    assert run(defs, instance, DATES[1], DATES[1]).success
    assert instance.get_materialized_partitions(UP) == instance.get_materialized_partitions(DOWN) == set(DATES[:2])
    assert verdicts(instance) == {DATES[0]: "FAILED", DATES[1]: "SUCCEEDED"}


def test_a_later_verdict_replaces_an_earlier_one_of_the_same_date_only(instance: dg.DagsterInstance) -> None:
    """A repaired date turns green; the others keep their colour."""
    run(toy_definitions(bad={DATES[0], DATES[1]}), instance, DATES[0], DATES[-1])
    run(toy_definitions(), instance, DATES[0])
    assert verdicts(instance) == {day: "FAILED" if day == DATES[1] else "SUCCEEDED" for day in DATES}


# --- (4) selections as people type them


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ('key:"toy/up"', {UP}),
        ('key:"toy/up"+', {UP, DOWN}),
        ('+key:"toy/down"', {UP, DOWN}),
        ('+key:"toy/down" and not key:"toy/down"', {UP}),
        ('key:"toy/*"', {UP, DOWN}),
        ("group:default", {UP, DOWN}),
        ("*", {UP, DOWN}),
        ("kind:nothing", set()),
    ],
)
def test_selection_strings_mean_what_the_manual_says(text: str, selected: set[dg.AssetKey]) -> None:
    graph = toy_definitions().resolve_asset_graph()
    assert dg.AssetSelection.from_string(text).resolve(graph) == selected


@pytest.mark.parametrize("text", ["", "what is this(", "toy up", "upp", "group:"])
def test_a_selection_string_that_means_nothing_raises(text: str) -> None:
    """A typo must not select nothing, or everything."""
    graph = toy_definitions().resolve_asset_graph()
    with pytest.raises((dg.DagsterError, ValueError)):
        dg.AssetSelection.from_string(text).resolve(graph)
