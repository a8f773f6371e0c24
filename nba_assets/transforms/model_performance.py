"""How good every system has been up to each game date: the wide table with its state, and the slices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl
import polars.selectors as cs

from ml_models.systems import ROSTER
from nba_assets.contracts import model_performance_daily, model_performance_slices
from nba_assets.contracts.model_performance_slices import WINDOWS
from nba_assets.transforms import decay
from nba_assets.transforms.performance_windows import SLICES, Tally, figures, tally

_KEYS = list(SLICES)
_ALL, _WIDE = _KEYS.index(("overall", "all")), _KEYS.index(("edge", "3+"))
_OVER, _UNDER = _KEYS.index(("side of 3+", "OVER")), _KEYS.index(("side of 3+", "UNDER"))
_DAY, _WEEK, _MONTH = 1, 7, 28

# Column of the wide table without its window -> (slice, figure).
_ROLLING = {
    "rolling_n": (_WIDE, "n"),
    "rolling_hr": (_WIDE, "hit_rate"),
    "rolling_n_over": (_OVER, "n"),
    "rolling_hr_over": (_OVER, "hit_rate"),
    "rolling_n_under": (_UNDER, "n"),
    "rolling_hr_under": (_UNDER, "hit_rate"),
    "rolling_roi": (_WIDE, "roi"),
    "every_edge_n": (_ALL, "n"),
    "every_edge_hr": (_ALL, "hit_rate"),
    "every_edge_roi": (_ALL, "roi"),
    "model_mae": (_ALL, "mae"),
    "pred_bias": (_ALL, "bias"),
    "lined_mae": (_ALL, "lined_mae"),
    "line_mae": (_ALL, "line_mae"),
    "mae_gap": (_ALL, "mae_gap"),
    "brier_score": (_ALL, "brier"),
    "log_loss": (_ALL, "log_loss"),
    "log_loss_gap": (_ALL, "log_loss_gap"),
}


@dataclass(frozen=True)
class _Season:
    """The asked dates of one season, and the season's grades up to the last of them."""

    year: int
    asked: list[date]
    graded: pl.DataFrame
    tally: Tally
    first_seen: Mapping[str, date]

    def present(self, day: date) -> pl.Series:
        """Which systems have a row: those of the roster, and those that had a graded prediction by then."""
        return pl.Series([name in ROSTER or self.first_seen[name] <= day for name in self.tally.systems])


def build_daily(graded: pl.DataFrame, schedule: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """One row per system and game date of `schedule`, from `prediction_accuracy` of the season up to these dates."""
    frames = [frame for season in _seasons(graded, schedule) for frame in _daily(season)]
    return _stamped(frames, model_performance_daily.TABLE.empty(), now)


def build_slices(graded: pl.DataFrame, schedule: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """One row per system, game date of `schedule`, window and slice; `graded` as in `build_daily`."""
    frames = [frame for season in _seasons(graded, schedule) for frame in _sliced(season)]
    return _stamped(frames, model_performance_slices.TABLE.empty(), now)


def _seasons(graded: pl.DataFrame, schedule: pl.DataFrame) -> Iterator[_Season]:
    asked = schedule.select("season_year", "game_date").unique().sort("season_year", "game_date")
    for (year,), dates in asked.group_by("season_year", maintain_order=True):
        days = dates["game_date"].to_list()
        rows = graded.filter(pl.col("season_year") == year, pl.col("game_date") <= days[-1])
        first_seen = dict(rows.group_by("system_id").agg(pl.col("game_date").min()).iter_rows())
        yield _Season(int(str(year)), days, rows, tally(rows, sorted({*ROSTER, *first_seen})), first_seen)


def _daily(season: _Season) -> Iterator[pl.DataFrame]:
    systems, asked = season.tally.systems, set(season.asked)
    health = decay.newborn(len(systems))
    latest = _latest(season.graded)
    for day in sorted(asked | set(season.tally.dates)):
        week, month, of_day = (season.tally.window(day, days) for days in (_WEEK, _MONTH, _DAY))
        found = _measures(week, month, of_day)
        health = decay.after(health, found)
        if day not in asked:
            continue
        bets = figures(of_day[_WIDE])
        columns = {
            "system_id": systems,
            "daily_picks": bets["n"] + bets["pushes"],
            "daily_wins": bets["wins"],
            "daily_losses": bets["losses"],
            "daily_hr": bets["hit_rate"],
            "daily_roi": bets["roi"],
            **_rolling(season.tally, day),
            **{name: found[name] for name in ("n_28d", "hr_28d", "hr_upper_28d", "one_sided_7d")},
            **health.counters,
            "state": health.states,
            "action": health.actions,
            "action_reason": health.reasons,
        }
        rows = pl.DataFrame(columns).with_columns(game_date=pl.lit(day), season_year=pl.lit(season.year, pl.Int64))
        yield rows.filter(season.present(day)).pipe(_with_model, latest).pipe(_with_enabled)


def _measures(week: np.ndarray, month: np.ndarray, of_day: np.ndarray) -> decay.Measures:
    day = {"n_day": figures(of_day[_WIDE])["n"], "lined_day": figures(of_day[_ALL])["lined"]}
    wide, over, everything = (figures(week[place]) for place in (_WIDE, _OVER, _ALL))
    return decay.measures(wide, over, everything, figures(month[_WIDE]), day)


def _rolling(sums: Tally, day: date) -> dict[str, np.ndarray]:
    columns = {}
    for name, days in WINDOWS.items():
        window = sums.window(day, days)
        found = {place: figures(window[place]) for place in (_ALL, _WIDE, _OVER, _UNDER)}
        columns |= {f"{column}_{name}": found[place][figure] for column, (place, figure) in _ROLLING.items()}
    return columns


def _latest(graded: pl.DataFrame) -> pl.DataFrame:
    return (
        graded.group_by("system_id", "game_date")
        .agg(pl.col("model_status").max(), pl.col("training_end_date").max())
        .sort("game_date", "system_id")
    )


def _with_model(rows: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    of_roster = pl.col("system_id").replace_strict(
        {name: entry.status for name, entry in ROSTER.items()}, default=None, return_dtype=pl.String
    )
    return rows.join_asof(latest, on="game_date", by="system_id", check_sortedness=False).with_columns(
        model_status=pl.coalesce("model_status", of_roster),
        days_since_training=(pl.col("game_date") - pl.col("training_end_date")).dt.total_days(),
    )


def _with_enabled(rows: pl.DataFrame) -> pl.DataFrame:
    """References are never bet on, so they are none of the three that must be left."""
    order = rows.sort(pl.col("model_status") == "reference", "system_id", maintain_order=True)
    betting = order.filter(pl.col("model_status") != "reference")
    kept = decay.enabled(betting["system_id"].to_list(), betting["state"].to_list(), betting["hr_upper_28d"].to_numpy())
    unblocked = (pl.Series(order["state"])[len(kept) :] != decay.BLOCKED).to_list()
    return order.with_columns(is_enabled=pl.Series([*kept, *unblocked], dtype=pl.Boolean))


def _sliced(season: _Season) -> Iterator[pl.DataFrame]:
    keys = pl.DataFrame(_KEYS, schema=["dimension", "slice"], orient="row")
    names = pl.DataFrame({"system_id": season.tally.systems})
    for day in season.asked:
        present = pl.concat([season.present(day)] * keys.height)
        for name, days in WINDOWS.items():
            found = figures(season.tally.window(day, days))
            rows = keys.join(names, how="cross", maintain_order="left_right").hstack(pl.DataFrame(found))
            yield rows.filter(present).with_columns(game_date=pl.lit(day), window=pl.lit(name))


def _stamped(frames: list[pl.DataFrame], empty: pl.DataFrame, now: datetime) -> pl.DataFrame:
    if not frames:
        return empty
    rows = pl.concat(frames, how="vertical_relaxed").with_columns(computed_at=pl.lit(now))
    return rows.with_columns(cs.float().fill_nan(None)).select(
        pl.col(name).cast(dtype) for name, dtype in empty.schema.items()
    )
