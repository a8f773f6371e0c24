"""Named automation conditions, each with the incidents it prevents; tested with real ticks."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from dagster import AutomationCondition as When

from nba_assets.landing_files import LANDING
from nba_assets.partitions import GAME_DATES, MODEL_WEEKS, TIMEZONE
from nba_assets.policies import preview_features_accepted

# Late box scores and corrections arrive within days; older ones are a backfill somebody decides on.
LOOK_BACK = timedelta(days=7)
# Sunday's last game ends after 1:00 ET; its box score is there by then.
TRAINED_AT = time(6)
# More writes of one table between two ticks, half a minute apart, there are not.
_EVENTS = 2000
with preview_features_accepted():
    _LANDING = dg.AssetSelection.key_prefixes(LANDING, include_sources=True)
_assets = dg.AssetSelection.assets


class _LooksBack(When[dg.AssetKey]):
    """A condition about earlier dates of inputs: key -> how many dates are looked back at.

    In the graph such an input is an ordinary one of the same date: Dagster follows a mapping of many dates forwards,
    too, and a UI backfill of one week computed the following year as well. Hence these conditions, and hence a sensor
    that evaluates in user code.

    They are evaluated at every tick for every table: what is asked of the event log is asked once per key, and only
    about dates that are still in question.
    """

    def __init__(self, days: Mapping[dg.AssetKey, int]) -> None:
        self._days = dict(days)

    # Dagster awaits conditions that are coroutines; the signature it declares is that of those that are not.
    async def evaluate(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, context: dg.AutomationContext[dg.AssetKey]
    ) -> dg.AutomationResult[dg.AssetKey]:
        view = context.asset_graph_view
        week = view.compute_latest_time_window_subset(context.key, lookback_delta=LOOK_BACK)
        asked = week.compute_intersection(context.candidate_subset)
        days = set() if asked.is_empty else await self._true_of(context, asked.expensively_compute_partition_keys())
        return dg.AutomationResult(context, view.get_subset_from_partition_keys(context.key, GAME_DATES, days))

    @abstractmethod
    async def _true_of(self, context: dg.AutomationContext[dg.AssetKey], days: AbstractSet[str]) -> set[str]:
        """Those of some dates of the last week for which it holds."""

    def _looks_back_at(self, key: dg.AssetKey, day: str, earlier: str) -> bool:
        return 1 <= (date.fromisoformat(day) - date.fromisoformat(earlier)).days <= self._days[key]


class EarlierDateWritten(_LooksBack):
    """A date of the last week looks back at one that was written since the last tick."""

    @property
    def name(self) -> str:
        return "earlier_date_written"

    async def _true_of(self, context: dg.AutomationContext[dg.AssetKey], days: AbstractSet[str]) -> set[str]:
        since = context.previous_temporal_context
        if since is None:
            return set()
        found: set[str] = set()
        for key in self._days:
            # The view keeps the answer for the other tables of the tick.
            written = await context.asset_graph_view.compute_updated_since_temporal_context_subset(
                key=key, temporal_context=since
            )
            dates = () if written.is_empty else written.expensively_compute_partition_keys()
            found |= {day for day in days for earlier in dates if self._looks_back_at(key, day, earlier)}
        return found


class ComputedBeforeEarlierDate(_LooksBack):
    """A date of the last week was computed by a run that may not have read what it looks back at: that was written
    after the date was, or by another run after this one began."""

    @property
    def name(self) -> str:
        return "computed_before_earlier_date"

    async def _true_of(self, context: dg.AutomationContext[dg.AssetKey], days: AbstractSet[str]) -> set[str]:
        instance = context.asset_graph_view.instance
        computed: dict[str, dg.EventLogRecord] = {}
        for record in _written(instance, dg.AssetRecordsFilter(context.key, asset_partitions=sorted(days))):
            computed.setdefault(record.partition_key or "", record)
        began = {day: _began(instance, record) for day, record in computed.items()}
        found = set(days - computed.keys())
        for key in self._days if computed else ():
            since_first = dg.AssetRecordsFilter(key, after_timestamp=min(began.values()))
            for record in _written(instance, since_first):
                found |= {
                    day
                    for day, own in computed.items()
                    if self._looks_back_at(key, day, record.partition_key or day)
                    and record.timestamp > began[day]
                    and (record.storage_id > own.storage_id or record.run_id != own.run_id)
                }
        return found


def _written(instance: dg.DagsterInstance, wanted: dg.AssetRecordsFilter) -> Sequence[dg.EventLogRecord]:
    """Materializations, the newest first."""
    return instance.fetch_materializations(wanted, limit=_EVENTS).records


def _began(instance: dg.DagsterInstance, computed: dg.EventLogRecord) -> float:
    """When the run that computed this began; of what no run computed, when it was reported."""
    run = instance.get_run_record_by_id(computed.run_id)
    return run.start_time if run and run.start_time else computed.timestamp


class MondayMorningPassed(When[dg.AssetKey]):
    """Of a week: its Monday, TRAINED_AT ET, is over, so Sunday's late games are on record."""

    @property
    def name(self) -> str:
        return "monday_morning_passed"

    def evaluate(self, context: dg.AutomationContext[dg.AssetKey]) -> dg.AutomationResult[dg.AssetKey]:
        view = context.asset_graph_view
        latest = view.compute_latest_time_window_subset(context.key)
        now = context.evaluation_time.astimezone(ZoneInfo(TIMEZONE))
        passed = {
            week
            for week in latest.expensively_compute_partition_keys()
            if now >= datetime.combine(date.fromisoformat(week), TRAINED_AT, now.tzinfo)
        }
        return dg.AutomationResult(context, view.get_subset_from_partition_keys(context.key, MODEL_WEEKS, passed))


def model_of_the_week(rows: dg.AssetKey) -> When:
    """Train this week's model once, from Monday morning on, as soon as `rows` has something to forecast in this week.

    Not `on_cron`: a platform that was down on Monday had no model until the next. A week that failed is not tried again
    by itself: the same rows would fail again.
    """
    something = When.any_deps_match(~When.missing()).allow(_assets(rows))
    due = (When.missing() & MondayMorningPassed() & something).with_label("due")
    handled = (When.newly_requested() | When.newly_updated()).with_label("handled")
    condition = When.in_latest_time_window() & due.newly_true().since(handled) & ~When.in_progress()
    return condition.with_label("model_of_the_week")


def after_inputs(
    optional: Sequence[dg.AssetKey] = (),
    earlier: Mapping[dg.AssetKey, int] | None = None,
    only_earlier: Sequence[dg.AssetKey] = (),
) -> When:
    """Materialize a date of the last week when an input of that date was updated, or the date is missing.

    `optional` inputs may be missing. `earlier`: inputs of which so many earlier dates are read; `only_earlier`: those
    of them of which the date itself is not.

    - `eager()` only looks at the newest date: a box score that arrived a day late was never processed. Hence the week.
    - A table must not wait for sources that may never come (landing files, odds, zones, look-back dates): the legacy
      totals once waited for shot zones all night. Missing required inputs do hold it.
    - An input that failed a blocking check on that date holds the date, and only that date. Dates looked back at hold
      nothing: one red date would stop a year.
    - Nothing is requested twice while it, or an input, is being computed: two files that land together give one run.
    """
    history = _assets(*only_earlier)
    looked_back = {key: days for key, days in (earlier or {}).items() if days}
    wanted = _missing_or_outdated(history) | _file_landed_since_request() | _input_requested_while_running(history)
    if looked_back:
        wanted |= _since_request(EarlierDateWritten(looked_back)) & ComputedBeforeEarlierDate(looked_back)
    condition = (
        When.in_latest_time_window(LOOK_BACK)
        & wanted.with_label("wanted")
        & ~When.any_deps_missing().ignore(_assets(*optional, *only_earlier))
        & ~When.any_deps_in_progress().ignore(history)
        & ~When.in_progress()
        & _blocking_checks_passed(optional, only_earlier)
    )
    return condition.with_label("after_inputs")


def _missing_or_outdated(history: dg.AssetSelection) -> When:
    """Missing, or an input of the date changed, and neither requested nor written since.

    Not `since_last_handled()`: that forgets at the first tick what is missing, and files that landed while the platform
    was being started were never processed.
    """
    trigger = When.newly_missing() | When.any_deps_updated().ignore(history)
    return trigger.since((When.newly_requested() | When.newly_updated()).with_label("handled"))


def _file_landed_since_request() -> When:
    """A file landed after the last request; the run of that request may have listed the folder before.

    A file that was reported between a request and the next tick counted as handled: a closing line was lost.
    """
    return _since_request(When.any_deps_match(When.newly_updated()).allow(_LANDING).with_label("file_landed"))


def _input_requested_while_running(history: dg.AssetSelection) -> When:
    """An input is requested while this table is being computed, so that run may read the input's old rows.

    Its end would count as handling the input: a summary that ran for an odds file missed the box score. (Whether the
    update came from the same run cannot be asked: `executed_with_root_target` knows one date of a range run only.)
    """
    overtaken = When.any_deps_match(When.will_be_requested()).ignore(history) & When.in_progress()
    return _since_request(overtaken.with_label("input_requested_during_run"))


def _since_request(trigger: When) -> When:
    """True from the trigger until the next request. `newly_requested` speaks of the tick before, so what is true now
    came later; in `since` alone the request would win."""
    return trigger.since((When.newly_requested() & ~trigger).with_label("requested"))


def _blocking_checks_passed(optional: Sequence[dg.AssetKey], only_earlier: Sequence[dg.AssetKey]) -> When:
    passed = When.all_checks_match(When.check_passed() | When.will_be_requested(), blocking_only=True)
    required = When.all_deps_match(passed).ignore(_assets(*optional, *only_earlier))
    of_this_date = [key for key in optional if key not in only_earlier]
    if not of_this_date:
        return required.with_label("blocking_checks_passed")
    # What is not there has no verdict either.
    if_there = When.all_deps_match(passed | When.missing()).allow(_assets(*of_this_date))
    return (required & if_there).with_label("blocking_checks_passed")
