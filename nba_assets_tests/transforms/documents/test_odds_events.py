import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError, odds_events
from nba_assets_tests.transforms.odds_support import EVENT, SEEN, TIP, encode, event, wrapped

LISTED = {key: value for key, value in event({}).items() if key != "bookmakers"}


def parse(body) -> pl.DataFrame:
    return odds_events.parse(encode(body))


def test_bare_list_and_wrapper():
    row = (EVENT, TIP, "Boston Celtics", "Utah Jazz")
    assert parse([LISTED]).rows() == [(*row, None, None)]
    assert parse(wrapped([LISTED])).rows() == [(*row, SEEN, None)]


@pytest.mark.parametrize("body", [[], wrapped([])])
def test_no_events(body):
    assert parse(body).schema == {**odds_events.SCHEMA, QUARANTINE_REASON: pl.String}
    assert parse(body).height == 0


@pytest.mark.parametrize(("field", "value"), [("id", 7), ("id", None), ("commence_time", "soon"), ("home_team", None)])
def test_an_event_that_cannot_be_read_marks_its_own_row(field, value):
    frame = parse([LISTED | {field: value}, LISTED])
    assert frame[QUARANTINE_REASON].is_null().to_list() == [False, True]


@pytest.mark.parametrize("body", [LISTED, {"message": "Invalid api key"}, [[]], wrapped(LISTED), 7, [{"name": "x"}]])
def test_other_documents_are_document_errors(body):
    with pytest.raises(DocumentError):
        parse(body)


def test_real_list_holds_two_dates(realdata):
    (file,) = (realdata / "samples" / "odds_events").iterdir()
    frame = odds_events.parse(file.read_bytes())
    assert frame.height == 10
    assert frame[QUARANTINE_REASON].is_null().all()
    assert frame["commence_time"].dt.convert_time_zone("America/New_York").dt.date().n_unique() == 2
