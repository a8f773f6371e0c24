"""`nba halt` and `nba resume`: picks suppressed by hand."""

import getpass
from datetime import date
from typing import Annotated

import typer

from nba_assets.cli_console import out, say_if_simulated, settings_or_stop, stop


def halt(
    reason: Annotated[str, typer.Argument(help="Why, as it will be published.")] = "",
    first: Annotated[str | None, typer.Option("--from", help="First game date, YYYY-MM-DD. Default: today.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last game date. Default: until `nba resume`.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show what was ever halted and resumed.")] = False,
) -> None:
    """Publish no picks of some game dates. Holds from the next publication on, whatever the tables say."""
    from resources.chained_log import DamagedLogError
    from resources.halts import HaltError, Halts
    from resources.registry import build_clock

    settings = settings_or_stop()
    halts = Halts(settings.ledger_path)
    say_if_simulated(settings, out)
    try:
        if listed:
            for entry in halts.log.entries():
                span = f"{entry['first']} to {entry['last'] or 'further notice'}" if "last" in entry else entry["first"]
                out.print(
                    f"{entry['at'][:19]}Z {entry['who']}: {entry['event']} {span} {entry['reason']}", markup=False
                )
            return
        placed = halts.halt(reason, getpass.getuser(), build_clock(settings).now(), _day(first), _day(last))
    except (HaltError, DamagedLogError) as error:
        stop(str(error))
    out.print(f"halted: {placed.in_words()}. {_TABLES}", markup=False)


def resume(reason: Annotated[str, typer.Argument(help="Why.")] = "") -> None:
    """End all halts placed by hand, from today on."""
    from resources.chained_log import DamagedLogError
    from resources.halts import HaltError, Halts
    from resources.registry import build_clock

    settings = settings_or_stop()
    say_if_simulated(settings, out)
    try:
        ended = Halts(settings.ledger_path).resume(reason, getpass.getuser(), build_clock(settings).now())
    except (HaltError, DamagedLogError) as error:
        stop(str(error))
    for one in ended:
        out.print(f"ended: {one.in_words()}", markup=False)
    out.print(_TABLES, markup=False)


_TABLES = "Tables follow with the next run of halt_state: nba backfill DATE DATE --select halt_state"


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        stop(f"{text!r} is not a date; write YYYY-MM-DD")
