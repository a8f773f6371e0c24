import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class UnresolvedNames(dy.Schema):
    """One row per source, game and name that could not be linked to a person id.

    The rows that carry the name stay in their table with a null `nba_player_id`; this is the work list for the alias table.
    """

    game_date = col.game_date()
    source = dy.String(primary_key=True, min_length=1, description="Table that carries the name.")
    nba_game_id = col.nba_game_id(primary_key=True)
    player_name = dy.String(primary_key=True, min_length=1, description="Name as the source writes it.")
    player_lookup = col.player_lookup()
    game_id = col.game_id()
    home_team_abbr = col.team_abbr("Home team.")
    away_team_abbr = col.team_abbr("Away team.")
    bookmakers = dy.List(dy.String(), description="Books that write the name so; none of the injury report.")
    occurrences = dy.Int64(min=1, description="Rows that carry the name.")
    nearest_name = col.text("The most similar name on the two rosters: a hint for people, never used for linking.")


TABLE = Table(
    "nba_raw",
    "unresolved_names",
    UnresolvedNames,
    source="odds_api_player_points_props and nbac_injury_report",
    optional=True,
)
