import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import odds_api_player_points_props, unresolved_names
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets_tests.transforms.odds_support import event, landed, pair, players, schedule, wrapped

TABLE = TABLES["unresolved_names"]
ROSTERS = players((1, "Ann Other", "BOS"), (2, "Bo Diddley Jr.", "UTA"), (3, "Ann Otherway", "MIA"))


def build(books: dict) -> pl.DataFrame:
    props = odds_api_player_points_props.build(landed(wrapped(event(books))), schedule(), ROSTERS, player_aliases())
    frame = unresolved_names.build(props.drop(QUARANTINE_REASON), ROSTERS)
    TABLE.schema.validate(frame)
    return frame


def test_one_row_per_name_with_its_books_and_a_hint_from_the_two_rosters():
    frame = build(
        {
            "fanduel": {"player_points": [*pair("Anne Others", 9.5, 1.9, 1.9), *pair("Bo Diddley", 8.5, 1.9, 1.9)]},
            "bovada": {"player_points": [*pair("Anne Others", 9.5, 1.9, 1.9), *pair("Anne Others", 8.5, 1.7, 2.1)]},
            "betmgm": {"player_points": pair("Xyz Qqq", 9.5, 1.9, 1.9)},
        }
    )
    columns = ["source", "nba_game_id", "player_name", "player_lookup", "bookmakers", "occurrences", "nearest_name"]
    source, game = "odds_api_player_points_props", "0022300901"
    assert frame.select(columns).rows() == [
        (source, game, "Anne Others", "anneothers", ["bovada", "fanduel"], 3, "Ann Other"),
        (source, game, "Xyz Qqq", "xyzqqq", ["betmgm"], 1, None),
    ]


def test_nothing_unresolved_is_the_typed_empty_table():
    frame = build({"fanduel": {"player_points": pair("Ann Other", 9.5, 1.9, 1.9)}})
    assert frame.height == 0
    assert frame.schema == TABLE.polars_schema
