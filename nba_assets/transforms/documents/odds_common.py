"""What the Odds API documents share: the historical wrapper, event fields, UTC instants."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nba_assets.transforms.documents.base import DocumentError
from nba_assets.transforms.documents.values import member

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def unwrap(body: Any, expected: type) -> tuple[Any, int | None]:
    """The payload of a document and its snapshot time in microseconds since 1970.

    Historical endpoints wrap their answer in `{timestamp, .., data}`; current ones answer bare, so the time is null.
    """
    timestamp = None
    if isinstance(body, dict) and "data" in body:
        timestamp = required_instant(body, "timestamp")
        body = body["data"]
    if not isinstance(body, expected):
        raise DocumentError(f"expected a {expected.__name__}", field="data", value=_short(body))
    return body, timestamp


def required_text(container: dict[str, Any], field: str) -> str:
    """A non-empty string without which the whole document says nothing."""
    value = container.get(field)
    if not isinstance(value, str) or not value:
        raise DocumentError(f"{field} is not a text: {_short(value)}", field=field, value=value)
    return value


def required_instant(container: dict[str, Any], field: str) -> int:
    """A UTC instant, in microseconds since 1970, without which the whole document says nothing."""
    micros = instant(container.get(field))
    if micros is None:
        value = container.get(field)
        raise DocumentError(f"{field} is not an instant: {_short(value)}", field=field, value=value)
    return micros


def objects(container: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """A list of JSON objects; the list may be empty but not absent."""
    items = member(container, field, list)
    if not all(isinstance(item, dict) for item in items):
        raise DocumentError(f"{field} holds something that is not an object", field=field, value=_short(items))
    return items


def instant(value: Any) -> int | None:
    """Microseconds since 1970 of an ISO instant with an offset (`2024-03-03T01:40:00Z`); null for anything else.

    An integer, because a polars column of instants is built from integers a hundred times faster than from datetimes.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if moment.tzinfo is None else (moment - _EPOCH) // _MICROSECOND


def _short(value: Any, size: int = 80) -> str:
    return repr(value)[:size]
