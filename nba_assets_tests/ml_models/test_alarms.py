"""The alarm levels and the figures of bets they are held against.

Dangers covered: a level that fires on its wrong side or at itself, a rate of too few bets that fires, a page with other
levels than the models are held to.
"""

import math

import polars as pl
import pytest

from ml_models.alarms import LEAST_BETS, LEVELS, bet_figures
from ml_models.metrics import EDGE_BUCKETS, SIDES


@pytest.mark.parametrize("key", LEVELS)
def test_a_level_fires_past_its_limit_only(key: str) -> None:
    level = LEVELS[key]
    step = 0.001 if level.above else -0.001
    assert level.fires(level.limit + step)
    assert not level.fires(level.limit)
    assert not level.fires(level.limit - step)
    assert not level.fires(math.nan)
    assert level.rule.endswith(f"{'above' if level.above else 'below'} {level.limit:g}")


def test_the_levels_are_the_known_ones() -> None:
    below = {"mae_ratio": 0.97, "mae": 4.6, "line_mae": 4.5, "brier": 0.245}
    above = {"auc": 0.56, "hit_rate": 0.54, "hit_rate_3": 0.62, "hit_rate_often": 0.58, "under_roi": 0.1}
    assert {key: level.limit for key, level in LEVELS.items()} == below | above
    assert {key for key, level in LEVELS.items() if level.above} == set(above)


def _bets(won: dict[tuple[str, str], tuple[int, int]], roi: float | None = 0.02) -> pl.DataFrame:
    """Wins and losses of some slices, none of the others."""
    rows = []
    for side in SIDES:
        for edge in EDGE_BUCKETS:
            wins, losses = won.get((side, edge), (0, 0))
            rate = wins / (wins + losses) if wins + losses else None
            rows.append({"side": side, "edge": edge, "wins": wins, "losses": losses, "low": rate, "roi_low": roi})
    return pl.DataFrame(rows, schema_overrides={"low": pl.Float64, "roi_low": pl.Float64})


def test_figures_are_those_of_their_slices() -> None:
    won = {("both", "all"): (780, 720), ("both", "3+"): (198, 132), ("UNDER", "all"): (450, 390)}
    won |= {("OVER", "5+"): (9, 1)}
    figures = bet_figures(_bets(won))
    # OVER 5+ is too rarely bet on to count as often.
    assert figures == pytest.approx({"hit_rate": 0.52, "hit_rate_3": 0.6, "under_roi": 0.02, "hit_rate_often": 0.6})
    rarer = bet_figures(_bets(won | {("both", "3+"): (180, 120)}))
    assert rarer["hit_rate_often"] == pytest.approx(450 / 840)


def test_too_few_bets_have_no_figure() -> None:
    few = dict.fromkeys([("both", "all"), ("both", "3+"), ("UNDER", "all")], (180, LEAST_BETS - 181))
    assert bet_figures(_bets(few)) == {}
    enough = bet_figures(_bets(dict.fromkeys(few, (LEAST_BETS, 0))))
    assert set(enough) == {"hit_rate", "hit_rate_3", "hit_rate_often", "under_roi"}
    assert "under_roi" not in bet_figures(_bets({("UNDER", "all"): (LEAST_BETS, 0)}, roi=None))
