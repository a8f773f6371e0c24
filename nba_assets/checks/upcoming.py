"""Checks of the pre-game tables: is everybody there, is the market there, and is nothing there that came later?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from nba_assets.calendar import ET
from nba_assets.checks.columns import Varies, columns_vary
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms import lines, pregame_lines
from nba_assets.transforms.upcoming_team_game_context import NEXT_INSTANT

# Books and teams have spoken this long before the first tip-off of a date.
_DUE_BEFORE_FIRST_TIP = timedelta(hours=4)
_ENOUGH_PLAYERS = 8


def _due(rows: pl.DataFrame) -> datetime:
    first: datetime = rows["tipoff_utc"].min()  # type: ignore[assignment]
    return first - _DUE_BEFORE_FIRST_TIP


def _verdict_when_due(batch: Batch, rows: pl.DataFrame, gaps: Sequence[str], good: str, **counts: int) -> Verdict:
    """Passes without gaps, and with them while they are not due; WARN otherwise."""
    if rows.is_empty():
        return Verdict(True, "no games", metadata=counts)
    if not gaps:
        return Verdict(True, good, metadata=counts)
    if batch.now < _due(rows):
        due = _due(rows).astimezone(ET)
        return Verdict(True, f"not due yet: {', '.join(gaps)}; due {due:%Y-%m-%d %H:%M} ET", metadata=counts)
    return Verdict(False, ", ".join(gaps), error=False, metadata=counts)


def _missing(rows: pl.DataFrame, known: str, name: str) -> list[str]:
    """Names (of games or teams) for which no row knows the column."""
    unknown = rows.group_by(name).agg(pl.col(known).is_null().all().alias("missing")).filter("missing")
    return sorted(unknown[name])


def _gap(missing: Sequence[str], total: int, what: str) -> str:
    return f"{len(missing)} of {total} {what}: {in_words(list(missing), 10)}"


def _game_lines(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        total = rows["game_id"].n_unique()
        missing = {what: _missing(rows, column, "game_id") for what, column in _GAME_LINES.items()}
        gaps = [_gap(games, total, f"games without a {what}") for what, games in missing.items() if games]
        counts = {f"games_without_{what}": len(games) for what, games in missing.items()}
        verdicts[day] = _verdict_when_due(batch, rows, gaps, f"all {total} games have lines", games=total, **counts)
    return verdicts


_GAME_LINES = {"spread": "game_spread", "total": "game_total"}

GAME_LINES_OF_EVERY_GAME = TableCheck(
    "game_lines_of_every_game",
    "Every game has a spread and a total. WARN with the games' names, from 4 hours before the date's first tip-off. A "
    "lock once dropped 9 of 10 games and nobody saw it. The rows flow on; the features of these games are null.",
    _game_lines,
)


def _prop_lines(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        total = rows["game_id"].n_unique()
        missing = _missing(rows, "current_points_line", "game_id")
        gaps = [_gap(missing, total, "games without a priced player")] if missing else []
        priced = int(rows["has_prop_line"].sum())
        good = f"all {total} games have priced players, {priced} in all"
        counts = {"games": total, "games_without_priced_players": len(missing), "priced_players": priced}
        verdicts[day] = _verdict_when_due(batch, rows, gaps, good, **counts)
    return verdicts


PROP_LINES_OF_EVERY_GAME = TableCheck(
    "prop_lines_of_every_game",
    "Every game has players with a points line. WARN with the games' names, from 4 hours before the first tip-off of "
    "the date: a game without lines gets no picks, the other games do.",
    _prop_lines,
)


def _injury_reports(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        total = rows["team_abbr"].n_unique()
        missing = _missing(rows, "injury_report_ts", "team_abbr")
        gaps = [_gap(missing, total, "teams without an injury report")] if missing else []
        good = f"all {total} teams have submitted"
        verdicts[day] = _verdict_when_due(batch, rows, gaps, good, teams=total, teams_without_report=len(missing))
    return verdicts


INJURY_REPORT_OF_EVERY_TEAM = TableCheck(
    "injury_report_of_every_team",
    "Every team has submitted an injury report before the decision instant. WARN with the teams' names, from 4 hours "
    "before the first tip-off of the date: their players' status is null, which is not healthy.",
    _injury_reports,
)


def _enough_players(batch: Batch) -> dict[date, Verdict]:
    teams = batch.inputs["upcoming_team_game_context"].select("game_date", "game_id", "team_abbr")
    sizes = batch.rows.group_by("game_date", "team_abbr").len("players")
    by_date = batch.rows_by_date(teams.join(sizes, on=["game_date", "team_abbr"], how="left"))
    verdicts = {}
    for day, listed in by_date.items():
        players = pl.col("players").fill_null(0)
        thin = listed.filter(players < _ENOUGH_PLAYERS).sort("game_id", "team_abbr")
        names = [f"{team} {count} in {game}" for _, game, team, count in thin.with_columns(players).iter_rows()]
        counts = {"teams": listed.height, "teams_with_few_players": thin.height}
        if names:
            text = f"fewer than {_ENOUGH_PLAYERS} players expected: {in_words(names, 10)}"
            verdicts[day] = Verdict(False, text, error=False, metadata=counts)
        else:
            good = f"{listed.height} teams, all with {_ENOUGH_PLAYERS} or more players expected"
            verdicts[day] = Verdict(True, good if listed.height else "no games", metadata=counts)
    return verdicts


ENOUGH_PLAYERS_EXPECTED = TableCheck(
    "enough_players_expected",
    "Both teams of every scheduled game have at least 8 players expected. WARN with names and numbers: the first dates "
    "of a history have no box scores before them, so only a player index can fill them; the other games are good.",
    _enough_players,
)


def _priced_players(batch: Batch) -> dict[date, Verdict]:
    quotes = batch.inputs["odds_api_player_points_props"]
    games = batch.rows.select("nba_game_id", "as_of_ts").unique()
    priced = (
        lines.main_lines(pregame_lines.before(quotes, games))
        .filter(pl.col("nba_player_id").is_not_null())
        .select("game_date", "nba_game_id", "game_id", "nba_player_id", "player_name")
        .sort("player_name")
        .unique(["nba_game_id", "nba_player_id"], keep="first", maintain_order=True)
    )
    nowhere = batch.rows_by_date(priced.join(batch.rows, on=["nba_game_id", "nba_player_id"], how="anti"))
    total = dict(priced.group_by("game_date").len().iter_rows())
    verdicts = {}
    for day in batch.dates:
        names = [f"{name} in {game}" for name, game in nowhere[day].select("player_name", "game_id").iter_rows()]
        count = total.get(day, 0)
        counts = {"priced_players": count, "priced_but_not_expected": len(names)}
        if names:
            text = f"{len(names)} of {count} priced players are on neither roster: {in_words(names, 10)}"
            verdicts[day] = Verdict(False, text, error=False, metadata=counts)
        else:
            verdicts[day] = Verdict(True, f"all {count} priced players are expected", metadata=counts)
    return verdicts


PRICED_PLAYERS_EXPECTED = TableCheck(
    "priced_players_expected",
    "Every player whom a sportsbook prices is expected in that game. WARN with names: a player traded today is on "
    "neither roster, and which of the teams is his is not guessed; a newer player index or the injury report tells.",
    _priced_players,
)


def _leaks(batch: Batch, instants: Sequence[str]) -> dict[date, Verdict]:
    as_of = pl.col("as_of_ts")
    at_or_after = {f"{name} at or after as_of_ts": pl.col(name) >= as_of for name in instants}
    rest = [name for name in ("days_rest", "team_days_rest", "opponent_days_rest") if name in batch.rows.columns]
    no_rest = {f"{name} below 1": pl.col(name) < 1 for name in rest}
    faults = (
        at_or_after
        | no_rest
        | {
            "as_of_ts after tip-off": as_of > pl.col("tipoff_utc"),
            "as_of_ts in the future": as_of > pl.lit(batch.now + NEXT_INSTANT).cast(pl.Datetime("us", "UTC")),
        }
    )
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        found = rows.select(rule.sum().alias(name) for name, rule in faults.items()).row(0, named=True)
        leaks = [f"{name}: {count} rows" for name, count in found.items() if count]
        verdicts[day] = (
            Verdict(False, in_words(leaks, 10), metadata={"rows": rows.height})
            if leaks
            else Verdict(True, f"{rows.height} rows know nothing of their game", metadata={"rows": rows.height})
        )
    return verdicts


def point_in_time(*instants: str) -> TableCheck:
    """The leakage guard of a table with `as_of_ts` and `tipoff_utc`; `instants` are when its facts became known."""
    return TableCheck(
        "point_in_time",
        "No quote or report is as late as the decision instant, which is neither after tip-off nor in the future, and "
        "the last game before is at least a day old. Blocking: what comes of a leak looks splendid and is worthless.",
        lambda batch: _leaks(batch, instants),
        blocking=True,
    )


TEAM_COLUMNS_VARY = columns_vary(
    [
        Varies("team_days_rest", 1),
        Varies("travel_miles", 4),
        Varies("pace_last_10", 5),
        Varies("def_rating_last_10", 5),
        Varies("ft_rate_allowed_last_10", 5),
        Varies("game_spread", 3, may_be_null=True),
        Varies("game_total", may_be_null=True),
    ],
    rows_at_least=8,
)

# Rest and workload may rightly be equal for all: on the first nights of a season, or after the All-Star break.
PLAYER_COLUMNS_VARY = columns_vary(
    [
        Varies("days_rest", 1),
        Varies("avg_usage_rate_last_7_games", 10),
        Varies("points_avg_last_10", 10),
        Varies("opponent_pace_last_10", 5, per="team_abbr"),
        Varies("opponent_def_rating_last_10", 5, per="team_abbr"),
        Varies("pace_differential", 5, per="team_abbr"),
        Varies("game_spread", may_be_null=True),
        Varies("game_total", per="nba_game_id", may_be_null=True),
        Varies("current_points_line", 5, may_be_null=True),
        Varies("player_status", may_be_null=True),
    ]
)
