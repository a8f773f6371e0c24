"""The NBA's official injury report, a PDF per quarter-hour (per hour before 2025-12-23)."""

from datetime import datetime

import httpx

from nba_assets.calendar import ET
from resources.clock import SystemClock
from resources.providers.answers import Fetched, get
from resources.providers.errors import NotThere
from resources.providers.hosts import INJURY_REPORTS
from resources.providers.http import Clock
from resources.providers.ids import utc

_ABSENT = frozenset({403, 404})


def report_paths(at: datetime) -> tuple[str, str]:
    """Where the report of an instant may lie: under its quarter-hour (new), or under its hour (old), both ET.

    The name only addresses a file; when the report was made stands in its header, up to half an hour later.
    """
    local = utc(at).astimezone(ET)
    half = "AM" if local.hour < 12 else "PM"
    hour = f"{(local.hour - 1) % 12 + 1:02d}"
    stem = f"/referee/injury/Injury-Report_{local:%Y-%m-%d}_{hour}"
    return f"{stem}_{local.minute // 15 * 15:02d}{half}.pdf", f"{stem}{half}.pdf"


class InjuryReports:
    """Injury reports by instant."""

    def __init__(self, client: httpx.Client, *, clock: Clock | None = None) -> None:
        self._client = client
        self._clock = clock or SystemClock()

    def report(self, at: datetime) -> Fetched:
        """The report of the instant's quarter-hour or else of its hour; `NotThere` when none was issued."""
        new, old = report_paths(at)
        try:
            return self._get(new)
        except NotThere:
            return self._get(old)

    def _get(self, path: str) -> Fetched:
        return get(self._client, INJURY_REPORTS, path, clock=self._clock, body="pdf", absent=_ABSENT)
