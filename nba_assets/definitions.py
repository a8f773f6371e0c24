"""The Dagster code location: settings -> assets, checks, automation and resources."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from ml_models.systems import ENTRIES, Entry
from nba_assets import defs as defs_package
from nba_assets.automation.automation_sensor import AUTOMATION_SENSOR
from nba_assets.automation.landing_sensor import landing_files
from nba_assets.defs.landing import landing_assets
from nba_assets.defs.models import model_assets
from nba_assets.policies import SIMULATED_KIND, preview_features_accepted
from resources.providers.connect import can_fetch
from resources.registry import build_resources
from resources.settings import load_settings


def build_definitions(
    resources: dict[str, Any],
    *,
    simulated: bool = False,
    fetching: bool = False,
    entries: Sequence[Entry] = ENTRIES,
) -> dg.Definitions:
    """All definitions over the given resources, with the models of `entries`.

    On simulated landing files every asset wears the kind `SIMULATED`. With `fetching`, landing assets can be
    materialized; the resources then hold `fetching`.
    """
    definitions = dg.Definitions(
        assets=[
            *landing_assets(fetching=fetching),
            *model_assets(entries),
            *dg.load_assets_from_package_module(defs_package),
        ],
        sensors=[landing_files, AUTOMATION_SENSOR],
        resources=resources,
        # One process per run: starting a process per table costs more than computing most tables.
        executor=dg.in_process_executor,
    )
    if not simulated:
        return definitions
    with preview_features_accepted():
        return definitions.map_asset_specs(func=lambda spec: spec.merge_attributes(kinds={SIMULATED_KIND}))


_settings = load_settings()
defs = build_definitions(build_resources(_settings), simulated=_settings.simulated, fetching=can_fetch(_settings))
