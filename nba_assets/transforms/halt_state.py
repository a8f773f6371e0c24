"""Whether picks are suppressed on a date: facts of the date, and the reasons that hold of them."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from ml_models.intervals import wilson
from nba_assets import halt_reasons as rules
from nba_assets.best_bets_rules import CHAMPIONS
from nba_assets.calendar import ET, season_year_of
from nba_assets.checks.grading import ALARMS
from nba_assets.contracts.halt_state import TABLE
from nba_assets.transforms.predictions.recommendations import quality_gate

_ALARM_COLUMNS = tuple(
    dict.fromkeys(["every_edge_n_30d", *(name for alarm in ALARMS for name in (alarm.count, alarm.rate))])
)
SCHEDULE_COLUMNS = ("game_date", "nba_game_id", "season_year", "tipoff_utc")
CONTEXT_COLUMNS = ("game_date", "nba_game_id", "tipoff_utc", "line_snapshot_ts")
FEATURE_COLUMNS = ("game_date", "nba_player_id", "missing_required")
PREDICTION_COLUMNS = ("game_date", "system_id", "model_status", "is_active", "has_prop_line", "line_margin")
PERFORMANCE_COLUMNS = ("game_date", "system_id", "model_status", "state", "is_enabled", *_ALARM_COLUMNS)
# Older results say nothing of the models of today; the longest break of a season is shorter.
PERFORMANCE_DAYS = 14
# Longer than an off-season.
SINCE_DAYS = 150

# Halts placed by hand, in words, by date; None where they cannot be read.
Manual = Mapping[date, Sequence[str]] | None
_DAY = "game_date"


def build(
    dates: Sequence[date],
    schedule: pl.DataFrame,
    context: pl.DataFrame,
    features: pl.DataFrame,
    predictions: pl.DataFrame,
    performance: pl.DataFrame,
    manual: Manual,
    previous: pl.DataFrame,
    now: datetime,
) -> pl.DataFrame:
    """One row per date. `schedule`: also of the season before the dates; `performance`: of which the dates before a
    date count; `previous`: stored rows of the SINCE_DAYS before.
    """
    days = pl.DataFrame({_DAY: sorted(set(dates))}, schema={_DAY: pl.Date})
    facts = (
        days.pipe(_with_games, schedule, now)
        .join(_quotes(context, now), on=_DAY, how="left")
        .join(_players(features), on=_DAY, how="left")
        .join(_champion(predictions), on=_DAY, how="left")
        .pipe(_with_performance, performance)
        .join(_by_hand(days, manual), on=_DAY, how="left")
    )
    return TABLE.ordered(facts.pipe(_judged).pipe(_with_since, previous))


def _with_games(days: pl.DataFrame, schedule: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """games, days_since_games, game_dates_before, as_of_ts."""
    of_date = (
        schedule.group_by(_DAY, "season_year")
        .agg(games=pl.col("nba_game_id").n_unique().cast(pl.Int64), last_tip=pl.col("tipoff_utc").max())
        .sort(_DAY)
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over("season_year"), last_date=_DAY)
    )
    ends = [datetime.combine(day + timedelta(days=1), time(), ET) for day in days[_DAY]]
    before = of_date.select(_DAY, "last_date", "nth", last_season="season_year")
    return (
        days.with_columns(end=pl.Series(ends, dtype=pl.Datetime("us", "UTC")))
        .join(of_date.select(_DAY, "games", "last_tip"), on=_DAY, how="left", validate="1:1")
        .join_asof(before, on=_DAY, allow_exact_matches=False)
        .with_columns(
            games=pl.col("games").fill_null(0),
            days_since_games=(pl.col(_DAY) - pl.col("last_date")).dt.total_days(),
            game_dates_before=pl.when(pl.col("last_season") == season_year_of(pl.col(_DAY))).then("nth").otherwise(0),
            as_of_ts=pl.min_horizontal(pl.coalesce("last_tip", "end"), pl.lit(now, pl.Datetime("us", "UTC"))),
        )
        .drop("end", "last_tip", "last_date", "last_season", "nth")
    )


def _quotes(context: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """games_with_odds: what counts is the newest quote of any player, and its age at tip-off or now."""
    age = pl.min_horizontal("tipoff_utc", pl.lit(now, pl.Datetime("us", "UTC"))) - pl.col("line_snapshot_ts")
    fresh = (age <= timedelta(hours=rules.FRESH_HOURS)).fill_null(value=False)
    of_game = context.group_by(_DAY, "nba_game_id").agg(fresh=fresh.any())
    return of_game.group_by(_DAY).agg(games_with_odds=pl.col("fresh").sum().cast(pl.Int64))


def _players(features: pl.DataFrame) -> pl.DataFrame:
    complete = (quality_gate() != "blocked").sum().cast(pl.Int64)
    return features.group_by(_DAY).agg(expected_players=pl.len().cast(pl.Int64), complete_players=complete)


def _champion(predictions: pl.DataFrame) -> pl.DataFrame:
    ours = pl.col("system_id").is_in(CHAMPIONS) & (pl.col("model_status") == "champion")
    edges = pl.col("line_margin").abs().filter(ours & pl.col("has_prop_line"))
    return (
        predictions.filter("is_active")
        .group_by(_DAY)
        .agg(
            champion_predictions=ours.sum().cast(pl.Int64),
            champion_lines=edges.len().cast(pl.Int64),
            largest_edge=edges.max(),
        )
    )


def _with_performance(days: pl.DataFrame, performance: pl.DataFrame) -> pl.DataFrame:
    """judged_on, systems_enabled, systems_blocked, champion_too_good: null without a row of the champion."""
    enabled = pl.col("is_enabled") & (pl.col("model_status") != "reference")
    champion = pl.col("system_id").is_in(CHAMPIONS)
    of_date = (
        performance.with_columns(too_good=_too_good(performance))
        .group_by(_DAY)
        .agg(
            systems_enabled=enabled.sum().cast(pl.Int64),
            systems_blocked=(enabled & (pl.col("state") == "BLOCKED")).sum().cast(pl.Int64),
            champion_too_good=pl.col("too_good").filter(champion).any(),
            champion_judged=champion.any(),
        )
        .sort(_DAY)
        .with_columns(judged_on=_DAY, champion_too_good=pl.when("champion_judged").then("champion_too_good"))
        .drop("champion_judged")
    )
    within = timedelta(days=PERFORMANCE_DAYS)
    return days.join_asof(of_date, on=_DAY, allow_exact_matches=False, tolerance=within)


def _too_good(performance: pl.DataFrame) -> pl.Series:
    """Of each row: the leak alarm of model_performance_daily rings."""
    rings = pl.Series([False] * performance.height, dtype=pl.Boolean)
    for alarm in ALARMS:
        count = performance[alarm.count].cast(pl.Float64).to_numpy()
        low, _ = wilson(performance[alarm.rate].to_numpy() * count, count)
        often = (count >= alarm.bets) & (count > alarm.share * performance["every_edge_n_30d"].to_numpy())
        rings |= pl.Series(often & (low > alarm.limit))
    return rings


def _by_hand(days: pl.DataFrame, manual: Manual) -> pl.DataFrame:
    told = [None if manual is None else list(manual.get(day, ())) for day in days[_DAY]]
    return days.with_columns(manual=pl.Series(told, dtype=pl.List(pl.String)))


def _judged(facts: pl.DataFrame) -> pl.DataFrame:
    """Adds is_halted, reasons, words."""
    settled = pl.lit(value=False)
    holds: list[pl.Expr] = []
    for reason in rules.REASONS:
        holds.append(pl.when(~settled).then(reason.holds).otherwise(pl.lit(value=False)))
        if reason.settles:
            settled = settled | reason.holds.fill_null(value=False)
    names = [pl.when(held).then(pl.lit(reason.name)) for held, reason in zip(holds, rules.REASONS, strict=True)]
    words = [pl.when(held).then(reason.words) for held, reason in zip(holds, rules.REASONS, strict=True)]
    unknown = pl.any_horizontal(held.is_null() for held in holds)
    asks: dict[str, pl.Expr] = {}
    for held, reason in zip(holds, rules.REASONS, strict=True):
        asks[reason.asks] = asks.get(reason.asks, pl.lit(value=False)) | held.is_null()
    of_what = pl.concat_list([pl.when(missing).then(pl.lit(what)) for what, missing in asks.items()])
    told = pl.format("Nothing is known of {}.", of_what.list.drop_nulls().list.join(", "))
    return facts.with_columns(
        reasons=pl.concat_list([*names, pl.when(unknown).then(pl.lit(rules.UNKNOWN_STATE))]).list.drop_nulls(),
        words=pl.concat_list([*words, pl.when(unknown).then(told)]).list.drop_nulls(),
    ).with_columns(is_halted=pl.col("reasons").list.len() > 0)


def _with_since(rows: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """halted_since, at most SINCE_DAYS back: dates before that are not stored break the row of halts."""
    earlier = previous.join(rows, on=_DAY, how="anti").select(_DAY, "is_halted", "games")
    chain = pl.concat([earlier, rows.select(_DAY, "is_halted", "games")]).sort(_DAY)
    found: dict[date, date | None] = {}
    # Halted dates in a row, of dates without games and of the others.
    streaks: dict[bool, list[date]] = {True: [], False: []}
    last: date | None = None
    for day, is_halted, games in chain.iter_rows():
        idle = games == 0
        if last is not None and (day - last).days > 1:
            streaks = {True: [], False: []}
        streaks[idle] = [*streaks[idle], day] if is_halted else []
        if not idle:
            streaks[True] = []
        # No farther back than a run of this date alone can see.
        seen = bisect_left(streaks[idle], day - timedelta(days=SINCE_DAYS))
        found[day], last = (streaks[idle][seen] if is_halted else None), day
    return rows.with_columns(halted_since=pl.Series([found[day] for day in rows[_DAY]], dtype=pl.Date))
