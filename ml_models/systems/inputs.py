"""What a row of a prediction system has besides its key, the features of `ml_feature_store_v2` and the outcome.

Column -> where it comes from, joined on the row's date and player; columns that start with `opponent_` on the date
and the opponent's team.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from ml_models.system import KEY, TARGET

ZONES = ("paint", "mid_range", "three_pt")

EXTRA_COLUMNS: dict[str, str] = {
    "consensus_points_line": "upcoming_player_game_context.consensus_points_line",
    "current_points_line": "upcoming_player_game_context.current_points_line",
    "over_price": "upcoming_player_game_context.over_price",
    "under_price": "upcoming_player_game_context.under_price",
    "line_snapshot_ts": "upcoming_player_game_context.line_snapshot_ts",
    "as_of_ts": "upcoming_player_game_context.as_of_ts",
    "tipoff_utc": "upcoming_player_game_context.tipoff_utc",
    "points_avg_ewma": "player_daily_cache.points_avg_ewma",
    **{f"{zone}_attempts_per_game": f"player_shot_zone_analysis.{zone}_attempts_per_game" for zone in ZONES},
    **{
        f"opponent_{zone}_defense_vs_league_avg": f"team_defense_zone_analysis.{zone}_defense_vs_league_avg"
        for zone in ZONES
    },
}


def check_training_rows(rows: pl.DataFrame, columns: Sequence[str], before: date) -> None:
    """Raise ValueError unless every row is of a player who played, dated before `before`, one per key."""
    if missing := [name for name in (*KEY, TARGET, *columns) if name not in rows.columns]:
        raise ValueError(f"training rows lack columns: {', '.join(missing)}")
    if late := rows.filter(pl.col("game_date") >= before).height:
        raise ValueError(f"{late} training rows are dated on or after {before}")
    if absent := rows[TARGET].null_count():
        raise ValueError(f"{absent} training rows have no points: a player who did not play teaches nothing")
    if rows.select(KEY).is_duplicated().any():
        raise ValueError(f"training rows are not unique by {', '.join(KEY)}")
