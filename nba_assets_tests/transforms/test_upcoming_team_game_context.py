"""Team context: rest, travel, form, market and injuries of a team before its game."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.upcoming_team_game_context import NEXT_INSTANT, season_phase
from nba_assets_tests.frames import GAME_DATE, TIPOFF, frame, row
from nba_assets_tests.transforms.upcoming_support import HISTORY, LATER, OF_DATE, context

Rows = list[dict[str, Any]]

SATURDAY = date(2024, 1, 13)

TONIGHT = row("nbac_schedule", game_status=1, home_team_score=None, away_team_score=None, winning_team_abbr=None)


def past(day: date, home: str, away: str, *, margin: int = 5, number: int | None = None, **more: Any) -> dict[str, Any]:
    """A final game that the home team won by `margin`."""
    number = number if number is not None else day.toordinal() % 10_000
    return row(
        "nbac_schedule",
        game_date=day,
        nba_game_id=f"00223{number:05d}",
        game_id=f"{day:%Y%m%d}_{away}_{home}",
        tipoff_utc=TIPOFF - timedelta(days=(GAME_DATE - day).days),
        home_team_abbr=home,
        away_team_abbr=away,
        home_team_score=100 + margin,
        away_team_score=100,
        **more,
    )


def teams(schedule: Rows, now: datetime = LATER, **tables: Rows) -> dict[str, dict[str, Any]]:
    """Tonight's rows by team."""
    names = ("nbac_schedule", *HISTORY, *OF_DATE)
    frames = {name: frame(name, {"nbac_schedule": schedule, **tables}.get(name, [])) for name in names}
    found, _ = context(frames, [GAME_DATE], now)
    return {line["team_abbr"]: line for line in found.iter_rows(named=True)}


def on(month: int, day: int, year: int = 2024) -> date:
    return date(year, month, day)


def test_first_game_of_the_season() -> None:
    """Before it a team is at home; last season's games are no rest."""
    phi, nyk = (teams([TONIGHT, past(on(4, 9, 2023), "BOS", "NYK", season_year=2022)])[t] for t in ("PHI", "NYK"))
    for team in (phi, nyk):
        assert [team[name] for name in ("team_days_rest", "last_game_result", "pace_last_10")] == [None] * 3
        assert (team["is_back_to_back"], team["game_number_in_season"], team["games_in_last_14_days"]) == (False, 1, 0)
    assert (phi["travel_miles"], phi["consecutive_road_games"]) == (0, 0)
    assert (round(nyk["travel_miles"]), nyk["consecutive_road_games"]) == (85, 1)


def test_back_to_back_is_one_day_of_rest_under_both_names() -> None:
    found = teams([TONIGHT, past(on(1, 14), "PHI", "BOS"), past(on(1, 12), "NYK", "MIA", number=1)])
    assert [found["PHI"][n] for n in ("team_days_rest", "days_since_last_game", "opponent_days_rest")] == [1, 1, 3]
    assert (found["PHI"]["is_back_to_back"], found["NYK"]["is_back_to_back"]) == (True, False)


def test_calendar_windows_leave_out_the_nth_day_before() -> None:
    games = [past(GAME_DATE - timedelta(days=n), "PHI", "BOS", number=n) for n in (6, 7, 13, 14)]
    found = teams([TONIGHT, *games])["PHI"]
    assert (found["games_in_last_7_days"], found["games_in_last_14_days"]) == (1, 3)


def test_streaks_margin_and_result() -> None:
    games = [
        past(on(1, 5), "PHI", "BOS", margin=-3),
        past(on(1, 7), "PHI", "MIA", margin=9),
        past(on(1, 9), "BOS", "PHI", margin=-7),
    ]
    found = teams([TONIGHT, *games])["PHI"]
    assert (found["team_win_streak_entering"], found["team_loss_streak_entering"]) == (2, 0)
    assert (found["last_game_margin"], found["last_game_result"], found["game_number_in_season"]) == (7, "W", 4)


def test_road_streak_travel_and_coming_home() -> None:
    """Defect 28: coming home counted 0 miles."""
    road = [past(on(1, 9), "NYK", "BOS"), past(on(1, 11), "LAL", "NYK"), past(on(1, 13), "BOS", "NYK")]
    found = teams([TONIGHT, *road, past(on(1, 13), "LAL", "PHI", number=7)])
    assert (found["NYK"]["consecutive_road_games"], round(found["NYK"]["travel_miles"])) == (3, 273)
    assert (found["PHI"]["consecutive_road_games"], round(found["PHI"]["travel_miles"])) == (0, 2390)
    assert (found["PHI"]["time_zone_changes"], found["NYK"]["time_zone_changes"]) == (3, 0)


def test_neutral_site_is_the_road_for_both() -> None:
    paris = TONIGHT | {"arena_city": "Paris", "is_neutral": True}
    found = teams([paris, past(on(1, 10), "PHI", "BOS")])
    assert [found[team]["consecutive_road_games"] for team in ("PHI", "NYK")] == [1, 1]
    assert [found[team]["home_game"] for team in ("PHI", "NYK")] == [True, False]
    assert found["PHI"]["game_start_time_local"] == "01:30"
    unknown = teams([TONIGHT | {"arena_city": "Tokyo", "is_neutral": True}])["PHI"]
    assert (unknown["travel_miles"], unknown["time_zone_changes"], unknown["game_start_time_local"]) == (None,) * 3


def test_a_game_that_was_never_played_is_no_rest() -> None:
    postponed = past(on(1, 14), "PHI", "BOS") | {"game_status": 1, "home_team_score": None, "away_team_score": None}
    assert teams([TONIGHT, postponed, past(on(1, 11), "PHI", "BOS")])["PHI"]["team_days_rest"] == 4


def test_a_summary_proves_a_game_that_the_schedule_s_copy_calls_scheduled() -> None:
    stale = past(on(1, 14), "PHI", "BOS") | {"game_status": 1, "home_team_score": None, "away_team_score": None}
    summary = row(
        "team_offense_game_summary",
        game_date=on(1, 14),
        nba_game_id=stale["nba_game_id"],
        opponent_team_abbr="BOS",
        margin_of_victory=-8,
    )
    found = teams([TONIGHT, stale], team_offense_game_summary=[summary])["PHI"]
    assert (found["team_days_rest"], found["last_game_margin"], found["last_game_result"]) == (1, -8, "L")


def test_ratings_are_of_the_last_ten_games_of_the_season() -> None:
    games = []
    for n in range(12):
        ids = {"game_date": on(1, 1) + timedelta(days=n), "nba_game_id": f"00223{n:05d}"}
        games.append(row("team_offense_game_summary", **ids, opponent_team_abbr="BOS", pace=90.0 + n))
        faced = {"team_abbr": "BOS", "opponent_team_abbr": "PHI", "offensive_rating": 100.0 + n}
        games.append(row("team_offense_game_summary", **ids, **faced, ft_attempts=20, possessions=80.0))
    found = teams([TONIGHT], team_offense_game_summary=games)["PHI"]
    assert found["pace_last_10"] == pytest.approx(96.5)
    assert found["def_rating_last_10"] == pytest.approx(106.5)
    assert found["ft_rate_allowed_last_10"] == pytest.approx(25.0)


# --- market


def spread(point: float, book: str = "draftkings", hours: float = 2, **more: Any) -> dict[str, Any]:
    seen = TIPOFF - timedelta(hours=hours)
    return row("odds_api_game_lines", outcome_point=point, bookmaker_key=book, snapshot_timestamp=seen, **more)


def total(point: float, **more: Any) -> dict[str, Any]:
    return spread(point, market_key="totals", outcome_name="Over", **more)


def test_spreads_are_of_the_team_and_sum_to_zero() -> None:
    """The old table kept the favourite's side for both."""
    quotes = [spread(-6.5), spread(-7.5, "fanduel"), spread(-8.5, "betmgm"), total(221.5)]
    found = teams([TONIGHT], odds_api_game_lines=quotes)
    assert (found["PHI"]["game_spread"], found["NYK"]["game_spread"]) == (-7.5, 7.5)
    assert found["PHI"]["game_total"] == found["NYK"]["game_total"] == 221.5


def test_movement_is_latest_minus_first_over_books() -> None:
    quotes = [spread(-5.0, hours=9), spread(-6.0, hours=2), spread(-7.0, "fanduel", hours=9), total(220.0, hours=5)]
    found = teams([TONIGHT], odds_api_game_lines=quotes)["NYK"]
    assert (found["opening_spread"], found["game_spread"], found["spread_movement"]) == (6.0, 6.5, 0.5)
    assert (found["game_total"], found["total_movement"]) == (220.0, 0.0)


def test_a_book_that_quotes_the_away_team_alone_counts() -> None:
    found = teams([TONIGHT], odds_api_game_lines=[spread(4.5, outcome_name="NYK")])
    assert (found["PHI"]["game_spread"], found["NYK"]["game_spread"]) == (-4.5, 4.5)


def test_alternate_lines_do_not_count() -> None:
    found = teams([TONIGHT], odds_api_game_lines=[spread(-9.5, line_no=1), spread(-4.5)])
    assert found["PHI"]["game_spread"] == -4.5


def test_a_pickem_is_zero_for_both() -> None:
    found = teams([TONIGHT], odds_api_game_lines=[spread(0.0)])
    assert [str(found[team]["game_spread"]) for team in ("PHI", "NYK")] == ["0.0", "0.0"]


@pytest.mark.parametrize(
    "late",
    [
        spread(-20.0, hours=0),
        spread(-20.0, hours=-1, is_in_play=True),
        spread(-20.0, hours=1, market_last_update=TIPOFF + timedelta(minutes=1)),
    ],
    ids=["at tip-off", "in play", "moved after tip-off"],
)
def test_late_quotes_are_not_known(late: dict[str, Any]) -> None:
    found = teams([TONIGHT], odds_api_game_lines=[spread(-4.5), late])["PHI"]
    assert (found["game_spread"], found["spread_movement"]) == (-4.5, 0.0)


def test_the_decision_instant_is_now_while_tip_off_is_ahead() -> None:
    now = TIPOFF - timedelta(hours=3)
    found = teams([TONIGHT], now, odds_api_game_lines=[spread(-4.5, hours=9), spread(-8.5, hours=2)])["PHI"]
    assert (found["as_of_ts"], found["tipoff_utc"], found["game_spread"]) == (now + NEXT_INSTANT, TIPOFF, -4.5)


def test_tip_off_is_the_earliest_anyone_states() -> None:
    """A stale schedule stood at 03:00Z when the books said 01:40Z."""
    early = TIPOFF - timedelta(minutes=80)
    prop = row("odds_api_player_points_props", tipoff_utc=early)
    found = teams([TONIGHT], odds_api_player_points_props=[prop], odds_api_game_lines=[spread(-9.0, hours=1)])["PHI"]
    assert (found["tipoff_utc"], found["as_of_ts"], found["game_spread"]) == (early, early, None)


# --- injuries


def report(player: int, status: str, *, hours: float = 5, team: str = "PHI", **more: Any) -> dict[str, Any]:
    ids = {"nba_player_id": player, "player_name_original": f"{player}", "player_lookup": f"player{player}"}
    issued = TIPOFF - timedelta(hours=hours)
    return row("nbac_injury_report", **ids, team_abbr=team, injury_status=status, report_ts=issued, **more)


def starters(*players: int, day: date = SATURDAY) -> Rows:
    ids = {"game_date": day, "nba_game_id": f"002230{day:%m%d}"}
    return [row("player_game_summary", **ids, nba_player_id=n, starter_flag=n < 6) for n in players]


def test_starters_out_are_of_the_last_game_and_of_the_newest_report() -> None:
    """All players were counted once; an OUT of the morning outlived the upgrade of the afternoon."""
    reports = [
        report(1, "out", hours=9),
        report(1, "available"),
        report(2, "out"),
        report(6, "out"),
        report(3, "doubtful"),
    ]
    found = teams(
        [TONIGHT], nbac_injury_report=reports, player_game_summary=starters(*range(1, 9)) + starters(6, day=on(1, 12))
    )
    assert (found["PHI"]["starters_out_count"], found["PHI"]["questionable_players_count"]) == (1, 1)
    assert found["PHI"]["injury_report_ts"] == TIPOFF - timedelta(hours=5)


def test_unknown_starters_are_null() -> None:
    found = teams([TONIGHT], nbac_injury_report=[report(1, "out")], player_game_summary=starters(1, 2, 3))["PHI"]
    assert (found["has_injury_report"], found["starters_out_count"], found["questionable_players_count"]) == (
        True,
        None,
        0,
    )


def test_without_a_report_nothing_is_known() -> None:
    """Defect 8: not yet submitted was read as healthy."""
    nobody = dict.fromkeys(["player_name", "player_lookup", "name_rung", "reason"])
    silent = row("nbac_injury_report", team_abbr="NYK", injury_status="not_yet_submitted", **nobody)
    silent |= {"player_name_original": "", "nba_player_id": None}
    late = report(1, "out", hours=0)
    found = teams([TONIGHT], nbac_injury_report=[silent, late], player_game_summary=starters(*range(1, 9)))
    for team in ("PHI", "NYK"):
        unknown = ("injury_report_ts", "starters_out_count", "questionable_players_count")
        assert [found[team][name] for name in unknown] == [None] * 3
        assert found[team]["has_injury_report"] is False


def test_g_league_duty_is_no_absence() -> None:
    reports = [report(1, "questionable", reason_category="g_league"), report(2, "questionable")]
    assert teams([TONIGHT], nbac_injury_report=reports)["PHI"]["questionable_players_count"] == 1


@pytest.mark.parametrize(
    ("game_type", "day", "phase"),
    [
        ("regular_season", on(10, 24), "early"),
        ("regular_season", on(12, 1), "mid"),
        ("cup_final", on(12, 17), "mid"),
        ("regular_season", on(4, 14), "late"),
        ("play_in", on(4, 16), "playoffs"),
        ("playoffs", on(6, 1), "playoffs"),
    ],
)
def test_season_phase(game_type: str, day: date, phase: str) -> None:
    assert pl.select(season_phase(pl.lit(game_type), pl.lit(day))).item() == phase


def test_a_date_without_games_has_no_rows() -> None:
    assert teams([past(on(1, 10), "PHI", "BOS")]) == {}
