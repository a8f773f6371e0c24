import polars as pl

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import odds_api_player_points_props, unresolved_names
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets_tests.frames import frame, row
from nba_assets_tests.transforms.odds_support import DAY, SEEN, event, landed, pair, players, schedule, wrapped

TABLE = TABLES["unresolved_names"]
ROSTERS = players((1, "Ann Other", "BOS"), (2, "Bo Diddley Jr.", "UTA"), (3, "Ann Otherway", "MIA"))


def build(books: dict, *injured: dict) -> pl.DataFrame:
    props = odds_api_player_points_props.build(landed(wrapped(event(books))), schedule(), ROSTERS, player_aliases())
    injuries = frame("nbac_injury_report", injured)
    rows = unresolved_names.build(props.drop(QUARANTINE_REASON), injuries, ROSTERS)
    TABLE.schema.validate(rows)
    return rows


def test_one_row_per_name_with_its_books_and_a_hint_from_the_two_rosters():
    found = build(
        {
            "fanduel": {"player_points": [*pair("Anne Others", 9.5, 1.9, 1.9), *pair("Bo Diddley", 8.5, 1.9, 1.9)]},
            "bovada": {"player_points": [*pair("Anne Others", 9.5, 1.9, 1.9), *pair("Anne Others", 8.5, 1.7, 2.1)]},
            "betmgm": {"player_points": pair("Xyz Qqq", 9.5, 1.9, 1.9)},
        }
    )
    columns = ["source", "nba_game_id", "player_name", "player_lookup", "bookmakers", "occurrences", "nearest_name"]
    source, game = "odds_api_player_points_props", "0022300901"
    assert found.select(columns).rows() == [
        (source, game, "Anne Others", "anneothers", ["bovada", "fanduel"], 3, "Ann Other"),
        (source, game, "Xyz Qqq", "xyzqqq", ["betmgm"], 1, None),
    ]


def test_nothing_unresolved_is_the_typed_empty_table():
    found = build({"fanduel": {"player_points": pair("Ann Other", 9.5, 1.9, 1.9)}})
    assert found.height == 0
    assert found.schema == TABLE.polars_schema


def test_names_of_injury_reports_are_listed_beside_those_of_the_books_and_teams_without_any_are_not():
    def listed(name: str | None, **more: object) -> dict:
        of_game = {"game_date": DAY, "nba_game_id": "0022300901", "home_team_abbr": "BOS", "away_team_abbr": "UTA"}
        lookup = {"player_name": name, "player_lookup": name and "anneothers", "nba_player_id": None, "name_rung": None}
        return row("nbac_injury_report", **of_game | {"game_id": "20240302_UTA_BOS"} | lookup | more)

    found = build(
        {"fanduel": {"player_points": pair("Anne Others", 9.5, 1.9, 1.9)}},
        listed("Anne Others"),
        listed("Anne Others", report_ts=SEEN),
        listed("Bo Diddley", nba_player_id=2),
        listed(None, player_name_original="", injury_status="not_yet_submitted"),
    )
    assert found.select("source", "player_name", "bookmakers", "occurrences", "nearest_name").rows() == [
        ("odds_api_player_points_props", "Anne Others", ["fanduel"], 1, "Ann Other"),
        ("nbac_injury_report", "Anne Others", [], 2, "Ann Other"),
    ]
