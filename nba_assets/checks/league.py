"""Checks of the league's figures: a line that is too good was not there before the game."""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict

_LEAST_MAE, _ENOUGH = 4.5, 1_000


def _lines_are_pregame(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date(batch.rows.sort("game_date")).items():
        found = rows.row(0, named=True) if rows.height else {"line_mae_30d": None, "priced_players_30d": 0}
        mae, count = found["line_mae_30d"], found["priced_players_30d"]
        metadata = {"priced_players_30d": count} | ({} if mae is None else {"line_mae_30d": mae})
        if mae is None:
            verdicts[day] = Verdict(True, "nobody was priced for 30 days", metadata=metadata)
        else:
            suspect = mae < _LEAST_MAE and count > _ENOUGH
            text = f"the line was {mae:.2f} points off over {count:,} player-games of 30 days"
            if suspect:
                text += ": suspect quotes from running games among the lines, or results that are not final"
            verdicts[day] = Verdict(not suspect, text, metadata=metadata)
    return verdicts


LINES_ARE_PREGAME = TableCheck(
    "lines_are_pregame",
    f"Over 30 days and more than {_ENOUGH:,} player-games the line's mean absolute error is {_LEAST_MAE} points or "
    "more; five seasons had 4.9 to 5.2. ERROR, not blocking: a tighter market has always been in-play quotes that "
    "passed for lines, and every figure that compares with the line is wrong then.",
    _lines_are_pregame,
)


def _every_date_has_a_row(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        games = rows.select(pl.col("games_scheduled", "games_played").sum()).row(0, named=True)
        text = f"{games['games_played']} of {games['games_scheduled']} games"
        verdicts[day] = Verdict(rows.height == 1, text if rows.height == 1 else f"{rows.height} rows")
    return verdicts


EVERY_DATE_HAS_A_ROW = TableCheck(
    "every_date_has_a_row",
    "One row, on a date without games, too: a window that skips idle dates is longer than it says. Blocking.",
    _every_date_has_a_row,
    blocking=True,
)

CHECKS = (EVERY_DATE_HAS_A_ROW, LINES_ARE_PREGAME)
