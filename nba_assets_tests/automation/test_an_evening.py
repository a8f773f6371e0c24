"""A SIMULATED evening by automation alone: files land, and models, predictions, their versions and grades follow.

Dangers covered: a forecast that waits for somebody to start it, or that nobody makes again when lines move; one that is
made after tip-off; a grade that never comes, or comes twice.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ml_models.systems import ROSTER, Entry
from nba_assets.checks.models import checks_of
from nba_assets.checks.verdict import Verdict
from nba_assets.defs import models
from nba_assets_tests.automation.conftest import ANNOUNCED, SCHEDULES
from nba_assets_tests.automation.harness import Harness, Settled
from nba_assets_tests.platform import platform, register_made_up
from nba_assets_tests.simulated import FIRST, MONDAY, TUESDAY, link_dates
from resources.landing_store import LocalLandingStore
from resources.model_store import ModelStore

SYSTEMS = ("market_line", "ewma_baseline")
YESTERDAY = MONDAY - timedelta(days=1)
PREDICTIONS, GRADES = "player_prop_predictions", "prediction_accuracy"
# Snapshots of odds are of 18:00Z and of 30 minutes before each tip-off; games begin between 0:00Z and 3:10Z.
AFTERNOON = datetime(2025, 12, 22, 19, 0, tzinfo=UTC)
FIRST_GAME_ON = datetime(2025, 12, 23, 0, 20, tzinfo=UTC)
ALL_GAMES_ON = datetime(2025, 12, 23, 4, 30, tzinfo=UTC)
NEXT_DAY = datetime(2025, 12, 23, 15, 0, tzinfo=UTC)
PLAYED = f"{SCHEDULES}/20251230_120500.json.gz"


class Evening:
    """A harness, and the files of MONDAY to feed it."""

    def __init__(self, harness: Harness, landing: Path) -> None:
        self.harness = harness
        self.landing = landing

    def at(self, now: datetime, *paths: str) -> Settled:
        """These files land at that instant."""
        self.harness.now = now
        for path in paths:
            self.harness.drop(path, (self.landing / path).read_bytes())
        return self.harness.settle()

    def of_monday(self, folder: str, ending: str = "") -> list[str]:
        files = (file.path for file in LocalLandingStore(self.landing).list(f"{folder}/{MONDAY}"))
        return [path for path in files if path.endswith(f"{ending}.json.gz")]

    def schedule(self, name: str, played_until: date) -> str:
        """A document as of a morning: these dates are played, those to TUESDAY are announced."""
        played, announced = (_dates(self.landing / path) for path in (PLAYED, ANNOUNCED))
        document = json.loads(gzip.decompress((self.landing / PLAYED).read_bytes()))
        document["leagueSchedule"]["gameDates"] = [
            (played if day <= played_until else announced)[day] for day in played if FIRST <= day <= TUESDAY
        ]
        path = f"{SCHEDULES}/{name}.json"
        (self.landing / path).write_text(json.dumps(document))
        return path

    def table(self, name: str = PREDICTIONS) -> pl.DataFrame:
        return self.harness.platform.table(name).filter(game_date=MONDAY)


def _dates(schedule: Path) -> dict[date, Any]:
    season = json.loads(gzip.decompress(schedule.read_bytes()))["leagueSchedule"]["gameDates"]
    return {date.fromisoformat(day["games"][0]["gameDateEst"][:10]): day for day in season}


def _made_up_model(entry: Entry, _walk: Any, _games: Any, monday: date, store: ModelStore, **_: bool) -> models._Week:
    """Two dates are no season: the week's model is fitted on made-up rows."""
    register_made_up(store, entry, monday)
    return models._Week({}, {check.name: Verdict(True, "made up") for check in checks_of(entry)})


@pytest.fixture
def evening(simulated_landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    """MONDAY afternoon of a platform whose past is two dates; today's schedule is in, today's odds are not."""
    monkeypatch.setattr(models, "_train", _made_up_model)
    link_dates(simulated_landing, tmp_path / "files", FIRST, MONDAY)
    link_dates(simulated_landing, tmp_path / "landing", FIRST, YESTERDAY)
    for file in (tmp_path / "landing" / SCHEDULES).iterdir():
        file.unlink()
    with platform(tmp_path, entries=[ROSTER[name] for name in SYSTEMS]) as p:
        made = Evening(Harness(p, AFTERNOON), tmp_path / "files")
        made.at(AFTERNOON, made.schedule("20251222_120000", YESTERDAY))
        yield made


def test_it_is_predicted_twice_and_graded_once(evening: Evening) -> None:
    lines = "odds-api/player-props-history"
    first_lines, late_lines = evening.of_monday(lines, "-1800"), evening.of_monday(lines)
    late_lines = [path for path in late_lines if path not in first_lines]
    assert first_lines and late_lines
    assert evening.harness.platform.models.of_weeks([MONDAY]).keys(), "trained because there was something to forecast"

    settled = evening.at(AFTERNOON, *first_lines)
    assert settled.of(PREDICTIONS) == [MONDAY]
    assert not settled.tables() & set(SYSTEMS), "lines that move train nothing"
    first = evening.table()
    assert set(first.filter("has_prop_line", "is_active")["system_id"]) == set(SYSTEMS)
    assert evening.table(GRADES).is_empty()

    settled = evening.at(FIRST_GAME_ON, *late_lines)
    assert settled.of(PREDICTIONS) == [MONDAY]
    second = evening.table().filter(prediction_version=2)
    assert second.height > 0
    assert set(second["created_at"]) == {FIRST_GAME_ON}
    assert second["tipoff_utc"].min() > FIRST_GAME_ON  # type: ignore[operator]
    assert second["prediction_made_before_game"].all()
    written = evening.table()

    later = [path.replace("20251223_080500", "20251223_090500") for path in late_lines]
    for old, new in zip(late_lines, later, strict=True):
        (evening.landing / new).write_bytes((evening.landing / old).read_bytes())
    settled = evening.at(ALL_GAMES_ON, *later)
    assert settled.of(PREDICTIONS) == [MONDAY], "it is asked, and has nothing new to say"
    assert evening.table().filter("prediction_made_before_game").equals(written.filter("prediction_made_before_game"))

    boxes = [path for kind in ("player", "team") for path in evening.of_monday(f"nba-com/{kind}-boxscores")]
    settled = evening.at(NEXT_DAY, evening.schedule("20251223_120000", MONDAY), *boxes)
    assert settled.of(GRADES).count(MONDAY) == 1
    graded = evening.table(GRADES)
    assert set(graded["system_id"]) == set(SYSTEMS)
    assert graded["actual_points"].count() > 50
    assert set(graded.filter("has_prop_line")["outcome"]) >= {"PASS"}, "two dates are too little for a side"
    assert set(graded["graded_at"]) == {NEXT_DAY}
    assert evening.harness.tick() == {}
