import polars as pl

from nba_assets.checks.summaries import GAMES_USABLE, TWO_TEAMS_PER_GAME
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import team_offense_game_summary as transform


@table_asset(
    "team_offense_game_summary",
    inputs=["nbac_schedule", "nbac_team_boxscores", "nbac_player_boxscores", "nbac_play_by_play", "nbac_shot_charts"],
    checks=[GAMES_USABLE, TWO_TEAMS_PER_GAME],
)
def team_offense_game_summary(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    nbac_team_boxscores: pl.DataFrame,
    nbac_player_boxscores: pl.DataFrame,
    nbac_play_by_play: pl.DataFrame,
    nbac_shot_charts: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        nbac_schedule, nbac_team_boxscores, nbac_player_boxscores, nbac_play_by_play, nbac_shot_charts
    )
