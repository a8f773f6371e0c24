import polars as pl

from nba_assets.checks.closing_line import CLOSES_CAPTURED
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import closing_line_value as transform


@table_asset(
    "closing_line_value",
    look_back=[
        LookBack("player_prop_predictions", 0, transform.PREDICTION_COLUMNS, same_date=True),
        LookBack("odds_api_player_points_props", 0, transform.QUOTE_COLUMNS, same_date=True),
    ],
    checks=[CLOSES_CAPTURED],
)
def closing_line_value(
    reader: LandingReader, player_prop_predictions: pl.DataFrame, odds_api_player_points_props: pl.DataFrame
) -> pl.DataFrame:
    return transform.build(player_prop_predictions, odds_api_player_points_props)
