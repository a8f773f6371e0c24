"""Windows over past games against a loop over rows: what is seen, in which order, and where a window ends.

Dangers covered: a game of the date itself in a window; a window that reaches into last season or another player; a
calendar window off by a day; a value that depends on what else is in the frame.
"""

import statistics
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.calendar import season_year
from nba_assets.transforms import windows

BY = windows.PLAYER_SEASON
START = date(2024, 9, 20)

GAMES_SCHEMA = {
    "game_date": pl.Date,
    "nba_game_id": pl.String,
    "nba_player_id": pl.Int64,
    "season_year": pl.Int64,
    "points": pl.Int64,
    "minutes": pl.Float64,
}


def games_frame(games: list[tuple[int, int, int | None, float]]) -> pl.DataFrame:
    """Games as (player, day, points, minutes); days count from 20 September, so the 11th starts a season."""
    rows = [
        (START + timedelta(day), f"00224{day:05d}", player, season_year(START + timedelta(day)), points, minutes)
        for player, day, points, minutes in games
    ]
    return pl.DataFrame(rows, schema=GAMES_SCHEMA, orient="row")


def asked_frame(asked: list[tuple[int, int]]) -> pl.DataFrame:
    rows = [(START + timedelta(day), player, season_year(START + timedelta(day))) for player, day in asked]
    return pl.DataFrame(
        rows, schema={"game_date": pl.Date, "nba_player_id": pl.Int64, "season_year": pl.Int64}, orient="row"
    )


@st.composite
def league(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    days = st.integers(0, 40)
    players = st.integers(1, 3)
    keys = draw(st.lists(st.tuples(players, days), unique=True, max_size=40))
    values = st.tuples(st.one_of(st.none(), st.integers(0, 60)), st.floats(0, 48, allow_nan=False).map(lambda x: x))
    games = [(*key, *draw(values)) for key in keys]
    asked = draw(st.lists(st.tuples(players, days), max_size=15))
    return games_frame(games), asked_frame(asked)


def past(games: pl.DataFrame, ask: dict[str, Any]) -> list[dict[str, Any]]:
    """The games a date may see, by the rule's words."""
    rows = [
        game
        for game in games.iter_rows(named=True)
        if all(game[name] == ask[name] for name in BY) and game["game_date"] < ask["game_date"]
    ]
    return sorted(rows, key=lambda game: game["game_date"])


@settings(max_examples=60, deadline=None)
@given(league(), st.one_of(st.none(), st.integers(1, 6)), st.one_of(st.none(), st.integers(1, 15)))
def test_a_window_is_what_a_loop_finds(
    frames: tuple[pl.DataFrame, pl.DataFrame], last: int | None, days: int | None
) -> None:
    games, asked = frames
    since = None if days is None else windows.days_before(days)
    found = windows.window(asked, games, BY, ["points", "minutes"], last=last, since=since)
    assert found.select(asked.columns).equals(asked)
    for ask in found.iter_rows(named=True):
        expected = past(games, ask)
        if days is not None:
            expected = [g for g in expected if g["game_date"] > ask["game_date"] - timedelta(days)]
        if last is not None:
            expected = expected[-last:]
        assert ask["points"] == [g["points"] for g in expected]
        assert ask["minutes"] == [g["minutes"] for g in expected]


@settings(max_examples=40, deadline=None)
@given(league(), st.randoms(use_true_random=False))
def test_a_window_depends_on_nothing_else_in_the_frames(frames: tuple[pl.DataFrame, pl.DataFrame], random: Any) -> None:
    games, asked = frames
    together = windows.window(asked, games, BY, ["points", "minutes"], last=5)
    order = list(range(games.height))
    random.shuffle(order)
    for row in range(asked.height):
        alone = asked.slice(row, 1)
        assert windows.window(alone, games[order], BY, ["points", "minutes"], last=5).equals(together.slice(row, 1))


@settings(max_examples=40, deadline=None)
@given(league())
def test_the_state_is_that_of_the_newest_game_before(frames: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    games, asked = frames
    states = windows.in_order(games, BY).with_columns(number=pl.int_range(1, pl.len() + 1).over(BY))
    found = windows.as_of_before(asked, states, BY)
    assert found.select(asked.columns).equals(asked)
    for ask in found.iter_rows(named=True):
        expected = past(games, ask)
        newest = expected[-1] if expected else {"game_date": None, "minutes": None}
        assert ask["number"] == (len(expected) or None)
        assert (ask["last_game_date"], ask["minutes"]) == (newest["game_date"], newest["minutes"])


def test_seven_days_are_the_six_dates_before() -> None:
    games = games_frame([(1, day, day, 10.0) for day in range(12, 20)])
    found = windows.window(asked_frame([(1, 20)]), games, BY, ["points"], since=windows.days_before(7))
    assert found["points"].to_list() == [[14, 15, 16, 17, 18, 19]]


def test_a_season_starts_anew() -> None:
    games = games_frame([(1, 9, 30, 1.0), (1, 12, 5, 1.0)])
    found = windows.window(asked_frame([(1, 12), (1, 13)]), games, BY, ["points"])
    assert found["points"].to_list() == [[], [5]]


def test_who_did_not_play_is_in_no_window() -> None:
    rows = pl.DataFrame({"points": [0, None, 12, None], "is_dnp": [False, True, False, False]})
    assert windows.played(rows)["points"].to_list() == [0, 12]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 2, 3], 1.0), ([5, 3], -2.0), ([4], None), ([], None), ([1, None, 3], None), ([2, 2, 2, 2], 0.0)],
)
def test_slope_of_small_lists(values: list[int | None], expected: float | None) -> None:
    frame = pl.DataFrame({"values": [values]}, schema={"values": pl.List(pl.Int64)})
    assert frame.select(windows.slope(pl.col("values"))).item() == expected


@given(st.lists(st.integers(0, 60), min_size=2, max_size=10))
def test_slope_is_the_regression_line_s(values: list[int]) -> None:
    expected = statistics.linear_regression(range(len(values)), values).slope
    frame = pl.DataFrame({"values": [values]})
    assert frame.select(windows.slope(pl.col("values"))).item() == pytest.approx(expected, abs=1e-9)


def test_an_idle_week_extends_a_population_window() -> None:
    """30 days before 1 March reach 31 January; with the league idle from the 16th to the 21st, 25 January."""
    played = pl.date_range(date(2024, 1, 1), date(2024, 2, 29), eager=True)
    break_ = pl.date_range(date(2024, 2, 16), date(2024, 2, 21), eager=True)
    asked = pl.DataFrame({"game_date": [date(2024, 3, 1), date(2024, 2, 10)]})
    playing = played.filter(~played.is_in(break_.implode()))
    found = windows.league_days_before(asked, playing, 30)
    assert found["since"].to_list() == [date(2024, 1, 25), date(2024, 1, 11)]


def test_a_young_league_has_the_plain_window() -> None:
    asked = pl.DataFrame({"game_date": [date(2024, 11, 1)]})
    playing = pl.Series([date(2024, 10, 30), date(2024, 10, 31), date(2024, 11, 1)])
    assert windows.league_days_before(asked, playing, 30)["since"].to_list() == [date(2024, 10, 2)]
