"""Every system's prediction of every expected player, next to the line, with the versions that came before."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from ml_models.training_rows import STORE, pregame_rows
from nba_assets.contracts.player_prop_predictions import TABLE
from nba_assets.transforms import lines
from nba_assets.transforms.predictions.forecasts import Models, forecasts
from nba_assets.transforms.predictions.offers import on_offer, with_best_offer
from nba_assets.transforms.predictions.recommendations import quality_gate, with_recommendation
from nba_assets.transforms.predictions.versions import merged

CONTEXT = "upcoming_player_game_context"
_KEY = ["game_date", "nba_player_id"]
_OF_STORE = ["feature_quality_score", "required_default_count", "missing_required", "feature_version"]
_OF_CONTEXT = [
    "nba_game_id",
    "game_id",
    "season_year",
    "player_lookup",
    "team_abbr",
    "opponent_team_abbr",
    "home_game",
    "tipoff_utc",
    "as_of_ts",
    "has_prop_line",
    "current_points_line",
    "over_price",
    "under_price",
    "consensus_points_line",
    "book_count",
    "line_snapshot_ts",
]
# Column here -> column of the context.
_RENAMED = {
    "sportsbook": "current_points_line_source",
    "line_minutes_before_game": "line_minutes_before_tipoff",
    "injury_status_at_prediction": "player_status",
    "injury_checked_at": "injury_report_ts",
}


def build(
    tables: Mapping[str, pl.DataFrame],
    models: Models,
    prop_quotes: pl.DataFrame,
    previous: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """Rows of all versions of the dates of `tables` (`training_rows.pregame_inputs`, whole rows of the context).

    `models`: of the dates' weeks. `previous`: the stored rows of the same dates.
    """
    store, context = tables[STORE], tables[CONTEXT]
    said = (
        forecasts(pregame_rows(tables), models)
        .join(store.select(*_KEY, *_OF_STORE), on=_KEY, validate="m:1")
        .join(context.select(*_KEY, *_OF_CONTEXT, **_RENAMED), on=_KEY, validate="m:1")
        .pipe(at_the_line)
        .pipe(with_best_offer, on_offer(prop_quotes, context.select("nba_game_id", "as_of_ts").unique()))
        .with_columns(quality_gate=quality_gate(), created_at=pl.lit(now, dtype=pl.Datetime("us", "UTC")))
        .with_columns(prediction_made_before_game=pl.col("created_at") < pl.col("tipoff_utc"))
        .pipe(with_recommendation)
        .with_columns(
            prediction_id=pl.concat_str(
                pl.col("game_date").cast(pl.String), "player_lookup", "system_id", separator="_"
            )
        )
    )
    return merged(said, previous, context, now).select(TABLE.column_names)


def at_the_line(rows: pl.DataFrame) -> pl.DataFrame:
    """What the calibrated forecast says of the quoted line and its prices: the edge, its side, chances, fair prices."""
    over, under, edge = pl.col("p_over"), pl.col("p_under"), pl.col("line_margin")
    has_line, side = pl.col("has_prop_line"), pl.col("edge_side")
    return (
        rows.with_columns(
            line_margin=pl.col("predicted_points") - pl.col("current_points_line"),
            p_under=1 - over - pl.col("p_push"),
            market_p_over=lines.no_vig(pl.col("over_price"), pl.col("under_price")),
            line_source=pl.when(has_line).then(pl.lit("ACTUAL_PROP")).otherwise(pl.lit("NO_PROP_LINE")),
            line_source_api=pl.when(has_line).then(pl.lit("ODDS_API")),
            was_line_fallback=pl.col("sportsbook") != lines.CASCADE_BOOKS[0],
        )
        .with_columns(
            edge_side=pl.when(edge > 0).then(pl.lit("OVER")).when(edge < 0).then(pl.lit("UNDER")),
            fair_over_price=1 + under / over,
            fair_under_price=1 + over / under,
        )
        .with_columns(
            confidence_score=pl.when(side == "OVER").then(over).when(side == "UNDER").then(under) / (over + under)
        )
    )
