"""The landing sensor over a real folder: what it reports, and what it says about files that it cannot place."""

import gzip
import json
import os
import shutil
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from nba_assets.automation.landing_sensor import landing_files
from nba_assets_tests.automation.conftest import ANNOUNCED, SCHEDULES, Week
from nba_assets_tests.automation.harness import Harness, et
from nba_assets_tests.simulated import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY

Seen = dict[str, list[date]]
WEEK = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]


def seen(events: list[dg.AssetMaterialization]) -> Seen:
    """Dates by landing dataset."""
    found = defaultdict(list)
    for event in events:
        found[event.asset_key.path[-1]].append(date.fromisoformat(event.partition or ""))
    return dict(found)


def schedule(week: Week, **changes: object) -> bytes:
    """The announced schedule with changes to the first game of the week."""
    document = json.loads(gzip.decompress(week.content(ANNOUNCED)))
    document["leagueSchedule"]["gameDates"][0]["games"][0].update(changes)
    return json.dumps(document).encode()


def test_files_are_reported_per_dataset_and_date(fresh: Harness, week: Week) -> None:
    paths = week.of(TUESDAY, "nba-com/player-boxscores", "nba-com/cdn-boxscores", "odds-api/game-lines-history")
    for path in paths:
        fresh.drop(path, week.content(path))
    events = fresh.sense()
    assert seen(events) == {
        dataset: [TUESDAY] for dataset in ("nba_boxscores", "nba_game_boxscores", "odds_game_lines")
    }
    lines = next(event for event in events if event.asset_key.path[-1] == "odds_game_lines")
    assert lines.metadata["files"].value == len(week.of(TUESDAY, "odds-api/game-lines-history"))
    assert fresh.sense() == []


@pytest.mark.parametrize("preserve", [False, True], ids=["cp", "cp -p"])
def test_a_copy_with_an_old_modification_time_is_seen(fresh: Harness, tmp_path: Path, preserve: bool) -> None:
    """`cp -p` and `rsync -a` keep the time of the download; a cursor over modification times never saw the file."""
    fresh.drop("nba-com/player-boxscores/2025-12-23/20251224_080500.json", b"{}")
    assert seen(fresh.sense()) == {"nba_boxscores": [TUESDAY]}
    old = tmp_path / "download.json"
    old.write_bytes(b"{ }")
    os.utime(old, (1_500_000_000, 1_500_000_000))
    target = fresh.platform.landing / "nba-com/player-boxscores/2025-12-22/20251223_080500.json"
    target.parent.mkdir()
    (shutil.copy2 if preserve else shutil.copy)(old, target)
    assert seen(fresh.sense()) == {"nba_boxscores": [MONDAY]}


def test_the_same_file_delivered_again_is_nothing_new(fresh: Harness) -> None:
    """`rsync` and restores rewrite files that are already there."""
    path = fresh.drop("nba-com/player-boxscores/2025-12-23/20251224_080500.json", b"{}")
    assert fresh.sense()
    copy = shutil.copy2(path, path.with_suffix(".aside"))
    Path(copy).replace(path)
    assert fresh.sense() == []


def test_an_unknown_folder_is_a_warning_and_the_tick_goes_on(
    fresh: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh.drop("nba-com/boxes/2025-12-23/20251224_080500.json", b"{}")
    fresh.drop("nba-com/player-boxscores/2025-12-23/20251224_080500.json", b"{}")
    assert seen(fresh.sense()) == {"nba_boxscores": [TUESDAY]}
    warning = "nba-com/boxes/2025-12-23/20251224_080500.json: no dataset puts files under 'nba-com/boxes'"
    assert f"WARNING - {warning}" in capsys.readouterr().err


def test_a_tick_without_news_says_what_it_saw(fresh: Harness) -> None:
    fresh.drop("nba-com/boxes/2025-12-23/20251224_080500.json", b"{}")
    fresh.drop("nba-com/player-boxscores/2026-02-07/20251224_080500.json", b"{}")
    with dg.build_sensor_context(instance=fresh.instance, resources=fresh.platform.resources) as context:
        message = landing_files.evaluate_tick(context).skip_message
    assert message == "no new landing files (1 for later dates, 1 that belong to no dataset)"


def test_the_first_schedule_of_a_season_tells_of_every_date_so_far(fresh: Harness, week: Week) -> None:
    """Days without games were never reported: they had no partition, and rosters of the days after never came."""
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    assert seen(fresh.sense()) == {"nba_schedule": WEEK}


def test_a_snapshot_touches_only_the_dates_it_changes(fresh: Harness, week: Week) -> None:
    """Schedules are fetched daily; each touched the whole season."""
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    fresh.sense()
    fresh.drop(f"{SCHEDULES}/20251223_120000.json", schedule(week))
    assert fresh.sense() == []
    fresh.drop(f"{SCHEDULES}/20251223_130000.json", schedule(week, arenaCity="Elsewhere"))
    assert seen(fresh.sense()) == {"nba_schedule": [MONDAY]}
    moved = {"gameDateEst": "2025-12-24T00:00:00Z"}
    fresh.drop(f"{SCHEDULES}/20251223_140000.json", schedule(week, arenaCity="Elsewhere", **moved))
    assert seen(fresh.sense()) == {"nba_schedule": [MONDAY, WEDNESDAY]}


def test_a_schedule_that_cannot_be_read_touches_today_until_one_can(fresh: Harness, week: Week) -> None:
    """After a broken download the same schedule came again: no game had changed, and today stayed red."""
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    fresh.sense()
    fresh.drop(f"{SCHEDULES}/20251225_120000.json", b'{"leagueSchedule": ')
    assert seen(fresh.sense()) == {"nba_schedule": [THURSDAY]}
    fresh.drop(f"{SCHEDULES}/20251225_130000.json", schedule(week))
    assert seen(fresh.sense()) == {"nba_schedule": [THURSDAY]}


@pytest.mark.parametrize("text", [None, "2025-02-30T00:00:00Z", "soon"])
def test_a_game_whose_date_cannot_be_read_does_not_stop_the_sensor(
    fresh: Harness, week: Week, text: str | None
) -> None:
    """Sorting a missing date among dates raised in every tick: nothing at all was reported any more."""
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    fresh.sense()
    fresh.drop(f"{SCHEDULES}/20251225_120000.json", schedule(week, gameDateEst=text))
    assert seen(fresh.sense()) == {"nba_schedule": [MONDAY]}


def test_a_new_day_is_told_by_the_schedule_and_by_files_that_were_early(fresh: Harness, week: Week) -> None:
    fresh.drop(ANNOUNCED, week.content(ANNOUNCED))
    early = week.of(FRIDAY, "odds-api/game-lines-history")
    for path in early:
        fresh.drop(path, week.content(path))
    assert seen(fresh.sense()) == {"nba_schedule": WEEK}
    fresh.now = et(FRIDAY, 1)
    assert seen(fresh.sense()) == {"nba_schedule": [FRIDAY], "odds_game_lines": [FRIDAY]}
    assert fresh.sense() == []
    fresh.now = et(FRIDAY + timedelta(days=3), 1)
    assert seen(fresh.sense()) == {"nba_schedule": [FRIDAY + timedelta(days=n) for n in (1, 2, 3)]}


def test_a_listing_that_fails_fails_the_tick(fresh: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreachable bucket is not an empty one: the cursor must not move."""
    fresh.drop("nba-com/player-boxscores/2025-12-23/20251224_080500.json", b"{}")
    with monkeypatch.context() as patch:
        patch.setattr(
            "resources.landing_store.os.scandir", lambda folder: (_ for _ in ()).throw(PermissionError(folder))
        )
        with pytest.raises(PermissionError):
            fresh.sense()
    assert seen(fresh.sense()) == {"nba_boxscores": [TUESDAY]}
