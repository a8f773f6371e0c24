import polars as pl

from nba_assets.checks.schedule import BOX_SCORES_OF_EVERY_GAME
from nba_assets.landing_files import NBA_GAME_BOXSCORES, NBA_TEAM_BOX
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_team_boxscores as transform
from nba_assets.transforms.documents import game_boxscore, leaguegamelog


@table_asset(
    "nbac_team_boxscores",
    landing=[NBA_TEAM_BOX, NBA_GAME_BOXSCORES],
    inputs=["nbac_schedule"],
    checks=[BOX_SCORES_OF_EVERY_GAME],
)
def nbac_team_boxscores(reader: LandingReader, nbac_schedule: pl.DataFrame) -> pl.DataFrame:
    return transform.build(
        reader.read(NBA_TEAM_BOX, leaguegamelog.parse_teams, leaguegamelog.TEAM_SCHEMA),
        reader.read(NBA_GAME_BOXSCORES, game_boxscore.parse_teams, game_boxscore.TEAM_SCHEMA),
        nbac_schedule,
    )
