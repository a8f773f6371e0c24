"""One transform, any range: a range run, day-by-day runs and re-runs give the same rows, down to the bytes.

The simulated dates have a past of four times as many (`past`): the tables that ask for ten games would be empty without
it, and everything about them true.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from ml_models.systems import ROSTER
from nba_assets.contracts import TABLES
from nba_assets_tests import simulated
from nba_assets_tests.platform import Platform, platform, register_made_up
from nba_assets_tests.simulated import DATE_WITHOUT_GAMES, EVERY_DAY, FRIDAY, MONDAY, THURSDAY, TUESDAY, link_dates

FIRST, LAST = MONDAY, FRIDAY
# Training is not the point, and a formula is quick.
SYSTEM = ROSTER["moving_average_baseline_v1"]
# Empty here: all names are known, the champion has no model, and nothing is published afterwards.
EMPTY = {"unresolved_names", "signal_best_bets_picks", "published_picks"}
# What is looked back at: the games themselves, and what was computed of them.
HISTORY = (
    "nbac_schedule",
    "nbac_player_boxscores",
    "player_game_summary",
    "team_offense_game_summary",
    "team_defense_game_summary",
)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.fixture(scope="module")
def past(simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the forty dates before the simulated ten: their games, as if played then, too."""
    home = tmp_path_factory.mktemp("past")
    days = _days(simulated.FIRST, simulated.LAST)
    with platform(home / "once", simulated_landing, entries=()) as once, platform(home, entries=()) as p:
        assert once.backfill(days[0], days[-1], ", ".join(f'+key:"*{name}"' for name in HISTORY)).errors == []
        for name in HISTORY:
            table, rows = TABLES[name], once.table(name)
            for times in range(1, 5):
                back = timedelta(days=times * len(days))
                number = pl.col("nba_game_id").cast(pl.Int64) - 300 * times  # a game of its own, sorted as its date
                earlier = rows.with_columns(
                    pl.col(pl.Date, pl.Datetime) - back, nba_game_id=number.cast(pl.String).str.zfill(10)
                )
                p.warehouse.replace(table, [day - back for day in days], earlier)
    return p.warehouse.root


def _after(past: Path, home: Path) -> Path:
    """A new home whose warehouse has that past."""
    shutil.copytree(past, home / "warehouse")
    return home


def _backfilled(home: Path, landing: Path, first: date, last: date, *, daily: bool = False) -> dict[str, bytes]:
    """Every file of the warehouse after a backfill, in one run or one run a day."""
    with platform(home, landing, entries=()) as p:
        register_made_up(p.models, SYSTEM, MONDAY)
        for start, end in [(day, day) for day in _days(first, last)] if daily else [(first, last)]:
            report = p.backfill(start, end)
            assert report.errors == []
        return p.files()


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@pytest.fixture(scope="module")
def in_one(past: Path, simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The warehouse after one run over all dates; every table but EMPTY has rows in it."""
    home = _after(past, tmp_path_factory.mktemp("range"))
    files = _backfilled(home, simulated_landing, FIRST, LAST)
    with platform(home, entries=()) as p:
        empty = [name for name, table in TABLES.items() if p.warehouse.read(table, _days(FIRST, LAST)).is_empty()]
    assert set(empty) <= EMPTY
    return files


def test_range_run_equals_day_by_day_run(
    in_one: dict[str, bytes], past: Path, simulated_landing: Path, tmp_path: Path
) -> None:
    by_day = _backfilled(_after(past, tmp_path), simulated_landing, FIRST, LAST, daily=True)
    assert _differing(in_one, by_day) == []
    assert len(in_one) >= len(TABLES) * len(_days(FIRST, LAST))


@pytest.mark.slow
def test_range_run_equals_day_by_day_run_on_real_days(season_landing: Path, tmp_path: Path) -> None:
    """Ten real days into the All-Star break."""
    first, last = date(2024, 2, 8), date(2024, 2, 17)
    in_one = _backfilled(tmp_path / "range", season_landing, first, last)
    by_day = _backfilled(tmp_path / "daily", season_landing, first, last, daily=True)
    assert _differing(in_one, by_day) == []


def test_rerun_gives_the_same_bytes(in_one: dict[str, bytes], simulated_landing: Path, tmp_path: Path) -> None:
    for path, content in in_one.items():
        file = tmp_path / "warehouse" / path
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    assert _differing(in_one, _backfilled(tmp_path, simulated_landing, FIRST, LAST)) == []


def test_day_order_does_not_matter_once_all_days_are_there(
    in_one: dict[str, bytes], past: Path, simulated_landing: Path, tmp_path: Path
) -> None:
    """A backfill of missing early days, then of the days after them, ends where one range run ends."""
    with platform(_after(past, tmp_path), simulated_landing, entries=()) as p:
        register_made_up(p.models, SYSTEM, MONDAY)
        p.backfill(THURSDAY, LAST)
        p.backfill(FIRST, LAST)
        assert _differing(in_one, p.files()) == []


def test_later_dates_change_nothing(
    in_one: dict[str, bytes], past: Path, simulated_landing: Path, tmp_path: Path
) -> None:
    """What is filed or computed under dates after a day does not touch a single byte of that day."""
    until = TUESDAY
    later = tuple(f"game_date={day}" for day in _days(until + timedelta(days=1), LAST))
    cut = tmp_path / "landing"
    link_dates(simulated_landing, cut, simulated.FIRST, until)
    without = _backfilled(_after(past, tmp_path / "cut"), cut, FIRST, until)
    with_later_files = _backfilled(_after(past, tmp_path / "all"), simulated_landing, FIRST, until)
    assert _differing(with_later_files, without) == []
    with_later_rows = {path: content for path, content in in_one.items() if Path(path).parent.name not in later}
    assert _differing(with_later_rows, without) == []


def test_a_day_without_games_is_a_typed_empty_partition(simulated_landing: Path, tmp_path: Path) -> None:
    with platform(tmp_path, simulated_landing, entries=()) as p:
        p.backfill(TUESDAY, THURSDAY)
        assert DATE_WITHOUT_GAMES not in set(p.table("nbac_schedule")["game_date"]) >= {TUESDAY, THURSDAY}
        for name, table in TABLES.items():
            rows = p.warehouse.read(table, [DATE_WITHOUT_GAMES])
            assert rows.schema == table.polars_schema
            assert rows.is_empty() != (name in EVERY_DAY), name
            assert DATE_WITHOUT_GAMES.isoformat() in p.materialized(name)


def test_row_counts_are_in_the_events(simulated_landing: Path, tmp_path: Path) -> None:
    with platform(tmp_path, simulated_landing, entries=()) as p:
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
