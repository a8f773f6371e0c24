"""`nba`: the command line over the same definitions, warehouse and event log that the Dagster UI shows."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, track

from resources.settings import Settings, SettingsError, load_settings

# Dagster takes seconds to import; `nba --help` and `nba sql` do without it.
if TYPE_CHECKING:
    from dagster import DagsterInstance

    from nba_assets.backfill import Progress as StepProgress

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
fetch_app = typer.Typer(no_args_is_help=True, help="Fetch provider documents into the landing folder.")
app.add_typer(fetch_app, name="fetch")
# A pipe has no width; wide enough that no figure is cut off.
out = Console(width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True)


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
    plain: Annotated[bool, typer.Option("--plain", help="Plain lines instead of a progress bar.")] = False,
) -> None:
    """Materialize a date range. Exit status 0 only if every run succeeded and no date failed an ERROR check."""
    from nba_assets.backfill import BackfillError, parse_range, run_backfill, select_assets
    from nba_assets.backfill_report import print_report

    with _platform() as (settings, instance):
        from nba_assets.definitions import defs

        try:
            start, end = parse_range(first, last)
            keys = select_assets(defs, select)
        except BackfillError as error:
            _stop(str(error))
        err.print(f"landing {settings.landing_path}\nwarehouse {settings.warehouse_path}", soft_wrap=True, style="dim")
        with _progress(plain or not err.is_terminal) as advance:
            report = run_backfill(defs, instance, start, end, keys, advance)
        _say_if_simulated(settings, out)
        print_report(report, start, end, out)
    raise typer.Exit(0 if report.ok else 1)


@fetch_app.command("games")
def fetch_games(
    first: Annotated[str, typer.Argument(metavar="FROM", help="First game date, YYYY-MM-DD.")],
    last: Annotated[str, typer.Argument(metavar="TO", help="Last game date, YYYY-MM-DD.")],
) -> None:
    """NBA.com's schedule, box scores, shots and play-by-play of a date range, into the landing folder. Needs no key."""
    from nba_assets.backfill import BackfillError, parse_range
    from resources.landing_store import LocalLandingStore
    from resources.providers.hosts import NBA_CDN, NBA_STATS
    from resources.providers.http import provider_client
    from resources.providers.nba_cdn import NbaCdn
    from resources.providers.nba_games import NbaGames
    from resources.providers.nba_stats import NbaStats

    settings = _settings()
    if settings.env != "live":
        _stop("this reaches stats.nba.com and cdn.nba.com; set NBA_ENV=live to allow it")
    if settings.simulated:
        _stop(f"{settings.landing_path} is SIMULATED; fetch into another landing folder (NBA_LANDING)")
    try:
        start, end = parse_range(first, last)
    except BackfillError as error:
        _stop(str(error))
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    with provider_client(NBA_STATS) as stats, provider_client(NBA_CDN) as cdn:
        games = NbaGames(NbaStats(stats), NbaCdn(cdn), LocalLandingStore(settings.landing_path))
        for day in track(days, description="fetching", console=err):
            games.fetch_date(day)
    report = games.report
    for line in report.errors:
        err.print(f"[bold red]error:[/] {escape(line)}", highlight=False, soft_wrap=True)
    out.print(
        f"{len(report.written)} files in {settings.landing_path}, {len(report.absent)} documents not there, "
        f"{len(report.errors)} errors",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    raise typer.Exit(1 if report.errors else 0)


@app.command()
def status(
    format: Annotated[StatusFormat, typer.Option(help="table or json")] = StatusFormat.table,
) -> None:
    """What is there, what is missing, which checks fail: per table."""
    from nba_assets.calendar import et_today
    from nba_assets.status import as_dict, print_statuses, table_statuses

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
        _say_if_simulated(settings, out)
        print_statuses(statuses, out)


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

    settings = _settings()
    _say_if_simulated(settings, err)  # not among the rows, which a program may read
    connection = open_warehouse(settings.warehouse_path)
    if query is None:
        prompt(connection)
        return
    try:
        print(render(connection, query, format.value))
    except duckdb.Error as error:
        _stop(str(error))


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

    home = prepare_dagster_home(_settings())
    # Dagster takes a dagster.yaml in the current folder for a mistake; the checkout's is the one copied to home.
    os.chdir(home)
    workspace = str(CHECKOUT / "workspace.yaml")
    command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", host, "-p", str(port)]
    os.execv(sys.executable, command)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _stop(str(error))


@contextmanager
def _platform() -> "Iterator[tuple[Settings, DagsterInstance]]":
    """Settings and the Dagster instance of this environment."""
    import dagster as dg

    from resources.dagster_home import prepare_dagster_home

    settings = _settings()
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


def _say_if_simulated(settings: Settings, console: Console) -> None:
    if settings.simulated:
        console.print("[bold yellow]SIMULATED[/] players, games and quotes: these figures say nothing about the NBA")


def _stop(message: str) -> NoReturn:
    err.print(f"[bold red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
