"""Presets that tables share: owners and freshness."""

from datetime import timedelta

import dagster as dg

OWNERS = ["team:nba-assets"]

# People look at the numbers in the morning: by 11:00 ET every table must have been materialized since 1:00 ET, after
# the last West Coast game. (A policy is about the asset as a whole; `nba status` tells which dates are missing.)
FRESH_BY_MORNING = dg.FreshnessPolicy.cron(
    deadline_cron="0 11 * * *", lower_bound_delta=timedelta(hours=10), timezone="America/New_York"
)
