"""`nba accuracy`: how good every system is over a range of dates, as a page. Reads the warehouse, stores nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nba_assets.cli_console import err, say_if_simulated, settings_or_stop, stop
from resources.simulation import Simulation

if TYPE_CHECKING:
    from nba_assets.accuracy import Evaluation
    from nba_assets.accuracy_truth import Truths
    from resources.warehouse import Warehouse

# Dates judged where none are named.
USUAL = timedelta(days=43)


def accuracy(
    first: Annotated[str, typer.Argument(metavar="[FROM", help="First game date, YYYY-MM-DD. Default: 6 weeks.")] = "",
    last: Annotated[str, typer.Argument(metavar="TO]", help="Last game date. Default: the newest features.")] = "",
    file: Annotated[Path | None, typer.Option("--out", help="Write the page there instead of to the terminal.")] = None,
) -> None:
    """Walk every prediction system forward week by week and judge it against the line, a coin and an average."""
    from ml_models.training_rows import STORE
    from nba_assets.accuracy import NothingToJudgeError, dates_needed, evaluate, read_tables
    from nba_assets.accuracy_report import page
    from nba_assets.contracts import TABLES
    from resources.warehouse import LocalWarehouse

    settings = settings_or_stop()
    warehouse = LocalWarehouse(settings.warehouse_path)
    start, end = _range(first, last, warehouse.dates(TABLES[STORE]))
    say_if_simulated(settings, err)
    try:
        found = evaluate(read_tables(warehouse, dates_needed(start, end)), start, end, track=_weeks)
    except NothingToJudgeError as error:
        stop(f"{error}; in {settings.warehouse_path}. Fill it: nba backfill FROM TO, ten weeks before FROM, too")
    simulated = settings.simulated
    stored = _stored(warehouse, start, end, simulated=simulated)
    text = page(found, simulated=simulated, truths=_truths(found, settings.simulation), stored=stored)
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text)
        err.print(f"{file}: {found.funnel.complete:,} rows, {found.walk_seconds + found.judge_seconds:.0f} s")


def _stored(warehouse: "Warehouse", first: date, last: date, *, simulated: bool) -> dict[str, str]:
    """What is told of stored grades and picks, where the range has any."""
    from nba_assets.best_bets_section import best_bets_section
    from nba_assets.scoreboard import read_graded, scoreboard_section

    graded = read_graded(warehouse, first, last)
    if graded.is_empty():
        return {}
    return {
        "Scoreboard": scoreboard_section(graded, simulated=simulated),
        "Best bets, and what each rule saved or cost": best_bets_section(warehouse, first, last),
    }


def _truths(found: "Evaluation", simulation: Simulation | None) -> "Truths | None":
    """What the league that the folder is fetched from knows; None of real games."""
    from nba_assets.accuracy_truth import against_truth
    from resources.simulated_league.league import League

    return None if simulation is None else against_truth(found, League(simulation.seed))


def _range(first: str, last: str, there: set[date]) -> tuple[date, date]:
    from nba_assets.backfill import BackfillError, parse_range

    if not last:
        if not there:
            stop("the warehouse has no features: nba backfill FROM TO")
        last = str(max(there))
    try:
        return parse_range(first or str(date.fromisoformat(last) - USUAL), last)
    except (BackfillError, ValueError) as error:
        stop(str(error))


def _weeks(mondays: list[date]) -> Iterator[date]:
    """The weeks, with a progress bar where there is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("walking", total=len(mondays))
        for monday in mondays:
            bar.update(task, description=f"week of {monday}")
            yield monday
            bar.advance(task)
        bar.update(task, description="judging")
