import polars as pl

from nba_assets.checks.grading import ACCURACY_CHECKS
from nba_assets.contracts.prediction_accuracy import TABLE
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import prediction_accuracy as transform
from nba_assets.transforms.kept import keep_instant


@table_asset(
    "prediction_accuracy",
    inputs=[
        "player_prop_predictions",
        "player_game_summary",
        "nbac_schedule",
        "nbac_injury_report",
        "player_daily_cache",
    ],
    own_rows=True,
    checks=ACCURACY_CHECKS,
)
def prediction_accuracy(
    reader: LandingReader,
    player_prop_predictions: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    nbac_schedule: pl.DataFrame,
    nbac_injury_report: pl.DataFrame,
    player_daily_cache: pl.DataFrame,
    previous: pl.DataFrame,
) -> pl.DataFrame:
    rows = transform.build(
        player_prop_predictions,
        player_game_summary,
        nbac_schedule,
        nbac_injury_report,
        player_daily_cache,
        reader.now,
    )
    return keep_instant(rows, previous, TABLE.key, "graded_at")
