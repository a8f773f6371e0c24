import polars as pl

from nba_assets.landing_files import ODDS_EVENTS
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import v_game_id_mappings as transform
from nba_assets.transforms.documents import odds_events


@table_asset(
    "v_game_id_mappings",
    landing=[ODDS_EVENTS],
    inputs=["nbac_schedule", "odds_api_game_lines", "odds_api_player_points_props"],
)
def v_game_id_mappings(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    odds_api_game_lines: pl.DataFrame,
    odds_api_player_points_props: pl.DataFrame,
) -> pl.DataFrame:
    events = reader.read(ODDS_EVENTS, odds_events.parse, odds_events.SCHEMA)
    return transform.build(nbac_schedule, odds_api_game_lines, odds_api_player_points_props, events)
