"""Fetching dates of games: a provider that serves a simulated landing folder, fetched into an empty one.

Dangers covered: a document that lands under a wrong name, a changed byte, an empty answer that takes the place of a
full one, one failing document that costs the rest.
"""

import gzip
import json
from datetime import date
from pathlib import Path

import httpx
import polars as pl
import pytest

from nba_assets_tests.platform import platform
from nba_assets_tests.resources.providers.fakes import FakeTime
from resources.landing_store import LocalLandingStore
from resources.providers.hosts import NBA_CDN, NBA_STATS
from resources.providers.http import provider_client
from resources.providers.nba_cdn import NbaCdn
from resources.providers.nba_games import NbaGames
from resources.providers.nba_stats import NbaStats

FIRST, LAST, IDLE = date(2025, 1, 6), date(2025, 1, 8), date(2025, 1, 11)


class NbaCom:
    """Both NBA hosts, serving the files of a landing folder; `broken` maps parts of an address to another answer."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing
        self.broken: dict[str, httpx.Response] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        for part, answer in self.broken.items():
            if part in str(request.url):
                return httpx.Response(answer.status_code, content=answer.content)
        file = self._file(request.url)
        return httpx.Response(200, content=gzip.decompress(file.read_bytes())) if file else httpx.Response(403)

    def _file(self, url: httpx.URL) -> Path | None:
        day, name = url.params.get("DateFrom", ""), url.path.split("/")[-1]
        if name == "scheduleleaguev2int":
            pattern = f"schedule/{url.params['Season']}/*"
        elif name == "leaguegamelog":
            pattern = f"{'player' if url.params['PlayerOrTeam'] == 'P' else 'team'}-boxscores/{day}/*"
        elif name == "shotchartdetail":
            pattern = f"shot-charts/{day}/*"
        else:
            kind, game = name.removesuffix(".json").split("_")
            pattern = f"cdn-boxscores/*/{game}/*" if kind == "boxscore" else f"play-by-play/*/game-{game}/*"
        return max((self.landing / "nba-com").glob(pattern), default=None)


@pytest.fixture
def nba_com(simulated_landing: Path) -> NbaCom:
    return NbaCom(simulated_landing)


def fetched(nba_com: NbaCom, root: Path, *days: date) -> NbaGames:
    time = FakeTime()
    network = httpx.MockTransport(nba_com)
    stats, cdn = (
        provider_client(host, transport=network, clock=time, pace=time.pace()) for host in (NBA_STATS, NBA_CDN)
    )
    games = NbaGames(NbaStats(stats, clock=time), NbaCdn(cdn, clock=time), LocalLandingStore(root))
    for day in days:
        games.fetch_date(day)
    return games


def test_a_fetched_folder_gives_the_tables_of_the_folder_it_was_served_from(nba_com: NbaCom, tmp_path: Path) -> None:
    days = [FIRST, date(2025, 1, 7), LAST]
    report = fetched(nba_com, tmp_path / "fetched", *days).report
    assert report.errors == []
    tables = []
    for name, landing in (("served", nba_com.landing), ("fetched", tmp_path / "fetched")):
        with platform(tmp_path / name / "home", landing) as p:
            p.backfill(FIRST, LAST, "nbac_schedule,nbac_player_boxscores,nbac_team_boxscores,nbac_shot_charts")
            p.backfill(FIRST, LAST, "nbac_play_by_play")
            where_from = ["source_path", "fetched_at"]
            names = (
                "nbac_schedule",
                "nbac_player_boxscores",
                "nbac_team_boxscores",
                "nbac_shot_charts",
                "nbac_play_by_play",
            )
            tables.append([p.table(table).drop(where_from) for table in names])
    for served, copy in zip(*tables, strict=True):
        assert copy.height > 0
        assert copy.equals(served)


def test_bytes_are_stored_as_sent(nba_com: NbaCom, tmp_path: Path) -> None:
    fetched(nba_com, tmp_path, FIRST)
    (stored,) = (tmp_path / "nba-com/player-boxscores" / FIRST.isoformat()).iterdir()
    (served,) = (nba_com.landing / "nba-com/player-boxscores" / FIRST.isoformat()).iterdir()
    assert gzip.decompress(stored.read_bytes()) == gzip.decompress(served.read_bytes())


def test_a_date_without_games_asks_for_the_schedule_only(nba_com: NbaCom, tmp_path: Path) -> None:
    assert [path.split("/")[1] for path in fetched(nba_com, tmp_path, IDLE).report.written] == ["schedule"]


def test_one_failing_document_costs_only_itself(nba_com: NbaCom, tmp_path: Path) -> None:
    nba_com.broken["PlayerOrTeam=T"] = httpx.Response(400)
    report = fetched(nba_com, tmp_path, FIRST).report
    assert len(report.errors) == 1
    assert "leaguegamelog" in report.errors[0]
    assert {path.split("/")[1] for path in report.written} == {
        "schedule", "player-boxscores", "shot-charts", "cdn-boxscores", "play-by-play",
    }  # fmt: skip


def test_a_box_score_that_is_not_there_is_no_error(nba_com: NbaCom, tmp_path: Path) -> None:
    nba_com.broken["/boxscore_"] = httpx.Response(403)
    report = fetched(nba_com, tmp_path, FIRST).report
    assert report.errors == []
    assert len(report.absent) == 5


def test_an_empty_answer_is_not_written(nba_com: NbaCom, tmp_path: Path) -> None:
    """As the newest file of the date it would have emptied the box scores."""
    document = json.loads(
        gzip.decompress(next((nba_com.landing / "nba-com/player-boxscores").rglob("*.gz")).read_bytes())
    )
    document["resultSets"][0]["rowSet"] = []
    nba_com.broken["PlayerOrTeam=P"] = httpx.Response(200, content=json.dumps(document).encode())
    report = fetched(nba_com, tmp_path, FIRST).report
    assert not [path for path in report.written if "player-boxscores" in path]
    assert any("no rows" in text for text in report.absent)


def test_a_document_of_another_shape_is_an_error_and_not_stored(nba_com: NbaCom, tmp_path: Path) -> None:
    nba_com.broken["PlayerOrTeam=P"] = httpx.Response(200, content=b'{"resultSets": []}')
    report = fetched(nba_com, tmp_path, FIRST).report
    assert len(report.errors) == 1
    assert not [path for path in report.written if "player-boxscores" in path]


def test_without_a_schedule_nothing_else_is_asked(nba_com: NbaCom, tmp_path: Path) -> None:
    nba_com.broken["scheduleleaguev2int"] = httpx.Response(400)
    report = fetched(nba_com, tmp_path, FIRST, LAST).report
    assert report.written == []
    assert len(report.errors) == 1


def test_schedules_are_fetched_once_a_season(nba_com: NbaCom, tmp_path: Path) -> None:
    report = fetched(nba_com, tmp_path, FIRST, LAST).report
    assert len([path for path in report.written if "/schedule/" in path]) == 1
    assert pl.Series(report.written).n_unique() == len(report.written)
