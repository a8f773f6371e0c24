"""Player markets: parsed event odds -> `nba_raw.odds_api_player_points_props`, Over and Under side by side."""

import polars as pl

from nba_assets.contracts.odds_api_player_points_props import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.values import marked
from nba_assets.transforms.identity.link import NAME_KEY, link_names
from nba_assets.transforms.identity.names import player_lookup_expr
from nba_assets.transforms.odds_quotes import OVER_UNDER, prepare, reason_if

_LINE = ["source_path", "odds_api_event_id", "bookmaker_key", "market_key", "description", "point"]
_PAIR = [*_LINE, "pair_no"]


def build(quotes: pl.DataFrame, schedule: pl.DataFrame, players: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Contract columns plus `quarantine_reason`; one row per Over/Under pair or one-sided quote.

    `quotes`: parsed documents with source columns; `schedule`, `players` (`nbac_player_list`): rows of the same dates;
    `aliases`: the alias table. Every `player_*` market is kept. A name that cannot be linked keeps its row, with a null
    `nba_player_id`. A quarantined row is a single outcome.
    """
    rows = prepare(quotes, schedule).with_columns(player_lookup=player_lookup_expr(pl.col("description")))
    rows = marked(
        rows,
        [
            reason_if(~pl.col("market_key").str.starts_with("player_"), "market_key", "is not a player market"),
            reason_if(pl.col("player_lookup") == "", "description", "is not a player name"),
            reason_if(~pl.col("outcome_name").is_in(OVER_UNDER), "outcome_name", "is neither Over nor Under"),
            reason_if(pl.col("point").is_null(), "point", "is missing"),
        ],
    )
    good = rows.filter(pl.col(QUARANTINE_REASON).is_null())
    bad = rows.filter(pl.col(QUARANTINE_REASON).is_not_null())
    paired = pl.concat([_pairs(good), _single_sides(bad).with_columns(pair_no=pl.lit(0, pl.Int64))], how="diagonal")
    paired = paired.rename({"bookmaker_key": "bookmaker", "description": "player_name", "point": "points_line"})
    return _linked(paired, players, aliases).select(*TABLE.column_names, QUARANTINE_REASON)


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """The k-th Over with the k-th Under of a book, player and point: alternates and repeats are never mixed.

    A book may quote several points of a player and one point twice, in any order, so neighbours are not pairs.
    """
    numbered = rows.with_columns(
        pair_no=(pl.col("outcome_name").cum_count().over(*_LINE, "outcome_name") - 1).cast(pl.Int64)
    )
    sides = _single_sides(numbered)
    over = sides.filter(pl.col("outcome_name") == "Over").drop("under_price", "under_price_american")
    under = sides.filter(pl.col("outcome_name") == "Under").drop("over_price", "over_price_american")
    both = over.join(under.select(*_PAIR, "under_price", "under_price_american"), on=_PAIR, how="left")
    lonely_under = under.join(over, on=_PAIR, how="anti")
    return pl.concat([both, lonely_under], how="diagonal")


def _single_sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Each outcome's price in the columns of its own side."""
    price, american = pl.col("price_decimal"), pl.col("price_american")
    over, under = pl.col("outcome_name") == "Over", pl.col("outcome_name") == "Under"
    return rows.with_columns(
        over_price=pl.when(over).then(price),
        under_price=pl.when(under).then(price),
        over_price_american=pl.when(over).then(american),
        under_price_american=pl.when(under).then(american),
    )


def _linked(rows: pl.DataFrame, players: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    names = rows.filter(pl.col(QUARANTINE_REASON).is_null()).select(NAME_KEY).unique()
    return rows.join(link_names(names, players, aliases), on=NAME_KEY, how="left")
