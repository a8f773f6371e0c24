"""List of events (The Odds API v4): a bare list, or the historical wrapper with the list in `data`."""

import polars as pl

from nba_assets.transforms.documents.base import load_json, typed_frame
from nba_assets.transforms.documents.odds_common import instant, unwrap
from nba_assets.transforms.documents.values import required, values_of

# One row per event; a list may hold two ET dates and live games.
SCHEMA: dict[str, pl.DataType] = {
    "odds_api_event_id": pl.String(),
    "commence_time": pl.Datetime("us", "UTC"),
    "home_team": pl.String(),
    "away_team": pl.String(),
    "snapshot_timestamp": pl.Datetime("us", "UTC"),
}


def parse(document: bytes) -> pl.DataFrame:
    """One row per event, plus `quarantine_reason` for an event without id, teams or a readable commence_time.

    `snapshot_timestamp` is the wrapper's `timestamp` and null in a current document. Raises `DocumentError` when the
    document is not a list of events.
    """
    events, timestamp = unwrap(load_json(document), list)
    frame = typed_frame(
        {
            "odds_api_event_id": values_of(events, "id", required=True),
            "commence_time": [instant(value) for value in values_of(events, "commence_time", required=True)],
            "home_team": values_of(events, "home_team", required=True),
            "away_team": values_of(events, "away_team", required=True),
            "snapshot_timestamp": [timestamp] * len(events),
        },
        SCHEMA,
    )
    return required(frame, ["odds_api_event_id", "commence_time", "home_team", "away_team"])
