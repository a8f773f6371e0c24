"""The four precomputed tables on an invented league: each value against a loop, and nothing of the date or after it.

Dangers covered: tonight's game in a window, a range run that differs from daily runs, DNP or zoneless games in a
window, a row's value that depends on row order or on other rows.
"""

import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.contracts import TABLES
from nba_assets_tests.transforms import precompute_loops as loops
from nba_assets_tests.transforms.precompute_support import DAYS, OPENER, TEAMS, League, build_all, league

NAMES = ["player_shot_zone_analysis", "team_defense_zone_analysis", "player_daily_cache", "player_composite_factors"]
EVERY_NTH_ROW = 23


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return build_all(league())


def assert_values(found: dict, expected: dict) -> None:
    for name, value in expected.items():
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, abs=1e-9), name
        else:
            assert found[name] == value, name


def sampled(frame: pl.DataFrame, every: int = EVERY_NTH_ROW) -> list[dict]:
    """Every n-th row, the same in every process."""
    return frame.gather_every(every).to_dicts()


@pytest.mark.parametrize("name", NAMES)
def test_rows_keep_the_contract(tables: dict[str, pl.DataFrame], name: str) -> None:
    assert tables[name].height > 150
    TABLES[name].schema.validate(tables[name])
    assert tables[name].schema == TABLES[name].polars_schema


def test_shot_zones_are_what_a_loop_finds(tables: dict[str, pl.DataFrame]) -> None:
    data = league()
    rows = {(row["game_date"], row["nba_player_id"]): row for row in tables[NAMES[0]].iter_rows(named=True)}
    games = data.player_games.to_dicts()
    found = [(asked, loops.shot_zones(asked, games)) for asked in sampled(data.context)]
    assert {expected is None for _, expected in found} == {True, False}
    for asked, expected in found:
        row = rows.get((asked["game_date"], asked["nba_player_id"]))
        assert (row is None) == (expected is None)
        if row and expected:
            assert_values(row, expected)


def test_team_defence_is_what_a_loop_finds(tables: dict[str, pl.DataFrame]) -> None:
    data = league()
    games = data.team_defense.to_dicts()
    days = sorted(data.schedule["game_date"].unique())
    found = {day: loops.team_defence(day, 2023, TEAMS, games) for day in days[10::4]}
    assert {bool(rows) for rows in found.values()} == {True, False}
    for day, expected in found.items():
        rows = {row["team_abbr"]: row for row in tables[NAMES[1]].filter(game_date=day).iter_rows(named=True)}
        assert rows.keys() == expected.keys()
        for team, values in expected.items():
            assert_values(rows[team], values)


def test_the_cache_is_what_a_loop_finds(tables: dict[str, pl.DataFrame]) -> None:
    data = league()
    rows = {(row["game_date"], row["nba_player_id"]): row for row in tables[NAMES[2]].iter_rows(named=True)}
    games, team_games = data.player_games.to_dicts(), data.team_offense.to_dicts()
    league_dates = set(data.player_games["game_date"])
    found = [(asked, loops.daily_cache(asked, games, team_games, league_dates)) for asked in sampled(data.context)]
    assert {expected is None for _, expected in found} == {True, False}
    for asked, expected in found:
        row = rows.get((asked["game_date"], asked["nba_player_id"]))
        assert (row is None) == (expected is None)
        if row and expected:
            assert_values(row, expected | {"games_in_last_7_days": asked["games_in_last_7_days"]})


def test_the_factors_are_what_a_loop_finds(tables: dict[str, pl.DataFrame]) -> None:
    data = league()
    zones = {(row["game_date"], row["nba_player_id"]): row for row in tables[NAMES[0]].iter_rows(named=True)}
    teams = {(row["game_date"], row["team_abbr"]): row for row in tables[NAMES[1]].iter_rows(named=True)}
    games, team_games = data.player_games.to_dicts(), data.team_offense.to_dicts()
    found = tables[NAMES[3]]
    assert found["game_date"].min() >= OPENER + timedelta(14)  # type: ignore[operator]
    asked_about = data.context.filter(pl.col("game_date") >= OPENER + timedelta(14))
    assert found.height == asked_about.height
    rows = {(row["game_date"], row["nba_player_id"]): row for row in found.iter_rows(named=True)}
    spikes = []
    for asked in sampled(asked_about):
        day, team = asked["game_date"], asked["team_abbr"]
        mates = data.context.filter(game_date=day, team_abbr=team).to_dicts()
        fatigue = loops.fatigue(asked)
        expected = {
            "fatigue_score": fatigue,
            "shot_zone_mismatch_score": loops.mismatch(
                zones.get((day, asked["nba_player_id"])), teams.get((day, asked["opponent_team_abbr"]))
            ),
            "pace_score": loops.pace(asked, loops.paces(day, 2023, TEAMS, team_games)),
            "usage_spike_score": loops.usage_spike(asked, mates, games, team_games),
        }
        row = rows[day, asked["nba_player_id"]]
        assert_values(row, expected)
        spikes.append(expected["usage_spike_score"])
        parts = [None if fatigue is None else (fatigue - 100) / 20, *list(expected.values())[1:]]
        total = None if None in parts else sum(parts)  # type: ignore[arg-type]
        assert_values(row, {"total_composite_adjustment": total})
    assert any(spikes)
    assert None in spikes


def poisoned(data: League, day: date, rng: random.Random) -> League:
    """Every number, flag and word of games dated `day` or later is another one; keys stay."""
    keys = {"game_date", "nba_game_id", "nba_player_id", "season_year", "team_abbr", "defending_team_abbr"}
    factor = rng.choice([0, 3, 7])
    frames = {}
    for name, frame in data.histories().items():
        late = pl.col("game_date") >= day
        changes = [
            pl.when(late).then((pl.col(column) * factor + factor).cast(dtype)).otherwise(pl.col(column)).alias(column)
            for column, dtype in frame.schema.items()
            if column not in keys and dtype.is_numeric()
        ]
        frames[name] = frame.with_columns(
            *changes, *(pl.when(late).then(~pl.col(c)).otherwise(c).alias(c) for c in ("is_dnp",) if c in frame.columns)
        )
    return data.changed(**frames)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, DAYS - 1), st.integers(0, 99))
def test_no_game_of_the_date_or_later_changes_a_row(offset: int, seed: int) -> None:
    day = OPENER + timedelta(offset)
    clean, dirty = build_all(league()), build_all(poisoned(league(), day, random.Random(seed)))
    for name in NAMES:
        until = pl.col("game_date") <= day
        assert clean[name].filter(until).equals(dirty[name].filter(until)), name


def test_an_earlier_game_changes_rows() -> None:
    """The poison works: the same change one day earlier is seen."""
    day = OPENER + timedelta(36)
    clean, dirty = build_all(league()), build_all(poisoned(league(), day, random.Random(1)))
    for name in NAMES:
        assert not clean[name].filter(pl.col("game_date") > day).equals(dirty[name].filter(pl.col("game_date") > day))


@pytest.mark.parametrize("name", NAMES)
def test_a_range_run_is_the_daily_runs(tables: dict[str, pl.DataFrame], name: str) -> None:
    data = league()
    days = sorted(data.schedule["game_date"].unique())
    daily = [build_all(data.of_dates([day]))[name] for day in days[::3]]
    expected = tables[name].filter(pl.col("game_date").is_in(days[::3]))
    assert pl.concat(daily).equals(expected)


def test_row_order_does_not_matter(tables: dict[str, pl.DataFrame]) -> None:
    data = league()
    frames = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in data.histories().items()}
    shuffled = data.changed(**frames, context=data.context.sample(fraction=1, shuffle=True, seed=4))
    again = build_all(shuffled)
    assert all(again[name].equals(tables[name]) for name in NAMES)


def test_a_date_without_games_has_no_rows(tables: dict[str, pl.DataFrame]) -> None:
    idle = OPENER + timedelta(27)
    assert all(frame.filter(game_date=idle).is_empty() for frame in tables.values())
    assert all(frame.is_empty() for frame in build_all(league().of_dates([idle])).values())
