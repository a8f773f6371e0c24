from datetime import timedelta

import polars as pl
import pytest

from nba_assets.reference.aliases import ALIAS_TYPES, player_aliases
from nba_assets.transforms.identity import player_lookup
from nba_assets.transforms.identity.link import NAME_KEY, link_names
from nba_assets_tests.transforms.odds_support import DAY, players, season_quotes, season_rosters, season_schedule

ROSTERS = players(
    (1, "Jalen Williams", "BOS"),
    (2, "Jaylin Williams", "BOS"),
    (3, "Derrick Jones Jr.", "BOS"),
    (4, "Kentavious Caldwell-Pope", "UTA"),
    (5, "Nikola Jokić", "UTA"),
    (6, "Herbert Jones", "UTA"),
    (7, "KJ Martin", "UTA"),
    (8, "Jaylen Brown", "LAL"),
    (9, "Moritz Wagner", "LAL"),
    (10, "Twin Name", "BOS"),
    (11, "Twin Name", "UTA"),
    (12, "Free Agent", None),
)


def names(*written: str) -> pl.DataFrame:
    return pl.DataFrame({"player_name": written}).select(
        game_date=pl.lit(DAY), home_team_abbr=pl.lit("BOS"), away_team_abbr=pl.lit("UTA"), player_name="player_name"
    )


@pytest.mark.parametrize(
    ("written", "person", "rung"),
    [
        ("Nikola Jokic", 5, "exact"),
        ("Herb Jones", 6, "alias"),
        ("Kenyon Martin Jr.", 7, "alias"),
        ("Derrick Jones", 3, "suffix"),
        ("Nikola Jokic Jr", 5, "suffix"),
        ("Caldwell Pope Kentavious", 4, "token_set"),
        ("K. Caldwell-Pope", 4, "initial"),
        ("J. Williams", None, None),
        ("Julian Williams", None, None),
        ("Twin Name", None, None),
        ("Jaylen Brown", 8, "league_exact"),
        ("Moe Wagner", 9, "league_exact"),
        ("Free Agent", 12, "league_exact"),
        ("J. Brown", None, None),
        ("Brown Jaylen", None, None),
        ("Nobody Known", None, None),
        ("高", None, None),
    ],
)
def test_first_rung_with_one_hit_wins(written, person, rung):
    (row,) = link_names(names(written), ROSTERS, player_aliases()).iter_rows(named=True)
    assert (row["nba_player_id"], row["name_rung"]) == (person, rung)


def test_every_name_keeps_its_row_and_place():
    written = names("Nobody", "Herb Jones", "Derrick Jones")
    linked = link_names(written, ROSTERS, player_aliases())
    assert linked.select(NAME_KEY).equals(written)
    assert linked.schema["nba_player_id"] == pl.Int64
    assert linked.schema["name_rung"] == pl.String


def test_rosters_of_other_dates_are_not_looked_at():
    tomorrow = names("Herbert Jones").with_columns(pl.col("game_date") + timedelta(days=1))
    assert link_names(tomorrow, ROSTERS, player_aliases())["nba_player_id"].to_list() == [None]


def test_no_names_and_no_players():
    assert link_names(names().clear(), ROSTERS, player_aliases()).height == 0
    assert link_names(names("Herb Jones"), ROSTERS.clear(), player_aliases())["nba_player_id"].to_list() == [None]


def test_alias_table_is_unambiguous_and_normalised():
    aliases = player_aliases()
    assert aliases["alias_lookup"].is_unique().all()
    assert aliases.null_count().sum_horizontal().item() == 0
    assert aliases["alias_type"].is_in(ALIAS_TYPES).all()
    keys = [*aliases["alias_lookup"], *aliases["nba_canonical_lookup"]]
    assert [player_lookup(key) for key in keys] == keys
    assert not set(aliases["alias_lookup"]) & set(aliases["nba_canonical_lookup"])


def test_all_spellings_of_the_real_season_are_linked(realdata):
    quotes = season_quotes(realdata, "player-props-history").filter(pl.col("market_key") == "player_points")
    games = season_schedule(realdata).select("game_date", "home_team_abbr", "away_team_abbr")
    teams = quotes.select("source_path", "landing_date", "description").unique()
    codes = teams["source_path"].str.split("/").list.get(3).str.slice(-6)
    written = (
        teams.select(
            game_date="landing_date",
            away_team_abbr=codes.str.head(3),
            home_team_abbr=codes.str.tail(3),
            player_name="description",
        )
        .join(games, on=["game_date", "home_team_abbr", "away_team_abbr"], how="semi")
        .unique()
    )
    linked = link_names(written, season_rosters(realdata), player_aliases())
    rungs = linked.group_by("player_name").agg(pl.col("name_rung").unique()).explode("name_rung")
    assert dict(rungs["name_rung"].value_counts().iter_rows()) == {
        "exact": 302,
        "alias": 11,
        "suffix": 19,
        "token_set": 5,
        "initial": 4,
    }
