"""The feature layer on the real season: nothing of tonight or later, and any way of running it gives the same rows.

The season has no injury reports, so most tests invent some; then what is known of absences is tested too.
"""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.integration.feature_layer import (
    LAYER,
    SUMMARIES,
    Tables,
    compute,
    spoiled,
    with_planted,
    with_reports,
)
from nba_assets_tests.integration.season import AFTER_THE_BREAK, FIRST, SYSTEMS, Season, days_from
from nba_assets_tests.platform import link_tree, platform

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# From November on, with the first night after the break and nights with priced props.
DAYS = [date(2023, 11, 20), AFTER_THE_BREAK, date(2024, 3, 15)]
MORE_DAYS = [date(2023, 11, 7), date(2023, 12, 9), date(2024, 1, 2), date(2024, 3, 2), date(2024, 4, 14)]

HISTORY = ["player_game_summary", "team_offense_game_summary", "team_defense_game_summary"]
OF_DATE = ["nbac_player_list", "odds_api_game_lines", "odds_api_player_points_props", "nbac_injury_report"]
PLANTED = OF_DATE[1:]
BOXES = ["nbac_player_boxscores", "nbac_team_boxscores", "nbac_shot_charts"]
FINAL = ["game_status", "home_team_score", "away_team_score", "winning_team_abbr"]

day_ids = pytest.mark.parametrize("day", DAYS, ids=str)


def with_spoiled(tables: Tables, day: date, name: str) -> dict[str, pl.DataFrame]:
    """`tables` with whatever table `name` learns at the tip-off of `day` or later made wrong."""
    on, later = pl.col("game_date") == day, pl.col("game_date") > day
    changed = dict(tables)
    if name in PLANTED:
        changed[name] = with_planted(tables, day)[name]
    if name == "nbac_schedule":
        changed[name] = spoiled(tables[name], on, name, only=FINAL)
    changed[name] = spoiled(changed[name], on | later if name in (*HISTORY, *BOXES) else later, f"{day} {name}")
    return changed


def differences(found: Tables, expected: Tables, day: date) -> dict[str, list[str]]:
    """Columns (or "rows") by table in which the rows of `day` differ."""
    wrong = {}
    for name in found:
        one, other = (tables[name].filter(pl.col("game_date") == day) for tables in (found, expected))
        if one.height != other.height:
            wrong[name] = ["rows"]
        elif columns := [column for column in one.columns if not one[column].equals(other[column], null_equal=True)]:
            wrong[name] = columns
    return wrong


@pytest.fixture(scope="module")
def reported(season: Season) -> dict[str, pl.DataFrame]:
    """The season with injury reports."""
    dates = season.tables["nbac_schedule"]["game_date"].unique().to_list()
    return with_reports(season.tables, dates)


@pytest.fixture(scope="module")
def of_day(reported: dict[str, pl.DataFrame]) -> dict[date, dict[str, pl.DataFrame]]:
    """The layer of each date, computed alone."""
    return {day: compute(LAYER, reported, [day]) for day in [*DAYS, *MORE_DAYS]}


@day_ids
@pytest.mark.parametrize("name", ["nbac_schedule", *OF_DATE, *HISTORY])
def test_one_table_of_the_future_changes_nothing(
    reported: dict[str, pl.DataFrame], of_day: dict[date, dict[str, pl.DataFrame]], day: date, name: str
) -> None:
    tables = with_spoiled(reported, day, name)
    assert not tables[name].equals(reported[name])
    found = compute(LAYER, tables, days_from(day, 3), see_later=True)
    assert differences(found, of_day[day], day) == {}


@day_ids
@pytest.mark.parametrize("name", BOXES)
def test_box_scores_and_shots_of_the_future_change_nothing(
    reported: dict[str, pl.DataFrame],
    of_day: dict[date, dict[str, pl.DataFrame]],
    season_landing: Path,
    day: date,
    name: str,
) -> None:
    """Through the summaries and the rosters, which are made of them."""
    dates = days_from(day, 3)
    tables = with_spoiled(reported, day, name)
    summaries = compute(SUMMARIES, tables, dates, landing=season_landing, see_later=True)
    assert (
        summaries["nbac_player_list"].filter(game_date=day).equals(reported["nbac_player_list"].filter(game_date=day))
    )
    spoilt = {
        table: pl.concat([reported[table].filter(~pl.col("game_date").is_in(dates)), rows])
        for table, rows in summaries.items()
    }
    assert not spoilt["team_offense_game_summary"].equals(reported["team_offense_game_summary"])
    found = compute(LAYER, {**tables, **spoilt}, dates, see_later=True)
    assert differences(found, of_day[day], day) == {}


@pytest.mark.parametrize("day", MORE_DAYS, ids=str)
def test_all_tables_of_the_future_together_change_nothing(
    reported: dict[str, pl.DataFrame], of_day: dict[date, dict[str, pl.DataFrame]], day: date
) -> None:
    tables = reported
    for name in ("nbac_schedule", *OF_DATE, *HISTORY):
        tables = with_spoiled(tables, day, name)
    found = compute(LAYER, tables, [day], see_later=True)
    assert differences(found, of_day[day], day) == {}


@day_ids
def test_the_past_is_seen(
    reported: dict[str, pl.DataFrame], of_day: dict[date, dict[str, pl.DataFrame]], day: date
) -> None:
    """The same spoiling of the dates before shows in every table: the tests above can fail."""
    tables = reported
    for name in ("nbac_schedule", *HISTORY):
        tables = with_spoiled(tables, day - timedelta(days=14), name)
    found = compute(LAYER[1:], {**tables, LAYER[0]: of_day[day][LAYER[0]]}, [day])
    filled = {name for name in LAYER[1:] if not of_day[day][name].is_empty()}
    assert differences(found, of_day[day], day).keys() == filled
    found = compute(LAYER[:1], {**tables, "nbac_schedule": reported["nbac_schedule"]}, [day])
    assert differences(found, of_day[day], day).keys() == {LAYER[0]}


def test_a_range_equals_its_days(reported: dict[str, pl.DataFrame]) -> None:
    """Sixty days across the All-Star break, in one run and in sixty."""
    days = days_from(date(2024, 1, 15), 60)
    together = compute(LAYER, reported, days)
    alone = [compute(LAYER, reported, [day]) for day in days]
    for name in LAYER:
        assert together[name].height > 800
        assert together[name].equals(pl.concat([found[name] for found in alone])), name


def test_a_range_equals_the_whole_season(season: Season) -> None:
    days = days_from(date(2024, 1, 15), 60)
    found = compute(LAYER, season.tables, days)
    for name, rows in found.items():
        assert rows.equals(season.tables[name].filter(pl.col("game_date").is_in(days))), name


def test_single_dates_through_dagster_write_the_same_bytes(
    season: Season, season_landing: Path, tmp_path: Path
) -> None:
    """From landing to grades, one date after the other, over the other dates' stored tables and models."""
    days = [date(2023, 11, 7), AFTER_THE_BREAK, date(2024, 3, 15), date(2024, 4, 14)]
    for folder in ("warehouse", "models"):
        link_tree(season.warehouse.root.with_name(folder), tmp_path / folder)
    with platform(tmp_path, season_landing, SYSTEMS) as p:
        before = p.files()
        rewritten = {path for path in before if any(f"={day}/" in path and "quarantine" not in path for day in days)}
        for path in rewritten:
            (p.warehouse.root / path).unlink()
        for day in days:
            assert p.backfill(day).ok
        after = p.files()
    assert len(rewritten) == len(TABLES) * len(days)
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()


def test_a_late_correction_needs_no_more_than_the_dates_after_it(season: Season, season_landing: Path) -> None:
    """Ten more free throws for the best scorer of a night: recomputing the week after it equals recomputing all."""
    day = date(2024, 3, 8)
    week = days_from(day + timedelta(days=1), 7)
    scorer = season.tables["nbac_player_boxscores"].filter(game_date=day).sort("points").row(-1, named=True)
    corrected = dict(season.tables)
    for name, key, free_throws in (
        ("nbac_player_boxscores", "nba_player_id", ("free_throws_made", "free_throws_attempted")),
        ("nbac_team_boxscores", "team_abbr", ("ft_made", "ft_attempted")),
    ):
        his = (pl.col("nba_game_id") == scorer["nba_game_id"]) & (pl.col(key) == scorer[key])
        more = pl.when(his).then(10).otherwise(0)
        corrected[name] = season.tables[name].with_columns(pl.col("points", *free_throws) + more)

    summaries = compute(SUMMARIES, corrected, [day], landing=season_landing)
    stored = {
        name: pl.concat([season.tables[name].filter(pl.col("game_date") != day), rows])
        for name, rows in summaries.items()
    }
    incremental = compute(LAYER, {**season.tables, **stored}, week)
    every_day = days_from(FIRST, (week[-1] - FIRST).days + 1)
    from_scratch = compute((*SUMMARIES, *LAYER), corrected, every_day, landing=season_landing)

    of_week = pl.col("game_date").is_in(week)
    for name in LAYER:
        assert incremental[name].equals(from_scratch[name].filter(of_week)), name
        unchanged = from_scratch[name].filter(pl.col("game_date") <= day)
        assert unchanged.equals(season.tables[name].filter(pl.col("game_date") <= day)), name
        assert not incremental[name].equals(season.tables[name].filter(of_week)) or name == "player_shot_zone_analysis"
