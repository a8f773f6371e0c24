"""How good forecasts are by size of the line, and how often what the champion calls likely happens, as tables."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ml_models import metrics
from ml_models.system import TARGET
from ml_models.systems import ROSTER
from nba_assets.accuracy import CONSENSUS, LINE, Evaluation, Judged
from nba_assets.accuracy_markdown import paragraph, table

# Consensus lines in points, low < line <= high.
_SIZES = (0.0, 8.0, 12.0, 16.0, 20.0, 25.0, np.inf)
_SIZE_NAMES = ("all", "<= 8", "8-12", "12-16", "16-20", "20-25", "> 25")
_FIRST = ("market_line", "ewma_baseline")
# Calibrated probabilities lie near a half, so the bins are narrow there.
_BINS = (0.0, 0.3, 0.4, 0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56, 0.6, 0.7, 1.0)
_BY_SIZE = (
    "Mean absolute error on the {count:,} rows where every system has a forecast, by the consensus line. High lines "
    "belong to players whose points vary more, so one figure for all says little about a single one."
)
_RELIABLE = (
    "How often the champion's P(over) at the quoted line came true, pushes left out: calibrated, as it is published, "
    "and before. Bins without rows are left out; brackets are Wilson's 95 % intervals of independent rows."
)


def by_size(e: Evaluation) -> str:
    """MAE per system and size of the line."""
    judged = e.judged
    known = np.logical_and.reduce([np.isfinite(judged.forecasts[s.system_id].forecast.points) for s in e.own])
    if not known.any():
        return "There is no row for which every system has a forecast.\n"
    line = judged.column(CONSENSUS)
    slices = [known, *(known & (line > low) & (line <= high) for low, high in pairwise(_SIZES))]
    rows = [["rows", *(f"{mask.sum():,}" for mask in slices)]]
    # The line and the average are what the others are compared with.
    for s in sorted(e.own, key=lambda s: (s.system_id not in _FIRST, s.mae_ratio.value)):
        off = np.abs(judged.forecasts[s.system_id].forecast.points - judged.column(TARGET))
        rows.append([f"`{s.system_id}`", *(f"{off[mask].mean():.2f}" if mask.any() else "" for mask in slices)])
    return paragraph(_BY_SIZE.format(count=int(known.sum()))) + table(("MAE, line of", *_SIZE_NAMES), rows)


def reliability(e: Evaluation) -> str:
    """Tables of the champion; "" where it has no forecast."""
    champions = [s.system_id for s in e.own if ROSTER[s.system_id].status == "champion"]
    tables = (f"`{name}`\n\n{table(_HEADER, _reliable(e.judged, name))}" for name in champions)
    return paragraph(_RELIABLE) + "\n".join(tables) if champions else ""


_HEADER = ("P(over)", "said", "rows", "mean P(over)", "went over [95 %]")


def _reliable(judged: Judged, system_id: str) -> Iterator[list[str]]:
    over = metrics.went_over(judged.column(TARGET), judged.column(LINE))
    chances = {"calibrated": judged.forecasts[system_id].p_over_no_push, "before": judged.raw_over[system_id]}
    for name, p in chances.items():
        for low, high, count, said, rate, *ends in metrics.reliability(p, over, _BINS).iter_rows():
            inside = f"{rate:.1%} [{ends[0]:.1%}, {ends[1]:.1%}]"
            yield [name, f"{low:.0%} to {high:.0%}", f"{count:,}", f"{said:.1%}", inside]
