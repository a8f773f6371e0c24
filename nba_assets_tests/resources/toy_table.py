"""A small table with every dtype that contracts use, so that storage tests do not depend on any real contract."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import dataframely as dy
import polars as pl

from nba_assets.contracts import Table
from nba_assets.contracts import columns as col

JAN_1, JAN_2, JAN_3 = date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)


class Toy(dy.Schema):
    """One row per player and date."""

    game_date = col.game_date()
    player = dy.String(primary_key=True, description="Player.")
    points = dy.Int64(nullable=True, description="Points.")
    minutes = col.number("Minutes.", unit="minutes")
    is_home = col.flag("Home.")
    seen_at = col.instant("Seen.")
    books = dy.List(dy.String(), nullable=True, description="Books.")


class ToyWithLateColumn(Toy):
    """The same table after a column was added to its contract."""

    assists = dy.Int64(nullable=True, description="Assists.")


TOY = Table("nba_toy", "toy", Toy, source="tests")
TOY_LATER = Table("nba_toy", "toy", ToyWithLateColumn, source="tests")


def toy_row(day: date, player: str, points: int | None = 1) -> dict[str, Any]:
    return {
        "game_date": day,
        "player": player,
        "points": points,
        "minutes": 30.5,
        "is_home": True,
        "seen_at": datetime(2024, 1, 1, 12, 30, 15, 123456, tzinfo=UTC),
        "books": ["draftkings", "fanduel"],
    }


def toy_frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TOY.polars_schema, orient="row")
