"""From candidates to the published record as assets: what is published is in the ledger, and the table follows it.

Dangers covered: a pick lost when a date is computed again, backfilled or its model disabled; a ledger that was tampered
with and is published from all the same; a halt that halts nothing; a date without a row because an input is missing.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from nba_assets.backfill import BackfillReport
from nba_assets.contracts import TABLES
from nba_assets_tests.frames import TIPOFF, frame, row
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.transforms.bets_support import CHAMPION, DAY, PLAYER, prediction

NOW = TIPOFF - timedelta(hours=3)
HOUR = timedelta(hours=1)
FIRST = DAY - timedelta(days=4)
NEXT = DAY + timedelta(days=1)
DATES = [FIRST + timedelta(days=n) for n in range(6)]
HALT, PICKS, PUBLISHED = "halt_state", "signal_best_bets_picks", "published_picks"
SELECT = f"{HALT},{PICKS},{PUBLISHED}"
OTHER = PLAYER + 1


def predicted(player: int = PLAYER, **more: Any) -> dict[str, Any]:
    lookup = f"player{player}"
    return prediction(nba_player_id=player, player_lookup=lookup, prediction_id=f"{DAY}_{lookup}_{CHAMPION}", **more)


def store(p: Platform, name: str, *rows: dict[str, Any]) -> None:
    p.warehouse.replace(TABLES[name], DATES, frame(name, rows))


def fill(p: Platform) -> None:
    """Three hours before tip-off of a date on which nothing halts, with one pick to publish."""
    games = [
        row("nbac_schedule", game_date=FIRST + timedelta(days=n), nba_game_id=f"002230056{n}", game_status=1)
        for n in range(3)
    ]
    store(p, "nbac_schedule", *games, row("nbac_schedule", game_status=1))
    store(p, "upcoming_player_game_context", row("upcoming_player_game_context", line_snapshot_ts=NOW - HOUR))
    store(p, "ml_feature_store_v2", row("ml_feature_store_v2"))
    store(p, "player_prop_predictions", predicted())
    store(p, "model_performance_daily", row("model_performance_daily", game_date=FIRST + timedelta(days=2)))
    p.clock.instant = NOW


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Definitions take longer to build than these assets to run."""
    with platform(tmp_path_factory.mktemp("publication")) as p:
        yield p


@pytest.fixture
def tonight(built: Platform) -> Platform:
    """Filled anew: nothing was computed, halted or published before."""
    for folder in (built.warehouse.root, built.ledger.path.parent):
        shutil.rmtree(folder, ignore_errors=True)
    fill(built)
    return built


def record(p: Platform) -> list[tuple[int, str, float, str]]:
    return [
        (found["nba_player_id"], found["last_event"], found["line"], found["player_lookup"])
        for found in p.table(PUBLISHED).to_dicts()
    ]


def red(report: BackfillReport) -> str:
    return "; ".join(f"{check}: {text}" for _, check, text in report.tables[PUBLISHED].failed)


BET = (PLAYER, "published", 27.5, f"player{PLAYER}")


def test_a_pick_is_published_and_stays_whatever_follows(tonight: Platform) -> None:
    p = tonight
    assert p.backfill(DAY, select=SELECT).ok
    assert record(p) == [BET]
    ledger = p.ledger.path.read_bytes()
    first = p.files()

    # The same again.
    assert p.backfill(DAY, select=SELECT).ok
    assert (p.ledger.path.read_bytes(), record(p)) == (ledger, [BET])
    assert {name: content for name, content in p.files().items() if PUBLISHED in name} == {
        name: content for name, content in first.items() if PUBLISHED in name
    }

    # The model is disabled, and somebody else is picked.
    p.clock.instant = NOW + HOUR
    store(p, "player_prop_predictions", predicted(model_status="shadow"), predicted(OTHER, created_at=NOW))
    assert p.backfill(DAY, select=SELECT).ok
    disabled = (PLAYER, "model_disabled", 27.5, f"player{PLAYER}")
    assert record(p) == [disabled, (OTHER, "published", 27.5, f"player{OTHER}")]

    # After the game everything is computed anew, without predictions, in a range.
    ledger = p.ledger.path.read_bytes()
    before = record(p)
    p.clock.instant = TIPOFF + timedelta(days=40)
    store(p, "player_prop_predictions")
    p.backfill(FIRST, NEXT, SELECT)
    assert (p.ledger.path.read_bytes(), record(p)) == (ledger, before)

    # The warehouse is lost.
    for file in (p.warehouse.root / "nba_predictions" / PUBLISHED).rglob("*.parquet"):
        file.unlink()
    assert p.backfill(DAY, select=PUBLISHED).ok
    assert record(p) == before


def test_backtests_are_never_published(tonight: Platform) -> None:
    p = tonight
    p.clock.instant = TIPOFF + HOUR
    store(p, "player_prop_predictions", predicted(created_at=TIPOFF + HOUR, prediction_made_before_game=False))
    assert p.backfill(FIRST, NEXT, SELECT).ok
    assert p.table(PICKS)["is_pick"].to_list() == [True]
    assert record(p) == []
    assert not p.ledger.path.exists()
    assert "1 not published: computed after tip-off" in _verdict(p, "picks_accounted")


def _verdict(p: Platform, check: str) -> str:
    key = dg.AssetCheckKey(dg.AssetKey(["nba_predictions", PUBLISHED]), check)
    records = p.instance.event_log_storage.get_asset_check_execution_history(key, limit=20)
    evaluations = [record.event.dagster_event.asset_check_evaluation_data for record in records]  # type: ignore[union-attr]
    return next(found.description for found in evaluations if found.partition == str(DAY)) or ""


def delete(lines: list[bytes]) -> list[bytes]:
    return lines[1:]


def alter(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"line":27.5', b'"line":31.5'), *lines[1:]]


def reorder(lines: list[bytes]) -> list[bytes]:
    return lines[::-1]


def back_date(lines: list[bytes]) -> list[bytes]:
    at = json.loads(lines[1])["at"].encode()
    return [lines[0], lines[1].replace(at, b"2024-01-14T12:00:00.000000+00:00")]


def truncate(lines: list[bytes]) -> list[bytes]:
    return lines[:1]


def double(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[1]]


DRILL = {
    "delete": (delete, "seq 1 was deleted"),
    "alter": (alter, "seq 1 was altered"),
    "reorder": (reorder, "seq 1 stands after seq 2"),
    "back-date": (back_date, "seq 2 is back-dated to 2024-01-14"),
    "truncate": (truncate, "seq 2 was acknowledged and is cut off"),
    "double": (double, "seq 2 stands 2 times"),
}


def test_a_ledger_that_was_tampered_with_stops_publication(tonight: Platform) -> None:
    """Named in a red check; nothing is appended, the stored rows stay, and a restored ledger goes on."""
    p = tonight
    store(p, "player_prop_predictions", predicted(), predicted(OTHER))
    assert p.backfill(DAY, select=SELECT).ok
    good, table = p.ledger.path.read_bytes(), record(p)
    assert len(table) == 2
    p.clock.instant = NOW + HOUR
    store(p, "player_prop_predictions", predicted(predicted_points=22.0, line_margin=-5.5))
    assert p.backfill(DAY, select=PICKS).ok
    for attack, named in DRILL.values():
        p.ledger.path.write_bytes(b"".join(attack(good.splitlines(keepends=True))))
        damaged = p.ledger.path.read_bytes()
        report = p.backfill(DAY, select=PUBLISHED)
        assert not report.ok
        assert "ledger_intact: nothing was published" in red(report)
        assert named in red(report)
        assert (p.ledger.path.read_bytes(), record(p)) == (damaged, table)
    p.ledger.path.write_bytes(good)
    assert p.backfill(DAY, select=PUBLISHED).ok
    assert [found[1] for found in record(p)] == ["refreshed", "dropped_from_signal"]


def test_a_ledger_that_is_gone_is_missed_by_the_table(tonight: Platform) -> None:
    """A new, empty ledger is whole in itself; what was published is in the warehouse."""
    p = tonight
    assert p.backfill(DAY, select=SELECT).ok
    for file in p.ledger.path.parent.iterdir():
        file.unlink()
    report = p.backfill(DAY, select=SELECT)
    assert "seq 1 was acknowledged and is cut off" in red(report)
    assert record(p) == [BET]


def test_a_halt_suppresses_picks_and_publishes_why(tonight: Platform) -> None:
    p = tonight
    p.halts.halt("books are down", "ann", NOW)
    assert p.backfill(DAY, select=SELECT).ok
    (state,) = p.table(HALT).to_dicts()
    assert (state["reasons"], state["halted_since"]) == (["manual"], DAY)
    assert "books are down (ann, from 2024-01-15 until further notice)" in state["words"][0]
    (candidate,) = p.table(PICKS).to_dicts()
    assert (candidate["rejected_by"], candidate["halt_reasons"]) == ("halted", ["manual"])
    assert record(p) == []
    p.halts.resume("fixed", "ann", NOW)
    assert p.backfill(DAY, select=SELECT).ok
    assert record(p) == [BET]


def test_a_halt_that_is_not_in_the_table_yet_holds_at_publication(tonight: Platform) -> None:
    p = tonight
    assert p.backfill(DAY, select=f"{HALT},{PICKS}").ok
    p.halts.halt("books are down", "ann", NOW)
    p.backfill(DAY, select=PUBLISHED)
    assert record(p) == []


def test_an_edited_halt_file_halts(tonight: Platform) -> None:
    p = tonight
    p.halts.halt("books are down", "ann", NOW)
    p.halts.log.path.write_bytes(b"")
    p.backfill(DAY, select=SELECT)
    assert p.table(HALT)["words"].to_list() == [["Nothing is known of halts that people placed."]]
    assert record(p) == []


def test_a_missing_input_halts_with_a_row(tonight: Platform) -> None:
    """Also of a date nobody has computed anything for; the schedule alone is needed."""
    p = tonight
    for name in ("upcoming_player_game_context", "ml_feature_store_v2", "player_prop_predictions"):
        for file in (p.warehouse.root / TABLES[name].dataset / name / f"game_date={DAY}").iterdir():
            file.unlink()
    p.backfill(FIRST, NEXT, HALT)
    states = {state["game_date"]: state for state in p.table(HALT).to_dicts()}
    assert list(states) == DATES
    assert states[DAY]["reasons"] == ["unknown_state"]
    assert "the quotes, the features, the predictions" in states[DAY]["words"][0]
    assert states[NEXT]["reasons"] == ["no_games"]
    assert states[FIRST]["reasons"] == ["too_little_history"]


def test_halted_since_reaches_back_over_runs(tonight: Platform) -> None:
    p = tonight
    p.backfill(FIRST, DATES[1], select=HALT)
    p.backfill(DATES[2], NEXT, select=HALT)
    found = {state["game_date"]: state["halted_since"] for state in p.table(HALT).to_dicts()}
    assert found == {
        DATES[0]: FIRST, DATES[1]: FIRST, DATES[2]: FIRST, DATES[3]: DATES[3], DAY: None, NEXT: NEXT,
    }  # fmt: skip
