"""Forecasts of SIMULATED games beside the distributions that made their results: evaluation, and nothing else.

The true distribution of a row is that of the player's points, given that he plays, as it follows from everything that
is settled before tip-off: talent, form, opponent, venue, rest, and who of both teams is able to play. Outcomes differ
from it by luck alone, and no forecast can have a lower expected CRPS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from ml_models import distributions, metrics
from ml_models.calibration import WINDOW_DAYS
from ml_models.intervals import Estimate, clustered_mean, clustered_ratio
from ml_models.system import MAX_POINTS, TARGET
from nba_assets.accuracy import LINE, Evaluation, Judged
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.truth import true_points

# Games drawn per match: P(over) of a row is known to 0.011, and the oracle's CRPS is too low by 1 / DRAWS of itself.
DRAWS = 2000
# Points whose P(more) is compared, so that the whole distribution is and not only its middle.
THRESHOLDS = (4.5, 9.5, 14.5, 19.5, 24.5, 29.5)
# How long before tip-off the second oracle stops looking: about as early as quotes are fetched.
EARLY = timedelta(hours=6)


@dataclass(frozen=True)
class AgainstTruth:
    """One system on its own rows, with the truth on the same rows; intervals over dates.

    `ratio`: its CRPS / the oracle's, both against outcomes; `expected_ratio`: both against the truth, so without the
    luck of the outcomes; `shape_ratio`: the same once its means are replaced by the true ones. `mean_*`: of its means
    against the true means. A `*_slope` is that of the least-squares line of the true value on its own: 1 if calibrated,
    below 1 where it strays too far from the average. `line_*`: its calibrated P(over) at the quoted line against the
    true one, `line_even`: the true one where it says 50 %, `line_sd`: how far its own varies. `hit_rate`: of the side
    of every edge, `hit_rate_due`: the same by the true P(over).
    """

    system_id: str
    line_aware: bool
    count: int
    crps: float
    ratio: Estimate
    expected_ratio: Estimate
    shape_ratio: float
    mean_rmse: float
    mean_bias: float
    mean_slope: Estimate
    thresholds_slope: Estimate
    line_slope: Estimate
    line_even: float
    line_rmse: float
    line_sd: float
    hit_rate: float
    hit_rate_due: float


@dataclass(frozen=True)
class Truths:
    """`systems`, nearest to the oracle first. Of the rows with a truth: `oracle_crps` against outcomes, `luck`: points
    less true means, `early_ratio`: expected CRPS of one who stops looking EARLY before tip-off / the oracle's. Of the
    true P(over) at the quoted lines `oracle_hit_rate`: of bets on the likelier side, `over_due`: mean, `over_sd`: how
    far it varies. `outcomes`: settled lines in a window of the calibration, about. `unknown`: rows without a truth."""

    systems: tuple[AgainstTruth, ...]
    oracle_crps: float
    luck: Estimate
    early_ratio: float
    oracle_hit_rate: float
    over_due: float
    over_sd: float
    outcomes: float
    unknown: int


def against_truth(evaluation: Evaluation, league: League, draws: int = DRAWS) -> Truths:
    """Every system of an evaluation of the league's games."""
    judged = evaluation.judged
    truth, early = (true_pmf(league, judged.rows, before, draws) for before in (timedelta(0), EARLY))
    return compared(judged, {scores.system_id: scores.line_aware for scores in evaluation.own}, truth, early)


def compared(judged: Judged, line_aware: Mapping[str, bool], truth: np.ndarray, early: np.ndarray) -> Truths:
    """The systems named, on rows whose true distributions are `truth`, and `early` as known EARLY before tip-off."""
    p = distributions.p_over_no_push(truth, judged.column(LINE))
    days = judged.rows["game_date"].unique().sort()
    span = (days[-1] - days[0]).days + 1
    systems = [_compare(judged, truth, p, system_id, aware) for system_id, aware in line_aware.items()]
    return Truths(
        tuple(sorted(systems, key=lambda system: system.expected_ratio.value)),
        metrics.mean(metrics.crps(truth, judged.column(TARGET))),
        clustered_mean(judged.column(TARGET) - distributions.mean(truth), judged.rows["game_date"]),
        metrics.mean(expected_crps(early, truth)) / metrics.mean(expected_crps(truth, truth)),
        metrics.mean(np.maximum(p, 1 - p)),
        metrics.mean(p),
        _sd(p),
        metrics.counted(metrics.went_over(judged.column(TARGET), judged.column(LINE))) / span * WINDOW_DAYS,
        int(np.isnan(truth[:, 0]).sum()),
    )


def true_pmf(league: League, rows: pl.DataFrame, before: timedelta, draws: int = DRAWS) -> np.ndarray:
    """True distribution per row as known so long `before` tip-off; NaN for a player who plays in no draw of the games
    of his date."""
    pmf = np.full((rows.height, MAX_POINTS + 1), np.nan)
    places = {key: place for place, key in enumerate(rows.select("game_date", "nba_player_id").iter_rows())}
    for day in rows["game_date"].unique():
        for fixture in league.fixtures_on(day):
            for person, distribution in _points(league, fixture, before, draws).items():
                if (place := places.get((day, person))) is not None:
                    pmf[place] = distribution
    return pmf


def expected_crps(pmf: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Per row the mean CRPS over outcomes drawn from the truth: sum over k of (G - F)**2 + F * (1 - F), where G and F
    are P(points <= k) as forecast and in truth."""
    forecast, true = pmf[:, :-1].cumsum(axis=1), truth[:, :-1].cumsum(axis=1)
    return ((forecast - true) ** 2 + true * (1 - true)).sum(axis=1)


def slope(forecast: np.ndarray, true: np.ndarray, days: pl.Series) -> Estimate:
    """Slope of the least-squares line of what is true on what was forecast, over rows (first axis) with both; several
    columns share it, each around its own means."""
    known = ~np.isnan(forecast) & ~np.isnan(true)
    x, y = (_columns(np.where(known, values, np.nan)) for values in (forecast, true))
    return clustered_ratio((x * y).sum(axis=1), (x * x).sum(axis=1), days)


def _compare(judged: Judged, truth: np.ndarray, true_p: np.ndarray, system_id: str, line_aware: bool) -> AgainstTruth:
    found, days, points = judged.forecasts[system_id], judged.rows["game_date"], judged.column(TARGET)
    pmf = np.where(np.isnan(truth[:, :1]), np.nan, found.forecast.pmf)
    truth = np.where(np.isnan(pmf), np.nan, truth)
    crps = metrics.crps(pmf, points)
    expected, least = expected_crps(pmf, truth), expected_crps(truth, truth)
    mean, true_mean = distributions.mean(pmf), distributions.mean(truth)
    shaped = expected_crps(distributions.tilt_to_mean(pmf, true_mean), truth)
    p = np.where(np.isnan(true_p), np.nan, found.p_over_no_push)
    true_p = np.where(np.isnan(p), np.nan, true_p)
    at_line = slope(p, true_p, days)
    line = judged.column(LINE)
    edge = found.forecast.points - line
    won = np.where(edge > 0, metrics.went_over(points, line), 1 - metrics.went_over(points, line))
    due = np.where(edge > 0, true_p, 1 - true_p)
    bet = ~np.isnan(edge) & (edge != 0)
    more = [[distributions.p_over(matrix, at) for at in THRESHOLDS] for matrix in (pmf, truth)]
    return AgainstTruth(
        system_id,
        line_aware,
        metrics.counted(crps),
        metrics.mean(crps),
        clustered_ratio(crps, metrics.crps(truth, points), days),
        clustered_ratio(expected, least, days),
        metrics.mean(shaped) / metrics.mean(np.where(np.isnan(shaped), np.nan, least)),
        metrics.rmse(mean, true_mean),
        metrics.bias(mean, true_mean),
        slope(mean[:, None], true_mean[:, None], days),
        slope(np.stack(more[0], axis=1), np.stack(more[1], axis=1), days),
        at_line,
        metrics.mean(true_p) + at_line.value * (0.5 - metrics.mean(p)),
        metrics.rmse(p, true_p),
        _sd(p),
        metrics.mean(np.where(bet, won, np.nan)),
        metrics.mean(np.where(bet, due, np.nan)),
    )


def _sd(values: np.ndarray) -> float:
    return metrics.rmse(values, metrics.mean(values))


def _columns(values: np.ndarray) -> np.ndarray:
    """As n x k, each column less its mean."""
    matrix = values.reshape(len(values), -1)
    return matrix - np.array([metrics.mean(column) for column in matrix.T])


def _points(league: League, fixture: Fixture, before: timedelta, draws: int) -> dict[int, np.ndarray]:
    """By person who plays in some draw: probability of 0, 1, .., MAX_POINTS points."""
    return {
        person: np.bincount(np.minimum(np.arange(found.size), MAX_POINTS), found, MAX_POINTS + 1)
        for person, (chance, found) in true_points(league, fixture, fixture.tip - before, draws).items()
        if chance
    }
