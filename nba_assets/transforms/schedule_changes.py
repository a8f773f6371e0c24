"""Which game dates a new schedule snapshot changes."""

from datetime import date

import polars as pl

# Everything about a game that a table reads. The document's other fields (records, leaders, broadcasters) change daily.
_WATCHED = [
    "game_date",
    "nba_game_id",
    "tipoff_utc",
    "game_status",
    "home_team_id",
    "away_team_id",
    "home_team_score",
    "away_team_score",
    "postponed_status",
    "is_neutral",
    "arena_city",
]


def changed_dates(before: pl.DataFrame, after: pl.DataFrame) -> list[date]:
    """Game dates with a game that appeared, left or changed between two parsed schedules; a moved game gives both
    dates.
    """
    old, new = before.select(_WATCHED).unique(), after.select(_WATCHED).unique()
    gone = old.join(new, on=_WATCHED, how="anti", nulls_equal=True)
    came = new.join(old, on=_WATCHED, how="anti", nulls_equal=True)
    return sorted(pl.concat([gone, came])["game_date"].unique())
