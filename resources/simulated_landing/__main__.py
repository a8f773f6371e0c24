"""`python -m resources.simulated_landing FOLDER`: write a simulated landing folder."""

import argparse
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from resources.simulated_landing import write_simulated_landing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m resources.simulated_landing", description=__doc__)
    parser.add_argument("folder", type=Path, help="landing folder to write")
    parser.add_argument("--seed", type=int, default=7, help="another seed, another league (default 7)")
    parser.add_argument("--first", type=date.fromisoformat, default=date(2025, 1, 6), help="first game date")
    parser.add_argument("--days", type=int, default=14, help="number of dates (default 14)")
    options = parser.parse_args()
    if options.days < 1:
        parser.error("--days must be at least 1")
    console = Console()
    columns = (TextColumn("Simulating"), BarColumn(), MofNCompleteColumn(), TextColumn("dates"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("dates", total=options.days)
        written = write_simulated_landing(
            options.folder, options.seed, options.first, options.days, on_day=lambda _: progress.advance(task)
        )
    console.print(
        f"SIMULATED landing folder: {written.games} games from {written.dates[0]} to {written.dates[-1]}, "
        f"{written.files} files in {options.folder}",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
