"""`nba models`: the trained models of every system, from the registry's cards."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from nba_assets.cli_console import out, say_if_simulated, settings_or_stop, stop


def models(
    system: Annotated[str, typer.Argument(metavar="[SYSTEM", help="One system, all its weeks.")] = "",
    week: Annotated[str, typer.Argument(metavar="MONDAY]", help="Of that week, the whole card as JSON.")] = "",
) -> None:
    """Which models there are: per system the newest, of one system every week, of one week its card."""
    from ml_models import registry
    from ml_models.systems import ROSTER

    settings = settings_or_stop()
    if system and system not in ROSTER:
        stop(f"no system {system!r}; systems: {', '.join(ROSTER)}")
    cards = {name: registry.models(settings.models_path, name) for name in ([system] if system else ROSTER)}
    if week:
        found = [card for card in cards[system] if str(card.window_end + timedelta(days=1)) == week]
        if not found:
            stop(f"{system} has no model of the week of {week} in {settings.models_path}")
        typer.echo(found[0].to_json())
        return
    say_if_simulated(settings, out)
    title = f"Models of {system}" if system else "Newest model of every system"
    grid = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in ("system", "week", "status", "rows", "weeks", "MAE / line's", "MAE / EWMA's", "sha256"):
        grid.add_column(name, no_wrap=True)
    for name, of_system in cards.items():
        for card in of_system if system else of_system[-1:]:
            ratios = [card.metrics.get(gate) for gate in ("mae_against_line", "mae_against_ewma")]
            shown = ["-" if ratio is None else f"{ratio:.3f}" for ratio in ratios]
            monday, weeks = str(card.window_end + timedelta(days=1)), str(len(of_system))
            grid.add_row(name, monday, card.status, f"{card.rows:,}", weeks, *shown, card.sha256[:12])
        if not of_system:
            grid.add_row(name, "-", "no model", *[""] * 5)
    out.print(grid)
