import polars as pl

from ml_models.systems import ENTRIES
from ml_models.training_rows import pregame_inputs
from ml_models.walk_forward import mondays
from nba_assets.checks.predictions import CHECKS
from nba_assets.landing_reader import LandingReader
from nba_assets.shown import predictions_at_a_glance
from nba_assets.table_asset import table_asset
from nba_assets.transforms import player_prop_predictions as transform
from resources.model_store import ModelStore

_QUOTES = "odds_api_player_points_props"


@table_asset(
    "player_prop_predictions",
    inputs=[*pregame_inputs(), _QUOTES],
    own_rows=True,
    models=ENTRIES,
    checks=CHECKS,
    summary=predictions_at_a_glance,
)
def player_prop_predictions(
    reader: LandingReader, models: ModelStore, previous: pl.DataFrame, **tables: pl.DataFrame
) -> pl.DataFrame:
    quotes = tables.pop(_QUOTES)
    weeks = models.of_weeks(mondays(min(reader.dates), max(reader.dates)))
    return transform.build(tables, weeks, quotes, previous, reader.now)
