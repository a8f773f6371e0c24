"""Every table of the platform, declared once. Add a table: write its module, then name it in `_MODULES`."""

from nba_assets.contracts import (
    nbac_play_by_play,
    nbac_player_boxscores,
    nbac_player_list,
    nbac_schedule,
    nbac_shot_charts,
    nbac_team_boxscores,
    odds_api_game_lines,
    odds_api_player_points_props,
    player_game_summary,
    team_defense_game_summary,
    team_offense_game_summary,
    unresolved_names,
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
    odds_api_game_lines,
    odds_api_player_points_props,
    v_game_id_mappings,
    unresolved_names,
    player_game_summary,
    team_offense_game_summary,
    team_defense_game_summary,
)

TABLES: dict[str, Table] = {module.TABLE.name: module.TABLE for module in _MODULES}

__all__ = ["PARTITION_COLUMN", "TABLES", "Column", "Table"]
