"""The summary a person reads after a backfill: per table what was written and how long it took; then the bad days by
name.
"""

from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from ml_models.systems import ROSTER
from ml_models.training_rows import STORE
from nba_assets.backfill import BackfillReport, TableReport
from nba_assets.contracts import TABLES
from nba_assets.landing_files import LANDING_DATASETS

_WARNINGS_SHOWN = 3


def print_report(report: BackfillReport, first: date, last: date, console: Console) -> None:
    """Tables in the order data travels, totals, every ERROR verdict with its date, and some warnings.

    The rows of landing assets are files, the dates of models weeks and their rows those they learned from.
    """
    names = [*(dataset.name for dataset in LANDING_DATASETS), *_tables_and_models()]
    order = [report.tables[name] for name in names if name in report.tables]
    grid = RichTable(title=f"Game dates {first} to {last}", title_justify="left", box=None, pad_edge=False)
    grid.add_column("table", no_wrap=True)
    for name in ("dates", "rows", "checks", "ERROR", "WARN", "read s", "compute s", "write s", "step s"):
        grid.add_column(name, justify="right", no_wrap=True)
    for table in order:
        grid.add_row(table.table, *_figures(table))
    console.print(grid)
    work = sum(table.seconds[part] for table in order for part in ("read", "compute", "write"))
    console.print(
        f"{report.seconds:.1f} s in all: {work:.1f} s reading, computing and writing; "
        f"the rest is Dagster's event log and start-up. Runs: {', '.join(report.run_ids)}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for table in order:
        for day, check, description in table.failed:
            console.print(
                f"[bold red]ERROR[/] {day} {table.table} {check}: {escape(description)}",
                highlight=False,
                soft_wrap=True,
            )
    for table in order:
        for day, check, description in table.warned[:_WARNINGS_SHOWN]:
            console.print(
                f"[yellow]WARN[/]  {day} {table.table} {check}: {escape(description)}", highlight=False, soft_wrap=True
            )
        if len(table.warned) > _WARNINGS_SHOWN:
            more = len(table.warned) - _WARNINGS_SHOWN
            console.print(f"[yellow]WARN[/]  {table.table}: {more} more (nba status)", highlight=False)
    for error in report.errors:
        console.print(f"[bold red]FAILED[/] {escape(error)}", highlight=False, soft_wrap=True)
    if report.ok:
        console.print("every run succeeded, no date failed an ERROR check", style="green")


def _tables_and_models() -> list[str]:
    """Models stand between the rows they learn from and the predictions they make."""
    names = list(TABLES)
    after = names.index(STORE) + 1
    return [*names[:after], *ROSTER, *names[after:]]


def _figures(table: TableReport) -> list[str]:
    counts = [table.dates, table.rows, table.checks, len(table.failed), len(table.warned)]
    return [f"{n:,}" for n in counts] + [f"{table.seconds[part]:.2f}" for part in ("read", "compute", "write", "step")]
