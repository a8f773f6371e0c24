"""What a model must show on past out-of-sample weeks before it may be promoted: the table of gates, and their judge.

A gate fails where its limit is surely broken: the whole 95 % interval, over draws of dates, lies beyond it. That lets
through what cannot be told from good enough; how many rows that takes is the gate of the sample's size.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isinf, isnan, log, nan
from typing import Literal, get_args

import numpy as np
import polars as pl

from ml_models import metrics
from ml_models.alarms import LEAST_ROWS, LEVELS, bet_figures
from ml_models.intervals import (
    LEAST_CLUSTERS,
    Estimate,
    clustered_mean,
    clustered_ratio,
    clustered_share,
)
from ml_models.leak_court import Finding
from ml_models.record import CONSENSUS, QUOTED, UNDER_PRICE, Counted, Record

EWMA, SEASON = "points_avg_ewma", "points_avg_season"
# The least edge in points that leans to a side, and how many must do so before their balance means anything.
LEAST_EDGE, LEAST_EDGES = 1.0, 20
# Limits that are met but for rounding are met.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class GateFinding:
    """One gate's verdict: `words` for people; of its worst figure the `value`, its 95 % interval (NaN: too few dates)
    and the rows that counted."""

    name: str
    passed: bool
    words: str
    value: float
    low: float
    high: float
    count: int


# The figure, and what it is made of where that says more than its name.
_Measured = tuple[Estimate, str]


@dataclass(frozen=True)
class Part:
    """One figure of a gate, what it is called, and the range it must not surely leave; `form`: how it is written."""

    what: str
    measure: Callable[[Counted], _Measured]
    least: float = -inf
    most: float = inf
    form: str = ".3f"

    def verdict(self, found: Estimate, *, enough: bool) -> "_Verdict":
        if not enough or isnan(found.low):
            return "cannot tell yet"
        if found.low > self.most + _ROUNDING or found.high < self.least - _ROUNDING:
            return "fails"
        holds = self.least - _ROUNDING <= found.value <= self.most + _ROUNDING
        return "passes" if holds else "beyond it, perhaps by luck: passes"

    def words(self, found: Estimate, made_of: str) -> str:
        if isnan(found.value):
            return f"{self.what}: no rows"
        interval = f" [{found.low:{self.form}}, {found.high:{self.form}}]" if found.low < found.high else ""
        return f"{made_of or self.what} {found.value:{self.form}}{interval}, {self.range}"

    @property
    def range(self) -> str:
        least, most = (format(limit, self.form) for limit in (self.least, self.most))
        if isinf(self.least):
            return f"limit {most}"
        return f"at least {least}" if isinf(self.most) else f"limits {least} and {most}"


# Worst first; "cannot tell yet" says least.
_Verdict = Literal["fails", "beyond it, perhaps by luck: passes", "passes", "cannot tell yet"]
_WORST_FIRST = get_args(_Verdict)


@dataclass(frozen=True)
class Gate:
    """A gate fails if one of its parts does. `lined`: judged on rows with a consensus line only. `line_aware`: only for
    systems that do, or do not, read the line; None: for all."""

    name: str
    description: str
    parts: tuple[Part, ...]
    lined: bool = True
    line_aware: bool | None = None


def _rows(rows: Counted) -> _Measured:
    return _sure(rows.points.size, rows), ""


def _dates(rows: Counted) -> _Measured:
    return _sure(rows.days.n_unique(), rows), ""


def _sure(number: float, rows: Counted) -> Estimate:
    return Estimate(number, number, number, 0.95, rows.points.size, rows.days.n_unique())


def _mae_against(column: str, whose: str) -> Callable[[Counted], _Measured]:
    def measure(rows: Counted) -> _Measured:
        theirs = np.abs(rows.column(column) - rows.points)
        own = metrics.mean(np.where(np.isnan(theirs), nan, rows.error))
        made_of = f"MAE {own:.2f} against {whose} {metrics.mean(theirs):.2f}, ratio"
        return clustered_ratio(rows.error, theirs, rows.days), made_of

    return measure


def _mae_against_previous(rows: Counted) -> _Measured:
    theirs = np.abs(rows.previous - rows.points)
    own = metrics.mean(np.where(np.isnan(theirs), nan, rows.error))
    made_of = f"MAE {own:.3f} against the older vintage's {metrics.mean(theirs):.3f}, difference"
    return clustered_mean(rows.error - theirs, rows.days), made_of


def _bias_against_line(rows: Counted) -> _Measured:
    return clustered_mean(rows.forecast - rows.column(CONSENSUS), rows.days), ""


def _tier_bias(low: float, high: float) -> Callable[[Counted], _Measured]:
    def measure(rows: Counted) -> _Measured:
        season = rows.column(SEASON)
        inside = (season >= low) & (season < high)
        return clustered_mean(np.where(inside, rows.forecast - rows.points, nan), rows.days), ""

    return measure


def _share_of_overs(rows: Counted) -> _Measured:
    leaning = np.abs(rows.edge).round(9) >= LEAST_EDGE
    found = clustered_share(np.where(leaning, rows.edge > 0, nan), rows.days)
    if found.count < LEAST_EDGES:
        found = replace(found, low=nan, high=nan)
    return found, f"share of OVER among {found.count:,} forecasts {LEAST_EDGE:g} or more points off the quoted line"


def _log_loss(rows: Counted) -> _Measured:
    return clustered_mean(metrics.log_loss(rows.p_over, rows.over), rows.days), ""


def _coverage(rows: Counted) -> _Measured:
    """Per date, as the dates are what is drawn."""
    dates = rows.days.unique().sort()
    masks = [(rows.days == day).to_numpy() for day in dates]
    found = [metrics.coverage(rows.pmf[mask], rows.points[mask], 0.8) for mask in masks]
    counts = np.array([coverage.count for coverage in found], dtype=float)
    inside = np.array([coverage.covered for coverage in found]) * counts
    return replace(clustered_ratio(inside, counts, dates), count=int(counts.sum())), ""


_AGAINST_LINE = Part("MAE / the line's", _mae_against(CONSENSUS, "the line's"))
# By the season's mean, in points: low <= mean < high.
_TIERS = {"below 5": (-inf, 5.0), "5 to 15": (5.0, 15.0), "15 to 25": (15.0, 25.0), "25 and more": (25.0, inf)}

GATES: tuple[Gate, ...] = (
    Gate(
        "sample_size",
        "Enough rows with a line, on enough dates: with fewer the other gates cannot tell yet.",
        (
            Part("rows", _rows, least=LEAST_ROWS, form=",.0f"),
            Part("dates", _dates, least=LEAST_CLUSTERS, form=",.0f"),
        ),
    ),
    Gate(
        "mae_against_line",
        "Without reading the line, not much farther from the outcome than the line.",
        (replace(_AGAINST_LINE, most=1.06),),
        line_aware=False,
    ),
    Gate(
        "mae_against_line",
        "Reading the line, not farther from the outcome than the line.",
        (replace(_AGAINST_LINE, most=1.00),),
        line_aware=True,
    ),
    Gate(
        "mae_against_ewma",
        "Not farther from the outcome than the player's weighted average.",
        (Part("MAE / the weighted average's", _mae_against(EWMA, "the weighted average's"), most=1.00),),
        lined=False,
    ),
    Gate(
        "mae_against_previous",
        "Not farther from the outcome than the vintage one week older, on the same rows.",
        (Part("MAE - the older vintage's", _mae_against_previous, most=0.0, form="+.3f"),),
        lined=False,
    ),
    Gate(
        "bias_against_line",
        "Forecasts lean neither above nor below the line.",
        (Part("mean of forecast - line", _bias_against_line, least=-1.5, most=1.5, form="+.2f"),),
    ),
    Gate(
        "tier_bias",
        "Neither stars nor substitutes are forecast far too high or too low.",
        tuple(
            Part(
                f"mean of forecast - points, season's mean {name}", _tier_bias(*tier), least=-5.0, most=5.0, form="+.2f"
            )
            for name, tier in _TIERS.items()
        ),
        lined=False,
    ),
    Gate(
        "direction_balance",
        "Not all forecasts off the line are on one side of it.",
        (Part("share of OVER", _share_of_overs, least=0.05, most=0.95, form=".1%"),),
    ),
    Gate(
        "calibration",
        "P(over) is no worse than a coin, and 80 % intervals hold 80 %.",
        (
            Part("log-loss at the quoted line", _log_loss, most=log(2), form=".4f"),
            Part("covered by 80 % intervals", _coverage, least=0.78, most=0.82, form=".1%"),
        ),
    ),
)


def judge(record: Record, line_aware: bool) -> list[GateFinding]:
    """One finding per gate, in the order of GATES. Where the sample is too small, only the gate of its size fails."""
    views = {lined: Counted.of(record, lined=lined) for lined in (True, False)}
    size, *others = (gate for gate in GATES if gate.line_aware in (None, line_aware))
    first = _judged(size, views[size.lined], enough=True)
    return [first, *(_judged(gate, views[gate.lined], enough=first.passed) for gate in others)]


def _judged(gate: Gate, rows: Counted, *, enough: bool) -> GateFinding:
    parts = []
    for part in gate.parts:
        found, made_of = part.measure(rows)
        verdict = part.verdict(found, enough=enough)
        parts.append((verdict, found, f"{part.words(found, made_of)}: {verdict}"))
    verdict, worst, _ = min(parts, key=lambda part: _WORST_FIRST.index(part[0]))
    words = "; ".join(said for _, _, said in parts)
    return GateFinding(gate.name, verdict != "fails", words, worst.value, worst.low, worst.high, worst.count)


def alarms_of(record: Record) -> list[Finding]:
    """One finding per level of LEVELS. All are silent with fewer than LEAST_ROWS rows with a line: over the 300 bets of
    the first five dates with lines, a coin passes one of the hit rates in 30 % of all cases, over 1,200 in 2 %.
    """
    rows = Counted.of(record, lined=True)
    figures: dict[str, float] = {}
    if rows.points.size >= LEAST_ROWS:
        line_mae, mae = metrics.mae(rows.column(CONSENSUS), rows.points), metrics.mean(rows.error)
        figures = bet_figures(_bets(rows)) | {
            "mae_ratio": mae / line_mae,
            "mae": mae,
            "line_mae": line_mae,
            "brier": metrics.mean(metrics.brier(rows.p_over, rows.over)),
            "auc": metrics.auc(rows.p_over, rows.over),
        }
    findings = []
    for key, level in LEVELS.items():
        value = figures.get(key, nan)
        fires = level.fires(value)
        words = "silent: too few rows to say" if isnan(value) else f"{'ALARM' if fires else 'silent'}: {value:.4f}"
        findings.append(Finding(level.rule, not fires, words))
    return findings


def _bets(rows: Counted) -> pl.DataFrame:
    """What `alarms.bet_figures` reads: a bet on the side of every edge off the quoted line, at its price."""
    edge, over = rows.edge, rows.over
    bets = pl.DataFrame(
        {"game_date": rows.days, "points": rows.points, "points_line": rows.column(QUOTED), "edge": edge}
    )
    side = pl.when(pl.col("edge") > 0).then(pl.lit("OVER")).when(pl.col("edge") < 0).then(pl.lit("UNDER"))
    table = metrics.hit_rates(bets.fill_nan(None).with_columns(recommendation=side))
    under = np.where((edge < 0) & np.isfinite(over), (over == 0) * rows.column(UNDER_PRICE) - 1, nan)
    slices = (pl.col("side") == "UNDER") & (pl.col("edge") == "all")
    return table.with_columns(roi_low=pl.when(slices).then(clustered_mean(under, rows.days).low))
