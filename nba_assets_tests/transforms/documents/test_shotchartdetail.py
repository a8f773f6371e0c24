from pathlib import Path

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.shotchartdetail import SCHEMA, parse
from nba_assets_tests.transforms.invented import shot, shot_chart


def test_real_document_of_one_player_has_made_shots_only(realdata: Path) -> None:
    rows = parse((realdata / "samples/stats_shotchartdetail/cassette_ShotChartDetail.json").read_bytes())
    assert rows.schema == {**SCHEMA, QUARANTINE_REASON: pl.String}
    assert (rows.height, rows[QUARANTINE_REASON].count(), rows["shot_made"].all()) == (532, 0, True)
    assert rows["game_event_id"].null_count() == 0


def test_rows_are_numbered_within_their_game() -> None:
    rows = parse(shot_chart(shot(1), shot(2, GAME_ID=22300562), shot(1), shot(3, GAME_ID="0022300562")))
    assert rows.select("nba_game_id", "row_no").rows() == [
        ("0022300561", 0),
        ("0022300562", 0),
        ("0022300561", 1),
        ("0022300562", 1),
    ]


def test_wrong_value_marks_only_its_row() -> None:
    rows = parse(shot_chart(shot(1), shot(2, SHOT_MADE_FLAG=2), shot(3, LOC_X="far"), shot(None)))
    assert rows[QUARANTINE_REASON].to_list() == [
        None,
        "shot_made='2' cannot be read",
        "loc_x='far' is not Int64",
        "nba_player_id is missing",
    ]


@pytest.mark.parametrize("header", ["GAME_ID", "GAME_EVENT_ID", "SHOT_TYPE", "SHOT_MADE_FLAG"])
def test_missing_header_is_named(header: str) -> None:
    row = shot(1)
    del row[header]
    with pytest.raises(DocumentError) as error:
        parse(shot_chart(row))
    assert error.value.field == header


@pytest.mark.parametrize(
    "document", [b"", shot_chart(shot(1))[:-4], b"{}", b'{"resultSets": [{"name": "Shot_Chart_Detail"}]}']
)
def test_unreadable_documents(document: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(document)
