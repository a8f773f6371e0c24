"""Best bets, closes and the league over the real season: every figure once more, by loops over plain rows.

Its odds are one snapshot per game, mostly hours before tip-off: a close that is there is the line itself.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from nba_assets_tests.integration.season import ALL_DAYS, Season
from nba_assets_tests.transforms.bets_support import CHAMPION

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

_KEY = ("game_date", "nba_game_id", "nba_player_id", "system_id")
_NEEDED = (*_KEY, "prediction_version", "is_active", "has_prop_line", "edge_side", "line_margin", "ev",
           "current_points_line", "predicted_points", "model_status", "sportsbook")  # fmt: skip


@pytest.fixture(scope="module")
def champion(season: Season) -> list[dict[str, Any]]:
    """Last versions of the champion's predictions."""
    table = season.table("player_prop_predictions").select(_NEEDED).filter(pl.col("system_id") == CHAMPION)
    last = {tuple(row[name] for name in _KEY): row for row in table.sort("prediction_version").to_dicts()}
    return list(last.values())


def test_the_league_is_that_of_loops(season: Season, champion: list[dict[str, Any]]) -> None:
    said = {row["nba_game_id"] + str(row["nba_player_id"]): row["predicted_points"] for row in champion}
    errors: dict[date, list[tuple[float, float | None]]] = defaultdict(list)
    games = season.table("player_game_summary").select(
        "game_date", "nba_game_id", "nba_player_id", "points", "is_dnp", "consensus_points_line"
    )
    for day, game, player, points, is_dnp, line in games.iter_rows():
        if not is_dnp and line is not None:
            own = said.get(game + str(player))
            errors[day].append((abs(points - line), None if own is None else abs(points - own)))
    league = {row["game_date"]: row for row in season.table("league_daily").to_dicts()}
    assert list(league) == ALL_DAYS
    for day, row in league.items():
        for days, suffix in ((1, ""), (7, "_7d"), (14, "_14d"), (30, "_30d")):
            inside = [pair for n in range(days) for pair in errors[day - timedelta(days=n)]]
            both = [(line, own) for line, own in inside if own is not None]
            line_mae = sum(line for line, _ in inside) / len(inside) if inside else None
            own_mae = sum(own for _, own in both) / len(both) if both else None
            assert row[f"line_mae{suffix}"] == pytest.approx(line_mae)
            assert row[f"champion_mae{suffix}"] == pytest.approx(own_mae)
            if own_mae is not None:
                gap = own_mae - sum(line for line, _ in both) / len(both)
                assert row[f"champion_gap{suffix}"] == pytest.approx(gap)
    assert 4.9 < league[ALL_DAYS[-1]]["line_mae_30d"] < 5.5


def test_picks_are_those_of_going_from_the_best_to_the_worst(season: Season, champion: list[dict[str, Any]]) -> None:
    stored = season.table("signal_best_bets_picks")
    candidates = [row for row in champion if row["is_active"] and row["has_prop_line"] and row["edge_side"]]
    assert stored.height == len(candidates) > 0
    by_key = {tuple(row[name] for name in _KEY): row for row in candidates}
    for row in stored.to_dicts():
        of = by_key[tuple(row[name] for name in _KEY)]
        gate, score = row["quality_gate"], row["feature_quality_score"]
        fails = {
            "quality": gate == "blocked" or (gate == "passed" and score < 85),
            "edge": abs(of["line_margin"]) < 3 - 1e-9,
            "side": of["line_margin"] > 0,
            "ev": of["ev"] is None or of["ev"] < 0.02 - 1e-9,
            "model_is_champion": of["model_status"] != "champion",
        }
        known = [name for name in row["failed_rules"] if name in fails]
        assert known == [name for name, failed in fails.items() if failed]
    not_capped = {"one_per_player", "two_per_team", "three_per_game", "fifteen_per_day", None}
    counts: Counter[Any] = Counter()
    for row in sorted(stored.to_dicts(), key=_best_first):
        day, game, player = row["game_date"], row["nba_game_id"], row["nba_player_id"]
        groups = {(day, player): 1, (day, game, row["team_abbr"]): 2, (day, game): 3, (day,): 15}
        fits = all(counts[group] < limit for group, limit in groups.items())
        good = row["rejected_by"] in not_capped
        assert row["is_pick"] == (good and fits)
        if row["is_pick"]:
            counts.update(groups.keys())
            assert row["pick_rank"] == counts[(day,)]
            assert row["edge_side"] == "UNDER"
            assert row["edge"] >= 3 - 1e-9
            assert row["ev"] >= 0.02 - 1e-9


def _best_first(row: dict[str, Any]) -> tuple[Any, ...]:
    worth = -round(row["ev"], 9) if row["ev"] is not None else 9.0
    return (
        row["game_date"],
        worth,
        -len(row["evidence"]),
        -round(row["edge"], 9),
        row["nba_game_id"],
        row["nba_player_id"],
    )


def test_a_true_close_is_what_the_quotes_say(season: Season, champion: list[dict[str, Any]]) -> None:
    quotes = season.table("odds_api_player_points_props").filter(
        pl.col("market_key") == "player_points",
        ~pl.col("is_in_play"),
        pl.col("over_price").is_not_null() & pl.col("under_price").is_not_null(),
    )
    seen = quotes.select("nba_game_id", "nba_player_id", "bookmaker", "tipoff_utc", "snapshot_timestamp")
    late = {
        (game, player, book) for game, player, book, tip, at in seen.iter_rows() if tip - at <= timedelta(minutes=45)
    }
    rows = season.table("closing_line_value").filter(pl.col("system_id") == CHAMPION).to_dicts()
    assert len(rows) == sum(row["has_prop_line"] for row in champion)
    for row in rows:
        expected = (row["nba_game_id"], row["nba_player_id"], row["sportsbook"]) in late
        assert row["has_true_close"] == expected
        # One snapshot per game: the line taken is the last one.
        assert row["late_line"] == row["points_line"]
        assert row["clv_points"] == (0 if expected and row["edge_side"] else None)
    share = sum(row["has_true_close"] for row in rows) / len(rows)
    assert 0.02 < share < 0.06
