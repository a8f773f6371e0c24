import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class NbacPlayerList(dy.Schema):
    """One row per player: the team he belonged to on the morning of the game date, as far as was known then.

    The team of his last box-score row dated strictly before the game date (365 days back), overridden by a newer player
    index snapshot fetched before noon ET of the game date. A traded player has exactly one row.
    """

    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    player_full_name = col.player_full_name()
    player_lookup = col.player_lookup()
    season_year = col.season_year()
    team_id = col.team_id(nullable=True)
    team_abbr = col.team_abbr(
        "Team on the morning of the date; null for a player the index lists without one.", nullable=True
    )
    position = col.text("G, F, C or combinations, from the player index; null without one.")
    jersey_number = col.text("From the player index.")
    height = col.text("Feet-inches, e.g. 6-8, from the player index.")
    weight = col.text("Pounds, from the player index.")
    country = col.text("From the player index.")
    draft_year = dy.Int64(nullable=True, min=1940, max=2100, description="From the player index; null if undrafted.")
    last_game_date = dy.Date(
        nullable=True,
        description="Last date of this season, before the game date, on which he played; null before his first.",
    )
    roster_source = col.one_of(["boxscore", "player_index"], description="Which source decided the team.")


TABLE = Table(
    "nba_raw",
    "nbac_player_list",
    NbacPlayerList,
    source="landing/nba_player_index and nbac_player_boxscores of the 365 days before",
    cluster_by=("team_abbr", "player_lookup"),
)
