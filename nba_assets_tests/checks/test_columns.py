"""The variety check: a constant is seen, honest nulls are named, small slates are not accused."""

from typing import Any

from nba_assets.checks.columns import Varies, columns_vary
from nba_assets.checks.verdict import Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, batch
from nba_assets_tests.frames import row

TABLE = "upcoming_team_game_context"
PACE = columns_vary([Varies("pace_last_10", 3)], rows_at_least=4)


def judged(column: str, values: list[Any], check: Any = PACE, **shared: Any) -> Verdict:
    rows = [row(TABLE, **{column: value}, **shared) for value in values]
    return check.evaluate(batch(TABLE, rows))[JAN_15]


def test_enough_variety_passes() -> None:
    verdict = judged("pace_last_10", [98.0, 99.0, 100.0, 100.0])
    assert (verdict.passed, verdict.description) == (True, "1 columns vary over 4 rows")


def test_a_constant_is_an_error() -> None:
    verdict = judged("pace_last_10", [100.0] * 4 + [None])
    assert (verdict.passed, verdict.error, verdict.description) == (False, True, "constant: pace_last_10")


def test_all_null_and_poor_columns_are_named_as_warnings() -> None:
    empty = judged("pace_last_10", [None] * 4)
    assert (empty.passed, empty.error, empty.description) == (False, False, "all null: pace_last_10")
    poor = judged("pace_last_10", [99.0, 100.0, 100.0, 100.0])
    assert (poor.error, poor.description) == (False, "few distinct values: pace_last_10 2 < 3")


def test_too_few_rows_and_days_without_rows_are_not_judged() -> None:
    assert judged("pace_last_10", [100.0] * 3).passed
    assert judged("pace_last_10", [100.0] * 3 + [None] * 9).passed
    verdicts = PACE.evaluate(batch(TABLE, [row(TABLE)], dates=(JAN_15, JAN_16)))
    assert [verdicts[day].description for day in (JAN_15, JAN_16)] == [
        "1 rows: too few to judge",
        "0 rows: too few to judge",
    ]


def test_a_small_slate_needs_no_more_values_than_it_has_groups() -> None:
    check = columns_vary([Varies("game_total", 5, per="nba_game_id")], rows_at_least=4)
    one_game = judged("game_total", [220.0] * 4, check)
    assert one_game.passed
    other = [row(TABLE, nba_game_id="0022300569")]
    assert check.evaluate(batch(TABLE, other + [row(TABLE, game_total=220.0)] * 4))[JAN_15].passed
    games = [row(TABLE, game_total=220.0, nba_game_id=f"002230056{n // 2}") for n in range(4)]
    verdict = check.evaluate(batch(TABLE, games))[JAN_15]
    assert (verdict.passed, verdict.error) == (False, True)


def test_one_value_may_be_allowed() -> None:
    check = columns_vary([Varies("has_injury_report", 1)], rows_at_least=4)
    assert judged("has_injury_report", [True] * 4, check).passed


def test_nulls_that_another_check_reports_are_not_reported_twice() -> None:
    check = columns_vary([Varies("game_total", may_be_null=True)], rows_at_least=4)
    assert judged("game_total", [None] * 4, check).passed
    assert judged("game_total", [224.0] * 4, check).error


def test_each_date_is_judged_alone() -> None:
    varied = [row(TABLE, pace_last_10=float(90 + n)) for n in range(4)]
    dead = [row(TABLE, pace_last_10=90.0, game_date=JAN_16) for _ in range(4)]
    verdicts = PACE.evaluate(batch(TABLE, varied + dead, dates=(JAN_15, JAN_16)))
    assert [verdicts[day].passed for day in (JAN_15, JAN_16)] == [True, False]
