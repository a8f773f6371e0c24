"""A player's past against the market: runs over and under today's line, and the line of his game before."""

import polars as pl

from nba_assets.transforms.windows import PLAYER_SEASON, days_before, window

_PREVIOUS_LINE_DAYS = 14


def with_streaks(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """`rows` (with current_points_line) with prop_over_streak and prop_under_streak; null without a line.

    `games`: played rows of player_game_summary. A game that hit today's line exactly neither counts nor ends a run.
    """
    asked = ["game_date", "nba_player_id"]
    lined = rows.filter(pl.col("current_points_line").is_not_null()).select(
        *asked, "season_year", "current_points_line"
    )
    side = pl.col("_side")
    # Whether a game is over depends on today's line, so each line looks at the season's games anew.
    runs = (
        window(
            lined,
            games.select("game_date", "nba_game_id", *PLAYER_SEASON, _points="points"),
            PLAYER_SEASON,
            ["_points"],
        )
        .select(*asked, "current_points_line", pl.col("_points").list.reverse())
        .explode("_points", empty_as_null=True, keep_nulls=True)
        .with_columns(_side=(pl.col("_points") - pl.col("current_points_line")).sign())
        .filter(side.is_null() | (side != 0))
        .with_columns(_broken=(side != side.first()).cum_sum().over(asked))
        .group_by(asked)
        .agg(
            _run=(pl.col("_broken") == 0).sum().cast(pl.Int64),
            _side=side.first(),
        )
    )
    has_line = pl.col("current_points_line").is_not_null()
    return (
        rows.join(runs, on=asked, how="left", maintain_order="left")
        .with_columns(
            pl.when(has_line).then(pl.when(side == sign).then("_run").otherwise(0)).alias(name)
            for name, sign in (("prop_over_streak", 1), ("prop_under_streak", -1))
        )
        .drop("_run", "_side")
    )


def with_previous_line(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """`rows` with previous_game_median_line: the consensus of his latest played game in 14 days that had one."""
    priced = games.filter(pl.col("consensus_points_line").is_not_null()).select(
        "game_date", "nba_game_id", *PLAYER_SEASON, previous_game_median_line="consensus_points_line"
    )
    name = "previous_game_median_line"
    lists = window(rows, priced, PLAYER_SEASON, [name], last=1, since=days_before(_PREVIOUS_LINE_DAYS))
    return lists.with_columns(pl.col(name).list.last())
