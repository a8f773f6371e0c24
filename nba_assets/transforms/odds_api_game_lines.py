"""Spreads, totals and moneylines: parsed event odds -> `nba_raw.odds_api_game_lines`."""

import polars as pl

from nba_assets.contracts.odds_api_game_lines import TABLE
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.values import marked
from nba_assets.transforms.odds_quotes import OVER_UNDER, prepare, reason_if

_TEAM_MARKETS = ["spreads", "h2h"]
_POINT_MARKETS = ["spreads", "totals"]
_MARKETS = ["spreads", "totals", "h2h"]

_OUTCOME = ["source_path", "odds_api_event_id", "bookmaker_key", "market_key", "outcome_name"]


def build(quotes: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Contract columns plus `quarantine_reason`; one row per quoted outcome.

    `quotes`: parsed documents with source columns; `schedule`: `nbac_schedule` rows of the same dates. The outcome is
    the team's abbreviation in spreads and h2h, Over / Under in totals. A quarantined row keeps it as written.
    """
    rows = prepare(quotes, schedule)
    outcome, market = pl.col("outcome_name"), pl.col("market_key")
    team = outcome.replace_strict(TEAM_ABBR_BY_NAME, default=None, return_dtype=pl.String)
    plays = (team == pl.col("home_team_abbr")) | (team == pl.col("away_team_abbr"))
    good_outcome = (
        pl.when(market.is_in(_TEAM_MARKETS)).then(plays.fill_null(value=False)).otherwise(outcome.is_in(OVER_UNDER))
    )
    rows = marked(
        rows,
        [
            reason_if(~market.is_in(_MARKETS), "market_key", "is not a game-line market"),
            reason_if(~good_outcome, "outcome_name", "is not an outcome of this game's market"),
            reason_if(market.is_in(_POINT_MARKETS) & pl.col("point").is_null(), "point", "is missing"),
        ],
    )
    good = pl.col(QUARANTINE_REASON).is_null()
    rows = rows.with_columns(
        outcome_name=pl.when(good & market.is_in(_TEAM_MARKETS)).then(team).otherwise(outcome),
        outcome_point="point",
        outcome_price="price_decimal",
        outcome_price_american="price_american",
    ).with_columns(
        # Rows are in document order, and a snapshot's market comes from one document.
        line_no=(pl.col("outcome_name").cum_count().over(*_OUTCOME, good) - 1).cast(pl.Int64)
    )
    return rows.select(*TABLE.column_names, QUARANTINE_REASON)
