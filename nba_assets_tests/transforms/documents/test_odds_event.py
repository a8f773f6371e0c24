import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError, odds_event
from nba_assets_tests.transforms.odds_support import EVENT, SEEN, TIP, encode, event, outcome, pair, wrapped

POINTS = {"draftkings": {"player_points": pair("Ann Other", 20.5, -110, 120)}}


def parse(body) -> pl.DataFrame:
    return odds_event.parse(encode(body))


def test_one_row_per_outcome_in_document_order():
    frame = parse(event(POINTS | {"fanduel": {"h2h": [outcome("Boston Celtics", -300)]}}))
    assert frame.schema == {**odds_event.SCHEMA, QUARANTINE_REASON: pl.String}
    assert frame["document_position"].to_list() == [0, 1, 2]
    assert frame["bookmaker_key"].to_list() == ["draftkings", "draftkings", "fanduel"]
    assert frame.row(0, named=True) == {
        "odds_api_event_id": EVENT,
        "commence_time": TIP,
        "home_team": "Boston Celtics",
        "away_team": "Utah Jazz",
        "bookmaker_key": "draftkings",
        "market_key": "player_points",
        "market_last_update": SEEN,
        "outcome_name": "Over",
        "description": "Ann Other",
        "price": -110.0,
        "price_decimal": pytest.approx(1 + 100 / 110),
        "price_american": -110,
        "point": 20.5,
        "document_position": 0,
        "snapshot_timestamp": None,
        QUARANTINE_REASON: None,
    }


def test_historical_wrapper_gives_the_snapshot_time():
    assert parse(wrapped(event(POINTS)))["snapshot_timestamp"].to_list() == [SEEN, SEEN]


@pytest.mark.parametrize("books", [{}, {"draftkings": {}}, {"draftkings": {"player_points": []}}])
def test_nothing_quoted_yet_is_a_typed_empty_frame(books):
    frame = parse(event(books))
    assert frame.height == 0
    assert frame.schema == {**odds_event.SCHEMA, QUARANTINE_REASON: pl.String}


def test_last_update_of_the_market_then_of_the_book_then_unknown():
    body = event(POINTS)
    (book,) = body["bookmakers"]
    book["last_update"] = "2024-03-02T17:00:00Z"
    assert parse(body)["market_last_update"][0] == SEEN
    del book["markets"][0]["last_update"]
    assert parse(body)["market_last_update"][0] == datetime(2024, 3, 2, 17, tzinfo=UTC)
    del book["last_update"]
    assert parse(body)["market_last_update"].to_list() == [None, None]
    assert parse(body)[QUARANTINE_REASON].to_list() == [None, None]


@pytest.mark.parametrize(
    ("prices", "decimal", "american"),
    [
        ([1.91, 1.87, 3.3, 2.0, 1.5], [1.91, 1.87, 3.3, 2.0, 1.5], [-110, -115, 230, 100, -200]),
        ([-110, 230, -115, 100], [1 + 100 / 110, 3.3, 1 + 100 / 115, 2.0], [-110, 230, -115, 100]),
        ([230, 110], [3.3, 2.1], [230, 110]),
        ([26, 101.0], [26, 101], [2500, 10000]),
    ],
)
def test_notation_is_found_per_document_and_prices_are_rounded(prices, decimal, american):
    frame = parse(event({"book": {"h2h": [outcome("Boston Celtics", price) for price in prices]}}))
    assert frame["price_decimal"].to_list() == pytest.approx(decimal)
    assert frame["price_american"].to_list() == american
    assert frame[QUARANTINE_REASON].is_null().all()


@given(st.integers(100, 100_000), st.booleans())
def test_american_prices_survive_the_way_through_decimal(size, negative):
    price = -size if negative and size > 100 else size
    assert odds_event.to_american(odds_event.to_decimal(price)) == price


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (50, "price=50 is not an American price"),
        (0, "price=0 is not an American price"),
        (None, "price=None is not an American price"),
        (True, "price=True"),
        ("-110", "price='-110'"),
        ([], r"price=\[\]"),
        (float("inf"), "price=inf"),
        (float("nan"), "price=nan"),
        (10**400, "price=1000"),
    ],
)
def test_a_price_that_is_none_marks_its_own_row(bad, reason):
    quoted = [*pair("Ann Other", 20.5, -110, -110), {**outcome("Over", 0, 9.5, "Bo"), "price": bad}]
    frame = parse(event({"book": {"player_points": quoted}}))
    assert frame[QUARANTINE_REASON].is_null().to_list() == [True, True, False]
    assert frame["price_decimal"].is_null().to_list() == [False, False, True]
    assert frame[QUARANTINE_REASON].str.contains(reason)[2]


def test_other_bad_values_mark_their_own_rows():
    body = event({"book": {"player_points": [*pair("Ann", 9.5, 2.0, 1.8), outcome("Over", 1.9, 8.5, "Bo")]}})
    body["bookmakers"][0]["markets"][0]["outcomes"][1]["point"] = "9.5"
    frame = parse(body)
    assert frame[QUARANTINE_REASON].is_null().to_list() == [True, False, True]
    body["bookmakers"][0]["markets"][0]["last_update"] = "2024-03-02 18:00"
    assert parse(body)[QUARANTINE_REASON].str.starts_with("market_last_update=").to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("id", 2e87),
        ("commence_time", "soon"),
        ("commence_time", "2024-03-03T00:30:00"),
        ("home_team", ""),
        ("away_team", None),
        ("bookmakers", None),
        ("bookmakers", ["draftkings"]),
    ],
)
def test_an_event_that_cannot_be_read_is_a_document_error(field, value):
    with pytest.raises(DocumentError) as caught:
        parse(event(POINTS, **{field: value}))
    assert caught.value.field == field


@pytest.mark.parametrize("body", [{"message": "Unknown event"}, [], wrapped(None), wrapped([]), "text", None])
def test_other_documents_are_document_errors(body):
    with pytest.raises(DocumentError):
        parse(body)


def test_wrapper_without_a_time_is_a_document_error():
    with pytest.raises(DocumentError, match="timestamp"):
        parse(wrapped(event(POINTS)) | {"timestamp": None})


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_document_errors(document):
    with pytest.raises(DocumentError):
        odds_event.parse(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, min_size=7, max_size=7))
def test_any_json_in_any_field_gives_typed_rows_or_a_document_error(values):
    name, price, point, player, update, market, book = values
    quoted = {"name": name, "price": price, "point": point, "description": player}
    body = event({}) | {
        "bookmakers": [{"key": book, "markets": [{"key": market, "last_update": update, "outcomes": [quoted]}]}]
    }
    frame = odds_event.parse(json.dumps(body).encode())
    assert frame.schema == {**odds_event.SCHEMA, QUARANTINE_REASON: pl.String}
    (row,) = frame.iter_rows(named=True)
    assert (row["price_decimal"] is None) <= (row[QUARANTINE_REASON] is not None)


def test_real_documents(realdata):
    samples = realdata / "samples" / "odds_event_odds"
    props = odds_event.parse((samples / "event_odds_BKNTOR_2024-02-22_player_points_american.json").read_bytes())
    assert props.height == 572
    assert props["bookmaker_key"].n_unique() == 10
    assert props["description"].n_unique() == 26
    assert props["price_american"].equals(props["price"].cast(pl.Int64).alias("price_american"))
    lines = odds_event.parse((samples / "historical_game_lines_ATLGSW_2024-01-24_inplay_decimal.json").read_bytes())
    assert lines["price_decimal"].equals(lines["price"].alias("price_decimal"))
    assert lines["price_american"].head(2).to_list() == [-110, -120]
    moneyline = odds_event.parse((samples / "historical_h2h_ATLGSW_2024-01-24_decimal.json").read_bytes())
    assert moneyline["price_american"].to_list() == [230, -312, 280, -385]
    assert moneyline["point"].is_null().all()
    for frame in (props, lines, moneyline):
        assert frame[QUARANTINE_REASON].is_null().all()
