"""Rough nights: the real clients ask the simulated providers while these fail in every way they know.

Dangers covered: a document lost, stored twice or stored broken because of a hiccup, a refusal repeated, a Retry-After
ignored, an error that does not say what to do, a key in a log or a file, a half-told game taken for a final one.
"""

import gzip
import json
import logging
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nba_assets.calendar import ET
from nba_assets.landing_files import (
    NBA_BOXSCORES,
    NBA_GAME_BOXSCORES,
    NBA_INJURY_REPORT,
    NBA_PLAY_BY_PLAY,
    NBA_SCHEDULE,
    NBA_SHOT_CHARTS,
    NBA_TEAM_BOX,
    ODDS_EVENTS,
    ODDS_PLAYER_PROPS,
    LandingDataset,
)
from nba_assets_tests.resources.providers.fakes import KEY
from nba_assets_tests.resources.simulated_league.clients import Evening, evening
from resources.landing_store import PROVENANCE_SUFFIX
from resources.providers.errors import NotThere, PermanentProviderError, ProviderError, TransientProviderError
from resources.providers.odds_api import PLAYER_PROP_MARKETS
from resources.simulated_league.faults import (
    Cut,
    Fault,
    Lateness,
    Refusal,
    Repetition,
    Rule,
    Silence,
    Truncation,
)
from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture
from resources.simulated_league.plans import PLANS
from resources.simulated_league.revisions import Correction, Respelling, is_respelled, passers, respelled

SECRET = KEY.get_secret_value()
BOX, STATS, LOG, ODDS = "/static/json/liveData/boxscore/*", "/stats/*", "/stats/leaguegamelog", "/v4/*/odds"


@cache
def league() -> League:
    return League(2024)


@cache
def game() -> Fixture:
    """A game of the date with the fewest games of January 2025, on which it was always to be played."""
    month = [f for f in league().fixtures(2024) if f.day.year == 2025 and f.day.month == 1 and f.announced_tip == f.tip]
    return min(month, key=lambda f: (len(league().fixtures_on(f.day)), f.nba_game_id))


def day() -> date:
    return game().day


def morning_after(days: int = 1) -> datetime:
    return datetime.combine(day() + timedelta(days=days), time(10), ET).astimezone(UTC)


def tonight(*rules: Rule, now: datetime | None = None) -> Evening:
    return evening(league(), now or morning_after(), *rules, key=KEY, keys=(SECRET,))


# In the order in which one needs what another landed.
DATASETS = (
    NBA_SCHEDULE, NBA_BOXSCORES, NBA_TEAM_BOX, NBA_SHOT_CHARTS, NBA_GAME_BOXSCORES, NBA_PLAY_BY_PLAY,
    NBA_INJURY_REPORT, ODDS_EVENTS, ODDS_PLAYER_PROPS,
)  # fmt: skip


def fetch_all(asking: Evening, root: Path, datasets: tuple[LandingDataset, ...] = DATASETS) -> list[str]:
    """Everything of the date into landing: NBA documents, injury reports, quotes of history. Errors in words."""
    fetcher = asking.fetcher(root)
    return [error for dataset in datasets for error in fetcher.fetch(dataset, day()).errors]


def everything_in(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def stored(root: Path) -> dict[str, bytes]:
    """The documents; their provenance tells what was spent, hiccups included."""
    return {path: content for path, content in everything_in(root).items() if not path.endswith(PROVENANCE_SUFFIX)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a quiet night leaves in landing."""
    root = tmp_path_factory.mktemp("quiet")
    assert fetch_all(tonight(), root) == []
    files = stored(root)
    assert {path.split("/")[1] for path in files} == {
        "schedule", "player-boxscores", "team-boxscores", "shot-charts", "cdn-boxscores", "play-by-play",
        "injury-report-pdf", "events-history", "player-props-history",
    }  # fmt: skip
    assert len(everything_in(root)) == 2 * len(files)
    return files


def assert_no_key(root: Path, told: str) -> None:
    files = everything_in(root)
    # The requests for these carried it: the server would have refused them otherwise.
    assert any("odds-api" in path for path in files)
    assert SECRET not in told
    assert not [path for path, content in files.items() if SECRET.encode() in content or SECRET in path]


# What a retry cures

HICCUPS: dict[str, Fault] = {
    "429": Refusal(429),
    "429 with Retry-After": Refusal(429, "2"),
    "500": Refusal(500),
    "503 with Retry-After": Refusal(503, "1"),
    "silence": Silence(),
    "cut": Cut(),
    "truncated": Truncation(),
}


@pytest.mark.parametrize("fault", HICCUPS.values(), ids=HICCUPS)
def test_a_hiccup_of_every_address_changes_nothing(
    fault: Fault, undisturbed: dict[str, bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = tonight(Rule("hiccup", fault, times=1))
    assert fetch_all(asking, tmp_path) == []
    files = stored(tmp_path)
    assert files == undisturbed
    # Each injury report's newer address is absent, before its older one answers; there is nothing to truncate in that.
    reports = sum("injury-report" in path for path in undisturbed)
    addresses = len(undisturbed) + (0 if isinstance(fault, Truncation) else reports)
    assert asking.plan.fired["hiccup"] == addresses == len(asking.time.sleeps)
    assert_no_key(tmp_path, caplog.text)


def test_a_rough_night_changes_nothing(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    asking = tonight(*PLANS["rough_night"])
    assert fetch_all(asking, tmp_path) == []
    assert stored(tmp_path) == undisturbed
    assert sum(asking.plan.fired.values()) == len(asking.time.sleeps) > 0


@pytest.mark.parametrize(
    ("retry_after", "waited"), [("7", 7.5), ("3600", 60.5), (None, 1.0), ("Wed, 01 Jan 2020 00:00:00 GMT", 0.5)]
)
def test_a_throttled_client_waits_as_long_as_it_is_told(retry_after: str | None, waited: float) -> None:
    asking = tonight(Rule("throttled", Refusal(429, retry_after), times=1))
    asking.cdn.boxscore(game().nba_game_id)
    assert asking.time.sleeps == [waited] and asking.plan.fired == {"throttled": 1}


# What it does not cure


@pytest.mark.parametrize("fault", HICCUPS.values(), ids=HICCUPS)
def test_an_address_that_stays_down_costs_itself_only_and_is_there_later(
    fault: Fault, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    asking = tonight(Rule("down", fault, "/stats/shotchartdetail"))
    datasets = NBA_SCHEDULE, NBA_SHOT_CHARTS, NBA_GAME_BOXSCORES
    (error,) = fetch_all(asking, tmp_path, datasets)
    assert asking.plan.fired["down"] == 4 and len(asking.time.sleeps) == 3
    assert "asked https://stats.nba.com/stats/shotchartdetail" in error and "4" in error
    assert "run it again later" in error.lower() or "check the network; nothing was stored" in error
    files = stored(tmp_path)
    assert files.items() < undisturbed.items()
    assert {path.split("/")[1] for path in files} == {"schedule", "cdn-boxscores"}
    assert fetch_all(tonight(), tmp_path, (NBA_SHOT_CHARTS,)) == []
    shots = {path: content for path, content in undisturbed.items() if "/shot-charts/" in path}
    assert stored(tmp_path) == files | shots


REFUSED = [
    (LOG, 400, "correct the parameter it names"),
    (LOG, 403, "residential proxy"),
    (LOG, 404, "the provider may have moved it"),
    (BOX, 418, "compare the request with its documentation"),
    (ODDS, 401, "ODDS_API_KEY is missing or wrong"),
    (ODDS, 422, "correct the one it names"),
]


@pytest.mark.parametrize(("path", "status", "advice"), REFUSED)
def test_a_refusal_is_not_repeated_and_says_what_to_do(
    path: str, status: int, advice: str, undisturbed: dict[str, bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = tonight(Rule("refused", Refusal(status, "1"), path))
    errors = fetch_all(asking, tmp_path)
    assert errors and all(f"HTTP {status}" in error and advice in error for error in errors)
    assert asking.plan.fired["refused"] == len(errors) and asking.time.sleeps == []
    files = stored(tmp_path)
    assert files.items() < undisturbed.items()
    assert_no_key(tmp_path, caplog.text + repr(errors))


def test_a_host_that_is_down_for_a_day_delivers_the_next(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    down = Rule("dead day", Refusal(503), STATS, days=(day() + timedelta(days=1), day() + timedelta(days=1)))
    asking = tonight(down)
    assert any("scheduleleaguev2int" in error for error in fetch_all(asking, tmp_path))
    assert not [path for path in stored(tmp_path) if path.startswith("nba-com")]
    asking.clock.set(morning_after(2))
    assert fetch_all(asking, tmp_path) == []
    found = {path.split("/")[1] for path in stored(tmp_path)}
    assert found == {path.split("/")[1] for path in undisturbed}
    assert asking.plan.fired["dead day"] == 4 == len(asking.time.sleeps) + 1


def test_a_market_that_is_not_open_is_free_and_asked_again_later() -> None:
    asking = tonight(Rule("not open", Refusal(204), ODDS, times=1), now=game().tip - timedelta(hours=2))
    event = json.loads(asking.odds.events(day()).content)[0]["id"]
    with pytest.raises(NotThere, match="not published yet; ask again later") as caught:
        asking.odds.event_odds(event, PLAYER_PROP_MARKETS)
    assert caught.value.quota is not None and (caught.value.quota.last, caught.value.quota.used) == (0, 0)
    assert json.loads(asking.odds.event_odds(event, PLAYER_PROP_MARKETS).content)["bookmakers"]
    assert asking.time.sleeps == [] and asking.plan.fired == {"not open": 1}


def test_an_answer_lost_on_the_way_is_paid_for() -> None:
    asking = tonight(Rule("cut", Cut(), ODDS))
    at = game().tip - timedelta(hours=1)
    event = json.loads(asking.odds.historical_events(day(), at).content)["data"][0]["id"]
    with pytest.raises(TransientProviderError, match="no answer in 4 attempts"):
        asking.odds.historical_event_odds(event, PLAYER_PROP_MARKETS, at)
    quota = asking.odds.historical_events(day(), at).quota
    assert quota is not None and quota.used == 1 + 4 * 20 + 1


@pytest.mark.parametrize("fault", [*HICCUPS.values(), Refusal(401), Refusal(404), Refusal(422)], ids=str)
def test_no_failure_tells_the_key(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asking = tonight(Rule("down", fault, "/v4/*"))
    with pytest.raises(ProviderError) as caught:
        asking.odds.events(day())
    assert asking.plan.fired["down"] > 0
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r} {caplog.text}"


def test_a_wrong_key_is_named() -> None:
    asking = evening(league(), morning_after(), key=KEY)
    with pytest.raises(PermanentProviderError, match="ODDS_API_KEY is missing or wrong") as caught:
        asking.odds.events(day())
    assert SECRET not in str(caught.value)


# Documents that are whole and still not the truth


def box_of(asking: Evening) -> dict[str, Any]:
    return json.loads(asking.cdn.boxscore(game().nba_game_id).content)["game"]


def assists(asking: Evening) -> list[tuple[int, ...]]:
    """Of log, box score and play-by-play: assists of the two players of a correction, and of the team."""
    people = [line.player.person_id for line in passers(league(), game().nba_game_id)]
    log = json.loads(asking.stats.league_game_log("P", day()).content)["resultSets"][0]
    rows = [dict(zip(log["headers"], row, strict=True)) for row in log["rowSet"]]
    team = game().home.team_id
    logged = {r["PLAYER_ID"]: r["AST"] for r in rows if r["GAME_ID"] == game().nba_game_id and r["TEAM_ID"] == team}
    boxed = {p["personId"]: p["statistics"]["assists"] for p in box_of(asking)["homeTeam"]["players"]}
    actions = json.loads(asking.cdn.play_by_play(game().nba_game_id).content)["game"]["actions"]
    named = [action.get("assistPersonId") for action in actions]
    told = {person: named.count(person) for person in boxed}
    return [(*(found[person] for person in people), sum(found.values())) for found in (logged, boxed, told)]


def test_a_correction_comes_a_day_later_and_all_documents_agree_before_and_after() -> None:
    ends_at = league().box(game().nba_game_id).ends_at
    asking = tonight(Rule("correction", Correction(hours=24)), now=ends_at + timedelta(hours=23))
    truth = assists(tonight())
    assert truth[0] == truth[1] == truth[2]
    first = assists(asking)
    assert first == [(maker - 1, credited + 1, team) for maker, credited, team in truth]
    assert asking.plan.fired["correction"] == 3
    # The log holds the date's other games, which end later.
    asking.clock.set(ends_at + timedelta(hours=36))
    assert assists(asking) == truth
    assert asking.plan.fired["correction"] == 3


def test_a_share_of_the_games_is_corrected() -> None:
    asking = tonight(Rule("correction", Correction(hours=1e6, share=0.5)))
    days = [day() + timedelta(days=n) for n in range(8)]
    games = [f for d in days for f in league().fixtures_on(d) if f.day == d][:40]
    asking.clock.set(morning_after(10))
    for fixture in games:
        asking.cdn.boxscore(fixture.nba_game_id)
    assert 0.2 * len(games) < asking.plan.fired["correction"] < 0.8 * len(games)


def test_the_schedule_calls_a_game_final_before_its_box_score_does() -> None:
    ends_at = league().box(game().nba_game_id).ends_at
    asking = tonight(Rule("late box", Lateness(minutes=12), BOX), now=ends_at + timedelta(minutes=2))
    scoreboard = json.loads(asking.cdn.scoreboard().content)["scoreboard"]["games"]
    (shown,) = [g for g in scoreboard if g["gameId"] == game().nba_game_id]
    partial = box_of(asking)
    assert (shown["gameStatus"], partial["gameStatus"]) == (3, 2)
    assert partial["homeTeam"]["score"] <= shown["homeTeam"]["score"]
    asking.clock.set(ends_at + timedelta(minutes=12))
    assert box_of(asking)["homeTeam"]["score"] == shown["homeTeam"]["score"]
    assert box_of(asking)["gameStatus"] == 3
    assert asking.plan.fired["late box"] > 0


@pytest.mark.parametrize("fault", [Repetition(), Lateness(minutes=30)], ids=str)
def test_an_older_document_may_come_after_a_newer_one(fault: Fault) -> None:
    asking = tonight(Rule("older", fault, BOX, skip=1, times=1), now=game().tip + timedelta(minutes=60))
    seen = [box_of(asking)]
    for minutes in (70, 80):
        asking.clock.set(game().tip + timedelta(minutes=minutes))
        seen.append(box_of(asking))
    points = [found["homeTeam"]["score"] + found["awayTeam"]["score"] for found in seen]
    assert points[1] <= points[0] < points[2]
    assert (points[1] == points[0]) is isinstance(fault, Repetition)
    assert asking.plan.fired == {"older": 1}


def test_a_player_is_spelled_another_way_from_a_date_on() -> None:
    asking = tonight(Rule("respelled", Respelling(since=day() + timedelta(days=2), share=0.1)))

    def names() -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for document, last, first in (
            (asking.stats.league_game_log("P", day()), "PLAYER_NAME", None),
            (asking.stats.player_index(2024), "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME"),
        ):
            result = json.loads(document.content)["resultSets"][0]
            for row in (dict(zip(result["headers"], row, strict=True)) for row in result["rowSet"]):
                name = f"{row[first]} {row[last]}" if first else row[last]
                found.setdefault(row.get("PLAYER_ID") or row["PERSON_ID"], set()).add(name)
        for player in (p for side in ("homeTeam", "awayTeam") for p in box_of(asking)[side]["players"]):
            assert player["name"] == f"{player['firstName']} {player['familyName']}"
            found.setdefault(player["personId"], set()).add(player["name"])
        return found

    before = names()
    assert asking.plan.fired["respelled"] == 0
    asking.clock.set(morning_after(2))
    after = names()
    assert all(len(spellings) == 1 for found in (before, after) for spellings in found.values())
    changed = {person for person, spellings in before.items() if after[person] != spellings}
    assert changed == {person for person in before if is_respelled(person, 0.1, seed=0)} != set()
    for person in changed:
        assert {respelled(name) for name in before[person]} == after[person]
    assert asking.plan.fired["respelled"] >= 2


@pytest.mark.parametrize(
    ("name", "other"),
    [("Ala Vos", "Ala Vos Jr."), ("Ala Vos Jr.", "Ala Vos"), ("A. Vos III", "A. Vos"), ("Vos", "Vos Jr.")],
)
def test_a_suffix_comes_or_goes(name: str, other: str) -> None:
    assert respelled(name) == other
