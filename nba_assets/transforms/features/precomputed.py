"""Features copied from the tables of the same date, and those that follow from them."""

import polars as pl

PLAYER = ["game_date", "nba_player_id"]

RISK_BY_STATUS = {"available": 0, "probable": 1, "questionable": 2, "doubtful": 3, "out": 3}
# Game type digits of the NBA game id: 004 is the playoffs.
_PLAYOFFS = "004"

# Feature -> column of the same table with the same meaning, where the names differ.
_CACHE = {"team_pace": "team_pace_last_10", "team_off_rating": "team_off_rating_last_10"}
_CACHE_SAME_NAME = (
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "points_std_last_10",
    "games_in_last_7_days",
    "minutes_avg_last_10",
)
_COMPOSITE = ("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score")
# The zone table is in percent, the features are fractions: this is the one place where it is divided.
_ZONE_RATES = {
    "pct_paint": "paint_rate_last_10",
    "pct_mid_range": "mid_range_rate_last_10",
    "pct_three": "three_pt_rate_last_10",
}
_MARKET = {
    "vegas_points_line": "current_points_line",
    "vegas_opening_line": "opening_points_line",
    "vegas_line_move": "line_movement",
    "game_total_line": "game_total",
    "multi_book_line_std": "multi_book_line_std",
    "vegas_line_source": "current_points_line_source",
}


def join_tables(
    rows: pl.DataFrame, cache: pl.DataFrame, composite: pl.DataFrame, shot_zones: pl.DataFrame, defense: pl.DataFrame
) -> pl.DataFrame:
    """`rows` with what the player's rows of the date, and the opponent's defence of the date, give. No row: nulls."""
    cached = cache.select(*PLAYER, *_CACHE_SAME_NAME, **{name: pl.col(source) for name, source in _CACHE.items()})
    rates = shot_zones.select(*PLAYER, **{name: pl.col(source) / 100 for name, source in _ZONE_RATES.items()})
    opponent = defense.select(
        "game_date",
        "opponent_pace",
        opponent_team_abbr=pl.col("team_abbr"),
        opponent_def_rating=pl.col("defensive_rating_last_15"),
    )
    return (
        rows.join(cached, on=PLAYER, how="left")
        .join(composite.select(*PLAYER, *_COMPOSITE), on=PLAYER, how="left")
        .join(rates, on=PLAYER, how="left")
        .join(opponent, on=["game_date", "opponent_team_abbr"], how="left")
    )


def from_context() -> list[pl.Expr]:
    """Features that the row of upcoming_player_game_context holds or gives."""
    at_home = pl.when(~pl.col("is_neutral_site").fill_null(False)).then(pl.col("home_game"))
    own_line, spread = pl.col("consensus_points_line"), pl.col("game_spread")
    return [
        *(pl.col(source).alias(name) for name, source in _MARKET.items()),
        pl.col("has_prop_line").alias("has_vegas_line"),
        (pl.col("days_rest") - pl.col("opponent_days_rest")).clip(-2, 2).alias("rest_advantage"),
        pl.col("player_status").replace_strict(RISK_BY_STATUS, return_dtype=pl.Float64).alias("injury_risk"),
        at_home.alias("home_away"),
        (pl.col("days_rest") == 1).alias("back_to_back"),
        pl.col("nba_game_id").str.starts_with(_PLAYOFFS).alias("playoff_game"),
        pl.col("days_rest").clip(upper_bound=10),
        pl.col("minutes_in_last_7_days").alias("minutes_load_last_7d"),
        spread.abs().alias("spread_magnitude"),
        ((pl.col("game_total") - spread) / 2).alias("implied_team_total"),
        pl.col("teammate_usage_out").alias("teammate_usage_available"),
        pl.col("star_teammates_out"),
        pl.col("prop_over_streak", "prop_under_streak").clip(upper_bound=20),
        (own_line - pl.col("previous_game_median_line")).alias("prop_line_delta"),
    ]


def derived() -> list[pl.Expr]:
    """Features of other features."""
    last_5, season, std = pl.col("points_avg_last_5"), pl.col("points_avg_season"), pl.col("points_std_last_10")
    return [
        pl.when(std > 0).then(((last_5 - season) / std).clip(-3, 3)).alias("pts_vs_season_zscore"),
        (last_5 > season + 1.5 * std).alias("breakout_flag"),
        (pl.col("vegas_points_line") - season).alias("line_vs_season_avg"),
        (pl.col("team_pace") - pl.col("opponent_pace")).alias("opponent_pace_mismatch"),
    ]
