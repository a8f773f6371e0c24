import polars as pl

from nba_assets.checks.best_bets import CHECKS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import signal_best_bets_picks as transform


@table_asset(
    "signal_best_bets_picks",
    look_back=[
        LookBack("player_prop_predictions", 0, transform.PREDICTION_COLUMNS, same_date=True),
        LookBack("ml_feature_store_v2", 0, transform.FEATURE_COLUMNS, same_date=True),
        LookBack("halt_state", 0, transform.HALT_COLUMNS, same_date=True),
        LookBack("model_performance_daily", transform.STATE_DAYS, transform.STATE_COLUMNS),
    ],
    checks=CHECKS,
)
def signal_best_bets_picks(
    reader: LandingReader,
    player_prop_predictions: pl.DataFrame,
    ml_feature_store_v2: pl.DataFrame,
    halt_state: pl.DataFrame,
    model_performance_daily: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(player_prop_predictions, ml_feature_store_v2, model_performance_daily, halt_state)
