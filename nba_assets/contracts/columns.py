"""Columns that mean the same thing in every table, declared once."""

import re
from collections.abc import Sequence

import dataframely as dy

TEAM_ABBR = r"^[A-Z]{3}$"


def game_date(*, primary_key: bool = False) -> dy.Date:
    return dy.Date(primary_key=primary_key, description="ET date of the scheduled tip-off; the partition.")


def nba_game_id(*, primary_key: bool = False, nullable: bool = False) -> dy.String:
    return dy.String(
        primary_key=primary_key,
        nullable=nullable,
        regex=r"^00\d{8}$",
        description="NBA game id, 10 characters (00 + type digit + season start YY + number). Survives rescheduling.",
    )


def game_id(*, nullable: bool = False) -> dy.String:
    return dy.String(
        nullable=nullable,
        regex=r"^\d{8}_[A-Z]{3}_[A-Z]{3}$",
        description="YYYYMMDD_AWAY_HOME, e.g. 20250115_NYK_PHI. Changes when a game is moved.",
    )


def season_year() -> dy.Int64:
    return dy.Int64(min=2000, max=2100, description="Start year of the season: 2023 for 2023-24.")


def nba_player_id(*, primary_key: bool = False, nullable: bool = False) -> dy.Int64:
    return dy.Int64(
        primary_key=primary_key,
        nullable=nullable,
        min=1,
        description="NBA person id, the same number in every NBA feed; the key of a player.",
    )


def player_lookup(*, nullable: bool = False) -> dy.String:
    return dy.String(
        nullable=nullable,
        regex=r"^[a-z0-9]+$",
        description="Normalised display name with its generational suffix (jimmybutleriii); for people and legacy joins.",
    )


def player_full_name(*, nullable: bool = False) -> dy.String:
    return dy.String(nullable=nullable, min_length=1, description="Display name as the source writes it.")


def team_id(description: str = "NBA team id.", *, nullable: bool = False) -> dy.Int64:
    return dy.Int64(nullable=nullable, min=1610612737, max=1610612766, description=description)


def team_abbr(description: str, *, primary_key: bool = False, nullable: bool = False) -> dy.String:
    return dy.String(primary_key=primary_key, nullable=nullable, regex=TEAM_ABBR, description=description)


def count(description: str, *, maximum: int = 400, nullable: bool = True) -> dy.Int64:
    """A box-score count. Null is unknown, zero is zero."""
    return dy.Int64(nullable=nullable, min=0, max=maximum, description=description)


def signed(description: str, *, bound: int = 200, nullable: bool = True) -> dy.Int64:
    return dy.Int64(nullable=nullable, min=-bound, max=bound, description=description)


def number(
    description: str, *, unit: str, low: float | None = None, high: float | None = None, nullable: bool = True
) -> dy.Float64:
    return dy.Float64(nullable=nullable, min=low, max=high, description=description, metadata={"unit": unit})


def flag(description: str, *, nullable: bool = True) -> dy.Bool:
    return dy.Bool(nullable=nullable, description=description)


def text(description: str, *, nullable: bool = True) -> dy.String:
    return dy.String(nullable=nullable, description=description)


def one_of(values: Sequence[str], description: str, *, nullable: bool = False, primary_key: bool = False) -> dy.String:
    """A word from a closed vocabulary (dataframely strings have no `is_in`, so the words become a pattern)."""
    pattern = "^(" + "|".join(re.escape(value) for value in values) + ")$"
    return dy.String(
        nullable=nullable,
        primary_key=primary_key,
        regex=pattern,
        description=description,
        metadata={"one_of": list(values)},
    )


def instant(description: str, *, nullable: bool = True, primary_key: bool = False) -> dy.Datetime:
    return dy.Datetime(
        nullable=nullable, primary_key=primary_key, time_zone="UTC", time_unit="us", description=description
    )


def source_path() -> dy.String:
    return dy.String(min_length=1, description="Landing file the row was read from.")


def fetched_at() -> dy.Datetime:
    return instant("When the landing file was fetched (the time in its name).", nullable=False)
