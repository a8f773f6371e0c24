"""`nba status --season`: for every date of a season and every table what was expected, and what is there."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl
from rich.console import Console
from rich.table import Table as RichTable

from nba_assets.calendar import SEASON_OPENERS, et_today, season_label, season_year
from nba_assets.contracts import TABLES
from nba_assets.contracts.completeness import FINE, STATES
from nba_assets.status import ERROR, failed_checks
from nba_assets.transforms import completeness
from resources.warehouse import Warehouse

_SCHEDULE = TABLES["nbac_schedule"]
_COLORS = {"incomplete": "yellow", "missing": "bold red", "failed": "bold red"}


class UnknownSeasonError(ValueError):
    """Not a season this platform covers, or nothing of it is known yet."""


@dataclass(frozen=True)
class SeasonStatus:
    """`cells`: one row of `completeness` per date and table, of the dates `first` to `last`: from the opening date to
    today, or to the last date of which a schedule is stored."""

    year: int
    first: date
    last: date
    cells: pl.DataFrame


def parse_season(text: str) -> int:
    """2023-24, or 2023, as its start year."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text)
    year = int(found[1]) if found else 0
    if year not in SEASON_OPENERS or (found and found[2] and season_label(year) != text):
        raise UnknownSeasonError(f"no season {text}; seasons are {', '.join(map(season_label, SEASON_OPENERS))}")
    return year


def season_status(
    warehouse: Warehouse, instance: dg.DagsterInstance, check_keys: Iterable[dg.AssetCheckKey], year: int, now: datetime
) -> SeasonStatus:
    """Reads every partition's row count of the season, and the latest verdicts."""
    today, opener = et_today(now), SEASON_OPENERS[year]
    scheduled = [day for day in warehouse.dates(_SCHEDULE) if season_year(day) == year]
    current = [today] if season_year(today) == year else []
    last = min(max([*scheduled, *current], default=date.min), today)
    if last < opener:
        raise UnknownSeasonError(f"nothing of season {season_label(year)} is stored, and it is not played today")
    dates = [opener + timedelta(days=n) for n in range((last - opener).days + 1)]
    tables = [table for table in TABLES.values() if table.name != completeness.TABLE.name]
    wanted = {
        _SCHEDULE.name: completeness.SCHEDULE_COLUMNS,
        completeness.PREDICTIONS: completeness.PREDICTION_COLUMNS,
        completeness.GRADES: completeness.GRADE_COLUMNS,
    }
    frames = {table.name: warehouse.read(table, dates, wanted.get(table.name, ("game_date",))) for table in tables}
    present = {table.name: warehouse.dates(table) & set(dates) for table in tables}
    cells = completeness.build(
        dates,
        tables,
        frames[_SCHEDULE.name],
        completeness.stored_partitions(tables, present, frames),
        completeness.coverage(*(frames[n] for n in (completeness.PREDICTIONS, completeness.GRADES, _SCHEDULE.name))),
        now,
        _red_dates(instance, check_keys),
    )
    return SeasonStatus(year, opener, last, cells)


def _red_dates(instance: dg.DagsterInstance, check_keys: Iterable[dg.AssetCheckKey]) -> pl.DataFrame:
    rows = [
        {"table_name": TABLES[name].full_name, "game_date": date.fromisoformat(check.game_date)}
        for name, checks in failed_checks(instance, list(check_keys)).items()
        if name in TABLES
        for check in checks
        if check.severity == ERROR
    ]
    return pl.DataFrame(rows, schema=completeness.FAILED)


def as_dict(status: SeasonStatus) -> dict[str, Any]:
    """JSON shape: the season, and table -> state -> dates; of what is graded the counts."""
    return {
        "season": season_label(status.year),
        "from": status.first.isoformat(),
        "to": status.last.isoformat(),
        **_graded(status),
        "tables": {
            table.full_name: {
                state: [day.isoformat() for day in days]
                for state, days in _by_state(status.cells, table.full_name).items()
            }
            for table in TABLES.values()
            if table.name != completeness.TABLE.name
        },
    }


def print_season(status: SeasonStatus, console: Console) -> None:
    """Dates per state and table, then the dates of everything that is amiss."""
    days = (status.last - status.first).days + 1
    played = status.cells.filter(pl.col("games") > 0)["game_date"].n_unique()
    graded = _graded(status)
    console.print(
        f"season {season_label(status.year)}, {status.first} to {status.last}: {days} dates, {played} with games; "
        f"{graded['graded']:,} of {graded['gradable']:,} gradable recommendations are graded",
        highlight=False,
    )
    grid = RichTable(box=None, pad_edge=False)
    for name in ("table", *STATES):
        grid.add_column(name.replace("_", " "), justify="left" if name == "table" else "right", no_wrap=True)
    amiss = []
    for table in TABLES.values():
        if table.name == completeness.TABLE.name:
            continue
        found = _by_state(status.cells, table.full_name)
        grid.add_row(table.full_name, *(_colored(state, len(found.get(state, []))) for state in STATES))
        idle = set(found.get("no_games", []))
        amiss += [
            (state, table.full_name, _ranges(found[state], idle))
            for state in STATES
            if state not in FINE and state in found
        ]
    console.print(grid)
    for state, name, dates in amiss:
        console.print(f"[{_COLORS[state]}]{state}[/] {name}: {dates}", highlight=False, soft_wrap=True)


def _graded(status: SeasonStatus) -> Mapping[str, int]:
    return {name: int(status.cells[name].sum()) for name in ("gradable", "graded")}


def _by_state(cells: pl.DataFrame, table: str) -> dict[str, list[date]]:
    rows = cells.filter(pl.col("table_name") == table).sort("game_date")
    return {str(key[0]): part["game_date"].to_list() for key, part in rows.partition_by("state", as_dict=True).items()}


def _colored(state: str, count: int) -> str:
    if not count:
        return "-"
    return f"[{_COLORS[state]}]{count}[/]" if state in _COLORS else str(count)


def _ranges(dates: Sequence[date], idle: Collection[date]) -> str:
    """Sorted dates, neighbours together; dates without games do not part them."""
    runs: list[list[date]] = []
    for day in dates:
        before = day - timedelta(days=1)
        while before in idle:
            before -= timedelta(days=1)
        if runs and runs[-1][-1] == before:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} .. {run[-1]} ({len(run)})" for run in runs)
