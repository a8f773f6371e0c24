"""One bad day inside a range: it is red and named, the other days and their downstream are written.

Each test breaks one thing on one date of a good landing folder and looks at verdicts, tables, events and quarantine.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nba_assets.backfill import BackfillReport
from nba_assets_tests.platform import Platform, platform
from nba_assets_tests.simulated import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, link_dates
from nba_assets_tests.team_boxscores import break_pace
from resources.landing_store import LocalLandingStore

FIRST, BAD, LAST = MONDAY, TUESDAY, FRIDAY
OTHERS = [MONDAY, THURSDAY, FRIDAY]  # the league rests on Wednesday


@pytest.fixture
def bad_day(simulated_landing: Path, tmp_path: Path) -> Iterator[Platform]:
    """A platform over a landing folder of its own, whose files may be replaced."""
    link_dates(simulated_landing, tmp_path / "landing", FIRST, LAST)
    with platform(tmp_path, entries=()) as p:
        yield p


def _files(p: Platform, folder: str, day: date = BAD) -> list[Path]:
    """Landing files of a date; what tells where they come from is not among them."""
    listed = LocalLandingStore(p.landing).list(f"{folder}/{day}")
    return [p.landing / file.path for file in listed]


def _replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def _edit(file: Path, change: Callable[[Any], None]) -> bytes:
    document = json.loads(gzip.decompress(file.read_bytes()))
    change(document)
    return gzip.compress(json.dumps(document).encode(), mtime=0)


def _red(report: BackfillReport, table: str) -> dict[str, str]:
    """Date -> the ERROR verdicts of a table."""
    failed = report.tables[table].failed
    return {day: "; ".join(f"{check}: {text}" for at, check, text in failed if at == day) for day, _, _ in failed}


def _dates(p: Platform, table: str) -> set[date]:
    return set(p.table(table)["game_date"])


def _assert_only_bad_day_missing(p: Platform, table: str) -> None:
    assert _dates(p, table) == set(OTHERS)
    assert {day.isoformat() for day in OTHERS} <= p.materialized(table)


@pytest.mark.parametrize("broken", [b"", b"{", b"\x1f\x8b\x08truncated"], ids=["empty", "not json", "truncated gzip"])
def test_a_file_that_cannot_be_read_is_named_and_the_rest_of_the_date_proceeds(
    bad_day: Platform, broken: bytes
) -> None:
    """One unreadable play-by-play file: the other games of the date keep theirs, the other dates never notice."""
    victim = _files(bad_day, "nba-com/play-by-play")[0]
    game = victim.parent.name.removeprefix("game-")
    _replace(victim, broken if broken[:2] == b"\x1f\x8b" else gzip.compress(broken))
    report = bad_day.backfill(FIRST, LAST)

    assert report.errors == []
    assert not report.ok
    assert set(_red(report, "nbac_play_by_play")) == {BAD.isoformat()}
    assert str(victim.relative_to(bad_day.landing)) in _red(report, "nbac_play_by_play")[BAD.isoformat()]
    assert bad_day.quarantined("nbac_play_by_play")["source_path"].to_list() == [
        str(victim.relative_to(bad_day.landing))
    ]
    games = bad_day.table("nbac_play_by_play").filter(game_date=BAD)["nba_game_id"].unique()
    assert game not in games
    assert len(games) == bad_day.table("nbac_schedule").filter(game_date=BAD).height - 1
    # Totals never wait for zones: the summaries of the date have every game, from the shot chart instead.
    summary = bad_day.table("player_game_summary").filter(game_date=BAD, nba_game_id=game)
    assert summary.height > 0
    assert set(summary.filter(is_active=True)["zone_source"]) == {"shot_chart"}
    assert _dates(bad_day, "player_game_summary") == {BAD, *OTHERS}


def test_a_corrected_newer_file_heals_the_date(bad_day: Platform) -> None:
    victim = _files(bad_day, "nba-com/player-boxscores")[0]
    good = victim.read_bytes()
    _replace(victim, good[: len(good) // 2])
    for file in _files(bad_day, "nba-com/cdn-boxscores"):
        file.unlink()
    first = bad_day.backfill(FIRST, LAST)
    assert "has no box score" in _red(first, "player_game_summary")[BAD.isoformat()]
    assert BAD not in _dates(bad_day, "player_game_summary")

    victim.with_name("20251224_190000.json.gz").write_bytes(good)
    victim.unlink()
    healed = bad_day.backfill(BAD)
    assert healed.ok, {name: table.failed for name, table in healed.tables.items()}
    assert bad_day.quarantined("nbac_player_boxscores").is_empty()
    assert BAD in _dates(bad_day, "player_game_summary")


def test_a_late_correction_wins_and_a_duplicate_changes_nothing(bad_day: Platform) -> None:
    """The corrected file is newer; the file it corrects stays where it is."""
    for file in _files(bad_day, "nba-com/cdn-boxscores"):
        file.unlink()
    bad_day.backfill(FIRST, LAST)
    before = bad_day.files()
    original = _files(bad_day, "nba-com/player-boxscores")[0]
    original.with_name("20251201_000000.json.gz").write_bytes(original.read_bytes())  # an older copy of the same
    bad_day.backfill(BAD)
    assert bad_day.files() == before

    def one_more_assist(document: Any) -> None:
        result = document["resultSets"][0]
        result["rowSet"][0][result["headers"].index("AST")] += 1

    player = json.loads(gzip.decompress(original.read_bytes()))["resultSets"][0]["rowSet"][0][1]
    original.with_name("20251225_120000.json.gz").write_bytes(_edit(original, one_more_assist))
    old = bad_day.table("player_game_summary").filter(game_date=BAD, nba_player_id=player)["assists"].item()
    assert bad_day.backfill(BAD).ok
    assert bad_day.table("player_game_summary").filter(game_date=BAD, nba_player_id=player)["assists"].item() == old + 1


def test_one_broken_row_leaves_the_others(bad_day: Platform) -> None:
    """A word where a number belongs costs its row, and the game that no longer adds up; not the date."""
    for file in _files(bad_day, "nba-com/cdn-boxscores"):
        file.unlink()
    victim = _files(bad_day, "nba-com/player-boxscores")[0]
    broken: dict[str, Any] = {}

    def word(document: Any) -> None:
        result = document["resultSets"][0]
        points = result["headers"].index("PTS")
        row = next(row for row in result["rowSet"] if row[points] > 5)
        broken.update(zip(result["headers"], row, strict=True))
        row[points] = "many"

    _replace(victim, _edit(victim, word))
    report = bad_day.backfill(FIRST, LAST)
    assert "points='many'" in _red(report, "nbac_player_boxscores")[BAD.isoformat()]
    assert broken["GAME_ID"] in bad_day.quarantined("nbac_player_boxscores")["row"].item()
    left_out = _red(report, "player_game_summary")
    assert set(left_out) == {BAD.isoformat()}
    assert "player points" in left_out[BAD.isoformat()]
    games = bad_day.table("player_game_summary").filter(game_date=BAD)["nba_game_id"].unique()
    scheduled = bad_day.table("nbac_schedule").filter(game_date=BAD)["nba_game_id"]
    assert set(games) == set(scheduled) - {broken["GAME_ID"]}


def test_a_failed_blocking_check_holds_back_its_date_and_only_its_date(bad_day: Platform) -> None:
    """A team row with an impossible pace breaks the offence table's contract; the defence table waits for that date."""
    break_pace(bad_day.landing, BAD.isoformat())
    report = bad_day.backfill(FIRST, LAST)

    assert report.errors == []
    red = _red(report, "team_offense_game_summary")
    assert set(red) == {BAD.isoformat()}
    assert "pace" in red[BAD.isoformat()]
    held = _red(report, "team_defense_game_summary")
    assert set(held) == {BAD.isoformat()}
    assert "held back" in held[BAD.isoformat()]
    assert "team_offense_game_summary" in held[BAD.isoformat()]
    for table in ("team_offense_game_summary", "team_defense_game_summary"):
        _assert_only_bad_day_missing(bad_day, table)
        assert BAD.isoformat() not in bad_day.materialized(table)
    assert _dates(bad_day, "nbac_team_boxscores") == {BAD, *OTHERS}


def test_a_bad_new_file_does_not_take_away_good_old_rows(bad_day: Platform) -> None:
    for file in _files(bad_day, "nba-com/cdn-boxscores"):
        file.unlink()
    bad_day.backfill(FIRST, LAST)
    before = bad_day.table("team_offense_game_summary")
    victim = _files(bad_day, "nba-com/team-boxscores")[0]

    def absurd(document: Any) -> None:
        result = document["resultSets"][0]
        headers, row = result["headers"], result["rowSet"][0]
        row[headers.index("FGA")] = 199
        row[headers.index("FTA")] = 119

    victim.with_name("20251226_120000.json.gz").write_bytes(_edit(victim, absurd))
    report = bad_day.backfill(FIRST, LAST)
    assert set(_red(report, "team_offense_game_summary")) == {BAD.isoformat()}
    assert bad_day.table("team_offense_game_summary").equals(before)


def test_a_single_date_that_cannot_be_written_fails_its_run(bad_day: Platform) -> None:
    """Without a schedule no game can be identified: the run is red, nothing pretends to be an empty day."""
    for file in (bad_day.landing / "nba-com/schedule").rglob("*.gz"):
        file.unlink()
    report = bad_day.backfill(BAD)
    assert "no readable document of season 2025-26" in report.errors[0]
    assert bad_day.files() == {} or all(path.startswith("nba_quarantine") for path in bad_day.files())
    assert bad_day.materialized("nbac_schedule") == set()


def test_tables_of_missing_inputs_wait_and_say_for_what(bad_day: Platform) -> None:
    """The summary alone, selected over dates of which one was never loaded."""
    bad_day.backfill(FIRST)
    bad_day.backfill(LAST)
    report = bad_day.backfill(WEDNESDAY, LAST, "player_game_summary")
    assert set(_red(report, "player_game_summary")) == {str(WEDNESDAY), str(THURSDAY)}
    text = _red(report, "player_game_summary")[str(THURSDAY)]
    assert "nba_raw.nbac_schedule" in text
    assert "odds_api_player_points_props" not in text, "a table may be without odds"
    assert _dates(bad_day, "player_game_summary") == {FIRST, LAST}
