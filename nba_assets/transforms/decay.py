"""The state of a prediction system, date by date: is it still as good as what it costs to follow it?

The rules are data. A hit rate blocks only where even the upper end of its interval is below break-even: an honest model
wins 53-57 %, and a week of it looks like anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ml_models.intervals import BREAK_EVEN_110, wilson
from nba_assets.contracts.model_performance_daily import ACTIONS, STATES

HEALTHY, WATCH, DEGRADING, BLOCKED, INSUFFICIENT_DATA = STATES
NO_CHANGE, DEGRADED, RECOVERED = ACTIONS

# Settled bets on edges of 3 or more in 7 days, below which nothing is said and no counter moves.
LEAST_BETS = 5
WILSON_LEVEL = 0.9
LEAST_ENABLED = 3

# Name -> one value per system, as of one date.
Measures = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Rule:
    """`state` while `holds`; `words` are formatted with the system's measures."""

    state: str
    words: str
    holds: Callable[[Measures], np.ndarray]


# The gravest first.
RULES = (
    Rule(
        BLOCKED,
        "28-day hit rate {hr_28d:.1%}: even {hr_upper_28d:.1%}, the end of its 90 % interval, is below 52.4 %",
        lambda m: m["hr_upper_28d"] < BREAK_EVEN_110,
    ),
    Rule(
        BLOCKED,
        "7-day error {mae_gap_7d:.2f} points above the line's, more than 0.5 for {consecutive_days_mae_gap:.0f} dates",
        lambda m: m["consecutive_days_mae_gap"] >= 7,
    ),
    Rule(
        BLOCKED,
        "{one_sided_7d:.0%} of the {n_7d:.0f} bets of 7 days on one side",
        lambda m: (m["one_sided_7d"] > 0.95) & (m["n_7d"] >= 20),
    ),
    Rule(DEGRADING, "7-day bias {bias_7d:+.2f} points", lambda m: np.abs(m["bias_7d"]) > 1.5),
    Rule(WATCH, "28-day hit rate {hr_28d:.1%}, below 52.4 %", lambda m: m["hr_28d"] < BREAK_EVEN_110),
)

# Counter -> (what must be there on the date for it to move, what must hold for it to grow).
COUNTERS: dict[str, tuple[str, Callable[[Measures], np.ndarray]]] = {
    "consecutive_days_below_watch": ("n_day", lambda m: m["hr_28d"] < BREAK_EVEN_110),
    "consecutive_days_below_alert": ("n_day", lambda m: m["hr_upper_28d"] < BREAK_EVEN_110),
    "consecutive_days_mae_gap": ("lined_day", lambda m: m["mae_gap_7d"] > 0.5),
}


@dataclass(frozen=True)
class Health:
    """All systems after one date: counters, states, and what was found, in words."""

    counters: Measures
    states: list[str]
    actions: list[str]
    reasons: list[str | None]
    # The latest state each system had with enough bets: what the next one is compared with.
    severities: np.ndarray


def newborn(systems: int) -> Health:
    """Before the season's first date."""
    return Health(
        {name: np.zeros(systems, dtype=np.int64) for name in COUNTERS},
        [INSUFFICIENT_DATA] * systems,
        [NO_CHANGE] * systems,
        [None] * systems,
        np.zeros(systems, dtype=np.int64),
    )


def measures(bets_7d: Measures, over_7d: Measures, all_7d: Measures, bets_28d: Measures, day: Measures) -> Measures:
    """From figures of the windows: bets on edges of 3 or more, those of them on OVER, and all rows; of the date itself
    `n_day`, `lined_day`."""
    _, upper = wilson(bets_28d["wins"], bets_28d["n"], WILSON_LEVEL)
    with np.errstate(invalid="ignore", divide="ignore"):
        over = np.where(bets_7d["n"] > 0, over_7d["n"] / bets_7d["n"], np.nan)
    return {
        "n_7d": bets_7d["n"],
        "one_sided_7d": np.maximum(over, 1 - over),
        "bias_7d": all_7d["bias"],
        "mae_gap_7d": all_7d["mae_gap"],
        "n_28d": bets_28d["n"],
        "hr_28d": bets_28d["hit_rate"],
        "hr_upper_28d": upper,
        **day,
    }


def after(date_before: Health, found: Measures) -> Health:
    """The systems' health after a date with these `measures`."""
    enough = found["n_7d"] >= LEAST_BETS
    counters = {}
    for name, (evidence, below) in COUNTERS.items():
        old = date_before.counters[name]
        counters[name] = np.where(enough & (found[evidence] > 0), np.where(below(found), old + 1, 0), old)
    known = {**found, **counters}
    holding = [rule.holds(known) for rule in RULES]
    states, actions, reasons, severities = [], [], [], date_before.severities.copy()
    for place in range(len(enough)):
        broken = [rule for rule, holds in zip(RULES, holding, strict=True) if holds[place]]
        if not enough[place]:
            states.append(INSUFFICIENT_DATA)
            actions.append(NO_CHANGE)
            reasons.append(f"{found['n_7d'][place]:.0f} settled bets in 7 days, fewer than {LEAST_BETS}")
            continue
        state = broken[0].state if broken else HEALTHY
        was, severity = severities[place], STATES.index(state)
        severities[place] = severity
        states.append(state)
        actions.append(DEGRADED if severity > was else RECOVERED if was and not severity else NO_CHANGE)
        values = {name: value[place] for name, value in known.items()}
        reasons.append("; ".join(rule.words.format(**values) for rule in broken) or None)
    return Health(counters, states, actions, reasons, severities)


def enabled(systems: list[str], states: list[str], upper: np.ndarray) -> list[bool]:
    """Whose recommendations count: not the blocked, but the least bad of them where fewer than three would be left."""
    order = sorted(
        range(len(systems)), key=lambda i: (states[i] == BLOCKED, -np.nan_to_num(upper[i], nan=1.0), systems[i])
    )
    kept = set(order[:LEAST_ENABLED])
    return [states[i] != BLOCKED or i in kept for i in range(len(systems))]
