"""Which games are final, which are usable, and what is said about those that are not."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.final_games import final_team_rows
from nba_assets_tests.frames import frames, played_game

OTHER_GAME = "0022300562"

Game = dict[str, list[dict[str, Any]]]


def games(*several: Game) -> pl.DataFrame:
    """The home rows: one per final game."""
    return (
        team_rows(*several)
        .filter("home_game")
        .rename({"team_abbr": "home_team_abbr", "opponent_team_abbr": "away_team_abbr"})
        .rename({"points": "home_points", "opponent_points": "away_points"})
    )


def team_rows(*several: Game) -> pl.DataFrame:
    tables = frames(*several)
    return final_team_rows(tables["nbac_schedule"], tables["nbac_team_boxscores"], tables["nbac_player_boxscores"])


def reason(game: Game) -> str | None:
    return games(game)["quarantine_reason"].item()


def without_team_rows(game: Game) -> Game:
    return game | {"nbac_team_boxscores": []}


def not_final(game: Game, *, status: int = 1) -> Game:
    game["nbac_schedule"][0] |= {"game_status": status}
    return game


def test_usable_game() -> None:
    row = games(played_game()).row(0, named=True)
    assert (row["home_team_abbr"], row["home_points"], row["away_team_abbr"], row["away_points"]) == (
        "PHI",
        104,
        "NYK",
        100,
    )
    assert (row["overtime_periods"], row["game_type"], row["quarantine_reason"]) == (0, "regular_season", None)


def test_home_and_away_come_from_the_schedule() -> None:
    """Defect 12: the box says nothing reliable about neutral sites; two rows, exactly one home."""
    game = played_game()
    for team in game["nbac_team_boxscores"]:
        team["is_home"] = False
    rows = team_rows(game)
    assert dict(rows.select("team_abbr", "home_game").rows()) == {"PHI": True, "NYK": False}
    assert dict(rows.select("team_abbr", "win_flag").rows()) == {"PHI": True, "NYK": False}
    assert dict(rows.select("team_abbr", "margin_of_victory").rows()) == {"PHI": 4, "NYK": -4}


def test_opponents_are_those_of_the_same_game() -> None:
    rows = team_rows(played_game(), played_game(home="BOS", away="MIA", home_points=(9,) * 5, nba_game_id=OTHER_GAME))
    points = {team: (own, other) for team, own, other in rows.select("team_abbr", "points", "opponent_points").rows()}
    assert points == {"PHI": (104, 100), "NYK": (100, 104), "BOS": (45, 100), "MIA": (100, 45)}


def test_failed_identity_quarantines_its_game_only() -> None:
    broken = played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME)
    broken["nbac_player_boxscores"][0]["points"] -= 2
    reasons = dict(games(played_game(), broken).select("nba_game_id", "quarantine_reason").rows())
    assert reasons == {"0022300561": None, OTHER_GAME: "BOS player points 102 != team points 104"}
    assert team_rows(broken)["quarantine_reason"].n_unique() == 1


def test_points_of_players_who_did_not_play_do_not_count() -> None:
    game = played_game()
    game["nbac_player_boxscores"].append(
        game["nbac_player_boxscores"][0] | {"nba_player_id": 9, "player_status": "dnp"}
    )
    assert reason(game) is None


@pytest.mark.parametrize("status", [1, 2])
def test_game_that_is_not_final_is_not_listed(status: int) -> None:
    """Defect 10: a running game has team rows without a winner."""
    game = not_final(played_game(), status=status)
    for team in game["nbac_team_boxscores"]:
        team["win_loss"] = None
    assert games(game).is_empty()


def test_stated_winners_outrun_an_old_schedule() -> None:
    assert reason(not_final(played_game())) is None


def test_one_stated_winner_is_not_enough() -> None:
    game = not_final(played_game())
    game["nbac_team_boxscores"][1]["win_loss"] = None
    assert games(game).is_empty()


def test_final_game_without_any_box_score_is_named() -> None:
    game = played_game() | {"nbac_team_boxscores": [], "nbac_player_boxscores": []}
    assert reason(game) == "PHI has no box score; NYK has no box score"


def test_team_without_players() -> None:
    game = played_game()
    game["nbac_player_boxscores"] = [p for p in game["nbac_player_boxscores"] if p["team_abbr"] == "PHI"]
    assert reason(game) == "NYK has no player points"


def test_tie_is_not_a_result() -> None:
    assert reason(played_game(home_points=(30, 30, 20, 10, 10), away_points=(30, 30, 20, 10, 10))) == (
        "both teams have 100 points"
    )


def test_missing_team_rows_are_rebuilt_from_whole_teams() -> None:
    rows = team_rows(without_team_rows(played_game()))
    expected = team_rows(played_game())
    same = ["team_abbr", "points", "fg_attempted", "turnovers", "offensive_rebounds", "overtime_periods", "win_flag"]
    assert rows.select(same).rows() == expected.select(same).rows()
    assert rows["data_source"].to_list() == ["player_sum", "player_sum"]
    assert rows["quarantine_reason"].to_list() == [None, None]


def test_one_missing_team_row_rebuilds_both() -> None:
    game = played_game()
    del game["nbac_team_boxscores"][0]
    assert team_rows(game)["data_source"].to_list() == ["player_sum", "player_sum"]


def test_partial_team_is_not_rebuilt() -> None:
    game = without_team_rows(played_game())
    del game["nbac_player_boxscores"][0]
    assert "PHI 4 players with 192.0 minutes are not a whole team" in str(reason(game))


def test_players_with_too_few_minutes_are_not_a_team() -> None:
    short = without_team_rows(played_game(minutes=46.9))
    assert "PHI 5 players with 234.5 minutes are not a whole team" in str(reason(short))


def test_rebuilding_needs_the_schedule_to_say_final() -> None:
    assert games(not_final(without_team_rows(played_game()))).is_empty()


def test_unknown_player_statistic_leaves_the_sum_unknown() -> None:
    game = without_team_rows(played_game())
    game["nbac_player_boxscores"][0]["turnovers"] = None
    assert dict(team_rows(game).select("team_abbr", "turnovers").rows()) == {"PHI": None, "NYK": 10}


@pytest.mark.parametrize(("home", "away", "overtimes"), [(237, 244, 0), (264, 266, 1), (289, 291, 2), (None, 265, 1)])
def test_overtimes_are_the_same_for_both_teams(home: float | None, away: float, overtimes: int) -> None:
    """Defect 20: team minutes 237-244 are regulation, and sums of rounded minutes differ by team."""
    game = played_game()
    game["nbac_team_boxscores"][0]["minutes"], game["nbac_team_boxscores"][1]["minutes"] = home, away
    assert team_rows(game)["overtime_periods"].to_list() == [overtimes, overtimes]


def test_game_without_any_minutes_is_quarantined() -> None:
    game = played_game()
    for player_or_team in [*game["nbac_team_boxscores"], *game["nbac_player_boxscores"]]:
        player_or_team["minutes"] = None
    assert reason(game) == "team minutes are unknown"


def test_rows_left_on_the_old_date_of_a_moved_game_are_not_joined() -> None:
    """Defect 11: one id on two dates."""
    moved = played_game()
    moved["nbac_schedule"][0]["game_date"] = date(2024, 2, 15)
    assert reason(moved) == "PHI has no box score; NYK has no box score"


def test_no_rows_at_all() -> None:
    empty = played_game() | {"nbac_schedule": [], "nbac_team_boxscores": [], "nbac_player_boxscores": []}
    assert games(empty).is_empty()
