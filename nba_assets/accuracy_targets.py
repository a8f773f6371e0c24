"""What the systems are held to: targets, which may be missed, and alarm levels, which are too good to be true."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from nba_assets.accuracy import Evaluation, Scores

REFERENCES = ("market_line", "ewma_baseline")

LINE_FREE_RATIO, LINE_AWARE_RATIO = 1.03, 1.00
LOG_LOSS, EXCESS, ECE = 0.6931, 0.0005, 0.015
COVERAGE = (0.78, 0.82)

# A rate over fewer settled bets, or a mean over fewer rows, raises no alarm: luck alone gets there.
LEAST_BETS, LEAST_ROWS = 100, 1000


@dataclass(frozen=True)
class Finding:
    """One promise or alarm: `rule`, what was `found`, and whether it is `good` (met; or the alarm is silent)."""

    rule: str
    found: str
    good: bool


def line_free(scores: Iterable[Scores]) -> list[Scores]:
    """Systems that do not read the line, best MAE ratio first."""
    return _best(s for s in scores if not s.line_aware)


def line_aware(scores: Iterable[Scores]) -> list[Scores]:
    """Systems that read the line and are not the line itself, best MAE ratio first."""
    return _best(s for s in scores if s.line_aware and s.system_id != "market_line")


def _best(scores: Iterable[Scores]) -> list[Scores]:
    return sorted(scores, key=lambda s: s.mae_ratio.value)


def targets(evaluation: Evaluation) -> list[Finding]:
    """Each on a system's own rows, where the line stands beside it on the same rows."""
    own = evaluation.own
    return [
        _ratio("best line-free system", line_free(own), LINE_FREE_RATIO),
        _ratio("best line-aware system", line_aware(own), LINE_AWARE_RATIO),
        _each("log-loss at the line", own, lambda s: s.log_loss - LOG_LOSS, f"<= {LOG_LOSS}", ".5f"),
        _each("log-loss above that of the no-vig price", own, lambda s: s.excess.value - EXCESS, f"<= {EXCESS}", ".5f"),
        _each("calibration error (ECE) at the line", own, lambda s: s.ece - ECE, f"<= {ECE}", ".4f"),
        _each(
            "coverage of 80 % intervals",
            own,
            lambda s: max(COVERAGE[0] - s.coverage[1].covered, s.coverage[1].covered - COVERAGE[1]),
            f"{COVERAGE[0]:.0%} to {COVERAGE[1]:.0%}",
            ".2%",
        ),
    ]


def _ratio(name: str, ranked: list[Scores], limit: float) -> Finding:
    rule = f"MAE of the {name} <= {limit:.2f} x the line's"
    if not ranked:
        return Finding(rule, "no such system has a forecast", False)
    best = ranked[0]
    over = best.mae_ratio.value - limit
    words = f"met, {-over:.4f} below" if over <= 0 else f"missed by {over:.4f}"
    return Finding(
        rule,
        f"{words}: `{best.system_id}`, {best.mae:.3f} against {best.line_mae:.3f}, ratio {best.mae_ratio.value:.4f} "
        f"[{best.mae_ratio.low:.4f}, {best.mae_ratio.high:.4f}]",
        over <= 0,
    )


def _each(name: str, scores: Iterable[Scores], beyond: Callable[[Scores], float], limit: str, form: str) -> Finding:
    # Unknown is not met.
    missed = {s.system_id: beyond(s) for s in scores if not beyond(s) <= 0}
    rule = f"{name} of every system {limit}"
    if not missed:
        return Finding(rule, "met by all", True)
    listed = ", ".join(f"`{name}` by {value:{form}}" for name, value in sorted(missed.items(), key=lambda m: -m[1]))
    return Finding(rule, f"missed by {len(missed)}: {listed}", False)


def alarms(evaluation: Evaluation) -> list[Finding]:
    """Anything past one of these is a leak until proven otherwise. Judged on own rows."""
    own = [s for s in evaluation.own if s.count >= LEAST_ROWS]
    line = max(own, key=lambda s: s.count, default=None)
    models = [s for s in own if s.system_id != "market_line"]
    return [
        _lowest("MAE / the line's", 0.97, {s.system_id: s.mae_ratio.value for s in models}),
        _lowest("MAE on rows with a line", 4.6, {s.system_id: s.mae for s in models}),
        _lowest("MAE of the line itself", 4.5, {"market_line": line.line_mae} if line else {}),
        _lowest("Brier score at the line", 0.245, {s.system_id: s.brier for s in own}),
        _highest("AUC at the line", 0.56, {s.system_id: s.auc for s in own}),
        _highest("hit rate over all edges", 0.54, _rates(evaluation, "both", "all", "hit_rate")),
        _highest("hit rate at edges of 3 and more", 0.62, _rates(evaluation, "both", "3+", "hit_rate")),
        _highest("hit rate where a fifth of the rows are bet on", 0.58, _often(evaluation)),
        _highest("profit of UNDER at quoted prices, per unit", 0.10, _rates(evaluation, "UNDER", "all", "roi")),
    ]


def _lowest(name: str, limit: float, values: dict[str, float]) -> Finding:
    return _extreme(f"{name} below {limit:g}", values, min, lambda value: value < limit)


def _highest(name: str, limit: float, values: dict[str, float]) -> Finding:
    return _extreme(f"{name} above {limit:g}", values, max, lambda value: value > limit)


def _extreme(
    rule: str, values: dict[str, float], extreme: Callable[..., str], fires: Callable[[float], bool]
) -> Finding:
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    if not known:
        return Finding(rule, "silent: too few rows to say", True)
    nearest = extreme(known, key=lambda name: known[name])
    fired = [name for name, value in known.items() if fires(value)]
    said = f"ALARM: {', '.join(f'`{name}` {known[name]:.4f}' for name in fired)}" if fired else "silent"
    return Finding(rule, said if fired else f"{said}; nearest `{nearest}` {known[nearest]:.4f}", not fired)


def _rates(evaluation: Evaluation, side: str, bucket: str, column: str) -> dict[str, float]:
    found = {name: _slice(bets, side, bucket) for name, bets in evaluation.bets.items()}
    return {name: float(row[column]) for name, row in found.items() if row["wins"] + row["losses"] >= LEAST_BETS}


def _often(evaluation: Evaluation) -> dict[str, float]:
    """Per system the best hit rate of a side and edge bucket that holds more than a fifth of its settled bets."""
    best: dict[str, float] = {}
    for name, bets in evaluation.bets.items():
        whole = _slice(bets, "both", "all")
        often = bets.filter((pl.col("wins") + pl.col("losses")) > (whole["wins"] + whole["losses"]) / 5)
        if whole["wins"] + whole["losses"] >= LEAST_BETS:
            best[name] = float(often["hit_rate"].max())  # type: ignore[arg-type]
    return best


def _slice(bets: pl.DataFrame, side: str, bucket: str) -> dict:
    return bets.row(by_predicate=(pl.col("side") == side) & (pl.col("edge") == bucket), named=True)
