"""The real provider clients, asking a simulated league in this process. Time passes when somebody sets its clock."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import httpx
from pydantic import SecretStr

from nba_assets_tests.resources.providers.fakes import FakeTime
from resources.clock import SimulatedClock
from resources.landing_store import LocalLandingStore
from resources.providers.connect import Providers
from resources.providers.hosts import INJURY_REPORTS, NBA_CDN, NBA_STATS, ODDS_API
from resources.providers.http import HostPolicy, provider_client
from resources.providers.injury_report import InjuryReports
from resources.providers.landing_fetcher import LandingFetcher
from resources.providers.nba_cdn import NbaCdn
from resources.providers.nba_stats import NbaStats
from resources.providers.odds_api import OddsApi
from resources.providers.odds_snapshots import parse_snapshot_times
from resources.providers.quota import QuotaBudget
from resources.simulated_league.account import MONTHLY_QUOTA, SIMULATED_KEY
from resources.simulated_league.faults import FaultPlan, Rule
from resources.simulated_league.league import League
from resources.simulated_league.server import create_app
from resources.simulated_league.transport import AppTransport

KEY = SecretStr(SIMULATED_KEY)


@dataclass
class Evening:
    """Clients of all four hosts at an instant. `time` is how long they waited, `plan` what went wrong."""

    league: League
    clock: SimulatedClock
    plan: FaultPlan
    network: httpx.BaseTransport
    time: FakeTime = field(default_factory=FakeTime)
    key: SecretStr | None = KEY
    budget: QuotaBudget | None = None

    def client(self, host: HostPolicy) -> httpx.Client:
        key = self.key if host is ODDS_API else None
        return provider_client(
            host.unlimited(), key=key, transport=self.network, clock=self.clock, pace=self.time.pace()
        )

    @cached_property
    def stats(self) -> NbaStats:
        return NbaStats(self.client(NBA_STATS), clock=self.clock)

    @cached_property
    def cdn(self) -> NbaCdn:
        return NbaCdn(self.client(NBA_CDN), clock=self.clock)

    @cached_property
    def reports(self) -> InjuryReports:
        return InjuryReports(self.client(INJURY_REPORTS), clock=self.clock)

    @cached_property
    def odds(self) -> OddsApi:
        return OddsApi(self.client(ODDS_API), clock=self.clock, budget=self.budget)

    def fetcher(self, root: Path, snapshots: str = "-60m") -> LandingFetcher:
        """A fetcher into a landing folder."""
        providers = Providers(stats=self.stats, cdn=self.cdn, injuries=self.reports, odds=self.odds)
        return LandingFetcher(providers, LocalLandingStore(root), self.clock, parse_snapshot_times(snapshots))


def evening(
    league: League,
    now: datetime,
    *rules: Rule,
    quota: int = MONTHLY_QUOTA,
    key: SecretStr | None = KEY,
    keys: tuple[str, ...] = (SIMULATED_KEY,),
    budget: QuotaBudget | None = None,
) -> Evening:
    """The league at an instant, asked through faults."""
    clock, plan = SimulatedClock(now), FaultPlan(*rules)
    app = create_app(league, clock, faults=plan, quota=quota, keys=keys)
    return Evening(league, clock, plan, AppTransport(app), key=key, budget=budget)
