"""The season's average and what the opponent's defence gives away where the player shoots.

The zone term is the expected extra points: attempts per game x what a make is worth x percentage points that the
defence allows above the league's, summed over paint, mid-range and three; a weak defence adds.

Corrected from its predecessor: one team rating, measured from a stale centre, counted four times in place of the zones;
its sign was reversed for a while; fatigue counted on the wrong side; an unknown free-throw share was filled in. Needs
the season's average.
"""

import polars as pl

from ml_models.systems import adjustments
from ml_models.systems.formula import Formula, FormulaSystem, Term

# Zone: what a make is worth, and its name for a fan.
_ZONES = {"paint": (2, "paint"), "mid_range": (2, "mid-range"), "three_pt": (3, "three-point")}


def _zone(zone: str, worth: int, word: str) -> Term:
    extra_makes = pl.col(f"{zone}_attempts_per_game") * pl.col(f"opponent_{zone}_defense_vs_league_avg") / 100
    return Term(f"{zone}_defence", worth * extra_makes, f"weak {word} defence", f"strong {word} defence")


def system() -> FormulaSystem:
    return FormulaSystem(
        "zone_matchup_v1",
        Formula(
            pl.col("points_avg_season"),
            (
                *(_zone(zone, worth, word) for zone, (worth, word) in _ZONES.items()),
                adjustments.pace(0.4),
                adjustments.venue(home=0.8, away=-0.8),
                adjustments.fatigue(tired=-1.5, worn=-0.8),
            ),
        ),
    )
