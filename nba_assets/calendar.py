"""The NBA calendar as pure functions: ET game dates, seasons, game types."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

ET = ZoneInfo("America/New_York")

# First regular-season game date of each season this platform covers (the 2026-27 opener is provisional).
SEASON_OPENERS: dict[int, date] = {
    2021: date(2021, 10, 19),
    2022: date(2022, 10, 18),
    2023: date(2023, 10, 24),
    2024: date(2024, 10, 22),
    2025: date(2025, 10, 21),
    2026: date(2026, 10, 21),
}

# Game type by id prefix. Preseason (001) and All-Star (003) games are not kept.
GAME_TYPES: dict[str, str] = {"002": "regular_season", "004": "playoffs", "005": "play_in", "006": "cup_final"}


def season_year(day: date) -> int:
    """Start year of the season a date belongs to: October starts a new one."""
    return day.year if day.month >= 10 else day.year - 1


def season_label(year: int) -> str:
    """2023 -> '2023-24'."""
    return f"{year}-{(year + 1) % 100:02d}"


def season_year_of(game_date: pl.Expr) -> pl.Expr:
    """`season_year` for a date column."""
    return (game_date.dt.year() - (game_date.dt.month() < 10).cast(pl.Int32)).cast(pl.Int64)


def et_date(instant: pl.Expr) -> pl.Expr:
    """ET calendar date of a UTC instant column."""
    return instant.dt.convert_time_zone("America/New_York").dt.date()


def et_today(now: datetime) -> date:
    """ET calendar date of an aware instant."""
    return now.astimezone(ET).date()
