"""nbac_player_list: the rosters of a date as they were known on its morning."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from nba_assets.calendar import et_date, season_year_of
from nba_assets.contracts.nbac_player_list import TABLE
from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets.transforms.documents.playerindex import SCHEMA as INDEX_SCHEMA
from nba_assets.transforms.documents.values import marked
from nba_assets.transforms.identity.names import player_lookup_expr

# Neither a box score nor an index older than this says where a player is today.
_LOOKBACK = "365d"

# A snapshot fetched before noon ET tells the rosters of that date; a later one may know tonight's transactions and
# tells those of the next.
_MORNING_ENDS = timedelta(hours=12)


def build(index: pl.DataFrame, boxscores: pl.DataFrame, game_dates: Sequence[date]) -> pl.DataFrame:
    """One row per (game date, player) from parsed player indexes and `nbac_player_boxscores` rows of the year before.

    Only box scores strictly before a date count, and index snapshots up to its morning; later ones change nothing.
    """
    days = pl.DataFrame({"game_date": sorted(set(game_dates))}, schema={"game_date": pl.Date()})
    listed = _index_by_date(index, days)
    good, bad = (
        listed.filter(pl.col(QUARANTINE_REASON).is_null()),
        listed.filter(pl.col(QUARANTINE_REASON).is_not_null()),
    )
    players = _last_boxes(boxscores, days).join(
        good, on=["game_date", "nba_player_id"], how="full", coalesce=True, suffix="_index"
    )
    # A snapshot of the box score's own day was taken in the morning, before that game.
    by_index = pl.col("box_date").is_null() | (pl.col("snapshot_date") > pl.col("box_date")).fill_null(False)
    name = pl.coalesce("player_full_name", "player_full_name_index")
    players = players.with_columns(
        player_full_name=name,
        team_id=pl.when(by_index).then("team_id_index").otherwise("team_id"),
        roster_source=pl.when(by_index).then(pl.lit("player_index")).otherwise(pl.lit("boxscore")),
    )
    rows = pl.concat([players, bad], how="diagonal").with_columns(
        player_lookup=player_lookup_expr(pl.col("player_full_name")),
        season_year=season_year_of(pl.col("game_date")),
        team_abbr=pl.col("team_id").replace_strict(TEAM_ABBR_BY_ID, default=None, return_dtype=pl.String),
    )
    return rows.select(*TABLE.column_names, QUARANTINE_REASON)


def _last_boxes(boxscores: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Per (game date, player): the last box row before the date (`box_date`), and when he last played this season."""
    boxes = boxscores.rename({"game_date": "box_date"}).sort("box_date")
    asked = (
        days.join(boxes.select("nba_player_id").unique(), how="cross")
        .with_columns(season_year=season_year_of(pl.col("game_date")))
        .sort("game_date")
    )
    team = asked.join_asof(
        boxes.select("nba_player_id", "box_date", "player_full_name", "team_id"),
        left_on="game_date",
        right_on="box_date",
        by="nba_player_id",
        tolerance=_LOOKBACK,
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
    played = boxes.filter(pl.col("player_status") == "active").select(
        "nba_player_id", "season_year", pl.col("box_date").alias("last_game_date")
    )
    return team.filter(pl.col("box_date").is_not_null()).join_asof(
        played,
        left_on="game_date",
        right_on="last_game_date",
        by=["nba_player_id", "season_year"],
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )


def _index_by_date(index: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Per (game date, player): his row in the newest snapshot up to the date, of `snapshot_date`.

    A player whom that snapshot no longer lists has no row, even if an older snapshot lists him.
    """
    files = (
        index.select(et_date(pl.col("fetched_at") + _MORNING_ENDS).alias("snapshot_date"), "fetched_at", "source_path")
        .unique()
        .sort("snapshot_date", "fetched_at", "source_path")
        .unique("snapshot_date", keep="last", maintain_order=True)
    )
    newest = days.join_asof(
        files,
        left_on="game_date",
        right_on="snapshot_date",
        tolerance=_LOOKBACK,
        coalesce=False,
        check_sortedness=False,
    )
    rows = newest.join(
        index.select("source_path", "fetched_at", *INDEX_SCHEMA, QUARANTINE_REASON).unique(),
        on=["source_path", "fetched_at"],
    )
    unknown_team = ~pl.col("team_id").is_in(list(TEAM_ABBR_BY_ID))
    return marked(
        rows, [pl.when(unknown_team).then(pl.format("team_id {} is not an NBA team", pl.col("team_id")))]
    ).drop("source_path", "fetched_at")
