"""What all commands share: two consoles, settings, and how a command gives up."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from resources.settings import Settings, SettingsError, load_settings
from resources.simulation import SimulationError

# A pipe has no width; wide enough that no figure is cut off.
out = Console(width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True)


def settings_or_stop() -> Settings:
    """This environment's settings; a wrong one ends the command with its name and the fix."""
    try:
        settings = load_settings()
        _ = settings.simulation
    except (SettingsError, SimulationError) as error:
        stop(str(error))
    return settings


def say_if_simulated(settings: Settings, console: Console) -> None:
    """The banner over everything computed from simulated files."""
    if settings.simulated:
        console.print("[bold yellow]SIMULATED[/] players, games and quotes: these figures say nothing about the NBA")


def stop(message: str) -> NoReturn:
    """End the command: status 2, and what to change."""
    err.print(f"[bold red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
