"""Checks of the analytics tables: identities between sources."""

from datetime import date

import polars as pl

from nba_assets.checks.schedule import box_scores_due
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.final_games import FINAL_STATUS


def _games_usable(batch: Batch) -> dict[date, Verdict]:
    quarantined = batch.quarantined.filter(~pl.col("reason").str.starts_with("contract: "))
    explained = quarantined["row"].str.json_path_match("$.nba_game_id")
    left_out = batch.rows_by_date(quarantined)
    present = batch.rows.select("game_date", "nba_game_id").unique()
    # Without a single row a game is not even quarantined; the schedule knows that it was played.
    absent = batch.inputs["nbac_schedule"].filter(
        pl.col("game_status") == FINAL_STATUS,
        ~pl.col("nba_game_id").is_in(present["nba_game_id"].implode()),
        ~pl.col("nba_game_id").is_in(explained.implode()),
    )
    games, without_rows = dict(present.group_by("game_date").len().iter_rows()), batch.rows_by_date(absent)
    verdicts = {}
    for day in batch.dates:
        reasons = sorted(left_out[day]["reason"].unique())
        waiting = [f"{game} has no box score" for game in without_rows[day]["game_id"].sort()]
        count = games.get(day, 0)
        if waiting and batch.now < box_scores_due(day):
            text = f"{count} games; not due yet: {in_words(waiting)}"
            waiting = []
        else:
            text = f"{count} games" if count else "no final games"
        reasons += waiting
        if reasons:
            text = f"{len(reasons)} games left out, {count} in: {in_words(reasons)}"
            verdicts[day] = Verdict(False, text, metadata={"games": count, "games_left_out": len(reasons)})
        else:
            verdicts[day] = Verdict(True, text, metadata={"games": count})
    return verdicts


GAMES_USABLE = TableCheck(
    "games_usable",
    "Every final game is there with both teams, and its players' points sum to the team's points. ERROR, not blocking: "
    "a game that fails is quarantined with the numbers, the other games of the date flow on.",
    _games_usable,
)


def _zones_match_box(batch: Batch) -> dict[date, Verdict]:
    makes = pl.sum_horizontal("paint_makes", "mid_range_makes", "three_makes_pbp")
    attempts = pl.sum_horizontal("paint_attempts", "mid_range_attempts", "three_attempts_pbp")
    who = pl.col("player_full_name") + " " + pl.col("game_id")
    with_zones = batch.rows.filter(pl.col("zone_source").is_not_null() & pl.col("is_active"))
    wrong = with_zones.filter(
        (makes != pl.col("fg_makes")) | (pl.col("three_attempts_pbp") != pl.col("three_pt_attempts"))
    ).select("game_date", who.alias("who"))
    incomplete = with_zones.filter(attempts != pl.col("fg_attempts")).select("game_date", who.alias("who"))
    unzoned = batch.rows.filter(pl.col("is_active") & pl.col("zone_source").is_null())
    without = unzoned.select("game_date", pl.col("game_id").alias("who")).unique()
    wrong_by, incomplete_by, without_by = (batch.rows_by_date(frame) for frame in (wrong, incomplete, without))
    verdicts = {}
    for day in batch.dates:
        names = [sorted(by[day]["who"]) for by in (wrong_by, incomplete_by, without_by)]
        counts = ("makes_differ", "attempts_differ", "games_without_zones")
        metadata: dict[str, int] = dict(zip(counts, map(len, names), strict=True))
        if names[0]:
            verdicts[day] = Verdict(False, f"makes or threes differ: {in_words(names[0])}", metadata=metadata)
        elif names[1] or names[2]:
            text = (
                f"attempts differ: {in_words(names[1]) or 'none'}; games without zones: {in_words(names[2]) or 'none'}"
            )
            verdicts[day] = Verdict(False, text, error=False, metadata=metadata)
        else:
            verdicts[day] = Verdict(True, "zones agree with the box scores", metadata=metadata)
    return verdicts


ZONES_MATCH_BOX = TableCheck(
    "zones_match_box",
    "Makes and three-point attempts by zone equal the box score (ERROR); attempts may differ by single shots and games "
    "may lack zone data (WARN). Not blocking: totals never wait for zones.",
    _zones_match_box,
)


def _two_teams_per_game(batch: Batch) -> dict[date, Verdict]:
    per_game = batch.rows.group_by("game_date", "nba_game_id", "game_id").agg(
        pl.len().alias("teams"), pl.col("home_game").sum().alias("home")
    )
    games = dict(per_game.group_by("game_date").len().iter_rows())
    wrong = batch.rows_by_date(per_game.filter((pl.col("teams") != 2) | (pl.col("home") != 1)))
    return {
        day: Verdict(False, f"not one home and one away row: {in_words(sorted(wrong[day]['game_id']))}")
        if wrong[day].height
        else Verdict(True, f"{games.get(day, 0)} games with two rows, one at home")
        for day in batch.dates
    }


TWO_TEAMS_PER_GAME = TableCheck(
    "two_teams_per_game",
    "Two rows per game, exactly one at home. Blocking: every opponent figure is a self-join of this table.",
    _two_teams_per_game,
    blocking=True,
)
