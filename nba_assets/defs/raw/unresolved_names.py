import polars as pl

from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import unresolved_names as transform


@table_asset("unresolved_names", inputs=["odds_api_player_points_props", "nbac_injury_report", "nbac_player_list"])
def unresolved_names(
    reader: LandingReader,
    odds_api_player_points_props: pl.DataFrame,
    nbac_injury_report: pl.DataFrame,
    nbac_player_list: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(odds_api_player_points_props, nbac_injury_report, nbac_player_list)
