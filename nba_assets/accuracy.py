"""How good every system is: walked forward over weeks before a range of dates, judged on the range's lined rows.

A row counts if its player played, it has a consensus line, and no required feature is unknown but those
`training.EXCUSED` names. What is said of the side of the line is of those among them with a quoted line and prices.
Nothing is stored.
"""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ml_models import distributions, metrics
from ml_models.calibration import Calibrated, calibrate
from ml_models.intervals import Estimate, clustered_mean, clustered_ratio
from ml_models.no_vig import break_even, no_vig
from ml_models.system import KEY, TARGET, Predictions
from ml_models.systems import ENTRIES, Entry
from ml_models.training import WINDOW_DAYS, teaches
from ml_models.training_rows import OUTCOMES, assemble, inputs, outcomes
from ml_models.walk_forward import model_week, walk_forward
from nba_assets.contracts import TABLES
from resources.warehouse import Warehouse

# The walk begins so long before the range: an ensemble and the calibration learn from its past forecasts.
WARM_UP = timedelta(weeks=9)
CONTEXT = "upcoming_player_game_context"
COIN_BRIER, COIN_LOG_LOSS = 0.25, math.log(2)
LEVELS = (0.5, 0.8, 0.9)
CONSENSUS, LINE = "consensus_points_line", "current_points_line"
_PRICES = ("over_price", "under_price")

Tables = Mapping[str, pl.DataFrame]
Track = Callable[[list[date]], Iterable[date]]


class NothingToJudgeError(ValueError):
    """No row of the range counts, or no system has a forecast for one."""


@dataclass(frozen=True)
class Funnel:
    """What became of the player-games with a consensus line: `played`, in the feature store, `complete`, and among
    these with a `quoted` line and both prices."""

    lined: int
    played: int
    stored: int
    complete: int
    quoted: int


@dataclass(frozen=True)
class Scores:
    """One system on rows. `mae_ratio`: its MAE / the consensus line's on the same rows; `excess`: its log-loss - that
    of the no-vig price; both with intervals over dates. `settled`: rows without push, of which `brier`, `log_loss`,
    `ece`, `auc` are; `raw_log_loss`: before the calibration."""

    system_id: str
    line_aware: bool
    count: int
    line_mae: float
    mae: float
    mae_ratio: Estimate
    bias: float
    rmse: float
    crps: float
    settled: int
    brier: float
    log_loss: float
    raw_log_loss: float
    excess: Estimate
    ece: float
    auc: float
    coverage: tuple[metrics.Coverage, ...]


@dataclass(frozen=True)
class Judged:
    """Calibrated forecasts of the rows that count, in their order; `raw_over`: P(over) before, pushes out."""

    rows: pl.DataFrame
    forecasts: Mapping[str, Calibrated]
    raw_over: Mapping[str, np.ndarray]

    def column(self, name: str) -> np.ndarray:
        return self.rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


@dataclass(frozen=True)
class Evaluation:
    """Figures of a range, of the rows in `judged`. `common`: all systems on the rows where each has a forecast; `own`:
    each on its own; `bets`: system -> `bets_of`; `silent`: systems without any forecast there; of the common rows
    `price_*`: scores of the no-vig price. Of all rows `over_rate`: share of the settled that went over, `coin_roi`:
    profit per unit of a coin that picks the sides. Seconds are of one process."""

    first: date
    last: date
    walked_from: date
    judged: Judged
    funnel: Funnel
    common: tuple[Scores, ...]
    own: tuple[Scores, ...]
    silent: tuple[str, ...]
    price_brier: float
    price_log_loss: float
    over_rate: float
    coin_roi: float
    bets: Mapping[str, pl.DataFrame]
    walk_seconds: float
    judge_seconds: float


def dates_needed(first: date, last: date, entries: Sequence[Entry] = ENTRIES) -> list[date]:
    """From the first row the first week of the walk learns from, to the last that is judged."""
    window = max(entry.window_days or WINDOW_DAYS for entry in entries)
    start = model_week(first - WARM_UP) - timedelta(days=window)
    return [start + timedelta(days=n) for n in range((last - start).days + 1)]


def read_tables(warehouse: Warehouse, dates: Sequence[date]) -> dict[str, pl.DataFrame]:
    """Table name -> what `assemble` needs of it."""
    return {name: warehouse.read(TABLES[name], dates, columns) for name, columns in inputs().items()}


def evaluate(
    tables: Tables, first: date, last: date, entries: Sequence[Entry] = ENTRIES, track: Track = iter
) -> Evaluation:
    """Everything the page says. `track` hands out the weeks of the walk again and may show how far it is."""
    started = time.perf_counter()
    rows = assemble(tables)
    judge = pl.col("game_date").is_between(first, last) & pl.col(TARGET).is_not_null() & _lined() & teaches()
    if rows.filter(judge).is_empty():
        raise NothingToJudgeError(f"no complete row of a player with a consensus line who played, {first} to {last}")
    walked = walk_forward(entries, rows, begin := model_week(first - WARM_UP), last, track)
    walk_seconds = time.perf_counter() - started
    counts = walked.rows.select(judge).to_series()
    # The calibration of a week learns from the whole walk before it, so rows are chosen afterwards.
    repaired = {entry.system_id: calibrate(walked, entry.system_id, line_aware=entry.line_aware) for entry in entries}
    chosen = walked.chosen(counts)
    line = chosen.rows[LINE].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    mask = counts.to_numpy()
    raw = {name: distributions.p_over_no_push(forecast.pmf, line) for name, forecast in chosen.forecasts.items()}
    judged = Judged(chosen.rows, {name: _chosen(found, mask) for name, found in repaired.items()}, raw)
    known = {name: np.isfinite(found.forecast.points) for name, found in judged.forecasts.items()}
    speaking = [entry for entry in entries if known[entry.system_id].any()]
    if not speaking:
        raise NothingToJudgeError(f"no system has a forecast from {first} to {last}: too few rows before to learn from")
    common = np.logical_and.reduce([known[entry.system_id] for entry in speaking])
    price, over = _price(judged), metrics.went_over(judged.column(TARGET), line)
    return Evaluation(
        first,
        last,
        begin,
        judged,
        funnel(tables, rows, first, last),
        tuple(score(judged, entry, common) for entry in speaking),
        tuple(score(judged, entry, known[entry.system_id]) for entry in speaking),
        tuple(entry.system_id for entry in entries if entry not in speaking),
        metrics.mean(metrics.brier(price, over)[common]),
        metrics.mean(metrics.log_loss(price, over)[common]),
        metrics.mean(over),
        _coin(judged, over),
        {entry.system_id: bets_of(judged, entry.system_id) for entry in speaking},
        walk_seconds,
        time.perf_counter() - started - walk_seconds,
    )


def funnel(tables: Tables, rows: pl.DataFrame, first: date, last: date) -> Funnel:
    inside = pl.col("game_date").is_between(first, last)
    lined = tables[CONTEXT].filter(inside, _lined()).select(KEY)
    played = lined.join(outcomes(tables[OUTCOMES]), on=KEY)
    stored = rows.join(played, on=KEY, how="semi")
    complete = stored.filter(teaches())
    quoted = complete.drop_nulls([LINE, *_PRICES])
    return Funnel(lined.height, played.height, stored.height, complete.height, quoted.height)


def score(judged: Judged, entry: Entry, chosen: np.ndarray) -> Scores:
    """A system on the rows where the mask is true."""
    found, line, points = judged.forecasts[entry.system_id], judged.column(CONSENSUS), judged.column(TARGET)
    forecast, pmf, points, line = (
        found.forecast.points[chosen],
        found.forecast.pmf[chosen],
        points[chosen],
        line[chosen],
    )
    days = judged.rows["game_date"].filter(pl.Series(chosen))
    over = metrics.went_over(points, judged.column(LINE)[chosen])
    p, raw = found.p_over_no_push[chosen], judged.raw_over[entry.system_id][chosen]
    loss = metrics.log_loss(p, over)
    return Scores(
        entry.system_id,
        entry.line_aware,
        metrics.counted(forecast),
        metrics.mae(line, points),
        metrics.mae(forecast, points),
        clustered_ratio(np.abs(forecast - points), np.abs(line - points), days),
        metrics.bias(forecast, points),
        metrics.rmse(forecast, points),
        metrics.mean(metrics.crps(pmf, points)),
        metrics.counted(loss),
        metrics.mean(metrics.brier(p, over)),
        metrics.mean(loss),
        metrics.mean(metrics.log_loss(raw, over)),
        clustered_mean(loss - metrics.log_loss(_price(judged)[chosen], over), days),
        metrics.ece(p, over),
        metrics.auc(p, over),
        tuple(metrics.coverage(pmf, points, level) for level in LEVELS),
    )


def bets_of(judged: Judged, system_id: str) -> pl.DataFrame:
    """`metrics.hit_rates` of a bet on the side of every edge, with `roi` (profit per unit at the quoted price), its
    interval over dates (`roi_low`, `roi_high`) and `break_even`, the hit rate those prices need."""
    edge = judged.forecasts[system_id].forecast.points - judged.column(LINE)
    over, under = (judged.column(name) for name in _PRICES)
    side = pl.when(pl.col("edge") > 0).then(pl.lit("OVER")).when(pl.col("edge") < 0).then(pl.lit("UNDER"))
    rows = (
        judged.rows.select("game_date", TARGET, points_line=LINE)
        .with_columns(edge=pl.Series(edge), price=pl.Series(np.where(edge > 0, over, under)))
        .filter(pl.col("edge").is_not_nan())
        .with_columns(recommendation=side)
        .with_columns(result=metrics.outcome())
    )
    table = metrics.hit_rates(rows)
    money = pl.DataFrame([_money(rows, *slice_) for slice_ in table.select("side", "edge").iter_rows()])
    return pl.concat([table, money.fill_nan(None)], how="horizontal")


def _money(rows: pl.DataFrame, side: str, bucket: str) -> dict[str, float | None]:
    low, high = metrics.EDGE_BUCKETS[bucket]
    settled = rows.filter(
        pl.col("recommendation").is_in(metrics.SIDES[side]),
        pl.col("edge").abs().round(9).is_between(low, high, closed="left"),
        pl.col("result").is_in(["WIN", "LOSS"]),
    )
    price = settled["price"].to_numpy()
    profit = np.where((settled["result"] == "WIN").to_numpy(), price - 1, -1.0)
    roi = clustered_mean(profit, settled["game_date"])
    need = float(np.nanmean(break_even(price))) if np.isfinite(price).any() else None
    return {"roi": roi.value, "roi_low": roi.low, "roi_high": roi.high, "break_even": need}


def _coin(judged: Judged, over: np.ndarray) -> float:
    """Half of what the winning side pays comes back."""
    paid = np.where(over == 1, *(judged.column(name) for name in _PRICES))
    return metrics.mean(np.where(np.isnan(over), np.nan, paid / 2 - 1))


def _chosen(found: Calibrated, mask: np.ndarray) -> Calibrated:
    forecast = Predictions(found.forecast.points[mask], found.forecast.pmf[mask])
    return Calibrated(forecast, found.p_over[mask], found.p_push[mask])


def _lined() -> pl.Expr:
    return pl.col(CONSENSUS).is_not_null()


def _price(judged: Judged) -> np.ndarray:
    return no_vig(judged.column("over_price"), judged.column("under_price"))
