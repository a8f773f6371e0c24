import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.odds_api_game_lines import odds_api_event_id


class VGameIdMappings(dy.Schema):
    """One row per scheduled game: the crosswalk between NBA game id, YYYYMMDD_AWY_HOM and the Odds API event.

    An event belongs to the game of the same two teams on the ET date of its `commence_time`; exact times are never
    compared, because they drift.
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    home_team_abbr = col.team_abbr("Home team.")
    away_team_abbr = col.team_abbr("Away team.")
    tipoff_utc = col.instant("Scheduled tip-off.", nullable=False)
    odds_api_event_id = odds_api_event_id(nullable=True)
    commence_time = col.instant("Smallest commence_time seen for the event; null without an event.")
    event_count = col.count(
        "Distinct Odds API events matched to the game; more than 1 is a re-issued event.", nullable=False
    )


TABLE = Table(
    "nba_raw",
    "v_game_id_mappings",
    VGameIdMappings,
    source="nbac_schedule, odds_api_game_lines, odds_api_player_points_props",
)
