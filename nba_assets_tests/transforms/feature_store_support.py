"""What must hold of the feature store on any frames, invented or real: nothing of the future, any range, by hand.

`Inputs` are the frames `ml_feature_store_v2.build` is given, by its argument names.
"""

import math
import random
import statistics
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from nba_assets.transforms import ml_feature_store_v2 as transform

Inputs = Mapping[str, pl.DataFrame]
HISTORY = ("player_games", "team_games")

# Recomputed by `by_hand`; the other features are copied from the tables of the date or follow from two columns.
BY_HAND = (
    "recent_trend",
    "minutes_change",
    "pct_free_throw",
    "team_win_pct",
    "avg_points_vs_opponent",
    "games_vs_opponent",
    "ppm_avg_last_10",
    "dnp_rate",
    "pts_slope_10g",
    "points_avg_last_3",
    "scoring_trend_slope",
    "deviation_from_avg_last3",
    "consecutive_games_below_avg",
    "usage_rate_last_5",
    "games_since_structural_change",
    "over_rate_last_10",
    "margin_vs_line_avg_last_5",
    "blowout_minutes_risk",
    "minutes_volatility_last_10",
)


def build(inputs: Inputs) -> pl.DataFrame:
    return transform.build(**inputs).sort("game_date", "nba_player_id")


def of_dates(inputs: Inputs, days: Iterable[date]) -> dict[str, pl.DataFrame]:
    """What a run of these dates is given: their own rows, and the history it reads."""
    days = sorted(days)
    loaded = pl.col("game_date").is_between(days[0] - timedelta(transform.HISTORY_DAYS), days[-1] - timedelta(1))
    columns = {"player_games": transform.GAME_COLUMNS, "team_games": transform.TEAM_COLUMNS}
    return {
        name: frame.select(columns.get(name, frame.columns)).filter(
            loaded if name in HISTORY else pl.col("game_date").is_in(days)
        )
        for name, frame in inputs.items()
    }


def assert_same_day_by_day(inputs: Inputs, days: Iterable[date]) -> None:
    """A run of many dates gives, bit for bit, the rows of one run per date."""
    days = sorted(days)
    together = build(of_dates(inputs, days))
    alone = pl.concat([build(of_dates(inputs, [day])) for day in days]).sort("game_date", "nba_player_id")
    assert together.equals(alone), _first_difference(together, alone)


def assert_blind_to_the_future(inputs: Inputs, day: date, seed: int) -> None:
    """Whatever is dated `day` or later in the history, or later than `day` in the rest, changes nothing of `day`."""
    known = build(inputs).filter(pl.col("game_date") == day)
    poisoned = {
        name: poison(frame, day if name in HISTORY else day + timedelta(1), random.Random(f"{seed}/{name}"))
        for name, frame in inputs.items()
    }
    still = build(poisoned).filter(pl.col("game_date") == day)
    assert still.equals(known), _first_difference(known, still)


def poison(frame: pl.DataFrame, start: date, rng: random.Random) -> pl.DataFrame:
    """`frame` with some rows dated `start` or later dropped, and all values of the others but their keys made wrong."""
    keys = {"game_date", "nba_game_id", "nba_player_id", "season_year"}
    late = pl.col("game_date") >= start
    future = frame.filter(late)
    if future.is_empty():
        return frame
    kept = future.filter(pl.Series([rng.random() < 0.8 for _ in range(future.height)], dtype=pl.Boolean))
    nonsense = [
        _shuffled(kept[name], rng) if dtype == pl.String else _wrong(name, dtype)
        for name, dtype in frame.schema.items()
        if name not in keys
    ]
    return pl.concat([frame.filter(~late), kept.with_columns(nonsense)])


def _wrong(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return ~pl.col(name)
    if dtype.is_numeric():
        return (pl.col(name).fill_null(0) + 99).cast(dtype)
    return pl.col(name)


def _shuffled(values: pl.Series, rng: random.Random) -> pl.Series:
    order = list(range(len(values)))
    rng.shuffle(order)
    return values.gather(order)


def assert_by_hand(inputs: Inputs, rows: pl.DataFrame) -> None:
    """The features of `rows`, a sample of `build(inputs)`, are those of a plain loop over the games before each."""
    player_games = inputs["player_games"].sort("game_date", "nba_game_id").rows(named=True)
    team_games = inputs["team_games"].sort("game_date", "nba_game_id").rows(named=True)
    for row in rows.iter_rows(named=True):
        expected = by_hand(row, player_games, team_games)
        for name in BY_HAND:
            assert _close(row[name], expected[name]), (
                row["game_date"],
                row["player_lookup"],
                name,
                row[name],
                expected,
            )


def by_hand(
    row: Mapping[str, Any], player_games: list[dict[str, Any]], team_games: list[dict[str, Any]]
) -> dict[str, float | None]:
    """The features of `BY_HAND` for one row; the games are oldest to newest and may lie after the row's date."""
    day, player, season = row["game_date"], row["nba_player_id"], row["season_year"]
    listed_ever = [g for g in player_games if g["nba_player_id"] == player and g["game_date"] < day]
    listed = [g for g in listed_ever if g["season_year"] == season]
    games = [g for g in listed if not g["is_dnp"]]
    teams = [g for g in team_games if g["season_year"] == season and g["game_date"] < day]
    own = [g for g in teams if g["team_abbr"] == row["team_abbr"]]
    points, minutes = [g["points"] for g in games], [g["minutes_played"] for g in games]
    last_10, minutes_10 = points[-10:], minutes[-10:]
    season_minutes = [g["minutes_played"] for g in games if not g["nba_game_id"].startswith("006")]
    season_results = [g["win_flag"] for g in own if not g["nba_game_id"].startswith("006")]
    met = [
        g["points"]
        for g in listed_ever
        if not g["is_dnp"]
        and g["opponent_team_abbr"] == row["opponent_team_abbr"]
        and g["game_date"] > day - timedelta(365)
    ]
    form = [g["points"] for g in games if g["game_date"] > day - timedelta(60)]
    mean_form = statistics.fmean(form) if form else None
    below = 0
    while below < len(form) and form[-1 - below] < statistics.fmean(form):
        below += 1
    usage = [g["usage_rate"] for g in games[-5:] if g["usage_rate"] is not None]
    margins = [g["points"] - g["consensus_points_line"] for g in games if g["consensus_points_line"] is not None]
    missed = _missed(listed, teams)[-10:]
    last_3 = statistics.fmean(form[-3:]) if form else None
    return {
        "recent_trend": _steps(statistics.fmean(points[-2:]) - statistics.fmean(points[-5:-2]), 2, 5)
        if len(points) >= 5
        else None,
        "minutes_change": _steps(statistics.fmean(minutes_10) / statistics.fmean(season_minutes) - 1, 0.1, 0.2)
        if sum(season_minutes) > 0
        else None,
        "pct_free_throw": min(0.5, sum(g["ft_makes"] for g in games[-10:]) / sum(last_10))
        if len(points) >= 5 and sum(last_10)
        else None,
        "team_win_pct": statistics.fmean(season_results) if len(season_results) >= 5 else None,
        "avg_points_vs_opponent": statistics.fmean(met) if met else None,
        "games_vs_opponent": len(met),
        "ppm_avg_last_10": sum(last_10) / sum(minutes_10) if sum(minutes_10) > 0 else None,
        "dnp_rate": statistics.fmean(missed) if len(missed) >= 3 else None,
        "pts_slope_10g": _slope(last_10) if len(points) >= 5 else None,
        "points_avg_last_3": last_3,
        "scoring_trend_slope": _slope(points[-7:]) if len(points) >= 4 else None,
        "deviation_from_avg_last3": (last_3 - mean_form) / statistics.stdev(form)
        if last_3 is not None and mean_form is not None and len(set(form)) > 1
        else None,
        "consecutive_games_below_avg": min(20, below) if form else None,
        "usage_rate_last_5": statistics.fmean(usage) if len(usage) >= 3 else None,
        "games_since_structural_change": _since_change(row, games),
        "over_rate_last_10": statistics.fmean(m > 0 for m in margins[-10:]) if len(margins) >= 5 else None,
        "margin_vs_line_avg_last_5": statistics.fmean(margins[-5:]) if len(margins) >= 3 else None,
        "blowout_minutes_risk": statistics.fmean(abs(g["margin_of_victory"]) >= 15 for g in own[-10:]) if own else None,
        "minutes_volatility_last_10": statistics.stdev(minutes_10) if len(games) >= 3 else None,
    }


def _missed(listed: list[dict[str, Any]], teams: list[dict[str, Any]]) -> list[bool]:
    """For each game of the team he was with, whether he did not play."""
    played = {g["nba_game_id"] for g in listed if not g["is_dnp"]}
    missed = []
    for game in teams:
        before = [g for g in listed if g["game_date"] <= game["game_date"]]
        if before and before[-1]["team_abbr"] == game["team_abbr"]:
            missed.append(game["nba_game_id"] not in played)
    return missed


def _since_change(row: Mapping[str, Any], games: list[dict[str, Any]]) -> int | None:
    if not games:
        return None
    count, later = 0, row
    for game in reversed(games):
        if later["team_abbr"] != game["team_abbr"] or (later["game_date"] - game["game_date"]).days > 14:
            break
        count, later = count + 1, game
    return min(30, count)


def _steps(value: float, small: float, large: float) -> int:
    size = 2 if abs(value) >= large else 1 if abs(value) >= small else 0
    return size if value >= 0 else -size


def _slope(values: list[float]) -> float:
    return statistics.linear_regression(range(len(values)), values).slope


def _close(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def _first_difference(left: pl.DataFrame, right: pl.DataFrame) -> str:
    if left.height != right.height:
        return f"{left.height} rows and {right.height}"
    names = [name for name in left.columns if not left[name].equals(right[name])]
    return f"columns {names}"
