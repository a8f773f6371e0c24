"""`nba ledger`: what was published, and whether the record of it is what was written."""

import getpass
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.table import Table as Grid

from nba_assets.cli_console import err, out, say_if_simulated, settings_or_stop, stop
from resources.settings import Settings

ledger_app = typer.Typer(no_args_is_help=True, help="The ledger of published picks.")


@ledger_app.command()
def verify() -> None:
    """Whether the ledger is what was written, and holds what the stored tables know of it. Exit status 1 if not."""
    from resources.pick_ledger import pick_ledger

    settings = settings_or_stop()
    ledger = pick_ledger(settings.ledger_path)
    say_if_simulated(settings, err)
    anchors = _anchors(settings)
    problems = ledger.verify(anchors)
    for problem in problems:
        out.print(f"{problem.kind}: {problem.text}", markup=False, soft_wrap=True)
    if problems:
        err.print(f"{ledger.path} is not what was written: {len(problems)} problems", soft_wrap=True)
        raise typer.Exit(1)
    out.print(f"{ledger.path}: {len(ledger.entries())} entries, whole; {len(anchors)} of them known to the warehouse")


@ledger_app.command()
def show(
    day: Annotated[str, typer.Argument(metavar="[DATE]", help="Game date, YYYY-MM-DD. Default: all.")] = "",
) -> None:
    """The events of the ledger, in order."""
    settings = settings_or_stop()
    say_if_simulated(settings, out)
    asked = _day(day) if day else None
    columns = ("seq", "at", "event", "game_date", "player_lookup", "system_id", "side", "line", "price", "book", "edge")
    grid = Grid(*columns)
    for entry in _entries(settings):
        if asked is None or entry["game_date"] == str(asked):
            grid.add_row(*(_cell(entry[name]) for name in columns))
    out.print(grid)


@ledger_app.command()
def retract(
    day: Annotated[str, typer.Argument(metavar="DATE", help="Game date, YYYY-MM-DD.")],
    player: Annotated[str, typer.Argument(help="player_lookup, e.g. joelembiid.")],
    why: Annotated[str, typer.Argument(help="Why, as it will be published.")],
) -> None:
    """Withdraw a published pick before tip-off. It stays in the record and is graded."""
    from nba_assets.transforms.published_picks import published, retraction
    from resources.chained_log import DamagedLogError
    from resources.pick_ledger import pick_ledger
    from resources.registry import build_clock

    settings = settings_or_stop()
    say_if_simulated(settings, out)
    asked, now = str(_day(day)), build_clock(settings).now()

    def withdraw(entries: Any, instant: datetime) -> list[dict[str, Any]]:
        of_player = [
            pick
            for pick in published(entries).values()
            if (pick.first["game_date"], pick.first["player_lookup"]) == (asked, player)
        ]
        if not of_player:
            raise ValueError("it was never published")
        return [retraction(pick, why, getpass.getuser(), instant) for pick in of_player]

    try:
        entry = pick_ledger(settings.ledger_path).append(now, withdraw, _anchors(settings))[-1]
    except DamagedLogError as error:
        stop(str(error))
    except ValueError as error:
        stop(f"{player} on {asked}: {error}")
    out.print(f"retracted, seq {entry['seq']}; the table follows with the next run of published_picks", markup=False)


def _anchors(settings: Settings) -> dict[int, str]:
    """What the warehouse knows of the ledger."""
    from nba_assets.contracts.published_picks import TABLE
    from resources.warehouse import LocalWarehouse

    warehouse = LocalWarehouse(settings.warehouse_path)
    return dict(warehouse.read(TABLE, warehouse.dates(TABLE), ["ledger_seq", "ledger_hash"]).iter_rows())


def _entries(settings: Settings) -> Any:
    from resources.chained_log import DamagedLogError
    from resources.pick_ledger import pick_ledger

    try:
        return pick_ledger(settings.ledger_path).entries()
    except DamagedLogError as error:
        stop(str(error))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"{text!r} is not a date; write YYYY-MM-DD")


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
