import dataframely as dy

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table


def odds_api_event_id(*, primary_key: bool = False, nullable: bool = False) -> dy.String:
    return dy.String(
        primary_key=primary_key,
        nullable=nullable,
        regex=r"^[0-9a-f]{32}$",
        description="The Odds API event id, 32 hex characters; always a string (some look like floats).",
    )


def quote_times() -> dict[str, dy.Column]:
    """When a quote was seen, in relation to tip-off. Shared by both odds tables."""
    return {
        "commence_time": col.instant(
            "Event start as the provider states it; drifts, and is re-stamped after tip.", nullable=False
        ),
        "tipoff_utc": col.instant(
            "Earlier of the schedule's tip-off and the smallest commence_time seen.", nullable=False
        ),
        "minutes_before_tipoff": dy.Int64(
            description="floor((tipoff_utc - snapshot) / 60 s); negative after tip.", metadata={"unit": "minutes"}
        ),
        "market_last_update": col.instant("When the book last moved the market; null where the document lacks it."),
        "is_in_play": col.flag("Snapshot or last update is not before tip-off: never a pre-game line.", nullable=False),
    }


class OddsApiGameLines(dy.Schema):
    """One row per snapshot, book, market and outcome of a game's spreads, totals and moneylines."""

    game_date = col.game_date()
    odds_api_event_id = odds_api_event_id(primary_key=True)
    snapshot_timestamp = col.instant("When the odds were seen.", primary_key=True, nullable=False)
    bookmaker_key = dy.String(primary_key=True, min_length=1, description="Book, e.g. draftkings.")
    market_key = col.one_of(["spreads", "totals", "h2h"], primary_key=True, description="Market.")
    outcome_name = dy.String(
        primary_key=True, min_length=1, description="Team abbreviation (spreads, h2h) or Over / Under (totals)."
    )
    line_no = dy.Int64(
        primary_key=True, min=0, description="0 for the first quote of this outcome in the document, then alternates."
    )
    nba_game_id = col.nba_game_id()
    game_id = col.game_id()
    season_year = col.season_year()
    home_team_abbr = col.team_abbr("Home team.")
    away_team_abbr = col.team_abbr("Away team.")
    outcome_point = col.number(
        "Signed spread of that team, or the total; null for h2h.", unit="points", low=-100, high=400
    )
    outcome_price = col.number("Decimal odds.", unit="decimal odds", low=1, high=1001, nullable=False)
    outcome_price_american = dy.Int64(description="The same price, American.")
    commence_time = quote_times()["commence_time"]
    tipoff_utc = quote_times()["tipoff_utc"]
    minutes_before_tipoff = quote_times()["minutes_before_tipoff"]
    market_last_update = quote_times()["market_last_update"]
    is_in_play = quote_times()["is_in_play"]
    source_path = col.source_path()
    fetched_at = col.fetched_at()


TABLE = Table(
    "nba_raw",
    "odds_api_game_lines",
    OddsApiGameLines,
    source="landing/odds_game_lines",
    cluster_by=("odds_api_event_id", "bookmaker_key", "market_key"),
    optional=True,
)
