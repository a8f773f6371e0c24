"""Player context: who is expected, with what status, how rested, beside whom, and at what line."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nba_assets.transforms.upcoming_team_game_context import NEXT_INSTANT
from nba_assets_tests.frames import GAME_DATE, TIPOFF, frame, row
from nba_assets_tests.transforms.upcoming_support import HISTORY, LATER, OF_DATE, context

Rows = list[dict[str, Any]]

GAMES = [
    row("nbac_schedule", game_status=1),
    row(
        "nbac_schedule",
        nba_game_id="0022300562",
        game_id="20240115_MIA_BOS",
        home_team_abbr="BOS",
        away_team_abbr="MIA",
        game_status=1,
    ),
]


def listed(player: int = 1, team: str | None = "PHI", last_game: date | None = None, **more: Any) -> dict[str, Any]:
    names = {"player_lookup": f"player{player}", "player_full_name": f"Player {player}"}
    return row("nbac_player_list", nba_player_id=player, team_abbr=team, last_game_date=last_game, **names, **more)


def played(days_ago: int, points: int | None = 10, player: int = 1, **more: Any) -> dict[str, Any]:
    """A game that many days before tonight; without points he did not play."""
    box = {"minutes_played": 30.0, "usage_rate": 20.0} if points is not None else {"is_dnp": True, "is_active": False}
    return row(
        "player_game_summary",
        game_date=GAME_DATE - timedelta(days=days_ago),
        nba_game_id=f"002239{days_ago:04d}",
        nba_player_id=player,
        points=points,
        **box | more,
    )


def report(player: int, status: str, *, hours: float = 5, team: str = "PHI", **more: Any) -> dict[str, Any]:
    ids = {"nba_player_id": player, "player_name_original": f"{player}", "player_lookup": f"player{player}"}
    issued = TIPOFF - timedelta(hours=hours)
    return row("nbac_injury_report", **ids, team_abbr=team, injury_status=status, report_ts=issued, **more)


def prop(
    line: float, book: str = "draftkings", *, player: int | None = 1, hours: float = 2, **more: Any
) -> dict[str, Any]:
    seen = TIPOFF - timedelta(hours=hours)
    minutes = int(hours * 60)
    ids = {"nba_player_id": player, "player_name": f"Player {player}", "player_lookup": f"player{player}"}
    quote = {"bookmaker": book, "snapshot_timestamp": seen, "minutes_before_tipoff": minutes, "points_line": line}
    return row("odds_api_player_points_props", **ids, **quote, **more)


def players(
    roster: Rows | None = None,
    games: Rows | None = None,
    reports: Rows | None = None,
    props: Rows | None = None,
    now: datetime = LATER,
) -> dict[int, dict[str, Any]]:
    """Tonight's rows by player; player 1 of PHI unless a roster is given."""
    known = {
        "nbac_schedule": GAMES,
        "nbac_player_list": [listed()] if roster is None else roster,
        "player_game_summary": games or [],
        "nbac_injury_report": reports or [],
        "odds_api_player_points_props": props or [],
    }
    frames = {name: frame(name, known.get(name, [])) for name in ("nbac_schedule", *HISTORY, *OF_DATE)}
    _, found = context(frames, [GAME_DATE], now)
    return {line["nba_player_id"]: line for line in found.iter_rows(named=True)}


# --- who


def test_the_rosters_of_both_teams_are_expected() -> None:
    found = players([listed(1, "PHI"), listed(2, "NYK"), listed(3, "LAL"), listed(4, None)])
    assert {n: (p["team_abbr"], p["opponent_team_abbr"], p["home_game"]) for n, p in found.items()} == {
        1: ("PHI", "NYK", True),
        2: ("NYK", "PHI", False),
    }
    assert (found[1]["expected"], found[1]["roster_source"]) == ("roster", "boxscore")


def test_tonight_s_box_score_chooses_nobody() -> None:
    """Defect 24."""
    tonight = played(0, player=7)
    assert set(players([listed(1)], games=[tonight])) == {1}


def test_the_strongest_sign_says_why_he_is_expected() -> None:
    found = players(
        [listed(n) for n in (1, 2, 3)],
        reports=[report(1, "probable"), report(2, "out")],
        props=[prop(20.5), prop(3.5, "betrivers", player=1)],
    )
    assert [found[n]["expected"] for n in (1, 2, 3)] == ["line", "injury_report", "roster"]


def test_the_injury_report_moves_a_player_traded_today() -> None:
    found = players(
        [listed(1, "BOS"), listed(2, "LAL")], reports=[report(1, "questionable"), report(2, "out", team="NYK")]
    )
    assert {n: (p["team_abbr"], p["roster_source"]) for n, p in found.items()} == {
        1: ("PHI", "injury_report"),
        2: ("NYK", "injury_report"),
    }


def test_two_teams_list_one_player_and_the_later_report_wins() -> None:
    bos = {"nba_game_id": "0022300562", "game_id": "20240115_MIA_BOS", "team": "BOS"}
    found = players([listed(1, "BOS")], reports=[report(1, "out", hours=3), report(1, "out", hours=6, **bos)])
    assert (found[1]["team_abbr"], found[1]["nba_game_id"]) == ("PHI", "0022300561")


def test_a_priced_player_of_a_third_team_is_not_guessed_into_one() -> None:
    assert players([listed(1, "LAL")], props=[prop(20.5)]) == {}


def test_a_line_of_another_game_is_not_his() -> None:
    found = players([listed(1)], props=[prop(20.5, nba_game_id="0022300562")])
    assert (found[1]["has_prop_line"], found[1]["book_count"], found[1]["expected"]) == (False, 0, "roster")


# --- status


def test_newest_report_first_then_the_status() -> None:
    """Defect 8: an earlier OUT won over a later upgrade."""
    found = players(
        [listed(n) for n in (1, 2, 3)],
        reports=[
            report(1, "out", hours=9),
            report(2, "out", hours=9),
            report(1, "questionable"),
            report(3, "out", hours=0),
        ],
    )
    assert [found[n]["player_status"] for n in (1, 2, 3)] == ["questionable", "available", "available"]
    assert found[1]["injury_report_ts"] == found[2]["injury_report_ts"] == TIPOFF - timedelta(hours=5)
    assert (found[1]["injury_report"], found[2]["injury_report"]) == ("Injury/Illness - Left Knee; Sprain", None)


def test_a_report_of_one_team_says_nothing_of_the_other() -> None:
    found = players([listed(1), listed(2, "NYK")], reports=[report(1, "out")])
    assert (found[1]["player_status"], found[2]["player_status"]) == ("out", None)


def test_not_yet_submitted_is_unknown() -> None:
    nobody = dict.fromkeys(["player_name", "player_lookup", "nba_player_id", "name_rung", "reason"])
    found = players(reports=[report(1, "not_yet_submitted") | nobody | {"player_name_original": ""}])
    unknown = ("player_status", "injury_report_ts", "star_teammates_out", "teammate_usage_out")
    assert [found[1][name] for name in unknown] == [None] * 4


def test_reports_after_the_decision_instant_are_not_known() -> None:
    now = TIPOFF - timedelta(hours=5)
    found = players(reports=[report(1, "out", hours=9), report(1, "available", hours=4)], now=now)
    assert (found[1]["player_status"], found[1]["as_of_ts"]) == ("out", now + NEXT_INSTANT)
    found = players(reports=[report(1, "out", hours=9), report(1, "available", hours=5)], now=now)
    assert found[1]["player_status"] == "available", "what is out now is known"


# --- rest


def test_rest_counts_from_the_last_played_game() -> None:
    """Defect 15: games he did not play counted."""
    found = players(games=[played(1, None), played(3), played(4), played(6)])[1]
    names = ("days_rest", "back_to_back", "days_rest_before_last_game", "days_since_2_plus_days_rest")
    assert [found[name] for name in names] == [3, False, 1, 4]


def test_first_game_of_the_season() -> None:
    found = players(games=[played(250, season_year=2022)])[1]
    assert [found[n] for n in ("days_rest", "back_to_back", "points_avg_last_5", "avg_minutes_per_game_last_7")] == [
        None
    ] * 4
    assert (found["games_in_last_7_days"], found["minutes_in_last_14_days"]) == (0, 0.0)


def test_a_game_whose_box_score_is_missing_still_tired_him() -> None:
    found = players([listed(last_game=GAME_DATE - timedelta(days=1))], games=[played(4)])[1]
    assert (found["days_rest"], found["back_to_back"], found["games_in_last_7_days"]) == (1, True, 1)


def test_workload_is_by_date_and_form_by_game() -> None:
    """ "Last 7 games" was the last 7 days."""
    found = players(
        games=[played(n, n, minutes_played=float(n), usage_rate=float(n)) for n in (1, 2, 6, 7, 13, 14, 20, 30)]
    )[1]
    assert (found["games_in_last_7_days"], found["games_in_last_14_days"]) == (3, 5)
    assert (found["minutes_in_last_7_days"], found["minutes_in_last_14_days"]) == (9.0, 29.0)
    assert (found["avg_minutes_per_game_last_7"], found["back_to_backs_last_14_days"]) == (3.0, 2)
    assert found["avg_usage_rate_last_7_games"] == pytest.approx(63 / 7)
    assert found["points_avg_last_5"] == pytest.approx(29 / 5)


def test_unknown_minutes_of_one_game_make_the_sum_unknown() -> None:
    found = players(games=[played(2), played(9, minutes_played=None)])[1]
    assert (found["minutes_in_last_7_days"], found["minutes_in_last_14_days"]) == (30.0, None)


def test_a_mean_of_zero_is_a_value() -> None:
    """Defect 23."""
    assert players(games=[played(2, 0), played(4, 0)])[1]["points_avg_last_5"] == 0.0


def test_a_traded_player_keeps_his_history() -> None:
    """Defect 17."""
    found = players([listed(1, "PHI")], games=[played(2, 20), played(4, 10, team_abbr="LAL")])[1]
    assert (found["points_avg_last_5"], found["days_rest_before_last_game"]) == (15.0, 2)


# --- teammates


def season(player: int, points: int, *, games: int = 10, ago: int = 12, **more: Any) -> Rows:
    return [played(ago + n, points, player, **more) for n in range(games)]


def test_stars_are_others_who_are_out_or_doubtful() -> None:
    """The old count included the player himself."""
    roster = [listed(n) for n in (1, 2, 3, 4)] + [listed(9, "NYK")]
    games = season(1, 26) + season(2, 18) + season(3, 12, minutes_played=28.0) + season(4, 12, minutes_played=27.0)
    reports = [report(1, "out"), report(2, "doubtful"), report(3, "questionable"), report(4, "out")]
    found = players(roster, games, reports)
    assert [found[n]["star_teammates_out"] for n in (1, 2, 3, 4, 9)] == [1, 1, 2, 2, None]
    assert [found[n]["star_tier_out"] for n in (1, 2, 3, 4)] == [2, 3, 5, 5]
    assert [found[n]["questionable_star_teammates"] for n in (1, 2, 3, 4)] == [1, 1, 0, 1]


def test_a_star_has_ten_games_and_his_recent_days_count_first() -> None:
    roster, reports = [listed(n) for n in (1, 2, 3, 4)], [report(n, "out") for n in (2, 3, 4)]
    fresh = season(2, 30, games=9)
    faded = [*season(3, 30), played(5, 4, 3, minutes_played=10.0)]
    risen = [*season(4, 4, minutes_played=10.0), played(9, 26, 4), played(10, 0, 4)]
    found = players(roster, fresh + faded + risen, reports)[1]
    assert (found["star_teammates_out"], found["star_tier_out"]) == (1, 3)


def test_g_league_duty_is_no_absence() -> None:
    found = players([listed(1), listed(2)], season(2, 30), [report(2, "out", reason_category="g_league")])
    assert (found[1]["star_teammates_out"], found[1]["teammate_usage_out"]) == (0, 0.0)
    assert (found[2]["player_status"], found[2]["injury_reason_category"]) == ("out", "g_league")


def test_usage_out_is_of_thirty_days_and_real_stints() -> None:
    games = [
        played(2, player=2, usage_rate=30.0),
        played(29, player=2, usage_rate=20.0),
        played(30, player=2, usage_rate=90.0),
        played(4, player=2, usage_rate=90.0, minutes_played=10.0),
        played(3, player=3, usage_rate=11.0),
        played(40, player=4, usage_rate=50.0),
    ]
    reports = [report(2, "out"), report(3, "doubtful"), report(4, "out"), report(1, "questionable")]
    found = players([listed(n) for n in (1, 2, 3, 4)], games, reports)
    assert [found[n]["teammate_usage_out"] for n in (1, 2, 3, 4)] == [36.0, 11.0, 25.0, 36.0]


# --- market


def test_line_prices_and_opening_are_of_the_first_book_of_the_cascade() -> None:
    found = players(
        props=[
            prop(20.5, "fanduel", hours=1),
            prop(21.5, hours=9),
            prop(22.5, hours=2, over_price=1.87, under_price=1.95),
        ]
    )[1]
    line = (
        "current_points_line",
        "current_points_line_source",
        "over_price",
        "under_price",
        "line_minutes_before_tipoff",
    )
    assert [found[name] for name in line] == [22.5, "draftkings", 1.87, 1.95, 120]
    assert found["line_snapshot_ts"] == TIPOFF - timedelta(hours=2)
    assert (found["opening_points_line"], found["line_movement"]) == (21.5, 1.0)
    assert found["opening_line_snapshot_ts"] == TIPOFF - timedelta(hours=9)


def test_consensus_and_spread_of_the_books() -> None:
    found = players(props=[prop(20.5), prop(21.5, "fanduel"), prop(24.5, "bovada"), prop(19.5, "prizepicks")])[1]
    assert (found["consensus_points_line"], found["book_count"]) == (21.0, 4)
    assert found["multi_book_line_std"] == pytest.approx(0.5**0.5)


def test_one_book_has_no_spread() -> None:
    found = players(props=[prop(20.5), prop(24.5, "bovada")])[1]
    assert (found["multi_book_line_std"], found["book_count"]) == (None, 2)


def test_a_book_outside_the_cascade_gives_a_consensus_and_no_line() -> None:
    found = players(props=[prop(20.5, "betrivers")])[1]
    assert (found["has_prop_line"], found["current_points_line"], found["consensus_points_line"]) == (False, None, 20.5)
    assert (found["prop_over_streak"], found["expected"]) == (None, "line")


@pytest.mark.parametrize("hours", [0, -0.5], ids=["at tip-off", "in play"])
def test_late_quotes_are_not_known(hours: float) -> None:
    """Defect 1."""
    found = players(props=[prop(20.5), prop(30.5, hours=hours, is_in_play=hours < 0)])[1]
    assert (found["current_points_line"], found["book_count"]) == (20.5, 1)


def test_before_tip_off_only_quotes_up_to_now_are_known() -> None:
    now = TIPOFF - timedelta(hours=6)
    found = players(props=[prop(20.5, hours=9), prop(25.5, hours=5)], now=now)[1]
    assert (found["current_points_line"], found["consensus_points_line"]) == (20.5, 20.5)
    assert found["as_of_ts"] == now + NEXT_INSTANT
    found = players(props=[prop(20.5, hours=9), prop(25.5, hours=6)], now=now)[1]
    assert found["current_points_line"] == 25.5, "what is quoted now is known"


@pytest.mark.parametrize(
    ("newest_first", "over", "under"),
    [
        ([25, 30, 10, 40], 2, 0),
        ([20, 25, 20, 30, 5], 2, 0),
        ([None, 10, 20, 12, 50], 0, 2),
        ([20, 20], 0, 0),
        ([], 0, 0),
    ],
    ids=["over", "pushes are skipped", "absences are skipped", "only pushes", "no games"],
)
def test_streaks_are_against_today_s_line(newest_first: list[int | None], over: int, under: int) -> None:
    games = [played(2 + n, points) for n, points in enumerate(newest_first)]
    found = players(games=games, props=[prop(20.0)])[1]
    assert (found["prop_over_streak"], found["prop_under_streak"]) == (over, under)


def test_previous_line_is_of_a_played_game_of_two_weeks() -> None:
    games = [
        played(1, None, consensus_points_line=30.5),
        played(2),
        played(13, consensus_points_line=21.5),
        played(14, consensus_points_line=25.5),
    ]
    assert players(games=games)[1]["previous_game_median_line"] == 21.5
    assert players(games=games[-1:])[1]["previous_game_median_line"] is None
