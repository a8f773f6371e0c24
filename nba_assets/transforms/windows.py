"""Windows over past games: what was known of a player, a team or the league before the games of a date.

`asked` frames hold `game_date` (the date D asked about) and the columns of `by`; `games` frames hold the same and one
row per game. Only games strictly before D are ever seen. With `season_year` among `by` a window restarts each season;
a player is his id whatever team he plays for.

A windowed value is computed from the games of its own window alone, so it is bit for bit the same whatever other dates,
players or seasons are in the frames. `as_of_before` is for values that grow with the season (running counts, an
exponential mean); they need the season's games from its first.
"""

from collections.abc import Sequence

import polars as pl

from nba_assets.calendar import SEASON_OPENERS

PLAYER_SEASON = ["nba_player_id", "season_year"]
TEAM_SEASON = ["team_abbr", "season_year"]

# Reaches from any date of a season, its last included, back to before the season's opening date.
SEASON_DAYS = 280

# On the first days of a season there is too little to compare with: a default would look like data.
GATED_DAYS = 14
_LOWERED_UNTIL = 21


def played(player_games: pl.DataFrame) -> pl.DataFrame:
    """The rows of players who played; who did not is in no window and counts for no rest."""
    return player_games.filter(~pl.col("is_dnp"), pl.col("points").is_not_null())


def in_order(games: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Games oldest to newest within each of `by`; expressions on it take `.over(by)` for running values."""
    return games.sort(*by, "game_date", "nba_game_id")


def as_of_before(asked: pl.DataFrame, states: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """`asked` with the columns of the newest of `states` (one row per game: the state after it) before its date.

    The state's date comes as `last_game_date`. Null where there is none. Row order is kept.
    """
    states = (
        states.sort("game_date", "nba_game_id")
        .with_columns(last_game_date=pl.col("game_date"))
        .select("game_date", *by, pl.exclude("game_date", "nba_game_id", *by))
    )
    return (
        asked.with_row_index("_asked")
        .sort("game_date")
        .join_asof(states, on="game_date", by=list(by), allow_exact_matches=False, check_sortedness=False)
        .sort("_asked")
        .drop("_asked")
    )


def window(
    asked: pl.DataFrame,
    games: pl.DataFrame,
    by: Sequence[str],
    columns: Sequence[str],
    *,
    last: int | None = None,
    since: pl.Expr | None = None,
) -> pl.DataFrame:
    """`asked` with one list per name of `columns`: the values of the window's games, oldest to newest.

    The window is the games of the same `by` before the date: the newest `last` of them, those on `since` (a date
    expression on `asked`, see `days_before`) or later, or both; without either all of them. An empty window is an
    empty list; a null value of a game stays in its list, so that `.list.len()` counts games and `.list.mean()` ignores
    nulls. Row order is kept.
    """
    games = in_order(games, by).with_row_index("_row")
    positions = games.select(
        "game_date", *by, pl.col("_row").cast(pl.Int64), pl.col("_row").min().over(by).cast(pl.Int64).alias("_first")
    ).sort("game_date", "_row")
    bounds = (
        asked.select("game_date", *by, (pl.lit(None, pl.Date) if since is None else since).alias("_since"))
        .with_row_index("_asked")
        .sort("game_date")
        .join_asof(positions, on="game_date", by=list(by), allow_exact_matches=False, check_sortedness=False)
    )
    start = pl.col("_first")
    if since is not None:
        before = positions.select(_since="game_date", **{name: name for name in by}, _before=pl.col("_row"))
        bounds = bounds.sort("_since").join_asof(
            before, on="_since", by=list(by), allow_exact_matches=False, check_sortedness=False
        )
        start = pl.max_horizontal(start, pl.col("_before") + 1)
    if last is not None:
        start = pl.max_horizontal(start, pl.col("_row") + 1 - last)
    seen = (
        bounds.filter(pl.col("_row").is_not_null())
        .sort("_asked")
        .select("_asked", _row=pl.int_ranges(start, pl.col("_row") + 1))
        .explode("_row")
        .drop_nulls("_row")
    )
    lists = (
        pl.concat([seen.select("_asked"), games.select(columns)[seen["_row"]]], how="horizontal")
        .group_by("_asked", maintain_order=True)
        .agg(pl.col(columns))
    )
    empty = [pl.col(name).fill_null(pl.lit([], lists.schema[name])) for name in columns]
    return (
        asked.with_row_index("_asked")
        .join(lists, on="_asked", how="left", maintain_order="left")
        .with_columns(empty)
        .drop("_asked")
    )


def days_before(days: int) -> pl.Expr:
    """`since` of the calendar window D - days < date < D: "7 days" are the six dates before D."""
    return pl.col("game_date") - pl.duration(days=days - 1)


def league_days_before(asked: pl.DataFrame, league_dates: pl.Series, days: int) -> pl.DataFrame:
    """`asked` with `since`: the first of the `days` dates before D, or of the league's last `days` playing dates before
    D where that is earlier, so that after the All-Star break the window holds as many playing dates as ever.

    `league_dates`: dates on which the league played. For windows that decide who belongs to a population, never for
    workload: there a rest day is a rest day.
    """
    playing = pl.DataFrame({"played_on": league_dates.unique().sort()}, schema={"played_on": pl.Date})
    starts = (
        asked.select("game_date")
        .unique()
        .sort("game_date")
        .join_asof(
            playing.with_columns(_nth=pl.col("played_on").shift(days - 1)),
            left_on="game_date",
            right_on="played_on",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .select("game_date", since=pl.min_horizontal("_nth", pl.col("game_date") - pl.duration(days=days)))
    )
    return asked.join(starts, on="game_date", how="left", maintain_order="left")


def slope(values: pl.Expr) -> pl.Expr:
    """Least-squares slope of each list against 0, 1, 2, .. (units per game, oldest to newest); null below 2 values or
    with a null among them.
    """
    count = values.list.len().cast(pl.Float64)
    from_middle = pl.int_range(pl.len()) - (pl.len() - 1) / 2
    moment = values.list.eval((pl.element() * from_middle).sum()).list.first()
    return pl.when(count >= 2, ~values.list.contains(None)).then(moment / (count * (count**2 - 1) / 12))


def season_day() -> pl.Expr:
    """Days since the season's opening date, 0 on it; a season without a known opener is an error, not a guess."""
    opener = pl.col("season_year").replace_strict(SEASON_OPENERS, return_dtype=pl.Date)
    return (pl.col("game_date") - opener).dt.total_days()


def enough_games(games: pl.Expr, *, least: int, lowered: pl.Expr) -> pl.Expr:
    """Whether a sample of `games` is enough for a row: `least`, on season days 14-20 `lowered`, before them never."""
    day = season_day()
    return (day >= GATED_DAYS) & (games >= pl.when(day < _LOWERED_UNTIL).then(lowered).otherwise(least))
