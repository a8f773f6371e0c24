"""`nba`: the command line over the same definitions, warehouse and event log that the Dagster UI shows."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nba_assets.cli_accuracy import accuracy
from nba_assets.cli_console import err, out, say_if_simulated, settings_or_stop, stop
from nba_assets.cli_fetch import fetch_app
from nba_assets.cli_halt import halt, resume
from nba_assets.cli_ledger import ledger_app
from nba_assets.cli_models import models
from nba_assets.cli_scoreboard import scoreboard
from resources.settings import Settings

# Dagster takes seconds to import; `nba --help` and `nba sql` do without it.
if TYPE_CHECKING:
    from dagster import DagsterInstance

    from nba_assets.backfill import Progress as StepProgress

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(fetch_app, name="fetch")
app.command()(accuracy)
app.command()(scoreboard)
app.command()(halt)
app.command()(resume)
app.add_typer(ledger_app, name="ledger")
app.command()(models)


class StatusFormat(StrEnum):
    table = "table"
    json = "json"


class SqlFormat(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def backfill(
    first: Annotated[str, typer.Argument(metavar="FROM", help="First game date, YYYY-MM-DD.")],
    last: Annotated[str, typer.Argument(metavar="TO", help="Last game date, YYYY-MM-DD.")],
    select: Annotated[
        str | None, typer.Option(help="Tables or datasets, comma-separated, or a Dagster selection. Default: all.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch from the providers first, in the same run.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Plain lines instead of a progress bar.")] = False,
) -> None:
    """Materialize a date range. Exit status 0 only if every run succeeded and no date failed an ERROR check."""
    from nba_assets.backfill import BackfillError, parse_range, run_backfill, select_assets
    from nba_assets.backfill_report import print_report
    from resources.providers.connect import why_not

    if fetch and (reason := why_not(settings_or_stop())) is not None:
        stop(f"--fetch: {reason}")
    with _platform() as (settings, instance):
        from nba_assets.definitions import defs

        try:
            start, end = parse_range(first, last)
            keys = select_assets(defs, select, fetch=fetch)
        except BackfillError as error:
            stop(str(error))
        err.print(f"landing {settings.landing_path}\nwarehouse {settings.warehouse_path}", soft_wrap=True, style="dim")
        with _progress(plain or not err.is_terminal) as advance:
            report = run_backfill(defs, instance, start, end, keys, advance)
        say_if_simulated(settings, out)
        print_report(report, start, end, out)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def status(
    season: Annotated[
        str | None, typer.Option(help="Every date of a season, e.g. 2023-24, and what is there of each table.")
    ] = None,
    format: Annotated[StatusFormat, typer.Option(help="table or json")] = StatusFormat.table,
) -> None:
    """What is there, what is missing, which checks fail: per table."""
    from nba_assets.calendar import et_today
    from nba_assets.status import as_dict, print_statuses, table_statuses

    if season is not None:
        _season_status(season, format)
        return
    with _platform() as (settings, instance):
        from nba_assets.definitions import defs

        resources = defs.resources or {}
        statuses = table_statuses(
            resources["warehouse"].warehouse,
            instance,
            defs.resolve_asset_graph().asset_check_keys,
            et_today(resources["clock"].now()),
        )
    if format is StatusFormat.json:
        print(json.dumps(as_dict(statuses), indent=2))
    else:
        say_if_simulated(settings, out)
        print_statuses(statuses, out)


def _season_status(season: str, format: StatusFormat) -> None:
    from nba_assets.status_season import UnknownSeasonError, as_dict, parse_season, print_season, season_status

    with _platform() as (settings, instance):
        from nba_assets.definitions import defs

        resources = defs.resources or {}
        checks = defs.resolve_asset_graph().asset_check_keys
        try:
            year, now = parse_season(season), resources["clock"].now()
            found = season_status(resources["warehouse"].warehouse, instance, checks, year, now)
        except UnknownSeasonError as error:
            stop(str(error))
    if format is StatusFormat.json:
        print(json.dumps(as_dict(found), indent=2))
    else:
        say_if_simulated(settings, out)
        print_season(found, out)


@app.command()
def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL over dataset.table; without it, an interactive prompt.")
    ] = None,
    format: Annotated[SqlFormat, typer.Option(help="table, csv or json")] = SqlFormat.table,
) -> None:
    """Query the warehouse with DuckDB; safe while runs write."""
    import duckdb

    from nba_assets.sql_console import open_warehouse, prompt, render

    settings = settings_or_stop()
    say_if_simulated(settings, err)  # not among the rows, which a program may read
    connection = open_warehouse(settings.warehouse_path)
    if query is None:
        prompt(connection)
        return
    try:
        print(render(connection, query, format.value))
    except duckdb.Error as error:
        stop(str(error))


@app.command()
def simulate(
    seed: Annotated[int | None, typer.Option(help="Another seed, another league. Default: the folder's.")] = None,
    now: Annotated[
        str | None,
        typer.Option(help="Instant of its clock, ET (2025-01-18 20:45) or ISO with zone. Default: real time."),
    ] = None,
    running: Annotated[bool, typer.Option("--running", help="Its clock runs from there instead of standing.")] = False,
    faults: Annotated[
        str | None, typer.Option(help="What goes wrong, comma-separated plans: rough_night, ..., or files *.toml.")
    ] = None,
) -> None:
    """Make the landing folder a SIMULATED one, fetched from a simulated league; or set its clock and faults anew."""
    from resources.clock import SystemClock, parse_instant
    from resources.simulated_league.plans import fault_plan
    from resources.simulation import DEFAULT_SEED, Simulation, write_simulation

    settings = settings_or_stop()
    if settings.env != "local":
        stop(f"NBA_ENV={settings.env} is not for simulations; use NBA_ENV=local")
    if running and now is None:
        stop("--running needs --now: real time always runs")
    if seed is None:
        seed = settings.simulation.seed if settings.simulation else DEFAULT_SEED
    # Programs that run in other folders read the files, too.
    words = [str(Path(word).absolute()) if word.endswith(".toml") else word for word in (faults or "").split(",")]
    plans = ",".join(words) or None
    try:
        fault_plan(plans or "", seed)
        instant = parse_instant(now) if now else None
        started = SystemClock().now().replace(microsecond=0) if running else None
        write_simulation(settings.landing_path, Simulation(seed, instant, started, plans))
    except (ValueError, OSError) as error:
        stop(str(error))
    say_if_simulated(settings, out)
    out.print(f"league {seed} in {settings.landing_path}, its clock at {now or 'real time'}", highlight=False)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port of the web server.")] = 3000,
    host: Annotated[
        str, typer.Option(help="Address it listens on; anyone who reaches it can start runs.")
    ] = "127.0.0.1",
) -> None:
    """The Dagster UI with its daemon (sensors, automation, backfills) on this machine."""
    from resources.dagster_home import prepare_dagster_home
    from resources.settings import CHECKOUT

    home = prepare_dagster_home(settings_or_stop())
    # Dagster takes a dagster.yaml in the current folder for a mistake; the checkout's is the one copied to home.
    os.chdir(home)
    workspace = str(CHECKOUT / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", host, "-p", str(port)]
    os.execv(sys.executable, command)


@contextmanager
def _platform() -> "Iterator[tuple[Settings, DagsterInstance]]":
    """Settings and the Dagster instance of this environment."""
    import dagster as dg

    from resources.dagster_home import prepare_dagster_home

    settings = settings_or_stop()
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield settings, instance


@contextmanager
def _progress(plain: bool) -> "Iterator[StepProgress]":
    """A progress bar over steps, or one line per finished step where there is no terminal."""
    if plain:
        shown = -1

        def line(done: int, total: int, step: str) -> None:
            nonlocal shown
            if done != shown:
                shown = done
                err.print(f"{done}/{total} tables{f', now {step}' if step else ''}", highlight=False)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, step: bar.update(task, completed=done, total=total, description=step or "done")
