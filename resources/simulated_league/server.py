"""The simulated providers as one ASGI application: the NBA's three hosts and The Odds API, whose paths differ.

It answers like the real servers, by its clock: of the future it knows nothing. Documents are made on the event loop's
thread, one at a time, so the league's caches need no lock.
"""

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.middleware import Middleware

from resources.clock import Clock
from resources.simulated_league.account import MONTHLY_QUOTA, SIMULATED_KEY, AccountLayer
from resources.simulated_league.faults import FaultLayer, FaultPlan
from resources.simulated_league.league import League
from resources.simulated_league.library import Library
from resources.simulated_league.nba_routes import BadRequestError, bad_request, nba_routes
from resources.simulated_league.odds_routes import OddsRefusalError, odds_routes, refused


def create_app(
    league: League,
    clock: Clock,
    *,
    faults: FaultPlan | None = None,
    quota: int = MONTHLY_QUOTA,
    keys: Collection[str] = (SIMULATED_KEY,),
) -> Starlette:
    """The application. `quota`: what the odds plan holds each month; `keys`: those of the odds plan."""
    library = Library(league, clock)
    layers = [Middleware(AccountLayer, clock=clock, keys=frozenset(keys), monthly=quota)]
    if faults is not None:
        # Within the account: a faulty answer costs nothing, and tells what is left as any other.
        layers.append(Middleware(FaultLayer, plan=faults, league=league, clock=clock, game_day=library.game_day))
    return Starlette(
        routes=[*nba_routes(library), *odds_routes(library)],
        middleware=layers,
        exception_handlers={BadRequestError: bad_request, OddsRefusalError: refused},
    )
