"""The scoreboard of the real season's priced window: every number once more, by loops over stored predictions and box
scores. No grade is read."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import polars as pl
import pytest

from ml_models.intervals import clustered_mean, clustered_ratio, clustered_share
from nba_assets.contracts import TABLES
from nba_assets.scoreboard import boards, read_graded, scoreboard_section
from nba_assets.transforms.scoreboard import DRAWS
from nba_assets_tests.integration.season import LAST, Season

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# The first date with lines; every window below begins there or later.
PRICED = date(2024, 3, 2)
MIDDLE = date(2024, 3, 24)
COIN = "coin"
NOT_FIGURES = {"game_date", "window", "made", "system_id", "is_compared", "rows_available", "computed_at", "standing",
               "verdict"}  # fmt: skip

Row = dict[str, Any]
_PREDICTED = (
    "game_date", "nba_game_id", "nba_player_id", "system_id", "prediction_version", "prediction_made_before_game",
    "is_active", "created_at", "quality_gate", "predicted_points", "sportsbook", "current_points_line", "over_price",
    "under_price", "p_over", "p_under", "market_p_over", "best_line", "best_price",
)  # fmt: skip
_clustered = {name: partial(f, draws=DRAWS) for name, f in (("mean", clustered_mean), ("ratio", clustered_ratio))}


@pytest.fixture(scope="module")
def rows(season: Season) -> list[Row]:
    """What stood at tip-off of players who played, with a line and prices, each with its points; at the offer that most
    systems have."""
    days = [PRICED + timedelta(days=n) for n in range((LAST - PRICED).days + 1)]
    last: dict[tuple[Any, ...], Row] = {}
    for row in season.warehouse.read(TABLES["player_prop_predictions"], days, _PREDICTED).iter_rows(named=True):
        key = (row["game_date"], row["nba_game_id"], row["nba_player_id"], row["system_id"])
        order = (row["prediction_made_before_game"], row["is_active"], row["prediction_version"], row["created_at"])
        if key not in last or order > last[key]["order"]:
            last[key] = row | {"order": order}
    boxes = season.warehouse.read(TABLES["player_game_summary"], days)
    points = {
        (game, player): scored
        for game, player, scored, minutes in boxes.select(
            "nba_game_id", "nba_player_id", "points", "minutes_played"
        ).iter_rows()
        if scored is not None and (minutes or scored)
    }
    closes = season.warehouse.read(TABLES["closing_line_value"], days)
    clv = {
        (game, player, system): value
        for game, player, system, value, is_close in closes.select(
            "nba_game_id", "nba_player_id", "system_id", "clv_points", "line_is_close"
        ).iter_rows()
        if value is not None and is_close is False
    }
    known = []
    for (day, game, player, system), row in last.items():
        needed = (row["current_points_line"], row["over_price"], row["under_price"], row["p_over"])
        if row["quality_gate"] == "blocked" or None in needed or (game, player) not in points:
            continue
        known.append(
            row
            | {
                "day": day,
                "who": (day, game, player, row["prediction_made_before_game"]),
                "points": points[game, player],
                "offer": (row["sportsbook"], *needed[:3]),
                "clv": clv.get((game, player, system)),
            }
        )
    offers: dict[Any, Counter[Any]] = defaultdict(Counter)
    for row in known:
        offers[row["who"]][row["offer"]] += 1
    assert all(len(found) == 1 for found in offers.values()), "the season has one snapshot per game"
    return known


def test_every_number_of_the_stored_boards_is_that_of_loops(season: Season, rows: list[Row]) -> None:
    stored = season.table("scoreboard")
    assert stored.filter(pl.col("game_date") < PRICED).is_empty()
    for day in (PRICED + timedelta(days=4), MIDDLE, LAST):
        for window, first in (("last_30_days", day - timedelta(days=29)), ("season", PRICED)):
            board = stored.filter(game_date=day, window=window)
            assert set(board["made"]) == {"backtest"}
            compare(board, [row for row in rows if first <= row["day"] <= day])


def test_every_number_of_the_command_s_board_is_that_of_loops(season: Season, rows: list[Row]) -> None:
    found = boards(read_graded(season.warehouse, MIDDLE, LAST))
    assert list(found) == ["backtest"]
    compare(found["backtest"], [row for row in rows if row["day"] >= MIDDLE])


def test_the_page_shows_every_system_and_the_coin(season: Season) -> None:
    graded = read_graded(season.warehouse, PRICED, LAST)
    text = scoreboard_section(graded)
    for name in (*graded.filter(pl.col("p_over").is_not_null())["system_id"].unique(), COIN):
        assert text.count(f"\n| `{name}` |") == 1, name


def compare(board: pl.DataFrame, rows: list[Row]) -> None:
    """All columns of the board against loops over `rows`."""
    held: dict[str, set[Any]] = defaultdict(set)
    for row in rows:
        held[row["system_id"]].add(row["who"])
    compared, common = chosen(held)
    everybody = {row["who"]: row for row in rows}
    assert set(board["system_id"]) == {*held, COIN}
    for found in board.iter_rows(named=True):
        name = found["system_id"]
        assert found["is_compared"] == (name in compared or name == COIN), name
        assert found["rows_available"] == len(everybody)
        if name == COIN:
            expected = coin_figures([row for who, row in everybody.items() if who in common])
        else:
            own = [row for row in rows if row["system_id"] == name]
            expected = figures([row for row in own if row["who"] in common] if name in compared else own)
        for column, value in expected.items():
            same = isinstance(value, float) and found[column] is not None
            assert found[column] == (pytest.approx(value, rel=1e-9, abs=1e-12) if same else value), (name, column)
        assert found["standing"] == standing(found, points=name not in (COIN, "market_line"), coin=name == COIN)
        assert set(found) - set(expected) <= NOT_FIGURES


def chosen(held: Mapping[str, set[Any]]) -> tuple[set[str], set[Any]]:
    """Compared systems and the player-games they share."""
    fullest, *others = sorted(held, key=lambda name: (-len(held[name]), name))
    compared, common = {fullest}, set(held[fullest])
    for name in others:
        if len(common & held[name]) >= 0.8 * len(held[fullest]):
            compared.add(name)
            common &= held[name]
    return compared, common


def figures(rows: list[Row]) -> Row:
    """Row by row, in the order of the rows."""
    parts = [scored(row) for row in rows]
    days = [row["day"] for row in rows]
    return summed(parts, days)


def scored(row: Row) -> Row:
    points, line = row["points"], row["current_points_line"]
    error = row["predicted_points"] - points
    found: Row = {"error": error, "absolute": abs(error), "line": abs(points - line)}
    implied = (1 / row["over_price"], 1 / row["under_price"])
    price = implied[0] / sum(implied)
    assert row["market_p_over"] == pytest.approx(price)
    if points != line:
        share, over = row["p_over"] / (row["p_over"] + row["p_under"]), points > line
        for name, p in (("", share), ("market_", price)):
            found[f"{name}brier"] = (p - over) ** 2
            found[f"{name}log_loss"] = -math.log(p if over else 1 - p)
    margin = row["predicted_points"] - line
    if margin == 0:
        return found
    side = "OVER" if margin > 0 else "UNDER"
    if points != line:
        taken = row["over_price"] if side == "OVER" else row["under_price"]
        found["won"] = float((points > line) == (side == "OVER"))
        found[f"won_{side}"] = found["won"]
        found["need"] = 1 / taken
        found["profit"] = taken - 1 if found["won"] else -1.0
    if row["best_line"] is not None and points != row["best_line"]:
        found["best"] = row["best_price"] - 1 if (points > row["best_line"]) == (side == "OVER") else -1.0
    if row["clv"] is not None:
        found["clv"], found["beat"] = row["clv"], float(row["clv"] > 0)
    return found


def coin_figures(rows: list[Row]) -> Row:
    parts = []
    for row in rows:
        points, line = row["points"], row["current_points_line"]
        if points == line:
            parts.append({})
            continue
        over = points > line
        pays = row["over_price"] if over else row["under_price"]
        price = 1 / row["over_price"] / (1 / row["over_price"] + 1 / row["under_price"])
        parts.append({
            "brier": 0.25,
            "log_loss": -math.log(0.5),
            "market_brier": (price - over) ** 2,
            "market_log_loss": -math.log(price if over else 1 - price),
            "won": 0.5,
            "won_OVER": float(over),
            "won_UNDER": float(not over),
            "need": (1 / row["over_price"] + 1 / row["under_price"]) / 2,
            # Half of the stake is on the side that won, half on the other.
            "profit": 0.5 * (pays - 1) + 0.5 * -1,
        })  # fmt: skip
    found = summed(parts, [row["day"] for row in rows])
    sides = {f"bets_{side}": found[f"bets_{side}"] / 2 for side in ("over", "under")}
    # A rate of half bets is as uncertain as that of half as many.
    return found | sides | known_rate(parts, [row["day"] for row in rows])


def known_rate(parts: list[Row], days: list[date]) -> Row:
    found: Row = {"hit_rate_low": None, "hit_rate_high": None, "bets_still_needed": None}
    for side in ("OVER", "UNDER"):
        values = column(parts, f"won_{side}")
        wide = _clustered["mean"](values, days)
        settled = [value for value in values if not math.isnan(value)]
        low, high = wilson_by_hand(sum(settled) / 2, len(settled) / 2)
        found[f"hit_rate_{side.lower()}_low"] = none_if_nan(min(wide.low, low) if wide.low == wide.low else wide.low)
        found[f"hit_rate_{side.lower()}_high"] = none_if_nan(
            max(wide.high, high) if wide.high == wide.high else wide.high
        )
    return found


def wilson_by_hand(won: float, count: float) -> tuple[float, float]:
    z, share = 1.959963984540054, won / count
    middle, square = share + z * z / (2 * count), z * z / (4 * count * count)
    half = z * math.sqrt(share * (1 - share) / count + square)
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)


def column(parts: list[Row], name: str) -> list[float]:
    return [part.get(name, math.nan) for part in parts]


def none_if_nan(value: float) -> float | None:
    return None if math.isnan(value) else value


def average(values: list[float]) -> float | None:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else None


def summed(parts: list[Row], days: list[date]) -> Row:
    """The board's figures."""
    of: Callable[[str], list[float]] = partial(column, parts)
    gaps = {
        name: [a - b for a, b in zip(of(name), of(f"market_{name}"), strict=True)] for name in ("brier", "log_loss")
    }
    found: Row = {
        "n": len(parts),
        "dates": len(set(days)),
        "mae": average(of("absolute")),
        "line_mae": average(of("line")),
        "bias": average(of("error")),
        "scored": sum("brier" in part for part in parts),
        **{name: average(of(name)) for name in ("brier", "market_brier", "log_loss", "market_log_loss")},
        "bets": sum("won" in part for part in parts),
        "wins": sum(part.get("won", 0) for part in parts),
        "bets_over": sum("won_OVER" in part for part in parts),
        "bets_under": sum("won_UNDER" in part for part in parts),
        "break_even": average(of("need")),
        "best_bets": sum("best" in part for part in parts),
        "clv_count": sum("clv" in part for part in parts),
    }
    shares = {"hit_rate": "won", "hit_rate_over": "won_OVER", "hit_rate_under": "won_UNDER", "clv_positive": "beat"}
    estimates = {
        "mae_ratio": _clustered["ratio"](of("absolute"), of("line"), days),
        "brier_gap": _clustered["mean"](gaps["brier"], days),
        "log_loss_gap": _clustered["mean"](gaps["log_loss"], days),
        "roi": _clustered["mean"](of("profit"), days),
        "best_roi": _clustered["mean"](of("best"), days),
        "clv_points": _clustered["mean"](of("clv"), days),
        **{name: clustered_share(of(part), days, draws=DRAWS) for name, part in shares.items()},
    }
    for name, estimate in estimates.items():
        found |= {
            name: none_if_nan(estimate.value),
            f"{name}_low": none_if_nan(estimate.low),
            f"{name}_high": none_if_nan(estimate.high),
        }
    found["bets_still_needed"] = still_needed(found["wins"], found["bets"], found["break_even"])
    return found


def still_needed(wins: float, bets: float, need: float | None) -> float | None:
    """One-sided 5 %, power 80 %."""
    if not bets or need is None or wins / bets == need:
        return None
    rate = wins / bets
    spread = 1.6448536269514722 * math.sqrt(need * (1 - need)) + 0.8416212335729143 * math.sqrt(rate * (1 - rate))
    return max(math.ceil((spread / (rate - need)) ** 2) - bets, 0)


def standing(found: Row, *, coin: bool, points: bool) -> str:
    def side(name: str, reference: float) -> int:
        low, high = found[f"{name}_low"], found[f"{name}_high"]
        return 0 if low is None else (low > reference) - (high < reference)

    says = [-side("log_loss_gap", 0)]
    if points:
        says.append(-side("mae_ratio", 1))
    money = side("roi", 0)
    says.append(money if coin or money == side("hit_rate", found["break_even"]) else 0)
    return "loses" if -1 in says else "wins" if 1 in says else "cannot tell"
