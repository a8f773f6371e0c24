"""Every table of the platform, declared once. Add a table: write its module, then name it in `_MODULES`."""

from nba_assets.contracts import (
    ml_feature_store_v2,
    nbac_injury_report,
    nbac_play_by_play,
    nbac_player_boxscores,
    nbac_player_list,
    nbac_schedule,
    nbac_shot_charts,
    nbac_team_boxscores,
    odds_api_game_lines,
    odds_api_player_points_props,
    player_composite_factors,
    player_daily_cache,
    player_game_summary,
    player_shot_zone_analysis,
    team_defense_game_summary,
    team_defense_zone_analysis,
    team_offense_game_summary,
    unresolved_names,
    upcoming_player_game_context,
    upcoming_team_game_context,
    v_game_id_mappings,
)
from nba_assets.contracts.base import PARTITION_COLUMN, Column, Table

# In the order data travels; `nba status` and docs/tables.md list them so.
_MODULES = (
    nbac_schedule,
    nbac_player_boxscores,
    nbac_team_boxscores,
    nbac_shot_charts,
    nbac_play_by_play,
    nbac_player_list,
    nbac_injury_report,
    odds_api_game_lines,
    odds_api_player_points_props,
    v_game_id_mappings,
    unresolved_names,
    player_game_summary,
    team_offense_game_summary,
    team_defense_game_summary,
    upcoming_team_game_context,
    upcoming_player_game_context,
    team_defense_zone_analysis,
    player_shot_zone_analysis,
    player_composite_factors,
    player_daily_cache,
    ml_feature_store_v2,
)

TABLES: dict[str, Table] = {module.TABLE.name: module.TABLE for module in _MODULES}

__all__ = ["PARTITION_COLUMN", "TABLES", "Column", "Table"]
