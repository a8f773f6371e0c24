"""Best bets, closes and the league as assets: they read the dates they should, and write every date of a range.

Dangers covered: a state of the date itself that is read, a column that is not loaded, an idle date that is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.transforms.bets_support import CHAMPION, DAY, PLAYER, pmf, prediction, quote

IDLE, NEXT = DAY + timedelta(days=1), DAY + timedelta(days=2)
DAYS = (DAY, IDLE, NEXT)
BLOCKED_SINCE = DAY
READ_BUT_EMPTY = (
    "nbac_schedule",
    "team_offense_game_summary",
    "player_game_summary",
    "ml_feature_store_v2",
    "player_prop_predictions",
    "odds_api_player_points_props",
    "model_performance_daily",
    "halt_state",
)
SELECT = 'key:"*signal_best_bets_picks" or key:"*closing_line_value" or key:"*league_daily"'


def _filled(p: Platform, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for name in READ_BUT_EMPTY:
        p.warehouse.replace(TABLES[name], DAYS, frame(name, rows.get(name, [])))


def _rows() -> dict[str, list[dict[str, Any]]]:
    tip = timedelta(days=2)
    tonight = prediction(points_pmf=pmf(24.0))
    later = {name: tonight[name] + tip for name in ("tipoff_utc", "as_of_ts", "created_at", "line_snapshot_ts")}
    then = tonight | later | {"game_date": NEXT, "nba_game_id": "0022300577"}
    return {
        "player_prop_predictions": [tonight, then],
        "halt_state": [row("halt_state", game_date=day) for day in DAYS],
        "odds_api_player_points_props": [quote(26.5, 20)],
        "model_performance_daily": [
            row("model_performance_daily", game_date=BLOCKED_SINCE, system_id=CHAMPION, state="BLOCKED")
        ],
        "player_game_summary": [
            row("player_game_summary", points=20, fg_makes=9, consensus_points_line=27.0, nba_player_id=PLAYER)
        ],
    }


def _dates(table: pl.DataFrame) -> list[date]:
    return table["game_date"].to_list()


def test_a_range_is_written_date_by_date(tmp_path: Path) -> None:
    with platform(tmp_path) as p:
        _filled(p, _rows())
        report = p.backfill(DAYS[0], DAYS[-1], SELECT)
        assert report.errors == []
        picks, closes, league = (
            p.table(name) for name in ("signal_best_bets_picks", "closing_line_value", "league_daily")
        )
        assert p.materialized("signal_best_bets_picks") == {str(day) for day in DAYS}
    assert _dates(picks) == _dates(closes) == [DAY, NEXT]
    # What blocks the system was known after the first date only.
    assert picks["rejected_by"].to_list() == [None, "system_blocked"]
    assert closes["clv_points"].to_list() == [1.0, None]
    assert closes["closing_p_side"][0] > 0.5
    assert _dates(league) == list(DAYS)
    assert league["line_mae"].to_list() == [7.0, None, None]
    assert league["line_mae_7d"].to_list() == [7.0, 7.0, 7.0]
    assert league["champion_gap_7d"].to_list() == pytest.approx([3.9 - 7.0] * 3)
