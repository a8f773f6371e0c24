"""Features from the games of a player's team, and from those of them he missed."""

import polars as pl

from nba_assets.transforms import windows

_BLOWOUT_MARGIN = 15

# The Cup final is a played game, but in no season average.
IN_SEASON_AVERAGES = ~pl.col("nba_game_id").str.starts_with("006")


def add(rows: pl.DataFrame, player_games: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """`rows` with team_win_pct, blowout_minutes_risk and dnp_rate."""
    asked = rows.select("game_date", *windows.PLAYER_SEASON, "team_abbr")
    results = team_games.with_columns(won=pl.col("win_flag").cast(pl.Float64), margin=pl.col("margin_of_victory").abs())
    season = windows.window(asked, results.filter(IN_SEASON_AVERAGES), windows.TEAM_SEASON, ["won"])["won"]
    last_10 = windows.window(asked, results, windows.TEAM_SEASON, ["margin"], last=10)
    blowout = pl.col("margin").list.eval((pl.element() >= _BLOWOUT_MARGIN).cast(pl.Float64).mean()).list.first()
    missed = windows.window(
        asked, _rostered_games(player_games, team_games), windows.PLAYER_SEASON, ["missed"], last=10
    )
    return rows.with_columns(
        season.list.mean().set(season.list.len() < 5, None).alias("team_win_pct"),
        last_10.select(blowout).to_series().alias("blowout_minutes_risk"),
        missed.select(pl.when(pl.col("missed").list.len() >= 3).then(pl.col("missed").list.mean()))
        .to_series()
        .alias("dnp_rate"),
    )


def _rostered_games(player_games: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """One row per player and game of the team he was with, `missed` 1.0 if he did not play.

    He is with a team from his first row for it (played or not) until his first row for another; a box score that lists
    only who played gives the same rows as one that lists everybody, but for absences before his first game.
    """
    by = windows.PLAYER_SEASON
    stints = (
        windows.in_order(player_games, by)
        .filter((pl.col("team_abbr") != pl.col("team_abbr").shift(1).over(by)).fill_null(True))
        .select(*by, "team_abbr", first="game_date", until=pl.col("game_date").shift(-1).over(by))
    )
    played = windows.played(player_games).select("nba_player_id", "nba_game_id", missed=0.0)
    return (
        team_games.select("game_date", "nba_game_id", *windows.TEAM_SEASON)
        .join(stints, on=windows.TEAM_SEASON)
        .filter(pl.col("game_date") >= pl.col("first"), (pl.col("game_date") < pl.col("until")).fill_null(True))
        .join(played, on=["nba_player_id", "nba_game_id"], how="left")
        .with_columns(pl.col("missed").fill_null(1.0))
    )
