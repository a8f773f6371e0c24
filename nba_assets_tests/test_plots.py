"""The pictures: small PNGs of the rows given, the same bytes for the same rows, SIMULATED where it is."""

import base64
import io
from typing import Any

import matplotlib.image as mpimg
import polars as pl
import pytest

from nba_assets import plots
from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets_tests.frames import frame, row

LARGEST_BYTES = 60_000
ZONES = row("player_shot_zone_analysis", paint_pct_last_10=0.6)


def defence(**values: float | None) -> pl.DataFrame:
    columns = {f"{zone}_defense_vs_league_avg": value for zone, value in values.items()}
    teams = sorted(TEAM_ABBR_BY_ID.values())
    return frame(
        "team_defense_zone_analysis", [row("team_defense_zone_analysis", team_abbr=team, **columns) for team in teams]
    )


PICTURES: dict[str, Any] = {
    "player": lambda simulated: plots.shot_zones(ZONES, simulated=simulated),
    "teams": lambda simulated: plots.team_defence(
        defence(paint=6.0, mid_range=-3.5, three_pt=4.0), simulated=simulated
    ),
}


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_are_small_and_repeatable(picture: str) -> None:
    png = PICTURES[picture](False)
    assert png.startswith(b"\x89PNG")
    assert len(png) < LARGEST_BYTES
    assert PICTURES[picture](False) == png
    assert mpimg.imread(io.BytesIO(png)).shape[1] == 336


@pytest.mark.parametrize("picture", PICTURES)
def test_a_simulated_picture_says_so(picture: str) -> None:
    assert PICTURES[picture](True) != PICTURES[picture](False)


def test_unknown_values_are_drawn_as_such() -> None:
    unknown = dict.fromkeys(ZONES) | {"player_lookup": "x", "game_date": ZONES["game_date"], "games_in_sample_10": 0}
    assert plots.shot_zones(unknown) != plots.shot_zones(ZONES)
    nobody = defence(paint=None, mid_range=None, three_pt=None)
    assert plots.team_defence(nobody) != plots.team_defence(defence(paint=0.0, mid_range=0.0, three_pt=0.0))


def test_a_picture_travels_in_markdown() -> None:
    text = plots.markdown_image(b"png", "zones")
    assert text == f"![zones](data:image/png;base64,{base64.b64encode(b'png').decode()})"
