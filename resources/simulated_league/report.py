"""Writes docs/simulated_league.md: the SIMULATED league beside the real 2023-24 season, figures and plots.

`python -m resources.simulated_league.report [--real LANDING]`; with `--real` the real figures are measured again.
"""

from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import numpy as np
import typer

from resources.simulated_league.league import League
from resources.simulated_league.measurements import (
    HISTOGRAMS,
    MEASUREMENTS,
    REAL_FIGURES,
    BoxSample,
    Histogram,
    real_figures,
    simulated_boxes,
)
from resources.simulated_league.odds_measurements import MEASUREMENTS as ODDS_MEASUREMENTS
from resources.simulated_league.odds_measurements import simulated_sample
from resources.simulated_league.real_boxes import write_real_figures

mpl.use("Agg")

from matplotlib import pyplot as plt

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_SEASON = 2023
_ODDS_GAMES = 307
_TIERS = ("8-12 points", "12-17", "17-22", "over 22")
_ZONES = ("paint share of field goals tried", "mid-range share", "three-point share")

_INTRODUCTION = """# The simulated league

*Written by `python -m resources.simulated_league.report`.*

**SIMULATED**: no player, game or quote of this league exists. It answers like the providers do, and it knows its own
truth, so that a forecast can be measured against the probabilities that made the result.
Below, one SIMULATED season stands beside the aggregates of the real one of 2023-24.

Its ways in short: talent is a standard normal number per player that moves with age; form drifts in slow waves; who
is able to play shares 240 minutes; a game has a pace for both teams; shots are dealt out by usage and minutes, so that
who is out leaves his to the others; the fourth quarter knows the score. All constants, with units and reasons, are in
`resources/simulated_league/constants.py`.
"""


def main(
    real: Annotated[Path | None, typer.Option(help="Landing folder of the real season, to measure it again.")] = None,
    seed: Annotated[int, typer.Option(help="Which league.")] = 2024,
    docs: Annotated[Path, typer.Option(help="Where the page and its plots go.")] = _DOCS,
) -> None:
    """Simulate a season and write the page that compares it."""
    if real:
        write_real_figures(real, Path(__file__).with_name(REAL_FIGURES))
        real_figures.cache_clear()
    league = League(seed)
    sample = simulated_boxes(league, [f for f in league.fixtures(_SEASON) if f.game_type == "regular_season"])
    write_report(league, sample, docs)


def write_report(league: League, sample: BoxSample, docs: Path) -> None:
    """The page and its plots."""
    plots = docs / "simulated_league"
    plots.mkdir(parents=True, exist_ok=True)
    lines = [
        _INTRODUCTION,
        "## Box scores",
        "",
        "| | SIMULATED | real 2023-24 | band of the tests |",
        "|---|---|---|---|",
    ]
    lines += [f"| {m.name} | {m.value(sample):.4g} | {m.real:.4g} | {m.low:g} to {m.high:g} |" for m in MEASUREMENTS]
    lines += [
        "",
        "## Quotes",
        "",
        "| | SIMULATED | real 2024-03-02 to 04-14 | band of the tests |",
        "|---|---|---|---|",
    ]
    odds = simulated_sample(league, _SEASON, _ODDS_GAMES)
    for odd in ODDS_MEASUREMENTS:
        real = "unknown" if odd.real is None else f"{odd.real:.4g}"
        lines.append(f"| {odd.name} | {odd.value(odds):.4g} | {real} | {odd.low:g} to {odd.high:g} |")
    lines += ["", "## Distributions", ""]
    for histogram in HISTOGRAMS:
        name = histogram.name.replace(" ", "_")
        _plot_histogram(histogram, sample, plots / f"{name}.png")
        lines.append(f"![{histogram.name}, SIMULATED and real](simulated_league/{name}.png)")
    values = {m.name: (m.value(sample), m.real) for m in MEASUREMENTS}
    spreads = [
        values[f"within-player SD, mean of {_TIERS[0]}"],
        *(values[f"within-player SD, mean {_tier(t)}"] for t in _TIERS[1:]),
    ]
    _plot_bars("SD of a player's points, by his mean", _TIERS, spreads, plots / "spread_by_tier.png")
    _plot_bars(
        "Share of field goals tried", ("paint", "mid-range", "three"), [values[z] for z in _ZONES], plots / "zones.png"
    )
    lines += [f"![{name}](simulated_league/{name}.png)" for name in ("spread_by_tier", "zones")]
    (docs / "simulated_league.md").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _tier(name: str) -> str:
    return name if name.startswith("over") else f"of {name}"


def _plot_histogram(histogram: Histogram, sample: BoxSample, file: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    axes.stairs(histogram.shares(sample), histogram.edges, fill=True, alpha=0.45, label="SIMULATED")
    axes.stairs(real_figures()[histogram.name], histogram.edges, color="black", label="real 2023-24")
    axes.set(title=f"{histogram.name.capitalize()}: SIMULATED and real", ylabel="share")
    axes.legend()
    figure.savefig(file, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _plot_bars(title: str, names: tuple[str, ...], values: list[tuple[float, float]], file: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
    places = np.arange(len(names))
    for shift, column, label in ((-0.2, 0, "SIMULATED"), (0.2, 1, "real 2023-24")):
        axes.bar(places + shift, [pair[column] for pair in values], 0.4, label=label)
    axes.set(title=f"{title}: SIMULATED and real", xticks=places, xticklabels=names)
    axes.legend()
    figure.savefig(file, dpi=100, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    typer.run(main)
