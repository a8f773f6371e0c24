"""`nba scoreboard`: every system, the line and a coin on identical rows of stored grades."""

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from nba_assets.cli_console import err, out, say_if_simulated, settings_or_stop, stop

# Of the page's columns, those a terminal has room for.
_SHOWN = ("system", "n", "MAE", "the line's", "Brier", "log-loss", "hit rate [95 %]", "ROI [95 %]", "verdict")


class ScoreboardFormat(StrEnum):
    table = "table"
    markdown = "markdown"
    json = "json"


def scoreboard(
    first: Annotated[
        str, typer.Argument(metavar="[FROM", help="First game date, YYYY-MM-DD. Default: the season's first.")
    ] = "",
    last: Annotated[str, typer.Argument(metavar="TO]", help="Last game date. Default: the newest grades.")] = "",
    format: Annotated[
        ScoreboardFormat, typer.Option(help="table, markdown (every figure) or json")
    ] = ScoreboardFormat.table,
    file: Annotated[Path | None, typer.Option("--out", help="Write it there instead of to the terminal.")] = None,
) -> None:
    """Judge every prediction system by its stored grades, next to the line, the price and a coin. Losses first."""
    from nba_assets.best_bets_section import best_bets_section
    from nba_assets.contracts import TABLES
    from nba_assets.scoreboard import as_dict, boards, read_graded, scoreboard_section
    from resources.warehouse import LocalWarehouse

    settings = settings_or_stop()
    warehouse = LocalWarehouse(settings.warehouse_path)
    start, end = _range(first, last, warehouse.dates(TABLES["prediction_accuracy"]))
    graded, simulated = read_graded(warehouse, start, end), settings.simulated
    say_if_simulated(settings, err)
    if format is ScoreboardFormat.json:
        _hand_over(json.dumps(as_dict(graded, start, end, simulated=simulated), indent=2) + "\n", file)
    elif format is ScoreboardFormat.markdown:
        title = f"# {'SIMULATED: scoreboard' if simulated else 'Scoreboard'}, {start} to {end}\n\n"
        bets = f"## Best bets, and what each rule saved or cost\n\n{best_bets_section(warehouse, start, end)}"
        _hand_over(f"{title}{scoreboard_section(graded, simulated=simulated)}{bets}", file)
    elif file is None:
        _print(boards(graded), out, simulated=simulated)
    else:
        with file.open("w") as text:
            _print(boards(graded), Console(file=text, width=200), simulated=simulated)


def _range(first: str, last: str, there: set[date]) -> tuple[date, date]:
    from nba_assets.backfill import BackfillError, parse_range
    from nba_assets.calendar import season_year

    if not last:
        if not there:
            stop("the warehouse has no graded predictions: nba backfill FROM TO")
        last = str(max(there))
    try:
        return parse_range(first or str(date(season_year(date.fromisoformat(last)), 10, 1)), last)
    except (BackfillError, ValueError) as error:
        stop(str(error))


def _hand_over(text: str, file: Path | None) -> None:
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text)


def _print(found: dict[str, pl.DataFrame], console: Console, *, simulated: bool) -> None:
    from nba_assets.scoreboard import HEADER, cells

    if not found:
        console.print("no graded forecast has a line with both prices")
    for made, board in found.items():
        for compared in (True, False):
            rows = board.filter(pl.col("is_compared") == compared)
            if rows.is_empty():
                continue
            which = "identical rows" if compared else "rows of their own, not comparable"
            grid = RichTable(
                box=None,
                pad_edge=False,
                title=f"{'SIMULATED ' if simulated else ''}{made}, {which}: {rows['dates'].max()} dates",
                title_justify="left",
            )
            for name in _SHOWN:
                grid.add_column(name, justify="left" if name in ("system", "verdict") else "right")
            for row in rows.iter_rows(named=True):
                told = dict(zip(HEADER, cells(row), strict=True))
                grid.add_row(*(escape(told[name].strip("`")) for name in _SHOWN))
            console.print(grid)
