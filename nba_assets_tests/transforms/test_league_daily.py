"""The league by date: windows of calendar days, null where nobody measured.

Dangers covered: a window one day too long (a "30-day" one of old had 31), daily means averaged, a player who did not
play counted as 0 points, a market that is NORMAL because nobody knows it, idle dates without a row.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from nba_assets.contracts import TABLES
from nba_assets.transforms.league_daily import DAYS_BEFORE, build
from nba_assets_tests.frames import frame, row
from nba_assets_tests.transforms.bets_support import CHAMPION, prediction, predictions

TABLE = TABLES["league_daily"]
DAY = date(2024, 3, 1)
NAMES = ("nbac_schedule", "team_offense_game_summary", "player_game_summary")


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def player(day: date, points: int | None, line: float | None, player_id: int = 1, game: int = 1) -> dict[str, Any]:
    made: dict[str, Any] = {"points": points, "is_dnp": points is None, "consensus_points_line": line}
    return row("player_game_summary", game_date=day, nba_player_id=player_id, nba_game_id=f"00223{game:05d}", **made)


def forecast(day: date, points: float, player_id: int = 1, **more: Any) -> dict[str, Any]:
    known = {"game_date": day, "nba_game_id": "0022300001", "nba_player_id": player_id, "predicted_points": points}
    return prediction(**(known | more))


def team(day: date, points: int, pace: float = 100.0, game: int = 1, abbr: str = "PHI") -> dict[str, Any]:
    made = {"points_scored": points, "pace": pace, "nba_game_id": f"00223{game:05d}", "team_abbr": abbr}
    return row("team_offense_game_summary", game_date=day, **made)


def league(
    *,
    dates: tuple[date, ...] = (DAY,),
    teams: list[dict[str, Any]] | None = None,
    players: list[dict[str, Any]] | None = None,
    forecasts: list[dict[str, Any]] | None = None,
    games: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    tables = [frame(name, made or []) for name, made in zip(NAMES, (games, teams, players), strict=True)]
    return TABLE.schema.validate(
        build(dates, tables[0], tables[1], tables[2], predictions(*(forecasts or [])))
    ).to_dicts()


def test_an_idle_date_has_a_row_and_knows_nothing() -> None:
    (found,) = league()
    known = {name for name, value in found.items() if value is not None}
    counts = {"games_scheduled", "games_played", "priced_players", "priced_players_30d"}
    assert known == {"game_date", "season_year"} | counts | {"champion_players", "champion_players_30d"}
    assert found["season_year"] == 2023
    assert not any(found[name] for name in counts)


def test_scoring_is_per_team_and_windows_divide_once() -> None:
    """A date with one game and one with three do not weigh the same."""
    rows = [team(DAY, 100, 90.0), team(DAY, 120, 98.0, abbr="NYK")]
    rows += [team(ago(1), 90, 100.0, game, abbr) for game in (2, 3, 4) for abbr in ("BOS", "MIA")]
    (found,) = league(teams=rows, games=[row("nbac_schedule", game_date=DAY), row("nbac_schedule", game_date=ago(1))])
    assert (found["games_scheduled"], found["games_played"]) == (1, 1)
    assert (found["points_per_team"], found["pace"]) == (110, 94)
    assert found["points_per_team_7d"] == found["points_per_team_30d"] == (220 + 540) / 8
    assert found["pace_30d"] == (188 + 600) / 8


@pytest.mark.parametrize(("days", "name"), [(7, "line_mae_7d"), (14, "line_mae_14d"), (30, "line_mae_30d")])
def test_a_window_of_n_days_is_the_date_and_the_n_minus_1_before(days: int, name: str) -> None:
    inside, outside = player(ago(days - 1), 10, 12.5), player(ago(days), 50, 12.5)
    (found,) = league(players=[inside, outside])
    assert (found[name], found["line_mae"]) == (2.5, None)
    assert days - 1 <= DAYS_BEFORE


def test_who_did_not_play_or_has_no_line_counts_for_nothing() -> None:
    players = [player(DAY, 10, 12.5), player(DAY, None, 20.5, 2), player(DAY, 40, None, 3), player(DAY, 0, 4.5, 4)]
    forecasts = [forecast(DAY, 12.0), forecast(DAY, 20.0, 2), forecast(DAY, 20.0, 3)]
    (found,) = league(players=players, forecasts=forecasts)
    assert (found["priced_players"], found["line_mae"]) == (2, 3.5)
    assert (found["champion_players"], found["champion_mae"]) == (1, 2.0)
    # On the one player both speak of, the line was 2.5 off.
    assert found["champion_gap"] == found["champion_gap_30d"] == -0.5


def test_a_push_is_in_no_over_rate() -> None:
    (found,) = league(players=[player(DAY, 10, 10.0), player(DAY, 12, 10.0, 2), player(DAY, 9, 10.0, 3)])
    assert found["over_rate"] == 0.5
    (only_pushes,) = league(players=[player(DAY, 10, 10.0)])
    assert (only_pushes["over_rate"], only_pushes["line_mae"]) == (None, 0.0)


def test_the_champions_last_version_counts_and_no_other_system() -> None:
    others = forecast(DAY, 50.0, system_id="xgboost_v1")
    versions = [forecast(DAY, 30.0), forecast(DAY, 11.0, prediction_version=2)]
    (found,) = league(players=[player(DAY, 10, 12.5)], forecasts=[*versions, others])
    assert (found["champion_mae"], found["champion_players"], CHAMPION) == (1.0, 1, versions[0]["system_id"])


@pytest.mark.parametrize(
    ("points", "line", "regime"),
    [(10, 14.4, "TIGHT"), (10, 14.5, "NORMAL"), (10, 15.5, "NORMAL"), (10, 15.6, "LOOSE"), (None, 15.5, None)],
)
def test_the_regime_of_the_last_7_days(points: int | None, line: float, regime: str | None) -> None:
    (found,) = league(players=[player(ago(6), points, line)])
    assert found["market_regime"] == regime


slates = st.lists(
    st.tuples(st.integers(0, 45), st.integers(0, 40), st.integers(10, 60), st.integers(0, 40)), max_size=25
)


@settings(max_examples=25, deadline=None)
@given(slates)
def test_every_figure_is_that_of_a_loop(rows: list[tuple[int, int, int, int]]) -> None:
    """Days ago, points, half points of the line, forecast: one player-game each."""
    players = [player(ago(back), points, half / 2, n) for n, (back, points, half, _) in enumerate(rows, 1)]
    forecasts = [forecast(ago(back), said + 0.25, n) for n, (back, _, _, said) in enumerate(rows, 1)]
    (found,) = league(players=players, forecasts=forecasts)
    for days in (7, 14, 30):
        inside = [(points, half / 2, said + 0.25) for back, points, half, said in rows if back < days]
        if not inside:
            assert found[f"line_mae_{days}d"] is None
            continue
        line_mae = sum(abs(points - line) for points, line, _ in inside) / len(inside)
        own = sum(abs(points - said) for points, _, said in inside) / len(inside)
        assert found[f"line_mae_{days}d"] == pytest.approx(line_mae)
        assert found[f"champion_mae_{days}d"] == pytest.approx(own)
        assert found[f"champion_gap_{days}d"] == pytest.approx(own - line_mae)


def test_a_range_gives_what_its_dates_give_one_by_one() -> None:
    days = tuple(ago(n) for n in range(40))
    players = [player(day, 7 + n % 11, 10.5, 1 + n % 3) for n, day in enumerate(days)]
    tables = {
        "schedule": frame(NAMES[0]),
        "team_games": frame(NAMES[1], [team(day, 100 + n) for n, day in enumerate(days)]),
        "player_games": frame(NAMES[2], players),
        "predictions": predictions(*(forecast(day, 9.3 + n / 7, 1 + n % 3) for n, day in enumerate(days))),
    }
    together = build(days, **tables)
    backwards = build(days[::-1], **{name: table.reverse() for name, table in tables.items()})
    assert_frame_equal(together, backwards, check_exact=True)
    for day in days[:10]:
        window = pl.col("game_date").is_between(day - timedelta(days=DAYS_BEFORE), day)
        alone = build([day], **{name: table.filter(window) for name, table in tables.items()})
        assert_frame_equal(alone, together.filter(pl.col("game_date") == day), check_exact=True)
