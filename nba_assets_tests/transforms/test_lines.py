from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.transforms import lines
from nba_assets_tests.frames import frame, row

TABLE = "odds_api_player_points_props"
MORNING = datetime(2024, 1, 15, 15, 0, tzinfo=UTC)
EVENING = datetime(2024, 1, 15, 23, 0, tzinfo=UTC)


def quote(line: float, over: float | None = 1.91, under: float | None = 1.91, **changed) -> dict:
    linked = {"nba_player_id": 203954} | changed
    return row(TABLE, points_line=line, over_price=over, under_price=under, **linked)


def quotes(*rows: dict) -> pl.DataFrame:
    return frame(TABLE, rows)


def main_of(*rows: dict) -> list[float]:
    return lines.main_lines(quotes(*rows))["points_line"].to_list()


def test_no_vig_and_hold():
    prices = pl.DataFrame({"over": [1.91, 2.05], "under": [1.91, 1.77]})
    found = prices.select(
        p=lines.no_vig(pl.col("over"), pl.col("under")), hold=lines.hold(pl.col("over"), pl.col("under"))
    )
    assert found["p"].to_list() == pytest.approx([0.5, 0.46335], abs=1e-5)
    assert found["hold"].to_list() == pytest.approx([2 / 1.91 - 1, 1 / 2.05 + 1 / 1.77 - 1])


def test_main_line_is_nearest_to_even():
    assert main_of(quote(18.5, 1.4, 2.9), quote(20.5, 1.87, 1.95), quote(22.5, 2.6, 1.5)) == [20.5]


def test_ties_go_to_the_lower_margin_then_the_lower_line():
    assert main_of(quote(20.5, 1.87, 1.87), quote(21.5, 1.95, 1.95)) == [21.5]
    assert main_of(quote(21.5, 1.95, 1.8), quote(20.5, 1.8, 1.95)) == [20.5]


def test_one_sided_quotes_and_other_markets_are_never_lines():
    rebounds = quote(9.5, market_key="player_rebounds")
    assert main_of(quote(20.5, 1.91, None), quote(21.5, None, 1.91), rebounds) == []


def test_two_spellings_of_one_player_are_one_player():
    nickname = quote(20.5, 1.6, 2.3, player_name="Joel H. Embiid", player_lookup="joelhembiid")
    assert main_of(nickname, quote(21.5)) == [21.5]


def test_unresolved_names_are_players_of_their_own():
    unknown = [quote(20.5, nba_player_id=None, player_lookup=name, player_name=name) for name in ("ann", "bo")]
    found = lines.main_lines(quotes(quote(20.5), *unknown))
    assert found.select("player_key", "nba_player_id").rows() == [("203954", 203954), ("ann", None), ("bo", None)]


@given(st.permutations(range(5)))
def test_row_order_does_not_matter(order):
    rows = [
        quote(18.5, 1.5, 2.5),
        quote(20.5),
        quote(21.5),
        quote(20.5, pair_no=1),
        quote(20.5, player_name="J. Embiid"),
    ]
    assert lines.main_lines(quotes(*(rows[place] for place in order))).equals(lines.main_lines(quotes(*rows)))


def test_latest_and_opening_are_by_snapshot_per_book():
    found = lines.main_lines(
        quotes(
            quote(22.5, snapshot_timestamp=EVENING),
            quote(20.5, snapshot_timestamp=MORNING),
            quote(21.5, snapshot_timestamp=MORNING, bookmaker="fanduel"),
        )
    )
    assert lines.latest(found).select("bookmaker", "points_line").rows() == [("draftkings", 22.5), ("fanduel", 21.5)]
    assert lines.opening(found).select("bookmaker", "points_line").rows() == [("draftkings", 20.5), ("fanduel", 21.5)]


def test_consensus_is_the_median_over_books():
    books = {"draftkings": 20.5, "fanduel": 21.5, "betmgm": 21.5, "bovada": 24.5}
    found = lines.consensus(lines.latest(lines.main_lines(quotes(*(quote(v, bookmaker=k) for k, v in books.items())))))
    assert found.select("nba_player_id", "consensus_line", "consensus_p_over", "book_count").rows() == [
        (203954, 21.5, 0.5, 4)
    ]


def cascade_of(*rows: dict, as_of: datetime | None = None) -> list[tuple]:
    columns = ["points_line", "points_line_source", "opening_line", "opening_line_source", "line_movement"]
    return lines.cascade(quotes(*rows), as_of).select(columns).rows()


def test_first_book_of_the_cascade_wins_even_if_another_is_newer():
    newer = quote(25.5, bookmaker="fanduel", snapshot_timestamp=EVENING)
    older = quote(20.5, snapshot_timestamp=MORNING)
    assert cascade_of(newer, older) == [(20.5, "draftkings", 20.5, "draftkings", 0.0)]


@pytest.mark.parametrize("place", range(len(lines.CASCADE_BOOKS)))
def test_order_of_the_cascade(place):
    rows = [quote(20.5 + at, bookmaker=book) for at, book in enumerate(lines.CASCADE_BOOKS)][place:]
    ((line, source, *_),) = cascade_of(quote(9.5, bookmaker="bovada"), *reversed(rows))
    assert (line, source) == (20.5 + place, lines.CASCADE_BOOKS[place])


def test_opening_is_of_the_same_book():
    rows = [
        quote(18.5, bookmaker="fanduel", snapshot_timestamp=MORNING - timedelta(hours=1)),
        quote(19.5, snapshot_timestamp=MORNING),
        quote(20.5, snapshot_timestamp=EVENING),
    ]
    assert cascade_of(*rows) == [(20.5, "draftkings", 19.5, "draftkings", 1.0)]
    assert cascade_of(*rows, as_of=MORNING) == [(19.5, "draftkings", 19.5, "draftkings", 0.0)]


@pytest.mark.parametrize(
    "unusable",
    [
        {"line": 99.5, "is_in_play": True},
        {"line": 4.5},
        {"line": 20.25},
        {"line": 20.5, "under": None},
        {"line": 20.5, "market_key": "player_assists"},
        {"line": 20.5, "bookmaker": "bovada"},
    ],
)
def test_unusable_quotes_change_nothing(unusable):
    assert cascade_of(quote(**unusable, snapshot_timestamp=EVENING)) == []
    fallback = quote(21.5, bookmaker="williamhill_us", snapshot_timestamp=MORNING)
    ((line, source, *_),) = cascade_of(quote(**unusable, snapshot_timestamp=EVENING), fallback)
    assert (line, source) == (21.5, "williamhill_us")


def test_no_quotes_no_lines():
    nothing = quotes()
    assert lines.cascade(nothing).height == 0
    assert lines.consensus(lines.latest(lines.main_lines(nothing))).height == 0
    assert lines.pre_tip(nothing).height == 0
