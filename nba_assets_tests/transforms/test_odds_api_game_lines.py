from datetime import date, timedelta

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.transforms import odds_api_game_lines
from nba_assets.transforms.documents import QUARANTINE_REASON, odds_event
from nba_assets_tests.transforms.odds_support import (
    DAY,
    EVENT,
    SEEN,
    TIP,
    event,
    landed,
    outcome,
    schedule,
    season_quotes,
    season_schedule,
    with_source,
    wrapped,
)

TABLE = TABLES["odds_api_game_lines"]
SPREADS = [outcome("Utah Jazz", 1.91, 6.5), outcome("Boston Celtics", 1.83, -6.5)]
TOTALS = [outcome("Over", 1.87, 228.5), outcome("Under", 1.87, 228.5)]
BOOKS = {"draftkings": {"spreads": SPREADS, "totals": TOTALS, "h2h": [outcome("Utah Jazz", 3.3)]}}
SECOND = timedelta(seconds=1)


def build(*documents: pl.DataFrame, games: pl.DataFrame | None = None) -> pl.DataFrame:
    return odds_api_game_lines.build(pl.concat(documents), schedule() if games is None else games)


def good(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that are kept, which must satisfy the contract."""
    kept = frame.filter(pl.col(QUARANTINE_REASON).is_null()).drop(QUARANTINE_REASON)
    TABLE.schema.validate(kept)
    return TABLE.ordered(kept)


def test_one_row_per_outcome():
    frame = good(build(landed(wrapped(event(BOOKS)))))
    assert frame.select(
        "market_key", "outcome_name", "outcome_point", "outcome_price", "outcome_price_american"
    ).rows() == [
        ("h2h", "UTA", None, 3.3, 230),
        ("spreads", "BOS", -6.5, 1.83, -120),
        ("spreads", "UTA", 6.5, 1.91, -110),
        ("totals", "Over", 228.5, 1.87, -115),
        ("totals", "Under", 228.5, 1.87, -115),
    ]
    games = ["game_date", "game_id", "nba_game_id", "home_team_abbr", "away_team_abbr", "odds_api_event_id"]
    assert frame.select(games).unique().rows() == [(DAY, "20240302_UTA_BOS", "0022300901", "BOS", "UTA", EVENT)]


def test_alternates_are_numbered_in_document_order():
    alternates = [*SPREADS, outcome("Utah Jazz", 2.1, 4.5), outcome("Utah Jazz", 1.7, 8.5)]
    frame = good(build(landed(wrapped(event({"bovada": {"spreads": alternates}})))))
    utah = frame.filter(pl.col("outcome_name") == "UTA")
    assert utah.select("line_no", "outcome_point").rows() == [(0, 6.5), (1, 4.5), (2, 8.5)]


@pytest.mark.parametrize(
    ("seen", "updated", "minutes", "in_play"),
    [
        (TIP - timedelta(hours=5), TIP - timedelta(hours=6), 300, False),
        (TIP - SECOND, TIP - SECOND, 0, False),
        (TIP, TIP - SECOND, 0, True),
        (TIP + SECOND, TIP - SECOND, -1, True),
        (TIP + timedelta(minutes=55, seconds=40), TIP - SECOND, -56, True),
        (TIP - SECOND, TIP, 0, True),
        (TIP - SECOND, None, 0, False),
        (TIP, None, 0, True),
    ],
)
def test_a_quote_is_pre_tip_only_if_seen_and_moved_before_tip(seen, updated, minutes, in_play):
    frame = good(build(landed(wrapped(event(BOOKS, last_update=updated), seen))))
    assert frame.select("minutes_before_tipoff", "is_in_play").unique().rows() == [(minutes, in_play)]


def test_tipoff_is_the_earliest_time_anyone_states():
    late = landed(wrapped(event(BOOKS, commence_time="2024-03-03T00:40:00Z")), path="a.json")
    assert good(build(late))["tipoff_utc"].unique().to_list() == [TIP]
    early = landed(wrapped(event(BOOKS, commence_time="2024-03-03T00:10:00Z"), SEEN + SECOND), path="b.json")
    assert good(build(late, early))["tipoff_utc"].unique().to_list() == [TIP - timedelta(minutes=20)]


def test_an_early_utc_tip_belongs_to_the_previous_et_day():
    frame = build(landed(wrapped(event(BOOKS, commence_time="2024-03-03T04:59:00Z"))))
    assert frame[QUARANTINE_REASON].is_null().all()
    frame = build(landed(wrapped(event(BOOKS, commence_time="2024-03-03T05:00:00Z"))))
    assert frame[QUARANTINE_REASON].unique().to_list() == [
        "commence_time=2024-03-03T05:00:00Z is not on the folder's ET date"
    ]


def test_a_current_document_was_seen_when_it_was_fetched():
    frame = good(build(landed(event(BOOKS), fetched_at=SEEN + SECOND)))
    assert frame["snapshot_timestamp"].unique().to_list() == [SEEN + SECOND]


@pytest.mark.parametrize("name", ["LA Clippers", "Los Angeles Clippers"])
def test_both_names_of_the_clippers_are_known(name):
    games = schedule([(DAY, "0022300901", "UTA", "LAC", TIP)])
    body = event({"bovada": {"h2h": [outcome(name, 1.5)]}}, home_team=name)
    assert good(build(landed(wrapped(body)), games=games))["outcome_name"].to_list() == ["LAC"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"home_team": "Boston Seltics"}, "home_team='Boston Seltics' is not a known team"),
        ({"away_team": "Seattle SuperSonics"}, "away_team='Seattle SuperSonics' is not a known team"),
        ({"away_team": "Miami Heat"}, "unmatched: no scheduled game MIA @ BOS on 2024-03-02"),
        (
            {"home_team": "Utah Jazz", "away_team": "Boston Celtics"},
            "unmatched: no scheduled game BOS @ UTA on 2024-03-02",
        ),
    ],
)
def test_events_without_a_scheduled_game_are_quarantined(changed, reason):
    frame = build(landed(wrapped(event(BOOKS, **changed))))
    assert frame.schema == {**TABLE.polars_schema, QUARANTINE_REASON: pl.String}
    assert frame[QUARANTINE_REASON].unique().to_list() == [reason]
    assert frame["game_date"].unique().to_list() == [DAY]
    assert frame["nba_game_id"].is_null().all()


@pytest.mark.parametrize(
    ("market", "quoted", "reason"),
    [
        (
            "alternate_spreads",
            outcome("Utah Jazz", 1.9, 1.5),
            "market_key='alternate_spreads' is not a game-line market",
        ),
        ("spreads", outcome("Over", 1.9, 1.5), "outcome_name='Over' is not an outcome of this game's market"),
        ("h2h", outcome("Miami Heat", 1.9), "outcome_name='Miami Heat' is not an outcome of this game's market"),
        (
            "totals",
            outcome("Utah Jazz", 1.9, 200.5),
            "outcome_name='Utah Jazz' is not an outcome of this game's market",
        ),
        ("spreads", outcome("Utah Jazz", 1.9), "point='' is missing"),
        ("h2h", {"name": "Utah Jazz"}, "price=None is not a decimal price"),
        ("h2h", {"price": 1.9}, "outcome_name is missing"),
    ],
)
def test_a_bad_outcome_leaves_the_others_good(market, quoted, reason):
    frame = build(landed(wrapped(event({"bovada": {market: [quoted]}, **BOOKS}))))
    assert frame.filter(pl.col("bookmaker_key") == "bovada")[QUARANTINE_REASON].to_list() == [reason]
    assert good(frame).height == 5


def test_deliveries_of_one_snapshot_collapse_to_the_newest():
    first = landed(wrapped(event(BOOKS)), path="a.json")
    moved = {"draftkings": {"spreads": [outcome("Utah Jazz", 2.05, 7.5)]}}
    again = landed(wrapped(event(moved)), path="b.json", fetched_at=SEEN + SECOND)
    expected = good(build(first, again))
    # The newer file speaks for its own market only, and for all of it.
    assert expected.group_by("market_key").len().sort("market_key").rows() == [
        ("h2h", 1),
        ("spreads", 1),
        ("totals", 2),
    ]
    assert expected.filter(pl.col("market_key") == "spreads")["outcome_point"].to_list() == [7.5]
    assert good(build(again, first, first, again)).equals(expected)


def test_a_copy_in_a_wrong_folder_does_not_displace_the_right_one():
    right = landed(wrapped(event(BOOKS)))
    wrong = landed(wrapped(event(BOOKS)), path="b.json", fetched_at=SEEN + SECOND, landing_date=date(2024, 3, 3))
    frame = build(right, wrong)
    assert good(frame).equals(good(build(right)))
    marked = frame.filter(pl.col(QUARANTINE_REASON).is_not_null())
    assert marked["game_date"].unique().to_list() == [date(2024, 3, 3)]


def test_no_quotes_is_the_typed_empty_table():
    empty = landed(wrapped(event({})))
    assert build(empty).schema == {**TABLE.polars_schema, QUARANTINE_REASON: pl.String}


def test_real_game_in_play(realdata):
    """ATL @ GSW, 2024-01-24: taken 55 minutes into a game whose commence_time had been re-stamped to 03:20Z."""
    day = date(2024, 1, 24)
    documents = [
        with_source(odds_event.parse(file.read_bytes()), file.name, SEEN, day)
        for file in (realdata / "samples" / "odds_event_odds").glob("historical_*")
    ]
    frame = good(build(*documents, games=season_schedule(realdata)))
    assert frame.select("minutes_before_tipoff", "is_in_play").unique().rows() == [(-56, True)]
    quotes = {
        (row["bookmaker_key"], row["market_key"], row["outcome_name"]): (row["outcome_point"], row["outcome_price"])
        for row in frame.iter_rows(named=True)
    }
    assert quotes["draftkings", "spreads", "GSW"] == (-6.5, 1.83)
    assert quotes["draftkings", "spreads", "ATL"] == (6.5, 1.91)
    assert quotes["fanduel", "spreads", "GSW"][0] == -7.5
    assert quotes["draftkings", "totals", "Over"][0] == 248.5
    home = frame.filter(market_key="spreads").filter(pl.col("outcome_name") == pl.col("home_team_abbr"))
    assert home["outcome_point"].median() == -7.0


@pytest.mark.slow
def test_real_season(realdata):
    frame = odds_api_game_lines.build(season_quotes(realdata, "game-lines-history"), season_schedule(realdata))
    assert good(frame).height == 33_660
    # One game was moved to another date after its odds had been collected.
    marked = frame.filter(pl.col(QUARANTINE_REASON).is_not_null())
    assert marked[QUARANTINE_REASON].value_counts().rows() == [
        ("unmatched: no scheduled game GSW @ UTA on 2024-01-17", 26)
    ]
