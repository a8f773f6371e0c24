from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import lines, odds_api_player_points_props
from nba_assets.transforms.documents import QUARANTINE_REASON, odds_event
from nba_assets_tests.transforms.odds_support import (
    SEEN,
    event,
    landed,
    outcome,
    pair,
    players,
    schedule,
    season_box,
    season_schedule,
    with_source,
    wrapped,
)

TABLE = TABLES["odds_api_player_points_props"]
ROSTERS = players((1, "Ann Other", "BOS"), (2, "Bo Diddley Jr.", "UTA"))
SECOND = timedelta(seconds=1)


def build(*documents: pl.DataFrame) -> pl.DataFrame:
    return odds_api_player_points_props.build(pl.concat(documents), schedule(), ROSTERS, player_aliases())


def quoted(*outcomes, market: str = "player_points", book: str = "draftkings", **changed) -> pl.DataFrame:
    return build(landed(wrapped(event({book: {market: list(outcomes)}}, **changed))))


def good(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that are kept, which must satisfy the contract."""
    kept = frame.filter(pl.col(QUARANTINE_REASON).is_null()).drop(QUARANTINE_REASON)
    TABLE.schema.validate(kept)
    return TABLE.ordered(kept)


def test_over_and_under_stand_side_by_side():
    (row,) = good(quoted(*pair("Bo Diddley", 20.5, -110, 105))).iter_rows(named=True)
    assert row["points_line"] == 20.5
    assert (row["over_price_american"], row["under_price_american"]) == (-110, 105)
    assert (row["over_price"], row["under_price"]) == pytest.approx((1 + 100 / 110, 2.05))
    assert (row["player_name"], row["player_lookup"]) == ("Bo Diddley", "bodiddley")
    assert (row["nba_player_id"], row["name_rung"]) == (2, "suffix")
    assert (row["bookmaker"], row["market_key"], row["pair_no"]) == ("draftkings", "player_points", 0)
    assert (row["minutes_before_tipoff"], row["is_in_play"]) == (390, False)


def test_alternates_and_repeats_pair_by_occurrence_not_by_neighbourhood():
    frame = good(
        quoted(
            outcome("Over", -106, 7.5, "Ann Other"),
            outcome("Over", -150, 6.5, "Ann Other"),
            outcome("Over", -112, 7.5, "Ann Other"),
            outcome("Under", -129, 7.5, "Ann Other"),
            outcome("Under", 120, 6.5, "Ann Other"),
            outcome("Under", -128, 7.5, "Ann Other"),
        )
    )
    columns = ["points_line", "pair_no", "over_price_american", "under_price_american"]
    assert frame.select(columns).rows() == [(6.5, 0, -150, 120), (7.5, 0, -106, -129), (7.5, 1, -112, -128)]


def test_one_sided_quotes_are_kept():
    frame = good(quoted(outcome("Over", 250, 30.5, "Ann Other"), outcome("Under", -105, 20.5, "Ann Other")))
    columns = ["points_line", "over_price_american", "under_price_american"]
    assert frame.select(columns).rows() == [(20.5, None, -105), (30.5, 250, None)]
    assert lines.main_lines(frame).height == 0


def test_all_player_markets_are_kept_apart():
    both = {"player_points": pair("Ann Other", 9.5, 1.9, 1.9), "player_rebounds": pair("Ann Other", 9.5, 1.8, 2.0)}
    frame = good(build(landed(wrapped(event({"bovada": both})))))
    assert frame.select("market_key", "over_price").rows() == [("player_points", 1.9), ("player_rebounds", 1.8)]


def test_an_unknown_name_keeps_its_row():
    (row,) = good(quoted(*pair("Nobody Known", 20.5, -110, -110))).iter_rows(named=True)
    assert (row["nba_player_id"], row["name_rung"], row["player_lookup"]) == (None, None, "nobodyknown")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (outcome("Over", -110, 9.5), "description='' is not a player name"),
        (outcome("Over", -110, 9.5, "—"), "description='—' is not a player name"),
        (outcome("Yes", -110, 9.5, "Ann Other"), "outcome_name='Yes' is neither Over nor Under"),
        (outcome("Over", -110, None, "Ann Other"), "point='' is missing"),
        (outcome("Over", 0, 9.5, "Ann Other"), "price=0 is not an American price"),
    ],
)
def test_a_bad_outcome_leaves_the_others_good(bad, reason):
    frame = quoted(*pair("Ann Other", 20.5, -110, -110), bad)
    assert frame.schema == {**TABLE.polars_schema, QUARANTINE_REASON: pl.String}
    assert frame[QUARANTINE_REASON].drop_nulls().to_list() == [reason]
    assert good(frame).height == 1


def test_game_markets_do_not_belong_here():
    frame = quoted(outcome("Over", 1.9, 220.5, "Ann Other"), market="totals")
    assert frame[QUARANTINE_REASON].to_list() == ["market_key='totals' is not a player market"]


def test_every_outcome_of_an_unknown_event_is_quarantined():
    frame = quoted(*pair("Ann Other", 20.5, -110, -110), home_team="Boston Seltics")
    assert frame[QUARANTINE_REASON].to_list() == ["home_team='Boston Seltics' is not a known team"] * 2
    assert frame["over_price"].is_null().to_list() == [False, True]


def test_the_same_snapshot_in_two_files_counts_once():
    body = wrapped(event({"draftkings": {"player_points": pair("Ann Other", 20.5, -110, -110)}}))
    one, two = landed(body, path="a.json"), landed(body, path="b.json", fetched_at=SEEN + SECOND)
    expected = good(build(two))
    assert expected.height == 1
    assert good(build(one, two)).equals(expected)
    assert good(build(two, one, one, two)).equals(expected)


def test_the_result_does_not_depend_on_row_order():
    repeats = [*pair("Ann Other", 7.5, -106, -129), *pair("Ann Other", 7.5, -112, -128)]
    parsed = landed(wrapped(event({"williamhill_us": {"player_points": repeats}})))
    assert good(build(parsed.sample(fraction=1, shuffle=True, seed=5))).equals(good(build(parsed)))


def test_no_quotes_is_the_typed_empty_table():
    assert build(landed(wrapped(event({})))).schema == {**TABLE.polars_schema, QUARANTINE_REASON: pl.String}


@pytest.fixture
def toronto(realdata) -> pl.DataFrame:
    """The table of BKN @ TOR, 2024-02-22, taken by a current request a few minutes before tip."""
    day = date(2024, 2, 22)
    (file,) = (realdata / "samples" / "odds_event_odds").glob("event_odds_BKNTOR*")
    parsed = with_source(odds_event.parse(file.read_bytes()), file.name, datetime(2024, 2, 23, tzinfo=UTC), day)
    roster = (
        season_box(realdata)
        .filter(pl.col("game_date") < day)
        .sort("game_date")
        .unique("nba_player_id", keep="last")
        .with_columns(game_date=pl.lit(day))
    )
    return good(odds_api_player_points_props.build(parsed, season_schedule(realdata), roster, player_aliases()))


def test_real_props(toronto):
    assert toronto["nba_player_id"].null_count() == 0
    assert toronto["player_name"].n_unique() == 26
    assert toronto.filter(pl.col("pair_no") > 0)["bookmaker"].unique().to_list() == ["williamhill_us"]
    barrett = toronto.filter(pl.col("bookmaker") == "betrivers", pl.col("player_name") == "RJ Barrett")
    assert sorted(barrett["points_line"]) == [16.5, 17.5, 18.5, 19.5, 20.5, 21.5, 22.5, 23.5]
    p_over = barrett.select("points_line", p=lines.no_vig(pl.col("over_price"), pl.col("under_price")))
    assert dict(p_over.iter_rows())[20.5] == pytest.approx(0.4751, abs=5e-5)
    assert dict(p_over.iter_rows())[19.5] == pytest.approx(0.5363, abs=5e-5)


def test_main_lines_of_the_real_props(toronto):
    main = lines.main_lines(toronto)
    barrett = main.filter(pl.col("nba_player_id") == 1629628)
    assert barrett["bookmaker"].n_unique() == barrett.height == 10
    assert barrett["points_line"].unique().to_list() == [20.5]
    simmons = main.filter(pl.col("bookmaker") == "williamhill_us", pl.col("player_lookup") == "bensimmons")
    (row,) = simmons.iter_rows(named=True)
    assert (row["points_line"], row["pair_no"]) == (7.5, 1)
    assert (row["over_price_american"], row["under_price_american"]) == (-112, -128)
    assert row["p_over"] == pytest.approx(0.4848, abs=5e-5)
