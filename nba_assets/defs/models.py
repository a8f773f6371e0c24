"""Model assets: one per prediction system, one partition per week, trained on rows before its Monday.

A partition's model forecasts the dates of its week, so a backfill of a season is a walk-forward backtest. In the graph
a week depends on its own dates (Dagster follows a mapping of many dates forwards, too); what is learned from are the
dates before.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import dagster as dg
import pandas as pd
import polars as pl

from ml_models.gates import GateFinding, Record, alarms_of, judge
from ml_models.leak_court import court
from ml_models.registry import RegistryError
from ml_models.system import KEY, TARGET
from ml_models.systems import Entry
from ml_models.training import WINDOW_DAYS
from ml_models.training_rows import STORE, outcomes, pregame_inputs
from ml_models.vintages import PAST_WEEKS, Vintage, Walk
from nba_assets.automation.conditions import model_of_the_week
from nba_assets.checks.models import ALARMS, LEAK_COURT, REPRODUCES, TRAINED, checks_of, of_findings, of_gate
from nba_assets.checks.verdict import Verdict, in_words
from nba_assets.contracts import TABLES
from nba_assets.model_shown import model_metadata
from nba_assets.partition_events import output_events, verdict_events
from nba_assets.partitions import MAX_WEEKS_PER_RUN, MODEL_WEEKS
from nba_assets.policies import FRESH_BY_WEEK, OWNERS, SIMULATED_KIND, preview_features_accepted
from nba_assets.table_asset import model_key, table_key
from nba_assets.training_frame import TRAINING_ROWS, from_pandas
from resources.model_store import ModelStore
from resources.table_io_manager import Stored
from resources.training_rows_loader import DAYS_BEFORE

# Averages are recomputed from the games of the season.
_SEASON_DAYS = 300
_PAST_DAYS = 7 * (PAST_WEEKS + 1)
# Rows on which a stored model must repeat itself: the newest it learned from, as a first week has no others.
_PROOF_ROWS = 100
with preview_features_accepted():
    # The dates of this week that are still to come are no partitions yet.
    _DATES_OF_WEEK = dg.TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True)


@dataclass(frozen=True)
class _Week:
    """What came of a week: its metadata if it was stored (a model, or the fact that there is none), and verdicts."""

    metadata: Mapping[str, Any] | None
    verdicts: Mapping[str, Verdict]


def model_assets(entries: Sequence[Entry]) -> list[dg.AssetsDefinition]:
    """One asset per system."""
    return [_model_asset(entry) for entry in entries]


def _model_asset(entry: Entry) -> dg.AssetsDefinition:
    key = model_key(entry.system_id)
    checks = checks_of(entry)
    days = max(entry.window_days or WINDOW_DAYS, _PAST_DAYS)
    tables = [
        dg.AssetDep(table_key(TABLES[name]), partition_mapping=_DATES_OF_WEEK)
        for name in pregame_inputs()
        if name != STORE
    ]
    with preview_features_accepted():
        decorate = dg.asset(
            key=key,
            ins={
                "training_rows": dg.AssetIn(
                    key=table_key(TABLES[STORE]),
                    input_manager_key="training_rows",
                    dagster_type=TRAINING_ROWS,
                    partition_mapping=_DATES_OF_WEEK,
                    metadata={DAYS_BEFORE: days},
                ),
                "player_game_summary": dg.AssetIn(
                    key=table_key(TABLES["player_game_summary"]),
                    partition_mapping=_DATES_OF_WEEK,
                    metadata={
                        "columns": [*KEY, TARGET, "is_dnp"],
                        "look_back_days": _SEASON_DAYS,
                        "same_date": True,
                    },
                ),
            },
            deps=[*tables, *(model_key(member) for member in entry.members)],
            check_specs=[
                dg.AssetCheckSpec(
                    check.name,
                    asset=key,
                    description=check.description,
                    blocking=check.blocking,
                    partitions_def=MODEL_WEEKS,
                )
                for check in checks
            ],
            partitions_def=MODEL_WEEKS,
            backfill_policy=dg.BackfillPolicy.multi_run(MAX_WEEKS_PER_RUN),
            io_manager_key="warehouse",
            required_resource_keys={"warehouse", "training_rows", "models"},
            description=_described(entry, days),
            group_name="models",
            kinds={"python"},
            owners=OWNERS,
            freshness_policy=FRESH_BY_WEEK,
            automation_condition=model_of_the_week(table_key(TABLES[STORE])),
        )

    def train(
        context: dg.AssetExecutionContext, training_rows: pd.DataFrame, player_game_summary: pl.DataFrame
    ) -> Iterator[Any]:
        started = time.perf_counter()
        store: ModelStore = context.resources.models
        refused: list[str] = []
        walk = Walk(entry, from_pandas(training_rows), partial(store.usable, refused=refused))
        games = outcomes(player_game_summary)
        simulated = SIMULATED_KIND in context.assets_def.specs_by_key[key].kinds
        weeks = {}
        for monday in sorted(date.fromisoformat(week) for week in context.partition_keys):
            weeks[monday] = _train(entry, walk, games, monday, store, simulated=simulated)
            context.log.info("%s: %s", monday, next(iter(weeks[monday].verdicts.values())).description)
        if refused:
            # Models of features that meant something else teach no calibration; the weeks' own are trained again.
            context.log.warning("earlier models left out: %s", in_words(sorted(set(refused))))
        yield from _events(context, key, weeks, time.perf_counter() - started)

    return decorate(train)


def _described(entry: Entry, days: int) -> str:
    members = f" Pools {', '.join(entry.members)}." if entry.members else ""
    return (
        f"The prediction system {entry.system_id} ({entry.status}), fitted on the rows of the "
        f"{entry.window_days or WINDOW_DAYS} days before the Monday of the week, and calibrated on its own forecasts "
        f"of the {PAST_WEEKS} weeks before.{members} A partition's model forecasts the dates of its week."
    )


def _train(entry: Entry, walk: Walk, games: pl.DataFrame, monday: date, store: ModelStore, *, simulated: bool) -> _Week:
    """One week's model: fitted, judged, stored. A model that a blocking check stops is not stored, and not used."""
    rows = walk.taught_by(monday)
    leaks = of_findings(court(rows, games, [name for name in entry.create().columns if name in rows.columns], monday))
    # Judged first: rows that know the future are not learned from.
    vintage = walk.train(monday) if leaks.passed else None
    if vintage is None and leaks.passed:
        store.withdraw(entry, monday)
        told = f"no model: {rows.height} rows of played games in its window are too few"
        nothing = {check.name: Verdict(True, "no model, nothing to judge") for check in checks_of(entry)}
        seen = {TRAINED.name: Verdict(False, told, error=False), LEAK_COURT.name: leaks}
        return _Week({"model": "none", "training rows": rows.height}, nothing | seen)
    record = walk.record(monday)
    gates = judge(record, line_aware=entry.line_aware)
    fitted = Verdict(True, f"fitted on {rows.height} rows of played games", error=False)
    verdicts = {
        TRAINED.name: fitted if vintage else Verdict(False, f"not fitted, see {LEAK_COURT.name}", error=False),
        LEAK_COURT.name: leaks,
        ALARMS.name: of_findings(alarms_of(record)),
        REPRODUCES.name: Verdict(True, "not stored, nothing to repeat"),
    }
    metadata = None
    if vintage and verdicts[ALARMS.name].passed:
        metadata, verdicts[REPRODUCES.name] = _stored(entry, vintage, record, rows, gates, store, simulated=simulated)
    if metadata is None:
        walk.reject(monday)
    return _Week(metadata, verdicts | {gate.name: of_gate(gate) for gate in gates})


def _stored(
    entry: Entry,
    vintage: Vintage,
    record: Record,
    rows: pl.DataFrame,
    gates: list[GateFinding],
    store: ModelStore,
    *,
    simulated: bool,
) -> tuple[dict[str, Any] | None, Verdict]:
    failed = [gate.name for gate in gates if not gate.passed]
    status = "shadow" if failed and entry.status == "champion" else entry.status
    metrics = {gate.name: gate.value for gate in gates if gate.value == gate.value}
    try:
        card = store.register(entry, vintage, rows, status=status, metrics=metrics)
    except RegistryError as error:
        return None, Verdict(False, str(error))
    metadata = model_metadata(vintage, card, record, simulated=simulated)
    return metadata | {"failed gates": ", ".join(failed) or "none"}, Verdict(True, f"loads as {card.sha256[:12]}")


def _events(
    context: dg.AssetExecutionContext, key: dg.AssetKey, weeks: Mapping[date, _Week], seconds: float
) -> Iterator[Any]:
    """A materialization per week that was stored, a verdict per check and week."""
    stored = [monday for monday, week in weeks.items() if week.metadata is not None]
    for monday in stored:
        context.add_asset_metadata(weeks[monday].metadata or {}, asset_key=key, partition_key=monday.isoformat())
    if stored:
        run = {"run/dates": len(weeks), "run/seconds_compute": round(seconds, 3)}
        yield from output_events(context, Stored(stored), run)
    checks = next(iter(weeks.values())).verdicts
    verdicts = {name: {monday: week.verdicts[name] for monday, week in weeks.items()} for name in checks}
    yield from verdict_events(context, key, verdicts, stored)
    if not stored:
        raise dg.Failure(f"{key.to_user_string()}: no week got a model; see its checks", allow_retries=False)
