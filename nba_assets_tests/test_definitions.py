"""The code location as a whole: every table is an asset with everything an asset of ours must have.

Dangers covered: a table that is declared but computed by nothing, a table nobody watches (no check, no freshness, no
owner), a check that is not partitioned and lets a bad day through, a dependency that is missing in the graph.
"""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.execution.asset_backfill import AssetBackfillData

from ml_models.systems import ROSTER
from ml_models.training_rows import inputs, pregame_inputs
from nba_assets.checks.models import checks_of
from nba_assets.contracts import TABLES, Table
from nba_assets.definitions import build_definitions, defs
from nba_assets.landing_files import LANDING_DATASETS
from nba_assets.partitions import GAME_DATES, MAX_DATES_PER_RUN, MAX_WEEKS_PER_RUN, MODEL_WEEKS
from nba_assets.table_asset import model_key
from resources.registry import build_resources
from resources.settings import CHECKOUT, load_settings

# Of tables that are still to come.
READ_LATER = {"nba_scoreboard"}

MODEL_KEYS = {model_key(name) for name in ROSTER}

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
every_model = pytest.mark.parametrize("system_id", ROSTER)


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    return defs.resolve_asset_graph()


def key_of(table: Table) -> dg.AssetKey:
    return dg.AssetKey([table.dataset, table.name])


def spec_of(table: Table) -> dg.AssetSpec:
    (spec,) = (spec for spec in defs.resolve_all_asset_specs() if spec.key == key_of(table))
    return spec


def test_assets_are_the_tables_the_models_and_the_landing_datasets_and_nothing_else(graph: AssetGraph) -> None:
    """Legacy queries name `dataset.table`; a second name for a table would be a second table."""
    assert graph.materializable_asset_keys == {key_of(table) for table in TABLES.values()} | MODEL_KEYS
    landing = {dg.AssetKey(["landing", dataset.name]) for dataset in LANDING_DATASETS}
    assert graph.get_all_asset_keys() == graph.materializable_asset_keys | landing


@every_table
def test_a_table_is_partitioned_by_game_date_and_backfilled_in_ranges(table: Table, graph: AssetGraph) -> None:
    """One run per date would take two hours of overhead a season."""
    node = graph.get(key_of(table))
    assert node.partitions_def == GAME_DATES
    assert node.backfill_policy == dg.BackfillPolicy.multi_run(MAX_DATES_PER_RUN)


@every_table
def test_a_table_is_described_owned_grouped_and_watched(table: Table) -> None:
    spec = spec_of(table)
    assert spec.description is not None
    assert spec.description.startswith(table.description)
    assert table.source in spec.description
    assert all(name in spec.description for name in table.key)
    assert spec.group_name == table.dataset.removeprefix("nba_")
    assert spec.owners
    assert spec.kinds == {"polars", "parquet"}
    assert spec.freshness_policy is not None
    assert spec.automation_condition is not None
    assert spec.automation_condition.get_label() == "after_inputs"


@every_table
def test_the_ui_shows_the_contract_s_columns(table: Table) -> None:
    metadata = spec_of(table).metadata
    assert [column.name for column in metadata["dagster/column_schema"].columns] == table.column_names
    assert metadata["dagster/table_name"] == table.full_name


@every_table
def test_every_check_is_partitioned_and_described_and_the_contract_is_one_of_them(
    table: Table, graph: AssetGraph
) -> None:
    """An unpartitioned blocking check let downstream through for a bad day as soon as another day had passed."""
    keys = graph.get_check_keys_for_assets({key_of(table)})
    assert dg.AssetCheckKey(key_of(table), "contract") in keys
    for check_key in keys:
        node = graph.get(check_key)
        assert node.partitions_def == GAME_DATES, check_key
        assert node.description, check_key


def test_summaries_block_on_their_contract_and_raw_tables_do_not(graph: AssetGraph) -> None:
    """A provider's bad row must not stop a date; our own bad row must."""
    for table in TABLES.values():
        node = graph.get(dg.AssetCheckKey(key_of(table), "contract"))
        assert node.blocking == (table.dataset != "nba_raw"), table.full_name


def test_the_schedule_blocks_when_there_is_none(graph: AssetGraph) -> None:
    assert graph.get(dg.AssetCheckKey(key_of(TABLES["nbac_schedule"]), "season_schedule")).blocking


def test_every_landing_dataset_feeds_a_table_and_needs_nothing(graph: AssetGraph) -> None:
    """Files that nobody reads would land for months before anybody asks."""
    for dataset in LANDING_DATASETS:
        node = graph.get(dg.AssetKey(["landing", dataset.name]))
        assert bool(node.child_keys) == (dataset.name not in READ_LATER), dataset.name
        assert not node.parent_keys
        assert node.partitions_def == GAME_DATES
        assert not node.is_materializable


@pytest.mark.parametrize(
    ("table", "parents"),
    [
        ("nbac_schedule", {"landing/nba_schedule"}),
        ("nbac_player_boxscores", {"landing/nba_boxscores", "landing/nba_game_boxscores", "nba_raw/nbac_schedule"}),
        (
            "nbac_player_list",
            {"landing/nba_player_index", "nba_raw/nbac_schedule", "nba_raw/nbac_player_boxscores"},
        ),
        (
            "odds_api_player_points_props",
            {"landing/odds_player_props", "nba_raw/nbac_schedule", "nba_raw/nbac_player_list"},
        ),
        (
            "team_defense_game_summary",
            {
                "nba_analytics/team_offense_game_summary",
                "nba_raw/nbac_team_boxscores",
                "nba_raw/nbac_play_by_play",
            },
        ),
        (
            "player_prop_predictions",
            {key.to_user_string() for key in MODEL_KEYS}
            | {"nba_raw/odds_api_player_points_props"}
            | {f"{TABLES[name].dataset}/{name}" for name in pregame_inputs()},
        ),
        (
            "prediction_accuracy",
            {
                "nba_predictions/player_prop_predictions",
                "nba_analytics/player_game_summary",
                "nba_raw/nbac_schedule",
                "nba_raw/nbac_injury_report",
                "nba_precompute/player_daily_cache",
            },
        ),
        ("model_performance_daily", {"nba_grading/prediction_accuracy", "nba_raw/nbac_schedule"}),
        (
            "halt_state",
            {
                "nba_raw/nbac_schedule",
                "nba_analytics/upcoming_player_game_context",
                "nba_predictions/ml_feature_store_v2",
                "nba_predictions/player_prop_predictions",
                "nba_grading/model_performance_daily",
            },
        ),
        (
            "signal_best_bets_picks",
            {
                "nba_predictions/player_prop_predictions",
                "nba_predictions/ml_feature_store_v2",
                "nba_predictions/halt_state",
                "nba_grading/model_performance_daily",
            },
        ),
        (
            "published_picks",
            {
                "nba_predictions/signal_best_bets_picks",
                "nba_predictions/halt_state",
                "nba_predictions/player_prop_predictions",
            },
        ),
        (
            "scoreboard",
            {"nba_grading/prediction_accuracy", "nba_grading/closing_line_value", "nba_raw/nbac_schedule"},
        ),
        ("completeness", {f"{table.dataset}/{name}" for name, table in TABLES.items() if name != "completeness"}),
    ],
)
def test_dependencies_are_what_the_data_flow_says(table: str, parents: set[str], graph: AssetGraph) -> None:
    found = graph.get(key_of(TABLES[table])).parent_keys
    assert {key.to_user_string() for key in found} == parents


@every_model
def test_a_model_is_partitioned_by_week_described_owned_and_watched(system_id: str, graph: AssetGraph) -> None:
    node = graph.get(model_key(system_id))
    assert node.partitions_def == MODEL_WEEKS
    assert node.backfill_policy == dg.BackfillPolicy.multi_run(MAX_WEEKS_PER_RUN)
    assert node.group_name == "models"
    assert node.owners and system_id in (node.description or "")
    (spec,) = (spec for spec in defs.resolve_all_asset_specs() if spec.key == node.key)
    assert spec.freshness_policy is not None
    assert spec.automation_condition is not None
    assert spec.automation_condition.get_label() == "model_of_the_week"


@every_model
def test_a_model_s_checks_are_partitioned_described_and_not_there_twice(system_id: str, graph: AssetGraph) -> None:
    declared = [check.name for check in checks_of(ROSTER[system_id])]
    assert len(set(declared)) == len(declared)
    keys = graph.get_check_keys_for_assets({model_key(system_id)})
    assert {key.name for key in keys} == set(declared)
    assert all(graph.get(key).partitions_def == MODEL_WEEKS and graph.get(key).description for key in keys)
    blocking = {key.name for key in keys if graph.get(key).blocking}
    assert blocking == {"leak_court", "alarm_levels", "reproduces"}


@every_model
def test_a_model_reads_what_its_rows_are_put_together_from_and_its_members(system_id: str, graph: AssetGraph) -> None:
    members = {model_key(member) for member in ROSTER[system_id].members}
    assert graph.get(model_key(system_id)).parent_keys == {key_of(TABLES[name]) for name in inputs()} | members


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        # Tuesday and Wednesday; Sunday and Monday; the Sundays on which the clocks change.
        ("2025-01-14", "2025-01-15", ["2025-01-13"]),
        ("2025-01-19", "2025-01-20", ["2025-01-13", "2025-01-20"]),
        ("2025-03-09", "2025-03-09", ["2025-03-03"]),
        ("2025-11-02", "2025-11-03", ["2025-10-27", "2025-11-03"]),
    ],
)
def test_a_ui_backfill_of_everything_targets_the_asked_dates_their_weeks_and_no_others(
    first: str, last: str, weeks: list[str], graph: AssetGraph
) -> None:
    """Followed forwards, a look-back mapping of a year made a week's backfill compute the year after it.

    What reads models may be computed on all dates of the weeks: a model that was trained again is that of the whole
    week. Nothing may go beyond them.
    """
    asked = sorted({first, last})
    keys = sorted(graph.materializable_asset_keys)
    backfill = AssetBackfillData.from_asset_partitions(
        asset_graph=graph,
        partition_names=asked,
        asset_selection=keys,
        dynamic_partitions_store=dg.DagsterInstance.ephemeral(),
        backfill_start_timestamp=datetime(2026, 1, 1, tzinfo=UTC).timestamp(),
        all_partitions=False,
    )
    week_dates = {str(date.fromisoformat(monday) + timedelta(days=n)) for monday in weeks for n in range(7)}
    upstream = set().union(*(graph.get_ancestor_asset_keys(key, include_self=False) for key in MODEL_KEYS))
    for key in keys:
        targeted = sorted(backfill.target_subset.get_partitions_subset(key).get_partition_keys())
        if key in MODEL_KEYS:
            assert targeted == weeks, key
        elif key in upstream:
            assert targeted == asked, key
        else:
            assert set(asked) <= set(targeted) <= week_dates, key


def test_sensors_run_without_anybody_switching_them_on() -> None:
    """Dagster's default automation sensor starts stopped: a fresh installation would just sit there."""
    sensors = {sensor.name: sensor for sensor in defs.sensors or []}
    assert set(sensors) == {"landing_files", "automation"}
    for sensor in sensors.values():
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING, sensor.name


def test_all_definitions_resolve() -> None:
    """Duplicate keys, unknown resources, cycles."""
    dg.Definitions.validate_loadable(defs)


def test_dagster_accepts_the_workspace(tmp_path: Path) -> None:
    """What the UI and the daemon load, in a process of its own, as a new person would start it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("NBA_", "DAGSTER_"))}
    (tmp_path / "dagster").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"],
        env=clean | {"DAGSTER_HOME": str(tmp_path / "dagster"), "NBA_HOME": str(tmp_path)},
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nba_assets" in done.stdout + done.stderr


def test_simulated_assets_say_so_in_the_ui() -> None:
    """A simulated figure beside a real one is worse than none: every asset of a simulated landing folder is marked."""
    for simulated in (True, False):
        resources = build_resources(load_settings())
        specs = build_definitions(resources, simulated=simulated).resolve_all_asset_specs()
        assert specs
        assert all(("SIMULATED" in spec.kinds) == simulated for spec in specs)
