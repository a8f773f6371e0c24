"""The scoreboard of a range of dates, from stored grades: as a page section, for a program, or for the terminal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import polars as pl

from nba_assets.accuracy_markdown import bullets, names, paragraph, table
from nba_assets.accuracy_tried import SHAPES, was_seen
from nba_assets.contracts import TABLES
from nba_assets.contracts.scoreboard import MADE, STANDINGS
from nba_assets.transforms.scoreboard import COMMON_SHARE, sheets
from nba_assets.transforms.scoreboard_rows import CLOSE_COLUMNS, COIN, GRADED_COLUMNS, with_closes
from nba_assets.transforms.scoreboard_verdicts import judged
from resources.warehouse import Warehouse

_MADE_WORDS = {
    "live": "Live: forecasts made before tip-off",
    "backtest": "Backtest: forecasts made afterwards, each by a model fitted on the weeks before",
}


@dataclass(frozen=True)
class Tried:
    """Configurations that had a chance to look good: those on the board, and shapes of which only a record is left."""

    systems: int
    recorded: int

    @property
    def count(self) -> int:
        return self.systems + self.recorded

    @property
    def lucky(self) -> float:
        """Standard errors by which the best of so many independent ones is ahead by luck alone, on average (Blom)."""
        return NormalDist().inv_cdf((self.count - 0.375) / (self.count + 0.25))


def read_graded(warehouse: Warehouse, first: date, last: date) -> pl.DataFrame:
    """Stored grades of a range with their closing-line values."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    graded = warehouse.read(TABLES["prediction_accuracy"], days, GRADED_COLUMNS)
    return with_closes(graded, warehouse.read(TABLES["closing_line_value"], days, CLOSE_COLUMNS))


def boards(graded: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Way of making -> the board over all dates of `graded` (`read_graded`): what loses first, the worst of it on top.

    Compared systems stand before those on rows of their own.
    """
    found = {}
    for made, sheet in sheets(graded).items():
        board = sheet.board(date.min, date.max)
        if not board.is_empty():
            rank = pl.col("standing").replace_strict(STANDINGS, range(len(STANDINGS)), return_dtype=pl.Int64)
            found[made] = judged(board).sort(
                ~pl.col("is_compared"), rank, -pl.col("log_loss_gap"), "system_id", nulls_last=True
            )
    return found


def tried(board: pl.DataFrame, first: date, last: date, *, simulated: bool) -> Tried:
    """The shape that was chosen is on the board already."""
    systems = board.filter(pl.col("system_id") != COIN).height
    return Tried(systems, len(SHAPES) - 1 if was_seen(first, last, simulated=simulated) else 0)


def scoreboard_section(graded: pl.DataFrame, *, simulated: bool = False) -> str:
    """Markdown of the boards of `graded`, losses first, without a title of its own."""
    found = boards(graded)
    if not found:
        return "No graded forecast has a line with both prices.\n"
    first, last = (day.item() for day in graded.select(pl.min("game_date"), a=pl.max("game_date")))
    parts = [paragraph(_HOW)]
    for made, board in found.items():
        title = f"### {'SIMULATED. ' if simulated else ''}{_MADE_WORDS[made]}\n\n"
        chances = tried(board, first, last, simulated=simulated)
        parts += [title, bullets(_summary(board, chances)), "\n", _table(board.filter("is_compared"))]
        if not board["is_compared"].all():
            parts += ["\n", paragraph(_OWN), _table(board.filter(~pl.col("is_compared")))]
        parts.append("\n")
    return "".join(parts)


def as_dict(graded: pl.DataFrame, first: date, last: date, *, simulated: bool) -> dict[str, Any]:
    """JSON shape: boards by way of making, each with the number of configurations tried and a row per system."""
    found = boards(graded)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "simulated": simulated,
        "boards": {
            made: {
                "configurations_tried": tried(found[made], first, last, simulated=simulated).count,
                "rows": found[made].to_dicts(),
            }
            for made in MADE
            if made in found
        },
    }


_HOW = (
    "Every row of a table is judged on the same player-games: those with a line, both prices and a player who played, "
    "where all compared systems have a forecast that stood at tip-off at the same book, line and prices. A system is "
    f"compared if, the fullest first, at least {COMMON_SHARE:.0%} of the fullest one's rows stay common to all. Bets "
    "are one unit on the forecast's side of every line; `coin` is the expected value of drawing the side. Brackets "
    "hold the true figure with 95 %, whole dates drawn. Losses stand first. Closing-line value is empty where no quote "
    "after the one taken was captured within 45 minutes of tip-off."
)
_OWN = (
    "Not comparable: systems that were silent too often, on rows of their own. The line stands beside each on the "
    "same rows; the systems do not stand beside each other."
)
HEADER = (
    "system", "verdict", "n", "MAE", "the line's", "ratio [95 %]", "bias", "Brier", "Brier - the price's [95 %]",
    "log-loss", "log-loss - the price's [95 %]", "bets", "hit rate [95 %]", "OVER", "UNDER", "prices need",
    "ROI [95 %]", "ROI at the best offer [95 %]", "CLV, points [95 %]", "CLV > 0", "bets still needed",
)  # fmt: skip


def _summary(board: pl.DataFrame, chances: Tried) -> Iterable[str]:
    compared = board.filter(pl.col("is_compared"), pl.col("system_id") != COIN)
    rows = board.row(0, named=True)
    yield (
        f"{compared.height} systems on {rows['n']:,} identical of {rows['rows_available']:,} player-games, "
        f"{rows['dates']} dates."
    )
    for standing, words in zip(STANDINGS, ("Losing", "Cannot tell yet", "Better by some measure"), strict=True):
        found = compared.filter(pl.col("standing") == standing)["system_id"].sort().to_list()
        yield f"{words}, {len(found)}: {names(found)}."
    recorded = f" and {chances.recorded} shapes of which a record is left" if chances.recorded else ""
    yield (
        f"At least {chances.count} configurations were tried: {chances.systems} systems here{recorded}. The best of so "
        f"many without any edge is ahead by about {chances.lucky:.1f} standard errors: a lead up to that says nothing."
    )


def _table(board: pl.DataFrame) -> str:
    return table(HEADER, map(cells, board.iter_rows(named=True)))


def cells(row: dict[str, Any]) -> list[str]:
    """A row in words, in the order of the table's header."""
    return [
        f"`{row['system_id']}`",
        row["verdict"],
        f"{row['n']:,}",
        _one(row["mae"], ".3f"),
        _one(row["line_mae"], ".3f"),
        _three(row, "mae_ratio", ".3f"),
        _one(row["bias"], "+.2f"),
        _one(row["brier"], ".4f"),
        _three(row, "brier_gap", "+.4f"),
        _one(row["log_loss"], ".4f"),
        _three(row, "log_loss_gap", "+.4f"),
        f"{row['bets']:,.0f}",
        _three(row, "hit_rate", ".1%"),
        *(_side(row, side) for side in ("over", "under")),
        _one(row["break_even"], ".1%"),
        _three(row, "roi", "+.1%"),
        _three(row, "best_roi", "+.1%"),
        _three(row, "clv_points", "+.2f"),
        "" if row["clv_positive"] is None else f"{row['clv_positive']:.0%} of {row['clv_count']:.0f}",
        _one(row["bets_still_needed"], ",.0f"),
    ]


def _side(row: dict[str, Any], side: str) -> str:
    rate = _three(row, f"hit_rate_{side}", ".1%")
    return f"{rate} of {row[f'bets_{side}']:,.0f}" if rate else ""


def _one(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"


def _three(row: dict[str, Any], name: str, form: str) -> str:
    value, *ends = (row[key] for key in (name, f"{name}_low", f"{name}_high"))
    if value is None:
        return ""
    return f"{value:{form}}" + ("" if None in ends else f" [{ends[0]:{form}}, {ends[1]:{form}}]")
