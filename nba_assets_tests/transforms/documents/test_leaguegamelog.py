from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.leaguegamelog import PLAYER_SCHEMA, TEAM_SCHEMA, parse_players, parse_teams
from nba_assets_tests.transforms.invented import NYK, PHI, log, log_player, log_team, reasons


def test_real_player_log(realdata: Path) -> None:
    rows = parse_players((realdata / "samples/stats_leaguegamelog/players_2025-03-15.json").read_bytes())
    assert rows.schema == {**PLAYER_SCHEMA, QUARANTINE_REASON: pl.String}
    assert (rows.height, rows["nba_game_id"].n_unique(), rows[QUARANTINE_REASON].count()) == (157, 8, 0)
    assert rows.filter(pl.col("minutes") == 0)["player_status"].to_list() == ["active", "active"]
    assert (
        rows["points"] == 2 * rows["field_goals_made"] + rows["three_pointers_made"] + rows["free_throws_made"]
    ).all()
    curry = rows.row(by_predicate=pl.col("nba_player_id") == 201939, named=True)
    assert (curry["player_full_name"], curry["minutes"], curry["nba_game_id"]) == ("Stephen Curry", 35.0, "0022400974")


def test_real_team_log(realdata: Path) -> None:
    rows = parse_teams((realdata / "samples/stats_leaguegamelog/teams_2025-26_cassette.json").read_bytes())
    assert rows.schema == {**TEAM_SCHEMA, QUARANTINE_REASON: pl.String}
    assert (rows.height, rows["nba_game_id"].n_unique(), rows[QUARANTINE_REASON].count()) == (1688, 844, 0)
    assert set(rows["minutes"]) <= {240.0, 265.0, 290.0}
    hornets = rows.filter((pl.col("nba_game_id") == "0022500775") & (pl.col("team_id") == 1610612766))
    assert hornets.select("turnovers", "turnovers_incl_team", "points").row(0) == (16, None, 110)


def test_fields_are_found_by_header_not_by_position() -> None:
    row = log_player(1, "Ann Able")
    assert parse_players(log(dict(reversed(row.items())))).equals(parse_players(log(row)))


def test_short_and_numeric_ids_are_padded() -> None:
    ids = [22300561, "22300561", 22300561.0, "0022300561"]
    rows = parse_players(log(*(log_player(float(n), "Ann Able", GAME_ID=game) for n, game in enumerate(ids, 1))))
    assert rows["nba_game_id"].to_list() == ["0022300561"] * 4
    assert rows["nba_player_id"].to_list() == [1, 2, 3, 4]
    assert reasons(rows) == []


def test_zero_minutes_is_a_player_who_played() -> None:
    row = parse_players(log(log_player(1, "Ann Able", MIN=0))).row(0, named=True)
    assert (row["player_status"], row["minutes"], row["points"], row["starter"]) == ("active", 0.0, 10, None)


def test_running_game_is_not_final() -> None:
    rows = parse_teams(log(log_team(PHI, WL=None), log_team(NYK, WL="L", GAME_ID="0022300562")))
    assert rows["is_final"].to_list() == [False, True]


def test_wrong_value_marks_only_its_row() -> None:
    rows = parse_players(log(log_player(1, "Ann Able"), log_player(2, "Bo Bad", PTS="ten"), log_player(3, "Cy Cole")))
    assert rows[QUARANTINE_REASON].to_list() == [None, "points='ten' is not Int64", None]
    assert rows["assists"].to_list() == [3, 3, 3]


def test_row_without_player_is_marked() -> None:
    assert reasons(parse_players(log(log_player(1, "Ann Able", PLAYER_ID=None)))) == ["nba_player_id is missing"]


@pytest.mark.parametrize("header", ["GAME_ID", "PLAYER_ID", "WL", "MIN", "FG3A", "PLUS_MINUS"])
def test_missing_header_is_named(header: str) -> None:
    row = log_player(1, "Ann Able")
    del row[header]
    with pytest.raises(DocumentError) as error:
        parse_players(log(row))
    assert error.value.field == header


def test_player_log_is_not_read_as_a_team_log() -> None:
    with pytest.raises(DocumentError, match="not of teams"):
        parse_teams(log(log_player(1, "Ann Able")))


@pytest.mark.parametrize("document", [b"", b"  ", log(log_player(1, "Ann Able"))[:-9], b"[]", b'{"resultSets": []}'])
def test_unreadable_documents(document: bytes) -> None:
    for parse in (parse_players, parse_teams):
        with pytest.raises(DocumentError):
            parse(document)


def test_row_that_does_not_fit_its_headers() -> None:
    document = b'{"resultSets": [{"name": "LeagueGameLog", "headers": ["A"], "rowSet": [[1, 2]]}]}'
    with pytest.raises(DocumentError):
        parse_teams(document)


def test_day_without_games_has_no_rows() -> None:
    document = log(log_player(1, "Ann Able"))
    start = document.index(b'"rowSet"')
    empty = document[:start] + b'"rowSet": []}]}'
    assert parse_players(empty).shape == (0, len(PLAYER_SCHEMA) + 1)
