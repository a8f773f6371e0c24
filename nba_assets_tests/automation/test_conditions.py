"""`after_inputs` on toy tables, with ticks at every awkward moment: before, during and after the runs they cause."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from nba_assets.automation.conditions import after_inputs
from nba_assets.partitions import GAME_DATES
from nba_assets_tests.automation.harness import et

TODAY = date(2025, 1, 9)
YESTERDAY = TODAY - timedelta(days=1)
FILE, ODDS_FILE, BOX, ODDS, TABLE = (
    dg.AssetKey(path) for path in (["landing", "box"], ["landing", "odds"], ["raw", "box"], ["raw", "odds"], ["table"])
)


class Toy:
    """landing -> raw/box and raw/odds -> table, which needs box, or looks back at it, and does not need odds."""

    def __init__(self, instance: dg.DagsterInstance, *, looks_back: bool = False, checked: bool = False) -> None:
        self.instance = instance
        self.during: dict[dg.AssetKey, Callable[[], object]] = {}
        self.red: set[tuple[dg.AssetKey, date]] = set()
        self._cursor: AssetDaemonCursor | None = None
        self.defs = dg.Definitions(
            assets=[
                *(dg.AssetSpec(key, partitions_def=GAME_DATES) for key in (FILE, ODDS_FILE)),
                self._asset(BOX, [FILE], after_inputs(), checked),
                self._asset(ODDS, [ODDS_FILE], after_inputs(), checked),
                self._asset(
                    TABLE,
                    [BOX, ODDS],
                    after_inputs([ODDS], {BOX: 365}, [BOX]) if looks_back else after_inputs([ODDS]),
                    False,
                ),
            ]
        )

    def _asset(
        self, key: dg.AssetKey, deps: list, condition: dg.AutomationCondition, checked: bool
    ) -> dg.AssetsDefinition:
        good = dg.AssetCheckSpec("good", asset=key, blocking=True, partitions_def=GAME_DATES)

        @dg.asset(
            key=key,
            deps=deps,
            partitions_def=GAME_DATES,
            automation_condition=condition,
            backfill_policy=dg.BackfillPolicy.single_run(),
            check_specs=[good] if checked else [],
        )
        def compute(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
            self.during.pop(key, lambda: None)()
            if not checked:
                return dg.MaterializeResult()
            passed = (key, date.fromisoformat(context.partition_key)) not in self.red
            return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=passed)])

        return compute

    def land(self, key: dg.AssetKey, day: date) -> None:
        self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=day.isoformat()))

    def run(self, keys: list[dg.AssetKey], first: date, last: date | None = None) -> None:
        tags = {"dagster/partition": first.isoformat()}
        if last:
            tags = {"dagster/asset_partition_range_start": str(first), "dagster/asset_partition_range_end": str(last)}
        self.defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance, asset_selection=keys, tags=tags, raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )  # fmt: skip

    def tick(self) -> dict[dg.AssetKey, set[date]]:
        result = dg.evaluate_automation_conditions(
            self.defs, self.instance, evaluation_time=et(TODAY), cursor=self._cursor
        )
        self._cursor = result.cursor
        requested = {key: result.get_requested_partitions(key) for key in (BOX, ODDS, TABLE)}
        return {key: {date.fromisoformat(day or "") for day in days} for key, days in requested.items() if days}

    def settled(self, *days: date) -> "Toy":
        """Box scores and table of these dates are there; nothing is wanted."""
        for day in days:
            self.land(FILE, day)
            self.run([BOX, TABLE], day)
        while self.tick():
            pass
        return self


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def test_a_file_is_one_request_and_then_nothing(instance: dg.DagsterInstance) -> None:
    toy = Toy(instance).settled(TODAY)
    toy.land(FILE, TODAY)
    toy.land(FILE, TODAY)
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}
    assert toy.tick() == {}
    toy.run([BOX, TABLE], TODAY)
    assert toy.tick() == {}


def test_files_that_landed_before_the_first_tick_are_processed(instance: dg.DagsterInstance) -> None:
    """The platform was started over a full folder, and nothing ever happened to what was in it."""
    toy = Toy(instance)
    toy.land(FILE, YESTERDAY)
    assert toy.tick() == {BOX: {YESTERDAY}, TABLE: {YESTERDAY}}
    assert toy.tick() == {}


def test_a_file_between_a_request_and_the_next_tick_is_not_lost(instance: dg.DagsterInstance) -> None:
    """The run may have listed the folder before. Dagster's `since_last_handled` took the file for handled."""
    toy = Toy(instance).settled(TODAY)
    toy.land(FILE, TODAY)
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}
    toy.run([BOX, TABLE], TODAY)
    toy.land(FILE, TODAY)
    assert toy.tick() == {BOX: {TODAY}}
    toy.run([BOX], TODAY)
    assert toy.tick() == {TABLE: {TODAY}}
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}


def test_a_file_that_lands_during_the_run_is_not_lost(instance: dg.DagsterInstance) -> None:
    toy = Toy(instance).settled(TODAY)
    toy.land(FILE, TODAY)
    toy.tick()
    in_between = []
    toy.during[BOX] = lambda: in_between.extend((toy.tick(), toy.land(FILE, TODAY), toy.tick()))
    toy.run([BOX, TABLE], TODAY)
    assert in_between == [{}, None, {}]
    assert toy.tick() == {BOX: {TODAY}}
    toy.run([BOX], TODAY)
    assert toy.tick() == {TABLE: {TODAY}}
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}


def test_an_input_written_while_the_table_runs_is_not_lost(instance: dg.DagsterInstance) -> None:
    """A summary that ran for an odds file had read the box score before it was corrected; its end hid that."""
    toy = Toy(instance).settled(TODAY)
    toy.run([ODDS], TODAY)
    assert toy.tick() == {TABLE: {TODAY}}

    def correction() -> None:
        toy.land(FILE, TODAY)
        assert toy.tick() == {BOX: {TODAY}}
        toy.run([BOX], TODAY)
        assert toy.tick() == {}

    toy.during[TABLE] = correction
    toy.run([TABLE], TODAY)
    assert toy.tick() == {TABLE: {TODAY}}
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}


def test_nothing_is_requested_while_it_or_its_input_is_computed(instance: dg.DagsterInstance) -> None:
    toy = Toy(instance).settled(YESTERDAY, TODAY)
    requested = []
    toy.during[BOX] = lambda: (toy.land(FILE, TODAY), toy.land(FILE, YESTERDAY), requested.append(toy.tick()))
    toy.run([BOX], TODAY)
    assert requested == [{BOX: {YESTERDAY}, TABLE: {YESTERDAY}}]
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}


def test_a_backfill_in_progress_is_not_overtaken(instance: dg.DagsterInstance) -> None:
    """Dates of a backfill from the UI that have no run yet."""
    from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
    from dagster._time import get_current_timestamp

    toy = Toy(instance).settled(YESTERDAY, TODAY)
    backfill = PartitionBackfill.from_asset_partitions(
        backfill_id="ui", asset_graph=toy.defs.resolve_asset_graph(), partition_names=[TODAY.isoformat()],
        asset_selection=[BOX], backfill_timestamp=get_current_timestamp(), tags={}, dynamic_partitions_store=instance,
        all_partitions=False, title=None, description=None, run_config=None,
    )  # fmt: skip
    instance.add_backfill(backfill)
    toy.land(FILE, TODAY)
    toy.land(FILE, YESTERDAY)
    assert toy.tick() == {BOX: {YESTERDAY}, TABLE: {YESTERDAY}}
    toy.run([BOX, TABLE], YESTERDAY)
    toy.run([BOX], TODAY)
    instance.update_backfill(backfill.with_status(BulkActionStatus.COMPLETED_SUCCESS))
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}


def test_a_run_of_input_and_table_together_is_not_repeated(instance: dg.DagsterInstance) -> None:
    """`nba backfill` of the last week, with a tick in the middle of its run."""
    toy = Toy(instance, looks_back=True).settled(YESTERDAY, TODAY)
    toy.during[TABLE] = toy.tick
    toy.run([BOX, TABLE], TODAY - timedelta(days=5), TODAY)
    assert toy.tick() == {}


def test_a_backfill_up_to_yesterday_refreshes_today(instance: dg.DagsterInstance) -> None:
    """Dagster ignores an update by a run that computed the table as well. That run computed other dates of it, and
    today's rosters went without yesterday's games."""
    toy = Toy(instance, looks_back=True).settled(YESTERDAY, TODAY)
    toy.run([BOX, TABLE], TODAY - timedelta(days=3), YESTERDAY)
    assert toy.tick() == {TABLE: {TODAY}}


def test_a_date_looked_back_at_counts_once_it_is_written(instance: dg.DagsterInstance) -> None:
    """Requested together, the two dates are two runs, and the later one may be faster."""
    toy = Toy(instance, looks_back=True).settled(YESTERDAY, TODAY)
    toy.land(FILE, YESTERDAY)
    assert toy.tick() == {BOX: {YESTERDAY}}
    toy.run([BOX], YESTERDAY)
    assert toy.tick() == {TABLE: {TODAY}}


def test_an_earlier_date_written_while_the_table_runs_is_not_lost(instance: dg.DagsterInstance) -> None:
    """Two requests of one tick are two runs; both ended before the next tick, and the table's end hid the other's."""
    toy = Toy(instance, looks_back=True).settled(YESTERDAY, TODAY)
    toy.during[TABLE] = lambda: toy.run([BOX], YESTERDAY)
    toy.run([TABLE], TODAY)
    assert toy.tick() == {TABLE: {TODAY}}
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}


def test_a_table_computed_after_an_earlier_date_was_written_is_not_repeated(instance: dg.DagsterInstance) -> None:
    """Both between two ticks, by two runs that followed one another."""
    toy = Toy(instance, looks_back=True).settled(YESTERDAY, TODAY)
    toy.run([BOX], YESTERDAY)
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}


def test_optional_inputs_hold_nothing_and_required_ones_do(instance: dg.DagsterInstance) -> None:
    """Totals waited all night for shot zones that never came."""
    toy = Toy(instance)
    toy.tick()
    toy.land(ODDS_FILE, TODAY)
    assert toy.tick() == {ODDS: {TODAY}}
    toy.run([ODDS], TODAY)
    assert toy.tick() == {}
    toy.land(FILE, TODAY)
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}


@pytest.mark.parametrize(("key", "file"), [(BOX, FILE), (ODDS, ODDS_FILE)], ids=["required", "optional"])
def test_a_red_date_of_an_input_is_held_and_only_that_date(
    instance: dg.DagsterInstance, key: dg.AssetKey, file: dg.AssetKey
) -> None:
    """With one verdict for the whole table, the next good day let the bad one through."""
    toy = Toy(instance, checked=True).settled(YESTERDAY, TODAY)
    toy.red = {(key, YESTERDAY)}
    for day in (YESTERDAY, TODAY):
        toy.run([key], day)
    assert toy.tick() == {TABLE: {TODAY}}
    toy.run([TABLE], TODAY)
    assert toy.tick() == {}
    toy.red.clear()
    toy.land(file, YESTERDAY)
    assert toy.tick() == {key: {YESTERDAY}, TABLE: {YESTERDAY}}


def test_an_optional_input_that_is_not_there_has_no_verdict_either(instance: dg.DagsterInstance) -> None:
    """No quotes, so no passed check of quotes: waiting for it was waiting for the quotes."""
    toy = Toy(instance, checked=True)
    toy.tick()
    toy.land(FILE, TODAY)
    assert toy.tick() == {BOX: {TODAY}, TABLE: {TODAY}}


def test_a_red_date_looked_back_at_does_not_stop_the_year(instance: dg.DagsterInstance) -> None:
    toy = Toy(instance, looks_back=True, checked=True).settled(YESTERDAY, TODAY)
    toy.red = {(BOX, YESTERDAY)}
    toy.run([BOX], YESTERDAY)
    assert toy.tick() == {TABLE: {TODAY}}


def test_dates_older_than_a_week_are_left_to_people(instance: dg.DagsterInstance) -> None:
    toy = Toy(instance).settled(TODAY)
    for days in (6, 7):
        toy.land(FILE, TODAY - timedelta(days=days))
    assert toy.tick() == {BOX: {TODAY - timedelta(days=6)}, TABLE: {TODAY - timedelta(days=6)}}
