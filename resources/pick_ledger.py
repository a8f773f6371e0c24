"""The ledger of published picks: what was published when, at which line and price, and what became of it until tip-off.

Nothing computes it again, so it lies outside the warehouse and is worth a backup of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nba_assets.pick_events import EVENTS, FIXED, OPENING, SNAPSHOT, key_of
from resources.chain import Entry, Problem, at
from resources.chained_log import ChainedLog


def pick_ledger(folder: Path) -> ChainedLog:
    return ChainedLog(folder, "picks", pick_problems)


def pick_problems(entries: Sequence[Entry]) -> list[Problem]:
    """What no run of this program writes, though its hashes are right."""
    return list(_problems(entries))


def _problems(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], Entry] = {}
    for entry in entries:
        seq = entry["seq"]
        if entry.get("event") not in EVENTS or any(name not in entry for name in SNAPSHOT):
            yield Problem("foreign", seq, f"seq {seq} is no event of a pick")
            continue
        if at(entry) >= datetime.fromisoformat(entry["tipoff_utc"]):
            text = f"seq {seq} is of {entry['at']}, not before the tip-off of its game at {entry['tipoff_utc']}"
            yield Problem("back_dated", seq, text)
        opening = first.setdefault(key_of(entry), entry)
        if (entry is opening) != (entry["event"] in OPENING):
            yield Problem("foreign", seq, f"seq {seq}: {entry['event']} does not fit what precedes it")
        changed = [name for name in FIXED if entry[name] != opening[name]]
        if changed:
            text = f"seq {seq} has another {', '.join(changed)} than seq {opening['seq']}, which published it"
            yield Problem("altered", seq, text)
