"""Odds of one event (The Odds API v4): a bare event object, or the historical wrapper with the event in `data`."""

import math
from typing import Any

import polars as pl

from nba_assets.transforms.documents.base import QUARANTINE_REASON, load_json, typed_frame
from nba_assets.transforms.documents.odds_common import instant, objects, required_instant, required_text, unwrap

# One row per outcome. Prices: `price` as the document states it, then the same price in both notations.
SCHEMA: dict[str, pl.DataType] = {
    "odds_api_event_id": pl.String(),
    "commence_time": pl.Datetime("us", "UTC"),
    "home_team": pl.String(),
    "away_team": pl.String(),
    "bookmaker_key": pl.String(),
    "market_key": pl.String(),
    "market_last_update": pl.Datetime("us", "UTC"),
    "outcome_name": pl.String(),
    "description": pl.String(),
    "price": pl.Float64(),
    "price_decimal": pl.Float64(),
    "price_american": pl.Int64(),
    "point": pl.Float64(),
    "document_position": pl.Int64(),
    "snapshot_timestamp": pl.Datetime("us", "UTC"),
}

Prices = tuple[float | None, int | None]
_NO_PRICE: Prices = (None, None)
# Far above any price; numbers beyond it (also NaN and infinities) are not converted.
_LIMIT = 1e9


def parse(document: bytes) -> pl.DataFrame:
    """One row per quoted outcome in document order, plus `quarantine_reason`; no bookmakers, no rows.

    `snapshot_timestamp` is the wrapper's `timestamp` and null in a current document. `market_last_update` falls back to
    the bookmaker's own, and is null where the document has neither. Raises `DocumentError` when the event itself
    (id, teams, commence_time, bookmakers) cannot be read.
    """
    event, timestamp = unwrap(load_json(document), dict)
    event_id = required_text(event, "id")
    commence_time = required_instant(event, "commence_time")
    home_team, away_team = required_text(event, "home_team"), required_text(event, "away_team")

    books: list[Any] = []
    market_keys: list[Any] = []
    updates: list[int | None] = []
    bad_updates: dict[int, str] = {}
    outcomes: list[dict[str, Any]] = []
    for bookmaker in objects(event, "bookmakers"):
        for market in objects(bookmaker, "markets"):
            quoted = objects(market, "outcomes")
            written = market.get("last_update", bookmaker.get("last_update"))
            update = instant(written)
            if update is None and written is not None:
                reason = f"market_last_update={written!r} is not an instant"
                bad_updates.update(dict.fromkeys(range(len(outcomes), len(outcomes) + len(quoted)), reason))
            outcomes += quoted
            books += [bookmaker.get("key")] * len(quoted)
            market_keys += [market.get("key")] * len(quoted)
            updates += [update] * len(quoted)

    rows = len(outcomes)
    prices = [outcome.get("price") for outcome in outcomes]
    converted, bad_prices = _both_notations(prices)
    frame = typed_frame(
        {
            "odds_api_event_id": [event_id] * rows,
            "commence_time": [commence_time] * rows,
            "home_team": [home_team] * rows,
            "away_team": [away_team] * rows,
            "bookmaker_key": books,
            "market_key": market_keys,
            "market_last_update": updates,
            "outcome_name": [outcome.get("name") for outcome in outcomes],
            "description": [outcome.get("description") for outcome in outcomes],
            "price": prices,
            "price_decimal": [decimal for decimal, _ in converted],
            "price_american": [american for _, american in converted],
            "point": [outcome.get("point") for outcome in outcomes],
            "document_position": list(range(rows)),
            "snapshot_timestamp": [timestamp] * rows,
        },
        SCHEMA,
    )
    return _mark(frame, bad_updates | bad_prices)


def to_decimal(american: float) -> float:
    """+230 -> 3.3, -110 -> 1.909..: winnings plus stake per unit staked."""
    return 1 + (american / 100 if american > 0 else 100 / -american)


def to_american(decimal: float) -> int:
    """1.91 -> -110, 3.3 -> +230: rounded, because truncation is off by one for half of the prices."""
    winnings = decimal - 1
    return _rounded(winnings * 100) if decimal >= 2 else -_rounded(100 / winnings)


def _both_notations(prices: list[Any]) -> tuple[list[Prices], dict[int, str]]:
    """Decimal and American price of every outcome, and by row what is wrong with a price that is neither.

    The notation is one of the document: American if any price is negative or all are 100 or more in size.
    """
    numbers = {price for price in prices if type(price) in (int, float) and abs(price) < _LIMIT}
    is_american = any(price < 0 for price in numbers) or all(abs(price) >= 100 for price in numbers)
    known = {price: _convert(price, is_american=is_american) for price in numbers}
    converted, reasons = [], {}
    for row, price in enumerate(prices):
        pair = known.get(price, _NO_PRICE) if type(price) in (int, float) else _NO_PRICE
        converted.append(pair)
        if pair is _NO_PRICE:
            reasons[row] = f"price={price!r} is not {'an American' if is_american else 'a decimal'} price"
    return converted, reasons


def _convert(price: float, *, is_american: bool) -> Prices:
    if is_american:
        return (to_decimal(price), _rounded(price)) if abs(price) >= 100 else _NO_PRICE
    return (float(price), to_american(price)) if price > 1 else _NO_PRICE


def _rounded(value: float) -> int:
    """Halves away from zero."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def _mark(frame: pl.DataFrame, reasons: dict[int, str]) -> pl.DataFrame:
    """The parser's own reasons, where typing found none."""
    if not reasons:
        return frame
    own = pl.Series([reasons.get(row) for row in range(frame.height)], dtype=pl.String)
    return frame.with_columns(pl.coalesce(QUARANTINE_REASON, own))
