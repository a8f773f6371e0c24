import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class NbacPlayerBoxscores(dy.Schema):
    """One row per player listed in a game's box score.

    Per game the richest source wins: a per-game box score (CDN live data, or stats V3/V2) with starters, seconds and players who
    did not play, else leaguegamelog, which lists only players who entered the game. Statistics are null for players who
    did not play; 0 minutes is a player who played less than 30 seconds.
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    player_full_name = col.player_full_name()
    player_lookup = col.player_lookup()
    team_id = col.team_id()
    team_abbr = col.team_abbr("The player's team in this game.")
    home_team_abbr = col.team_abbr("Home team, from the schedule.")
    away_team_abbr = col.team_abbr("Away team, from the schedule.")
    is_home = col.flag("The player's team is the schedule's home team.", nullable=False)
    starter = col.flag("Started; null where the source does not say.")
    player_status = col.one_of(
        ["active", "dnp", "inactive"], description="active = played; dnp = dressed but did not play."
    )
    dnp_reason = col.text("Why he did not play, as the source writes it (reason code and description).")
    minutes = col.number("Minutes played; whole minutes in leaguegamelog.", unit="minutes", low=0, high=80)
    points = col.count("Points.", maximum=120)
    field_goals_made = col.count("Field goals made.", maximum=60)
    field_goals_attempted = col.count("Field goals attempted.", maximum=80)
    three_pointers_made = col.count("Three-pointers made.", maximum=40)
    three_pointers_attempted = col.count("Three-pointers attempted.", maximum=50)
    free_throws_made = col.count("Free throws made.", maximum=60)
    free_throws_attempted = col.count("Free throws attempted.", maximum=60)
    offensive_rebounds = col.count("Offensive rebounds.", maximum=40)
    defensive_rebounds = col.count("Defensive rebounds.", maximum=50)
    total_rebounds = col.count("Rebounds.", maximum=60)
    assists = col.count("Assists.", maximum=40)
    steals = col.count("Steals.", maximum=20)
    blocks = col.count("Blocks.", maximum=25)
    turnovers = col.count("Turnovers.", maximum=25)
    personal_fouls = col.count("Personal fouls.", maximum=10)
    plus_minus = col.signed("Point differential while on court.", bound=90)
    data_source = col.one_of(
        ["cdn_boxscore", "stats_boxscore", "leaguegamelog"], description="Which source gave the game."
    )
    source_path = col.source_path()
    fetched_at = col.fetched_at()

    @dy.rule()
    def points_add_up(cls) -> pl.Expr:
        return pl.col("points") == 2 * pl.col("field_goals_made") + pl.col("three_pointers_made") + pl.col(
            "free_throws_made"
        )

    @dy.rule()
    def made_not_above_attempted(cls) -> pl.Expr:
        return (
            (pl.col("field_goals_made") <= pl.col("field_goals_attempted"))
            & (pl.col("three_pointers_made") <= pl.col("three_pointers_attempted"))
            & (pl.col("free_throws_made") <= pl.col("free_throws_attempted"))
        )

    @dy.rule()
    def statistics_only_of_players_who_played(cls) -> pl.Expr:
        return (pl.col("player_status") == "active") == pl.col("points").is_not_null()


TABLE = Table(
    "nba_raw",
    "nbac_player_boxscores",
    NbacPlayerBoxscores,
    source="landing/nba_boxscores, landing/nba_game_boxscores",
    cluster_by=("player_lookup", "team_abbr"),
)
