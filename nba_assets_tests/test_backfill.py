"""Backfills: what is asked for is what runs, and the report says what came of every date.

Dangers covered: a range with a typo that runs anyway, a selection that silently selects nothing, a season cut into
runs with a date missing or double, a failed date that still exits with success.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_models.systems import ROSTER
from nba_assets.backfill import (
    BackfillError,
    BackfillReport,
    TableReport,
    parse_range,
    run_backfill,
    select_assets,
)
from nba_assets.backfill_plan import chunks
from nba_assets.contracts import TABLES
from nba_assets.partitions import FIRST_GAME_DATE, GAME_DATES, MAX_DATES_PER_RUN
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.simulated import MONDAY, TUESDAY, link_dates

FIRST, LAST = MONDAY, TUESDAY


# --- the range


def test_a_good_range() -> None:
    assert parse_range("2025-01-06", "2025-01-19") == (date(2025, 1, 6), date(2025, 1, 19))
    assert parse_range("2025-01-06", "2025-01-06") == (date(2025, 1, 6), date(2025, 1, 6))


def test_the_first_and_the_newest_partition_are_allowed() -> None:
    newest = GAME_DATES.get_last_partition_key()
    assert newest is not None
    assert parse_range(FIRST_GAME_DATE.isoformat(), newest) == (FIRST_GAME_DATE, date.fromisoformat(newest))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("yesterday", "2025-01-19", "FROM='yesterday' is not a date; write YYYY-MM-DD"),
        ("2025-01-06", "2025-02-30", "TO='2025-02-30' is not a date; write YYYY-MM-DD"),
        ("2025-01-06", "", "TO='' is not a date"),
        ("2025-01-19", "2025-01-06", "FROM=2025-01-19 TO=2025-01-06: need 2021-10-19 <= FROM <= TO"),
        ("2021-10-18", "2025-01-06", "need 2021-10-19 <= FROM"),
        ("2025-01-06", "2999-01-01", "TO=2999-01-01: need 2021-10-19 <= FROM <= TO <= 20"),
    ],
)
def test_a_bad_range_is_refused_with_what_would_be_right(first: str, last: str, said: str) -> None:
    with pytest.raises(BackfillError) as caught:
        parse_range(first, last)
    assert said in str(caught.value)


@given(st.dates(date(2021, 10, 19), date(2026, 6, 30)), st.integers(0, 1500))
def test_a_range_is_cut_into_runs_without_gap_or_overlap(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    cut = list(chunks(first, last))
    covered = [start + timedelta(days=n) for start, end in cut for n in range((end - start).days + 1)]
    assert covered == [first + timedelta(days=n) for n in range(days + 1)]
    assert max((end - start).days + 1 for start, end in cut) <= MAX_DATES_PER_RUN


# --- the selection


@pytest.fixture(scope="module")
def simulated(simulated_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Two simulated dates, nothing computed yet."""
    home = tmp_path_factory.mktemp("backfill")
    link_dates(simulated_landing, home / "landing", FIRST, LAST)
    with platform(home) as ready:
        yield ready


def names(keys: list[dg.AssetKey]) -> set[str]:
    return {key.path[-1] for key in keys}


@pytest.mark.parametrize("select", [None, ""])
def test_all_tables_and_models_by_default_and_only_what_can_run(simulated: Platform, select: str | None) -> None:
    """Landing assets are files others drop: nothing to run."""
    assert names(select_assets(simulated.defs, select)) == {*TABLES, *ROSTER}


@pytest.mark.parametrize(
    ("select", "selected"),
    [
        ("player_game_summary", {"player_game_summary"}),
        ("nba_analytics.player_game_summary", {"player_game_summary"}),
        ("nba_analytics/player_game_summary", {"player_game_summary"}),
        ("nbac_schedule, unresolved_names", {"nbac_schedule", "unresolved_names"}),
        ("nba_analytics", {name for name, table in TABLES.items() if table.dataset == "nba_analytics"}),
        ("models", set(ROSTER)),
        ("models/catboost_v9", {"catboost_v9"}),
        ("catboost_v9,ewma_baseline", {"catboost_v9", "ewma_baseline"}),
        ("group:raw", {name for name, table in TABLES.items() if table.dataset == "nba_raw"}),
        ('+key:"nba_raw/nbac_player_list"', {"nbac_player_list", "nbac_player_boxscores", "nbac_schedule"}),
        (
            'key:"nba_raw/odds*", nbac_schedule',
            {"odds_api_game_lines", "odds_api_player_points_props", "nbac_schedule"},
        ),
    ],
)
def test_tables_datasets_and_dagster_selections_may_be_mixed(
    simulated: Platform, select: str, selected: set[str]
) -> None:
    assert names(select_assets(simulated.defs, select)) == selected


@pytest.mark.parametrize(
    "select",
    ["player_game_sumary", "nbac_schedule,player_game_sumary", "landing/nba_schedule", "group:landing", ",", "a b"],
)
def test_a_selection_that_matches_nothing_is_refused_by_name(simulated: Platform, select: str) -> None:
    """A typo must not end in "every run succeeded"."""
    with pytest.raises(BackfillError, match="--select"):
        select_assets(simulated.defs, select)


# --- running


def test_a_range_runs_once_and_every_date_is_reported(simulated: Platform) -> None:
    steps: list[tuple[int, int, str]] = []
    keys = select_assets(simulated.defs, "nbac_schedule,nbac_player_boxscores,nbac_team_boxscores")
    report = run_backfill(simulated.defs, simulated.instance, FIRST, LAST, keys, lambda *step: steps.append(step))
    assert report.ok, report
    assert len(report.run_ids) == 1
    assert report.seconds > 0
    for name in ("nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscores"):
        table = report.tables[name]
        assert table.table == TABLES[name].full_name
        assert table.dates == 2
        assert table.rows == simulated.table(name).height > 0
        assert table.checks == 4
        assert simulated.materialized(name) == {FIRST.isoformat(), LAST.isoformat()}
    assert steps[-1][:2] == (3, 3)
    assert all(done <= total == 3 for done, total, _ in steps)


def test_dates_that_cannot_be_computed_are_in_the_report(tmp_path: Path) -> None:
    """No landing files at all: nothing is written, everything is red, and the exit status will say so."""
    with platform(tmp_path) as empty:
        report = empty.backfill(FIRST, LAST, select="nbac_schedule")
    table = report.tables["nbac_schedule"]
    assert not report.ok
    assert table.dates == table.rows == 0
    assert {(day, check) for day, check, _ in table.failed} >= {
        (day.isoformat(), "season_schedule") for day in (FIRST, LAST)
    }
    (error,) = report.errors
    assert "nbac_schedule" in error and "no readable document of season 2025-26" in error
    assert empty.table("nbac_schedule").is_empty()


def test_only_a_report_without_errors_and_red_dates_is_ok() -> None:
    warned = TableReport("nba_raw.a", warned=[("2025-01-06", "names_resolved", "1 name")])
    failed = TableReport("nba_raw.b", failed=[("2025-01-06", "contract", "1 left out")])
    assert BackfillReport({"a": warned}).ok
    assert not BackfillReport({"a": warned, "b": failed}).ok
    assert not BackfillReport({"a": warned}, errors=["a: crashed"]).ok
