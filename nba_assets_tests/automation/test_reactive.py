"""Files land, and the right dates of the right tables are computed, once: real sensor, conditions, runs and tables."""

import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from nba_assets.checks.summaries import TWO_TEAMS_PER_GAME
from nba_assets.checks.verdict import Batch, Verdict
from nba_assets.contracts import TABLES
from nba_assets.landing_files import LANDING_DATASETS
from nba_assets_tests.automation.conftest import ANNOUNCED, SCHEDULES, Week
from nba_assets_tests.automation.harness import Harness, et
from nba_assets_tests.platform import platform
from nba_assets_tests.simulated import EVERY_DAY, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY

BOXES = ("nba-com/player-boxscores", "nba-com/team-boxscores")
ODDS = ("odds-api/game-lines-history", "odds-api/player-props-history")
SUMMARIES = ["player_game_summary", "team_defense_game_summary", "team_offense_game_summary"]
SO_FAR = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]


def deliver(harness: Harness, week: Week, day: date, *datasets: str) -> list[str]:
    paths = week.of(day, *datasets)
    for path in paths:
        harness.drop(path, week.content(path))
    return paths


def rows(harness: Harness, table: str, day: date) -> int:
    return harness.platform.table(table).filter(game_date=day).height


def test_a_new_file_computes_its_date(running: Harness, week: Week) -> None:
    deliver(running, week, THURSDAY, *BOXES)
    settled = running.settle()
    assert settled.dates() == {THURSDAY}
    assert settled.tables() >= {"nbac_player_boxscores", "nbac_team_boxscores", *SUMMARIES}
    assert settled.requested() == running.reach({"nba_boxscores": {THURSDAY}, "nba_team_box": {THURSDAY}}, [THURSDAY])
    assert (len(settled.rounds), settled.runs, settled.repeated()) == (1, 1, {})
    assert all(rows(running, table, THURSDAY) for table in SUMMARIES)
    assert running.tick() == {}


def test_a_late_file_computes_its_date_and_the_rosters_since(running: Harness, week: Week) -> None:
    """Monday's box scores on Thursday: `eager()` would only have looked at Thursday."""
    deliver(running, week, MONDAY, *BOXES)
    settled = running.settle()
    for table in ("nbac_player_boxscores", "nbac_team_boxscores", *SUMMARIES[1:]):
        assert settled.of(table) == [MONDAY]
    # Yesterday's box scores say who plays where today, and how.
    for table in ("nbac_player_list", "odds_api_player_points_props", "v_game_id_mappings", "ml_feature_store_v2"):
        assert settled.of(table) == SO_FAR[1:]
    assert settled.of("player_game_summary") == SO_FAR
    assert settled.requested() == running.reach({"nba_boxscores": {MONDAY}, "nba_team_box": {MONDAY}}, SO_FAR)
    assert settled.repeated() == {}
    assert settled.runs <= 3


def test_an_injury_report_computes_its_date_and_the_next(running: Harness, week: Week) -> None:
    """It lists the games of the next day, too; filed under the evening before, it was seen by nobody that day."""
    assert deliver(running, week, MONDAY, "nba-com/injury-report-pdf")
    settled = running.settle()
    assert settled.of("nbac_injury_report") == [MONDAY, TUESDAY]
    assert settled.requested() == running.reach({"nba_injury_report": {MONDAY}}, SO_FAR)
    assert settled.repeated() == {}


def test_a_file_older_than_a_week_is_recorded_and_left_to_a_backfill(running: Harness, week: Week) -> None:
    running.now = et(MONDAY + timedelta(days=7))
    running.settle()
    deliver(running, week, MONDAY, *BOXES)
    assert {event.partition for event in running.sense()} == {MONDAY.isoformat()}
    assert running.tick() == {}


def test_a_correction_computes_its_date_once_more(running: Harness, week: Week) -> None:
    """A newer file with another result; then the very same file delivered again."""
    paths = deliver(running, week, THURSDAY, *BOXES)
    running.settle()
    before = running.platform.table("player_game_summary")
    document = json.loads(gzip.decompress(week.content(paths[0])))
    log = document["resultSets"][0]
    log["rowSet"][0][log["headers"].index("BLK")] += 1
    corrected = f"{Path(paths[0]).parent}/20251226_200000.json"
    running.drop(corrected, json.dumps(document).encode())
    settled = running.settle()
    assert settled.rounds == [running.reach({"nba_boxscores": {THURSDAY}}, [THURSDAY])]
    assert settled.tables() >= {"nbac_player_boxscores", *SUMMARIES}
    after = running.platform.table("player_game_summary")
    assert after["blocks"].sum() == before["blocks"].sum() + 1

    again = running.platform.landing / paths[1]
    again.replace(again.with_suffix(".aside"))
    again.with_suffix(".aside").replace(again)
    assert running.settle().rounds == []


def test_two_files_at_once_are_one_request(running: Harness, week: Week) -> None:
    """All of a night's files: one request per table and date, in one run."""
    night = {dataset.name: dataset.folders for dataset in LANDING_DATASETS if week.of(THURSDAY, *dataset.folders)}
    assert len(night) == len(LANDING_DATASETS) - 3, "all but the schedule, the player index and the live scoreboard"
    deliver(running, week, THURSDAY, *(folder for folders in night.values() for folder in folders))
    settled = running.settle()
    assert settled.requested() == running.reach({name: {THURSDAY} for name in night}, SO_FAR)
    assert (len(settled.rounds), settled.runs, settled.repeated()) == (1, 1, {})
    active = running.platform.table("player_game_summary").filter(game_date=THURSDAY, is_active=True)
    assert active.height and active["zone_source"].null_count() == 0


def test_a_day_without_games_is_empty_and_green_and_quiet(running: Harness) -> None:
    assert running.tick() == {}
    for name in TABLES:
        assert WEDNESDAY.isoformat() in running.platform.materialized(name)
        assert (rows(running, name, WEDNESDAY) > 0) == (name in EVERY_DAY), name
        verdict = running.check(name, "contract", WEDNESDAY)
        assert verdict and verdict.passed


def test_a_failed_blocking_check_holds_its_date_and_no_other(
    running: Harness, week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tuesday's team rows are broken: no table is computed from them, Thursday's go through."""
    broken = {TUESDAY}
    evaluate = TWO_TEAMS_PER_GAME.evaluate

    def sometimes(batch: Batch) -> dict[date, Verdict]:
        return dict(evaluate(batch)) | {day: Verdict(False, "broken") for day in batch.dates if day in broken}

    monkeypatch.setattr(type(TWO_TEAMS_PER_GAME), "__setattr__", object.__setattr__)
    monkeypatch.setattr(TWO_TEAMS_PER_GAME, "evaluate", sometimes)
    for day in (TUESDAY, THURSDAY):
        deliver(running, week, day, *BOXES)
    running.settle()
    assert rows(running, "team_defense_game_summary", THURSDAY)
    assert not rows(running, "team_defense_game_summary", TUESDAY)
    verdict = running.check("team_offense_game_summary", "two_teams_per_game", TUESDAY)
    assert verdict and not verdict.passed

    # Another input of the held table changes: still held. The other date is not.
    for day in (TUESDAY, THURSDAY):
        deliver(running, week, day, "nba-com/play-by-play")
    settled = running.settle()
    assert THURSDAY in settled.of("team_defense_game_summary")

    broken.clear()
    deliver(running, week, TUESDAY, "nba-com/shot-charts")
    settled = running.settle()
    assert settled.of("team_defense_game_summary") == [TUESDAY]
    assert rows(running, "team_defense_game_summary", TUESDAY)


def test_a_schedule_that_changes_one_date_computes_one_date(running: Harness, week: Week) -> None:
    """Snapshots come daily and say mostly the same."""
    newest = week.paths("nba-com/schedule")[-1]
    document = json.loads(gzip.decompress(week.content(newest)))
    running.drop(f"{SCHEDULES}/20251231_120000.json", json.dumps(document).encode())
    assert running.settle().rounds == []
    games = document["leagueSchedule"]["gameDates"]
    assert games[1]["games"][0]["gameDateEst"].startswith(TUESDAY.isoformat())
    games[1]["games"][0]["arenaCity"] = "Elsewhere"
    running.drop(f"{SCHEDULES}/20251231_130000.json", json.dumps(document).encode())
    settled = running.settle()
    assert settled.of("nbac_schedule") == settled.of("team_offense_game_summary") == [TUESDAY]
    assert settled.requested() == running.reach({"nba_schedule": {TUESDAY}}, SO_FAR)
    assert running.platform.table("nbac_schedule").filter(arena_city="Elsewhere").height == 1
    assert settled.repeated() == {}


def test_a_backfill_of_yesterday_refreshes_today(running: Harness) -> None:
    """The run computed yesterday's rosters, too; today's, which read yesterday's box scores, were left as they were."""
    running.platform.backfill(WEDNESDAY)
    (requests,) = running.settle().rounds
    outdated = running.reach({name: {WEDNESDAY} for name in TABLES}, [THURSDAY])
    assert requests == {name: {THURSDAY} for name, days in outdated.items() if THURSDAY in days}
    assert {"nbac_player_list", "player_game_summary", "ml_feature_store_v2"} <= requests.keys()
    assert "nbac_schedule" not in requests


def test_a_new_day_begins(running: Harness, week: Week) -> None:
    """No file lands at midnight, yet the day has games, rosters, and odds that were early."""
    deliver(running, week, FRIDAY, *ODDS)
    assert running.settle().rounds == []
    running.now = et(FRIDAY, 0)
    settled = running.settle()
    assert settled.dates() == {FRIDAY}
    assert set(settled.of("nbac_schedule")) == {FRIDAY}
    assert settled.repeated() == {}
    assert rows(running, "nbac_schedule", FRIDAY) == rows(running, "v_game_id_mappings", FRIDAY) > 0
    assert rows(running, "odds_api_game_lines", FRIDAY)


def test_an_unreadable_schedule_turns_today_red_until_a_readable_one_lands(running: Harness, week: Week) -> None:
    newest = week.paths("nba-com/schedule")[-1]
    running.drop(f"{SCHEDULES}/20251231_120000.json.gz", week.content(newest)[:1000])
    settled = running.settle()
    assert settled.of("nbac_schedule") == [THURSDAY]
    verdict = running.check("nbac_schedule", "contract", THURSDAY)
    assert verdict and not verdict.passed and "20251231_120000" in (verdict.description or "")
    assert rows(running, "nbac_schedule", THURSDAY), "the games of the readable one stay"

    running.drop(f"{SCHEDULES}/20251231_130000.json.gz", week.content(newest))
    assert running.settle().of("nbac_schedule") == [THURSDAY]
    verdict = running.check("nbac_schedule", "contract", THURSDAY)
    assert verdict and verdict.passed


def test_a_week_of_arrivals_in_any_order_is_the_backfill_of_that_week(
    fresh: Harness, week: Week, tmp_path: Path
) -> None:
    """What automation computed piece by piece must be what one run over everything computes; it is how people check."""
    fresh.now = et(FRIDAY)
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    fresh.settle()
    order = [(THURSDAY, "nba-com", "odds-api/p"), (MONDAY, "odds-api", "nba-com/p"), (TUESDAY, "nba-com", "odds-api")]
    for day, *prefixes in order:
        for path in week.paths():
            if str(day) in path and path.startswith(tuple(prefixes)):
                fresh.drop(path, week.content(path))
        # Its injury reports speak of the next day at once, its box scores a round later: what reads both comes twice.
        of_next_day = fresh.reach({"nba_injury_report": {day}}, [*SO_FAR, FRIDAY])
        for (table, on), times in fresh.settle().repeated().items():
            assert times == 2 and on in of_next_day[table] and on > day
    for path in week.paths():
        if not (fresh.platform.landing / path).exists():
            fresh.drop(path, week.content(path))
    rest = fresh.settle()
    # Wednesday has no files, so its summaries come after the others': what looks back at them is computed again, once.
    after_wednesday = fresh.reach({"player_game_summary": {WEDNESDAY}}, [*SO_FAR, FRIDAY])
    for (table, day), times in rest.repeated().items():
        of_next_day = fresh.reach({"nba_injury_report": {day - timedelta(days=1)}}, [*SO_FAR, FRIDAY])
        late = {on for on in after_wednesday.get(table, set()) if on > WEDNESDAY}
        assert times == 2 and day in late | of_next_day.get(table, set())
    with platform(tmp_path / "other", landing=fresh.platform.landing, entries=()) as other:
        other.clock.instant = fresh.now
        # The rest of the seven dates, of which only this table has anything to say: that nothing is there.
        assert other.backfill(FRIDAY - timedelta(days=6), MONDAY - timedelta(days=1), "completeness").errors == []
        assert other.backfill(MONDAY, FRIDAY).ok
        expected = other.files()
    assert fresh.platform.files() == expected
