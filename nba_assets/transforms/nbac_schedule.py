"""nbac_schedule: the newest schedule document of each season."""

import polars as pl

from nba_assets.calendar import et_date
from nba_assets.contracts.nbac_schedule import TABLE
from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets.transforms.documents import QUARANTINE_REASON


def build(schedules: pl.DataFrame) -> pl.DataFrame:
    """One row per game from parsed schedule documents (`documents.schedule.SCHEMA` and source columns).

    The newest document of a season speaks alone: a game that it moved or removed leaves its old date.
    """
    newest = (
        schedules.select("season_year", "fetched_at", "source_path")
        .unique()
        .sort("fetched_at", "source_path")
        .unique("season_year", keep="last")
    )
    games = _one_row_per_game(schedules.join(newest, on=newest.columns, how="semi", maintain_order="left"))
    home, away = (
        pl.col(f"{side}_team_id").replace_strict(TEAM_ABBR_BY_ID, default=None, return_dtype=pl.String)
        for side in ("home", "away")
    )
    home_score, away_score = pl.col("home_team_score"), pl.col("away_team_score")
    games = games.with_columns(
        # A marked row may lack its date; it is shown on the day of its tip-off, or of its file.
        game_date=pl.coalesce("game_date", et_date(pl.col("tipoff_utc")), "landing_date"),
        home_team_abbr=home,
        away_team_abbr=away,
        winning_team_abbr=pl.when(home_score > away_score).then(home).when(away_score > home_score).then(away),
    )
    return games.with_columns(
        game_id=pl.format("{}_{}_{}", pl.col("game_date").dt.strftime("%Y%m%d"), "away_team_abbr", "home_team_abbr")
    ).select(*TABLE.column_names, QUARANTINE_REASON)


def _one_row_per_game(games: pl.DataFrame) -> pl.DataFrame:
    """A document can hold a postponed game on both its dates: the later tip-off stands."""
    game = pl.col("nba_game_id")
    return games.sort("tipoff_utc", nulls_last=False, maintain_order=True).filter(
        game.is_null() | game.is_last_distinct()
    )
