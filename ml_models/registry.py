"""The model registry: a local folder of trained artefacts, each with a card that says what it is and what it came from.

`<root>/<system>/<model id>/<sha256>/` holds `artefact/` (what the system saved) and `card.json`; `current` beside it
names the newest. An artefact is addressed by its content and never changes: training again with the same result
changes nothing, with another result adds one. A crash leaves the old state or the new.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from ml_models.feature_sets import FEATURE_SETS
from ml_models.system import KEY

LIBRARIES = ("catboost", "numpy", "polars", "scipy", "xgboost-cpu")
_CURRENT, _CARD, _ARTEFACT = "current", "card.json", "artefact"


class Artefact(Protocol):
    """Something that was fitted on rows before an instant and can be stored."""

    @property
    def system_id(self) -> str: ...

    @property
    def trained_before(self) -> date: ...

    def save(self, folder: Path) -> None: ...


A_co = TypeVar("A_co", bound=Artefact, covariant=True)


class Loader(Protocol[A_co]):
    """Reads what an artefact of a system saved."""

    @property
    def system_id(self) -> str: ...

    def load(self, folder: Path) -> A_co: ...


class RegistryError(ValueError):
    """A model that is not there, is not what its card says, or was trained on features that meant something else."""


@dataclass(frozen=True)
class Card:
    """What a model is. `window_start` and `window_end`: first and last day whose rows it may have seen, both inside;
    `sha256`: of the artefact; `data_sha256`: of the training rows."""

    model_id: str
    system_id: str
    feature_set: str
    feature_hash: str
    window_start: date
    window_end: date
    rows: int
    data_sha256: str
    code_version: str
    seed: int | None
    status: str
    metrics: Mapping[str, float]
    libraries: Mapping[str, str]
    sha256: str = ""

    def to_json(self) -> str:
        dates = {"window_start": self.window_start.isoformat(), "window_end": self.window_end.isoformat()}
        return json.dumps(asdict(self) | dates, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Card":
        data = json.loads(text)
        if strange := set(data) ^ {f.name for f in fields(cls)}:
            raise RegistryError(f"a card with other fields: {', '.join(sorted(strange))}")
        dates = {name: date.fromisoformat(data[name]) for name in ("window_start", "window_end")}
        return cls(**data | dates)


def model_id(system_id: str, before: date, days: int) -> str:
    """`{system}_train{first day}_{last day}` of the `days` before `before`."""
    first, last = before - timedelta(days=days), before - timedelta(days=1)
    return f"{system_id}_train{first:%Y%m%d}_{last:%Y%m%d}"


def describe(
    fitted: Artefact,
    rows: pl.DataFrame,
    *,
    feature_set: str,
    days: int,
    code_version: str,
    seed: int | None,
    status: str,
    metrics: Mapping[str, float],
) -> Card:
    """The card of a system fitted on `rows`, those of the `days` before it."""
    before = fitted.trained_before
    return Card(
        model_id=model_id(fitted.system_id, before, days),
        system_id=fitted.system_id,
        feature_set=feature_set,
        feature_hash=feature_hash(feature_set),
        window_start=before - timedelta(days=days),
        window_end=before - timedelta(days=1),
        rows=rows.height,
        data_sha256=data_sha256(rows),
        code_version=code_version,
        seed=seed,
        status=status,
        metrics=metrics,
        libraries={"python": sys.version.split()[0]} | {name: version(name) for name in LIBRARIES},
    )


def feature_hash(feature_set: str) -> str:
    """Fingerprint of what a set's features mean today; of a set that is none (a formula's columns), nothing."""
    return FEATURE_SETS[feature_set].content_hash if feature_set in FEATURE_SETS else ""


def data_sha256(rows: pl.DataFrame) -> str:
    """Fingerprint of rows by content: the order of rows and columns does not matter."""
    table, content = rows.select(sorted(rows.columns)).sort(KEY).rechunk(), BytesIO()
    # Parquet, as it has no bytes for what is null; Arrow keeps whatever was there before it became null.
    table.write_parquet(content, compression="uncompressed", statistics=False)
    return sha256(content.getvalue()).hexdigest()


def register(root: Path, fitted: Artefact, card: Card, proof: Callable[[Card], str] | None = None) -> Card:
    """Save a fitted system under its card and make it the current one of its model id; the card with the hash.

    `proof` looks at what was saved and says what is wrong with it; then RegistryError, and the current one stays.
    """
    home = root / card.system_id / card.model_id
    home.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".aside-", dir=home))
    try:
        fitted.save(aside / _ARTEFACT)
        found = Card(**{**card.__dict__, "sha256": artefact_sha256(aside / _ARTEFACT)})
        _write(aside / _CARD, found.to_json())
        for file in (aside / _ARTEFACT).rglob("*"):
            _flush(file)
        target = home / found.sha256
        if target.exists():
            # The same content: what is said of it (status, metrics) may be new.
            _write(target / _CARD, found.to_json())
        else:
            aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    if problem := proof(found) if proof else "":
        raise RegistryError(f"{found.model_id}: {problem}")
    _write(home / _CURRENT, found.sha256)
    _flush(home)
    return found


def exists(root: Path, system_id: str, model: str) -> bool:
    """Whether the model id has a current artefact."""
    return (root / system_id / model / _CURRENT).exists()


def withdraw(root: Path, system_id: str, model: str) -> None:
    """The model id has no current artefact any more; its artefacts stay."""
    (root / system_id / model / _CURRENT).unlink(missing_ok=True)


def load(root: Path, system: Loader[A_co], model: str, sha: str | None = None) -> tuple[A_co, Card]:
    """The model of this id: its current artefact, or the one with this hash. RegistryError if it must not predict."""
    found = card(root, system.system_id, model, sha)
    folder = root / system.system_id / model / found.sha256 / _ARTEFACT
    if (actual := artefact_sha256(folder)) != found.sha256:
        raise RegistryError(f"{model}: the artefact hashes to {actual[:12]}, its card says {found.sha256[:12]}")
    if (today := feature_hash(found.feature_set)) != found.feature_hash:
        raise RegistryError(f"{model}: trained on features {found.feature_hash}, which are {today} today")
    fitted = system.load(folder)
    if fitted.trained_before != found.window_end + timedelta(days=1):
        raise RegistryError(f"{model}: fitted before {fitted.trained_before}, its card ends at {found.window_end}")
    return fitted, found


def card(root: Path, system_id: str, model: str, sha: str | None = None) -> Card:
    """The card alone."""
    home = root / system_id / model
    try:
        chosen = sha or (home / _CURRENT).read_text()
        found = Card.from_json((home / chosen / _CARD).read_text())
    except FileNotFoundError as missing:
        raise RegistryError(f"no model {model} of {system_id} in {root}") from missing
    if (found.system_id, found.model_id, found.sha256) != (system_id, model, chosen):
        raise RegistryError(f"{home} holds the card of {found.system_id} {found.model_id} {found.sha256[:12]}")
    return found


def models(root: Path, system_id: str) -> list[Card]:
    """Current cards of a system, oldest window first."""
    homes = sorted((root / system_id).glob(f"*/{_CURRENT}"))
    return sorted((card(root, system_id, home.parent.name) for home in homes), key=lambda c: (c.window_end, c.model_id))


def artefact_sha256(folder: Path) -> str:
    """Fingerprint of a folder: its files' names and bytes."""
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    Path(name).replace(file)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
