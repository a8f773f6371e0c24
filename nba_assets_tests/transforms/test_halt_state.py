"""Halts: each reason holds where it should and nowhere else, and what is not known halts, too.

Dangers covered: a halt that fires every day, a reason that never fires, an unknown taken for good, an idle date without
a row, results of the date itself, a state that changes when the past is computed again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nba_assets.contracts.halt_state import TABLE
from nba_assets.halt_reasons import NAMES, REASONS
from nba_assets.transforms import halt_state as transform
from nba_assets_tests.frames import TIPOFF, frame, row
from nba_assets_tests.transforms.bets_support import CHAMPION, DAY, prediction

NOW = TIPOFF - timedelta(hours=3)
GAMES = ("0022300561", "0022300562")
LINES = 12


def day(back: int) -> date:
    return DAY - timedelta(days=back)


class League:
    """Frames of an ordinary date: nothing halts it. Tests break one thing."""

    def __init__(self) -> None:
        self.dates: list[date] = [DAY]
        self.schedule = [row("nbac_schedule", nba_game_id=game) for game in GAMES]
        for back in (1, 2, 4):
            tip = TIPOFF - timedelta(days=back)
            self.schedule.append(
                row("nbac_schedule", game_date=day(back), nba_game_id=f"002230050{back}", tipoff_utc=tip)
            )
        self.context = [
            row("upcoming_player_game_context", nba_game_id=game, nba_player_id=n, line_snapshot_ts=NOW)
            for n, game in enumerate(GAMES, 1)
        ]
        self.features = [row("ml_feature_store_v2", nba_player_id=n) for n in range(1, LINES + 1)]
        self.predictions = [
            prediction(nba_player_id=n, line_margin=1.6 if n == 1 else 0.4) for n in range(1, LINES + 1)
        ]
        self.performance = [
            row("model_performance_daily", game_date=day(1), system_id=name, model_status=status)
            for name, status in ((CHAMPION, "champion"), ("xgboost_v1", "shadow"), ("market_line", "reference"))
        ]
        self.manual: Mapping[date, Sequence[str]] | None = {}
        self.previous: list[dict[str, Any]] = []
        self.now: datetime = NOW

    def judged(self) -> list[dict[str, Any]]:
        found = transform.build(
            self.dates,
            frame("nbac_schedule", self.schedule).select(transform.SCHEDULE_COLUMNS),
            frame("upcoming_player_game_context", self.context).select(transform.CONTEXT_COLUMNS),
            frame("ml_feature_store_v2", self.features).select(transform.FEATURE_COLUMNS),
            frame("player_prop_predictions", self.predictions).select(transform.PREDICTION_COLUMNS),
            frame("model_performance_daily", self.performance).select(transform.PERFORMANCE_COLUMNS),
            self.manual,
            frame("halt_state", self.previous),
            self.now,
        )
        assert TABLE.schema.is_valid(found), TABLE.schema.filter(found)[1].counts()
        assert found["game_date"].to_list() == sorted(set(self.dates))
        return found.to_dicts()

    def reasons(self) -> list[str]:
        return self.judged()[-1]["reasons"]


def test_an_ordinary_date_is_open() -> None:
    found = League().judged()[0]
    assert (found["is_halted"], found["reasons"], found["words"], found["halted_since"]) == (False, [], [], None)
    counts = ("games", "game_dates_before", "games_with_odds", "expected_players", "complete_players")
    assert [found[name] for name in counts] == [2, 3, 2, LINES, LINES]
    assert (found["champion_lines"], found["largest_edge"], found["judged_on"]) == (LINES, 1.6, day(1))
    assert (found["systems_enabled"], found["as_of_ts"]) == (2, NOW)


def blocked(league: League) -> None:
    for performance in league.performance:
        if performance["model_status"] != "reference":
            performance["state"] = "BLOCKED"


def too_good(league: League) -> None:
    league.performance[0] |= {"rolling_n_30d": 400, "rolling_hr_30d": 0.66, "every_edge_n_30d": 1000}


def broken(of: str, **values: Any) -> Any:
    def change(league: League) -> None:
        for each in getattr(league, of):
            each.update(values)

    return change


BREAKS = {
    "manual": lambda league: setattr(league, "manual", {DAY: ["books are down"]}),
    "too_little_history": lambda league: league.schedule.pop(),
    "stale_odds": broken("context", line_snapshot_ts=NOW - timedelta(hours=12, seconds=1)),
    "slate_quality": lambda league: [each.update(missing_required=["pct_paint"]) for each in league.features[:7]],
    "no_champion": broken("predictions", model_status="shadow"),
    "leak_alarm": too_good,
    "all_models_blocked": blocked,
    "edge_collapse": broken("predictions", line_margin=-0.99),
}


@pytest.mark.parametrize("reason", BREAKS)
def test_each_reason_holds_alone(reason: str) -> None:
    league = League()
    BREAKS[reason](league)
    (found,) = league.judged()
    assert found["reasons"] == [reason]
    assert found["is_halted"] and found["halted_since"] == DAY
    assert found["words"][0].endswith(".")


def test_all_reasons_are_tested() -> None:
    assert {*BREAKS, "off_season", "no_games", "unknown_state"} == set(NAMES)
    assert len(NAMES) == len(set(NAMES)) == len(REASONS) + 1


JUST_GOOD = {
    "quotes of half of the games": lambda league: league.context[0].update(line_snapshot_ts=None),
    "quotes of twelve hours": broken("context", line_snapshot_ts=NOW - timedelta(hours=12)),
    "half of the players": lambda league: [each.update(missing_required=["usage"]) for each in league.features[:6]],
    "excused without reports": broken("features", missing_required=["injury_risk"]),
    "an edge of one point": lambda league: league.predictions[0].update(line_margin=-1.0),
    "too few lines to tell": lambda league: [
        setattr(league, "predictions", [prediction(nba_player_id=n, line_margin=0.1) for n in range(9)])
    ],
    "one system is left": lambda league: league.performance[0].update(state="BLOCKED"),
    "many wins of few bets": lambda league: league.performance[0].update(rolling_n_30d=99, rolling_hr_30d=0.9),
    "another system is too good": lambda league: league.performance[1].update(
        rolling_n_30d=400, rolling_hr_30d=0.66, every_edge_n_30d=1000
    ),
    "of the date itself": lambda league: [
        league.performance.append(each | {"game_date": DAY, "state": "BLOCKED"}) for each in league.performance[:2]
    ],
    "a version that does not count": lambda league: league.predictions.append(
        prediction(nba_player_id=1, prediction_version=2, model_status="shadow", is_active=False)
    ),
}


@pytest.mark.parametrize("what", JUST_GOOD)
def test_on_the_good_side_of_a_limit_nothing_halts(what: str) -> None:
    """A halt that fires on ordinary days, as the mean edge did, is switched off by its users."""
    league = League()
    JUST_GOOD[what](league)
    assert league.reasons() == []


UNKNOWN = {
    "the quotes": lambda league: league.context.clear(),
    "the features": lambda league: league.features.clear(),
    "the predictions": lambda league: league.predictions.clear(),
    "the champion's past results, the systems' past results": lambda league: league.performance.clear(),
    "the champion's past results": lambda league: league.performance.pop(0),
    "halts that people placed": lambda league: setattr(league, "manual", None),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_missing_halts(what: str) -> None:
    league = League()
    UNKNOWN[what](league)
    (found,) = league.judged()
    assert found["reasons"] == ["unknown_state"]
    assert found["words"] == [f"Nothing is known of {what}."]


def test_old_results_say_nothing_of_today_s_models() -> None:
    league = League()
    broken("performance", game_date=day(15))(league)
    assert league.reasons() == ["unknown_state"]


def test_idle_dates_have_a_row_and_ask_nothing_else() -> None:
    league = League()
    league.dates = [day(3), DAY + timedelta(days=30), date(2024, 7, 20)]
    assert [found["reasons"] for found in league.judged()] == [["no_games"], ["off_season"], ["off_season"]]
    league.schedule.clear()
    league.dates = [date(2023, 12, 25)]
    assert league.reasons() == ["off_season"]


def test_a_halt_by_hand_is_said_on_idle_dates_too() -> None:
    league = League()
    league.dates, league.manual = [day(3)], {day(3): ["out of office"]}
    assert league.reasons() == ["manual", "no_games"]


def test_the_season_before_is_no_history() -> None:
    league = League()
    opener = date(2024, 10, 22)
    league.dates = [opener]
    league.schedule = [row("nbac_schedule", game_date=opener, season_year=2024)]
    league.schedule += [
        row("nbac_schedule", game_date=date(2024, 4, n), nba_game_id=f"00223005{n:02d}") for n in range(10, 15)
    ]
    assert league.reasons() == ["too_little_history"]


def test_the_past_is_judged_as_of_its_tip_off() -> None:
    """Quotes of an hour before tip-off are not stale because a month has passed."""
    league = League()
    broken("context", line_snapshot_ts=TIPOFF - timedelta(hours=1))(league)
    league.now = TIPOFF
    at_tip = league.judged()
    league.now = TIPOFF + timedelta(days=30)
    assert league.judged() == at_tip
    assert at_tip[0]["as_of_ts"] == TIPOFF


def test_several_reasons_are_all_named_in_their_order() -> None:
    league = League()
    for reason in ("all_models_blocked", "manual", "stale_odds"):
        BREAKS[reason](league)
    league.features.clear()
    found = league.judged()[0]
    assert found["reasons"] == ["manual", "stale_odds", "all_models_blocked", "unknown_state"]
    assert len(found["words"]) == 4


def since(states: Sequence[tuple[int, bool, int]], *, stored: int = 0) -> list[int | None]:
    """halted_since in days of January, of (day, halted, games); the first `stored` are rows of earlier runs."""
    rows = [
        row("halt_state", game_date=date(2024, 1, n), is_halted=halted, games=games, reasons=["x"] * halted)
        for n, halted, games in states
    ]
    previous, new = frame("halt_state", rows[:stored]), frame("halt_state", rows[stored:]).drop("halted_since")
    found = transform._with_since(new, previous).sort("game_date")
    return [None if day is None else day.day for day in found["halted_since"]]


def test_a_halt_counts_from_its_first_game_date() -> None:
    """Idle dates neither begin a halt of games nor end it."""
    states = [(1, False, 5), (2, True, 0), (3, True, 5), (4, True, 0), (5, True, 5), (6, False, 5), (7, True, 5)]
    assert since(states) == [None, 2, 3, 4, 3, None, 7]
    assert since(states, stored=4) == [3, None, 7]
    assert since([(1, True, 0), (2, True, 0), (3, True, 0)], stored=2) == [1]


def test_a_date_that_is_not_stored_ends_what_is_known() -> None:
    assert since([(1, True, 5), (3, True, 5), (4, True, 5)]) == [1, 3, 3]


def test_order_of_inputs_does_not_matter() -> None:
    league = League()
    league.dates = [DAY, day(3), day(1)]
    before = league.judged()
    for name in ("schedule", "context", "features", "predictions", "performance", "dates"):
        getattr(league, name).reverse()
    assert league.judged() == before


def test_no_dates_give_no_rows() -> None:
    league = League()
    league.dates = []
    assert league.judged() == []
