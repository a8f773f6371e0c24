"""Serves the simulated league on this machine: `python -m resources.simulated_league --now "2025-01-18 20:45"`."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn

from resources.clock import SimulatedClock, parse_instant
from resources.providers.hosts import INJURY_REPORTS, NBA_CDN, NBA_STATS, ODDS_API
from resources.simulated_league.account import SIMULATED_KEY
from resources.simulated_league.league import League
from resources.simulated_league.plans import PLANS, fault_plan
from resources.simulated_league.server import create_app

HOST = "127.0.0.1"
HOSTS = (NBA_STATS, NBA_CDN, INJURY_REPORTS, ODDS_API)


def serve(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8750,
    seed: Annotated[int, typer.Option(help="Which league.")] = 2024,
    now: Annotated[
        str, typer.Option(help="Where its clock starts: ET wall time, or ISO with a zone.")
    ] = "2025-01-18 20:45",
    speed: Annotated[float, typer.Option(help="How fast its clock runs; 0 stands still.")] = 1.0,
    faults: Annotated[str, typer.Option(help=f"What goes wrong: {', '.join(PLANS)}, or a file *.toml.")] = "",
) -> None:
    """Serve the SIMULATED league to clients on this machine."""
    try:
        instant = parse_instant(now)
        clock = SimulatedClock(instant, started=datetime.now(UTC), speed=speed) if speed else SimulatedClock(instant)
        plan = fault_plan(faults, seed)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    # Without an access log: a caller's key is part of its addresses.
    config = uvicorn.Config(
        create_app(League(seed), clock, faults=plan), HOST, port, log_level="warning", access_log=False
    )
    listening = config.bind_socket()
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    typer.echo(
        f"SIMULATED league {seed}, clock at {instant:%Y-%m-%d %H:%M} UTC, speed {speed:g}\n"
        f"Base URL of {', '.join(host.host for host in HOSTS)}: {url}\n"
        f"Key of the odds: {SIMULATED_KEY}. Stop it with Ctrl+C."
    )
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    typer.run(serve)
