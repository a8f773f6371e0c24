import polars as pl

from nba_assets.checks.summaries import GAMES_USABLE, ZONES_MATCH_BOX
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import table_asset
from nba_assets.transforms import lines
from nba_assets.transforms import player_game_summary as transform


@table_asset(
    "player_game_summary",
    inputs=[
        "nbac_schedule",
        "nbac_player_boxscores",
        "nbac_team_boxscores",
        "nbac_player_list",
        "nbac_play_by_play",
        "nbac_shot_charts",
        "odds_api_player_points_props",
    ],
    checks=[GAMES_USABLE, ZONES_MATCH_BOX],
)
def player_game_summary(
    reader: LandingReader,
    nbac_schedule: pl.DataFrame,
    nbac_player_boxscores: pl.DataFrame,
    nbac_team_boxscores: pl.DataFrame,
    nbac_player_list: pl.DataFrame,
    nbac_play_by_play: pl.DataFrame,
    nbac_shot_charts: pl.DataFrame,
    odds_api_player_points_props: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        nbac_schedule,
        nbac_player_boxscores,
        nbac_team_boxscores,
        nbac_player_list,
        nbac_play_by_play,
        nbac_shot_charts,
        lines.cascade(odds_api_player_points_props),
        lines.consensus(lines.latest(lines.main_lines(lines.pre_tip(odds_api_player_points_props)))),
    )
