"""The league that the tests share: seasons and games are made once per process."""

from functools import cache

from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture

SEASONS = (2021, 2022, 2023, 2024, 2025, 2026)


@cache
def league() -> League:
    return League(2024)


def some_games(step: int = 9, start: int = 20) -> list[Fixture]:
    """Regular games spread over 2023-24."""
    return [f for f in league().fixtures(2023) if f.game_type == "regular_season"][start::step]
