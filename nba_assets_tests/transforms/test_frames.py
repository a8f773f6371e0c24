"""The frame factory itself: its default rows must keep their contracts, or every test built on them means little."""

import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row


@pytest.mark.parametrize("table_name", sorted(TABLES))
def test_default_row_keeps_its_contract(table_name: str) -> None:
    TABLES[table_name].schema.validate(frame(table_name, [row(table_name)]))


def test_frame_without_rows_is_typed() -> None:
    assert frame("nbac_play_by_play").schema == TABLES["nbac_play_by_play"].polars_schema


def test_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="poinst"):
        row("nbac_player_boxscores", poinst=3)
