"""Schedule and scoreboard of the simulated league, which change as the season goes on.

Danger covered: results known before they are, games on two dates at once or on none, and local times taken for UTC.
"""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from nba_assets.calendar import ET, et_today
from nba_assets.transforms.documents import QUARANTINE_REASON, schedule
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.nba_documents import common
from resources.simulated_league.nba_documents.schedule import schedule as schedule_of
from resources.simulated_league.nba_documents.scoreboard import day_shown, scoreboard

SEASON = 2025
DAY = date(2025, 11, 12)
SEASON_OVER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def league() -> League:
    return League()


@pytest.fixture(scope="module")
def games(league: League) -> list[Fixture]:
    return sorted(league.fixtures_on(DAY), key=lambda fixture: fixture.tip)


def _good(frame: pl.DataFrame) -> pl.DataFrame:
    assert frame[QUARANTINE_REASON].null_count() == frame.height, frame[QUARANTINE_REASON].drop_nulls().to_list()
    return frame


def test_schedule_before_the_season_is_the_announced_one(league: League) -> None:
    document = schedule_of(league, SEASON, datetime(2025, 9, 16, tzinfo=UTC))
    announced = {
        game["gameId"]: game for day in document["leagueSchedule"]["gameDates"] for game in day["games"]
    }  # fmt: skip
    rows = _good(schedule.parse(common.encode(document)))
    assert rows["game_status"].unique().to_list() == [1]
    dates = dict(rows.select("nba_game_id", "game_date").iter_rows())
    for fixture in league.fixtures(SEASON):
        if fixture.announced_tip:
            assert dates[fixture.nba_game_id] == et_today(fixture.announced_tip)
        else:
            assert fixture.nba_game_id not in dates
            assert announced.get(fixture.nba_game_id, {"gameCode": ""})["gameCode"] == ""


def test_schedule_after_the_season_has_every_result(league: League) -> None:
    rows = _good(schedule.parse(common.encode(schedule_of(league, SEASON, SEASON_OVER))))
    assert rows["game_status"].unique().to_list() == [3]
    by_id = {row["nba_game_id"]: row for row in rows.iter_rows(named=True)}
    assert by_id.keys() == {fixture.nba_game_id for fixture in league.fixtures(SEASON)}
    for fixture in league.fixtures(SEASON):
        row = by_id[fixture.nba_game_id]
        assert (row["game_date"], row["tipoff_utc"]) == (fixture.day, fixture.tip)
        assert row["game_type"] == fixture.game_type
        assert row["home_team_score"] != row["away_team_score"]


def test_wins_and_losses_add_up(league: League) -> None:
    document = schedule_of(league, SEASON, SEASON_OVER)
    games = [game for day in document["leagueSchedule"]["gameDates"] for game in day["games"]]
    last = {team["teamTricode"]: team for game in games for team in (game["homeTeam"], game["awayTeam"])}
    assert {team["wins"] + team["losses"] for team in last.values()} == {82}
    assert sum(team["wins"] for team in last.values()) == 1230


def test_moved_game_is_shown_on_both_dates_one_after_the_other(league: League) -> None:
    moved = [
        f for f in league.fixtures(SEASON) if f.announced_tip and et_today(f.announced_tip) != f.day
    ]  # fmt: skip
    assert moved
    for fixture in moved[:2]:
        assert _date_shown(league, fixture, fixture.settled_at - timedelta(seconds=1)) != fixture.day
        assert _date_shown(league, fixture, fixture.settled_at) == fixture.day


def _date_shown(league: League, fixture: Fixture, now: datetime) -> date:
    rows = schedule.parse(common.encode(schedule_of(league, SEASON, now)))
    return rows.row(by_predicate=pl.col("nba_game_id") == fixture.nba_game_id, named=True)["game_date"]


def test_postponed_game_is_marked_until_it_has_a_date(league: League) -> None:
    postponed = [f for f in league.fixtures(SEASON) if f.postponed and f.announced_tip]
    assert postponed
    for fixture in postponed:
        assert fixture.announced_tip is not None
        rows = schedule.parse(common.encode(schedule_of(league, SEASON, fixture.announced_tip)))
        row = rows.row(by_predicate=pl.col("nba_game_id") == fixture.nba_game_id, named=True)
        assert (row["postponed_status"], row["game_status"]) == ("P", 1)
        board = scoreboard(league, fixture.announced_tip)["scoreboard"]["games"]
        assert [game["gameStatusText"] for game in board if game["gameId"] == fixture.nba_game_id] == ["PPD"]


def test_local_times_have_a_false_z(league: League, games: list[Fixture]) -> None:
    board = scoreboard(league, games[0].tip - timedelta(hours=1))["scoreboard"]["games"]
    game = next(game for game in board if game["gameId"] == games[0].nba_game_id)
    assert game["gameEt"] == f"{games[0].tip.astimezone(ET):%Y-%m-%dT%H:%M:%SZ}"
    assert game["gameTimeUTC"] == f"{games[0].tip:%Y-%m-%dT%H:%M:%SZ}"


def test_scoreboard_goes_with_the_night(league: League, games: list[Fixture]) -> None:
    def statuses(now: datetime) -> dict[str, int]:
        return {game["gameId"]: game["gameStatus"] for game in scoreboard(league, now)["scoreboard"]["games"]}

    assert set(statuses(games[0].tip - timedelta(minutes=5)).values()) == {1}
    assert statuses(games[0].tip + timedelta(minutes=90))[games[0].nba_game_id] == 2
    late = max(league.box(fixture.nba_game_id).ends_at for fixture in games)
    assert statuses(late) == {fixture.nba_game_id: 3 for fixture in games}


def test_scoreboard_turns_over_in_the_late_morning(league: League) -> None:
    noon = datetime(2025, 11, 13, 12, tzinfo=ET)
    assert day_shown(league, noon) == date(2025, 11, 13)
    assert day_shown(league, noon - timedelta(minutes=91)) == DAY
