"""True distributions of points. For evaluation alone: nothing that forecasts or answers a forecaster may import this.

The same generator draws the game again, thousands of times, from what is known at an instant.
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from resources.simulated_league.box import draw_games
from resources.simulated_league.keyed import generator
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture


def true_points(
    league: League, fixture: Fixture, at: datetime, draws: int = 4000
) -> Mapping[int, tuple[float, np.ndarray]]:
    """By person on the two rosters: probability of playing, and the distribution of his points given that he plays.

    `distribution[n]` is the probability of n points; empty for who played in none of the draws.
    """
    match = league.match(fixture.nba_game_id)
    chances = np.zeros(match.people.shape)
    for side, able in enumerate(league.able(fixture, at)):
        chances[side, : len(able)] = able
    stream = generator(league.seed, "truth", fixture.nba_game_id, at.isoformat())
    able = stream.random((draws, *chances.shape)) < chances
    games = draw_games(match, able, stream)
    points = games.points
    played = games.played
    truth: dict[int, tuple[float, np.ndarray]] = {}
    for side, n in np.argwhere(match.people > 0):
        scored = points[played[:, side, n], side, n]
        distribution = np.bincount(scored) / max(len(scored), 1)
        truth[int(match.people[side, n])] = (len(scored) / draws, distribution)
    return truth
