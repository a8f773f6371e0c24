"""nbac_play_by_play: the actions of the CDN feed."""

import polars as pl

from nba_assets.contracts.nbac_play_by_play import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.newest import newest_per_game
from nba_assets.transforms.on_schedule import on_schedule


def build(actions: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """One row per action from parsed play-by-play and the `nbac_schedule` rows; a game's newest file speaks alone."""
    return newest_per_game(on_schedule(actions, schedule)).select(*TABLE.column_names, QUARANTINE_REASON)
