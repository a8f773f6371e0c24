"""Features from a player's own played games of the season."""

import polars as pl

from nba_assets.transforms import windows
from nba_assets.transforms.features.team import IN_SEASON_AVERAGES

_GAMES = ["points", "minutes_played", "ft_makes", "usage_rate"]
# Form is that of the last 60 days; who sat out longer has none.
_FORM_DAYS = 60
_STRUCTURAL_GAP_DAYS = 14


def add(rows: pl.DataFrame, player_games: pl.DataFrame) -> pl.DataFrame:
    """`rows` with recent_trend, minutes_change, pct_free_throw, ppm_avg_last_10, pts_slope_10g, points_avg_last_3,
    scoring_trend_slope, deviation_from_avg_last3, consecutive_games_below_avg, usage_rate_last_5,
    games_since_structural_change, over_rate_last_10, margin_vs_line_avg_last_5 and minutes_volatility_last_10.
    """
    played = windows.played(player_games)
    asked = rows.select("game_date", *windows.PLAYER_SEASON, "team_abbr")
    return rows.with_columns(
        *_last_games(asked, played).get_columns(),
        *_form(asked, played).get_columns(),
        *_against_own_lines(asked, played).get_columns(),
        _since_structural_change(asked, played),
    )


def _last_games(asked: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    last_10 = windows.window(asked, played, windows.PLAYER_SEASON, _GAMES, last=10)
    season = windows.window(asked, played.filter(IN_SEASON_AVERAGES), windows.PLAYER_SEASON, ["minutes_played"])
    points, minutes = pl.col("points"), pl.col("minutes_played")
    games = points.list.len()
    newest_2, prior_3 = points.list.tail(2).list.mean(), points.list.tail(5).list.head(3).list.mean()
    season_minutes = pl.col("season_minutes")
    usage = pl.col("usage_rate").list.tail(5).list.drop_nulls()
    return last_10.with_columns(season_minutes=season["minutes_played"].list.mean()).select(
        recent_trend=pl.when(games >= 5).then(_steps(newest_2 - prior_3, 2, 5)),
        minutes_change=pl.when(season_minutes > 0).then(
            _steps((minutes.list.mean() - season_minutes) / season_minutes, 0.1, 0.2)
        ),
        pct_free_throw=pl.when(games >= 5, points.list.sum() > 0).then(
            (pl.col("ft_makes").list.sum() / points.list.sum()).clip(upper_bound=0.5)
        ),
        ppm_avg_last_10=pl.when(minutes.list.sum() > 0).then(points.list.sum() / minutes.list.sum()),
        pts_slope_10g=pl.when(games >= 5).then(windows.slope(points)),
        scoring_trend_slope=pl.when(games >= 4).then(windows.slope(points.list.tail(7))),
        usage_rate_last_5=pl.when(usage.list.len() >= 3).then(usage.list.mean()),
        minutes_volatility_last_10=pl.when(games >= 3).then(minutes.list.std()),
    )


def _form(asked: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    since = windows.days_before(_FORM_DAYS)
    found = windows.window(asked, played, windows.PLAYER_SEASON, ["points"], since=since)
    points = pl.col("points").cast(pl.List(pl.Float64))
    below = (points - points.list.mean()).list.reverse().list.eval((pl.element() < 0).cast(pl.Float64).cum_prod().sum())
    last_3, spread = points.list.tail(3).list.mean(), points.list.std()
    return found.select(
        points_avg_last_3=last_3,
        deviation_from_avg_last3=pl.when(spread > 0).then((last_3 - points.list.mean()) / spread),
        consecutive_games_below_avg=pl.when(points.list.len() > 0).then(below.list.first().clip(upper_bound=20)),
    )


def _against_own_lines(asked: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    own_line = pl.col("consensus_points_line")
    lined = played.filter(own_line.is_not_null()).with_columns(margin=pl.col("points") - own_line)
    margins = pl.col("margin")
    over = margins.list.eval((pl.element() > 0).cast(pl.Float64).mean()).list.first()
    return windows.window(asked, lined, windows.PLAYER_SEASON, ["margin"], last=10).select(
        over_rate_last_10=pl.when(margins.list.len() >= 5).then(over),
        margin_vs_line_avg_last_5=pl.when(margins.list.len() >= 3).then(margins.list.tail(5).list.mean()),
    )


def _since_structural_change(asked: pl.DataFrame, played: pl.DataFrame) -> pl.Series:
    """Played games since a new team or a long pause; 0 where the game asked about is itself the first after it."""
    by = windows.PLAYER_SEASON
    gap = (pl.col("game_date") - pl.col("game_date").shift(1)).dt.total_days() > _STRUCTURAL_GAP_DAYS
    moved = pl.col("team_abbr") != pl.col("team_abbr").shift(1)
    runs = (
        windows.in_order(played, by)
        .with_columns(run=(gap | moved).fill_null(False).cum_sum().over(by))
        .select(
            "game_date", "nba_game_id", *by, last_team="team_abbr", games=(pl.int_range(pl.len()) + 1).over(*by, "run")
        )
    )
    state = windows.as_of_before(asked, runs, by)
    paused = (pl.col("game_date") - pl.col("last_game_date")).dt.total_days() > _STRUCTURAL_GAP_DAYS
    changed = paused | (pl.col("team_abbr") != pl.col("last_team"))
    return state.select(
        pl.when(changed).then(0).otherwise("games").clip(upper_bound=30).alias("games_since_structural_change")
    ).to_series()


def _steps(value: pl.Expr, small: float, large: float) -> pl.Expr:
    """-2..2: the sign of `value`, doubled from `large` on, 0 below `small`; null stays null."""
    size = (value.abs() >= small).cast(pl.Int64) + (value.abs() >= large).cast(pl.Int64)
    return size * pl.when(value < 0).then(-1).otherwise(1)
