"""Lands providers' answers: untouched bytes with their provenance, and a report of what came of each document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from nba_assets.transforms.documents import DocumentError
from resources.landing_store import LandingError, LandingStore
from resources.providers.answers import Fetched
from resources.providers.errors import NotThere, ProviderError, QuotaReserveError
from resources.providers.landing_paths import LandingNameError
from resources.providers.quota import Quota

# Landing names have whole seconds; a standing (simulated) clock gives the same second again and again.
_TRIED_SECONDS = 60

PathAt = Callable[[datetime], str]
Parse = Callable[[bytes], pl.DataFrame]


@dataclass
class FetchReport:
    """What one fetch did: landing paths written or already there, and in words what the provider does not have and what
    went wrong. `unavailable`: why this date cannot be fetched at all (no error: there is no history of it). `quota`: as
    the last answer told it.
    """

    written: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unavailable: str | None = None
    quota: Quota | None = None

    def add(self, other: "FetchReport") -> None:
        """Take in the report of another fetch."""
        for name in ("written", "present", "absent", "errors"):
            getattr(self, name).extend(getattr(other, name))
        self.quota = other.quota or self.quota


def land(store: LandingStore, fetched: Fetched, path: PathAt, report: FetchReport) -> None:
    """Write an answer; one that has landed with the same bytes in the same second is left alone, another one of that
    second keeps its name and this one takes the next.
    """
    for seconds in range(_TRIED_SECONDS):
        name = path(fetched.fetched_at + timedelta(seconds=seconds))
        try:
            store.write(name, fetched.content, fetched.provenance())
        except FileExistsError:
            if store.read(name) == fetched.content:
                report.present.append(name)
                return
        else:
            report.written.append(name)
            return
    raise FileExistsError(
        f"{_TRIED_SECONDS} other documents landed as {path(fetched.fetched_at)} and the seconds after"
    )


def attempt(
    store: LandingStore, ask: Callable[[], Fetched], path: PathAt, report: FetchReport, parse: Parse | None = None
) -> None:
    """Ask for one document of several and land it, if `parse` can read it.

    An error costs this document only, but nothing more is asked of an exhausted quota. A document without rows is not
    landed: as the newest of its date it would take the place of a full one.
    """
    try:
        fetched = ask()
    except QuotaReserveError:
        raise
    except ProviderError as error:
        (report.absent if isinstance(error, NotThere) else report.errors).append(str(error))
        report.quota = error.quota or report.quota
        return
    report.quota = fetched.quota or report.quota
    try:
        if parse is None or not parse(fetched.content).is_empty():
            land(store, fetched, path, report)
        else:
            report.absent.append(f"{fetched.request}: no rows")
    except DocumentError as error:
        report.errors.append(f"{fetched.request}: {error}; the answer was not stored")
    except (LandingNameError, LandingError) as error:
        report.errors.append(str(error))
