"""Judging a run: which dates may be written, what is left out, and that every date hears why.

Dangers covered: a row that belongs to no date vanishing, a bad date stopping its neighbours, a check that stays silent.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nba_assets.checks.contract import contract_check
from nba_assets.checks.judgement import Judgement, judge
from nba_assets.checks.verdict import Batch, TableCheck, Verdict
from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import Quarantine
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, LONG_AFTER, scheduled
from nba_assets_tests.frames import frame

DATES = [JAN_15, JAN_16, JAN_17]
TABLE = TABLES["nbac_schedule"]
UNREADABLE = pl.DataFrame(
    schema={name: Quarantine.columns()[name].dtype for name in ("game_date", "source_path", "reason", "row")}
)


def _fails_on(day: date, *, blocking: bool, error: bool = True) -> TableCheck:
    def evaluate(batch: Batch) -> Mapping[date, Verdict]:
        return {at: Verdict(at != day, "looked at", error=error) for at in batch.dates}

    return TableCheck("looked", "Fails on one date.", evaluate, blocking=blocking)


def _judged(
    rows: Sequence[Mapping[str, Any]],
    *checks: TableCheck,
    reasons: Sequence[str | None] | None = None,
    waiting: Mapping[date, str] | None = None,
) -> Judgement:
    built = frame("nbac_schedule", rows)
    return judge(
        TABLE,
        built.with_columns(pl.Series(QUARANTINE_REASON, reasons or [None] * len(rows), dtype=pl.String)),
        dates=DATES,
        unreadable=UNREADABLE,
        waiting=waiting or {},
        inputs={},
        checks=[contract_check(TABLE, holds_back=False), *checks],
        now=LONG_AFTER,
    )


def test_a_row_without_a_date_is_reported_on_every_date() -> None:
    """A game whose date and tip-off cannot be read once disappeared without a trace."""
    undated = scheduled("0022300562") | {"game_date": None}
    result = _judged([scheduled("0022300561"), undated], reasons=[None, "gameDateEst='soon' is not Date"])
    assert result.batch.rows["nba_game_id"].to_list() == ["0022300561"]
    assert result.batch.quarantined["game_date"].to_list() == DATES
    assert all(not result.verdicts["contract"][day].passed for day in DATES)
    assert result.dates_to_write == DATES


def test_a_failed_blocking_check_holds_back_its_date_only() -> None:
    result = _judged([scheduled("0022300561")], _fails_on(JAN_16, blocking=True))
    assert result.dates_to_write == [JAN_15, JAN_17]
    assert result.held_back == {JAN_16: "looked: looked at"}


def test_warnings_and_checks_that_do_not_block_hold_nothing_back() -> None:
    for check in (_fails_on(JAN_16, blocking=False), _fails_on(JAN_16, blocking=True, error=False)):
        result = _judged([scheduled("0022300561")], check)
        assert result.dates_to_write == DATES
        assert not result.verdicts["looked"][JAN_16].passed


def test_a_date_that_waits_is_not_judged_and_every_check_says_so() -> None:
    result = _judged(
        [scheduled("0022300561"), scheduled("0022300562", JAN_16)],
        _fails_on(JAN_17, blocking=False),
        waiting={JAN_16: "waits for nba_raw.x: no partition 2024-01-16"},
    )
    assert result.dates_to_write == [JAN_15, JAN_17]
    assert set(result.batch.rows["game_date"]) == {JAN_15}
    assert {name: set(verdicts) for name, verdicts in result.verdicts.items()} == {
        "contract": set(DATES),
        "looked": set(DATES),
    }
    waited = [result.verdicts[name][JAN_16] for name in ("contract", "looked")]
    assert [(v.passed, v.error) for v in waited] == [(False, True), (False, False)]
    assert "waits for nba_raw.x" in waited[0].description
