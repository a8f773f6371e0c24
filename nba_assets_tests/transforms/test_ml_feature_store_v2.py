"""The feature store: only the past, any range, the players who may play, and nothing filled in.

Dangers covered: tonight's game among its own features; a range run that differs from the days alone; a population made
of who turned out to play; percent where a fraction belongs; a missing table that looks like data.
"""

import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_models.features import FEATURE_VERSION, FEATURES, NAMES
from nba_assets.contracts import TABLES
from nba_assets_tests.frames import frame, row
from nba_assets_tests.transforms import feature_store_support as support
from nba_assets_tests.transforms.feature_store_league import ASKED_DATES, league

TABLE = TABLES["ml_feature_store_v2"]
DAY = date(2024, 1, 15)
LEAGUE = league()

NAMES_OF_TABLES = {
    "context": "upcoming_player_game_context",
    "cache": "player_daily_cache",
    "composite": "player_composite_factors",
    "shot_zones": "player_shot_zone_analysis",
    "defense": "team_defense_zone_analysis",
    "player_games": "player_game_summary",
    "team_games": "team_offense_game_summary",
}


def inputs(**rows: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """Rows by argument name of `build`; a frame that is not named is empty."""
    return {name: frame(table, rows.get(name, [])) for name, table in NAMES_OF_TABLES.items()}


def expected(**more: Any) -> dict[str, Any]:
    known = {"has_prop_line": True, "minutes_in_last_7_days": 30.0}
    return row("upcoming_player_game_context", **(known | more))


def game(days_ago: int, points: int = 10, **more: Any) -> dict[str, Any]:
    day = DAY - timedelta(days_ago)
    known = {"game_date": day, "nba_game_id": f"002{day:%y%m%d}0", "points": points, "minutes_played": 30.0}
    return row("player_game_summary", **(known | more))


def did_not_play(days_ago: int, **more: Any) -> dict[str, Any]:
    absent = {"is_dnp": True, "is_active": False, "player_status": "dnp", "points": None, "minutes_played": None}
    return game(days_ago, **(absent | more))


def team_game(days_ago: int, **more: Any) -> dict[str, Any]:
    day = DAY - timedelta(days_ago)
    return row("team_offense_game_summary", **({"game_date": day, "nba_game_id": f"002{day:%y%m%d}0"} | more))


def features(**rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The only row of the store, for a player who has played, unless the games are given."""
    built = support.build(inputs(**({"context": [expected()], "player_games": [game(3)]} | rows)))
    assert built.height == 1
    return built.row(0, named=True)


# --- properties, on an invented league of two seasons


def test_features_are_those_of_a_plain_loop() -> None:
    rows = support.build(LEAGUE)
    assert rows.height > 60
    support.assert_by_hand(LEAGUE, rows)
    for name in support.BY_HAND:
        assert rows[name].n_unique() > 1, f"{name} shows nothing here"


def test_a_range_is_its_days() -> None:
    support.assert_same_day_by_day(LEAGUE, ASKED_DATES)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(ASKED_DATES), st.integers(0, 2**16))
def test_nothing_of_the_date_or_later_is_in_a_row(day: date, seed: int) -> None:
    support.assert_blind_to_the_future(LEAGUE, day, seed)


def test_the_poison_of_that_test_is_poisonous() -> None:
    """Poisoned from the day before on, the features of the day do change."""
    day = ASKED_DATES[8]
    poisoned = {
        name: support.poison(table, day - timedelta(4), random.Random(1)) if name in support.HISTORY else table
        for name, table in LEAGUE.items()
    }
    before, after = (support.build(frames).filter(pl.col("game_date") == day) for frames in (LEAGUE, poisoned))
    changed = [name for name in support.BY_HAND if not before[name].equals(after[name])]
    assert set(changed) >= set(support.BY_HAND) - {"consecutive_games_below_avg", "games_vs_opponent"}, changed


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = {name: table.sample(fraction=1, shuffle=True, seed=3) for name, table in LEAGUE.items()}
    assert support.build(shuffled).equals(support.build(LEAGUE))


def test_rows_keep_the_contract() -> None:
    rows = support.build(LEAGUE).filter(pl.col("quarantine_reason").is_null()).select(TABLE.column_names)
    assert rows.schema == TABLE.polars_schema
    TABLE.schema.validate(rows)


def test_dates_without_games_have_no_rows() -> None:
    assert support.build(inputs()).is_empty()


# --- who has a row


@pytest.mark.parametrize(
    ("context", "games", "has_row"),
    [
        ({}, [game(3)], True),
        ({}, [], False),
        ({}, [did_not_play(3)], False),
        ({"player_status": "out"}, [game(3)], False),
        ({"player_status": "doubtful"}, [game(3)], False),
        ({"player_status": "questionable"}, [game(3)], True),
        ({"has_prop_line": False}, [game(3)], True),
        ({"has_prop_line": False}, [game(3, minutes_played=14.9)], False),
        ({"has_prop_line": False}, [game(n, minutes_played=20.0 if n > 10 else 10.0) for n in range(1, 21)], False),
        ({"has_prop_line": True}, [game(3, minutes_played=14.9)], True),
        ({}, [game(60)], True),
        ({}, [game(61), *(game(n, nba_player_id=2) for n in range(1, 61))], False),
        ({}, [game(61), game(3, nba_player_id=2)], False),
    ],
    ids=[
        "played", "never_played", "only_listed", "out", "doubtful", "questionable", "no_line_but_minutes",
        "no_line_no_minutes", "minutes_are_of_the_last_10", "line_is_enough", "60_days_ago", "61_days_ago",
        "61_days_ago_in_a_short_season",
    ],
)  # fmt: skip
def test_population(context: dict[str, Any], games: list[dict[str, Any]], has_row: bool) -> None:
    built = support.build(inputs(context=[expected(**context)], player_games=games))
    assert built.height == int(has_row)


def test_days_without_any_game_of_the_league_do_not_make_a_player_inactive() -> None:
    """His last game is 70 days ago, but the last 60 dates on which the league played begin with it."""
    others = [game(n, nba_player_id=2) for n in range(11, 70)]
    built = support.build(inputs(context=[expected()], player_games=[game(70), *others]))
    assert built.height == 1


def test_last_season_s_games_make_nobody_active() -> None:
    opening = date(2024, 10, 22)
    context = expected(game_date=opening, season_year=2024)
    assert support.build(inputs(context=[context], player_games=[game(3)])).is_empty()


# --- features of history


def test_a_rising_series_has_positive_trends() -> None:
    """The sign was inverted for months in an older system."""
    found = features(player_games=[game(days_ago, points=40 - 3 * days_ago) for days_ago in range(1, 11)])
    assert found["recent_trend"] == 2
    assert found["pts_slope_10g"] == pytest.approx(3)
    assert found["scoring_trend_slope"] == pytest.approx(3)
    assert found["deviation_from_avg_last3"] > 0


def test_a_game_he_did_not_play_changes_nothing_but_how_often_he_is_absent() -> None:
    games = [game(n, points=5 * n, usage_rate=20.0) for n in range(2, 9)]
    teams = [team_game(n) for n in range(1, 9)]
    played = features(player_games=games, team_games=teams)
    absent = features(player_games=[*games, did_not_play(1)], team_games=teams)
    assert absent == played
    assert played["dnp_rate"] == pytest.approx(1 / 8)


@pytest.mark.parametrize(("days_ago", "mean"), [(59, 12), (60, 10)])
def test_form_is_that_of_60_days(days_ago: int, mean: float) -> None:
    assert features(player_games=[game(days_ago, points=14), game(3, points=10)])["points_avg_last_3"] == mean


@pytest.mark.parametrize(("days_ago", "met"), [(364, 2), (365, 1)])
def test_meetings_are_those_of_a_year_also_of_last_season(days_ago: int, met: int) -> None:
    meeting = {"opponent_team_abbr": "NYK"}
    last_season = game(days_ago, points=30, season_year=2022, team_abbr="DEN", **meeting)
    found = features(player_games=[last_season, game(3, points=10, **meeting), game(2, opponent_team_abbr="BOS")])
    assert (found["games_vs_opponent"], found["avg_points_vs_opponent"]) == (met, 20 if met == 2 else 10)


@pytest.mark.parametrize(
    ("newest", "trend"), [(5, 2), (4.9, 1), (2, 1), (1.9, 0), (0, 0), (-1.9, 0), (-2, -1), (-5, -2)]
)
def test_recent_trend_has_five_steps(newest: float, trend: int) -> None:
    # The newest two differ by `newest` from the three before; tenths of points keep the steps exact.
    games = [game(days_ago, points=100 + int(10 * newest)) for days_ago in (1, 2)]
    games += [game(days_ago, points=100) for days_ago in (3, 4, 5)]
    table = inputs(context=[expected()], player_games=games)
    table["player_games"] = table["player_games"].with_columns(pl.col("points") / 10)
    assert support.build(table)["recent_trend"].item() == trend


def test_a_new_team_starts_the_count_of_games_anew() -> None:
    games = [*(game(n, team_abbr="BOS") for n in (9, 8, 7)), *(game(n, team_abbr="PHI") for n in (5, 3))]
    assert features(player_games=games)["games_since_structural_change"] == 2
    assert features(context=[expected(team_abbr="DEN")], player_games=games)["games_since_structural_change"] == 0


@pytest.mark.parametrize(("gap", "count"), [(14, 3), (15, 1)])
def test_a_pause_of_more_than_14_days_starts_the_count_anew(gap: int, count: int) -> None:
    games = [game(1), game(1 + gap), game(2 + gap)]
    assert features(player_games=games)["games_since_structural_change"] == count


def test_absences_follow_a_traded_player() -> None:
    """Ten team games: four of BOS (one missed), six of PHI (two missed); PHI's games before he came are not his."""
    boston = [("BOS", n) for n in (20, 18, 16, 14)]
    philadelphia = [("PHI", n) for n in (19, 17, 12, 10, 8, 6, 4, 2)]
    missed = {("BOS", 16), ("PHI", 8), ("PHI", 2)}
    his = [*boston, *philadelphia[2:]]
    games = [game(n, team_abbr=team) for team, n in his if (team, n) not in missed]
    teams = [team_game(n, team_abbr=team) for team, n in [*boston, *philadelphia]]
    assert features(player_games=games, team_games=teams)["dnp_rate"] == pytest.approx(0.3)


def test_the_cup_final_is_in_no_season_average() -> None:
    results = [team_game(n, win_flag=n > 3) for n in range(1, 8)]
    cup = team_game(20, nba_game_id="0062300001", win_flag=True)
    assert features(team_games=[*results, cup])["team_win_pct"] == pytest.approx(4 / 7)


def test_a_push_is_not_over() -> None:
    games = [game(n, points=20, consensus_points_line=line) for n, line in enumerate((20.0, 19.5, 20.5, 19.5, 20.5), 1)]
    found = features(player_games=games)
    assert found["over_rate_last_10"] == pytest.approx(0.4)
    assert found["margin_vs_line_avg_last_5"] == pytest.approx(0)


# --- features of the date's own tables


def test_rates_become_fractions_once() -> None:
    rates = {"paint_rate_last_10": 50.0, "mid_range_rate_last_10": 0.8, "three_pt_rate_last_10": 49.2}
    found = features(shot_zones=[row("player_shot_zone_analysis", **rates)])
    assert (found["pct_paint"], found["pct_mid_range"], found["pct_three"]) == pytest.approx((0.5, 0.008, 0.492))


def test_implied_totals_of_the_two_teams_sum_to_the_game_total() -> None:
    sides = [
        expected(nba_player_id=1, team_abbr="PHI", game_spread=-6.5, game_total=221.0),
        expected(nba_player_id=2, team_abbr="NYK", game_spread=6.5, game_total=221.0),
    ]
    built = support.build(inputs(context=sides, player_games=[game(3, nba_player_id=n) for n in (1, 2)]))
    assert built["implied_team_total"].to_list() == [113.75, 107.25]
    assert built["spread_magnitude"].to_list() == [6.5, 6.5]


@pytest.mark.parametrize(("status", "risk"), [(None, None), ("available", 0), ("probable", 1), ("questionable", 2)])
def test_injury_risk_is_unknown_without_a_report(status: str | None, risk: int | None) -> None:
    assert features(context=[expected(player_status=status)])["injury_risk"] == risk


@pytest.mark.parametrize(("neutral", "home", "value"), [(True, True, None), (False, True, 1), (None, False, 0)])
def test_nobody_is_at_home_on_neutral_ground(neutral: bool | None, home: bool, value: int | None) -> None:
    assert features(context=[expected(is_neutral_site=neutral, home_game=home)])["home_away"] == value


@pytest.mark.parametrize(("prefix", "value"), [("002", 0), ("004", 1), ("005", 0), ("006", 0)])
def test_a_playoff_game_is_known_by_its_id(prefix: str, value: int) -> None:
    assert features(context=[expected(nba_game_id=f"{prefix}2300001")])["playoff_game"] == value


@pytest.mark.parametrize(("own", "opponent", "value"), [(1, 3, -2), (5, 1, 2), (2, 2, 0), (None, 2, None)])
def test_rest_advantage(own: int | None, opponent: int, value: int | None) -> None:
    assert features(context=[expected(days_rest=own, opponent_days_rest=opponent)])["rest_advantage"] == value


def test_the_opponent_s_defence_is_the_opponent_s() -> None:
    defense = [
        row("team_defense_zone_analysis", team_abbr=team, defensive_rating_last_15=rating, opponent_pace=pace)
        for team, rating, pace in (("NYK", 105.0, 96.0), ("PHI", 115.0, 101.0))
    ]
    found = features(defense=defense)
    assert (found["opponent_def_rating"], found["opponent_pace"]) == (105.0, 96.0)


def test_a_standard_deviation_of_zero_makes_no_zscore() -> None:
    cached = {"points_avg_last_5": 12.0, "points_avg_season": 10.0, "points_std_last_10": 0.0}
    found = features(cache=[row("player_daily_cache", **cached)])
    assert (found["pts_vs_season_zscore"], found["breakout_flag"]) == (None, 1)


def test_cached_means_are_the_cache_s() -> None:
    """The context has columns of the same names."""
    context = expected(points_avg_last_5=1.0, points_avg_last_10=2.0, games_in_last_7_days=3)
    cached = {"points_avg_last_5": 12.0, "points_avg_last_10": 10.0, "games_in_last_7_days": 2}
    found = features(context=[context], cache=[row("player_daily_cache", **cached)])
    assert {name: found[name] for name in cached} == cached


def test_missing_tables_leave_nulls_and_no_constants() -> None:
    """Only what the context and one played game say is known; nothing looks like an average player."""
    found = features()
    known = {name for name in NAMES if found[name] is not None}
    assert known == {
        "home_away", "playoff_game", "has_vegas_line", "games_vs_opponent", "avg_points_vs_opponent", "minutes_change",
        "ppm_avg_last_10", "points_avg_last_3", "consecutive_games_below_avg", "games_since_structural_change",
        "minutes_load_last_7d",
    }  # fmt: skip
    assert found["quality_tier"] == "critical"
    assert not found["is_quality_ready"]
    assert set(found["missing_features"]) == set(NAMES) - known
    assert found["feature_version"] == FEATURE_VERSION


# --- what cannot be true


def test_a_row_with_an_impossible_value_is_left_out_with_the_value() -> None:
    context = [expected(nba_player_id=1, game_total=300.0, player_lookup="jalenbrunson"), expected(nba_player_id=2)]
    built = support.build(inputs(context=context, player_games=[game(3, nba_player_id=n) for n in (1, 2)]))
    assert built["quarantine_reason"].to_list() == ["out of range: jalenbrunson: game_total_line 300.0", None]


def test_every_feature_is_a_column_and_no_other_number_is_unexplained() -> None:
    columns = {column.name: column for column in TABLE.columns()}
    for feature in FEATURES:
        assert columns[feature.name].dtype == pl.Float64
        assert columns[feature.name].nullable
        assert columns[feature.name].unit == feature.unit
    assert [name for name in TABLE.column_names if name in set(NAMES)] == list(NAMES)
    others = {name for name, column in columns.items() if column.dtype == pl.Float64} - set(NAMES)
    assert all(name.endswith(("_quality_pct", "_quality_score")) for name in others)
