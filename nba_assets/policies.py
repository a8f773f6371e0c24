"""Presets that tables share: owners, freshness, and which unfinished features of Dagster we rely on."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dagster as dg

OWNERS = ["team:nba-assets"]

# Every asset computed from simulated landing files wears this kind, and pictures say it.
SIMULATED_KIND = "SIMULATED"

# People look at the numbers in the morning: by 11:00 ET every table must have been materialized since 1:00 ET, after
# the last West Coast game. (A policy is about the asset as a whole; `nba status` tells which dates are missing.)
FRESH_BY_MORNING = dg.FreshnessPolicy.cron(
    deadline_cron="0 11 * * *", lower_bound_delta=timedelta(hours=10), timezone="America/New_York"
)

# A model serves one week; a retraining that fell out was once noticed by its predictions.
FRESH_BY_WEEK = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=8), warn_window=timedelta(days=7, hours=12))


@contextmanager
def preview_features_accepted() -> Iterator[None]:
    """Partitioned checks, backfill policies and mapping specs are marked preview or beta; what we need of them is
    pinned by nba_assets_tests/upstream."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        warnings.simplefilter("ignore", dg.BetaWarning)
        yield
