import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

# From the best to the worst that can be said of a table on a date; the first that is true is said, from the end.
STATES = ["present", "empty", "no_games", "not_due", "incomplete", "missing", "failed"]
FINE = ["present", "empty", "no_games", "not_due"]


class Completeness(dy.Schema):
    """One row per date and table of the platform: whether it should be there, and whether it is.

    present: rows are there. empty: none, and that may be (no quotes, no report, too little history). no_games: nothing
    was played, so nothing is due. not_due: its time has not come. incomplete: of what could be graded too little is.
    missing: no partition, or one without rows where every game gives some. failed: a check found an ERROR; only
    `nba status` says so, because a check may be judged after the row was written.
    """

    game_date = col.game_date(primary_key=True)
    table_name = dy.String(primary_key=True, regex=r"^nba_[a-z]+\.[a-z0-9_]+$", description="dataset.table.")
    games = col.count("Scheduled games that were not postponed; null: no schedule of the date.", maximum=30)
    expected = col.flag("Games are scheduled, and the table is none that may be absent.", nullable=False)
    present = col.flag("There is a partition.", nullable=False)
    rows = col.count("Rows of it; null without one.", maximum=10_000_000)
    gradable = col.count("Of prediction_accuracy: recommendations of scheduled games.", maximum=1_000_000)
    graded = col.count("Of these: with a grade.", maximum=1_000_000)
    state = col.one_of(STATES, "What that comes to.")

    @dy.rule()
    def rows_of_a_partition(cls) -> pl.Expr:
        return pl.col("present") == pl.col("rows").is_not_null()

    @dy.rule()
    def expected_is_there_or_said_to_be_missing(cls) -> pl.Expr:
        there = pl.col("present") | pl.col("state").is_in(["missing", "not_due", "failed"])
        return ~pl.col("expected") | there


TABLE = Table(
    "nba_grading",
    "completeness",
    Completeness,
    source="nbac_schedule, and the partitions of every table",
)
