"""Named automation conditions, each with the incidents it prevents; tested with real ticks."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import dagster as dg
from dagster import AutomationCondition as When

from nba_assets.landing_files import LANDING
from nba_assets.partitions import GAME_DATES
from nba_assets.policies import preview_features_accepted

# Late box scores and corrections arrive within days; older ones are a backfill somebody decides on.
LOOK_BACK = timedelta(days=7)
with preview_features_accepted():
    _LANDING = dg.AssetSelection.key_prefixes(LANDING, include_sources=True)
_assets = dg.AssetSelection.assets


class EarlierDateUpdated(When[dg.AssetKey]):
    """True for a date of the last week if, since the last tick, an input was written for a date it looks back at.

    In the graph such an input is an ordinary one of the same date: Dagster follows a mapping of many dates forwards,
    too, and a UI backfill of one week computed the following year as well. Hence this condition, and hence a sensor
    that evaluates in user code.
    """

    def __init__(self, days: Mapping[dg.AssetKey, int]) -> None:
        self._days = dict(days)

    @property
    def name(self) -> str:
        return "earlier_date_updated"

    async def evaluate(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, context: dg.AutomationContext[dg.AssetKey]
    ) -> dg.AutomationResult[dg.AssetKey]:
        view, since = context.asset_graph_view, context.previous_temporal_context
        if since is None:
            return dg.AutomationResult(context, context.get_empty_subset())
        week = view.compute_latest_time_window_subset(context.key, lookback_delta=LOOK_BACK)
        readers = {date.fromisoformat(day) for day in week.expensively_compute_partition_keys()}
        outdated: set[date] = set()
        for key, days in self._days.items():
            updated = await view.compute_updated_since_temporal_context_subset(key=key, temporal_context=since)
            written = {date.fromisoformat(day) for day in updated.expensively_compute_partition_keys()}
            outdated |= {day for day in readers if any(1 <= (day - earlier).days <= days for earlier in written)}
        subset = view.get_subset_from_partition_keys(context.key, GAME_DATES, {day.isoformat() for day in outdated})
        return dg.AutomationResult(context, subset)


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
    wanted = (
        _missing_or_outdated(earlier or {}, history)
        | _file_landed_since_request()
        | _input_requested_while_running(history)
    )
    condition = (
        When.in_latest_time_window(LOOK_BACK)
        & wanted.with_label("wanted")
        & ~When.any_deps_missing().ignore(_assets(*optional, *only_earlier))
        & ~When.any_deps_in_progress().ignore(history)
        & ~When.in_progress()
        & _blocking_checks_passed(optional, only_earlier)
    )
    return condition.with_label("after_inputs")


def _missing_or_outdated(earlier: Mapping[dg.AssetKey, int], history: dg.AssetSelection) -> When:
    """Missing, or an input changed, and neither requested nor written since.

    - Not `since_last_handled()`: that forgets at the first tick what is missing, and files that landed while the
      platform was being started were never processed.
    - An earlier date of an input counts once it is written, even by a run that computed this table as well: that run
      computed other dates of it, and a backfill up to yesterday left today's rosters without yesterday's games.
    """
    trigger = When.newly_missing() | When.any_deps_updated().ignore(history)
    if earlier:
        trigger |= EarlierDateUpdated(earlier)
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
