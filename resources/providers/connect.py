"""The providers of an environment: real hosts when live, a simulated league where the landing folder names one."""

from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from resources.providers.hosts import INJURY_REPORTS, NBA_CDN, NBA_STATS, ODDS_API
from resources.providers.http import Clock, HostPolicy, Pace, provider_client
from resources.providers.injury_report import InjuryReports
from resources.providers.nba_cdn import NbaCdn
from resources.providers.nba_stats import NbaStats
from resources.providers.odds_api import OddsApi
from resources.providers.quota import QuotaBudget
from resources.settings import Settings

# Nobody waits for a provider in this process: hiccups are repeated at once.
_NO_WAITING = Pace(sleep=lambda seconds: None)


class NoProvidersError(RuntimeError):
    """Nothing can be fetched in this environment; the message says which setting allows it."""


@dataclass(frozen=True)
class Providers:
    """One client per provider, all telling the same time."""

    stats: NbaStats
    cdn: NbaCdn
    injuries: InjuryReports
    odds: OddsApi
    clients: tuple[httpx.Client, ...] = ()

    def close(self) -> None:
        """Give the connections back; nothing can be asked afterwards."""
        for client in self.clients:
            client.close()


def why_not(settings: Settings) -> str | None:
    """Why nothing can be fetched in this environment, and what to set; None where something can.

    A simulated league is for NBA_ENV=local and simulated landing folders, the real providers for all others: their
    documents never lie in one folder.
    """
    if settings.simulated and settings.env != "local":
        return (
            f"NBA_ENV={settings.env}, but {settings.landing_path} holds SIMULATED files: "
            "set NBA_LANDING (or NBA_HOME) to another folder, or NBA_ENV=local"
        )
    if settings.simulated and settings.simulation is None:
        return f"{settings.landing_path} holds simulated files without a league to fetch from: run `nba simulate`"
    if not settings.simulated and settings.env == "local":
        return "nothing to fetch from: set NBA_ENV=live for the real providers, or run `nba simulate` first"
    return None


def can_fetch(settings: Settings) -> bool:
    """Whether this environment has providers at all."""
    return why_not(settings) is None


def connect(settings: Settings, clock: Clock, *, max_cost: int | None = None) -> Providers:
    """The providers of these settings; `NoProvidersError` where there are none. `max_cost`: quota that may be spent."""
    refusal = why_not(settings)
    if refusal is not None:
        raise NoProvidersError(refusal)
    budget = QuotaBudget(settings.odds_quota_reserve, limit=max_cost)
    simulation = settings.simulation
    if simulation is None:
        return providers(clock, key=settings.odds_api_key, budget=budget, stats_proxy=settings.stats_proxy)
    from resources.simulated_league.account import SIMULATED_KEY
    from resources.simulated_league.league import League
    from resources.simulated_league.plans import fault_plan
    from resources.simulated_league.server import create_app
    from resources.simulated_league.transport import AppTransport

    faults = fault_plan(simulation.faults, simulation.seed) if simulation.faults else None
    app = create_app(League(simulation.seed), clock, faults=faults)
    return providers(clock, key=SecretStr(SIMULATED_KEY), budget=budget, transport=AppTransport(app))


def providers(
    clock: Clock,
    *,
    key: SecretStr | None,
    budget: QuotaBudget | None = None,
    transport: httpx.BaseTransport | None = None,
    stats_proxy: SecretStr | None = None,
) -> Providers:
    """Clients of all hosts. Over a `transport` they keep to no rate and never wait, it is no network."""

    def client(host: HostPolicy, key: SecretStr | None = None, proxy: SecretStr | None = None) -> httpx.Client:
        policy, pace = (host, None) if transport is None else (host.unlimited(), _NO_WAITING)
        return provider_client(policy, key=key, transport=transport, proxy=proxy, clock=clock, pace=pace)

    keyed = key is not None and bool(key.get_secret_value().strip())
    stats, cdn = client(NBA_STATS, proxy=stats_proxy), client(NBA_CDN)
    injuries, odds = client(INJURY_REPORTS), client(ODDS_API, key)
    return Providers(
        stats=NbaStats(stats, clock=clock),
        cdn=NbaCdn(cdn, clock=clock),
        injuries=InjuryReports(injuries, clock=clock),
        odds=OddsApi(odds, clock=clock, budget=budget, keyed=keyed),
        clients=(stats, cdn, injuries, odds),
    )
