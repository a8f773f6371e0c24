"""Checks of the injury report: does it speak of every team that played?"""

from datetime import date

import polars as pl

from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.contracts.nbac_injury_report import NOT_YET_SUBMITTED

_TEAM = ["game_date", "nba_game_id", "team_abbr"]


def _teams_covered(batch: Batch) -> dict[date, Verdict]:
    schedule = batch.inputs["nbac_schedule"]
    begun = pl.concat(
        schedule.select("game_date", "nba_game_id", "tipoff_utc", team_abbr=f"{side}_team_abbr")
        for side in ("home", "away")
    ).filter(pl.col("tipoff_utc") <= batch.now)
    before_tip = batch.rows.filter(pl.col("report_ts") <= pl.col("tipoff_utc"))
    last_word = before_tip.sort("report_ts").unique(_TEAM, keep="last").select(*_TEAM, "injury_status")
    teams = begun.join(last_word, on=_TEAM, how="left")
    by_date = batch.rows_by_date(teams)
    verdicts = {}
    for day in batch.dates:
        status = pl.col("injury_status")
        absent = sorted(by_date[day].filter(status.is_null())["team_abbr"])
        silent = sorted(by_date[day].filter(status == NOT_YET_SUBMITTED)["team_abbr"])
        count = by_date[day].height
        metadata = {"teams": count, "teams_in_no_report": len(absent), "teams_not_submitted": len(silent)}
        if absent or silent:
            words = [
                f"{len(names)} {what}: {in_words(names, 10)}"
                for names, what in ((absent, "in no report before tip-off"), (silent, "not yet submitted in the last"))
                if names
            ]
            verdicts[day] = Verdict(False, f"of {count} teams {', '.join(words)}", error=False, metadata=metadata)
        else:
            text = f"all {count} teams that have tipped off had submitted" if count else "no game has tipped off"
            verdicts[day] = Verdict(True, text, metadata=metadata)
    return verdicts


REPORTS_OF_EVERY_TEAM = TableCheck(
    "reports_of_every_team",
    "Every team whose game has tipped off is in a report issued before, and has submitted in its last one. WARN: where "
    "it has not, a player without a row is not known to be healthy.",
    _teams_covered,
)
