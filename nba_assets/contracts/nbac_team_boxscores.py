import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


class NbacTeamBoxscores(dy.Schema):
    """One row per team of a game.

    Per game a per-game box score wins over leaguegamelog. A team without points (a running game's placeholder) is not a row.
    """

    game_date = col.game_date()
    nba_game_id = col.nba_game_id(primary_key=True)
    team_abbr = col.team_abbr("The team.", primary_key=True)
    game_id = col.game_id()
    season_year = col.season_year()
    team_id = col.team_id()
    is_home = col.flag("The schedule's home team.", nullable=False)
    win_loss = col.one_of(["W", "L"], nullable=True, description="As the source states it; null while the game runs.")
    minutes = col.number(
        "Team minutes: 240 + 25 per overtime, or the sum of rounded player minutes.", unit="minutes", low=0, high=420
    )
    points = col.count("Points.", maximum=250, nullable=False)
    fg_made = col.count("Field goals made.", maximum=120, nullable=False)
    fg_attempted = col.count("Field goals attempted.", maximum=200, nullable=False)
    three_pt_made = col.count("Three-pointers made.", maximum=80, nullable=False)
    three_pt_attempted = col.count("Three-pointers attempted.", maximum=120, nullable=False)
    ft_made = col.count("Free throws made.", maximum=120, nullable=False)
    ft_attempted = col.count("Free throws attempted.", maximum=120, nullable=False)
    offensive_rebounds = col.count(
        "Offensive rebounds of players (team rebounds excluded).", maximum=80, nullable=False
    )
    defensive_rebounds = col.count(
        "Defensive rebounds of players (team rebounds excluded).", maximum=100, nullable=False
    )
    total_rebounds = col.count("Rebounds of players (team rebounds excluded).", maximum=120, nullable=False)
    assists = col.count("Assists.", maximum=80, nullable=False)
    steals = col.count("Steals.", maximum=50, nullable=False)
    blocks = col.count("Blocks.", maximum=50, nullable=False)
    turnovers = col.count(
        "Turnovers of players where the source separates them, else as the source counts.", maximum=60
    )
    turnovers_incl_team = col.count("Turnovers including team turnovers; null where the source lacks them.", maximum=60)
    personal_fouls = col.count("Personal fouls.", maximum=80, nullable=False)
    plus_minus = col.signed("Points minus the opponent's points.", bound=120)
    points_second_chance = col.count("Second-chance points (CDN only).", maximum=120)
    points_fast_break = col.count("Fast-break points (CDN only).", maximum=120)
    data_source = col.one_of(
        ["cdn_boxscore", "stats_boxscore", "leaguegamelog"], description="Which source gave the game."
    )
    source_path = col.source_path()
    fetched_at = col.fetched_at()

    @dy.rule()
    def points_add_up(cls) -> pl.Expr:
        return pl.col("points") == 2 * pl.col("fg_made") + pl.col("three_pt_made") + pl.col("ft_made")

    @dy.rule()
    def rebounds_add_up(cls) -> pl.Expr:
        return pl.col("total_rebounds") == pl.col("offensive_rebounds") + pl.col("defensive_rebounds")


TABLE = Table(
    "nba_raw",
    "nbac_team_boxscores",
    NbacTeamBoxscores,
    source="landing/nba_team_box, landing/nba_game_boxscores",
    cluster_by=("game_id", "team_abbr"),
)
