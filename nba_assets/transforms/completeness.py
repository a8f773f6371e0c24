"""What should be there of every table on a date, and what is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from ml_models.outcomes import SIDES
from nba_assets.checks.schedule import box_scores_due, lines_due
from nba_assets.contracts.base import Table
from nba_assets.contracts.completeness import TABLE
from nba_assets.transforms.prediction_accuracy import last_words

GRADES, PREDICTIONS = "prediction_accuracy", "player_prop_predictions"
SCHEDULE_COLUMNS = ("game_date", "nba_game_id", "postponed_status")
PREDICTION_COLUMNS = (
    "game_date", "nba_game_id", "nba_player_id", "system_id", "prediction_made_before_game", "is_active",
    "prediction_version", "created_at", "recommendation",
)  # fmt: skip
GRADE_COLUMNS = ("game_date", "nba_game_id", "nba_player_id", "system_id")
PARTITIONS = pl.Schema({"table_name": pl.String, "game_date": pl.Date, "rows": pl.Int64})
COVERAGE = pl.Schema({"game_date": pl.Date, "gradable": pl.Int64, "graded": pl.Int64})
FAILED = pl.Schema({"table_name": pl.String, "game_date": pl.Date})

# Every game gives rows of these, so a partition without any is none.
_NEVER_EMPTY = frozenset({
    "nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscores", "v_game_id_mappings", "player_game_summary",
    "team_offense_game_summary", "team_defense_game_summary", "upcoming_team_game_context",
})  # fmt: skip
# Known after the games; all grades are, too. The others are due before the first tip-off.
_AFTER_GAMES = frozenset({
    "nbac_player_boxscores", "nbac_team_boxscores", "nbac_shot_charts", "nbac_play_by_play", "player_game_summary",
    "team_offense_game_summary", "team_defense_game_summary",
})  # fmt: skip
_GRADING = "nba_grading"
# Null is not known to be postponed.
_ON = pl.col("postponed_status").is_in(["N", "A"]).fill_null(value=True)
_ENOUGH_GRADED = 0.95


def build(
    dates: Sequence[date],
    tables: Sequence[Table],
    schedule: pl.DataFrame,
    partitions: pl.DataFrame,
    covered: pl.DataFrame,
    now: datetime,
    failed: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row per date and table but this one. `partitions` (PARTITIONS): those that exist; `covered`: `coverage`;
    `failed` (FAILED): dates on which a table has an ERROR."""
    asked = [table for table in tables if table.name != TABLE.name]
    known = partitions.filter(pl.col("table_name") == _name_of("nbac_schedule", asked)).select("game_date", known=True)
    games = schedule.filter(_ON).group_by("game_date").agg(played=pl.col("nba_game_id").n_unique().cast(pl.Int64))
    days = pl.DataFrame({"game_date": sorted(set(dates))}, schema={"game_date": pl.Date})
    days = days.join(known, on="game_date", how="left").join(games, on="game_date", how="left")
    graded = covered.with_columns(table_name=pl.lit(_name_of(GRADES, asked)))
    cells = (
        days.join(pl.DataFrame([_traits(table) for table in asked]), how="cross")
        .join(partitions, on=["table_name", "game_date"], how="left")
        .join(graded, on=["table_name", "game_date"], how="left")
        .join(_due(days["game_date"].to_list(), now), on=["game_date", "after_games"], how="left")
    )  # fmt: skip
    red = (pl.DataFrame(schema=FAILED) if failed is None else failed).select(*FAILED).unique()
    return (
        cells.join(red.with_columns(red=pl.lit(value=True)), on=["table_name", "game_date"], how="left")
        .with_columns(games=pl.when("known").then(pl.col("played").fill_null(0)), present=pl.col("rows").is_not_null())
        .with_columns(expected=(pl.col("games").fill_null(1) > 0) & ~pl.col("optional"))
        .with_columns(state=_state())
        .select(TABLE.column_names)
    )


def stored_partitions(
    tables: Sequence[Table], present: Mapping[str, set[date]], frames: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """PARTITIONS of tables by name: the dates `present`, with the rows that `frames` have of them."""
    parts = [
        pl.DataFrame({"game_date": sorted(present[table.name])}, schema={"game_date": pl.Date})
        .join(frames[table.name].group_by("game_date").len("rows"), on="game_date", how="left")
        .select(
            pl.lit(table.full_name).alias("table_name"), "game_date", pl.col("rows").fill_null(0).cast(pl.Int64)
        )
        for table in tables
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=PARTITIONS), *parts])


def coverage(predictions: pl.DataFrame, grades: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """COVERAGE per date: recommendations of a side that stand, of games not postponed, and how many have a grade."""
    games = schedule.filter(_ON).select("game_date", "nba_game_id")
    gradable = (
        last_words(predictions)
        .filter("is_active", pl.col("recommendation").is_in(SIDES))
        .join(games, on=["game_date", "nba_game_id"], how="semi")
    )
    done = grades.select(GRADE_COLUMNS).unique().with_columns(done=pl.lit(value=True))
    return (
        gradable.join(done, on=list(GRADE_COLUMNS), how="left")
        .group_by("game_date")
        .agg(gradable=pl.len().cast(pl.Int64), graded=pl.col("done").sum().cast(pl.Int64))
        .sort("game_date")
    )


def _traits(table: Table) -> dict[str, object]:
    return {
        "table_name": table.full_name,
        "optional": table.optional,
        "never_empty": table.name in _NEVER_EMPTY,
        "after_games": table.name in _AFTER_GAMES or table.dataset == _GRADING,
    }


def _name_of(name: str, tables: Sequence[Table]) -> str:
    return next((table.full_name for table in tables if table.name == name), "")


def _due(dates: Sequence[date], now: datetime) -> pl.DataFrame:
    rows = [
        {"game_date": day, "after_games": after, "due": now >= (box_scores_due(day) if after else lines_due(day))}
        for day in dates
        for after in (True, False)
    ]
    return pl.DataFrame(rows, schema={"game_date": pl.Date, "after_games": pl.Boolean, "due": pl.Boolean})


def _state() -> pl.Expr:
    too_few = (pl.col("graded") < _ENOUGH_GRADED * pl.col("gradable")).fill_null(value=False)
    there, idle = pl.col("rows").fill_null(0) > 0, (pl.col("games") == 0).fill_null(value=False)
    absent = pl.col("rows").is_null() & ~pl.col("optional")
    return (
        pl.when(pl.col("red").is_not_null())
        .then(pl.lit("failed"))
        .when(there & too_few & pl.col("due"))
        .then(pl.lit("incomplete"))
        .when(there)
        .then(pl.lit("present"))
        .when(idle)
        .then(pl.lit("no_games"))
        .when(~absent & ~pl.col("never_empty"))
        .then(pl.lit("empty"))
        .when("due")
        .then(pl.lit("missing"))
        .otherwise(pl.lit("not_due"))
    )
