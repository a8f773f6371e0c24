import polars as pl

from nba_assets.checks.schedule import BOX_SCORES_OF_EVERY_GAME
from nba_assets.landing_files import NBA_BOXSCORES, NBA_GAME_BOXSCORES
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_player_boxscores as transform
from nba_assets.transforms.documents import game_boxscore, leaguegamelog


@table_asset(
    "nbac_player_boxscores",
    landing=[NBA_BOXSCORES, NBA_GAME_BOXSCORES],
    inputs=["nbac_schedule"],
    checks=[BOX_SCORES_OF_EVERY_GAME],
)
def nbac_player_boxscores(reader: LandingReader, nbac_schedule: pl.DataFrame) -> pl.DataFrame:
    return transform.build(
        reader.read(NBA_BOXSCORES, leaguegamelog.parse_players, leaguegamelog.PLAYER_SCHEMA),
        reader.read(NBA_GAME_BOXSCORES, game_boxscore.parse_players, game_boxscore.PLAYER_SCHEMA),
        nbac_schedule,
    )
