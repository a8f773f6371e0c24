"""Rows with every feature, made up: points around a player's level, which some of the features show."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from ml_models.features import FEATURE_VERSION, FEATURES

START = date(2024, 1, 1)


def made_up(players: int = 25, days: int = 40, seed: int = 5, lined_from: int = 0) -> pl.DataFrame:
    """One row per player and day from START (a Monday), in no order; lines and prices from day `lined_from` on."""
    random = np.random.default_rng(seed)
    n = players * days
    level = np.repeat(random.uniform(4, 26, players), days)
    day = np.tile(np.arange(days), players)
    matchup = random.normal(0, 2, n)
    columns: dict[str, np.ndarray | list] = {f.name: random.uniform(f.low, f.high, n) for f in FEATURES}
    columns |= {
        "game_date": [START + timedelta(days=int(d)) for d in day],
        "nba_player_id": np.repeat(np.arange(1, players + 1), days),
        "points": random.negative_binomial(8, 8 / (8 + np.maximum(level + matchup, 1))),
        "points_avg_season": level,
        "points_avg_last_10": np.maximum(level + random.normal(0, 1, n), 0),
        "opponent_def_rating": 112 + 2 * matchup,
        "over_price": random.uniform(1.8, 2.0, n),
        "under_price": random.uniform(1.8, 2.0, n),
        "consensus_points_line": np.round(level + matchup) + 0.5,
        "feature_version": [FEATURE_VERSION] * n,
        "missing_required": [[] for _ in range(n)],
    }
    lined = pl.col("game_date") >= START + timedelta(days=lined_from)
    market = [f.name for f in FEATURES if f.knows == "market"]
    rows = pl.DataFrame(columns, schema_overrides={"missing_required": pl.List(pl.String)}).with_columns(
        pl.col("consensus_points_line").clip(0.5).alias("consensus_points_line"),
        vegas_points_line=pl.col("consensus_points_line").clip(0.5),
        current_points_line=pl.col("consensus_points_line").clip(0.5),
    )
    prices = ["consensus_points_line", "current_points_line", "over_price", "under_price", *market]
    rows = rows.with_columns(pl.when(lined).then(pl.col(name)).alias(name) for name in prices)
    return rows[random.permutation(n)]
