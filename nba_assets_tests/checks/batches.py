"""Batches for checks: two dates, a frame per table, and an instant to judge from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from nba_assets.checks.contract import number_rows
from nba_assets.checks.verdict import Batch
from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row

JAN_15, JAN_16, JAN_17 = date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 17)
LONG_AFTER = datetime(2024, 7, 1, 12, tzinfo=UTC)


def quarantine(*entries: tuple[date, str]) -> pl.DataFrame:
    """Entries (date, reason) in the shape of the quarantine table."""
    schema = {"game_date": pl.Date, "source_path": pl.String, "reason": pl.String, "row": pl.String}
    rows = [{"game_date": day, "reason": reason} for day, reason in entries]
    return number_rows(pl.DataFrame(rows, schema=schema))


def batch(
    table: str,
    rows: Sequence[Mapping[str, Any]] = (),
    *,
    dates: Sequence[date] = (JAN_15,),
    quarantined: Sequence[tuple[date, str]] = (),
    schedule: Sequence[Mapping[str, Any]] = (),
    now: datetime = LONG_AFTER,
) -> Batch:
    return Batch(
        table=TABLES[table],
        dates=tuple(dates),
        rows=frame(table, rows),
        quarantined=quarantine(*quarantined),
        inputs={"nbac_schedule": frame("nbac_schedule", schedule)},
        now=now,
    )


def scheduled(game_id: str, day: date = JAN_15, home: str = "PHI", away: str = "NYK", **more: Any) -> dict[str, Any]:
    """A scheduled game; `game_id` is the NBA's."""
    known = {"game_date": day, "nba_game_id": game_id, "home_team_abbr": home, "away_team_abbr": away}
    return row("nbac_schedule", **known, game_id=f"{day:%Y%m%d}_{away}_{home}", **more)
