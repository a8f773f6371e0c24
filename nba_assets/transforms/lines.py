"""The line of a player: one definition of main, latest, opening, consensus and cascade for every reader of quotes.

Input is always rows of `odds_api_player_points_props`; markets other than points are ignored. `main_lines` works on the
quotes it is given: what "before tip-off" means is the caller's filter, normally `pre_tip`. A player is his person id; a
name that could not be linked is a player of its own, so that it can be counted, and never merges with anyone.
"""

from datetime import datetime

import polars as pl

MARKET = "player_points"

# First book that has a priced line wins; its key as The Odds API writes it.
CASCADE_BOOKS = ("draftkings", "fanduel", "betmgm", "pointsbetus", "williamhill_us")
# Lower lines are combination or placeholder quotes, never the points line of a rotation player.
CASCADE_LOWEST_LINE = 5.0

GAME_PLAYER = ["game_date", "nba_game_id", "player_key"]
_BOOK_PLAYER = [*GAME_PLAYER, "bookmaker"]

# Equal quotes written in other prices differ in the last bits only; ties are decided at this many decimals.
_TIE_DECIMALS = 9


def no_vig(over: pl.Expr, under: pl.Expr) -> pl.Expr:
    """P(over) from two decimal prices, the margin removed proportionally (multiplicative method)."""
    return (1 / over) / (1 / over + 1 / under)


def hold(over: pl.Expr, under: pl.Expr) -> pl.Expr:
    """The book's margin on a two-sided quote: how far the implied probabilities sum above 1."""
    return 1 / over + 1 / under - 1


def pre_tip(quotes: pl.DataFrame) -> pl.DataFrame:
    """Points quotes whose snapshot and last update are both before tip-off."""
    return quotes.filter(pl.col("market_key") == MARKET, ~pl.col("is_in_play"))


def main_lines(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per game, book, player and snapshot: the two-sided points quote whose P(over) is nearest 0.5.

    Ties: the lower margin, then the lower line. The chosen quote keeps its columns; added are `player_key`, `p_over`
    (no-vig probability) and `hold`. Quotes with one side are never a line. In-play quotes are the caller's to remove.
    """
    over, under = pl.col("over_price"), pl.col("under_price")
    return (
        quotes.filter(pl.col("market_key") == MARKET, over.is_not_null(), under.is_not_null())
        .with_columns(
            player_key=pl.coalesce(pl.col("nba_player_id").cast(pl.String), "player_lookup"),
            p_over=no_vig(over, under),
            hold=hold(over, under),
        )
        .sort(
            (pl.col("p_over") - 0.5).abs().round(_TIE_DECIMALS),
            pl.col("hold").round(_TIE_DECIMALS),
            "points_line",
            # Full ties are the same quote under two spellings or twice: keep the result independent of row order.
            "player_name",
            "odds_api_event_id",
            "pair_no",
        )
        .unique([*_BOOK_PLAYER, "snapshot_timestamp"], keep="first", maintain_order=True)
        .sort(*_BOOK_PLAYER, "snapshot_timestamp")
    )


def latest(lines: pl.DataFrame) -> pl.DataFrame:
    """Of `main_lines`, the row of the last snapshot per game, book and player."""
    return _snapshot(lines, "last")


def opening(lines: pl.DataFrame) -> pl.DataFrame:
    """Of `main_lines`, the row of the first snapshot per game, book and player."""
    return _snapshot(lines, "first")


def consensus(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per game and player: median line over books (`consensus_line`, points), median no-vig P(over)
    (`consensus_p_over`, each book's at its own line) and `book_count`.

    `lines`: one row per game, book and player, as from `latest(main_lines(..))`; several snapshots would count twice.
    """
    return (
        lines.group_by(GAME_PLAYER)
        .agg(
            pl.col("nba_player_id").first(),
            pl.col("player_lookup").min(),
            consensus_line=pl.col("points_line").median(),
            consensus_p_over=pl.col("p_over").median(),
            book_count=pl.len().cast(pl.Int64),
        )
        .sort(GAME_PLAYER)
    )


def cascade(quotes: pl.DataFrame, as_of: datetime | None = None) -> pl.DataFrame:
    """One row per game and player with a usable line: the latest main line of the first book of `CASCADE_BOOKS`.

    Only pre-tip points quotes seen not later than `as_of` (UTC; none = up to tip-off), with both prices, a line of at
    least 5 and a multiple of 0.5. `opening_line` is the first such line of the **same** book; `line_movement` is
    `points_line - opening_line`. A player whom none of these books prices has no row: there is no line, not a guess.
    """
    line = pl.col("points_line")
    usable = pre_tip(quotes).filter(
        pl.col("bookmaker").is_in(CASCADE_BOOKS), line >= CASCADE_LOWEST_LINE, (line * 2) % 1 == 0
    )
    if as_of is not None:
        usable = usable.filter(pl.col("snapshot_timestamp") <= as_of)
    lines = main_lines(usable)
    first = opening(lines).select(
        *_BOOK_PLAYER,
        opening_line="points_line",
        opening_line_source="bookmaker",
        opening_snapshot="snapshot_timestamp",
    )
    rank = pl.col("bookmaker").replace_strict({book: place for place, book in enumerate(CASCADE_BOOKS)})
    return (
        latest(lines)
        .sort(rank)
        .unique(GAME_PLAYER, keep="first", maintain_order=True)
        .join(first, on=_BOOK_PLAYER, how="left")
        .select(
            *GAME_PLAYER,
            "nba_player_id",
            "player_lookup",
            "points_line",
            pl.col("bookmaker").alias("points_line_source"),
            "over_price",
            "under_price",
            "over_price_american",
            "under_price_american",
            "p_over",
            "snapshot_timestamp",
            "minutes_before_tipoff",
            "opening_line",
            "opening_line_source",
            "opening_snapshot",
            line_movement=line - pl.col("opening_line"),
        )
        .sort(GAME_PLAYER)
    )


def _snapshot(lines: pl.DataFrame, which: str) -> pl.DataFrame:
    return (
        lines.sort("snapshot_timestamp")
        .unique(_BOOK_PLAYER, keep="first" if which == "first" else "last", maintain_order=True)
        .sort(_BOOK_PLAYER)
    )
