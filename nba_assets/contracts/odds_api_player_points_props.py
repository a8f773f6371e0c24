import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.odds_api_game_lines import odds_api_event_id, quote_times

NAME_RUNGS = ["exact", "alias", "suffix", "token_set", "initial", "league_exact"]


class OddsApiPlayerPointsProps(dy.Schema):
    """One row per snapshot, book, player, market and quoted line, Over and Under side by side.

    Points props are the rows with `market_key = 'player_points'`; the other player markets of the same files are kept
    under their own keys. A quote with one side has the other price null and is never a line.
    """

    game_date = col.game_date()
    odds_api_event_id = odds_api_event_id(primary_key=True)
    snapshot_timestamp = col.instant("When the odds were seen.", primary_key=True, nullable=False)
    bookmaker = dy.String(primary_key=True, min_length=1, description="Book, e.g. draftkings.")
    market_key = dy.String(
        primary_key=True, regex=r"^player_[a-z0-9_]+$", description="player_points, player_rebounds, ..."
    )
    player_name = dy.String(primary_key=True, min_length=1, description="Name as the book writes it.")
    points_line = dy.Float64(
        primary_key=True,
        min=-0.5,
        max=200,
        description="The quoted number, in the market's own unit (points for player_points).",
        metadata={"unit": "market unit"},
    )
    pair_no = dy.Int64(
        primary_key=True, min=0, description="0 for the first Over/Under pair at this line, 1 for a second one."
    )
    nba_game_id = col.nba_game_id()
    game_id = col.game_id()
    season_year = col.season_year()
    home_team_abbr = col.team_abbr("Home team.")
    away_team_abbr = col.team_abbr("Away team.")
    player_lookup = col.player_lookup()
    nba_player_id = col.nba_player_id(nullable=True)
    name_rung = col.one_of(NAME_RUNGS, nullable=True, description="Which rung linked the name; null = unresolved.")
    over_price = col.number("Decimal odds of the Over.", unit="decimal odds", low=1, high=1001)
    under_price = col.number("Decimal odds of the Under.", unit="decimal odds", low=1, high=1001)
    over_price_american = dy.Int64(nullable=True, description="The same price, American.")
    under_price_american = dy.Int64(nullable=True, description="The same price, American.")
    commence_time = quote_times()["commence_time"]
    tipoff_utc = quote_times()["tipoff_utc"]
    minutes_before_tipoff = quote_times()["minutes_before_tipoff"]
    market_last_update = quote_times()["market_last_update"]
    is_in_play = quote_times()["is_in_play"]
    source_path = col.source_path()
    fetched_at = col.fetched_at()

    @dy.rule()
    def at_least_one_side(cls) -> pl.Expr:
        return pl.col("over_price").is_not_null() | pl.col("under_price").is_not_null()


TABLE = Table(
    "nba_raw",
    "odds_api_player_points_props",
    OddsApiPlayerPointsProps,
    source="landing/odds_player_props",
    cluster_by=("player_lookup", "bookmaker"),
    optional=True,
)
