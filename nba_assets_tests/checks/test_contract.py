"""The contract check: a row that does not fit is left out by itself, with the column and the rule in words.

Dangers covered: one bad row that stops a date, or slips through; a reason nobody can act on; a programming error that
is quarantined row by row until the table is empty.
"""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.checks.contract import CONTRACT, contract_check, number_rows, split_by_contract
from nba_assets.contracts import TABLES
from nba_assets.contracts.quarantine import Quarantine, quarantine_of
from nba_assets.transforms.documents import QUARANTINE_REASON, UNMATCHED
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, batch, quarantine
from nba_assets_tests.frames import frame, row

SCHEDULE = TABLES["nbac_schedule"]
GOOD = row("nbac_schedule")


def split(*rows: dict[str, Any], reasons: list[str | None] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    given_frame = frame("nbac_schedule", rows)
    if reasons is not None:
        given_frame = given_frame.with_columns(pl.Series(QUARANTINE_REASON, reasons, pl.String))
    return split_by_contract(SCHEDULE, given_frame)


# --- splitting


def test_good_rows_pass_unchanged_and_the_quarantine_is_typed_and_empty() -> None:
    good, left_out = split(GOOD)
    assert good.equals(frame("nbac_schedule", [GOOD]))
    assert left_out.is_empty()
    assert left_out.schema == quarantine_of(SCHEDULE).polars_schema


def test_an_empty_frame_gives_two_typed_empty_frames() -> None:
    good, left_out = split()
    assert good.schema == SCHEDULE.polars_schema
    assert left_out.schema == quarantine_of(SCHEDULE).polars_schema


@pytest.mark.parametrize(
    ("broken", "column", "rule"),
    [
        ({"home_team_abbr": "Sixers"}, "home_team_abbr", "regex"),
        ({"home_team_id": None}, "home_team_id", "nullability"),
        ({"game_status": 7}, "game_status", "is_in"),
        ({"home_team_score": -1}, "home_team_score", "min"),
        ({"nba_game_id": "22300561"}, "nba_game_id", "regex"),
        ({"source_path": ""}, "source_path", "min_length"),
    ],
)
def test_a_broken_row_is_left_out_alone_and_the_reason_names_column_and_rule(
    broken: dict[str, Any], column: str, rule: str
) -> None:
    other = GOOD | {"nba_game_id": "0022300562", "home_team_abbr": "BOS"}
    good, left_out = split(other, GOOD | broken)
    assert good["nba_game_id"].to_list() == ["0022300562"]
    (entry,) = left_out.to_dicts()
    assert entry["reason"] == f"contract: {column} {rule}"
    assert entry["game_date"] == GOOD["game_date"]
    assert entry["source_path"] == (GOOD | broken)["source_path"]


def test_all_broken_rules_of_a_row_are_named() -> None:
    _, left_out = split(GOOD | {"home_team_abbr": "Sixers", "game_status": 7})
    (reason,) = left_out["reason"]
    assert reason.startswith("contract: ")
    assert {"home_team_abbr regex", "game_status is_in"} <= set(reason.removeprefix("contract: ").split(", "))


def test_both_rows_of_a_duplicate_key_are_left_out() -> None:
    """Keeping the first would be keeping a random one."""
    good, left_out = split(GOOD, GOOD | {"home_team_abbr": "BOS", "away_team_abbr": "MIA"})
    assert good.is_empty()
    assert left_out["reason"].str.contains("primary_key").to_list() == [True, True]


def test_a_rule_over_several_rows_is_named_too() -> None:
    """Odds find their game by date and teams: two games of the same teams on a date would both get them."""
    _, left_out = split(GOOD, GOOD | {"nba_game_id": "0022300562"})
    assert left_out["reason"].to_list() == ["contract: one_game_per_date_and_teams"] * 2


def test_the_row_is_kept_as_json_without_the_reason() -> None:
    """Somebody will want to see what exactly was wrong, months later."""
    _, left_out = split(GOOD | {"home_team_abbr": "Sixers"})
    kept = pl.Series(left_out["row"]).str.json_decode(SCHEDULE.polars_schema.to_frame().select(
        "home_team_abbr", "nba_game_id", "home_team_score").to_struct("row").dtype
    ).struct.unnest()  # fmt: skip
    assert kept.rows() == [("Sixers", GOOD["nba_game_id"], GOOD["home_team_score"])]
    assert QUARANTINE_REASON not in left_out["row"][0]


def test_rows_marked_by_their_builder_keep_their_reason_and_are_not_judged_again() -> None:
    good, left_out = split(GOOD, GOOD | {"home_team_abbr": None}, reasons=[None, "team 7 is unknown"])
    assert good.height == 1
    assert left_out["reason"].to_list() == ["team 7 is unknown"]


def test_a_marked_row_does_not_spoil_the_good_row_of_the_same_key() -> None:
    """The duplicate that was marked is not in the table, so the key is unique."""
    good, left_out = split(GOOD, GOOD, reasons=[None, "superseded"])
    assert good.height == left_out.height == 1


def test_marked_and_broken_rows_come_together_and_are_numbered_by_date() -> None:
    rows = [GOOD | {"game_date": day, "nba_game_id": f"002230056{n}"} for n, day in enumerate((JAN_15, JAN_16, JAN_15))]
    rows[2]["game_status"] = 9
    _, left_out = split(*rows, reasons=["marked", "marked", None])
    assert left_out.select("game_date", "row_no", "reason").rows() == [
        (JAN_15, 0, "contract: game_status is_in"),
        (JAN_15, 1, "marked"),
        (JAN_16, 0, "marked"),
    ]
    quarantine_of(SCHEDULE).schema.validate(left_out)


def test_a_table_without_source_path_quarantines_too() -> None:
    broken = row("player_game_summary", points=11)
    good, left_out = split_by_contract(TABLES["player_game_summary"], frame("player_game_summary", [broken]))
    assert good.is_empty()
    assert left_out["reason"].to_list() == ["contract: points_add_up"]
    assert left_out["source_path"].to_list() == [None]


@pytest.mark.parametrize("spoil", [lambda f: f.drop("game_status"), lambda f: f.cast({"game_status": pl.String})])
def test_a_frame_that_is_wrong_as_a_whole_raises(spoil: Any) -> None:
    """That is our mistake: quarantining every row of every date would hide it."""
    with pytest.raises(Exception, match="game_status"):
        split_by_contract(SCHEDULE, spoil(frame("nbac_schedule", [GOOD])))


@given(st.permutations(range(6)))
def test_the_same_entries_are_always_the_same_rows(order: list[int]) -> None:
    """Else every re-run of an unchanged date would rewrite its quarantine."""
    entries = [(day, reason) for day in (JAN_15, JAN_16) for reason in ("a", "b", "b")]
    assert quarantine(*[entries[n] for n in order]).equals(quarantine(*entries))
    assert number_rows(quarantine(*entries)).columns == Quarantine.column_names()


# --- the verdict


RAW = contract_check(SCHEDULE, holds_back=False)
SUMMARY = contract_check(TABLES["player_game_summary"], holds_back=True)


def test_raw_tables_inform_and_summaries_hold_their_date_back() -> None:
    """A provider's bad row must not stop a date; our own bad row must."""
    assert RAW.name == SUMMARY.name == CONTRACT
    assert (RAW.blocking, SUMMARY.blocking) == (False, True)
    assert "nba_raw.nbac_schedule" in RAW.description


def test_dates_of_one_batch_get_their_own_verdicts() -> None:
    given_batch = batch(
        "nbac_schedule",
        [GOOD, GOOD | {"game_date": JAN_16, "nba_game_id": "0022300562"}],
        dates=[JAN_15, JAN_16, JAN_17],
        quarantined=[(JAN_16, "contract: game_status is_in"), (JAN_16, "file cannot be read")],
    )
    verdicts = RAW.evaluate(given_batch)
    assert {day: verdict.passed for day, verdict in verdicts.items()} == {JAN_15: True, JAN_16: False, JAN_17: True}
    assert verdicts[JAN_15].description == "1 rows fit the contract"
    assert verdicts[JAN_16].error
    assert verdicts[JAN_16].description.startswith("2 left out, 1 rows fit: ")
    assert verdicts[JAN_16].metadata["see"] == "nba_quarantine.nbac_schedule"
    assert verdicts[JAN_17].metadata == {"rows": 0}


def test_an_empty_batch_passes() -> None:
    assert RAW.evaluate(batch("nbac_schedule"))[JAN_15].passed
    assert SUMMARY.evaluate(batch("player_game_summary"))[JAN_15].passed
    assert RAW.evaluate(batch("nbac_schedule", dates=[])) == {}


def test_a_summary_is_not_held_back_for_games_its_builder_left_out() -> None:
    """Only a broken contract is our mistake; a game that does not add up has a check of its own."""
    builder = batch("player_game_summary", quarantined=[(JAN_15, "game 0022300561: points differ")])
    broken = batch("player_game_summary", quarantined=[(JAN_15, "contract: points_add_up")])
    assert SUMMARY.evaluate(builder)[JAN_15].passed
    verdict = SUMMARY.evaluate(broken)[JAN_15]
    assert (verdict.passed, verdict.error) == (False, True)
    assert "points_add_up" in verdict.description


def test_sound_rows_without_a_game_warn_and_a_broken_one_among_them_is_an_error() -> None:
    """Odds of a postponed game are nobody's mistake; a broken file beside them still is."""
    unmatched = (JAN_15, f"{UNMATCHED}no game PHI-NYK on that date")
    only = RAW.evaluate(batch("nbac_schedule", quarantined=[unmatched]))[JAN_15]
    both = RAW.evaluate(batch("nbac_schedule", quarantined=[unmatched, (JAN_15, "not valid JSON")]))[JAN_15]
    assert (only.passed, only.error) == (False, False)
    assert (both.passed, both.error) == (False, True)


def test_the_same_reason_in_many_rows_is_said_once() -> None:
    """A broken season must stay readable."""
    verdict = RAW.evaluate(batch("nbac_schedule", quarantined=[(JAN_15, "contract: game_status is_in")] * 300))[JAN_15]
    assert verdict.description == "300 left out, 0 rows fit: contract: game_status is_in"


def test_verdicts_do_not_depend_on_the_clock() -> None:
    early = batch("nbac_schedule", [GOOD], now=datetime(2024, 1, 1, tzinfo=UTC))
    assert RAW.evaluate(early) == RAW.evaluate(batch("nbac_schedule", [GOOD]))
