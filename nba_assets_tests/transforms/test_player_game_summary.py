"""Player summary: who played, what he did, and what stays unknown."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.transforms import player_game_summary
from nba_assets.transforms.shot_zones import PLAY_BY_PLAY_COLUMNS, ZONE_COLUMNS
from nba_assets_tests.frames import CONSENSUS_SCHEMA, GAME_ID, LINES_SCHEMA, frame, frames, played_game, row

OTHER_GAME = "0022300562"

Game = dict[str, list[dict[str, Any]]]


def build(
    *games: Game,
    player_list: list[dict[str, Any]] | None = None,
    plays: list[dict[str, Any]] | None = None,
    shots: list[dict[str, Any]] | None = None,
    lines: list[tuple[Any, ...]] | None = None,
    consensus: list[tuple[Any, ...]] | None = None,
) -> pl.DataFrame:
    tables = frames(*games)
    return player_game_summary.build(
        tables["nbac_schedule"],
        tables["nbac_player_boxscores"],
        tables["nbac_team_boxscores"],
        frame("nbac_player_list", player_list or []),
        frame("nbac_play_by_play", plays or []),
        frame("nbac_shot_charts", shots or []),
        pl.DataFrame(lines or [], schema=LINES_SCHEMA, orient="row"),
        pl.DataFrame(consensus or [], schema=CONSENSUS_SCHEMA, orient="row"),
    )


def player(summary: pl.DataFrame, player_id: int = 1, game: str = GAME_ID) -> dict[str, Any]:
    return summary.filter(nba_player_id=player_id, nba_game_id=game).row(0, named=True)


def with_absent(game: Game, *, player_status: str = "dnp", dnp_reason: str | None = None) -> Game:
    """The game with one more PHI player, id 9, who did not play."""
    names = TABLES["nbac_player_boxscores"].column_names
    statistics = dict.fromkeys(names[names.index("minutes") : names.index("plus_minus") + 1])
    absent = game["nbac_player_boxscores"][0] | statistics
    absent |= {"nba_player_id": 9, "player_status": player_status, "dnp_reason": dnp_reason}
    game["nbac_player_boxscores"].append(absent)
    return game


def play(event_id: int, **overrides: Any) -> dict[str, Any]:
    shot = {"is_field_goal": True, "shot_made": True, "shot_zone": "paint", "player_1_id": 1}
    return row("nbac_play_by_play", event_id=event_id, **shot | overrides)


def test_rows_keep_the_contract() -> None:
    summary = build(
        with_absent(played_game()), plays=[play(1)], lines=[(GAME_ID, 1, 29.5, "draftkings", 28.5, "draftkings")]
    )
    assert summary["quarantine_reason"].null_count() == summary.height == 11
    TABLES["player_game_summary"].schema.validate(summary.drop("quarantine_reason"))


def test_identity_and_result() -> None:
    """The old win flag was always False."""
    summary = build(played_game())
    winner, loser = player(summary, 1), player(summary, 101)
    assert (winner["team_abbr"], winner["opponent_team_abbr"], winner["home_game"]) == ("PHI", "NYK", True)
    assert (loser["team_abbr"], loser["opponent_team_abbr"], loser["home_game"]) == ("NYK", "PHI", False)
    assert (winner["win_flag"], loser["win_flag"]) == (True, False)
    assert winner["universal_player_id"] == "1"


def test_rates_use_the_teams_players_and_overtimes() -> None:
    """Defects 19 and 20: team turnovers stay out of the players' usage, and the overtime counts."""
    game = played_game(minutes=53.0)
    # leaguegamelog counts team turnovers in the one number it has.
    game["nbac_team_boxscores"][0]["turnovers"] = 15
    # Player 1: 30 points from 15 of 20 shots and 1 free throw; team: 77 shots, 5 free throws, 10 player turnovers.
    expected = 100 * (20 + 0.44 + 2) * 53 / (53 * (77 + 0.44 * 5 + 10))
    assert player(build(game))["usage_rate"] == pytest.approx(expected)
    assert player(build(game))["efg_pct"] == pytest.approx(15 / 20)


def test_zero_minutes_is_a_player_who_played() -> None:
    """Defect 16: MIN 0 is a stint under 30 seconds, not an absence."""
    game = played_game()
    game["nbac_player_boxscores"][0]["minutes"] = 0.0
    played = player(build(game))
    assert (played["is_active"], played["is_dnp"], played["minutes_played"], played["points"]) == (True, False, 0.0, 30)
    assert played["usage_rate"] is None


def test_shooting_of_a_player_without_attempts_is_null() -> None:
    """Defect 23: a missing measure was stored as 0.0."""
    game = played_game()
    game["nbac_player_boxscores"][4] |= {"field_goals_attempted": 0, "free_throws_attempted": 0}
    shooting = player(build(game), 5)
    assert (shooting["ts_pct"], shooting["efg_pct"]) == (None, None)


def test_true_shooting_with_free_throws_only() -> None:
    game = played_game(home_points=(30, 30, 20, 23, 1))
    game["nbac_player_boxscores"][4] |= {"field_goals_attempted": 0, "free_throws_attempted": 2}
    shooting = player(build(game), 5)
    assert shooting["ts_pct"] == pytest.approx(1 / (2 * 0.88))
    assert shooting["efg_pct"] is None


def test_absent_player_has_no_statistics_but_may_have_a_line() -> None:
    """Defect 15: a player who did not play is neither zero points nor an UNDER."""
    summary = build(
        with_absent(played_game()), plays=[play(1)], lines=[(GAME_ID, 9, 10.5, "draftkings", 11.5, "draftkings")]
    )
    absent = player(summary, 9)
    empty = ["points", "minutes_played", "usage_rate", "ts_pct", "zone_source", "has_complete_shot_zones", "margin"]
    assert [absent[name] for name in [*empty, *ZONE_COLUMNS, *PLAY_BY_PLAY_COLUMNS]] == [None] * 19
    assert (absent["is_active"], absent["is_dnp"], absent["win_flag"]) == (False, True, True)
    assert (absent["points_line"], absent["line_movement"], absent["over_under_result"]) == (10.5, -1.0, None)


@pytest.mark.parametrize(
    ("status", "reason", "category"),
    [
        ("inactive", "INACTIVE_INJURY Left Ankle; Sprain", "injury"),
        ("inactive", "INACTIVE_INJURY", "injury"),
        ("inactive", "INACTIVE_COACH", "coach_decision"),
        ("inactive", "INACTIVE_GLEAGUE_TWOWAY", "g_league"),
        ("inactive", "INACTIVE_NOT_WITH_TEAM", "other"),
        ("inactive", "INACTIVE_NOT_WITH_TEAM: Personal Reasons", "personal"),
        ("dnp", "DND_LEAGUE_SUSPENSION", "suspension"),
        ("dnp", "DND_REST: Right Knee; Injury Management", "rest"),
        ("dnp", "DNP - Coach's Decision", "coach_decision"),
        ("dnp", "DNP - Coach’s Decision", "coach_decision"),
        ("dnp", "DND - Injury/Illness", "injury"),
        ("dnp", "DND - Rest", "rest"),
        ("inactive", "NWT - Personal", "personal"),
        ("inactive", "NWT - Trade Pending", "other"),
        ("inactive", "Lost in a forest", "other"),
        ("dnp", None, "coach_decision"),
        ("inactive", None, None),
        ("active", None, None),
    ],
)
def test_dnp_category(status: str, reason: str | None, category: str | None) -> None:
    """Defect: substrings made a forest rest and a league suspension the coach's decision."""
    expression = player_game_summary.dnp_category(pl.lit(status), pl.lit(reason, pl.String))
    assert pl.select(expression).item() == category


def test_box_threes_stand_beside_play_by_play_threes() -> None:
    """Defect 22: play-by-play counts replaced the box's three-point attempts."""
    game = played_game()
    game["nbac_player_boxscores"][0] |= {"three_pointers_attempted": 4}
    scorer = player(build(game, plays=[play(1, shot_zone="three", event_type="3pt", shot_made=False)]))
    assert (scorer["three_pt_attempts"], scorer["three_attempts_pbp"], scorer["three_pt_makes"]) == (4, 1, 0)
    assert scorer["has_complete_shot_zones"] is False


def test_unknown_zones_are_null_and_no_shots_are_zero() -> None:
    """A game without zone data knows nothing; a player without shots in a game with zone data took 0."""
    known, unknown = played_game(), played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME)
    summary = build(known, unknown, plays=[play(1)])
    assert [player(summary, 5)[name] for name in [*ZONE_COLUMNS, *PLAY_BY_PLAY_COLUMNS]] == [0] * 12
    assert player(summary, 5)["has_complete_shot_zones"] is False
    without = player(summary, 5, OTHER_GAME)
    assert [without[name] for name in [*ZONE_COLUMNS, *PLAY_BY_PLAY_COLUMNS]] == [None] * 12
    assert (without["has_complete_shot_zones"], without["zone_source"]) == (None, None)


def test_zone_source_is_per_game() -> None:
    """Defect 18."""
    shot = row("nbac_shot_charts", nba_game_id=OTHER_GAME, nba_player_id=1, team_abbr="BOS")
    summary = build(
        played_game(), played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME), plays=[play(1)], shots=[shot]
    )
    sources = dict(summary.select("nba_game_id", "zone_source").unique().rows())
    assert sources == {GAME_ID: "play_by_play", OTHER_GAME: "shot_chart"}
    from_chart = player(summary, 1, OTHER_GAME)
    assert (from_chart["paint_attempts"], from_chart["paint_blocks"], from_chart["assisted_fg_makes"]) == (
        1,
        None,
        None,
    )


def test_blocker_without_shots_keeps_his_blocks() -> None:
    game = played_game()
    game["nbac_player_boxscores"][9] |= {"field_goals_attempted": 5}
    summary = build(game, plays=[play(1, shot_made=False, block_person_id=105)])
    assert (player(summary, 105)["paint_blocks"], player(summary, 105)["paint_attempts"]) == (1, 0)


@pytest.mark.parametrize(
    ("line", "result", "margin"), [(29.5, "OVER", 0.5), (30.0, "PUSH", 0.0), (30.5, "UNDER", -0.5)]
)
def test_over_under(line: float, result: str, margin: float) -> None:
    """Defect 6: a push counted as OVER."""
    scorer = player(build(played_game(), lines=[(GAME_ID, 1, line, "draftkings", None, None)]))
    assert (scorer["over_under_result"], scorer["margin"], scorer["line_movement"]) == (result, margin, None)


def test_consensus_line_stands_without_a_line_of_the_cascade() -> None:
    summary = build(played_game(), consensus=[(GAME_ID, 1, 28.25)])
    assert summary.filter(pl.col("consensus_points_line").is_not_null())["nba_player_id"].to_list() == [1]
    scorer = player(summary)
    assert (scorer["consensus_points_line"], scorer["points_line"], scorer["margin"]) == (28.25, None, None)


def test_player_without_a_line_has_no_result() -> None:
    scorer = player(build(played_game()))
    assert [scorer[name] for name in ("points_line", "opening_line", "margin", "over_under_result")] == [None] * 4


def test_days_rest_counts_from_the_player_list_of_the_same_date() -> None:
    known = row("nbac_player_list", nba_player_id=1, last_game_date=date(2024, 1, 14))
    first = row("nbac_player_list", nba_player_id=2, last_game_date=None)
    other_day = row("nbac_player_list", nba_player_id=3, game_date=date(2024, 1, 14), last_game_date=date(2024, 1, 12))
    summary = build(played_game(), player_list=[known, first, other_day])
    assert [player(summary, n)["days_rest"] for n in (1, 2, 3)] == [1, None, None]


def test_incomplete_game_is_quarantined_and_the_others_flow() -> None:
    broken = played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME)
    del broken["nbac_player_boxscores"][0]
    summary = build(played_game(), broken)
    reasons = summary.group_by("nba_game_id").agg(pl.col("quarantine_reason").unique()).sort("nba_game_id")
    assert reasons.rows() == [(GAME_ID, [None]), (OTHER_GAME, ["BOS player points 74 != team points 104"])]
    good = summary.filter(pl.col("quarantine_reason").is_null()).drop("quarantine_reason")
    TABLES["player_game_summary"].schema.validate(good)


def test_player_of_a_third_team_is_quarantined_alone() -> None:
    game = with_absent(played_game())
    game["nbac_player_boxscores"][-1]["team_abbr"] = "BOS"
    summary = build(game)
    assert player(summary, 9)["quarantine_reason"] == f"BOS does not play in game {GAME_ID}"
    assert summary["quarantine_reason"].null_count() == 10


def test_game_that_is_not_final_has_no_rows() -> None:
    running = played_game()
    running["nbac_schedule"][0]["game_status"] = 2
    for team in running["nbac_team_boxscores"]:
        team["win_loss"] = None
    assert build(running).is_empty()


def test_traded_player_keeps_each_games_team() -> None:
    """Defect 17."""
    later = played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME, game_date=date(2024, 1, 17))
    summary = build(played_game(), later)
    assert [player(summary, 1)["team_abbr"], player(summary, 1, OTHER_GAME)["team_abbr"]] == ["PHI", "BOS"]
