import polars as pl

from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import team_defense_game_summary as transform


@table_asset(
    "team_defense_game_summary", inputs=["team_offense_game_summary", "nbac_team_boxscores", "nbac_play_by_play"]
)
def team_defense_game_summary(
    reader: LandingReader,
    team_offense_game_summary: pl.DataFrame,
    nbac_team_boxscores: pl.DataFrame,
    nbac_play_by_play: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(team_offense_game_summary, nbac_team_boxscores, nbac_play_by_play)
