"""Other names of players: the aliases that no rule can derive, kept as a reviewed list in `player_aliases.csv`.

A name that differs only in suffix, word order, initials or diacritics needs no row there: the linking rungs find it.
"""

from functools import cache
from importlib.resources import files

import polars as pl

SCHEMA: dict[str, pl.DataType] = {
    "alias_lookup": pl.String(),
    "nba_canonical_lookup": pl.String(),
    "alias_type": pl.String(),
    "alias_source": pl.String(),
}

# nickname: another everyday form; legal_name: as in a passport; renamed: the name changed; spelling: a variant.
ALIAS_TYPES = ("nickname", "legal_name", "renamed", "spelling")


@cache
def player_aliases() -> pl.DataFrame:
    """One row per alias: its `player_lookup` and that of the name it stands for. `alias_lookup` is unique."""
    text = files("nba_assets.reference").joinpath("player_aliases.csv").read_bytes()
    return pl.read_csv(text, schema=SCHEMA)
