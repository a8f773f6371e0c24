"""Rows as prediction systems get them, made up: a few players who play every few days, points around their level."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from ml_models.systems.inputs import EXTRA_COLUMNS, ZONES

START = date(2024, 1, 1)
FEATURES = (
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "fatigue_score",
    "shot_zone_mismatch_score",
    "pace_score",
    "usage_spike_score",
    "home_away",
    "back_to_back",
    "days_rest",
    "opponent_def_rating",
)


def made_up(players: int = 12, games: int = 30, seed: int = 7) -> pl.DataFrame:
    """One row per player and game, two days apart, sorted by nothing in particular; nothing is unknown."""
    random = np.random.default_rng(seed)
    n = players * games
    level = np.repeat(random.uniform(3, 28, players), games)
    game = np.tile(np.arange(games), players)
    tip = [datetime(2024, 1, 1, 19, tzinfo=UTC) + timedelta(days=2 * int(g)) for g in game]
    columns: dict[str, object] = {
        "game_date": [START + timedelta(days=2 * int(g)) for g in game],
        "nba_player_id": np.repeat(np.arange(1, players + 1), games),
        "opponent_team_abbr": [f"T{k:02d}" for k in random.integers(0, 30, n)],
        "points": random.negative_binomial(6, 6 / (6 + level)),
        "points_avg_last_5": np.maximum(level + random.normal(0, 3, n), 0),
        "points_avg_last_10": np.maximum(level + random.normal(0, 2, n), 0),
        "points_avg_season": level,
        "points_avg_ewma": np.maximum(level + random.normal(0, 2, n), 0),
        "fatigue_score": random.integers(40, 101, n).astype(float),
        "shot_zone_mismatch_score": random.normal(0, 2, n),
        "pace_score": random.normal(0, 1, n),
        "usage_spike_score": random.normal(0, 0.5, n),
        "home_away": random.integers(0, 2, n).astype(float),
        "back_to_back": random.integers(0, 2, n).astype(float),
        "days_rest": random.integers(1, 5, n).astype(float),
        "opponent_def_rating": random.uniform(106, 120, n),
        "consensus_points_line": np.round(level) + 0.5,
        "current_points_line": np.round(level) + 0.5,
        "over_price": random.uniform(1.75, 2.1, n),
        "under_price": random.uniform(1.75, 2.1, n),
        "line_snapshot_ts": [at - timedelta(hours=2) for at in tip],
        "as_of_ts": [at - timedelta(minutes=30) for at in tip],
        "tipoff_utc": tip,
    }
    for zone in ZONES:
        columns[f"{zone}_attempts_per_game"] = random.uniform(1, 8, n)
        columns[f"opponent_{zone}_defense_vs_league_avg"] = random.normal(0, 2, n)
    assert set(EXTRA_COLUMNS) | set(FEATURES) <= set(columns)
    order = random.permutation(n)
    return pl.DataFrame(columns)[order]


def split(rows: pl.DataFrame, games: int = 22) -> tuple[pl.DataFrame, pl.DataFrame, date]:
    """Training rows, rows to forecast (without their outcome) and the instant between them."""
    before = START + timedelta(days=2 * games)
    return rows.filter(pl.col("game_date") < before), rows.filter(pl.col("game_date") >= before).drop("points"), before


def unknown(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """`rows` with these columns null."""
    return rows.with_columns(pl.lit(None, rows[name].dtype).alias(name) for name in names)


def with_value(rows: pl.DataFrame, **values: object) -> pl.DataFrame:
    """`rows` with one value in every row of a column."""
    return rows.with_columns(pl.lit(value).cast(rows[name].dtype).alias(name) for name, value in values.items())
