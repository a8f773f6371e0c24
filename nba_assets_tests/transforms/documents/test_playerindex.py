from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.playerindex import SCHEMA, parse
from nba_assets_tests.transforms.invented import indexed, player_index


def test_real_index(realdata: Path) -> None:
    rows = parse((realdata / "samples/player_index/playerindex_2025-26.json").read_bytes())
    assert rows.schema == {**SCHEMA, QUARANTINE_REASON: pl.String}
    assert (rows.height, rows["nba_player_id"].n_unique(), rows[QUARANTINE_REASON].count()) == (594, 594, 0)
    assert (rows["position"].null_count(), rows["jersey_number"].null_count()) == (8, 31)
    assert rows["team_id"].n_unique() == 30


def test_no_team_blank_text_and_single_names() -> None:
    rows = parse(
        player_index(
            indexed(1, "Ann", "Able", 0, POSITION="", JERSEY_NUMBER=12),
            indexed(2, "", "Bo", None, DRAFT_YEAR=None),
        )
    )
    assert rows["team_id"].to_list() == [None, None]
    assert rows["player_full_name"].to_list() == ["Ann Able", "Bo"]
    assert rows["position"].to_list() == [None, "G"]
    assert rows["jersey_number"].to_list() == ["12", "7"]
    assert rows["draft_year"].to_list() == [2019, None]


def test_wrong_value_marks_only_its_row() -> None:
    rows = parse(player_index(indexed(1, "Ann", "Able"), indexed("x", "Bo", "Best"), indexed(3, "", "")))
    assert rows[QUARANTINE_REASON].to_list() == [None, "nba_player_id='x' is not Int64", "player_full_name is missing"]


@pytest.mark.parametrize("header", ["PERSON_ID", "PLAYER_LAST_NAME", "TEAM_ID", "DRAFT_YEAR"])
def test_missing_header_is_named(header: str) -> None:
    row = indexed(1, "Ann", "Able")
    del row[header]
    with pytest.raises(DocumentError) as error:
        parse(player_index(row))
    assert error.value.field == header


@pytest.mark.parametrize("document", [b"", player_index(indexed(1, "Ann", "Able"))[:-4], b"[]"])
def test_unreadable_documents(document: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(document)
