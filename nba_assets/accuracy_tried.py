"""What was tried on the real season 2023-24 on the way to today's systems, and what the choices owe to hindsight.

A record of experiments, true of one window: a page of other dates, or of simulated games, has none of it.
"""

from datetime import date

# The dates whose outcomes were known when the systems were shaped.
SEEN = date(2024, 3, 2), date(2024, 4, 14)


def was_seen(first: date, last: date, *, simulated: bool) -> bool:
    """Whether a range has real dates that the systems were shaped on."""
    return not simulated and first <= SEEN[1] and last >= SEEN[0]


# Of one CatBoost without market features, walked forward; figures before calibration, of the 2,637 rows with a line.
# (shape, CRPS of 5,693 rows from January to 1 March, CRPS, coverage 50 / 80 / 90 %, log-loss at the line)
SHAPES: tuple[tuple[str, float, float, tuple[float, float, float], float], ...] = (
    ("errors by tier of the forecast (chosen)", 3.5135, 3.8028, (0.501, 0.800, 0.898), 0.7107),
    ("CatBoost MultiQuantile", 3.5051, 3.7960, (0.498, 0.792, 0.892), 0.7090),
    ("CatBoost MultiQuantile, conformal repair", 3.5082, 3.7942, (0.507, 0.802, 0.900), 0.7080),
    ("point and normal", 3.5124, 3.7949, (0.511, 0.808, 0.900), 0.7081),
    ("point and negative binomial", 3.5093, 3.8094, (0.497, 0.794, 0.889), 0.7116),
    ("point and gamma", 3.5136, 3.8151, (0.493, 0.789, 0.885), 0.7127),
    ("CatBoost RMSEWithUncertainty, normal", 3.5170, 3.7977, (0.496, 0.788, 0.888), 0.7086),
    ("CatBoost RMSEWithUncertainty, negative binomial", 3.5112, 3.8126, (0.486, 0.773, 0.877), 0.7120),
    ("CatBoost RMSEWithUncertainty, gamma", 3.5158, 3.8189, (0.481, 0.768, 0.874), 0.7133),
    ("minutes x rate, mixture", 3.5225, 3.8115, (0.479, 0.772, 0.874), 0.7115),
    ("pool of RMSEWithUncertainty gamma and MultiQuantile", 3.5035, 3.8017, (0.500, 0.791, 0.890), 0.7095),
)

# Shaped after figures of the window were seen.
HINDSIGHT_SYSTEMS = ("ensemble_v1", "catboost_v9_anchored")
CAVEAT = (
    "In March and April 2024: the target for systems that read the line is met only by `ensemble_v1` and "
    "`catboost_v9_anchored`, which were shaped after that window was seen; the others miss it. The log-loss targets "
    "are met because the calibration leans to UNDER; before it, of all but the line only the ensemble was better than "
    "a coin. An ECE of 0.013 is what luck alone gives perfectly calibrated probabilities on 2,589 rows, up to 0.025 in "
    "one case of twenty."
)
HINDSIGHT = """\
This window is 2024-03-02 to 2024-04-14.

- **`catboost_v9_anchored` was designed after the figures of this window were seen.** The trees with the line among
  their features missed the target for systems that read it; pulling them towards the line (a learned share, held near
  10 %) was then added. As a design, its result is not out of sample.
- **The ensemble's prior, 90 % for the market, and its strength were chosen after seeing this window.** The weights are
  learned walk-forward, but from there they stay near the line: it is the line with a small correction.
- **The loss (the mean, RMSE, instead of the median, MAE) and the shape of the distribution were chosen on rows of this
  window, too.** The chosen shape is 0.2 % behind the best CRPS there. The best, a repaired quantile model, takes some
  ten times as long; a plain normal is as near and as cheap, but its PIT histogram is less flat.
- **How readily the calibration believes in a lean to one side was looked at on this window, too.** It finds one: fewer
  than half of the lines were passed. That lowers every system's log-loss here; it need not elsewhere.
- Lines exist from 2 March 2024 on only. Trees that read the line learn it from at most six weeks of rows; in the first
  week it is unknown in nearly all of their training rows. Their figures say little about a season with lines.
- Published figures of this window count 2,687 player-games and a MAE of 5.203 for the line. Quotes count here only if
  snapshot and last update are before the earliest stated tip-off, which leaves 2,656 that were played.
- There are no injury reports and no game totals in this season: the features about them are unknown in every row.
- A training window of 120 or 200 days instead of 56 scored the same within noise. Nothing was tried on another season:
  there is none with lines. One window of six weeks cannot confirm any of these choices.
"""
