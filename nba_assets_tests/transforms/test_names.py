import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.transforms.identity import player_lookup, player_lookup_expr
from nba_assets.transforms.identity.names import (
    has_initial,
    initial_key,
    name_tokens,
    suffixless_key,
    token_set_key,
)

VECTORS = {
    "José Alvarado": "josealvarado",
    "Dāvis Bertāns": "davisbertans",
    "O'Neal": "oneal",
    "LeBron James Jr.": "lebronjamesjr",
    "Nikola Đurišić": "nikoladurisic",
    "Igor Miličić, Jr.": "igormilicicjr",
    "Egor Dëmin": "egordemin",
    "Jimmy Butler III": "jimmybutleriii",
    "Jrue Holiday": "jrueholiday",
    "Ivica Zubac": "ivicazubac",
    "Jaden Ivey": "jadenivey",
    "Trey Murphy III": "treymurphyiii",
    "Łukasz Koszarek": "lukaszkoszarek",
    "Ömer Aşık": "omerasik",
    "Ersan İlyasova": "ersanilyasova",
    "Straße Ærø Þór Ðe": "strasseaerothorde",
    "Gary Trent Junior": "garytrentjr",
    "Larry Nance SENIOR.": "larrynancesr",
    "Junior Robinson": "juniorrobinson",
    "  D’Angelo   Russell ": "dangelorussell",
    "": "",
    "高": "",
    None: "",
}

# Letters of all scripts that real names use, and whatever else Unicode offers.
NAMES = st.text(max_size=30) | st.text(alphabet="aAzZıİđĐłŁøØßẞæÆðÐþÞéÉ'’.-, 0jJrRsS", max_size=30)


@pytest.mark.parametrize(("name", "key"), VECTORS.items())
def test_written_names_become_their_keys(name, key):
    assert player_lookup(name) == key


def test_expression_is_the_same_rule():
    frame = pl.DataFrame({"name": [*VECTORS, *VECTORS]}, schema={"name": pl.String})
    assert frame.select(player_lookup_expr(pl.col("name")))["name"].to_list() == [*VECTORS.values()] * 2
    assert frame.clear().select(player_lookup_expr(pl.col("name"))).schema == {"name": pl.String}


@given(NAMES)
def test_a_key_is_its_own_key(name):
    assert player_lookup(player_lookup(name)) == player_lookup(name)


@given(NAMES)
def test_a_key_is_lower_case_ascii_letters_and_digits(name):
    assert set(player_lookup(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789")


@given(NAMES)
def test_case_does_not_matter(name):
    assert player_lookup(name.upper()) == player_lookup(name.lower()) == player_lookup(name)


@given(NAMES)
def test_unicode_form_does_not_matter(name):
    forms = {player_lookup(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {player_lookup(name)}


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Kentavious Caldwell-Pope", ("kentavious", "caldwell", "pope")),
        ("Shaquille O'Neal", ("shaquille", "oneal")),
        ("P.J. Washington Jr.", ("pj", "washington")),
        ("Gary Payton II", ("gary", "payton")),
        ("Igor Miličić, Jr.", ("igor", "milicic")),
        ("J.R. Smith", ("jr", "smith")),
        ("Jrue Holiday", ("jrue", "holiday")),
        (None, ()),
    ],
)
def test_tokens_leave_out_suffix_words_only(name, tokens):
    assert name_tokens(name) == tokens


def test_keys_of_the_weaker_rungs():
    assert suffixless_key("Isaiah Stewart II") == suffixless_key("Isaiah Stewart") == "isaiahstewart"
    assert token_set_key("Caldwell Pope Kentavious") == token_set_key("Kentavious Caldwell-Pope")
    assert initial_key("S. Gilgeous-Alexander") == initial_key("Shai Gilgeous-Alexander") == "s gilgeousalexander"
    assert initial_key("Nene") == ""
    assert has_initial("S. Gilgeous-Alexander")
    assert not has_initial("Shai Gilgeous-Alexander")
