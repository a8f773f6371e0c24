"""What happens to published picks: which events a run adds to the ledger, and what the ledger says of a date.

Whatever the candidates of later runs say, a published pick stays, with its line and price. Nothing happens to it from
tip-off on, and what was computed after tip-off is never published.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from nba_assets import best_bets_rules as rules
from nba_assets.checks.verdict import in_words
from nba_assets.contracts.published_picks import TABLE
from nba_assets.pick_events import FIXED, REFRESHED, SNAPSHOT, WITHDRAWING, key_of
from nba_assets.transforms.documents import QUARANTINE_REASON

# One event of the ledger: its number `seq`, its instant `at`, its `hash`, and what it says.
Entry = Mapping[str, Any]

_VERSION = ("game_date", "nba_game_id", "nba_player_id", "system_id", "prediction_version")

HALT_COLUMNS = ("game_date", "is_halted", "as_of_ts")
MODEL_COLUMNS = (*_VERSION, "model_sha256")
# What was known of a halt longer ago is not known any more.
HALT_STATE_HOLDS = timedelta(hours=24)

# How the report of a ledger that was tampered with begins; the check that blocks on it looks for these words.
DAMAGED = "ledger: "
ALGORITHM = "algorithm"
# Name in the ledger -> column of the candidates, where it is another.
_COLUMN = {
    "side": "edge_side",
    "line": "best_line",
    "price": "best_price",
    "book": "best_book",
    "p_win": "best_p_win",
    "p_push": "best_p_push",
    "first_edge": "edge",
}
# Rules that speak of the system, not of the bet.
_OF_THE_SYSTEM = ("system_blocked", "model_is_champion")
_INSTANTS = ("tipoff_utc", "first_published_at", "withdrawn_at", "last_event_at")


@dataclass(frozen=True)
class Published:
    """A published pick: its first event, its last, and the one that withdrew it."""

    first: Entry
    last: Entry
    withdrawn: Entry | None
    events: int


def published(entries: Iterable[Entry]) -> dict[tuple[Any, ...], Published]:
    """Key -> pick, in the order of publication."""
    found: dict[tuple[Any, ...], Published] = {}
    for entry in entries:
        before = found.get(key_of(entry))
        if before is None:
            found[key_of(entry)] = Published(entry, entry, None, 1)
        else:
            withdrawn = before.withdrawn or (entry if entry["event"] in WITHDRAWING else None)
            found[key_of(entry)] = Published(before.first, entry, withdrawn, before.events + 1)
    return found


def open_dates(halts: pl.DataFrame, now: datetime) -> set[date]:
    """Dates of which it is known, and not from long ago, that they are not halted. `halts`: `HALT_COLUMNS`."""
    known = (pl.col("as_of_ts") > now - HALT_STATE_HOLDS).fill_null(value=False)
    return set(halts.filter(known, ~pl.col("is_halted"))["game_date"])


def with_model(candidates: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """Rows of signal_best_bets_picks with the `model_sha256` of `MODEL_COLUMNS` of their predictions."""
    of_version = predictions.select(MODEL_COLUMNS)
    return candidates.join(of_version, on=_VERSION, how="left", validate="m:1", maintain_order="left")


def events(
    candidates: pl.DataFrame,
    dates: Iterable[date],
    not_halted: Collection[date],
    entries: Sequence[Entry],
    now: datetime,
) -> list[dict[str, Any]]:
    """Events to append for `dates`: new picks, what changed of the published ones. None where all was said.

    `candidates`: all rows of these dates, `with_model`. `entries`: the whole ledger.
    """
    asked = {str(day) for day in dates}
    told = [_told(row) for row in candidates.sort("game_date", "pick_rank", nulls_last=True).to_dicts()]
    of_pick = {(key_of(row), row["system_id"]): row for row in told}
    systems = {(row["game_date"], row["system_id"]) for row in told}
    known = published(entries)
    found = []
    for key, pick in known.items():
        first = pick.first
        if first["game_date"] not in asked or first["source"] != ALGORITHM or pick.withdrawn:
            continue
        row = of_pick.get((key, first["system_id"]))
        if not _over(pick.last, now) and (row is None or not _over(row, now)):
            found += _changes(pick, row, has_system=(first["game_date"], first["system_id"]) in systems)
    fresh = [row for row in told if key_of(row) not in known and _may_be_published(row, not_halted, now)]
    fits = _within_caps([pick.first for pick in known.values()], fresh)
    return [*found, *({"event": "published"} | _snapshot(row) for row in fits)]


def retraction(pick: Published, why: str, who: str, now: datetime) -> dict[str, Any]:
    """The event that withdraws a published pick; it stays in the record. ValueError if it is too late."""
    if pick.withdrawn:
        raise ValueError(f"it was withdrawn at {pick.withdrawn['at']}")
    if _over(pick.last, now):
        raise ValueError(f"its game began at {pick.last['tipoff_utc']}")
    return {"event": "retracted"} | {name: pick.last[name] for name in SNAPSHOT} | {"why": [why], "who": who}


def rows(entries: Iterable[Entry], dates: Iterable[date]) -> pl.DataFrame:
    """The published picks of `dates` as they stand."""
    asked = {str(day) for day in dates}
    picks = [pick for pick in published(entries).values() if pick.first["game_date"] in asked]
    return TABLE.ordered(pl.DataFrame([_row(pick) for pick in picks], schema=TABLE.polars_schema))


def refused(problems: Sequence[str], dates: Iterable[date]) -> pl.DataFrame:
    """What is returned instead of `rows` where the ledger is not what was written: no row, and the reason per date."""
    reason = f"{DAMAGED}{in_words(list(problems), 20)}"
    days = pl.DataFrame({"game_date": list(dates)}, schema={"game_date": pl.Date})
    told = days.with_columns(pl.lit(reason).alias(QUARANTINE_REASON))
    return pl.concat([TABLE.empty(), told], how="diagonal")


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it."""
    return {**row, "game_date": str(row["game_date"]), "tipoff_utc": row["tipoff_utc"].isoformat()}


def _over(row: Mapping[str, Any], now: datetime) -> bool:
    return now >= datetime.fromisoformat(row["tipoff_utc"])


def _may_be_published(row: Mapping[str, Any], not_halted: Collection[date], now: datetime) -> bool:
    return (
        row["is_pick"]
        and row["prediction_made_before_game"]
        and date.fromisoformat(row["game_date"]) in not_halted
        and not _over(row, now)
        and all(row[_COLUMN.get(name, name)] is not None for name in FIXED if name != "source")
    )


def _within_caps(published_before: Sequence[Mapping[str, Any]], fresh: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of `fresh`, best first, that fit beside what was published: each run's picks are within the caps, but
    those of all runs of a date may not be."""
    columns = {"game_date": pl.String, "nba_player_id": pl.Int64, "nba_game_id": pl.String, "team_abbr": pl.String}
    every = pl.DataFrame([*published_before, *fresh], schema=columns, strict=False).with_row_index("place")
    for cap in rules.CAPS:
        every = every.filter(cap.holds)
    return [fresh[place - len(published_before)] for place in every["place"] if place >= len(published_before)]


def _snapshot(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[_COLUMN.get(name, name)] for name in SNAPSHOT if name != "source"} | {"source": ALGORITHM}


def _changes(pick: Published, row: Mapping[str, Any] | None, *, has_system: bool) -> Iterator[dict[str, Any]]:
    """What a run says of a published pick, if it is something new. `row`: its candidate, None where it is gone."""
    fixed = {name: pick.first[name] for name in FIXED}
    if row is None:
        event = "dropped_from_signal" if has_system else "model_disabled"
        said = {name: pick.last[name] for name in REFRESHED} | {"pick_rank": None, "rejected_by": None}
    else:
        of_system = row["rejected_by"] in _OF_THE_SYSTEM
        dropped = "model_disabled" if of_system else "dropped_from_signal"
        event = "refreshed" if row["is_pick"] else dropped
        said = {name: row[name] for name in REFRESHED}
    compared = REFRESHED if event == "refreshed" else ("rejected_by", "tipoff_utc")
    before = "refreshed" if pick.last["event"] == "published" else pick.last["event"]
    if event != before or any(said[name] != pick.last[name] for name in compared):
        yield {"event": event} | fixed | said


def _row(pick: Published) -> dict[str, Any]:
    last = pick.last
    values = {
        **{name: last[name] for name in SNAPSHOT},
        "game_date": date.fromisoformat(last["game_date"]),
        "first_published_at": pick.first["at"],
        "first_seq": pick.first["seq"],
        "is_withdrawn": pick.withdrawn is not None,
        "withdrawn_at": pick.withdrawn["at"] if pick.withdrawn else None,
        "last_event": last["event"],
        "last_event_at": last["at"],
        "event_count": pick.events,
        "ledger_seq": last["seq"],
        "ledger_hash": last["hash"],
    }
    instants = {name: datetime.fromisoformat(values[name]) for name in _INSTANTS if values[name] is not None}
    return values | instants
