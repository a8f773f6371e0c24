"""A season as a calendar: one cell per date, weeks from left to right. Rows in, PNG bytes out."""

from datetime import date, timedelta

import matplotlib as mpl
import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nba_assets.contracts.completeness import FINE
from nba_assets.plots import DPI, png_bytes

IDLE, WAITING, UNKNOWN = "#c3cfc0", "#e9eef5", "#ffffff"
_TEXT = "#444444"
_DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")


def day_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Per date of `completeness` rows: `share` of the tables that are due in which nothing is amiss; null where none
    is due; `idle`: without games."""
    due = (pl.col("state") != "not_due") & (pl.col("expected") | ~pl.col("state").is_in(FINE))
    fine = pl.col("state").is_in(FINE)
    return (
        rows.group_by("game_date")
        .agg(
            share=pl.when(due.any()).then((due & fine).sum() / due.sum()),
            idle=(pl.col("games") == 0).fill_null(value=False).all(),
        )
        .sort("game_date")
    )


def season_calendar(shares: pl.DataFrame, *, simulated: bool = False) -> bytes:
    """A heat map of `day_shares` (one date at least). Green is complete, red is not, grey-green had no games, white was
    never looked at."""
    days: list[date] = shares["game_date"].to_list()
    first, last = min(days), max(days)
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    figure = Figure(figsize=(1.1 + 0.22 * max(weeks, 16), 2.3), dpi=DPI)
    axes = figure.add_axes((0.5 / figure.get_figwidth(), 0.04, 1 - 0.6 / figure.get_figwidth(), 0.74))
    complete = mpl.colormaps["RdYlGn"]
    months = set()
    for day, share, idle in shares.iter_rows():
        week, weekday = divmod((day - monday).days, 7)
        quiet = IDLE if idle else WAITING
        # Only a date on which something is amiss is red; what is complete is one green.
        colour = quiet if share is None or (idle and share == 1) else complete(0.85 if share == 1 else 0.45 * share)
        axes.add_patch(Rectangle((week, weekday), 0.9, 0.9, facecolor=colour, edgecolor="none"))
        if (day.year, day.month) not in months:
            months.add((day.year, day.month))
            axes.text(week, -0.25, day.strftime("%b"), fontsize=7, color=_TEXT, ha="left", va="bottom")
    axes.set(xlim=(-0.1, max(weeks, 16)), ylim=(7, -1), facecolor=UNKNOWN)
    axes.set_yticks([place + 0.45 for place in range(7)], _DAYS, fontsize=7, color=_TEXT)
    axes.tick_params(length=0, bottom=False, labelbottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    played = shares.filter(~pl.col("idle"), pl.col("share").is_not_null())
    whole = played.filter(pl.col("share") == 1).height
    title = f"Complete: {whole} of {played.height} dates that are due, {first} to {last}"
    return png_bytes(figure, title, simulated=simulated)
