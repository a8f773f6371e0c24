"""What the NBA's hosts are asked for: address and parameters of every document.

Dangers covered: another season's or date's document, made shots only, a missing game taken for a fault, a blocked
address taken for a missing game, a report looked for under the wrong hour.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import httpx
import pytest

from nba_assets_tests.resources.providers.fakes import scripted
from resources.providers.errors import NotThere, PermanentProviderError, ProviderError
from resources.providers.hosts import INJURY_REPORTS, NBA_CDN, NBA_STATS
from resources.providers.injury_report import InjuryReports, report_paths
from resources.providers.nba_cdn import NbaCdn
from resources.providers.nba_stats import NbaStats, SeasonType

DAY = date(2025, 1, 15)
FORBIDDEN = httpx.Response(403, content=b"<Error><Code>AccessDenied</Code></Error>")
MISSING = httpx.Response(404)
JSON = httpx.Response(200, content=b'{"x": []}')
PDF = httpx.Response(200, content=b"%PDF-1.7\n..\n%%EOF\n")


# cdn.nba.com


def test_cdn_addresses() -> None:
    client, script, time = scripted(NBA_CDN, JSON)
    cdn = NbaCdn(client, clock=time)
    live = "https://cdn.nba.com/static/json/liveData"
    for fetched, expected in [
        (cdn.schedule(), "https://cdn.nba.com/static/json/staticData/scheduleLeagueV2_1.json"),
        (cdn.scoreboard(), f"{live}/scoreboard/todaysScoreboard_00.json"),
        (cdn.boxscore("0022400561"), f"{live}/boxscore/boxscore_0022400561.json"),
        (cdn.play_by_play("0022400561"), f"{live}/playbyplay/playbyplay_0022400561.json"),
    ]:
        assert fetched.request == expected and fetched.content == b'{"x": []}'
    assert script.asked == expected and script.params == {}


@pytest.mark.parametrize("answer", [FORBIDDEN, MISSING])
def test_a_game_not_begun_has_no_documents(answer: httpx.Response) -> None:
    client, _, time = scripted(NBA_CDN, answer)
    for ask in (NbaCdn(client, clock=time).boxscore, NbaCdn(client, clock=time).play_by_play):
        with pytest.raises(NotThere, match="no such"):
            ask("0022400561")


def test_an_absent_schedule_file_is_replaced_by_the_older_one() -> None:
    client, script, time = scripted(NBA_CDN, FORBIDDEN, JSON)
    assert NbaCdn(client, clock=time).schedule().request.endswith("/scheduleLeagueV2.json")
    assert len(script.requests) == 2


def test_documents_that_must_exist_are_never_just_absent() -> None:
    client, _, time = scripted(NBA_CDN, FORBIDDEN)
    for ask in (NbaCdn(client, clock=time).scoreboard, NbaCdn(client, clock=time).schedule):
        with pytest.raises(PermanentProviderError, match="refuses this address"):
            ask()


@pytest.mark.parametrize("game_id", ["", "22400561", "0022400561/..", "../../../x", "0022400561\n", "００22400561"])
def test_game_ids_are_checked_before_they_are_an_address(game_id: str) -> None:
    client, script, time = scripted(NBA_CDN, JSON)
    with pytest.raises(ValueError, match="is not an NBA game id"):
        NbaCdn(client, clock=time).boxscore(game_id)
    assert script.requests == []


# stats.nba.com


@pytest.mark.parametrize("who", ["P", "T"])
@pytest.mark.parametrize("season_type", ["Regular Season", "PlayIn", "Playoffs"])
def test_league_game_log(who: Literal["P", "T"], season_type: SeasonType) -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    fetched = NbaStats(client, clock=time).league_game_log(who, DAY, season_type)
    assert script.asked == "https://stats.nba.com/stats/leaguegamelog"
    assert script.params == {
        "Counter": "1000", "DateFrom": "2025-01-15", "DateTo": "2025-01-15", "Direction": "DESC", "LeagueID": "00",
        "PlayerOrTeam": who, "Season": "2024-25", "SeasonType": season_type, "Sorter": "DATE",
    }  # fmt: skip
    assert fetched.request.startswith("https://stats.nba.com/stats/leaguegamelog?Counter=1000&DateFrom=2025-01-15")


def test_the_season_turns_in_october() -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    for day, season in [(date(2025, 6, 22), "2024-25"), (date(2025, 10, 21), "2025-26")]:
        NbaStats(client, clock=time).league_game_log("P", day)
        assert script.params["Season"] == season


def test_shot_chart_detail_asks_for_misses_too() -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    NbaStats(client, clock=time).shot_chart_detail(DAY, "Playoffs")
    assert script.asked == "https://stats.nba.com/stats/shotchartdetail"
    asked = script.params
    given = {name: value for name, value in asked.items() if value not in {"", "0"}}
    assert given == {
        "ContextMeasure": "FGA", "LeagueID": "00", "Season": "2024-25", "SeasonType": "Playoffs",
        "DateFrom": "2025-01-15", "DateTo": "2025-01-15",
    }  # fmt: skip
    NbaStats(client, clock=time).shot_chart_detail(DAY, nba_game_id="0022400561")
    assert script.params["GameID"] == "0022400561"


@pytest.mark.parametrize(
    ("sample", "ask"),
    [
        ("stats_shotchartdetail/cassette_ShotChartDetail.json", lambda stats: stats.shot_chart_detail(DAY)),
        ("stats_leaguegamelog/players_2025-03-15.json", lambda stats: stats.league_game_log("P", DAY)),
    ],
)
def test_no_parameter_of_a_real_answer_is_left_out(
    realdata: Path, sample: str, ask: Callable[[NbaStats], object]
) -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    ask(NbaStats(client, clock=time))
    echoed = httpx.Response(200, content=(realdata / "samples" / sample).read_bytes()).json()["parameters"]
    assert set(echoed) <= set(script.params)
    zero = {name for name, value in echoed.items() if value == 0}
    assert all(script.params[name] == "0" for name in zero)


def test_player_index() -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    NbaStats(client, clock=time).player_index(2025)
    assert script.asked == "https://stats.nba.com/stats/playerindex"
    assert script.params == {
        "Historical": "0", "LeagueID": "00", "Season": "2025-26", "SeasonType": "Regular Season", "TeamID": "0",
        "College": "", "Country": "", "DraftPick": "", "DraftRound": "", "DraftYear": "", "Height": "", "Weight": "",
    }  # fmt: skip


def test_schedule_of_a_season() -> None:
    client, script, time = scripted(NBA_STATS, JSON)
    NbaStats(client, clock=time).schedule(2024)
    assert script.asked == "https://stats.nba.com/stats/scheduleleaguev2int"
    assert script.params == {"LeagueID": "00", "Season": "2024-25", "GameSubType": ""}


@pytest.mark.parametrize("answer", [FORBIDDEN, MISSING])
def test_stats_endpoints_are_never_absent(answer: httpx.Response) -> None:
    client, _, time = scripted(NBA_STATS, answer)
    with pytest.raises(ProviderError) as caught:
        NbaStats(client, clock=time).league_game_log("P", DAY)
    assert type(caught.value) is PermanentProviderError


def test_an_instant_is_no_game_date() -> None:
    client, _, time = scripted(NBA_STATS, JSON)
    with pytest.raises(TypeError, match="game date"):
        NbaStats(client, clock=time).league_game_log("P", datetime(2025, 1, 15, 18, tzinfo=UTC))


# The injury report

REPORT_TIMES = [
    # Winter: ET = UTC - 5 h.
    ("2025-01-15T22:31:00Z", "2025-01-15_05_30PM", "2025-01-15_05PM"),
    ("2025-01-15T17:00:00Z", "2025-01-15_12_00PM", "2025-01-15_12PM"),
    ("2025-01-15T17:59:59Z", "2025-01-15_12_45PM", "2025-01-15_12PM"),
    # Midnight is 12 AM, and the ET date lags behind.
    ("2025-01-16T05:14:00Z", "2025-01-16_12_00AM", "2025-01-16_12AM"),
    ("2025-01-16T04:59:00Z", "2025-01-15_11_45PM", "2025-01-15_11PM"),
    # Summer time: ET = UTC - 4 h.
    ("2026-04-01T13:15:00Z", "2026-04-01_09_15AM", "2026-04-01_09AM"),
    # The hour that happens twice has one name.
    ("2025-11-02T05:30:00Z", "2025-11-02_01_30AM", "2025-11-02_01AM"),
    ("2025-11-02T06:30:00Z", "2025-11-02_01_30AM", "2025-11-02_01AM"),
]


@pytest.mark.parametrize(("at", "new", "old"), REPORT_TIMES)
def test_report_names(at: str, new: str, old: str) -> None:
    stem = "/referee/injury/Injury-Report_"
    assert report_paths(datetime.fromisoformat(at)) == (f"{stem}{new}.pdf", f"{stem}{old}.pdf")


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        report_paths(datetime(2025, 1, 15, 12))  # noqa: DTZ001


AT = datetime(2025, 1, 15, 22, 31, tzinfo=UTC)


def test_the_new_name_is_tried_first() -> None:
    client, script, time = scripted(INJURY_REPORTS, PDF)
    fetched = InjuryReports(client, clock=time).report(AT)
    assert fetched.content == PDF.content
    assert fetched.request == "https://ak-static.cms.nba.com/referee/injury/Injury-Report_2025-01-15_05_30PM.pdf"
    assert len(script.requests) == 1


def test_then_the_old_one() -> None:
    client, script, time = scripted(INJURY_REPORTS, FORBIDDEN, PDF)
    fetched = InjuryReports(client, clock=time).report(AT)
    assert fetched.request == "https://ak-static.cms.nba.com/referee/injury/Injury-Report_2025-01-15_05PM.pdf"
    assert [request.url.path[-12:] for request in script.requests] == ["_05_30PM.pdf", "-15_05PM.pdf"]


def test_forbidden_twice_means_no_report() -> None:
    client, script, time = scripted(INJURY_REPORTS, FORBIDDEN)
    with pytest.raises(NotThere, match="no such file"):
        InjuryReports(client, clock=time).report(AT)
    assert len(script.requests) == 2 and time.sleeps == []


def test_a_real_report_is_whole(realdata: Path) -> None:
    content = (realdata / "samples/injury_report/Injury-Report_2024-01-04_12PM.pdf").read_bytes()
    client, _, time = scripted(INJURY_REPORTS, httpx.Response(200, content=content))
    assert InjuryReports(client, clock=time).report(AT).content == content
