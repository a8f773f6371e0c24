from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.schedule import SCHEMA, parse
from nba_assets_tests.transforms.invented import as_bytes, reasons, scheduled, season


def test_real_preseason_document_has_no_kept_game(realdata: Path) -> None:
    rows = parse((realdata / "samples/schedule/schedule_cdn_2025-26_preseason.json").read_bytes())
    assert rows.schema == {**SCHEMA, QUARANTINE_REASON: pl.String}
    assert rows.filter(pl.col("nba_game_id").str.starts_with("001")).is_empty()


def test_columns() -> None:
    row = parse(season(scheduled())).row(0, named=True)
    assert row["game_date"] == date(2024, 1, 15)
    assert row["tipoff_utc"] == datetime(2024, 1, 16, 0, 30, tzinfo=UTC)
    assert (row["season_year"], row["game_type"], row["home_team_score"]) == (2023, "regular_season", 104)
    assert (row["is_neutral"], row["game_label"], row["arena_name"], row["series_game_number"]) == (None,) * 4
    assert row[QUARANTINE_REASON] is None


@pytest.mark.parametrize(
    ("game", "game_type"),
    [
        ("0022300561", "regular_season"),
        ("0042300101", "playoffs"),
        ("0052300101", "play_in"),
        ("0062300001", "cup_final"),
        ("42300101", "playoffs"),
    ],
)
def test_game_type_is_the_id_prefix(game: str, game_type: str) -> None:
    assert parse(season(scheduled(game)))["game_type"].to_list() == [game_type]


def test_preseason_all_star_and_undrawn_games_are_no_rows() -> None:
    left_out = [scheduled("0012300001"), scheduled("0032300001"), scheduled("0022301201", home=0, away=0, gameCode="")]
    rows = parse(season(*left_out, scheduled()))
    assert rows["nba_game_id"].to_list() == ["0022300561"]


def test_unknown_id_prefix_is_marked() -> None:
    assert reasons(parse(season(scheduled("0072300001")))) == ["game_type is missing"]


@pytest.mark.parametrize("status", [1, 2])
def test_scores_are_facts_only_when_final(status: int) -> None:
    row = parse(season(scheduled(gameStatus=status))).row(0, named=True)
    assert (row["home_team_score"], row["away_team_score"]) == (None, None)


def test_late_tip_and_clock_changes() -> None:
    tips = ["2024-01-16T03:30:00Z", "2023-11-05T21:00:00.5Z", "2024-03-10T19:00:00Z"]
    rows = parse(season(*(scheduled(f"002230000{n}", gameDateTimeUTC=tip) for n, tip in enumerate(tips))))
    assert rows["tipoff_utc"].dt.strftime("%d %H:%M").to_list() == ["16 03:30", "05 21:00", "10 19:00"]


def test_wrong_value_marks_only_its_row() -> None:
    rows = parse(season(scheduled(), scheduled("0022300562", gameDateTimeUTC="TBD"), scheduled("0022300563")))
    assert rows[QUARANTINE_REASON].to_list() == [None, "tipoff_utc='TBD' cannot be read", None]


@pytest.mark.parametrize("key", ["gameId", "gameDateEst", "gameDateTimeUTC", "gameStatus", "homeTeam", "awayTeam"])
def test_missing_key_is_named(key: str) -> None:
    game = scheduled()
    del game[key]
    with pytest.raises(DocumentError) as error:
        parse(season(game))
    assert error.value.field == key


@pytest.mark.parametrize(
    "document",
    [
        b"",
        season(scheduled())[:-30],
        as_bytes({"leagueSchedule": []}),
        as_bytes({"leagueSchedule": {"seasonYear": "2023-24"}}),
        season(scheduled(), year="2023"),
    ],
)
def test_unreadable_documents(document: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(document)
