"""Checks of the grades: is everything graded once, counted once, and too good to be true?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from ml_models.alarms import LEAST_BETS, LEAST_ROWS, LEVELS, OFTEN
from ml_models.intervals import wilson
from ml_models.outcomes import SETTLED, SIDES
from nba_assets.checks.schedule import box_scores_due
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.final_games import FINAL_STATUS
from nba_assets.transforms.prediction_accuracy import NO_POINTS, final_games, last_words

_PREDICTION = ["game_date", "nba_game_id", "nba_player_id", "system_id"]
_GRADABLE_SHARE = 0.95


def _who(frame: pl.DataFrame) -> list[str]:
    texts = frame.select(pl.format("{} {} {}", "player_lookup", "game_id", "system_id")).to_series()
    return texts.sort().to_list()


def _all_graded(batch: Batch) -> dict[date, Verdict]:
    predictions = batch.inputs["player_prop_predictions"].filter("is_active")
    active = predictions.select(*_PREDICTION, "player_lookup", "game_id").unique(_PREDICTION, keep="any")
    games = final_games(batch.inputs["player_game_summary"])
    due = active.join(games, on=["game_date", "nba_game_id"], how="semi")
    once = batch.rows.group_by(_PREDICTION).len().filter(pl.col("len") == 1)
    expected, missing = batch.rows_by_date(due), batch.rows_by_date(due.join(once, on=_PREDICTION, how="anti"))
    verdicts = {}
    for day in batch.dates:
        asked, names = expected[day].height, _who(missing[day])
        metadata = {"active_predictions": asked, "not_graded": len(names)}
        text = f"{asked} active predictions of final games are graded once"
        if names:
            text = f"{len(names)} of {asked} active predictions are not graded once: {in_words(names)}"
        verdicts[day] = Verdict(not names, text, metadata=metadata)
    return verdicts


ALL_GRADED = TableCheck(
    "all_graded",
    "Every active prediction of a game with a complete box score is graded exactly once. ERROR: a prediction nobody "
    "grades is a loss that nobody sees. Not blocking: the others' grades are right.",
    _all_graded,
)


def _coverage(batch: Batch) -> dict[date, Verdict]:
    schedule = batch.inputs["nbac_schedule"].filter(pl.col("game_status") == FINAL_STATUS)
    predictions = batch.inputs["player_prop_predictions"].drop("points_pmf", "explanation")
    standing = last_words(predictions).filter("is_active", pl.col("recommendation").is_in(SIDES))
    gradable = standing.join(schedule, on=["game_date", "nba_game_id"], how="semi")
    asked = batch.rows_by_date(gradable)
    without = batch.rows_by_date(gradable.join(batch.rows, on=_PREDICTION, how="anti"))
    verdicts = {}
    for day in batch.dates:
        total, missing = asked[day].height, without[day].height
        text = f"{total - missing} of {total} recommendations of final games are graded"
        metadata = {"gradable": total, "graded": total - missing}
        enough = total - missing >= _GRADABLE_SHARE * total
        if not enough and batch.now < box_scores_due(day):
            enough, text = True, f"not due yet: {text}"
        elif not enough:
            text += f"; games without them: {in_words(without[day]['game_id'].unique().sort().to_list())}"
        verdicts[day] = Verdict(enough, text, metadata=metadata)
    return verdicts


COVERAGE = TableCheck(
    "coverage",
    "At least 95 % of the recommendations (OVER or UNDER) of games that the schedule calls final are graded, once box "
    "scores are due. ERROR: a game's box score is missing or not complete. None to grade passes.",
    _coverage,
)


def _denominators(batch: Batch) -> dict[date, Verdict]:
    outcome, points = pl.col("outcome"), pl.col("actual_points")
    settled = outcome.is_in(SETTLED)
    decided = points.is_not_null() & (points != pl.col("current_points_line")).fill_null(value=False)
    wrong = {
        "counted, though neither WIN nor LOSS": pl.col("prediction_correct").is_not_null() != settled,
        "scored at the line, though nothing was decided there": pl.col("brier").is_not_null() & ~decided,
        "decided at the line, but not scored": pl.col("brier").is_null() & decided,
        "priced, but without profit": pl.all_horizontal(
            pl.col("side_outcome", "over_price", "under_price").is_not_null()
        )
        & pl.col("profit").is_null(),
        "void, but with an error": (outcome == "VOID") & pl.col("signed_error").is_not_null(),
    }
    by_date = batch.rows_by_date()
    verdicts = {}
    for day in batch.dates:
        of_day = by_date[day]
        bad = {words: of_day.filter(rule) for words, rule in wrong.items()}
        problems = [
            f"{frame.height} {words}: {in_words(_who(frame), 3)}" for words, frame in bad.items() if frame.height
        ]
        counts: dict[str, int] = dict(of_day.group_by("outcome").len().sort("outcome").iter_rows())
        text = ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing to grade"
        verdicts[day] = Verdict(not problems, "; ".join(problems) or text, metadata=counts)
    return verdicts


DENOMINATORS = TableCheck(
    "denominators",
    "Only WIN and LOSS count towards hit rates, only decided lines are scored, and what is void has no error. ERROR: "
    "a rate over the wrong rows is wrong everywhere.",
    _denominators,
)

_PROVENANCE = ["line_source", "line_source_api", "sportsbook", "line_minutes_before_game", "current_points_line"]


def _provenance(batch: Batch) -> dict[date, Verdict]:
    lined = batch.rows_by_date(batch.rows.filter("has_prop_line"))
    verdicts = {}
    for day in batch.dates:
        missing = {name: lined[day][name].null_count() for name in _PROVENANCE}
        gaps = [f"{name} unknown in {count}" for name, count in missing.items() if count]
        text = f"{lined[day].height} rows with a line say whose it was"
        if gaps:
            text = f"of {lined[day].height} rows with a line: {in_words(gaps)}"
        verdicts[day] = Verdict(not gaps, text, metadata={"rows_with_line": lined[day].height})
    return verdicts


PROVENANCE = TableCheck(
    "provenance",
    "Every graded line says which book quoted it, who delivered the quote and how long before tip-off. ERROR: a grade "
    "at a line nobody can trace is worth nothing.",
    _provenance,
)


def _points_known(batch: Batch) -> dict[date, Verdict]:
    faults = batch.rows_by_date(batch.quarantined.filter(pl.col("reason").str.starts_with(NO_POINTS)))
    verdicts = {}
    for day in batch.dates:
        names = faults[day]["reason"].str.strip_prefix(NO_POINTS).unique().sort().to_list()
        text = f"{len(names)} players have minutes but no points: {in_words(names)}" if names else "points are known"
        verdicts[day] = Verdict(not names, text, metadata={"players": len(names)})
    return verdicts


POINTS_KNOWN = TableCheck(
    "points_known",
    "Whoever has minutes in a complete box score has points. ERROR: the source is at fault; his predictions are left "
    "out with the numbers, never called void. Not blocking: the others' grades are right.",
    _points_known,
)

ACCURACY_CHECKS = (ALL_GRADED, COVERAGE, DENOMINATORS, PROVENANCE, POINTS_KNOWN)


def _all_counted(batch: Batch) -> dict[date, Verdict]:
    counted = batch.rows_by_date()
    graded = batch.rows_by_date(batch.inputs["prediction_accuracy"])
    verdicts = {}
    for day in batch.dates:
        found, expected = int(counted[day]["predictions_count"].sum()), graded[day].height
        text = f"{found} of {expected} graded predictions counted"
        verdicts[day] = Verdict(found == expected, text, metadata={"graded": expected, "counted": found})
    return verdicts


ALL_COUNTED = TableCheck(
    "all_counted",
    "The systems' counts add up to the graded rows of the date. ERROR, blocking: rows were lost or counted twice.",
    _all_counted,
    blocking=True,
)


@dataclass(frozen=True)
class Alarm:
    """A hit rate of 30 days that nobody has: more than `limit`, over at least `bets`, on more than `share` of all."""

    what: str
    count: str
    rate: str
    limit: float
    bets: int
    share: float


ALARMS = (
    Alarm("edges of 3 or more", "rolling_n_30d", "rolling_hr_30d", LEVELS["hit_rate_often"].limit, LEAST_BETS, OFTEN),
    Alarm("every edge", "every_edge_n_30d", "every_edge_hr_30d", LEVELS["hit_rate"].limit, LEAST_ROWS, OFTEN),
)


def _too_good(batch: Batch) -> dict[date, Verdict]:
    found = []
    for alarm in ALARMS:
        rows = batch.rows.filter(
            pl.col(alarm.count) >= alarm.bets, pl.col(alarm.count) > alarm.share * pl.col("every_edge_n_30d")
        )
        n = rows[alarm.count].to_numpy()
        low, _ = wilson(rows[alarm.rate].to_numpy() * n, n)
        found.append(
            rows.filter(pl.Series(low > alarm.limit)).select(
                "game_date",
                text=pl.format(
                    f"{{}} won {{}} % of {{}} bets on {alarm.what} in 30 days",
                    "system_id",
                    (pl.col(alarm.rate) * 100).round(1),
                    alarm.count,
                ),
            )
        )
    by_date = batch.rows_by_date(pl.concat(found))
    return _told(
        batch, lambda day: by_date[day]["text"].unique().sort().to_list(), "no hit rate is too good to be true"
    )


LEAK_ALARM = TableCheck(
    "leak_alarm",
    f"Over 30 days no system surely (lower end of Wilson's interval) wins more than {ALARMS[0].limit:.0%} of "
    f"{ALARMS[0].bets} or more bets on edges of 3 or more, if these are more than a fifth of the lines, nor more than "
    f"{ALARMS[1].limit:.0%} of {ALARMS[1].bets:,} on every edge. ERROR: nobody is that good; look for a feature that "
    "knows the result before believing it.",
    _too_good,
)


def _market_event(batch: Batch) -> dict[date, Verdict]:
    bad = batch.rows.filter(pl.col("daily_wins") + pl.col("daily_losses") >= 5, pl.col("daily_hr") < 0.4)
    by_date = batch.rows_by_date(bad)

    def names(day: date) -> list[str]:
        systems = by_date[day]["system_id"].sort().to_list()
        return [f"below 40 %: {in_words(systems, 15)}"] if len(systems) >= 2 else []

    return _told(batch, names, "no common crash", error=False)


MARKET_EVENT = TableCheck(
    "market_event",
    "At most one system wins less than 40 % of 5 or more bets on edges of 3 or more of the date. WARN: where several "
    "do, suspect the data or the market's night before the models.",
    _market_event,
)


def _told(batch: Batch, problems: Callable[[date], list[str]], fine: str, *, error: bool = True) -> dict[date, Verdict]:
    return {
        day: Verdict(not (words := problems(day)), in_words(words) or fine, error=error, metadata={"found": len(words)})
        for day in batch.dates
    }


PERFORMANCE_CHECKS = (LEAK_ALARM, MARKET_EVENT)
