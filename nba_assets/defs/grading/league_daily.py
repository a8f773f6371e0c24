import polars as pl

from nba_assets.checks.league import CHECKS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import league_daily as transform


@table_asset(
    "league_daily",
    look_back=[
        LookBack("nbac_schedule", 0, transform.SCHEDULE_COLUMNS, same_date=True),
        LookBack("team_offense_game_summary", transform.DAYS_BEFORE, transform.TEAM_COLUMNS, same_date=True),
        LookBack("player_game_summary", transform.DAYS_BEFORE, transform.PLAYER_COLUMNS, same_date=True),
        LookBack("player_prop_predictions", transform.DAYS_BEFORE, transform.PREDICTION_COLUMNS, same_date=True),
    ],
    checks=CHECKS,
)
def league_daily(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    team_offense_game_summary: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    player_prop_predictions: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        reader.dates, nbac_schedule, team_offense_game_summary, player_game_summary, player_prop_predictions
    )
