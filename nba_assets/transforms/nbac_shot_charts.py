"""nbac_shot_charts: every field-goal attempt of the stats.nba.com shot chart."""

import polars as pl

from nba_assets.contracts.nbac_shot_charts import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.newest import newest_per_game
from nba_assets.transforms.on_schedule import on_schedule

_PAINT = ["Restricted Area", "In The Paint (Non-RA)"]


def build(shots: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """One row per attempt from parsed shot charts and the `nbac_schedule` rows; a game's newest file speaks alone."""
    # The label decides what is a three: a few twos lie in a zone behind the arc, and corner threes are nearer.
    zone = (
        pl.when(pl.col("shot_type").str.starts_with("3PT"))
        .then(pl.lit("three"))
        .when(pl.col("zone_basic").is_in(_PAINT))
        .then(pl.lit("paint"))
        .otherwise(pl.lit("mid_range"))
    )
    return (
        newest_per_game(on_schedule(shots, schedule))
        .with_columns(clock_seconds=60 * pl.col("minutes_remaining") + pl.col("seconds_remaining"), shot_zone=zone)
        .select(*TABLE.column_names, QUARANTINE_REASON)
    )
