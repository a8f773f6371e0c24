"""Simulated documents have exactly the structure of the NBA's: the same key paths with the same types of value.

Danger covered: a demo and tests that pass on documents no provider has ever sent.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nba_assets_tests.resources.simulated_league.structure import Structure, read_json, structure
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.nba_documents.boxscore import box_score
from resources.simulated_league.nba_documents.common import Document, encode
from resources.simulated_league.nba_documents.game_logs import game_log
from resources.simulated_league.nba_documents.play_by_play import play_by_play
from resources.simulated_league.nba_documents.player_index import player_index
from resources.simulated_league.nba_documents.schedule import schedule
from resources.simulated_league.nba_documents.scoreboard import scoreboard
from resources.simulated_league.nba_documents.shot_chart import shot_chart

SEASON = 2025
BY_KIND = {"actions": "actionType"}
# Paths (or how they begin) in which real and simulated documents differ, and why.
ONLY_REAL = {
    # The 2023-24 document lists broadcasters that have one key less than those of 2025-26.
    "schedule": (
        ".leagueSchedule.gameDates[].games[].broadcasters.awayTvBroadcasters[]",
        ".leagueSchedule.gameDates[].games[].broadcasters.intlTvBroadcasters[]",
    ),
    # The sample was asked for a player's whole career, without season and dates.
    "shot chart": (".parameters.Season null", ".parameters.DateFrom null", ".parameters.DateTo null"),
    # Of 2020-21 only.
    "play-by-play": (".game.actions[stoppage]",),
}
ONLY_SIMULATED = {
    "shot chart": (".parameters.Season text", ".parameters.DateFrom text", ".parameters.DateTo text"),
}


@pytest.fixture(scope="module")
def league() -> League:
    return League()


def _games(league: League) -> list[Fixture]:
    """A busy day's games, by tip-off."""
    fixtures = league.fixtures(SEASON)
    day = max({fixture.day for fixture in fixtures}, key=lambda day: (sum(f.day == day for f in fixtures), day))
    return sorted((fixture for fixture in fixtures if fixture.day == day), key=lambda fixture: fixture.tip)


def _schedules(league: League) -> Iterable[Document]:
    last = max(fixture.day for fixture in league.fixtures(SEASON))
    for instant in (datetime(SEASON, 9, 16, tzinfo=UTC), datetime(last.year, last.month, last.day, 23, tzinfo=UTC)):
        yield schedule(league, SEASON, instant)


def _log(kind: Any) -> Callable[[League], Iterable[Document]]:
    def documents(league: League) -> Iterable[Document]:
        games = _games(league)
        # A sample was asked for the whole season, the other for a date.
        if kind == "T":
            early = min(fixture.tip for fixture in league.fixtures(SEASON)) + timedelta(days=2)
            yield game_log(league, kind, SEASON, "Regular Season", None, None, early)
        else:
            end = games[-1].tip + timedelta(hours=6)
            yield game_log(league, kind, SEASON, "Regular Season", games[0].day, games[0].day, end)

    return documents


def _shots(league: League) -> Iterable[Document]:
    games = _games(league)
    end = games[-1].tip + timedelta(hours=6)
    yield shot_chart(league, SEASON, "Regular Season", games[0].day, games[0].day, end)


def _indexes(league: League) -> Iterable[Document]:
    yield player_index(league, SEASON, _games(league)[0].tip)


def _scoreboards(league: League) -> Iterable[Document]:
    games = _games(league)
    for after in (timedelta(hours=-1), timedelta(minutes=90), timedelta(hours=8)):
        yield scoreboard(league, games[0].tip + after)
    for overtime in [game for game in league.fixtures(SEASON)[:200] if league.box(game.nba_game_id).overtimes][:1]:
        yield scoreboard(league, overtime.tip + timedelta(hours=4))


def _boxscores(league: League) -> Iterable[Document]:
    for game in _games(league):
        for after in (timedelta(minutes=70), timedelta(hours=6)):
            document = box_score(league, game, game.tip + after)
            assert document is not None
            yield document


def _play_by_plays(league: League) -> Iterable[Document]:
    for game in _games(league):
        document = play_by_play(league, game, game.tip + timedelta(hours=6))
        assert document is not None
        yield document


KINDS: dict[str, tuple[tuple[str, ...], Callable[[League], Iterable[Document]]]] = {
    "schedule": (
        ("samples/schedule/*.json", "season-2023-24/landing/nba-com/schedule/2023-24/20230916_120000.json.gz"),
        _schedules,
    ),
    "player log": (("samples/stats_leaguegamelog/players_*.json",), _log("P")),
    "team log": (("samples/stats_leaguegamelog/teams_*.json",), _log("T")),
    "shot chart": (("samples/stats_shotchartdetail/*.json",), _shots),
    "player index": (("samples/player_index/*.json",), _indexes),
    "scoreboard": (("samples/cdn_scoreboard/*.json",), _scoreboards),
    "box score": (("samples/cdn_boxscore/*.json",), _boxscores),
    "play-by-play": (("samples/cdn_playbyplay/*.json",), _play_by_plays),
}


@pytest.mark.parametrize("kind", KINDS)
def test_simulated_documents_have_the_real_structure(kind: str, league: League, realdata: Path) -> None:
    patterns, documents = KINDS[kind]
    files = [file for pattern in patterns for file in sorted(realdata.glob(pattern))]
    assert files, "no samples"
    real = structure((read_json(file) for file in files), BY_KIND)
    simulated = structure((json.loads(encode(document)) for document in documents(league)), BY_KIND)
    assert _but(real - simulated, ONLY_REAL.get(kind, ())) == []
    assert _but(simulated - real, ONLY_SIMULATED.get(kind, ())) == []


def _but(differences: Structure, known: tuple[str, ...]) -> list[str]:
    return sorted(
        text for text in (f"{path} {kind}" for path, kind in differences) if not text.startswith(known or "\0")
    )


def test_structure_tells_types_and_columns_apart() -> None:
    document = {"a": [{"b": 1}, {"b": None, "kind": "x"}], "t": {"name": "T", "headers": ["H"], "rowSet": [[1.5]]}}
    assert structure([document]) == {
        ("", "object"), (".a", "list"), (".a[]", "object"), (".a[].b", "integer"), (".a[].b", "null"),
        (".a[].kind", "text"), (".t", "object"), (".t.name", "text"), (".t.headers", "list"),
        (".t.headers[]", "text"), (".t[T].headers ['H']", "list"), (".t[T].H", "number"),
    }  # fmt: skip
    assert (".a[x].b", "null") in structure([{"a": [{"b": None, "k": "x"}]}], {"a": "k"})
