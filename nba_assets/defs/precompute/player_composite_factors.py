import polars as pl

from nba_assets.checks.precompute import FACTORS_KNOWN, FACTORS_PLAUSIBLE, FACTORS_VARY
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import player_composite_factors as transform
from nba_assets.transforms.windows import SEASON_DAYS


@table_asset(
    "player_composite_factors",
    inputs=["upcoming_player_game_context", "player_shot_zone_analysis", "team_defense_zone_analysis"],
    look_back=[
        LookBack("player_game_summary", SEASON_DAYS, transform.GAME_COLUMNS),
        LookBack("team_offense_game_summary", SEASON_DAYS, transform.TEAM_COLUMNS),
    ],
    checks=[FACTORS_PLAUSIBLE, FACTORS_KNOWN, FACTORS_VARY],
)
def player_composite_factors(
    reader: LandingReader,
    upcoming_player_game_context: pl.DataFrame,
    player_shot_zone_analysis: pl.DataFrame,
    team_defense_zone_analysis: pl.DataFrame,
    player_game_summary: pl.DataFrame,
    team_offense_game_summary: pl.DataFrame,
) -> pl.DataFrame:
    return transform.build(
        upcoming_player_game_context,
        player_shot_zone_analysis,
        team_defense_zone_analysis,
        player_game_summary,
        team_offense_game_summary,
    )
