"""Forecasts of the systems as rows: point, distribution, calibrated chances at the line, reasons in words."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from ml_models import distributions
from ml_models.registry import Card
from ml_models.system import KEY, Contribution
from ml_models.vintages import Served, Vintage, serve
from ml_models.walk_forward import model_week
from nba_assets.contracts.player_prop_predictions import QUANTILES
from nba_assets.transforms.predictions.stored_pmf import pmf_lists

# Monday -> system -> its model of that week.
Models = Mapping[date, Mapping[str, tuple[Vintage, Card]]]

# Decimals of stored forecasts. The last bits depend on which rows are computed together: with them a player who joins
# the slate would change everybody's forecast.
_DECIMALS = 6

SCHEMA = {
    "game_date": pl.Date,
    "nba_player_id": pl.Int64,
    "system_id": pl.String,
    "predicted_points": pl.Float64,
    **dict.fromkeys(QUANTILES, pl.Float64),
    "points_pmf": pl.List(pl.Float64),
    "p_over": pl.Float64,
    "p_push": pl.Float64,
    "explanation": pl.List(pl.String),
    "ml_model_id": pl.String,
    "model_sha256": pl.String,
    "model_status": pl.String,
    "training_start_date": pl.Date,
    "training_end_date": pl.Date,
}


def forecasts(rows: pl.DataFrame, models: Models) -> pl.DataFrame:
    """One row per row of `rows` and system with a forecast for it (SCHEMA). A week without a model has none.

    `rows` as `training_rows.pregame_rows` gives them; chances are at `current_points_line`, null without one.
    """
    frames = []
    for monday in sorted({model_week(day) for day in rows["game_date"].unique()} & models.keys()):
        week = rows.filter(pl.col("game_date").is_between(monday, monday + timedelta(weeks=1), closed="left"))
        served = serve({name: vintage for name, (vintage, _) in models[monday].items()}, week)
        frames += [_rows(week, name, said, models[monday][name][1]) for name, said in served.items()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def _rows(week: pl.DataFrame, system_id: str, served: Served, card: Card) -> pl.DataFrame:
    calibrated = served.calibrated
    pmf = calibrated.forecast.pmf
    spoken = np.isfinite(calibrated.forecast.points) & np.isfinite(pmf[:, 0])
    numbers = {
        "predicted_points": calibrated.forecast.points,
        **dict(zip(QUANTILES, distributions.smooth_quantiles(pmf, list(QUANTILES.values())).T, strict=True)),
        "p_over": calibrated.p_over,
        "p_push": calibrated.p_push,
    }
    frame = week.select(KEY).with_columns(
        *(pl.Series(name, values).round(_DECIMALS).fill_nan(None) for name, values in numbers.items()),
        points_pmf=pmf_lists(pmf),
        explanation=pl.Series([_in_words(reasons) for reasons in served.reasons], dtype=pl.List(pl.String)),
        system_id=pl.lit(system_id),
        ml_model_id=pl.lit(card.model_id),
        model_sha256=pl.lit(card.sha256),
        model_status=pl.lit(card.status),
        training_start_date=pl.lit(card.window_start),
        training_end_date=pl.lit(card.window_end),
    )
    return frame.filter(pl.Series(spoken)).select(SCHEMA.keys())


def _in_words(reasons: Sequence[Contribution]) -> list[str]:
    return [f"{reason.words} ({reason.points:+.1f})" for reason in reasons]
