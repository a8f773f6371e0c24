"""Names the sportsbooks write and nobody knows: counted, named, and never silently without a prediction.

Danger covered: a player whose lines are lost because a book spells him differently.
"""

from typing import Any

from nba_assets.checks.odds import NAMES_RESOLVED
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch
from nba_assets_tests.frames import row


def quote(name: str, player: int | None, **more: Any) -> dict[str, Any]:
    return row("odds_api_player_points_props", player_name=name, nba_player_id=player, **more)


def test_all_names_known() -> None:
    rows = [quote("Joel Embiid", 203954), quote("Joel Embiid", 203954, bookmaker="fanduel"), quote("OG Anunoby", 2)]
    verdict = NAMES_RESOLVED.evaluate(batch("odds_api_player_points_props", rows))[JAN_15]
    assert verdict.passed
    assert verdict.description == "all 2 names resolved"
    assert verdict.metadata == {"names": 2, "unresolved": 0, "in_play_rows": 0, "rows": 3}


def test_unknown_names_are_listed_once_as_a_warning() -> None:
    rows = [quote("Joel Embiid", 203954)] + [
        quote("Joel Embid", None, bookmaker=book) for book in ("draftkings", "fanduel")
    ]
    verdict = NAMES_RESOLVED.evaluate(batch("odds_api_player_points_props", rows))[JAN_15]
    assert not NAMES_RESOLVED.blocking
    assert (verdict.passed, verdict.error) == (False, False)
    assert verdict.description == "1 names unresolved (see nba_raw.unresolved_names): Joel Embid"
    assert verdict.metadata["unresolved"] == 1


def test_a_name_quoted_before_and_during_play_is_one_name() -> None:
    rows = [quote("Joel Embid", None), quote("Joel Embid", None, is_in_play=True, minutes_before_tipoff=-30)]
    verdict = NAMES_RESOLVED.evaluate(batch("odds_api_player_points_props", rows))[JAN_15]
    assert verdict.metadata == {"names": 1, "unresolved": 1, "in_play_rows": 1, "rows": 2}


def test_a_date_without_quotes_passes_and_dates_do_not_mix() -> None:
    rows = [quote("Joel Embid", None), quote("Joel Embiid", 203954, game_date=JAN_16)]
    verdicts = NAMES_RESOLVED.evaluate(batch("odds_api_player_points_props", rows, dates=[JAN_15, JAN_16, JAN_17]))
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: False, JAN_16: True, JAN_17: True}
    assert verdicts[JAN_17].description == "no quotes"
