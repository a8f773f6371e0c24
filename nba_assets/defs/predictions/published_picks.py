from collections.abc import Collection
from datetime import date

import polars as pl

from nba_assets.checks.ledger import CHECKS, summary
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import published_picks as transform
from resources.chained_log import ChainedLog, DamagedLogError
from resources.halts import Halts


@table_asset(
    "published_picks",
    inputs=["signal_best_bets_picks"],
    look_back=[
        LookBack("halt_state", 0, transform.HALT_COLUMNS, same_date=True),
        LookBack("player_prop_predictions", 0, transform.MODEL_COLUMNS, same_date=True),
    ],
    own_rows=True,
    resources=["ledger", "halts"],
    checks=CHECKS,
    summary=summary,
)
def published_picks(
    reader: LandingReader,
    signal_best_bets_picks: pl.DataFrame,
    halt_state: pl.DataFrame,
    player_prop_predictions: pl.DataFrame,
    previous: pl.DataFrame,
    ledger: ChainedLog,
    halts: Halts,
) -> pl.DataFrame:
    """The one asset with an effect besides its rows: it appends to the ledger what was not said before."""
    candidates = transform.with_model(signal_best_bets_picks, player_prop_predictions)
    not_halted = transform.open_dates(halt_state, reader.now) - _halted_by_hand(halts, reader.dates)
    try:
        entries = ledger.append(
            reader.now,
            lambda known, now: transform.events(candidates, reader.dates, not_halted, known, now),
            dict(previous.select("ledger_seq", "ledger_hash").iter_rows()),
        )
    except DamagedLogError as error:
        return transform.refused([problem.text for problem in error.problems], reader.dates)
    return transform.rows(entries, reader.dates)


def _halted_by_hand(halts: Halts, dates: Collection[date]) -> set[date]:
    """Asked once more: a halt placed a minute ago is not in the table yet."""
    try:
        return {day for day in dates if halts.in_force(day)}
    except DamagedLogError:
        return set(dates)
