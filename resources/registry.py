"""Builds the resources of an environment; the only place that knows which implementation stands where."""

from functools import cached_property
from typing import Any

from resources.clock import Clock, SimulatedClock, SystemClock
from resources.halts import Halts
from resources.landing_store import LandingStore, LocalLandingStore
from resources.model_store import ModelStore
from resources.pick_ledger import pick_ledger
from resources.providers.connect import Providers, connect
from resources.providers.landing_fetcher import LandingFetcher
from resources.providers.odds_api import BOOKMAKERS, parse_bookmakers
from resources.providers.odds_snapshots import parse_snapshot_times
from resources.settings import Settings
from resources.table_io_manager import TableIOManager
from resources.training_rows_loader import training_rows_loader
from resources.warehouse import LocalWarehouse


class Fetching:
    """Connects to the providers when something is first fetched."""

    def __init__(self, settings: Settings, store: LandingStore, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock

    @cached_property
    def _providers(self) -> Providers:
        return connect(self._settings, self._clock)

    def fetcher(self) -> LandingFetcher:
        """A fetcher for one run."""
        snapshots = parse_snapshot_times(self._settings.odds_snapshots)
        return LandingFetcher(self._providers, self._store, self._clock, snapshots)


def build_fetcher(
    settings: Settings, snapshots: str | None = None, books: str | None = None, max_cost: int | None = None
) -> LandingFetcher:
    """A fetcher outside of Dagster; `books` and `snapshots` comma-separated, `max_cost` in requests of the quota."""
    clock = build_clock(settings)
    times = parse_snapshot_times(settings.odds_snapshots if snapshots is None else snapshots)
    store = LocalLandingStore(settings.landing_path)
    chosen = BOOKMAKERS if books is None else parse_bookmakers(books)
    return LandingFetcher(connect(settings, clock, max_cost=max_cost), store, clock, times, chosen)


def build_clock(settings: Settings) -> Clock:
    """Real time, or the time of the simulation."""
    simulation = settings.simulation
    if simulation is None or simulation.now is None:
        return SystemClock()
    return SimulatedClock(simulation.now, started=simulation.started)


def build_resources(settings: Settings) -> dict[str, Any]:
    """Resource key -> instance."""
    clock = build_clock(settings)
    store = LocalLandingStore(settings.landing_path)
    warehouse = LocalWarehouse(settings.warehouse_path)
    return {
        "warehouse": TableIOManager(warehouse),
        "training_rows": training_rows_loader(warehouse),
        "models": ModelStore(settings.models_path),
        "ledger": pick_ledger(settings.ledger_path),
        "halts": Halts(settings.ledger_path),
        "landing": store,
        "clock": clock,
        "fetching": Fetching(settings, store, clock),
    }
