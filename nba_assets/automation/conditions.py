"""Named automation conditions, each with the incidents it prevents; tested with real ticks."""

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

# Late box scores and corrections arrive within days; older ones are a backfill somebody decides on.
LOOK_BACK = timedelta(days=7)


def after_inputs(optional: Sequence[dg.AssetKey]) -> dg.AutomationCondition:
    """Materialize a date of the last week when an input of that date was updated, or the date is new.

    - `eager()` only looks at the newest date: a box score that arrived a day late was never processed. Hence the week.
    - A table must not wait for sources that may never come (`optional`: landing files, odds, zones, look-back dates):
    the
      legacy totals once waited for shot zones all night. Missing required inputs do hold it.
    - An input that failed a blocking check on that date holds the date, and only that date.
    - Nothing is requested twice while it, or an input, is being computed: two files that land together give one run.
    """
    new_or_updated = (
        dg.AutomationCondition.newly_missing() | dg.AutomationCondition.any_deps_updated()
    ).since_last_handled()
    required_missing = dg.AutomationCondition.any_deps_missing()
    if optional:
        required_missing = required_missing.ignore(dg.AssetSelection.assets(*optional))
    condition = (
        dg.AutomationCondition.in_latest_time_window(LOOK_BACK)
        & new_or_updated
        & ~required_missing
        & ~dg.AutomationCondition.any_deps_in_progress()
        & ~dg.AutomationCondition.in_progress()
        & dg.AutomationCondition.all_deps_blocking_checks_passed()
    )
    return condition.with_label("after_inputs")
