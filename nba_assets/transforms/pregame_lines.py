"""The market as it stood at the decision instant of a game: spreads, totals and the lines of players."""

import polars as pl

from nba_assets.transforms import lines

# Bovada's quotes are outliers, and a pick'em operator posts one number at fixed odds: neither says how far the
# sportsbooks disagree.
NOT_IN_DISPERSION = ("bovada", "prizepicks", "underdog", "pick6", "betr_us_dfs")

_PLAYER = ["nba_game_id", "nba_player_id"]
_BOOK = ["nba_game_id", "bookmaker_key"]


def before(quotes: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Quotes seen and last moved strictly before their game's `as_of_ts`; `games`: nba_game_id, as_of_ts."""
    as_of = pl.col("as_of_ts")
    return (
        quotes.filter(~pl.col("is_in_play"))
        .join(games, on="nba_game_id", maintain_order="left")
        .filter(pl.col("snapshot_timestamp") < as_of, (pl.col("market_last_update") < as_of).fill_null(value=True))
        .drop("as_of_ts")
    )


def earliest_tipoffs(*quotes: pl.DataFrame) -> pl.DataFrame:
    """The earliest tip-off the odds tables know of each game: nba_game_id, market_tipoff_utc."""
    return (
        pl.concat(frame.select("nba_game_id", "tipoff_utc") for frame in quotes)
        .group_by("nba_game_id")
        .agg(market_tipoff_utc=pl.col("tipoff_utc").min())
    )


def game_lines(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per game with a spread or a total: medians over books of each book's latest and first main line.

    `quotes` are those of `before`. Spreads are the home team's outcome point: negative = the home team is favoured.
    """
    point = pl.col("outcome_point")
    at_home = pl.col("outcome_name") == pl.col("home_team_abbr")
    main = quotes.filter(pl.col("line_no") == 0)
    # A book that quotes one side only has said the other's.
    spreads = main.filter(pl.col("market_key") == "spreads").with_columns(
        line=pl.when(at_home).then(point).otherwise(-point), first_choice=at_home
    )
    totals = main.filter(pl.col("market_key") == "totals").with_columns(
        line=point, first_choice=pl.col("outcome_name") == "Over"
    )
    return (
        _medians(spreads, "home_spread")
        .join(_medians(totals, "total"), on="nba_game_id", how="full", coalesce=True, suffix="_total")
        .select(
            "nba_game_id",
            "home_spread",
            "opening_home_spread",
            game_total="total",
            opening_total="opening_total",
            game_line_snapshot_ts=pl.max_horizontal("snapshot_ts", "snapshot_ts_total"),
        )
    )


def player_lines(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per game and linked player with a two-sided quote among those of `before`, in the columns of
    `upcoming_player_game_context`; the cascade's columns are null where none of its books prices him.
    """
    linked = quotes.filter(pl.col("nba_player_id").is_not_null())
    latest = lines.latest(lines.main_lines(lines.pre_tip(linked)))
    spread = (
        latest.filter(~pl.col("bookmaker").is_in(NOT_IN_DISPERSION))
        .sort(*_PLAYER, "bookmaker")
        .group_by(_PLAYER, maintain_order=True)
        .agg(multi_book_line_std=pl.col("points_line").std())
    )
    chosen = lines.cascade(linked).select(
        *_PLAYER,
        "over_price",
        "under_price",
        "line_movement",
        current_points_line="points_line",
        current_points_line_source="points_line_source",
        line_snapshot_ts="snapshot_timestamp",
        line_minutes_before_tipoff="minutes_before_tipoff",
        opening_points_line="opening_line",
        opening_line_snapshot_ts="opening_snapshot",
    )
    return (
        lines.consensus(latest)
        .select(*_PLAYER, "book_count", consensus_points_line="consensus_line")
        .join(spread, on=_PLAYER, how="left")
        .join(chosen, on=_PLAYER, how="left")
    )


def _medians(quotes: pl.DataFrame, name: str) -> pl.DataFrame:
    """Per game: medians over books of the last `line` (as `name`) and of the first, and the newest instant seen."""
    ordered = quotes.sort("snapshot_timestamp", pl.col("first_choice").not_(), "odds_api_event_id")
    per_snapshot = ordered.unique([*_BOOK, "snapshot_timestamp"], keep="first", maintain_order=True)
    return (
        per_snapshot.group_by(_BOOK, maintain_order=True)
        .agg(first=pl.col("line").first(), last=pl.col("line").last(), seen=pl.col("snapshot_timestamp").last())
        .group_by("nba_game_id")
        .agg(
            pl.col("last").median().alias(name),
            pl.col("first").median().alias(f"opening_{name}"),
            snapshot_ts=pl.col("seen").max(),
        )
    )
