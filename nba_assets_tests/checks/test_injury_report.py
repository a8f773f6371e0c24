"""Teams the injury report does not speak of: their players must not be taken for healthy.

Danger covered: reports that stop arriving, or a team that never submits, without anybody noticing.
"""

from datetime import timedelta
from typing import Any

from nba_assets.checks.injury_report import REPORTS_OF_EVERY_TEAM
from nba_assets.checks.verdict import Verdict
from nba_assets_tests.checks.batches import JAN_15, JAN_16, batch, scheduled
from nba_assets_tests.frames import GAME_ID, TIPOFF, row

NOTHING = {"player_name_original": "", "player_name": None, "injury_status": "not_yet_submitted"}


def listed(team: str, hours_before: float = 2, **more: Any) -> dict[str, Any]:
    when = {"report_ts": TIPOFF - timedelta(hours=hours_before), "tipoff_utc": TIPOFF}
    return row("nbac_injury_report", team_abbr=team, **when, **more)


def judged(*rows: dict[str, Any], **more: Any) -> Verdict:
    return REPORTS_OF_EVERY_TEAM.evaluate(batch("nbac_injury_report", rows, schedule=[scheduled(GAME_ID)], **more))[
        JAN_15
    ]


def test_both_teams_submitted() -> None:
    verdict = judged(listed("PHI"), listed("PHI", player_name_original="Other, Ann"), listed("NYK"))
    assert verdict.passed
    assert verdict.description == "all 2 teams that have tipped off had submitted"


def test_a_team_in_no_report_is_a_warning() -> None:
    verdict = judged(listed("PHI"))
    assert (verdict.passed, verdict.error) == (False, False)
    assert verdict.description == "of 2 teams 1 in no report before tip-off: NYK"
    assert verdict.metadata == {"teams": 2, "teams_in_no_report": 1, "teams_not_submitted": 0}


def test_the_last_report_before_tip_off_counts() -> None:
    late = judged(listed("PHI"), listed("NYK", 5, **NOTHING), listed("NYK", 1))
    assert late.passed
    never = judged(listed("PHI"), listed("NYK", 5), listed("NYK", 1, **NOTHING), listed("NYK", -1))
    assert never.description == "of 2 teams 1 not yet submitted in the last: NYK"
    assert never.metadata["teams_not_submitted"] == 1


def test_no_report_at_all_names_every_team_once_the_game_has_begun() -> None:
    assert judged().description == "of 2 teams 2 in no report before tip-off: NYK; PHI"
    before = judged(now=TIPOFF - timedelta(minutes=1))
    assert (before.passed, before.description) == (True, "no game has tipped off")


def test_dates_do_not_mix_and_a_date_without_games_passes() -> None:
    verdicts = REPORTS_OF_EVERY_TEAM.evaluate(
        batch("nbac_injury_report", [], dates=[JAN_15, JAN_16], schedule=[scheduled(GAME_ID)])
    )
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: False, JAN_16: True}
    assert not REPORTS_OF_EVERY_TEAM.blocking
