"""The comparison with the truth of a SIMULATED league as a section of the page, with its targets."""

from collections.abc import Callable, Iterator
from math import isfinite

from ml_models.alarms import LEVELS
from ml_models.intervals import Estimate
from nba_assets.accuracy_markdown import bullets, findings, interval, paragraph, table
from nba_assets.accuracy_targets import Finding, each
from nba_assets.accuracy_truth import DRAWS, EARLY, THRESHOLDS, AgainstTruth, Truths

SLOPE = (0.95, 1.05)
BEST_RATIO = 1.06

_FORECAST = (
    "system",
    "reads the line",
    "n",
    "CRPS / the oracle's [95 %]",
    "expected CRPS / the oracle's [95 %]",
    "with true means",
    "RMSE of the mean",
    "bias of the mean",
    "slope of the mean [95 %]",
    "slope of P(points > ..) [95 %]",
)
_LINE = (
    "system",
    "slope of P(over) [95 %]",
    "true P(over) where it says 50 %",
    "RMSE of P(over)",
    "SD of P(over)",
    "hit rate",
    "hit rate due",
)
_WHAT = (
    "These games are simulated, so the distribution each player's points were drawn from is known: the match drawn "
    f"again {DRAWS:,} times, given that he plays. It knows all that is settled before tip-off: talent, form, opponent, "
    "venue, rest, and who of both teams is able to play. It does not know minutes, pace, fouls, injuries during the "
    "game or shooting of the night: that is luck, to the oracle too. A forecaster sees results, quotes and injury "
    "reports only, so part of the gap to the oracle cannot be closed by anybody: talent and form have to be guessed "
    "from past games."
)
_HOW = (
    "`Expected CRPS` is the mean over the true outcomes instead of the one that happened, so it is free of their luck. "
    "`With true means`: expected CRPS, over the oracle's, once the system's distributions are tilted to the true "
    "means; what is left above 1 is the fault of their shape and width, the rest of the gap is that of the mean. "
    "Slopes are of the least-squares line of the true value on the forecast one, 1 if calibrated; above 1, forecasts "
    "lie too near the average. P(points > ..) is compared at "
    f"{', '.join(f'{at:g}' for at in THRESHOLDS)} points at once, each around its own mean."
)
_SELECTED = (
    "A line is offered for whom the market expects more of than usual, so a system that does not read it is too low on "
    "these rows, most where it expects little: a bias, and a slope below 1. On all rows of players who played, with a "
    "line or without, the same systems are sound: measured once, in March 2024 of league 2024, the slope of the mean "
    "is 1.00 to 1.01 for `catboost_line_free`, `xgboost_v1` and `moving_average_baseline_v1`."
)
_SIDE = (
    "P(over) is the calibrated one at the quoted line, without push. Where it hardly varies, its slope says little. "
    "`Hit rate due` is what the sides of a system's edges win on average over the true outcomes: the difference to the "
    "hit rate is luck."
)


def truth_section(truths: Truths) -> str:
    t = truths
    rows = [table(_FORECAST, map(_forecast_cells, t.systems)), table(_LINE, map(_line_cells, t.systems))]
    found = findings(truth_targets(t), "target", "met", "**missed**")
    parts = (paragraph(_WHAT), found, "\n", bullets(_oracle(t)), "\n", paragraph(_HOW), rows[0], "\n")
    return "".join((*parts, paragraph(_SELECTED), paragraph(_SIDE), rows[1]))


def truth_targets(truths: Truths) -> list[Finding]:
    best, systems = truths.systems[0], truths.systems
    return [
        Finding(
            f"CRPS of the best system <= {BEST_RATIO:.2f} x the oracle's",
            f"`{best.system_id}`: {interval(best.ratio, '.3f')} against outcomes, "
            f"{interval(best.expected_ratio, '.3f')} expected",
            best.ratio.value <= BEST_RATIO,
        ),
        *(
            Finding(
                f"{name} of the best system {_LIMITS}",
                f"`{best.system_id}`: {interval(of(best), '.3f')}",
                _beyond(of(best)) <= 0,
            )
            for name, of in _SLOPES.items()
        ),
        *(each(name, systems, lambda s, of=of: _beyond(of(s)), _LIMITS, ".3f") for name, of in _SLOPES.items()),
    ]


_LIMITS = f"{SLOPE[0]:.2f} to {SLOPE[1]:.2f}"
_SLOPES: dict[str, Callable[[AgainstTruth], Estimate]] = {
    "slope of the mean": lambda s: s.mean_slope,
    "slope of P(points > ..)": lambda s: s.thresholds_slope,
    "slope of P(over)": lambda s: s.line_slope,
}


def _beyond(slope: Estimate) -> float:
    return max(SLOPE[0] - slope.value, slope.value - SLOPE[1])


def _oracle(t: Truths) -> Iterator[str]:
    hours = EARLY.total_seconds() / 3600
    yield (
        f"The oracle's own CRPS is {t.oracle_crps:.3f}: that much is luck. One who stops looking {hours:.0f} hours "
        f"before tip-off, about when the quotes here were seen, has {t.early_ratio - 1:.1%} more in expectation."
    )
    yield f"Points - true mean, which is nothing but luck: {interval(t.luck, '+.2f')}."
    yield (
        f"True P(over) at the quoted lines is {t.over_due:.1%} on average, so these lines are "
        f"{'above' if t.over_due < 0.5 else 'below'} the median. Who knew the truth would win {t.oracle_hit_rate:.1%} "
        "of the bets on the likelier side: no honest hit rate over all rows is higher for long."
    )
    best = t.systems[0]
    # Of the slope of a regression of 0 and 1 at p = 1/2, for independent outcomes.
    error = 0.5 / (t.outcomes**0.5 * best.line_sd) if best.line_sd else float("nan")
    if isfinite(error):
        yield (
            f"P(over) of `{best.system_id}` varies by {best.line_sd:.3f} (SD), the true one by {t.over_sd:.3f}. Its "
            f"calibration learns from about {t.outcomes:,.0f} settled lines of the weeks before, which tell the slope "
            f"of so little variation to within {error:.2f} (standard error): {_LIMITS} takes luck, or "
            f"{(error / (SLOPE[1] - 1)) ** 2:,.0f} times as many lines."
        )
    limit = LEVELS["hit_rate"].limit
    for s in t.systems:
        if s.hit_rate > limit:
            why = "these lines can be beaten" if s.hit_rate_due > limit else "luck, and no leak"
            yield f"`{s.system_id}` won {s.hit_rate:.1%} of its bets where the truth owes {s.hit_rate_due:.1%}: {why}."
    if t.unknown:
        yield f"{t.unknown:,} rows have no truth: the player is in none of the drawn games of his date."


def _forecast_cells(s: AgainstTruth) -> list[str]:
    return [
        f"`{s.system_id}`",
        "yes" if s.line_aware else "no",
        f"{s.count:,}",
        interval(s.ratio, ".3f"),
        interval(s.expected_ratio, ".3f"),
        f"{s.shape_ratio:.3f}",
        f"{s.mean_rmse:.2f}",
        f"{s.mean_bias:+.2f}",
        interval(s.mean_slope, ".3f"),
        interval(s.thresholds_slope, ".3f"),
    ]


def _line_cells(s: AgainstTruth) -> list[str]:
    return [
        f"`{s.system_id}`",
        interval(s.line_slope, ".2f"),
        f"{s.line_even:.1%}",
        f"{s.line_rmse:.3f}",
        f"{s.line_sd:.3f}",
        f"{s.hit_rate:.1%}",
        f"{s.hit_rate_due:.1%}",
    ]
