"""What holds of both pre-game tables whatever the data: nothing from the date or later, any range, any order."""

from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets_tests.transforms import upcoming_league
from nba_assets_tests.transforms.upcoming_support import (
    context,
    differing,
    naive_player,
    naive_streak,
    naive_team,
    naive_teammates,
    poisoned,
)

SEEDS = (1, 2, 3)

seeds = st.sampled_from(SEEDS)


@cache
def tables(seed: int) -> dict[str, pl.DataFrame]:
    return upcoming_league.league(seed)


@cache
def whole(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    return context(tables(seed), upcoming_league.dates(tables(seed)))


def same(found: Any, naive: Any) -> bool:
    return found == (pytest.approx(naive, abs=1e-9) if isinstance(naive, float) else naive)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_invented_league_exercises_the_columns(seed: int) -> None:
    """A property of columns that are always null proves nothing."""
    teams, players = whole(seed)
    rare = {"injury_report", "player_status"}
    assert [name for name in teams.columns if teams[name].is_null().all()] == []
    assert [name for name in players.columns if players[name].is_null().all() and name not in rare] == []
    assert players["expected"].n_unique() == 3
    assert players.filter(pl.col("star_teammates_out") > 0).height > 3
    assert players["player_status"].n_unique() == 6


@settings(max_examples=12, deadline=None)
@given(seeds, st.data())
def test_a_planted_future_changes_nothing(seed: int, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(upcoming_league.dates(tables(seed))))
    spoiled = context(poisoned(tables(seed), day), [day])
    for found, clean in zip(spoiled, whole(seed), strict=True):
        assert differing(found, clean.filter(game_date=day)) == []


def test_a_planted_past_changes_something() -> None:
    """The poison works: planted in the past, it shows."""
    days = upcoming_league.dates(tables(1))
    teams, players = context(poisoned(tables(1), days[0]), days[-1:])
    assert "pace_last_10" in differing(teams, whole(1)[0].filter(game_date=days[-1]))
    assert "points_avg_last_10" in differing(players, whole(1)[1].filter(game_date=days[-1]))


@settings(max_examples=12, deadline=None)
@given(seeds, st.data())
def test_a_range_equals_its_days(seed: int, data: st.DataObject) -> None:
    days = upcoming_league.dates(tables(seed))
    chosen = data.draw(st.lists(st.sampled_from(days), min_size=1, max_size=4, unique=True))
    for found, clean in zip(context(tables(seed), chosen), whole(seed), strict=True):
        assert differing(found, clean.filter(pl.col("game_date").is_in(chosen))) == []


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(0, 10_000))
def test_row_order_of_the_inputs_does_not_matter(seed: int, shuffle: int) -> None:
    mixed = {name: rows.sample(fraction=1, shuffle=True, seed=shuffle) for name, rows in tables(seed).items()}
    days = upcoming_league.dates(tables(seed))
    for found, clean in zip(context(mixed, days), whole(seed), strict=True):
        assert differing(found, clean) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_windows_of_players_equal_a_naive_recomputation(seed: int) -> None:
    for row in whole(seed)[1].iter_rows(named=True):
        naive = naive_player(tables(seed), row["game_date"], row["nba_player_id"])
        assert {name: row[name] for name in naive if not same(row[name], naive[name])} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_streaks_equal_a_naive_recomputation(seed: int) -> None:
    priced = whole(seed)[1].filter("has_prop_line")
    for row in priced.iter_rows(named=True):
        line = row["current_points_line"]
        runs = [naive_streak(tables(seed), row["game_date"], row["nba_player_id"], line, sign) for sign in (1, -1)]
        assert [row["prop_over_streak"], row["prop_under_streak"]] == runs
    assert priced.filter(pl.col("prop_over_streak") > 1).height > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_missing_teammates_equal_a_naive_recomputation(seed: int) -> None:
    for squad in whole(seed)[1].partition_by("game_date", "team_abbr"):
        mates = squad.to_dicts()
        for row in mates:
            naive = naive_teammates(tables(seed), row, mates)
            assert {name: row[name] for name in naive if not same(row[name], naive[name])} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_windows_of_teams_equal_a_naive_recomputation(seed: int) -> None:
    for row in whole(seed)[0].iter_rows(named=True):
        naive = naive_team(tables(seed), row["game_date"], row["team_abbr"])
        assert {name: row[name] for name in naive if not same(row[name], naive[name])} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_two_teams_of_a_game_mirror_each_other(seed: int) -> None:
    pairs = (
        whole(seed)[0]
        .group_by("nba_game_id")
        .agg(
            spreads=pl.col("game_spread").sum(),
            known=pl.col("game_spread").count(),
            totals=pl.col("game_total").n_unique(),
            instants=pl.col("as_of_ts").n_unique(),
            home=pl.col("home_game").sum(),
        )
    )
    assert pairs.filter(pl.col("known") > 0)["spreads"].unique().to_list() == [0.0]
    assert pairs.select("totals", "instants", "home").unique().rows() == [(1, 1, 1)]
