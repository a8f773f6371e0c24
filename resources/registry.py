"""Builds the resources of an environment; the only place that knows which implementation stands where."""

from typing import Any

from resources.clock import SystemClock
from resources.landing_store import LocalLandingStore
from resources.settings import Settings
from resources.table_io_manager import TableIOManager
from resources.warehouse import LocalWarehouse


def build_resources(settings: Settings) -> dict[str, Any]:
    """Resource key -> instance."""
    return {
        "warehouse": TableIOManager(LocalWarehouse(settings.warehouse_path)),
        "landing": LocalLandingStore(settings.landing_path),
        "clock": SystemClock(),
    }
