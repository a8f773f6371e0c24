"""`nba fetch`: provider documents into the landing folder, without Dagster. The landing sensor reports what arrives."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from nba_assets.cli_console import err, out, say_if_simulated, settings_or_stop, stop
from resources.settings import Settings

if TYPE_CHECKING:
    from resources.providers.landing import FetchReport
    from resources.providers.landing_fetcher import LandingFetcher
    from resources.providers.odds_fetcher import Wanted

fetch_app = typer.Typer(no_args_is_help=True, help="Fetch provider documents into the landing folder.")

First = Annotated[str, typer.Argument(metavar="FROM", help="First game date, YYYY-MM-DD.")]
Last = Annotated[str, typer.Argument(metavar="TO", help="Last game date, YYYY-MM-DD.")]
Advance = Callable[["FetchReport"], None]


@fetch_app.command("games")
def fetch_games(first: First, last: Last) -> None:
    """NBA.com's documents of a date range: schedule, box scores, shots, play-by-play, injury reports.

    Of today the player index and the scoreboard, too. Needs no key.
    """
    from nba_assets.landing_files import LANDING_DATASETS
    from resources.providers.landing import FetchReport

    settings, days = settings_or_stop(), _days(first, last)
    fetcher = _fetcher(settings)
    report = FetchReport()
    with _reporting(settings, report), _bar("fetching", len(days)) as advance:
        for day in days:
            for dataset in LANDING_DATASETS:
                if dataset.provider == "nba-com":
                    report.add(fetcher.fetch(dataset, day))
            advance(report)


@fetch_app.command("odds")
def fetch_odds() -> None:
    """Tonight's events, lines and props of The Odds API, as they are now."""
    from nba_assets.calendar import et_today
    from nba_assets.landing_files import ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS
    from resources.providers.landing import FetchReport
    from resources.registry import build_clock

    settings = settings_or_stop()
    fetcher = _fetcher(settings)
    report = FetchReport()
    today = et_today(build_clock(settings).now())
    with _reporting(settings, report), _bar("odds", 3) as advance:
        for dataset in (ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS):
            report.add(fetcher.fetch(dataset, today))
            advance(report)


@fetch_app.command("odds-history")
def fetch_odds_history(
    first: First,
    last: Last,
    snapshot_time: Annotated[
        str | None,
        typer.Option(
            help="UTC time of the game date (18:00Z) or minutes before tip-off (-30m); several: comma-separated."
        ),
    ] = None,
    books: Annotated[str | None, typer.Option(help="Bookmakers, comma-separated. Default: twelve.")] = None,
    max_cost: Annotated[int | None, typer.Option(help="Stop before more quota than this is spent.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before quota is spent.")] = False,
) -> None:
    """Lines and props of past game dates, bought from The Odds API's history.

    What has landed is not bought again: after an interrupt, run the same command.
    """
    from nba_assets.calendar import et_today
    from nba_assets.landing_files import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
    from resources.providers.landing import FetchReport
    from resources.registry import build_clock

    settings, days = settings_or_stop(), _days(first, last)
    today = et_today(build_clock(settings).now())
    if days[-1] >= today:
        stop(f"TO={last}: history is of dates before today, {today}; for today's quotes: nba fetch odds")
    fetcher = _fetcher(settings, snapshot_time, books, max_cost)
    report = FetchReport()
    with _reporting(settings, report):
        listing = fetcher.odds.events_cost(days)
        err.print(
            f"listing the events of {len(days)} dates costs up to {listing} requests of the quota", highlight=False
        )
        wanted: list[Wanted] = []
        with _bar("events", len(days)) as advance:
            for day in days:
                fetcher.odds.fetch_events(day, report)
                for dataset in (ODDS_GAME_LINES, ODDS_PLAYER_PROPS):
                    wanted += fetcher.odds.missing(dataset, day, report)
                advance(report)
        cost = fetcher.odds.cost(wanted)
        err.print(f"{len(wanted)} documents are missing and cost up to {cost:,} requests of the quota", highlight=False)
        if wanted and not yes and err.is_terminal and not typer.confirm("Go on?", err=True):
            raise typer.Exit(1)
        with _bar("odds history", len(wanted)) as advance:
            for one in wanted:
                fetcher.odds.fetch_wanted(one, report)
                advance(report)


def _fetcher(
    settings: Settings, snapshots: str | None = None, books: str | None = None, max_cost: int | None = None
) -> "LandingFetcher":
    from resources.providers.connect import NoProvidersError
    from resources.registry import build_fetcher

    try:
        return build_fetcher(settings, snapshots, books, max_cost)
    except (NoProvidersError, ValueError) as error:
        stop(str(error))


def _days(first: str, last: str) -> Sequence[date]:
    from nba_assets.backfill import BackfillError, parse_range

    try:
        start, end = parse_range(first, last)
    except BackfillError as error:
        stop(str(error))
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@contextmanager
def _reporting(settings: Settings, report: "FetchReport") -> Iterator[None]:
    """Says at the end what came of everything, also after an interrupt; exit status 1 if something failed."""
    from resources.providers.errors import QuotaReserveError

    interrupted = False
    try:
        yield
    except KeyboardInterrupt:
        interrupted = True
    except QuotaReserveError as error:  # nothing more can be bought
        report.errors.append(str(error))
    errors = list(dict.fromkeys(report.errors))
    for line in errors:
        err.print(f"[bold red]error:[/] {escape(line)}", highlight=False, soft_wrap=True)
    say_if_simulated(settings, out)
    out.print(
        f"{len(report.written)} files in {settings.landing_path}, {len(set(report.present))} were there already, "
        f"{len(report.absent)} documents not there, {len(errors)} errors{_quota(report)}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    if interrupted:
        out.print("interrupted; run the same command again to go on")
        raise typer.Exit(130)
    if errors:
        raise typer.Exit(1)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Advance]:
    """A progress bar that also tells the quota; nothing where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda report: progress.update(task, advance=1, description=f"{what}{_quota(report)}")


def _quota(report: "FetchReport") -> str:
    quota = report.quota
    return "" if quota is None else f"; quota: {quota.used} used, {quota.remaining} left"
