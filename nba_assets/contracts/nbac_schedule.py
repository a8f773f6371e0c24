import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class NbacSchedule(dy.Schema):
    """One row per game on its current ET game date.

    The newest readable schedule snapshot of the season wins, so a moved game leaves its old date. Preseason (001) and
    All-Star (003) games and games whose teams are not yet drawn are left out.
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    game_code = col.text("NBA.com code, e.g. 20250115/NYKPHI.")
    game_type = col.one_of(
        ["regular_season", "playoffs", "play_in", "cup_final"], description="From the id's prefix (002/004/005/006)."
    )
    tipoff_utc = col.instant("Scheduled tip-off, true UTC.", nullable=False)
    game_status = dy.Int64(is_in=[1, 2, 3], description="1 scheduled, 2 live, 3 final, as of the snapshot.")
    game_status_text = col.text("e.g. 7:30 pm ET, Q3 5:47, Final/OT.")
    postponed_status = col.text("As the source writes it; N and A both mean not postponed.")
    is_neutral = col.flag("Neutral site; null where the document does not say (before 2024-25).")
    if_necessary = col.flag("Playoff game that may not be played.")
    game_label = col.text("e.g. Emirates NBA Cup.")
    game_sub_label = col.text("e.g. East Semifinal.")
    game_subtype = col.text("e.g. in-season.")
    series_game_number = col.text("Playoff series game number.")
    home_team_id = col.team_id("Home team (nominal at neutral sites).")
    home_team_abbr = col.team_abbr("Home team (nominal at neutral sites).")
    away_team_id = col.team_id("Away team.")
    away_team_abbr = col.team_abbr("Away team.")
    home_team_score = col.count("Final score; null unless the game is final.")
    away_team_score = col.count("Final score; null unless the game is final.")
    winning_team_abbr = col.team_abbr("Winner; null unless the game is final.", nullable=True)
    arena_name = col.text("Arena; null where the document leaves it empty.")
    arena_city = col.text("City of the arena; travel is computed from it at neutral sites.")
    arena_state = col.text("State of the arena.")
    source_path = col.source_path()
    fetched_at = col.fetched_at()

    # Odds events find their game by date and teams, so these must name one game.
    @dy.rule()
    def one_game_per_date_and_teams(cls) -> pl.Expr:
        return pl.len().over("game_date", "home_team_abbr", "away_team_abbr") == 1


TABLE = Table(
    "nba_raw",
    "nbac_schedule",
    NbacSchedule,
    source="landing/nba_schedule",
    cluster_by=("home_team_abbr", "away_team_abbr"),
)
