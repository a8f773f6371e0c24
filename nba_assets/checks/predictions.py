"""Checks of the predictions: one word per system, real lines, and who says nothing."""

from datetime import date

import polars as pl

from ml_models.systems import ENTRIES
from ml_models.training_rows import STORE
from nba_assets.checks.verdict import Batch, TableCheck, Verdict, in_words
from nba_assets.transforms.predictions.recommendations import IMPLAUSIBLE
from nba_assets.transforms.predictions.versions import GROUP

# A slate has as many lines as rotation players; one number for more of them is a placeholder.
_MOST_ON_ONE_LINE = 0.25
_LEAST_LINES = 30
# Single absurd edges are a player whose role changed; a cluster of them is an incident.
_MOST_IMPLAUSIBLE = 0.02
_LEAST_IMPLAUSIBLE = 3


def _one_active_version(batch: Batch) -> dict[date, Verdict]:
    versions = batch.rows.group_by(GROUP).agg(
        active=pl.col("is_active").sum(), last=pl.col("is_active").sort_by("prediction_version").last()
    )
    several_or_old = (pl.col("active") > 1) | ((pl.col("active") == 1) & ~pl.col("last"))
    wrong = batch.rows_by_date(versions.filter(several_or_old).sort(GROUP))
    return {day: _versions(rows, wrong[day]) for day, rows in batch.rows_by_date().items()}


def _versions(rows: pl.DataFrame, wrong: pl.DataFrame) -> Verdict:
    if wrong.height:
        names = [f"{row['nba_player_id']} {row['system_id']}" for row in wrong.iter_rows(named=True)]
        return Verdict(False, f"{wrong.height} with several active versions or an old one: {in_words(names)}")
    active = int(rows["is_active"].sum())
    late = int((~rows["prediction_made_before_game"]).sum())
    return Verdict(
        True,
        f"{active} active predictions, {rows.height - active} that no longer count; {late} of all are backtests, made "
        "after tip-off",
        metadata={"active": active, "versions": rows.height, "backtest": late},
    )


def _lines_are_real(batch: Batch) -> dict[date, Verdict]:
    # A player has one line at a time, whichever system is asked.
    current = batch.rows.filter("is_active", "has_prop_line").unique(
        ["game_date", "nba_player_id", "current_points_line"]
    )
    return {day: _placeholder(rows["current_points_line"]) for day, rows in batch.rows_by_date(current).items()}


def _placeholder(lines: pl.Series) -> Verdict:
    if lines.is_empty():
        return Verdict(True, "no lines", metadata={"lines": 0})
    counts = lines.value_counts(name="players").sort(["players", lines.name], descending=[True, False])
    line, players = counts.row(0)
    share = players / lines.len()
    return Verdict(
        lines.len() < _LEAST_LINES or share <= _MOST_ON_ONE_LINE,
        f"{lines.len()} lines, the most frequent {line:g} on {share:.0%}",
        metadata={"lines": lines.len()},
    )


def _edges_plausible(batch: Batch) -> dict[date, Verdict]:
    verdicts = {}
    for day, rows in batch.rows_by_date(batch.rows.filter("is_active")).items():
        counts = (
            rows.filter("has_prop_line")
            .group_by("system_id")
            .agg(wild=(pl.col("line_margin").abs() > IMPLAUSIBLE).sum(), priced=pl.len())
            .filter(pl.col("wild") >= _LEAST_IMPLAUSIBLE, pl.col("wild") > _MOST_IMPLAUSIBLE * pl.col("priced"))
            .sort("system_id")
        )
        named = [f"{row['system_id']} {row['wild']} of {row['priced']}" for row in counts.iter_rows(named=True)]
        text = (
            f"more than {IMPLAUSIBLE:g} points off the line: {in_words(named)}" if named else "no cluster of wild edges"
        )
        verdicts[day] = Verdict(not named, text)
    return verdicts


def _systems_speak(batch: Batch) -> dict[date, Verdict]:
    expected = batch.rows_by_date(batch.inputs[STORE])
    verdicts = {}
    for day, rows in batch.rows_by_date(batch.rows.filter("is_active")).items():
        players = expected[day].height
        if not players:
            verdicts[day] = Verdict(True, "nobody to predict")
            continue
        counts = dict(rows.group_by("system_id").len().iter_rows())
        silent = [entry.system_id for entry in ENTRIES if not counts.get(entry.system_id)]
        metadata = {entry.system_id: counts.get(entry.system_id, 0) for entry in ENTRIES} | {"players": players}
        text = f"{len(ENTRIES) - len(silent)} systems on {players} players"
        if silent:
            text += f"; silent, as their week has no model or nobody a line: {in_words(silent, limit=len(ENTRIES))}"
        verdicts[day] = Verdict(not silent, text, error=False, metadata=metadata)
    return verdicts


ONE_ACTIVE_VERSION = TableCheck(
    "one_active_version",
    "At most one version of a player, game and system counts, and it is the last. ERROR: the date keeps its rows.",
    _one_active_version,
    blocking=True,
)
LINES_ARE_REAL = TableCheck(
    "lines_are_real",
    f"No number stands for more than {_MOST_ON_ONE_LINE:.0%} of the lines: a placeholder (20.0) once did.",
    _lines_are_real,
    blocking=True,
)
EDGES_PLAUSIBLE = TableCheck(
    "edges_plausible",
    f"No cluster of forecasts more than {IMPLAUSIBLE:g} points off the line. ERROR: the date keeps its rows.",
    _edges_plausible,
    blocking=True,
)
SYSTEMS_SPEAK = TableCheck(
    "systems_speak",
    "Every system of the roster predicts. WARN: early in a season there are too few rows for a model.",
    _systems_speak,
)

CHECKS = (ONE_ACTIVE_VERSION, LINES_ARE_REAL, EDGES_PLAUSIBLE, SYSTEMS_SPEAK)
