import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_shot_zone_analysis import PRIMARY_ZONES


def _points(description: str, *, nullable: bool = False) -> dy.Float64:
    return col.number(description, unit="points", low=0, high=80, nullable=nullable)


class PlayerDailyCache(dy.Schema):
    """One row per player expected for a game of the date who has played this season: his averages before it.

    State before the games of `game_date` (cache_date of old). A game is one he played; `last_N` are his newest N games of
    the season, fewer if he has no more: `games_played_season` says how many there are, and `early_season_flag` marks
    rows below 10. There is a row from his first game on, because sportsbooks price such players too; who needs a
    steadier mean asks for more games. No row where his last game is longer ago than 30 days, idle days of the league not
    counted. The Cup final is in every window but the season's. His age is no column: no source tells birth dates.
    """

    game_date = col.game_date(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    player_lookup = col.player_lookup()
    nba_game_id = col.nba_game_id()
    team_abbr = col.team_abbr("His team as of the date.")
    season_year = col.season_year()
    points_avg_last_5 = _points("Mean points of the last 5.")
    points_avg_last_10 = _points("Mean points of the last 10.")
    points_avg_season = _points("Mean points of the season, without the Cup final.", nullable=True)
    points_avg_ewma = _points(
        "Exponentially weighted mean of the season's points: a game weighs half of the 8th after it."
    )
    points_std_last_10 = col.number(
        "Sample standard deviation of the last 10; null with one game.", unit="points", low=0, high=60
    )
    minutes_avg_last_10 = col.number("Mean minutes of the last 10.", unit="minutes", low=0, high=80)
    usage_rate_last_10 = col.number(
        "Mean usage of those of the last 10 that have one.", unit="percent", low=0, high=100
    )
    player_usage_rate_season = col.number(
        "Mean usage of the season, without the Cup final.", unit="percent", low=0, high=100
    )
    ts_pct_last_10 = col.number(
        "Mean true shooting of those of the last 10 that have one.", unit="fraction", low=0, high=1.5
    )
    games_played_season = col.count("Games of the season he has played.", maximum=130, nullable=False)
    games_in_sample_10 = col.count("Games behind the _last_10 columns.", maximum=10, nullable=False)
    last_game_date = dy.Date(description="His last played game.")
    team_pace_last_10 = col.number(
        "His team's mean pace, last 10 games of the season.", unit="possessions per 48 min", low=60, high=150
    )
    team_off_rating_last_10 = col.number(
        "His team's mean points per 100 possessions, same games.", unit="points per 100 possessions", low=50, high=200
    )
    games_in_last_7_days = col.count("As in upcoming_player_game_context.", maximum=7, nullable=False)
    games_in_last_14_days = col.count("As in upcoming_player_game_context.", maximum=14, nullable=False)
    minutes_in_last_7_days = col.number(
        "As in upcoming_player_game_context.", unit="minutes", low=0, high=400, nullable=False
    )
    minutes_in_last_14_days = col.number(
        "As in upcoming_player_game_context.", unit="minutes", low=0, high=800, nullable=False
    )
    avg_minutes_per_game_last_7 = col.number("As in upcoming_player_game_context.", unit="minutes", low=0, high=80)
    back_to_backs_last_14_days = col.count("As in upcoming_player_game_context.", maximum=13, nullable=False)
    primary_scoring_zone = col.one_of(
        PRIMARY_ZONES, "As in player_shot_zone_analysis; null without a row there.", nullable=True
    )
    paint_rate_last_10 = col.number("As in player_shot_zone_analysis.", unit="percent", low=0, high=100)
    three_pt_rate_last_10 = col.number("As in player_shot_zone_analysis.", unit="percent", low=0, high=100)
    assisted_share_last_10 = col.number(
        "Assisted makes / makes over those of the last 10 that know assists (assisted_rate_last_10 of old; the shot-zone "
        "table has it in percent).",
        unit="fraction",
        low=0,
        high=1,
    )
    early_season_flag = col.flag("Fewer than 10 games played this season.", nullable=False)

    @dy.rule()
    def the_last_game_is_before_the_date(cls) -> pl.Expr:
        return pl.col("last_game_date") < pl.col("game_date")


TABLE = Table(
    "nba_precompute",
    "player_daily_cache",
    PlayerDailyCache,
    source=(
        "upcoming_player_game_context, player_shot_zone_analysis, and player_game_summary and team_offense_game_summary "
        "of the season before the date"
    ),
    cluster_by=("player_lookup", "team_abbr"),
)
