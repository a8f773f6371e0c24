"""Recent averages with small adjustments: .50 last 5 + .30 last 10 + .20 season, match-up, pace, usage, venue, rest.

Corrected from its predecessor: fatigue counted on the wrong side (a fatigue_score of 100 is rested; nearly everybody
lost 2.5 points), and a back-to-back counted twice for everybody, in the score and by itself. Now the score takes
something off below 70 only, where a back-to-back alone (85) does not lead. Its confidence was a sum of bonuses; now
confidence is the probability from the distribution. Needs the three averages.
"""

import polars as pl

from ml_models.systems import adjustments
from ml_models.systems.formula import Formula, FormulaSystem, Term

_SEASON = pl.col("points_avg_season")
_FORM = 0.5 * (pl.col("points_avg_last_5") - _SEASON) + 0.3 * (pl.col("points_avg_last_10") - _SEASON)
_BACK_TO_BACK = pl.when(pl.col("back_to_back") == 1).then(-1.5).when(pl.col("back_to_back") == 0).then(0.0)


def system() -> FormulaSystem:
    return FormulaSystem(
        "moving_average_baseline_v1",
        Formula(
            _SEASON,
            (
                Term("form", _FORM, "scores more than usual lately", "scores less than usual lately", needed=True),
                adjustments.zone_match(0.3),
                adjustments.pace(0.3),
                adjustments.usage(0.4),
                adjustments.venue(home=0.5, away=-0.5),
                Term("back_to_back", _BACK_TO_BACK, "no game yesterday", "second game in two days"),
                adjustments.fatigue(tired=-2.5, worn=-1.0),
            ),
        ),
    )
