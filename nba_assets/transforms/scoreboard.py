"""Every system on identical rows of a window, with intervals over dates: sums per date first, then over the dates."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import polars.selectors as cs

from ml_models.intervals import bets_still_needed, ratio_intervals, wilson
from nba_assets.calendar import season_year
from nba_assets.contracts.scoreboard import MADE, TABLE, WINDOWS
from nba_assets.transforms.scoreboard_rows import COIN, SUMS, counted, with_closes
from nba_assets.transforms.scoreboard_verdicts import judged

# A system joins the comparison as long as this share of the fullest system's rows stays common to all.
COMMON_SHARE = 0.8
# Half of the usual number: a season of boards in seconds. The ends of an interval vary by a twentieth of its width.
DRAWS = 1000

# Figure -> the two sums it is the ratio of.
RATIOS: dict[str, tuple[str, str]] = {
    "mae": ("absolute_error", "forecasts"),
    "line_mae": ("line_error", "forecasts"),
    "bias": ("signed_error", "forecasts"),
    "brier": ("brier", "scored"),
    "market_brier": ("market_brier", "scored"),
    "log_loss": ("log_loss", "scored"),
    "market_log_loss": ("market_log_loss", "scored"),
    "break_even": ("needed", "bets"),
}
# Those with an interval, and the sum that says on which dates it counts.
BRACKETED: dict[str, tuple[str, str, str]] = {
    "mae_ratio": ("absolute_error", "line_error", "forecasts"),
    "brier_gap": ("brier_gap", "scored", "scored"),
    "log_loss_gap": ("log_loss_gap", "scored", "scored"),
    "hit_rate": ("wins", "bets", "bets"),
    "hit_rate_over": ("wins_over", "bets_over", "bets_over"),
    "hit_rate_under": ("wins_under", "bets_under", "bets_under"),
    "roi": ("profit", "bets", "bets"),
    "best_roi": ("best_profit", "best_bets", "best_bets"),
    "clv_points": ("clv_points", "clv_count", "clv_count"),
    "clv_positive": ("clv_positive", "clv_count", "clv_count"),
}
# Shares of independent trials: an interval of few that happen to lie evenly is never narrower than Wilson's.
_SHARES = ("hit_rate", "hit_rate_over", "hit_rate_under", "clv_positive")
_COUNTS = ("n", "scored")
_BET_COUNTS = ("bets", "wins", "bets_over", "bets_under", "best_bets", "clv_count")
_PLACE = {name: place for place, name in enumerate(SUMS)}


@dataclass(frozen=True)
class Sheet:
    """Rows of one way of making, as `counted` gives them: `present` player-game x system, `sums` player-game x system x
    SUMS; `starts`: where each date's player-games begin, and their number. The coin is the last system."""

    dates: list[date]
    starts: list[int]
    systems: list[str]
    present: np.ndarray
    sums: np.ndarray
    _common: dict[tuple[int, ...], np.ndarray] = field(default_factory=dict)

    def board(self, first: date, last: date) -> pl.DataFrame:
        """One row per system with a row from `first` to `last`, and the coin; the columns of the table's figures."""
        window = slice(bisect_left(self.dates, first), bisect_right(self.dates, last))
        rows = slice(self.starts[window.start], self.starts[window.stop])
        present = self.present[rows]
        held = present.sum(axis=0)
        speaking = [place for place in range(len(self.systems) - 1) if held[place]]
        if not speaking:
            return pl.DataFrame()
        compared = _compared(present, speaking)
        everyone = [*speaking, len(self.systems) - 1]
        common, own = self._by_date((*compared, everyone[-1]))[window], self._by_date(())[window]
        on_common = np.isin(everyone, [*compared, everyone[-1]])
        sums = np.where(on_common[:, None], common[:, everyone], own[:, everyone])
        return _figures(sums).with_columns(
            system_id=pl.Series([self.systems[place] for place in everyone]),
            is_compared=pl.Series(on_common),
            rows_available=pl.lit(len(present), pl.Int64),
        )

    def _by_date(self, shared: tuple[int, ...]) -> np.ndarray:
        """date x system x sum, over the player-games for which all the systems `shared` have a row; kept, because most
        windows compare the same systems."""
        if shared not in self._common:
            chosen = self.present[:, shared].all(axis=1)
            days = np.repeat(np.arange(len(self.dates)), np.diff(self.starts))[chosen]
            sums = np.zeros((len(self.dates), *self.sums.shape[1:]))
            there, begin = np.unique(days, return_index=True)
            if there.size:
                sums[there] = np.add.reduceat(self.sums[chosen], begin, axis=0)
            self._common[shared] = sums
        return self._common[shared]


def sheets(graded: pl.DataFrame) -> dict[str, Sheet]:
    """Way of making -> its rows of `with_closes`; only those there are any of."""
    rows = counted(graded)
    parts = {str(key[0]): part for key, part in rows.partition_by("made", as_dict=True).items()}
    return {made: _sheet(parts[made]) for made in MADE if made in parts}


def build(graded: pl.DataFrame, closes: pl.DataFrame, schedule: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """One row per game date of `schedule`, window, way of making and system with a row in the window.

    `graded` (`prediction_accuracy`) and `closes` (`closing_line_value`) reach from the season's first date, or the
    first of 30 days, up to these dates.
    """
    asked = sorted(set(schedule["game_date"]))
    found = [
        board.with_columns(game_date=pl.lit(day), window=pl.lit(name), made=pl.lit(made))
        for made, sheet in sheets(with_closes(graded, closes)).items()
        for day in asked
        for name, first in _windows(day)
        if not (board := sheet.board(first, day)).is_empty()
    ]
    if not found:
        return TABLE.empty()
    return pl.concat(found).pipe(judged).with_columns(computed_at=pl.lit(now)).select(
        pl.col(name).cast(dtype) for name, dtype in TABLE.polars_schema.items()
    )  # fmt: skip


def _windows(day: date) -> Iterator[tuple[str, date]]:
    for name, days in WINDOWS.items():
        # Seasons start in October: no game of one is played in July to September.
        yield name, date(season_year(day), 10, 1) if days is None else day - timedelta(days=days - 1)


def _sheet(rows: pl.DataFrame) -> Sheet:
    systems = [*sorted(set(rows["system_id"]) - {COIN}), COIN]
    games = rows["player_game"].to_numpy().astype(np.intp)
    games -= games.min()
    places = rows["system_id"].replace_strict(systems, range(len(systems)), return_dtype=pl.Int64).to_numpy()
    size = int(games.max()) + 1
    present = np.zeros((size, len(systems)), dtype=bool)
    sums = np.zeros((size, len(systems), len(SUMS)))
    present[games, places] = True
    sums[games, places] = rows.select(list(SUMS)).to_numpy()
    days = rows.group_by("game_date").agg(pl.col("player_game").n_unique()).sort("game_date")
    return Sheet(days["game_date"].to_list(), [0, *days["player_game"].cum_sum()], systems, present, sums)


def _compared(present: np.ndarray, systems: Sequence[int]) -> list[int]:
    """The fullest first, each that leaves enough rows in common; in the order of `systems`."""
    order = sorted(systems, key=lambda place: (-present[:, place].sum(), place))
    common = present[:, order[0]]
    least = COMMON_SHARE * common.sum()
    chosen = [order[0]]
    for place in order[1:]:
        both = common & present[:, place]
        if both.sum() >= least:
            common = both
            chosen.append(place)
    return sorted(chosen)


def _figures(sums: np.ndarray) -> pl.DataFrame:
    """Sums of date x system x sum as one row per system, NaN where nothing counted."""
    totals = sums.sum(axis=0)

    def total(name: str) -> np.ndarray:
        return totals[:, _PLACE[name]]

    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {name: total(top) / total(bottom) for name, (top, bottom) in RATIOS.items()}
        columns |= {name: total(top) / total(bottom) for name, (top, bottom, _) in BRACKETED.items()}
    columns |= _intervals(sums) | {name: total(name) for name in _BET_COUNTS}
    columns |= {name: total(name).astype(np.int64) for name in _COUNTS}
    for name in _SHARES:
        top, bottom, _ = BRACKETED[name]
        low, high = wilson(total(top), total(bottom))
        columns[f"{name}_low"] = np.minimum(columns[f"{name}_low"], low)
        columns[f"{name}_high"] = np.maximum(columns[f"{name}_high"], high)
    # A coin's rate is known, not measured.
    columns["hit_rate_low"][-1] = columns["hit_rate_high"][-1] = np.nan
    missing = [
        bets_still_needed(int(won), int(bets - won), need) if 0 < need < 1 else np.nan
        for won, bets, need in zip(total("wins"), total("bets"), columns["break_even"], strict=True)
    ]
    missing[-1] = np.nan
    columns["bets_still_needed"] = np.where(np.isfinite(missing), missing, np.nan)
    columns["dates"] = (sums[:, :, _PLACE["n"]] > 0).sum(axis=0)
    return pl.DataFrame(columns).with_columns(cs.float().fill_nan(None))


def _intervals(sums: np.ndarray) -> dict[str, np.ndarray]:
    systems = sums.shape[1]
    top, bottom, there = (
        np.concatenate([sums[:, :, _PLACE[three[place]]] for three in BRACKETED.values()], axis=1) for place in range(3)
    )
    ends = ratio_intervals(top, bottom, there > 0, draws=DRAWS)
    return {
        f"{name}_{end}": values[number * systems : (number + 1) * systems].copy()
        for end, values in zip(("low", "high"), ends, strict=True)
        for number, name in enumerate(BRACKETED)
    }
