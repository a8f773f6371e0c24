import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

REGIMES = ["TIGHT", "NORMAL", "LOOSE"]
# Days of the windows: the date itself and those before it.
WINDOWS = (7, 14, 30)


def _mae(description: str) -> dy.Float64:
    return col.number(description, unit="points", low=0, high=80)


def _gap(description: str) -> dy.Float64:
    return col.number(description, unit="points", low=-80, high=80)


def _per_team(description: str) -> dy.Float64:
    return col.number(description, unit="points per team and game", low=50, high=200)


def _pace(description: str) -> dy.Float64:
    return col.number(description, unit="possessions per 48 min", low=60, high=150)


def _players(description: str) -> dy.Int64:
    return col.count(description, maximum=20_000, nullable=False)


class LeagueDaily(dy.Schema):
    """One row per date, idle ones included: how much was scored, and how far the market and the champion were off.

    Known after the date's games. A window of N days is the date and the N - 1 before it; its sums are divided once,
    never the daily means averaged. What nobody measured is null, not 0. The line is the median of the books' last main
    lines before tip-off; of players who did not play nothing counts.
    """

    game_date = col.game_date(primary_key=True)
    season_year = col.season_year()
    games_scheduled = col.count("Games on the schedule.", maximum=30, nullable=False)
    games_played = col.count("Games with final box scores.", maximum=30, nullable=False)
    points_per_team = _per_team("Mean points of a team.")
    points_per_team_7d = _per_team("The same over 7 days.")
    points_per_team_30d = _per_team("The same over 30 days.")
    pace = _pace("Mean pace of a team.")
    pace_7d = _pace("The same over 7 days.")
    pace_30d = _pace("The same over 30 days.")

    priced_players = _players("Players with a line who played.")
    priced_players_30d = _players("The same over 30 days.")
    line_mae = _mae("Mean |points - line| of them.")
    line_mae_7d = _mae("The same over 7 days.")
    line_mae_14d = _mae("The same over 14 days.")
    line_mae_30d = _mae("The same over 30 days.")
    over_rate = col.number("Share above the line of those who did not hit it.", unit="fraction", low=0, high=1)
    over_rate_30d = col.number("The same over 30 days.", unit="fraction", low=0, high=1)
    market_regime = col.one_of(
        REGIMES, "By line_mae_7d: TIGHT below 4.5, LOOSE above 5.5; null where that is unknown.", nullable=True
    )

    champion_players = _players("Those of priced_players whom the champion predicted (its last version).")
    champion_players_30d = _players("The same over 30 days.")
    champion_mae = _mae("Mean |points - forecast| of them.")
    champion_mae_7d = _mae("The same over 7 days.")
    champion_mae_14d = _mae("The same over 14 days.")
    champion_mae_30d = _mae("The same over 30 days.")
    champion_gap = _gap("champion_mae - the line's on the same players: positive = the line is better.")
    champion_gap_7d = _gap("The same over 7 days.")
    champion_gap_14d = _gap("The same over 14 days.")
    champion_gap_30d = _gap("The same over 30 days.")

    @dy.rule()
    def unknown_is_null(cls) -> pl.Expr:
        return (
            ((pl.col("priced_players") == 0) == pl.col("line_mae").is_null())
            & ((pl.col("champion_players") == 0) == pl.col("champion_mae").is_null())
            & (pl.col("market_regime").is_null() == pl.col("line_mae_7d").is_null())
        )

    @dy.rule()
    def champion_is_judged_where_the_line_is(cls) -> pl.Expr:
        return pl.col("champion_players") <= pl.col("priced_players")


TABLE = Table(
    "nba_grading",
    "league_daily",
    LeagueDaily,
    source="nbac_schedule, team_offense_game_summary, player_game_summary and player_prop_predictions, 30 days",
)
