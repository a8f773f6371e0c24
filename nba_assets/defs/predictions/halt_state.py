import polars as pl

from nba_assets.checks.halt import CHECKS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import halt_state as transform
from nba_assets.transforms.windows import SEASON_DAYS
from resources.chained_log import DamagedLogError
from resources.halts import Halts

# What is not there halts the date; a date without a row would say less.
_OF_DATE = {
    "upcoming_player_game_context": transform.CONTEXT_COLUMNS,
    "ml_feature_store_v2": transform.FEATURE_COLUMNS,
    "player_prop_predictions": transform.PREDICTION_COLUMNS,
}


@table_asset(
    "halt_state",
    look_back=[
        LookBack("nbac_schedule", SEASON_DAYS, transform.SCHEDULE_COLUMNS, same_date=True),
        *(LookBack(table, 0, columns, same_date=True) for table, columns in _OF_DATE.items()),
        LookBack("model_performance_daily", transform.PERFORMANCE_DAYS, transform.PERFORMANCE_COLUMNS),
    ],
    may_miss=tuple(_OF_DATE),
    own_rows=True,
    own_days=transform.SINCE_DAYS,
    resources=["halts"],
    checks=CHECKS,
)
def halt_state(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    upcoming_player_game_context: pl.DataFrame,
    ml_feature_store_v2: pl.DataFrame,
    player_prop_predictions: pl.DataFrame,
    model_performance_daily: pl.DataFrame,
    previous: pl.DataFrame,
    halts: Halts,
) -> pl.DataFrame:
    try:
        manual = {day: [halt.in_words() for halt in halts.in_force(day)] for day in reader.dates}
    except DamagedLogError:
        manual = None
    return transform.build(
        reader.dates,
        nbac_schedule,
        upcoming_player_game_context,
        ml_feature_store_v2,
        player_prop_predictions,
        model_performance_daily,
        manual,
        previous,
        reader.now,
    )
