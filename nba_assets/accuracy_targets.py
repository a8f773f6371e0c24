"""What the systems are held to: targets, which may be missed, and alarm levels, which are too good to be true."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import polars as pl

from ml_models.alarms import LEAST_ROWS, LEVELS, Level, bet_figures
from nba_assets.accuracy import Evaluation, Scores

REFERENCES = ("market_line", "ewma_baseline")

LINE_FREE_RATIO, LINE_AWARE_RATIO = 1.03, 1.00
LOG_LOSS, EXCESS, ECE = 0.6931, 0.0005, 0.015
COVERAGE = (0.78, 0.82)


class _Named(Protocol):
    @property
    def system_id(self) -> str: ...


_S = TypeVar("_S", bound=_Named)


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
        each("log-loss at the line", own, lambda s: s.log_loss - LOG_LOSS, f"<= {LOG_LOSS}", ".5f"),
        each("log-loss above that of the no-vig price", own, lambda s: s.excess.value - EXCESS, f"<= {EXCESS}", ".5f"),
        each("calibration error (ECE) at the line", own, lambda s: s.ece - ECE, f"<= {ECE}", ".4f"),
        each(
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


def each(name: str, scores: Iterable[_S], beyond: Callable[[_S], float], limit: str, form: str) -> Finding:
    """Missed where `beyond` the limit is above 0; unknown is not met."""
    missed = {s.system_id: beyond(s) for s in scores if not beyond(s) <= 0}
    rule = f"{name} of every system {limit}"
    if not missed:
        return Finding(rule, "met by all", True)
    listed = ", ".join(f"`{name}` by {value:{form}}" for name, value in sorted(missed.items(), key=lambda m: -m[1]))
    return Finding(rule, f"missed by {len(missed)}: {listed}", False)


def alarms(evaluation: Evaluation) -> list[Finding]:
    """Anything past one of `LEVELS` is a leak until proven otherwise. Judged on own rows, and rates on as many settled
    bets: of a few hundred, the best slice of some system is past its level by luck."""
    figures = {name: bet_figures(bets) for name, bets in evaluation.bets.items() if _settled(bets) >= LEAST_ROWS}
    own = [s for s in evaluation.own if s.count >= LEAST_ROWS]
    for s in own:
        found = {"brier": s.brier, "auc": s.auc}
        if s.system_id != "market_line":
            found |= {"mae_ratio": s.mae_ratio.value, "mae": s.mae}
        figures.setdefault(s.system_id, {}).update(found)
    if own:
        figures.setdefault("market_line", {})["line_mae"] = max(own, key=lambda s: s.count).line_mae
    return [
        _nearest(level, {name: values[key] for name, values in figures.items() if key in values})
        for key, level in LEVELS.items()
    ]


def _settled(bets: pl.DataFrame) -> int:
    whole = bets.filter(pl.col("side") == "both", pl.col("edge") == "all")
    return whole.select(pl.col("wins") + pl.col("losses")).sum().item()


def _nearest(level: Level, values: dict[str, float]) -> Finding:
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    if not known:
        return Finding(level.rule, "silent: too few rows to say", True)
    fired = [name for name, value in known.items() if level.fires(value)]
    if fired:
        return Finding(level.rule, f"ALARM: {', '.join(f'`{name}` {known[name]:.4f}' for name in fired)}", False)
    nearest = (max if level.above else min)(known, key=lambda name: known[name])
    return Finding(level.rule, f"silent; nearest `{nearest}` {known[nearest]:.4f}", True)
