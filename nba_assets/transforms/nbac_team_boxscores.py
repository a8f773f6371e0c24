"""nbac_team_boxscores: what the two teams of a game did, from the richest source of each game."""

import polars as pl

from nba_assets.contracts.nbac_team_boxscores import TABLE
from nba_assets.transforms.documents import QUARANTINE_REASON, SOURCE_COLUMNS
from nba_assets.transforms.documents.box_rows import BOX_SOURCES, TEAM_SCHEMA
from nba_assets.transforms.newest import newest_per_game, richest_source_per_game
from nba_assets.transforms.on_schedule import on_schedule


def build(gamelog: pl.DataFrame, boxscores: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """One row per team from parsed leaguegamelog and per-game box scores, with the `nbac_schedule` rows.

    Documents of a game that was still running are left out, and so are teams without points (placeholders).
    """
    columns = [*TEAM_SCHEMA, *SOURCE_COLUMNS, QUARANTINE_REASON]
    rows = pl.concat([gamelog.select(columns), boxscores.select(columns)]).filter("is_final")
    placeholder = pl.col(QUARANTINE_REASON).is_null() & (pl.col("points").fill_null(0) == 0)
    rows = newest_per_game(on_schedule(rows.filter(~placeholder), schedule), within=["data_source"])
    rows = richest_source_per_game(rows, BOX_SOURCES)
    # Not the feed's own figure, which is a fraction now and then; unknown while one of the two scores is.
    game = ["landing_date", "nba_game_id", "data_source"]
    opponent = pl.when((pl.col("points").count() == 2).over(game)).then(
        pl.col("points").sum().over(game) - pl.col("points")
    )
    return rows.with_columns(
        is_home=pl.col("team_abbr") == pl.col("home_team_abbr"), plus_minus=pl.col("points") - opponent
    ).select(*TABLE.column_names, QUARANTINE_REASON)
