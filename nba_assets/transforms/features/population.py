"""Who has a row in the feature store."""

import polars as pl

from nba_assets.transforms import windows

# An injured player returns after weeks; who has not played for longer has no form to speak of.
LAST_PLAYED_WITHIN_DAYS = 60
LEAST_MINUTES = 15.0
NOT_EXPECTED_TO_PLAY = ("out", "doubtful")

# The same names as in the frames given to the checks: the rule and its checks look at one thing.
MINUTES_LAST_10, LAST_PLAYED, GAMES_THIS_SEASON = "minutes_last_10", "last_played", "games_this_season"


def with_activity(context: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    """`context` with mean minutes of the last 10 played games (`minutes_last_10`), the last of them (`last_played`) and
    the number played this season (`games_this_season`), all before the date.
    """
    played = windows.played(player_games)
    numbered = windows.in_order(played, windows.PLAYER_SEASON).select(
        "game_date",
        "nba_game_id",
        *windows.PLAYER_SEASON,
        (pl.int_range(pl.len()) + 1).over(windows.PLAYER_SEASON).alias(GAMES_THIS_SEASON),
    )
    asked = context.select("game_date", *windows.PLAYER_SEASON)
    last_10 = windows.window(asked, played, windows.PLAYER_SEASON, ["minutes_played"], last=10)
    state = windows.as_of_before(asked, numbered, windows.PLAYER_SEASON)
    return context.with_columns(
        last_10["minutes_played"].list.mean().alias(MINUTES_LAST_10),
        state["last_game_date"].alias(LAST_PLAYED),
        state[GAMES_THIS_SEASON].fill_null(0),
    )


def eligible(context: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    """The rows of `upcoming_player_game_context` that get features, `with_activity`.

    Not out or doubtful; played this season within the last 60 days or 60 playing dates of the league; 15 minutes a game
    over the last 10, or a line. The rule looks at what is known before the date alone, so that a past date has the
    players it would have had on its evening, not those who turned out to play.
    """
    active = with_activity(context, player_games)
    recent = windows.league_days_before(active, windows.played(player_games)["game_date"], LAST_PLAYED_WITHIN_DAYS)
    return recent.filter(
        ~pl.col("player_status").is_in(NOT_EXPECTED_TO_PLAY).fill_null(False),
        pl.col(LAST_PLAYED) >= pl.col("since"),
        (pl.col(MINUTES_LAST_10) >= LEAST_MINUTES) | pl.col("has_prop_line"),
    ).drop("since")
