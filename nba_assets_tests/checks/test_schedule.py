"""Checks against the schedule: red only where something is really missing, and never before it is due.

Dangers covered: a day without schedule taken for a day without games; an alarm every afternoon for games not yet
played; a missing game nobody notices because the others are there.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nba_assets.checks.schedule import (
    BOX_SCORES_OF_EVERY_GAME,
    LINES_OF_EVERY_GAME,
    ROSTERS_OF_TEAMS_THAT_PLAY,
    SEASON_SCHEDULE,
)
from nba_assets.landing_reader import NO_DOCUMENT
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch, scheduled
from nba_assets_tests.frames import row

GAME_1, GAME_2, GAME_3 = "0022300561", "0022300562", "0022300563"


def box(game_id: str, **more: Any) -> dict[str, Any]:
    return row("nbac_player_boxscores", nba_game_id=game_id, **more)


# --- season_schedule


def test_a_season_without_document_blocks_its_dates_and_no_others() -> None:
    missing = f"{NO_DOCUMENT} of season 2023-24 in nba-com/schedule/2023-24"
    verdicts = SEASON_SCHEDULE.evaluate(
        batch("nbac_schedule", [scheduled(GAME_1, JAN_16)], dates=[JAN_15, JAN_16], quarantined=[(JAN_15, missing)])
    )
    assert SEASON_SCHEDULE.blocking
    assert (verdicts[JAN_15].passed, verdicts[JAN_15].error) == (False, True)
    assert verdicts[JAN_15].description == missing
    assert verdicts[JAN_16].passed
    assert verdicts[JAN_16].description == "1 games scheduled"


def test_a_day_without_games_has_a_schedule() -> None:
    verdict = SEASON_SCHEDULE.evaluate(batch("nbac_schedule"))[JAN_15]
    assert (verdict.passed, verdict.description) == (True, "0 games scheduled")


def test_an_unreadable_newer_document_alone_does_not_block() -> None:
    """The older one speaks; the contract check tells of the newer."""
    broken = [(JAN_15, "nba-com/schedule/2023-24/20240116_120000.json: not valid JSON")]
    assert SEASON_SCHEDULE.evaluate(batch("nbac_schedule", [scheduled(GAME_1)], quarantined=broken))[JAN_15].passed


# --- covers_schedule


def test_all_games_there() -> None:
    verdicts = BOX_SCORES_OF_EVERY_GAME.evaluate(
        batch(
            "nbac_player_boxscores",
            [box(GAME_1), box(GAME_1, nba_player_id=2), box(GAME_2)],
            schedule=[scheduled(GAME_1), scheduled(GAME_2, home="BOS", away="MIA")],
        )
    )
    assert verdicts[JAN_15].passed
    assert verdicts[JAN_15].description == "all 2 games have box scores"
    assert verdicts[JAN_15].metadata == {"games": 2, "games_present": 2}


def test_a_missing_game_is_named_as_a_warning() -> None:
    """The other games are good: nothing waits, somebody looks."""
    verdicts = BOX_SCORES_OF_EVERY_GAME.evaluate(
        batch(
            "nbac_player_boxscores",
            [box(GAME_1)],
            schedule=[scheduled(GAME_1), scheduled(GAME_2, home="BOS", away="MIA")],
        )
    )
    assert not BOX_SCORES_OF_EVERY_GAME.blocking
    assert (verdicts[JAN_15].passed, verdicts[JAN_15].error) == (False, False)
    assert verdicts[JAN_15].description == "1 of 2 games without box scores: 20240115_MIA_BOS"
    assert verdicts[JAN_15].metadata == {"games": 2, "games_present": 1}


@pytest.mark.parametrize(
    ("check", "table", "due"),
    [
        (BOX_SCORES_OF_EVERY_GAME, "nbac_player_boxscores", datetime(2024, 1, 16, 13, tzinfo=UTC)),  # 8:00 EST
        (LINES_OF_EVERY_GAME, "odds_api_game_lines", datetime(2024, 1, 15, 23, tzinfo=UTC)),  # 18:00 EST
    ],
)
def test_nothing_is_missing_before_it_is_due(check: Any, table: str, due: datetime) -> None:
    """An alarm that rings every day is an alarm that is switched off."""
    games = [scheduled(GAME_1)]
    before = check.evaluate(batch(table, schedule=games, now=due - timedelta(seconds=1)))[JAN_15]
    after = check.evaluate(batch(table, schedule=games, now=due))[JAN_15]
    assert before.passed
    assert before.description.startswith("not due yet: 1 of 1 games without")
    assert not after.passed


def test_due_times_follow_new_york_through_the_change_of_clocks() -> None:
    """8:00 ET is 12:00 UTC in summer time: the finals must not be an hour late."""
    day = datetime(2024, 6, 17, tzinfo=UTC).date()
    games = [scheduled("0042300405", day)]
    at = [datetime(2024, 6, 18, hour, tzinfo=UTC) for hour in (11, 12)]
    verdicts = [
        BOX_SCORES_OF_EVERY_GAME.evaluate(batch("nbac_player_boxscores", dates=[day], schedule=games, now=now))[day]
        for now in at
    ]
    assert [verdict.passed for verdict in verdicts] == [True, False]


def test_a_day_without_games_passes_as_such() -> None:
    for check, table in (
        (BOX_SCORES_OF_EVERY_GAME, "nbac_player_boxscores"),
        (LINES_OF_EVERY_GAME, "odds_api_game_lines"),
    ):
        verdict = check.evaluate(batch(table))[JAN_15]
        assert (verdict.passed, verdict.description) == (True, "no games")


def test_every_date_of_a_range_is_judged_by_its_own_games() -> None:
    verdicts = BOX_SCORES_OF_EVERY_GAME.evaluate(
        batch(
            "nbac_player_boxscores",
            # GAME_2's box score lies on a wrong date: that does not count for its own.
            [box(GAME_1), box(GAME_2, game_date=JAN_15)],
            dates=[JAN_15, JAN_16, JAN_17],
            schedule=[scheduled(GAME_1), scheduled(GAME_2, JAN_16)],
        )
    )
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert verdicts[JAN_17].description == "no games"


def test_games_of_dates_outside_the_batch_are_nobody_s_business() -> None:
    """Dates that are held back are not judged, although their schedule is among the inputs."""
    verdicts = BOX_SCORES_OF_EVERY_GAME.evaluate(
        batch("nbac_player_boxscores", [box(GAME_1)], schedule=[scheduled(GAME_1), scheduled(GAME_2, JAN_16)])
    )
    assert list(verdicts) == [JAN_15]
    assert verdicts[JAN_15].passed


# --- rosters_of_teams_that_play


def players(team: str, count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        row("nbac_player_list", team_abbr=team, nba_player_id=100 + n, player_lookup=f"{team.lower()}{n}", **more)
        for n in range(count)
    ]


def test_thin_rosters_of_teams_that_play_are_named_as_a_warning() -> None:
    verdicts = ROSTERS_OF_TEAMS_THAT_PLAY.evaluate(
        batch("nbac_player_list", players("PHI", 8) + players("NYK", 7), schedule=[scheduled(GAME_1)])
    )
    assert not ROSTERS_OF_TEAMS_THAT_PLAY.blocking
    assert (verdicts[JAN_15].passed, verdicts[JAN_15].error) == (False, False)
    assert verdicts[JAN_15].description == "fewer than 8 players known: NYK 7"


def test_a_team_nobody_is_known_of_is_named() -> None:
    verdict = ROSTERS_OF_TEAMS_THAT_PLAY.evaluate(batch("nbac_player_list", schedule=[scheduled(GAME_1)]))[JAN_15]
    assert verdict.description == "fewer than 8 players known: NYK 0; PHI 0"


def test_full_rosters_pass_and_teams_that_rest_do_not_matter() -> None:
    rows = players("PHI", 8) + players("NYK", 15) + players("BOS", 1)
    verdict = ROSTERS_OF_TEAMS_THAT_PLAY.evaluate(batch("nbac_player_list", rows, schedule=[scheduled(GAME_1)]))[JAN_15]
    assert verdict.passed
    assert verdict.description.startswith("2 teams play")


def test_a_day_without_games_needs_no_rosters() -> None:
    assert ROSTERS_OF_TEAMS_THAT_PLAY.evaluate(batch("nbac_player_list"))[JAN_15].passed


def test_rosters_of_one_date_do_not_fill_another() -> None:
    rows = players("PHI", 8) + players("NYK", 8)
    games = [scheduled(GAME_1), scheduled(GAME_2, JAN_16)]
    verdicts = ROSTERS_OF_TEAMS_THAT_PLAY.evaluate(
        batch("nbac_player_list", rows, dates=[JAN_15, JAN_16], schedule=games)
    )
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False}
