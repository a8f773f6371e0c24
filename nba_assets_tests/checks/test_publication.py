"""Checks of halts and published picks: green on good rows, and red, with names, on what each is there for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from nba_assets.checks.halt import ONE_ROW_PER_DATE, STATE_KNOWN
from nba_assets.checks.ledger import LEDGER_INTACT, PICKS_ACCOUNTED, summary
from nba_assets.checks.verdict import Batch, Verdict
from nba_assets.transforms.published_picks import DAMAGED
from nba_assets_tests.checks.batches import JAN_15, JAN_16, batch, scheduled
from nba_assets_tests.frames import GAME_ID, TIPOFF, frame, row

HALT, PUBLISHED, PICKS = "halt_state", "published_picks", "signal_best_bets_picks"
NOW = TIPOFF - timedelta(hours=2)


def halted(*reasons: str, **more: Any) -> dict[str, Any]:
    words = [f"Because of {reason}." for reason in reasons]
    return row(HALT, is_halted=bool(reasons), reasons=list(reasons), words=words, **more)


def test_every_date_has_one_row() -> None:
    found = ONE_ROW_PER_DATE.evaluate(batch(HALT, [halted("no_games")], dates=(JAN_15, JAN_16)))
    assert ONE_ROW_PER_DATE.blocking
    assert found == {JAN_15: Verdict(True, "halted: no_games"), JAN_16: Verdict(False, "0 rows")}
    assert ONE_ROW_PER_DATE.evaluate(batch(HALT, [halted()]))[JAN_15].description == "not halted"


def known(*rows: dict[str, Any], hours: float) -> Verdict:
    """So many hours before tip-off."""
    of = batch(HALT, rows, schedule=[scheduled(GAME_ID, tipoff_utc=TIPOFF)], now=TIPOFF - timedelta(hours=hours))
    return STATE_KNOWN.evaluate(of)[JAN_15]


def test_what_is_unknown_is_told_once_it_is_due() -> None:
    assert known(halted("manual"), hours=1).passed
    early = known(halted("unknown_state"), hours=3.1)
    assert early.passed and early.description == "not due yet: Because of unknown_state."
    late = known(halted("manual", "unknown_state"), hours=2.9)
    assert (late.passed, late.error) == (False, False)
    assert "unknown_state" in late.description


def test_a_damaged_ledger_blocks_by_name() -> None:
    bad = batch(PUBLISHED, [], quarantined=[(JAN_15, f"{DAMAGED}seq 3 was deleted; seq 5 was altered")])
    found = LEDGER_INTACT.evaluate(bad)[JAN_15]
    assert LEDGER_INTACT.blocking
    assert (found.passed, found.error) == (False, True)
    assert "seq 3 was deleted; seq 5 was altered" in found.description
    assert LEDGER_INTACT.evaluate(batch(PUBLISHED, [row(PUBLISHED)]))[JAN_15].passed
    assert LEDGER_INTACT.evaluate(batch(PUBLISHED, [], quarantined=[(JAN_15, "another reason")]))[JAN_15].passed


def accounted(*picks: dict[str, Any], rows: tuple[dict[str, Any], ...] = (), is_halted: bool = False) -> Verdict:
    state = row(HALT, is_halted=is_halted, as_of_ts=NOW)
    of: Batch = replace(
        batch(PUBLISHED, rows, now=NOW), inputs={PICKS: frame(PICKS, picks), HALT: frame(HALT, [state])}
    )
    return PICKS_ACCOUNTED.evaluate(of)[JAN_15]


def test_every_pick_is_published_or_it_is_told_why_not() -> None:
    backtest = row(PICKS, nba_player_id=2, prediction_made_before_game=False)
    late = row(PICKS, nba_player_id=3, tipoff_utc=NOW)
    assert accounted(row(PICKS), rows=(row(PUBLISHED),)).passed
    found = accounted(backtest, late, row(PICKS, nba_player_id=4, is_pick=False))
    assert found.passed
    assert "1 not published: computed after tip-off; 1 not published: too late" in found.description
    assert accounted(row(PICKS), is_halted=True).description.endswith("1 not published: halted")
    missing = accounted(row(PICKS))
    assert (missing.passed, missing.error) == (False, False)
    assert missing.description.endswith("not fully known: joelembiid")


def test_metadata_holds_the_last_entry_of_the_date() -> None:
    rows = [row(PUBLISHED, ledger_seq=seq, ledger_hash=f"{seq:064d}", nba_player_id=seq) for seq in (3, 7, 5)]
    assert summary(frame(PUBLISHED, rows)) == {"ledger/seq": 7, "ledger/hash": f"{7:064d}", "picks": 3}
