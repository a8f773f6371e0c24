"""Made-up comparisons with the truth."""

from dataclasses import replace

from ml_models.intervals import Estimate
from nba_assets.accuracy_truth import AgainstTruth, Truths


def estimate(value: float) -> Estimate:
    return Estimate(value, value - 0.01, value + 0.01, 0.95, 2000, 40)


def truths(**best: object) -> Truths:
    """Two systems, everything met; `best` changes figures of the first, which is the nearest to the oracle."""
    figures = (2000, 3.7, estimate(1.02), estimate(1.03), 1.01, 1.5, 0.1)
    slopes = (estimate(1.0), estimate(1.0), estimate(1.0))
    first = AgainstTruth("market_line", True, *figures, *slopes, 0.5, 0.07, 0.02, 0.53, 0.52)
    second = replace(first, system_id="ewma_baseline", ratio=estimate(1.2))
    return Truths((replace(first, **best), second), 3.6, estimate(0.1), 1.01, 0.56, 0.48, 0.08, 2500.0, 0)  # type: ignore[arg-type]
