"""The season's calendar: red is what is amiss, and nothing else.

Dangers covered: an idle day in red, a gap that looks complete, a simulated season that passes for a real one.
"""

import io
from datetime import date, timedelta

import matplotlib.image as mpimg
import numpy as np
import polars as pl

from nba_assets import calendar_plot
from nba_assets_tests.frames import frame, row

FIRST = date(2024, 1, 15)
RED, GREEN = (0.65, 0.0, 0.15), (0.25, 0.67, 0.35)


def cells(*days: tuple[int, int, list[str]]) -> pl.DataFrame:
    """(day, games, states of as many tables) as rows of completeness."""
    return frame(
        "completeness",
        [
            row(
                "completeness",
                game_date=FIRST + timedelta(days=day),
                games=games,
                expected=games > 0,
                state=state,
            )
            | {"table_name": f"nba_raw.t{place}"}
            for day, games, states in days
            for place, state in enumerate(states)
        ],
    )


def shades(png: bytes, colour: tuple[float, float, float]) -> int:
    """Pixels that are nearly of a colour."""
    pixels = mpimg.imread(io.BytesIO(png))[:, :, :3]
    return int((np.abs(pixels - np.array(colour)).max(axis=2) < 0.05).sum())


def test_shares_are_of_what_is_due() -> None:
    found = calendar_plot.day_shares(
        cells(
            (0, 5, ["present", "missing"]),
            (1, 0, ["no_games", "present"]),
            (2, 5, ["present", "not_due"]),
            (3, 5, ["not_due", "not_due"]),
        )
    )
    assert found["share"].to_list() == [0.5, None, 1.0, None]
    assert found["idle"].to_list() == [False, True, False, False]


def test_what_is_amiss_is_red_and_an_idle_day_is_not() -> None:
    complete = calendar_plot.day_shares(cells((0, 5, ["present"] * 4), (1, 0, ["no_games"] * 4)))
    gap = calendar_plot.day_shares(cells((0, 5, ["missing"] * 4), (1, 0, ["no_games"] * 4)))
    fine, bad = (calendar_plot.season_calendar(shares) for shares in (complete, gap))
    assert shades(fine, RED) == 0 < shades(fine, GREEN)
    assert shades(bad, GREEN) == 0 < shades(bad, RED)


def test_a_picture_is_small_repeatable_and_says_if_it_is_simulated() -> None:
    season = calendar_plot.day_shares(cells(*((day, 8, ["present", "empty"]) for day in range(170))))
    png = calendar_plot.season_calendar(season)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 60_000
    assert calendar_plot.season_calendar(season) == png
    assert calendar_plot.season_calendar(season, simulated=True) != png
