"""Features from a player's games against the team he meets."""

import polars as pl

from nba_assets.transforms import windows

_DAYS = 365


def add(rows: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    """`rows` with avg_points_vs_opponent and games_vs_opponent over the last 365 days, across seasons and teams."""
    met = windows.window(
        rows.select("game_date", "nba_player_id", "opponent_team_abbr"),
        windows.played(player_games),
        ["nba_player_id", "opponent_team_abbr"],
        ["points"],
        since=windows.days_before(_DAYS),
    )["points"]
    return rows.with_columns(met.list.mean().alias("avg_points_vs_opponent"), met.list.len().alias("games_vs_opponent"))
