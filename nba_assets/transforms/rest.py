"""How rested a player is and how much he has played lately: played games of the season only."""

import polars as pl

from nba_assets.transforms.windows import PLAYER_SEASON, as_of_before, days_before, in_order, window

_LONG_REST_DAYS = 2


def with_rest(asked: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """`asked` with the rest and workload columns of `upcoming_player_game_context`.

    `asked`: game_date, nba_player_id, season_year and `listed_last_game`, the last game the player list knows of (one
    whose box score was left out still tired him). `games`: played rows of player_game_summary.
    """
    states = _states(games)
    last_game = pl.max_horizontal("listed_last_game", "last_game_date")
    return (
        as_of_before(asked, states, PLAYER_SEASON)
        .with_columns(days_rest=(pl.col("game_date") - last_game).dt.total_days())
        .with_columns(
            back_to_back=pl.col("days_rest") == 1,
            days_since_2_plus_days_rest=(pl.col("game_date") - pl.col("last_rested")).dt.total_days(),
        )
        .drop("last_game_date", "last_rested", "listed_last_game")
        .pipe(_with_workload, states, 7)
        .pipe(_with_workload, states, 14)
        .pipe(_with_means, games)
    )


def _states(games: pl.DataFrame) -> pl.DataFrame:
    """After each game: its own days_rest, which is `days_rest_before_last_game` of the next, and `last_rested`."""
    rested = (pl.col("game_date") - pl.col("game_date").shift().over(PLAYER_SEASON)).dt.total_days()
    return (
        in_order(games, PLAYER_SEASON)
        .select("game_date", "nba_game_id", *PLAYER_SEASON, "minutes_played", days_rest_before_last_game=rested)
        .with_columns(
            last_rested=pl.when(pl.col("days_rest_before_last_game") >= _LONG_REST_DAYS)
            .then("game_date")
            .forward_fill()
            .over(PLAYER_SEASON)
        )
    )


def _with_workload(asked: pl.DataFrame, states: pl.DataFrame, days: int) -> pl.DataFrame:
    minutes, gaps = pl.col("_minutes"), pl.col("_gaps")
    games = states.rename({"minutes_played": "_minutes", "days_rest_before_last_game": "_gaps"})
    counted = window(asked, games, PLAYER_SEASON, ["_minutes", "_gaps"], since=days_before(days)).with_columns(
        minutes.list.len().cast(pl.Int64).alias(f"games_in_last_{days}_days"),
        # One unknown makes the sum unknown; the sum of an empty list is -0.0.
        pl.when(minutes.list.drop_nulls().list.len() == minutes.list.len())
        .then(minutes.list.sum().abs())
        .alias(f"minutes_in_last_{days}_days"),
    )
    # The first game's gap points outside the window: a pair has both games in it.
    extra = {
        7: {"avg_minutes_per_game_last_7": minutes.list.mean()},
        14: {"back_to_backs_last_14_days": gaps.list.slice(1).list.count_matches(1).cast(pl.Int64)},
    }[days]
    return counted.with_columns(**extra).drop("_minutes", "_gaps")


def _with_means(asked: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    lists = games.select("game_date", "nba_game_id", *PLAYER_SEASON, _points="points", _usage="usage_rate")
    points, usage = pl.col("_points"), pl.col("_usage")
    return (
        window(asked, lists, PLAYER_SEASON, ["_points", "_usage"], last=10)
        .with_columns(
            points_avg_last_5=points.list.tail(5).list.mean(),
            points_avg_last_10=points.list.mean(),
            avg_usage_rate_last_7_games=usage.list.tail(7).list.mean(),
        )
        .drop("_points", "_usage")
    )
