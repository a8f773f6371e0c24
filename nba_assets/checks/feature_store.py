"""Checks of the feature store: are the features possible, measured, of the past, and there for everybody?"""

from datetime import date
from itertools import chain
from typing import Any

import polars as pl

from ml_models.features import BY_NAME, FEATURES, Feature
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms import windows
from nba_assets.transforms.features.population import NOT_EXPECTED_TO_PLAY
from nba_assets.transforms.ml_feature_store_v2 import OUT_OF_RANGE

# With fewer rows a column may look constant by chance.
_ROWS_TO_JUDGE = 50
# Teams of a slate on which the limits hold in full; on fewer teams they shrink in proportion.
_FULL_SLATE_TEAMS = 20
# In a real season no player's feature has more than 7 % of a date's rows at one of its `fills`; a third of the rows was
# what a model once learned from. Teams share exact values by right (4 wins of 8).
_FILLED_SHARE, _FILLED_SHARE_OF_TEAMS = 0.2, 0.5
_GAMES_TO_JUDGE_FILLS = 5
_ALERT_NULL_SHARE = 0.05
_READY_SHARE = 0.8
_LEAST_ROWS_PER_TEAM = 5
_TOLERANCE = 1e-6


def _features_in_range(batch: Batch) -> dict[date, Verdict]:
    left_out = batch.rows_by_date(batch.quarantined.filter(pl.col("reason").str.starts_with(OUT_OF_RANGE)))
    rows = batch.rows_by_date()
    verdicts = {}
    for day in batch.dates:
        bad = sorted(left_out[day]["reason"].str.strip_prefix(OUT_OF_RANGE))
        if bad:
            text = f"{len(bad)} rows left out, {rows[day].height} in: {in_words(bad)}"
            verdicts[day] = Verdict(False, text, metadata={"rows_left_out": len(bad)})
        else:
            verdicts[day] = Verdict(True, f"{rows[day].height} rows in range" if rows[day].height else "no rows")
    return verdicts


FEATURES_IN_RANGE = TableCheck(
    "features_in_range",
    "Every feature is within its declared range. ERROR: a value outside cannot be true, so a unit or a formula is "
    "wrong. Not blocking: the row is left out with the value, the others flow on.",
    _features_in_range,
)


def _columns_vary(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        if rows.height < _ROWS_TO_JUDGE:
            verdicts[day] = Verdict(True, f"{rows.height} rows: too few to judge")
            continue
        found = [_variety(feature, rows) for feature in FEATURES]
        broken = list(chain.from_iterable(errors for errors, _ in found))
        narrow = list(chain.from_iterable(warnings for _, warnings in found))
        numbers = {"constant_or_filled": len(broken), "narrow": len(narrow)}
        if broken:
            verdicts[day] = Verdict(False, in_words(broken, 10), metadata=numbers)
        elif narrow:
            verdicts[day] = Verdict(False, in_words(narrow, 10), error=False, metadata=numbers)
        else:
            verdicts[day] = Verdict(True, f"features vary over {rows.height} rows", metadata=numbers)
    return verdicts


def _variety(feature: Feature, rows: pl.DataFrame) -> tuple[list[str], list[str]]:
    """What is wrong with a feature's values (ERROR) and what is odd about them (WARN)."""
    known = rows.filter(pl.col(feature.name).is_not_null())
    values = known[feature.name]
    if known.height < _ROWS_TO_JUDGE:
        return [], []
    errors, warnings = [], []
    if known["nba_game_id"].n_unique() >= _GAMES_TO_JUDGE_FILLS:
        of_teams = feature.variance is not None and feature.variance.scope != "player"
        for fill in feature.fills:
            share = (values == fill).sum() / known.height
            if share > (_FILLED_SHARE_OF_TEAMS if of_teams else _FILLED_SHARE):
                errors.append(f"{feature.name} is exactly {fill:g} in {share:.0%} of {known.height} rows")
    rested = rows["games_in_last_7_days"].max() == 0
    if feature.variance is not None and not (feature.variance.same_after_rest and rested):
        distinct, std = values.n_unique(), float(values.to_numpy().std(ddof=1))
        least_std, least_distinct = _limits(feature, known)
        if distinct == 1:
            errors.append(f"{feature.name} is {values[0]:g} in all {known.height} rows")
        elif std < least_std or distinct < least_distinct:
            least = f"(at least {least_distinct}, {least_std:.2g})"
            warnings.append(f"{feature.name} has {distinct} values, deviation {std:.2g} {least}")
    return errors, warnings


def _limits(feature: Feature, rows: pl.DataFrame) -> tuple[float, int]:
    """Least standard deviation and distinct values; a team's or game's feature has no more values than there are."""
    assert feature.variance is not None
    wanted = feature.variance
    if wanted.scope == "player":
        return wanted.std, wanted.distinct
    teams = rows["team_abbr"].n_unique()
    groups = teams if wanted.scope == "team" else rows["nba_game_id"].n_unique()
    return wanted.std * min(1.0, teams / _FULL_SLATE_TEAMS), min(wanted.distinct, max(2, groups // 2))


COLUMNS_VARY = TableCheck(
    "columns_vary",
    "Features that differ between players or teams do differ. ERROR, blocking: one single value over 50 or more rows, "
    "or more than a fifth of them (of a team's feature half) exactly a constant known as a filling for `unknown`: a "
    "join is broken or a gap was filled, and models would learn from it. WARN: less variety than usual (limits shrink "
    "with the slate).",
    _columns_vary,
    blocking=True,
)

# Cached feature -> the column of player_game_summary it is the mean of, over the last 10 played games.
_CACHED_MEANS = {"points_avg_last_10": "points", "minutes_avg_last_10": "minutes_played"}


def _history_agrees(batch: Batch) -> dict[date, Verdict]:
    rows = batch.rows.filter(pl.all_horizontal(pl.col(list(_CACHED_MEANS)).is_not_null()))
    games = windows.played(batch.inputs["player_game_summary"])
    recomputed = windows.window(rows, games, windows.PLAYER_SEASON, list(_CACHED_MEANS.values()), last=10)
    off = pl.any_horizontal(
        (pl.col(cached) - pl.col(column).list.mean()).abs().fill_null(1.0) > _TOLERANCE
        for cached, column in _CACHED_MEANS.items()
    )
    rows = recomputed.select(*rows.columns, off=off)
    compared, by_date = batch.rows_by_date(rows), batch.rows_by_date(rows.filter("off"))
    return {
        day: Verdict(
            False,
            f"player_daily_cache differs from the games before {day} for {by_date[day].height} of "
            f"{compared[day].height} players: {in_words(sorted(by_date[day]['player_lookup']))}",
        )
        if by_date[day].height
        else Verdict(True, f"{compared[day].height} cached means are those of the games before {day}")
        for day in batch.dates
    }


HISTORY_AGREES = TableCheck(
    "history_agrees",
    "Cached mean points and minutes are those of the games before the date, recomputed from player_game_summary. "
    "ERROR, blocking: the cache has seen the game itself, or is older than a corrected box score; materialize "
    "player_daily_cache of the date, then this one.",
    _history_agrees,
    blocking=True,
)


def _quality(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date().items():
        if rows.is_empty():
            verdicts[day] = Verdict(True, "no rows")
            continue
        ready = int(rows["is_quality_ready"].sum())
        metadata: dict[str, Any] = {
            "rows": rows.height,
            "quality_ready": ready,
            "training_ready": int(rows["is_training_ready"].sum()),
        }
        problems = []
        if ready < _READY_SHARE * rows.height:
            missing = rows["missing_required"].explode().drop_nulls().value_counts(sort=True, name="rows")
            names = [f"{name} missing in {count}" for name, count in missing.iter_rows()]
            problems.append(f"{ready} of {rows.height} rows are quality-ready: {in_words(names)}")
        if rows.height >= _ROWS_TO_JUDGE:
            nulls = {feature.name: rows[feature.name].null_count() / rows.height for feature in FEATURES}
            empty = [name for name, share in nulls.items() if share == 1]
            gaps = [
                f"{name} {share:.0%}"
                for name, share in nulls.items()
                if BY_NAME[name].need == "alert" and _ALERT_NULL_SHARE < share < 1
            ]
            problems += [f"unknown for everybody: {in_words(empty, 10)}"] if empty else []
            problems += [f"unknown for many: {in_words(gaps, 10)}"] if gaps else []
        text = "; ".join(problems) or f"{ready} of {rows.height} rows are quality-ready"
        verdicts[day] = Verdict(not problems, text, error=False, metadata=metadata)
    return verdicts


QUALITY = TableCheck(
    "quality",
    "At least 80 % of the rows are quality-ready, no feature is unknown for everybody, and the features that should "
    "always be there are unknown in at most 5 % of the rows. WARN: rows that are not ready are not predicted, which is "
    "safe; the names say which table to look at. Without injury reports no row is ready.",
    _quality,
)


def _coverage(batch: Batch) -> dict[date, Verdict]:
    context = batch.inputs["upcoming_player_game_context"]
    playing = context.filter(~pl.col("player_status").is_in(NOT_EXPECTED_TO_PLAY).fill_null(False))
    key = ["game_date", "nba_player_id"]
    in_store = batch.rows.select(*key, has_row=pl.lit(True))
    marked = playing.join(in_store, on=key, how="left").with_columns(pl.col("has_row").fill_null(False))
    teams = marked.group_by("game_date", "game_id", "team_abbr").agg(
        pl.col("has_row").sum(), pl.len().alias("expected")
    )
    thin = teams.filter(pl.col("has_row") < _LEAST_ROWS_PER_TEAM).select(
        "game_date",
        text=pl.format("{} in {} has {} rows of {} players", "team_abbr", "game_id", "has_row", "expected"),
    )
    priced = marked.filter(pl.col("has_prop_line"))
    without = priced.filter(~pl.col("has_row")).select("game_date", text=pl.col("player_full_name"))
    by_date = [batch.rows_by_date(frame) for frame in (teams, thin, priced, without)]
    verdicts = {}
    for day in batch.dates:
        all_teams, thin_teams, with_line, unrowed = (frames[day] for frames in by_date)
        metadata = {
            "teams": all_teams.height,
            "thin_teams": thin_teams.height,
            "priced_players": with_line.height,
            "priced_without_row": unrowed.height,
        }
        problems = []
        if thin_teams.height:
            problems.append(f"{thin_teams.height} teams: {in_words(sorted(thin_teams['text']), 10)}")
        if unrowed.height:
            problems.append(
                f"{unrowed.height} of {with_line.height} priced players have no row, as they have not played lately: "
                f"{in_words(sorted(unrowed['text']), 10)}"
            )
        full = f"{all_teams.height} teams and {with_line.height} priced players have rows"
        text = "; ".join(problems) or (full if all_teams.height else "no games")
        verdicts[day] = Verdict(not problems, text, error=False, metadata=metadata)
    return verdicts


COVERAGE = TableCheck(
    "coverage",
    "Every team that plays has at least 5 rows, and every priced player who is not out has one. WARN: what is there is "
    "right, and the names say who is not; on a season's first date nobody has rows.",
    _coverage,
)

CHECKS = (FEATURES_IN_RANGE, COLUMNS_VARY, HISTORY_AGREES, QUALITY, COVERAGE)
