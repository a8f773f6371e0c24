"""Team offence: possessions with team turnovers, one overtime count per game, zones that may be unknown."""

from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.transforms import team_offense_game_summary
from nba_assets_tests.frames import GAME_ID, frame, frames, played_game, row

OTHER_GAME = "0022300562"

Game = dict[str, list[dict[str, Any]]]


def build(*games: Game, plays: list[dict[str, Any]] | None = None) -> pl.DataFrame:
    tables = frames(*games)
    return team_offense_game_summary.build(
        tables["nbac_schedule"],
        tables["nbac_team_boxscores"],
        tables["nbac_player_boxscores"],
        frame("nbac_play_by_play", plays or []),
        frame("nbac_shot_charts"),
    )


def team(summary: pl.DataFrame, abbr: str = "PHI") -> dict[str, Any]:
    return summary.filter(team_abbr=abbr).row(0, named=True)


def test_two_rows_per_game_keep_the_contract() -> None:
    summary = build(played_game(), played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME))
    assert summary.group_by("nba_game_id").agg(pl.len(), pl.col("home_game").sum()).rows() in (
        [(GAME_ID, 2, 1), (OTHER_GAME, 2, 1)],
        [(OTHER_GAME, 2, 1), (GAME_ID, 2, 1)],
    )
    TABLES["team_offense_game_summary"].schema.validate(summary.drop("quarantine_reason"))


def test_possessions_and_rates() -> None:
    # PHI: 104 points, 52 of 77 shots, 5 free throws, 5 offensive rebounds, 10 turnovers.
    phi = team(build(played_game()))
    assert phi["possessions"] == pytest.approx(77 + 0.44 * 5 + 10 - 5)
    assert phi["pace"] == pytest.approx(84.2)
    assert phi["offensive_rating"] == pytest.approx(100 * 104 / 84.2)
    assert phi["ts_pct"] == pytest.approx(104 / (2 * 79.2))
    assert (phi["points_scored"], phi["margin_of_victory"], phi["win_flag"]) == (104, 4, True)


def test_team_turnovers_count_where_the_source_has_them() -> None:
    """Defect 19."""
    game = played_game()
    game["nbac_team_boxscores"][0]["turnovers_incl_team"] = 12
    summary = build(game)
    assert (team(summary)["turnovers"], team(summary, "NYK")["turnovers"]) == (12, 10)
    assert team(summary)["possessions"] == pytest.approx(86.2)


def test_overtime_lowers_the_pace_of_both_teams() -> None:
    """Defect 20; one team's minutes round to regulation, the game had one overtime."""
    game = played_game()
    game["nbac_team_boxscores"][0]["minutes"], game["nbac_team_boxscores"][1]["minutes"] = 265.0, 252.0
    summary = build(game)
    assert summary["overtime_periods"].to_list() == [1, 1]
    assert team(summary)["pace"] == pytest.approx(84.2 * 48 / 53)


def test_zones_are_null_without_zone_data_and_counted_with_it() -> None:
    """The old points in the paint were always null."""
    shot = {"is_field_goal": True, "shot_zone": "paint", "shot_made": True}
    plays = [
        row("nbac_play_by_play", event_id=1, team_abbr="PHI", **shot),
        row("nbac_play_by_play", event_id=2, team_abbr="PHI", **shot | {"shot_made": False}),
        row("nbac_play_by_play", event_id=3, team_abbr="NYK", **shot | {"shot_zone": "mid_range"}),
    ]
    zones = ["team_paint_attempts", "team_paint_makes", "team_mid_range_attempts", "points_in_paint_scored"]
    with_zones, without = build(played_game(), plays=plays), build(played_game())
    assert [team(with_zones)[name] for name in zones] == [2, 1, 0, 2]
    assert [team(with_zones, "NYK")[name] for name in zones] == [0, 0, 1, 0]
    assert [team(without)[name] for name in zones] == [None] * 4


def test_second_chance_points_are_null_where_the_source_lacks_them() -> None:
    game = played_game()
    game["nbac_team_boxscores"][0]["points_second_chance"] = 11
    summary = build(game)
    assert (team(summary)["second_chance_points_scored"], team(summary, "NYK")["second_chance_points_scored"]) == (
        11,
        None,
    )


def test_missing_team_rows_are_summed_from_players() -> None:
    game = played_game() | {"nbac_team_boxscores": []}
    rebuilt, original = team(build(game)), team(build(played_game()))
    assert rebuilt | {"data_source": "leaguegamelog"} == original
    assert rebuilt["data_source"] == "player_sum"
    TABLES["team_offense_game_summary"].schema.validate(build(game).drop("quarantine_reason"))


def test_incomplete_game_is_quarantined_and_the_others_flow() -> None:
    broken = played_game(home="BOS", away="MIA", nba_game_id=OTHER_GAME)
    broken["nbac_player_boxscores"][0]["points"] = 27
    reasons = build(played_game(), broken).select("team_abbr", "quarantine_reason").rows()
    text = "BOS player points 101 != team points 104"
    assert dict(reasons) == {"PHI": None, "NYK": None, "BOS": text, "MIA": text}
