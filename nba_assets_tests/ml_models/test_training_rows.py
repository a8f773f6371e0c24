"""Rows of systems out of the warehouse's tables.

Dangers covered: rows multiplied or lost by a join, a column of another player, team or date, a player who did not play
as zero points, a system that asks for a column nobody joins.
"""

from datetime import date

import polars as pl
import pytest

from ml_models.features import FEATURE_VERSION
from ml_models.systems import ENTRIES
from ml_models.training_rows import OUTCOMES, STORE, assemble, inputs
from nba_assets.contracts import TABLES

D, E = date(2024, 3, 2), date(2024, 3, 3)


def tables() -> dict[str, pl.DataFrame]:
    """Players 1 and 2 of BOS on D, 1 again on E against another team."""
    found = {name: pl.DataFrame(schema=TABLES[name].polars_schema).select(inputs()[name]) for name in inputs()}

    def fill(table: str, rows: list[dict]) -> None:
        columns = found[table].schema
        found[table] = pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)

    key = [{"game_date": day, "nba_player_id": who} for day, who in ((E, 1), (D, 2), (D, 1))]
    opponents = ("LAL", "MIA", "MIA")
    store = [
        row | {"opponent_team_abbr": team, "feature_version": FEATURE_VERSION, "missing_required": []}
        for row, team in zip(key, opponents, strict=True)
    ]
    fill(STORE, store)
    fill("upcoming_player_game_context", [key[2] | {"consensus_points_line": 20.5, "over_price": 1.9}])
    fill("player_daily_cache", [row | {"points_avg_ewma": 10.0 + i} for i, row in enumerate(key)])
    teams = [(D, "MIA", 1.5), (E, "MIA", 7.0), (E, "LAL", -2.0)]
    defence = [{"game_date": d, "team_abbr": t, "paint_defense_vs_league_avg": v} for d, t, v in teams]
    fill("team_defense_zone_analysis", defence)
    outcomes = [(25, False), (0, True), (None, False)]
    fill(OUTCOMES, [row | {"points": p, "is_dnp": dnp} for row, (p, dnp) in zip(reversed(key), outcomes, strict=True)])
    return found


def test_one_row_per_row_of_the_store_with_what_belongs_to_it() -> None:
    rows = assemble(tables())
    assert rows.select("game_date", "nba_player_id").rows() == [(D, 1), (D, 2), (E, 1)]
    assert rows["consensus_points_line"].to_list() == [20.5, None, None]
    assert rows["points_avg_ewma"].to_list() == [12.0, 11.0, 10.0]
    assert rows["opponent_paint_defense_vs_league_avg"].to_list() == [1.5, 1.5, -2.0]


def test_who_did_not_play_has_unknown_points_not_zero() -> None:
    assert assemble(tables())["points"].to_list() == [25, None, None]


@pytest.mark.parametrize("table", sorted(set(inputs()) - {STORE}))
def test_a_table_that_would_multiply_rows_raises(table: str) -> None:
    found = tables()
    twice = found[table] if found[table].height else found[table].clear(1)
    if not found[table].height:
        twice = twice.with_columns(game_date=pl.lit(D), nba_player_id=pl.lit(1, pl.Int64))
    with pytest.raises(pl.exceptions.ComputeError, match="validation"):
        assemble(found | {table: pl.concat([twice, twice])})


def test_every_system_finds_its_columns() -> None:
    rows = assemble(tables())
    assert not any(name.endswith("_right") for name in rows.columns)
    for entry in ENTRIES:
        if not entry.members:
            assert set(entry.create().columns) <= set(rows.columns), entry.system_id
