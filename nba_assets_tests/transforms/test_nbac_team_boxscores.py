from pathlib import Path
from typing import Any

import polars as pl

from nba_assets.transforms.documents import game_boxscore, leaguegamelog, schedule
from nba_assets.transforms.nbac_schedule import build as build_schedule
from nba_assets.transforms.nbac_team_boxscores import build
from nba_assets_tests.transforms.invented import (
    NYK,
    PHI,
    cdn_box,
    delivered,
    good,
    log,
    log_team,
    nothing,
    read,
    reasons,
    scheduled,
    season,
)

NAME = "nbac_team_boxscores"
OTHER = "0022300562"
NOTHING = nothing(game_boxscore.TEAM_SCHEMA)
SCHEDULE = build_schedule(delivered(schedule.parse(season(scheduled(), scheduled(OTHER))), day=None))
LOSS = {"PTS": 100, "FTM": 10, "WL": "L"}


def _log(*rows: dict[str, Any], **delivery: Any) -> pl.DataFrame:
    return delivered(leaguegamelog.parse_teams(log(*rows)), **delivery)


def _cdn(**changes: Any) -> pl.DataFrame:
    return delivered(game_boxscore.parse_teams(cdn_box([], [], **changes)), path="cdn")


def test_two_rows_with_home_from_the_schedule_and_plus_minus_from_the_scores() -> None:
    rows = good(NAME, build(_log(log_team(PHI), log_team(NYK, **LOSS)), NOTHING, SCHEDULE))
    assert rows.select("team_abbr", "is_home", "win_loss", "plus_minus", "turnovers_incl_team").rows() == [
        ("NYK", False, "L", -4, None),
        ("PHI", True, "W", 4, None),
    ]


def test_box_score_of_a_game_wins_for_that_game_only() -> None:
    gamelog = [log_team(team, GAME_ID=game) for team in (PHI, NYK) for game in (OTHER, "0022300561")]
    rows = good(NAME, build(_log(*gamelog, hours=5), _cdn(), SCHEDULE))
    columns = ["nba_game_id", "team_abbr", "data_source", "turnovers", "turnovers_incl_team", "points_second_chance"]
    assert rows.select(columns).rows() == [
        ("0022300561", "NYK", "cdn_boxscore", 12, 13, 11),
        ("0022300561", "PHI", "cdn_boxscore", 12, 13, 11),
        (OTHER, "NYK", "leaguegamelog", 12, None, None),
        (OTHER, "PHI", "leaguegamelog", 12, None, None),
    ]


def test_cdn_result_follows_from_the_score() -> None:
    rows = good(NAME, build(NOTHING, _cdn(), SCHEDULE))
    assert rows.select("team_abbr", "win_loss", "plus_minus", "total_rebounds").rows() == [
        ("NYK", "L", -4, 40),
        ("PHI", "W", 4, 40),
    ]


def test_running_games_and_placeholders_are_left_out() -> None:
    running = _log(log_team(PHI, WL=None), log_team(NYK, WL=None))
    zero = _log(log_team(PHI, PTS=0, GAME_ID=OTHER), log_team(NYK, PTS=None, GAME_ID=OTHER), path="zero")
    assert build(pl.concat([running, zero]), _cdn(gameStatus=2), SCHEDULE).is_empty()


def test_marked_score_is_kept_with_its_reason_and_gives_no_difference() -> None:
    rows = build(_log(log_team(PHI), log_team(NYK, PTS="many")), NOTHING, SCHEDULE)
    assert reasons(rows) == ["points='many' is not Int64"]
    assert good(NAME, rows).select("team_abbr", "plus_minus").rows() == [("PHI", None)]


def test_same_file_twice_changes_nothing_and_a_newer_one_wins() -> None:
    rows = _log(log_team(PHI), log_team(NYK, **LOSS))
    once = good(NAME, build(rows, NOTHING, SCHEDULE))
    assert good(NAME, build(pl.concat([rows, rows]), NOTHING, SCHEDULE)).equals(once)
    newer = _log(log_team(PHI, AST=25), log_team(NYK, **LOSS), hours=1)
    assert good(NAME, build(pl.concat([newer, rows]), NOTHING, SCHEDULE))["assists"].to_list() == [20, 25]


def test_game_that_is_not_in_the_schedule() -> None:
    rows = build(_log(log_team(PHI, GAME_ID="0022309999"), log_team(NYK, GAME_ID="0012300001")), NOTHING, SCHEDULE)
    assert reasons(rows) == ["unmatched: game 0022309999 is not in the schedule"]


def test_neutral_game_with_two_away_teams_has_one_home_team(realdata: Path) -> None:
    document = (realdata / "samples/stats_leaguegamelog/teams_2025-26_cassette.json").read_bytes()
    teams = leaguegamelog.parse_teams(document).filter(pl.col("nba_game_id") == "0022500147")
    home, away = teams["team_id"]
    date = {"gameDateEst": "2025-11-01T00:00:00Z", "gameDateTimeUTC": "2025-11-02T00:00:00Z"}
    game = scheduled("0022500147", home=home, away=away, **date)
    games = build_schedule(delivered(schedule.parse(season(game, year="2025-26")), day=None))
    rows = good(NAME, build(delivered(teams, day=None), NOTHING, games))
    assert sorted(rows["is_home"]) == [False, True]


def test_real_dates(season_landing: Path) -> None:
    landing = season_landing / "nba-com"
    games = build_schedule(read(landing, "schedule/2023-24/*", schedule.parse))
    days = ["2023-10-24", "2023-12-05", "2024-04-14"]
    logs = pl.concat([read(landing, f"team-boxscores/{day}/*", leaguegamelog.parse_teams) for day in days])
    rows = build(logs, NOTHING, games)
    final = good(NAME, rows)
    assert reasons(rows) == []
    assert final.height == logs.height
    per_game = final.group_by("nba_game_id").agg(pl.len(), pl.col("is_home", "plus_minus").sum())
    assert set(per_game.drop("nba_game_id").rows()) == {(2, 1, 0)}
