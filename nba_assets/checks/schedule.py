"""Checks against the schedule: is there one, and does a table have every game it should?"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import polars as pl

from nba_assets.calendar import ET
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.landing_reader import NO_DOCUMENT

Due = Callable[[date], datetime]


def box_scores_due(day: date) -> datetime:
    """Box scores of a date are due at 8:00 ET the next morning, after the last West Coast game."""
    return datetime.combine(day + timedelta(days=1), time(8), tzinfo=ET)


def lines_due(day: date) -> datetime:
    """Lines of a date's games are due at 18:00 ET, before most tip-offs."""
    return datetime.combine(day, time(18), tzinfo=ET)


def _season_schedule(batch: Batch) -> dict[date, Verdict]:
    missing = dict(
        batch.quarantined.filter(pl.col("reason").str.starts_with(NO_DOCUMENT))
        .select("game_date", "reason")
        .iter_rows()
    )
    games = dict(batch.rows.group_by("game_date").len().iter_rows())
    return {
        day: Verdict(False, missing[day]) if day in missing else Verdict(True, f"{games.get(day, 0)} games scheduled")
        for day in batch.dates
    }


SEASON_SCHEDULE = TableCheck(
    "season_schedule",
    "The season has a readable schedule document. Blocking: without it no game of the date can be identified, and a "
    "day without a schedule would look like a day without games.",
    _season_schedule,
    blocking=True,
)


def _covers_schedule(batch: Batch, due: Due, what: str) -> dict[date, Verdict]:
    """Every scheduled game that is not postponed away has rows, once they are due."""
    schedule = batch.rows_by_date(batch.inputs["nbac_schedule"])
    present = batch.rows_by_date(batch.rows.select("game_date", "nba_game_id").unique())
    verdicts = {}
    for day in batch.dates:
        games = schedule[day]
        missing = games.join(present[day], on="nba_game_id", how="anti")["game_id"].sort().to_list()
        metadata = {"games": games.height, "games_present": games.height - len(missing)}
        if games.is_empty():
            verdicts[day] = Verdict(True, "no games", metadata=metadata)
        elif not missing:
            verdicts[day] = Verdict(True, f"all {games.height} games have {what}", metadata=metadata)
        elif batch.now < due(day):
            waiting = f"{len(missing)} of {games.height} games without {what}; due {due(day):%Y-%m-%d %H:%M} ET"
            verdicts[day] = Verdict(True, f"not due yet: {waiting}", metadata=metadata)
        else:
            description = f"{len(missing)} of {games.height} games without {what}: {in_words(missing, 10)}"
            verdicts[day] = Verdict(False, description, error=False, metadata=metadata)
    return verdicts


def covers_schedule(what: str, due: Due) -> TableCheck:
    """WARN, because the games that are there are good: people look, nothing waits."""
    return TableCheck(
        "covers_schedule",
        f"Every scheduled game of the date has {what}, once they are due. A day without games passes.",
        lambda batch: _covers_schedule(batch, due, what),
    )


BOX_SCORES_OF_EVERY_GAME = covers_schedule("box scores", box_scores_due)
LINES_OF_EVERY_GAME = covers_schedule("lines", lines_due)


def _rosters(batch: Batch, at_least: int = 8) -> dict[date, Verdict]:
    """Both teams of every scheduled game have enough players to play."""
    schedule = batch.rows_by_date(batch.inputs["nbac_schedule"])
    by_team = batch.rows.group_by("game_date", "team_abbr").len()
    sizes = {(day, team): size for day, team, size in by_team.iter_rows()}
    verdicts = {}
    for day in batch.dates:
        teams = sorted({*schedule[day]["home_team_abbr"], *schedule[day]["away_team_abbr"]})
        thin = [f"{team} {sizes.get((day, team), 0)}" for team in teams if sizes.get((day, team), 0) < at_least]
        if thin:
            verdicts[day] = Verdict(False, f"fewer than {at_least} players known: {in_words(thin, 10)}", error=False)
        else:
            verdicts[day] = Verdict(True, f"{len(teams)} teams play, all with {at_least} or more players known")
    return verdicts


ROSTERS_OF_TEAMS_THAT_PLAY = TableCheck(
    "rosters_of_teams_that_play",
    "Every team that plays on the date has at least 8 known players. WARN: the first dates of a history have no box "
    "scores before them, so only a player index can fill them.",
    _rosters,
)
