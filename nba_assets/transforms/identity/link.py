"""Linking a written player name to a person id, by the two rosters of the game it was written about."""

import polars as pl

from nba_assets.transforms.identity.names import (
    has_initial,
    initial_key,
    player_lookup,
    suffixless_key,
    token_set_key,
)

NAME_KEY = ["game_date", "home_team_abbr", "away_team_abbr", "player_name"]

# Strongest first. Each rung compares one key of the written name with the same key of the rosters' names.
ROSTER_RUNGS = ("exact", "alias", "suffix", "token_set", "initial")
LEAGUE_RUNG = "league_exact"


def link_names(names: pl.DataFrame, players: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """The rows of `names` with `nba_player_id` and `name_rung`, both null for a name that cannot be linked.

    `names`: distinct `NAME_KEY` rows. `players`: `nbac_player_list` rows (of the same game dates; others are ignored).
    `aliases`: the alias table. The first rung on which exactly one player of the two teams has the name's key wins.
    A name none of them finds is then looked up among all players of the date, by exact key or alias only: a player who
    was signed or traded after his last box score is not on the roster yet.
    """
    canonical = dict(zip(aliases["alias_lookup"], aliases["nba_canonical_lookup"], strict=True))
    written = names.join(_spelling_keys(names["player_name"], canonical, written=True), on="player_name", how="left")
    known = (
        players.select("game_date", "team_abbr", "nba_player_id", player_name="player_full_name")
        .join(names.select("game_date").unique(), on="game_date", how="semi")
        .unique()
    )
    known = known.join(_spelling_keys(known["player_name"], canonical, written=False), on="player_name", how="left")

    hits = [_roster_hits(written, known, rung) for rung in ROSTER_RUNGS]
    hits.append(_single_hits(written.join(known, on=["game_date", "alias"], how="inner"), LEAGUE_RUNG))
    best = pl.concat(hits).unique(NAME_KEY, keep="first", maintain_order=True)
    return names.join(best, on=NAME_KEY, how="left", maintain_order="left")


def _spelling_keys(spellings: pl.Series, canonical: dict[str, str], *, written: bool) -> pl.DataFrame:
    """One row per spelling: `player_name` and a column per rung; a null key matches nothing."""
    distinct = spellings.unique().drop_nulls()
    lookups = [player_lookup(name) for name in distinct]
    keys = {
        "exact": lookups,
        # Both sides are reduced to the canonical name, so an alias also links a feed that writes the alias itself.
        "alias": [canonical.get(lookup, lookup) for lookup in lookups],
        "suffix": [suffixless_key(name) for name in distinct],
        "token_set": [token_set_key(name) for name in distinct],
        # Only a written initial stands for a first name: "Jalen Williams" must not find Jaylin Williams.
        "initial": [initial_key(name) if not written or has_initial(name) else "" for name in distinct],
    }
    frame = pl.DataFrame({"player_name": distinct, **keys}, schema_overrides=dict.fromkeys(keys, pl.String))
    return frame.with_columns(pl.col(rung).replace("", None) for rung in keys)


def _roster_hits(written: pl.DataFrame, known: pl.DataFrame, rung: str) -> pl.DataFrame:
    sides = [
        written.join(
            known, left_on=["game_date", team, rung], right_on=["game_date", "team_abbr", rung], how="inner"
        ).select(*NAME_KEY, "nba_player_id")
        for team in ("home_team_abbr", "away_team_abbr")
    ]
    return _single_hits(pl.concat(sides), rung)


def _single_hits(pairs: pl.DataFrame, rung: str) -> pl.DataFrame:
    """The names that exactly one player answers to."""
    return (
        pairs.group_by(NAME_KEY)
        .agg(pl.col("nba_player_id").unique())
        .filter(pl.col("nba_player_id").list.len() == 1)
        .select(*NAME_KEY, pl.col("nba_player_id").list.first(), name_rung=pl.lit(rung))
    )
