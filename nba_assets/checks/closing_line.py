"""Checks of closing-line value: how much of it there is at all."""

from datetime import date, timedelta

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets.contracts.closing_line_value import CLOSE_MINUTES

# After tip-off the last quotes are still on their way for a while.
_DUE_AFTER = timedelta(hours=1)
_LEAST_SHARE = 0.5


def _closes_captured(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        players = rows.unique(["nba_game_id", "nba_player_id", "sportsbook"])
        closed, games = players.filter("has_true_close"), players["nba_game_id"].n_unique()
        moved = rows.filter("has_true_close", ~pl.col("line_is_close"))
        with_close = closed["nba_game_id"].n_unique()
        metadata = {
            "lines": players.height,
            "with_close": closed.height,
            "games": games,
            "games_with_close": with_close,
            "lines_taken_before_the_close": moved.unique(["nba_game_id", "nba_player_id", "sportsbook"]).height,
        }
        median = players["late_minutes_before_tip"].median()
        seen = "" if median is None else f"; last quotes are {median:.0f} minutes before tip-off in the median"
        text = (
            f"{closed.height} of {players.height} lines and {with_close} of {games} games have a quote within "
            f"{CLOSE_MINUTES} minutes before tip-off{seen}"
        )
        last_tip = rows["tipoff_utc"].max()
        if rows.is_empty():
            verdicts[day] = Verdict(True, "no lines", metadata=metadata)
        elif batch.now < last_tip + _DUE_AFTER:  # type: ignore[operator]
            verdicts[day] = Verdict(True, f"not due yet; {text}", metadata=metadata)
        else:
            enough = closed.height >= _LEAST_SHARE * players.height
            verdicts[day] = Verdict(enough, text, error=False, metadata=metadata)
    return verdicts


CLOSES_CAPTURED = TableCheck(
    "closes_captured",
    f"Half of the lines have a true close: a quote of the same book within {CLOSE_MINUTES} minutes before tip-off. "
    "WARN with the share: a close cannot be fetched later, and without it nobody knows which way the market moved.",
    _closes_captured,
)
