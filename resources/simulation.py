"""What makes a landing folder SIMULATED: a marker file that says so to people and names the league to programs."""

import json
import os
import tomllib
import uuid
from pathlib import Path

from pydantic import AwareDatetime, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

# A landing folder that holds this file is simulated, and everything shown of it says so.
SIMULATED_MARKER = "SIMULATED.txt"

DEFAULT_SEED = 2024

_NOTICE = """\
# SIMULATED
#
# Every file below this folder is simulated: the players do not exist, the games were not played, the quotes were never
# offered. Figures computed from it say nothing about the NBA or about betting.
#
# The league it is fetched from, and the instant its clock shows (`nba simulate` changes it):
"""


class SimulationError(ValueError):
    """The marker or a request to change it makes no sense; the message names the file and the value."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))
class Simulation:
    """A simulated league and its time.

    `now`: the instant the clock shows; None is real time. `started`: the real instant at which it showed `now` and
    began to run; None means that it stands. `faults`: name of the league's fault plan.
    """

    seed: int
    now: AwareDatetime | None = None
    started: AwareDatetime | None = None
    faults: str | None = None


def read_simulation(landing: Path) -> Simulation | None:
    """The simulation of a landing folder; None if it is not simulated, or simulated files without a league."""
    marker = landing / SIMULATED_MARKER
    if not marker.exists():
        return None
    try:
        values = tomllib.loads(marker.read_text(encoding="utf-8"))
        return Simulation(**values) if values else None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}={e['input']!r}: {e['msg']}" for e in error.errors())
        raise SimulationError(f"{marker}: {wrong}; correct it") from error
    except ValueError as error:  # no TOML, no text
        raise SimulationError(f"{marker}: {error}; correct it") from error


def write_simulation(landing: Path, simulation: Simulation) -> None:
    """Make a folder simulated, or change its simulation.

    Refused: a folder with files that are not simulated, or that were fetched from another league.
    """
    marker = landing / SIMULATED_MARKER
    others = landing.exists() and any(path != marker for path in landing.iterdir())
    if others and not marker.exists():
        raise SimulationError(f"{landing} holds files that are not simulated; choose an empty folder (NBA_HOME)")
    before = read_simulation(landing)
    if others and before is not None and before.seed != simulation.seed:
        raise SimulationError(
            f"{landing} holds files of league {before.seed}, not {simulation.seed}; choose an empty folder (NBA_HOME)"
        )
    landing.mkdir(parents=True, exist_ok=True)
    lines = [f"seed = {simulation.seed}"]
    lines += [
        f"{name} = {value.isoformat()}"
        for name, value in (("now", simulation.now), ("started", simulation.started))
        if value is not None
    ]
    if simulation.faults:
        lines.append(f"faults = {json.dumps(simulation.faults, ensure_ascii=False)}")
    aside = marker.with_name(f".{uuid.uuid4().hex}.tmp")
    aside.write_text(_NOTICE + "\n".join(lines) + "\n", encoding="utf-8")
    os.replace(aside, marker)  # noqa: PTH105 - processes that read it meanwhile see the old one or the new one
