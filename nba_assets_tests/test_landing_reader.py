"""The landing reader: all files of the dates are read, and one that cannot be read is never just missing.

Dangers covered: a corrupt file that stops a season, or vanishes without a trace; yesterday's schedule used although a
newer one lies there broken, unnoticed; a season without schedule that looks like a season without games.
"""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from nba_assets.landing_files import NBA_BOXSCORES, NBA_SCHEDULE, ODDS_EVENTS
from nba_assets.landing_reader import NO_DOCUMENT, LandingReader
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS, DocumentError
from nba_assets_tests.platform import write_files
from resources.landing_store import LocalLandingStore

JAN_15, JAN_16 = date(2024, 1, 15), date(2024, 1, 16)
BOX_15 = "nba-com/player-boxscores/2024-01-15"
BOX_16 = "nba-com/player-boxscores/2024-01-16"
SCHEDULE = "nba-com/schedule/2023-24"
SCHEMA: dict[str, pl.DataType] = {"points": pl.Int64()}


def parse(document: bytes) -> pl.DataFrame:
    """A parser of `{"points": [..]}`, with the same manners as the real ones."""
    try:
        points = json.loads(document)["points"]
    except ValueError as error:
        raise DocumentError("not valid JSON", field="document", value=document.decode(errors="replace")) from error
    if not isinstance(points, list):
        raise DocumentError(f"'points' is not a list: {points!r}", field="points", value=points)
    return pl.DataFrame({"points": points, QUARANTINE_REASON: [None] * len(points)}).cast(
        {"points": pl.Int64, QUARANTINE_REASON: pl.String}
    )


def document(*points: int) -> bytes:
    return json.dumps({"points": points}).encode()


def reader(root: Path, *dates: date) -> LandingReader:
    return LandingReader(LocalLandingStore(root), dates, datetime(2026, 7, 1, tzinfo=UTC))


# --- dated files


def test_every_file_of_every_date_is_read_with_its_source(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        [
            (f"{BOX_15}/20240116_080500.json.gz", document(1, 2)),
            (f"{BOX_15}/20240117_090000.json", document(3)),
            (f"{BOX_16}/20240117_080500.json", document(4)),
            ("nba-com/player-boxscores/2024-01-17/20240118_080500.json", document(99)),
        ],
    )
    read = reader(tmp_path, JAN_16, JAN_15).read(NBA_BOXSCORES, parse, SCHEMA)
    assert read["points"].to_list() == [1, 2, 3, 4]
    assert read.select(*SOURCE_COLUMNS).schema == pl.Schema(SOURCE_COLUMNS)
    assert read.row(2, named=True) == {
        "points": 3,
        QUARANTINE_REASON: None,
        "source_path": f"{BOX_15}/20240117_090000.json",
        "fetched_at": datetime(2024, 1, 17, 9, tzinfo=UTC),
        "landing_date": JAN_15,
    }


def test_all_folders_of_a_dataset_are_read(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        [
            ("odds-api/events/2024-01-15/20240115_120000.json", document(1)),
            ("odds-api/events-history/2024-01-15/20240115_180000.json", document(2)),
        ],
    )
    assert set(reader(tmp_path, JAN_15).read(ODDS_EVENTS, parse, SCHEMA)["points"]) == {1, 2}


def test_no_files_give_a_typed_empty_frame(tmp_path: Path) -> None:
    """A day without games is not an error, and its columns are those of any other day."""
    box = reader(tmp_path, JAN_15)
    read = box.read(NBA_BOXSCORES, parse, SCHEMA)
    assert read.is_empty()
    assert read.schema == pl.Schema({**SCHEMA, QUARANTINE_REASON: pl.String(), **SOURCE_COLUMNS})
    assert box.unreadable().is_empty()


def test_other_dates_can_be_asked_for(tmp_path: Path) -> None:
    """Tables that look back read older files than those of the run's dates."""
    write_files(tmp_path, [(f"{BOX_15}/20240116_080500.json", document(1))])
    box = reader(tmp_path, JAN_16)
    assert box.read(NBA_BOXSCORES, parse, SCHEMA).is_empty()
    assert box.read(NBA_BOXSCORES, parse, SCHEMA, dates=[JAN_15])["points"].to_list() == [1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("20240116_080500.json", b"", ["not valid JSON", "field document", "value ''"]),
        ("20240116_080500.json", b'{"points": [1', ["not valid JSON", "field document", '{"points": [1']),
        ("20240116_080500.json", b'{"points": "many"}', ["'points' is not a list", "field points", "value 'many'"]),
        ("20240116_080500.json.gz", gzip.compress(document(1))[:-5], ["cannot be read"]),
        ("20240116_080500.json.gz", b"<html>503</html>", ["cannot be read"]),
        ("latest.json", document(1), ["the file name is not"]),
    ],
    ids=["empty", "truncated", "wrong-type", "truncated-gz", "html", "name"],
)
def test_an_unreadable_file_is_reported_with_file_field_and_value_and_stops_nothing(
    tmp_path: Path, name: str, content: bytes, said: list[str]
) -> None:
    write_files(
        tmp_path, [(f"{BOX_15}/20240116_090000.json", document(7)), (f"{BOX_16}/20240117_080500.json", document(8))]
    )
    (tmp_path / BOX_15 / name).write_bytes(content)
    box = reader(tmp_path, JAN_15, JAN_16)
    assert box.read(NBA_BOXSCORES, parse, SCHEMA)["points"].to_list() == [7, 8]
    (entry,) = box.unreadable().to_dicts()
    assert (entry["game_date"], entry["source_path"], entry["row"]) == (JAN_15, f"{BOX_15}/{name}", None)
    assert entry["reason"].startswith(f"{BOX_15}/{name}") or f"{BOX_15}/{name}" in entry["reason"]
    assert entry["reason"].count(name) == 1
    for words in said:
        assert words in entry["reason"]


def test_a_huge_value_does_not_fill_the_quarantine(tmp_path: Path) -> None:
    """A reason is read by people, in a browser."""
    (tmp_path / BOX_15).mkdir(parents=True)
    (tmp_path / BOX_15 / "20240116_080500.json").write_bytes(b"x" * 1_000_000)
    box = reader(tmp_path, JAN_15)
    box.read(NBA_BOXSCORES, parse, SCHEMA)
    assert len(box.unreadable()["reason"][0]) < 500


def test_a_bug_in_a_parser_is_not_taken_for_a_bad_file(tmp_path: Path) -> None:
    """Our own mistakes must stop the run; they would otherwise empty the table file by file."""
    write_files(tmp_path, [(f"{BOX_15}/20240116_080500.json", b'{"rows": []}')])
    with pytest.raises(KeyError):
        reader(tmp_path, JAN_15).read(NBA_BOXSCORES, parse, SCHEMA)


# --- season documents


def test_the_newest_document_of_each_season_speaks(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        [
            (f"{SCHEDULE}/20230816_120000.json", document(1)),
            (f"{SCHEDULE}/20240116_120000.json.gz", document(2)),
            (f"{SCHEDULE}/20231101_120000.json", document(3)),
            ("nba-com/schedule/2024-25/20240816_120000.json", document(4)),
        ],
    )
    season = reader(tmp_path, date(2024, 6, 17), date(2024, 10, 22))
    read = season.read_newest_of_season(NBA_SCHEDULE, parse, SCHEMA)
    assert read["points"].to_list() == [2, 4]
    assert read["landing_date"].to_list() == [None, None]
    assert read["fetched_at"].to_list() == [
        datetime(2024, 1, 16, 12, tzinfo=UTC),
        datetime(2024, 8, 16, 12, tzinfo=UTC),
    ]
    assert season.unreadable().is_empty()
    assert season.files_read == 2, "older documents are not even opened"


def test_an_unreadable_newest_document_falls_back_to_the_older_one_and_is_reported_on_every_date(
    tmp_path: Path,
) -> None:
    """The old schedule is better than none, but everybody who looks at one of its dates must see it is old."""
    write_files(
        tmp_path,
        [
            (f"{SCHEDULE}/20230816_120000.json", document(1)),
            (f"{SCHEDULE}/20240101_120000.json", document(2)),
            (f"{SCHEDULE}/20240116_120000.json", b"{"),
        ],
    )
    season = reader(tmp_path, JAN_15, JAN_16)
    assert season.read_newest_of_season(NBA_SCHEDULE, parse, SCHEMA)["points"].to_list() == [2]
    reported = season.unreadable()
    assert reported["game_date"].to_list() == [JAN_15, JAN_16]
    assert set(reported["source_path"]) == {f"{SCHEDULE}/20240116_120000.json"}
    assert not reported["reason"].str.starts_with(NO_DOCUMENT).any()


@pytest.mark.parametrize("content", [None, b"{"], ids=["no-file", "only-a-broken-one"])
def test_a_season_without_readable_document_is_reported_as_such_on_its_dates_only(
    tmp_path: Path, content: bytes | None
) -> None:
    """The check that blocks on it looks for these words; another season's dates must not be blocked."""
    write_files(tmp_path, [("nba-com/schedule/2024-25/20240816_120000.json", document(4))])
    if content is not None:
        write_files(tmp_path, [(f"{SCHEDULE}/20230816_120000.json", content)])
    season = reader(tmp_path, JAN_15, JAN_16, date(2024, 10, 22))
    assert season.read_newest_of_season(NBA_SCHEDULE, parse, SCHEMA)["points"].to_list() == [4]
    reported = season.unreadable().filter(pl.col("reason").str.starts_with(NO_DOCUMENT))
    assert reported["game_date"].to_list() == [JAN_15, JAN_16]
    assert reported["source_path"].to_list() == [None, None]
    assert set(reported["reason"]) == {f"{NO_DOCUMENT} of season 2023-24 in nba-com/schedule/2023-24"}
