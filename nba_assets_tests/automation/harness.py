"""Drives the reactive side as the daemon does: real sensor, real automation conditions, real runs, a clock we set."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

import dagster as dg
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from nba_assets.automation.landing_sensor import landing_files
from nba_assets.calendar import ET
from nba_assets_tests.platform import Platform

Requests = Mapping[str, set[date]]

_MOST_ROUNDS = 12

# Tables that read landing files of earlier dates, too: how many days.
EARLIER_FILES = {
    "nbac_injury_report": {dg.AssetKey(["landing", "nba_injury_report"]): 1},
    "nbac_player_list": {dg.AssetKey(["landing", "nba_player_index"]): 365},
}


def et(day: date, hour: int = 12) -> datetime:
    """An instant of the ET day."""
    return datetime.combine(day, time(hour), tzinfo=ET).astimezone(UTC)


@dataclass
class Settled:
    """What happened until nothing was requested any more: every request in order, and the runs it took."""

    rounds: list[dict[str, set[date]]] = field(default_factory=list)
    runs: int = 0

    def of(self, table: str) -> list[date]:
        """Dates requested for a table; a date asked for twice is here twice."""
        return sorted(day for requests in self.rounds for day in requests.get(table, ()))

    def dates(self) -> set[date]:
        return {day for requests in self.rounds for days in requests.values() for day in days}

    def tables(self) -> set[str]:
        return {table for requests in self.rounds for table in requests}

    def requested(self) -> dict[str, set[date]]:
        """Dates requested per table."""
        return {table: set(self.of(table)) for table in self.tables()}

    def repeated(self) -> dict[tuple[str, date], int]:
        """(table, date) pairs that were computed more than once."""
        asked = Counter((table, day) for requests in self.rounds for table, days in requests.items() for day in days)
        return {pair: times for pair, times in asked.items() if times > 1}


class Harness:
    """Ticks over a `Platform`. `now` is the instant of the clock resource and of every evaluation."""

    def __init__(self, platform: Platform, now: datetime) -> None:
        self.platform = platform
        self.instance = platform.instance
        self.now = now
        self.sensor_cursor: str | None = None
        self._automation_cursor: AssetDaemonCursor | None = None
        graph = platform.defs.resolve_asset_graph()
        self._graph = graph
        self._order = [key for key in graph.toposorted_asset_keys if key in graph.materializable_asset_keys]

    @property
    def now(self) -> datetime:
        return self.platform.clock.instant

    @now.setter
    def now(self, instant: datetime) -> None:
        self.platform.clock.instant = instant

    @property
    def cursors(self) -> tuple[str, str]:
        """Of the landing sensor and of automation, as the daemon would store them."""
        return self.sensor_cursor or "", dg.serialize_value(self._automation_cursor or AssetDaemonCursor.empty())

    @cursors.setter
    def cursors(self, cursors: tuple[str, str]) -> None:
        self.sensor_cursor, automation = cursors
        self._automation_cursor = dg.deserialize_value(automation, AssetDaemonCursor)

    def drop(self, path: str, content: bytes) -> Path:
        """Put a landing file where a fetcher would; an existing one is overwritten, as people do."""
        target = self.platform.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def sense(self) -> list[dg.AssetMaterialization]:
        """One tick of the landing sensor; its events are reported to the instance, its cursor is kept."""
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.sensor_cursor, resources=self.platform.resources
        ) as context:
            ticked = landing_files.evaluate_tick(context)
        self.sensor_cursor = ticked.cursor
        events = [event for event in ticked.asset_events if isinstance(event, dg.AssetMaterialization)]
        for event in events:
            self.instance.report_runless_asset_event(event)
        return events

    def tick(self) -> dict[str, set[date]]:
        """One tick of the automation sensor at `now`: the dates requested per table."""
        result = dg.evaluate_automation_conditions(
            self.platform.defs, self.instance, evaluation_time=self.now, cursor=self._automation_cursor
        )
        self._automation_cursor = result.cursor
        requested = {key.path[-1]: result.get_requested_partitions(key) for key in self._order}
        return {table: {date.fromisoformat(day or "") for day in days} for table, days in requested.items() if days}

    def execute(self, requests: Requests, between: Callable[[], object] = lambda: None) -> int:
        """Run the requests as Dagster's backfill daemon groups them; `between` is called between its runs.

        Tables with exactly the same dates share a run; a table that has other dates than the tables it reads waits for
        their run; dates that are not adjacent are runs of their own.
        """
        runs = 0
        for keys, days in self._waves(requests):
            for first, last in _adjacent(days):
                if runs:
                    between()
                self.run(keys, first, last)
                runs += 1
        return runs

    def run(self, keys: Iterable[dg.AssetKey], first: date, last: date) -> dg.ExecuteInProcessResult:
        """One run of the real definitions over a range of dates."""
        return self.platform.defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            asset_selection=sorted(keys),
            tags={
                "dagster/asset_partition_range_start": first.isoformat(),
                "dagster/asset_partition_range_end": last.isoformat(),
            },
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )

    def settle(self) -> Settled:
        """Sense, tick and run until nothing is requested; more than a dozen rounds are an endless loop."""
        settled = Settled()
        for _ in range(_MOST_ROUNDS):
            self.sense()
            requests = self.tick()
            if not requests:
                return settled
            settled.rounds.append(requests)
            settled.runs += self.execute(requests)
        raise AssertionError(f"still requesting after {_MOST_ROUNDS} rounds: {settled.rounds[-1]}")

    def reach(self, written: Requests, days: Iterable[date]) -> dict[str, set[date]]:
        """What a change of these dates of these tables (or landing datasets) makes outdated among `days`, as the graph
        has it: readers of the date, readers that look back at it, and whatever reads those. `written` is part of it."""
        outdated = defaultdict(set, {name: set(on) for name, on in written.items()})
        for key in self._order:
            windows = self._windows(key)
            for parent in self._graph.get(key).parent_keys:
                back, same_date = windows.get(parent, (0, True))
                outdated[key.path[-1]] |= {
                    day
                    for day in days
                    for change in outdated[parent.path[-1]]
                    if (day == change and same_date) or 1 <= (day - change).days <= back
                }
        return {key.path[-1]: outdated[key.path[-1]] for key in self._order if outdated[key.path[-1]]}

    def _windows(self, key: dg.AssetKey) -> dict[dg.AssetKey, tuple[int, bool]]:
        """Tables a table looks back at: how many days, and whether it reads the date itself, too."""
        asset = self._graph.get(key).assets_def
        inputs = {parent: asset.node_def.input_def_named(name) for name, parent in asset.keys_by_input_name.items()}
        metadata = {parent: one.metadata for parent, one in inputs.items() if "look_back_days" in one.metadata}
        windows = {parent: (found["look_back_days"], found["same_date"]) for parent, found in metadata.items()}
        return windows | {parent: (days, True) for parent, days in EARLIER_FILES.get(key.path[-1], {}).items()}

    def check(self, table: str, name: str, day: date) -> dg.AssetCheckEvaluation | None:
        """The newest verdict of a check on a date."""
        key = next(key for key in self._order if key.path[-1] == table)
        history = self.instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(key, name), limit=200
        )
        evaluations = [row.event.asset_check_evaluation for row in history if row.event]
        return next((e for e in evaluations if e and e.partition == day.isoformat()), None)

    def _waves(self, requests: Requests) -> list[tuple[list[dg.AssetKey], set[date]]]:
        """Runs in order: (tables, dates)."""
        waves: list[tuple[list[dg.AssetKey], set[date]]] = []
        wave_of: dict[dg.AssetKey, int] = defaultdict(lambda: -1)
        for key in self._order:
            days = requests.get(key.path[-1])
            if not days:
                continue
            earliest = 0
            for parent in self._graph.get(key).parent_keys:
                if wave_of[parent] >= 0:
                    earliest = max(earliest, wave_of[parent] + (requests[parent.path[-1]] != days))
            found = next((n for n in range(earliest, len(waves)) if waves[n][1] == days), len(waves))
            if found == len(waves):
                waves.append(([], days))
            waves[found][0].append(key)
            wave_of[key] = found
        return waves


def _adjacent(days: Iterable[date]) -> list[tuple[date, date]]:
    groups = groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - timedelta(days=pair[0]))
    ranges = [[day for _, day in group] for _, group in groups]
    return [(group[0], group[-1]) for group in ranges]
