"""When models are trained: the real asset's condition and dependencies over toy tables, with real ticks.

Dangers covered: a model trained before Sunday's box scores are in, on every line that moves, again and again after a
failure, or not at all because the platform was down on Monday; predictions that wait for a model, or do not follow it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor
from dagster._core.test_utils import freeze_time

from ml_models.systems import ROSTER
from nba_assets.automation.conditions import after_inputs
from nba_assets.contracts import TABLES
from nba_assets.defs.models import model_assets
from nba_assets.partitions import GAME_DATES
from nba_assets.table_asset import model_key, table_key
from nba_assets_tests.automation.harness import et
from nba_assets_tests.model_rows import week

NAME = "ewma_baseline"
STORE, ODDS, MODEL, PREDICTIONS = (
    table_key(TABLES["ml_feature_store_v2"]),
    dg.AssetKey("odds"),
    model_key(NAME),
    dg.AssetKey("predictions"),
)
MONDAY = week(5)
DAYS = [MONDAY + timedelta(days=n) for n in range(7)]


class Toy:
    """Tables that others write -> the model -> predictions, which also read odds and need no model."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.fails = False
        self._cursor: AssetDaemonCursor | None = None
        spec = model_assets([ROSTER[NAME]])[0].get_asset_spec(MODEL)
        tables = [dg.AssetSpec(dep.asset_key, partitions_def=GAME_DATES) for dep in spec.deps]
        odds = dg.AssetSpec(ODDS, partitions_def=GAME_DATES)

        @dg.asset(
            key=MODEL,
            deps=list(spec.deps),
            partitions_def=spec.partitions_def,
            automation_condition=spec.automation_condition,
        )
        def model() -> None:
            if self.fails:
                raise dg.Failure("a leak", allow_retries=False)

        @dg.asset(
            key=PREDICTIONS,
            deps=[STORE, ODDS, MODEL],
            partitions_def=GAME_DATES,
            automation_condition=after_inputs([ODDS, MODEL]),
        )
        def predictions() -> None: ...

        self.defs = dg.Definitions(assets=[*tables, odds, model, predictions])

    def land(self, key: dg.AssetKey, *days: int) -> None:
        for day in days:
            self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=str(DAYS[day])))

    def tick(self, now: datetime) -> dict[str, list[int]]:
        """What is asked for at an instant: days of the week, a model by its Monday (0)."""
        with freeze_time(now):
            result = dg.evaluate_automation_conditions(
                self.defs, self.instance, evaluation_time=now, cursor=self._cursor
            )
        self._cursor = result.cursor
        names = {str(day): n for n, day in enumerate(DAYS)}
        requested = {key: result.get_requested_partitions(key) for key in (MODEL, PREDICTIONS)}
        return {key.path[-1]: sorted(names[day or ""] for day in days) for key, days in requested.items() if days}

    def run(self, now: datetime, requests: dict[str, list[int]]) -> None:
        for key in (MODEL, PREDICTIONS):
            for day in requests.get(key.path[-1], []):
                with freeze_time(now):
                    self.defs.resolve_implicit_global_asset_job_def().execute_in_process(
                        instance=self.instance, asset_selection=[key], raise_on_error=False,
                        tags={"dagster/partition": str(DAYS[day])},
                        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                    )  # fmt: skip


@pytest.fixture
def toy() -> Iterator[Toy]:
    """Monday 5:00 ET, the first tick is over."""
    with dg.DagsterInstance.ephemeral() as instance:
        made = Toy(instance)
        assert made.tick(et(MONDAY, 5)) == {}
        yield made


def test_it_is_trained_once_after_monday_morning(toy: Toy) -> None:
    """And the predictions of the dates that are there follow it."""
    toy.land(STORE, 0)
    early = toy.tick(et(MONDAY, 5))
    assert early == {"predictions": [0]}, "predictions do not wait for a model; before six there is none"
    toy.run(et(MONDAY, 5), early)
    due = toy.tick(et(MONDAY, 6))
    assert due.get(NAME) == [0]
    toy.run(et(MONDAY, 6), {NAME: [0]})
    after = toy.tick(et(MONDAY, 7))
    assert NAME not in after
    toy.run(et(MONDAY, 7), after)
    assert [0] in (due.get("predictions"), after.get("predictions"))
    assert toy.tick(et(MONDAY, 8)) == {}


def test_a_week_without_rows_waits_for_the_first(toy: Toy) -> None:
    """Before the season, and in the break: there is nothing to forecast."""
    assert toy.tick(et(MONDAY, 12)) == {}
    toy.land(STORE, 3)
    assert toy.tick(et(DAYS[3])).get(NAME) == [0]


def test_a_platform_that_was_down_on_monday_trains_when_it_is_back(toy: Toy) -> None:
    toy.land(STORE, 0, 1, 2)
    assert toy.tick(et(DAYS[2], 3)).get(NAME) == [0]


def test_it_is_asked_for_once_while_it_is_on_its_way(toy: Toy) -> None:
    toy.land(STORE, 0)
    assert toy.tick(et(MONDAY, 6)).get(NAME) == [0]
    for hour in (7, 8):
        assert NAME not in toy.tick(et(MONDAY, hour))


def test_a_failure_is_not_tried_again(toy: Toy) -> None:
    """Nor when the next dates land: the same rows would fail again, every half minute."""
    toy.land(STORE, 0)
    toy.fails = True
    asked = toy.tick(et(MONDAY, 6))
    assert asked.get(NAME) == [0]
    toy.run(et(MONDAY, 6), {NAME: [0]})
    for day in (1, 2):
        toy.land(STORE, day)
        assert NAME not in toy.tick(et(DAYS[day]))


def test_lines_that_move_are_predicted_anew_and_nothing_is_trained(toy: Toy) -> None:
    toy.land(STORE, 0)
    for hour in (6, 7, 8):
        toy.run(et(MONDAY, hour), toy.tick(et(MONDAY, hour)))
    for hour in (9, 10):
        toy.land(ODDS, 0)
        asked = toy.tick(et(MONDAY, hour))
        assert asked == {"predictions": [0]}
        toy.run(et(MONDAY, hour), asked)
        assert toy.tick(et(MONDAY, hour)) == {}
    toy.land(STORE, 0, 1)
    assert toy.tick(et(DAYS[1])) == {"predictions": [0, 1]}


def test_a_model_trained_again_refreshes_the_dates_of_its_week(toy: Toy) -> None:
    toy.land(STORE, 0, 1)
    for hour in (6, 7, 8):
        toy.run(et(DAYS[1], hour), toy.tick(et(DAYS[1], hour)))
    toy.run(et(DAYS[1], 9), {NAME: [0]})
    assert toy.tick(et(DAYS[1], 9)) == {"predictions": [0, 1]}


def test_the_next_week_is_another_model(toy: Toy) -> None:
    toy.land(STORE, *range(7))
    for hour in (6, 7, 8):
        toy.run(et(DAYS[6], hour), toy.tick(et(DAYS[6], hour)))
    now = et(MONDAY + timedelta(days=7), 7)
    assert NAME not in toy.tick(now), "nothing to forecast in it yet"
