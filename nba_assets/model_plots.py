"""Small pictures of one fitted system: was it right at the line, are its distributions honest, what does it look at.

Arrays in, PNG bytes out; the same arrays are the same bytes. NaN rows do not count, as in `ml_models.metrics`.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_models import metrics
from nba_assets.plots import DPI, png_bytes

# Most forecasts are near an even bet; the few at the ends share a bucket.
P_OVER_EDGES = (0.0, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 1.0)
PIT_BINS = 10
MOST_INPUTS = 15
NO_FORECASTS, NO_INPUTS = "no forecasts yet", "no inputs yet"
_LEVEL = 0.95
_PANEL = 3.75  # inches
_BLUE, _PALE, _GREY, _FAINT, _ORANGE = "#1f5a99", "#bcd6ee", "#666666", "#e4e4e4", "#d9822b"
# Of the reliability frame, what the counts stand in.
_COUNTS_HEIGHT = 0.16

Shares = Sequence[tuple[str, float]]


def reliability(p: np.ndarray, over: np.ndarray, *, title: str, simulated: bool = False) -> bytes:
    """How often it went over, by forecast P(over) at the line without the push (`metrics.went_over`: 1, 0, NaN).

    Dots on the diagonal are calibrated; their bars are Wilson's 95 % interval, the numbers below the rows per bucket.
    """
    figure, (axes,) = _panels(1)
    _reliability(axes, p, over)
    return png_bytes(figure, title, simulated=simulated)


def pit(pmf: np.ndarray, points: np.ndarray, *, title: str, simulated: bool = False) -> bytes:
    """Where outcomes fell in their distributions: non-randomised PIT histogram, with the band that luck stays in."""
    figure, (axes,) = _panels(1)
    _pit(axes, pmf, points)
    return png_bytes(figure, title, simulated=simulated)


def importance(shares: Shares, *, title: str, simulated: bool = False) -> bytes:
    """The MOST_INPUTS largest shares of `FittedSystem.importance`."""
    figure, (axes,) = _panels(1)
    _importance(axes, shares)
    return png_bytes(figure, title, simulated=simulated)


def model_card_picture(
    p: np.ndarray,
    over: np.ndarray,
    pmf: np.ndarray,
    points: np.ndarray,
    shares: Shares,
    *,
    title: str,
    simulated: bool = False,
) -> bytes:
    """The three side by side. The two pairs of arrays need not have the same rows."""
    figure, axes = _panels(3)
    _reliability(axes[0], p, over)
    _pit(axes[1], pmf, points)
    _importance(axes[2], shares)
    return png_bytes(figure, title, simulated=simulated)


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(_PANEL * count, _PANEL), dpi=DPI)
    panels = [figure.add_axes(((i + 0.12) / count, 0.1, 0.85 / count, 0.77)) for i in range(count)]
    for axes in panels:
        axes.tick_params(labelsize=7, length=2, colors=_GREY)
        for side, spine in axes.spines.items():
            spine.set(color=_GREY, linewidth=0.6, visible=side in ("left", "bottom"))
    return figure, panels


def _reliability(axes: Axes, p: np.ndarray, over: np.ndarray) -> None:
    table = metrics.reliability(p, over, P_OVER_EDGES)
    count, forecast, rate = (table[name].to_numpy() for name in ("count", "p", "rate"))
    axes.set_title(f"Went over, by P(over)   n = {count.sum():,}", fontsize=8, y=1.0)
    if not count.size:
        _say(axes, NO_FORECASTS)
        return
    # Every dot is inside, and the diagonal runs from corner to corner; the counts stand below it.
    half = min(max(np.abs(forecast - 0.5).max(), np.abs(rate - 0.5).max(), 0.21) + 0.04, 0.5)
    low, high = 0.5 - half, 0.5 + half
    floor = low - 2 * half * _COUNTS_HEIGHT
    ends = np.clip([table["rate_low"].to_numpy(), table["rate_high"].to_numpy()], low, high)
    axes.plot([low, high], [low, high], color=_GREY, linewidth=0.8, linestyle="--")
    axes.errorbar(forecast, rate, np.abs(ends - rate), fmt="o", color=_BLUE, markersize=4, linewidth=1)
    # The buckets at the ends are wide: their counts stand next to the others'.
    places = np.clip((table["low"].to_numpy() + table["high"].to_numpy()) / 2, 0.275, 0.725)
    axes.bar(places, 0.95 * (low - floor) * count / count.max(), width=0.046, bottom=floor, color=_FAINT)
    for x, number in zip(places, count, strict=True):
        axes.text(x, floor + 0.03 * half, f"{number}", fontsize=7, color=_GREY, ha="center", va="bottom")
    axes.set(xlim=(low, high), ylim=(floor, high))
    ticks = [tick for tick in (0.1, 0.3, 0.5, 0.7, 0.9) if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    axes.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])


def _pit(axes: Axes, pmf: np.ndarray, points: np.ndarray) -> None:
    count = metrics.counted(metrics.mid_pit(pmf, points))
    axes.set_title(f"Where points fell (PIT; grey: luck)   n = {count:,}", fontsize=8, y=1.0)
    if not count:
        _say(axes, NO_FORECASTS)
        return
    shares, even = metrics.pit_histogram(pmf, points, PIT_BINS), 1 / PIT_BINS
    luck = NormalDist().inv_cdf((1 + _LEVEL) / 2) * np.sqrt(even * (1 - even) / count)
    lucky = np.abs(shares - even) <= luck
    left = np.arange(PIT_BINS) / PIT_BINS
    axes.bar(left, shares, even * 0.94, align="edge", color=np.where(lucky, _BLUE, _ORANGE).tolist(), alpha=0.75)
    axes.axhspan(max(even - luck, 0), even + luck, color=_GREY, alpha=0.25, linewidth=0)
    axes.axhline(even, color=_GREY, linewidth=0.8, linestyle="--")
    top = max(2 * even, even + luck, shares.max()) * 1.08
    axes.set(xlim=(0, 1), ylim=(0, top))
    axes.set_xticks([0, 0.5, 1], ["lower than forecast", "median", "higher"])
    for label, side in zip(axes.get_xticklabels(), ("left", "center", "right"), strict=True):
        label.set_horizontalalignment(side)
    ticks = [tick for tick in (0, 0.05, 0.1, 0.15, 0.2, 0.4, 0.6, 0.8, 1) if tick < top]
    axes.set_yticks(ticks, [f"{tick:.0%}" for tick in ticks])


def _importance(axes: Axes, shares: Shares) -> None:
    axes.set_title("What it depends on", fontsize=8, y=1.0)
    if not shares:
        _say(axes, NO_INPUTS)
        return
    shown = list(shares)[:MOST_INPUTS]
    values = [share for _, share in shown]
    axes.barh(range(len(shown)), values, height=0.84, color=_PALE)
    for place, (name, share) in enumerate(shown):
        axes.text(max(values) * 0.015, place, f"{name}  {share:.1%}", fontsize=7, va="center")
    axes.set(xlim=(0, max(values) * 1.02), ylim=(MOST_INPUTS - 0.5, -0.5))
    axes.axis("off")


def _say(axes: Axes, words: str) -> None:
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", fontsize=9, color=_GREY)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(True)
