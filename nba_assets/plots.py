"""Small pictures of the precomputed tables: rows in, PNG bytes out. Nothing is read, shown or stored here."""

import base64
import io
import math
from typing import Any

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, Rectangle, Wedge
from PIL import Image

_ZONES = {"paint": "Paint", "mid_range": "Mid-range", "three_pt": "Three"}
DPI = 80
_LINES = "#444444"
# Percentage points; a smaller difference is told by its colour alone, because each number costs a millisecond.
_STANDS_OUT = 3.0

# Feet, hoop at (0, 0), baseline at y = -5.25.
_BASELINE = -5.25
_CORNER_X = 22.0
_ARC_RADIUS = 23.75
_ARC_ANGLE = math.degrees(math.acos(_CORNER_X / _ARC_RADIUS))
_ARC_Y = _ARC_RADIUS * math.sin(math.radians(_ARC_ANGLE))
_LABEL_AT = {"paint": (0.0, 5.0), "mid_range": (0.0, 18.0), "three_pt": (0.0, 29.0)}


def shot_zones(row: dict[str, Any], *, simulated: bool = False) -> bytes:
    """A half-court of one row of `player_shot_zone_analysis`: colour and first number are the share of his attempts,
    below it makes / attempts.
    """
    figure = Figure(figsize=(4.2, 4.0), dpi=DPI)
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.86))
    shares = {zone: row[f"{zone}_rate_last_10"] for zone in _ZONES}
    colour = {zone: mpl.colormaps["YlOrRd"](min((share or 0) / 75, 1) * 0.85) for zone, share in shares.items()}
    axes.add_patch(Rectangle((-25, _BASELINE), 50, 40, color=colour["three_pt"]))
    axes.add_patch(Rectangle((-_CORNER_X, _BASELINE), 2 * _CORNER_X, _ARC_Y - _BASELINE, color=colour["mid_range"]))
    axes.add_patch(Wedge((0, 0), _ARC_RADIUS, _ARC_ANGLE, 180 - _ARC_ANGLE, color=colour["mid_range"]))
    axes.add_patch(Rectangle((-8, _BASELINE), 16, 19, facecolor=colour["paint"], edgecolor=_LINES))
    axes.add_patch(
        Arc((0, 0), 2 * _ARC_RADIUS, 2 * _ARC_RADIUS, theta1=_ARC_ANGLE, theta2=180 - _ARC_ANGLE, color=_LINES)
    )
    for side in (-1, 1):
        axes.plot([side * _CORNER_X] * 2, [_BASELINE, _ARC_Y], color=_LINES, linewidth=1)
    axes.add_patch(Circle((0, 0), 0.75, fill=False, color=_LINES))
    for zone, (x, y) in _LABEL_AT.items():
        made = row[f"{zone}_pct_last_10"]
        share = "-" if shares[zone] is None else f"{shares[zone]:.0f} %"
        accuracy = "no attempt" if made is None else f"{100 * made:.0f} % made"
        axes.text(x, y, f"{_ZONES[zone]}\n{share}\n{accuracy}", ha="center", va="center", fontsize=9)
    axes.set(xlim=(-25.2, 25.2), ylim=(_BASELINE - 0.2, 34.8), aspect="equal")
    axes.axis("off")
    title = f"{row['player_lookup']} before {row['game_date']}: last {row['games_in_sample_10']} games"
    return png_bytes(figure, title, simulated=simulated)


def team_defence(rows: pl.DataFrame, *, simulated: bool = False) -> bytes:
    """A heat map of one date of `team_defense_zone_analysis`: teams by zones against the league, weakest in the paint
    first. Red is a weaker defence; numbers (percentage points) from 3 on.
    """
    columns = [f"{zone}_defense_vs_league_avg" for zone in _ZONES]
    teams = rows.sort(columns[0], "team_abbr", descending=[True, False], nulls_last=True)
    figure = Figure(figsize=(4.2, 0.4 + 0.22 * max(teams.height, 4)), dpi=DPI)
    axes = figure.add_axes((0.12, 0.01, 0.86, 0.9))
    values = teams.select(columns).to_numpy().astype(float)
    axes.imshow(values, cmap="RdBu_r", vmin=-8, vmax=8, aspect="auto")
    _numbers(axes, values.tolist())
    axes.set_yticks(range(teams.height), teams["team_abbr"].to_list(), fontsize=7)
    axes.set_xticks(range(len(_ZONES)), list(_ZONES.values()), fontsize=8)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    day = teams["game_date"].min() if teams.height else "-"
    return png_bytes(figure, f"Shooting % allowed vs league before {day} (pp)", simulated=simulated)


def png_bytes(figure: Figure, title: str, *, simulated: bool) -> bytes:
    """The figure under its title, which says SIMULATED where it is."""
    figure.suptitle(f"SIMULATED  {title}" if simulated else title, fontsize=9, y=0.985)
    buffer = io.BytesIO()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # A palette is a third of the size. No software or date in the file: the same rows are the same bytes.
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def markdown_image(png: bytes, alt: str) -> str:
    """The picture as Markdown that needs no file, for metadata in the UI."""
    return f"![{alt}](data:image/png;base64,{base64.b64encode(png).decode()})"


def _numbers(axes: Axes, values: list[list[float]]) -> None:
    for y, line in enumerate(values):
        for x, value in enumerate(line):
            if math.isnan(value) or abs(value) >= _STANDS_OUT:
                text = "-" if math.isnan(value) else f"{value:+.1f}"
                colour = "white" if abs(value) > 5 else "black"
                axes.text(x, y, text, ha="center", va="center", fontsize=7, color=colour)
