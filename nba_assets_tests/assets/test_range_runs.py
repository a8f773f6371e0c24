"""One transform, any range: a range run, day-by-day runs and re-runs give the same rows, down to the bytes."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.platform import Platform, link_tree, platform

FIRST, LAST = date(2025, 1, 6), date(2025, 1, 15)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _backfilled(home: Path, landing: Path, first: date, last: date, *, daily: bool = False) -> dict[str, bytes]:
    """Every file of the warehouse after a backfill, in one run or one run a day."""
    with platform(home, landing) as p:
        for start, end in [(day, day) for day in _days(first, last)] if daily else [(first, last)]:
            report = p.backfill(start, end)
            assert report.errors == []
        return p.files()


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def test_range_run_equals_day_by_day_run(simulated_landing: Path, tmp_path: Path) -> None:
    in_one = _backfilled(tmp_path / "range", simulated_landing, FIRST, LAST)
    by_day = _backfilled(tmp_path / "daily", simulated_landing, FIRST, LAST, daily=True)
    assert _differing(in_one, by_day) == []
    assert len(in_one) >= len(TABLES) * len(_days(FIRST, LAST))


@pytest.mark.slow
def test_range_run_equals_day_by_day_run_on_real_days(season_landing: Path, tmp_path: Path) -> None:
    """Ten real days into the All-Star break."""
    first, last = date(2024, 2, 8), date(2024, 2, 17)
    in_one = _backfilled(tmp_path / "range", season_landing, first, last)
    by_day = _backfilled(tmp_path / "daily", season_landing, first, last, daily=True)
    assert _differing(in_one, by_day) == []


def test_rerun_gives_the_same_bytes(simulated_landing: Path, tmp_path: Path) -> None:
    with platform(tmp_path, simulated_landing) as p:
        p.backfill(FIRST, LAST)
        before = p.files()
        p.backfill(FIRST, LAST)
        assert _differing(before, p.files()) == []


def test_day_order_does_not_matter_once_all_days_are_there(simulated_landing: Path, tmp_path: Path) -> None:
    """A backfill of missing early days, then of the days after them, ends where one range run ends."""
    middle = date(2025, 1, 10)
    in_one = _backfilled(tmp_path / "range", simulated_landing, FIRST, LAST)
    with platform(tmp_path / "late", simulated_landing) as p:
        p.backfill(middle, LAST)
        p.backfill(FIRST, LAST)
        assert _differing(in_one, p.files()) == []


def test_later_dates_change_nothing(simulated_landing: Path, tmp_path: Path) -> None:
    """What is filed under dates after a day does not touch a single byte of that day."""
    until = date(2025, 1, 10)
    cut = tmp_path / "landing"
    link_tree(simulated_landing, cut)
    for folder in cut.glob("*/*/2025-01-*"):
        if folder.name > until.isoformat():
            for file in sorted(folder.rglob("*"), reverse=True):
                file.unlink() if file.is_file() else file.rmdir()
    with_future = _backfilled(tmp_path / "all", simulated_landing, FIRST, until)
    without = _backfilled(tmp_path / "cut", cut, FIRST, until)
    assert _differing(with_future, without) == []


def test_a_day_without_games_is_a_typed_empty_partition(simulated_landing: Path, tmp_path: Path) -> None:
    with platform(tmp_path, simulated_landing) as p:
        p.backfill(FIRST, LAST)
        playing = set(p.table("nbac_schedule")["game_date"])
        idle = [day for day in _days(FIRST, LAST) if day not in playing]
        assert idle, "the simulated league rests one day"
        for name, table in TABLES.items():
            rows = p.warehouse.read(table, idle)
            assert rows.schema == table.polars_schema
            assert rows.height == 0 or name == "nbac_player_list"
            assert idle[0].isoformat() in p.materialized(name)


def test_row_counts_are_in_the_events(simulated_landing: Path, tmp_path: Path) -> None:
    with platform(tmp_path, simulated_landing) as p:
        p.backfill(FIRST, LAST, "nbac_schedule")
        counts = _partition_row_counts(p, "nbac_schedule")
        by_date = p.table("nbac_schedule").group_by(pl.col("game_date").cast(pl.String)).len()
        assert {day: n for day, n in counts.items() if n} == dict(by_date.iter_rows())


def _partition_row_counts(p: Platform, name: str) -> dict[str, int]:
    key = dg.AssetKey([TABLES[name].dataset, name])
    records = p.instance.fetch_materializations(key, limit=100).records
    return {
        str(r.partition_key): int(r.asset_materialization.metadata["dagster/partition_row_count"].value)  # type: ignore[union-attr]
        for r in records
        if r.asset_materialization
    }
