"""nbac_player_boxscores: who was listed for a game and what he did, from the richest source of each game."""

import polars as pl

from nba_assets.contracts.nbac_player_boxscores import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS
from nba_assets.transforms.documents.box_rows import BOX_SOURCES, PLAYER_SCHEMA
from nba_assets.transforms.identity.names import player_lookup_expr
from nba_assets.transforms.newest import newest_per_game, richest_source_per_game
from nba_assets.transforms.on_schedule import on_schedule


def build(gamelog: pl.DataFrame, boxscores: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """One row per listed player from parsed leaguegamelog and per-game box scores, with the `nbac_schedule` rows.

    Documents of a game that was still running are no box score yet and are left out.
    """
    columns = [*PLAYER_SCHEMA, *SOURCE_COLUMNS, QUARANTINE_REASON]
    rows = pl.concat([gamelog.select(columns), boxscores.select(columns)]).filter("is_final")
    rows = newest_per_game(on_schedule(rows, schedule), within=["data_source"])
    rows = richest_source_per_game(rows, BOX_SOURCES)
    return rows.with_columns(
        is_home=pl.col("team_abbr") == pl.col("home_team_abbr"),
        player_lookup=player_lookup_expr(pl.col("player_full_name")),
    ).select(*TABLE.column_names, QUARANTINE_REASON)
