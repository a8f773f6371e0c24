"""Versions of predictions: what was said before tip-off stays; what is said anew is the next version.

A group is a player, game and system. Before tip-off a changed forecast supersedes the last version; a game or player
that fell away ends it. From tip-off on a group that was predicted in time is left alone. One that was not gets a
backtest row, which the next run replaces. Tip-off is what the schedule says now, whatever it said before.
"""

from datetime import datetime

import polars as pl

from nba_assets.transforms.features.population import NOT_EXPECTED_TO_PLAY
from nba_assets.transforms.kept import keep_instant

_PLAYER = ["game_date", "nba_game_id", "nba_player_id"]
GROUP = [*_PLAYER, "system_id"]

# What makes a new version, and why the old one ends: of two changes the first is told. A side that changes because
# the forecast does has another best offer, too.
CHANGES = (
    ("line_moved", ("current_points_line", "over_price", "under_price", "sportsbook")),
    (
        "forecast_changed",
        ("predicted_points", "p_over", "p_push", "model_sha256", "recommendation", "quality_gate"),
    ),
    ("line_moved", ("best_line", "best_price", "best_book")),
)


def merged(new: pl.DataFrame, previous: pl.DataFrame, context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """All versions of the dates: `previous` (stored rows) with the forecasts of this run, `new`.

    `new` has the table's columns but prediction_version, is_active and superseded_*. `context`
    (`upcoming_player_game_context`) tells which games and players are still expected.
    """
    instant = pl.lit(now).cast(pl.Datetime("us", "UTC"))
    tips = context.group_by("nba_game_id").agg(tip=pl.col("tipoff_utc").min())
    made_before = pl.col("prediction_made_before_game")
    live = previous.filter(made_before).join(tips, on="nba_game_id", how="left", maintain_order="left")
    # A game without a tip-off is no longer on the schedule: it never starts.
    started = (pl.col("tip") <= instant).fill_null(value=False)
    final, open_ = live.filter(started).drop("tip"), live.filter(~started)
    ahead = pl.col("tipoff_utc") > instant
    asked = _compared(new.filter(ahead), open_.filter("is_active"))
    late = new.filter(~ahead).join(final, on=GROUP, how="anti", maintain_order="left")
    return pl.concat(
        [
            final,
            _with_ended(open_, asked, context, instant),
            _next_versions(asked, open_),
            _backtests(late, previous.filter(~made_before)),
        ],
        how="diagonal",
    )


def _compared(asked: pl.DataFrame, active: pl.DataFrame) -> pl.DataFrame:
    """`asked` with `known`, whether the group has an active version, and `change`: why that one ends, null if not."""
    columns = [name for _, names in CHANGES for name in names]
    was = active.select(*GROUP, *(pl.col(name).alias(f"{name}_was") for name in columns), known=pl.lit(value=True))
    changes = [
        pl.when(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in names)).then(
            pl.lit(reason)
        )
        for reason, names in CHANGES
    ]
    return (
        asked.join(was, on=GROUP, how="left", maintain_order="left")
        .with_columns(pl.col("known").fill_null(value=False))
        .with_columns(change=pl.when("known").then(pl.coalesce(changes)))
        .drop(f"{name}_was" for name in columns)
    )


def _with_ended(open_: pl.DataFrame, asked: pl.DataFrame, context: pl.DataFrame, instant: pl.Expr) -> pl.DataFrame:
    """The stored versions of games ahead, active ones ended where something else counts from now on."""
    told = asked.select(*GROUP, "change", asked=pl.lit(value=True))
    expected = context.select(*_PLAYER, "player_status", expected=pl.lit(value=True))
    reason = (
        pl.when("asked")
        .then("change")
        .when(pl.col("tip").is_null())
        .then(pl.lit("game_postponed"))
        .when(pl.col("player_status").is_in(NOT_EXPECTED_TO_PLAY))
        .then(pl.lit("player_inactive"))
        .when("expected")
        .then(pl.lit("no_forecast"))
        .otherwise(pl.lit("not_expected"))
    )
    ends = pl.col("is_active") & pl.col("reason").is_not_null()
    return (
        open_.join(told, on=GROUP, how="left", maintain_order="left")
        .join(expected, on=_PLAYER, how="left", maintain_order="left")
        .with_columns(reason=reason)
        .with_columns(
            superseded_at=pl.when(ends).then(instant).otherwise("superseded_at"),
            superseded_reason=pl.when(ends).then("reason").otherwise("superseded_reason"),
            is_active=pl.col("is_active") & ~ends,
        )
        .drop("tip", "change", "asked", "player_status", "expected", "reason")
    )


def _next_versions(asked: pl.DataFrame, open_: pl.DataFrame) -> pl.DataFrame:
    """What is said for the first time, again after an end, or otherwise than before."""
    last = open_.group_by(GROUP).agg(last=pl.col("prediction_version").max())
    return (
        asked.filter(~pl.col("known") | pl.col("change").is_not_null())
        .join(last, on=GROUP, how="left", maintain_order="left")
        .with_columns(prediction_version=pl.col("last").fill_null(0) + 1, is_active=pl.lit(value=True))
        .drop("known", "change", "last")
    )


def _backtests(late: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Rows made after tip-off; one that is stored like this was made when it first was so."""
    rows = late.with_columns(
        prediction_version=pl.lit(1, dtype=pl.Int64),
        is_active=pl.lit(value=True),
        superseded_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        superseded_reason=pl.lit(None, dtype=pl.String),
    )
    return keep_instant(rows, stored, [*GROUP, "prediction_version"], "created_at")
