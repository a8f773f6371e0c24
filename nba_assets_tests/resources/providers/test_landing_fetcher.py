"""Fetching dates of a simulated league into an empty landing folder.

Dangers covered: a document under a wrong name, a changed byte, a key in a file, an empty or broken answer that takes
the place of a full one, one failing document that costs the rest, an overwritten file, a schedule fetched two hundred
times, the present filed as the past.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nba_assets.calendar import ET
from nba_assets.landing_files import (
    LANDING_DATASETS,
    NBA_BOXSCORES,
    NBA_GAME_BOXSCORES,
    NBA_INJURY_REPORT,
    NBA_PLAY_BY_PLAY,
    NBA_PLAYER_INDEX,
    NBA_SCHEDULE,
    NBA_SCOREBOARD,
    NBA_SHOT_CHARTS,
    NBA_TEAM_BOX,
    LandingDataset,
    parse_landing_path,
)
from nba_assets_tests.resources.providers.recorder import Change, Recorder
from nba_assets_tests.resources.simulated_league.clients import KEY, Evening, evening
from nba_assets_tests.resources.simulated_league.leagues import league
from resources.landing_store import PROVENANCE_SUFFIX, LocalLandingStore
from resources.providers.landing import FetchReport
from resources.providers.landing_fetcher import LandingFetcher
from resources.simulated_league.faults import Refusal, Rule

# Three games, all in the evening; a date without games.
DAY, IDLE = date(2025, 1, 2), date(2024, 12, 24)
MORNING_AFTER = datetime(2025, 1, 3, 15, 5, 7, tzinfo=UTC)
STAMP = "20250103_150507"
LOG_OF_PLAYERS = "PlayerOrTeam=P"
OF_GAMES = NBA_SCHEDULE, NBA_BOXSCORES, NBA_TEAM_BOX, NBA_SHOT_CHARTS, NBA_GAME_BOXSCORES, NBA_PLAY_BY_PLAY
OF_THE_PAST = tuple(d for d in LANDING_DATASETS if d not in (NBA_PLAYER_INDEX, NBA_SCOREBOARD))


@dataclass
class Night:
    """A fetcher, its folder and its network."""

    root: Path
    asking: Evening
    network: Recorder
    fetcher: LandingFetcher

    @property
    def store(self) -> LocalLandingStore:
        return LocalLandingStore(self.root)

    def fetch(self, *datasets: LandingDataset, day: date = DAY) -> FetchReport:
        report = FetchReport()
        for dataset in datasets:
            report.add(self.fetcher.fetch(dataset, day))
        return report

    def files(self) -> list[str]:
        return [file.path for file in self.store.list("")]


def night(root: Path, *rules: Rule, now: datetime = MORNING_AFTER, **changes: Change) -> Night:
    asking = evening(league(), now, *rules)
    asking.network = network = Recorder(asking.network, dict(changes))
    return Night(root, asking, network, asking.fetcher(root))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The morning after a calm night, everything fetched; look, do not touch."""
    calm = night(tmp_path_factory.mktemp("calm"))
    assert calm.fetch(*OF_THE_PAST).errors == []
    return calm


def games() -> list[str]:
    return sorted(fixture.nba_game_id for fixture in league().fixtures_on(DAY))


# --- what lands, and as what


def test_documents_land_under_their_dataset_and_date(full: Night) -> None:
    landed = {path: parse_landing_path(path) for path in full.files()}
    assert {place.day for path, place in landed.items() if "/schedule/" not in path} == {DAY}
    assert Counter(place.dataset.name for place in landed.values()) == {
        "nba_schedule": 1, "nba_boxscores": 1, "nba_team_box": 1, "nba_shot_charts": 1, "nba_game_boxscores": 3,
        "nba_play_by_play": 3, "nba_injury_report": 3, "odds_events": 1, "odds_game_lines": 3, "odds_player_props": 3,
    }  # fmt: skip


def test_names_tell_the_instant_of_the_answer(full: Night) -> None:
    assert {parse_landing_path(path).fetched_at for path in full.files()} == {MORNING_AFTER}
    files = full.files()
    assert f"nba-com/schedule/2024-25/{STAMP}.json.gz" in files
    assert f"nba-com/player-boxscores/2025-01-02/{STAMP}.json.gz" in files
    for game in games():
        assert f"nba-com/cdn-boxscores/2025-01-02/{game}/{STAMP}.json.gz" in files
        assert f"nba-com/play-by-play/2025-01-02/game-{game}/{STAMP}.json.gz" in files


def test_what_is_stored_is_what_was_served(full: Night) -> None:
    """And each document is the answer to the request beside it, not to another one of the same kind."""
    for path in full.files():
        provenance = full.store.provenance(path)
        assert provenance is not None, path
        assert full.store.read(path) == full.network.served[str(provenance["request"])]
    requests = [full.store.provenance(path) or {} for path in full.files()]
    assert len({provenance["request"] for provenance in requests}) == len(requests)
    for path in full.files():
        if "/cdn-boxscores/" in path:
            assert json.loads(full.store.read(path))["game"]["gameId"] in path


def test_beside_each_document_is_where_it_comes_from(full: Night) -> None:
    for path in full.files():
        provenance = full.store.provenance(path) or {}
        assert (provenance["status"], provenance["fetched_at"]) == (200, MORNING_AFTER.isoformat())
        assert str(provenance["request"]).startswith("https://")
        assert ("quota_remaining" in provenance) is path.startswith("odds-api/")


def test_no_file_holds_the_key(full: Night) -> None:
    """The word itself is in the documents of a simulation; a key is a parameter of a request."""
    assert full.network.count("/v4/") > 0
    beside = list(full.root.rglob(f"*{PROVENANCE_SUFFIX}"))
    assert len(beside) == len(full.files())
    for file in beside:
        assert "apiKey" not in file.read_text() and KEY.get_secret_value() not in file.read_text()


def test_a_date_without_games_asks_for_the_schedule_and_the_events_only(tmp_path: Path) -> None:
    idle = night(tmp_path, now=datetime(2024, 12, 25, 15, tzinfo=UTC))
    report = idle.fetch(*OF_THE_PAST, day=IDLE)
    assert report.errors == [] and [path.split("/")[1] for path in report.written] == ["schedule"]
    assert len(idle.network.asked) == 2


# --- games that run, and kinds of games


def test_only_games_that_have_begun_are_asked_for(tmp_path: Path) -> None:
    tips = sorted(fixture.tip for fixture in league().fixtures_on(DAY))
    early = night(tmp_path, now=tips[-1] - timedelta(minutes=5))
    report = early.fetch(NBA_SCHEDULE, NBA_GAME_BOXSCORES)
    assert len([path for path in report.written if "/cdn-boxscores/" in path]) == 2 == early.network.count("/boxscore_")
    assert (report.absent, report.errors) == ([], [])


def test_before_the_first_tip_off_nothing_is_asked(tmp_path: Path) -> None:
    noon = night(tmp_path, now=datetime(2025, 1, 2, 17, tzinfo=UTC))
    report = noon.fetch(NBA_SCHEDULE, NBA_BOXSCORES, NBA_TEAM_BOX, NBA_SHOT_CHARTS, NBA_GAME_BOXSCORES)
    assert len(report.written) == 1 == len(noon.network.asked)
    assert report.errors == []


def test_the_cup_final_has_documents_of_the_cdn_only(tmp_path: Path) -> None:
    """What stats.nba.com calls it is not known; it is no error either."""
    final = next(fixture for fixture in league().fixtures(2024) if fixture.game_type == "cup_final")
    after = night(tmp_path, now=final.tip + timedelta(hours=12))
    report = after.fetch(NBA_SCHEDULE, NBA_BOXSCORES, NBA_GAME_BOXSCORES, NBA_PLAY_BY_PLAY, day=final.day)
    assert [path.split("/")[1] for path in report.written] == ["schedule", "cdn-boxscores", "play-by-play"]
    assert report.errors == []
    assert report.absent == ["nba_boxscores: stats.nba.com is not asked for cup_final games"]


# --- answers that are not what they should be


def reshaped(_: bytes) -> bytes:
    return b'{"error": "maintenance"}'


def emptied(content: bytes) -> bytes:
    """The same document, every list of rows empty."""

    def empty(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: [] if key in ("rowSet", "gameDates", "actions", "players") else empty(v)
                for key, v in value.items()
            }
        return [empty(each) for each in value] if isinstance(value, list) else value

    return json.dumps(empty(json.loads(content))).encode()


PARTS = {
    "players": LOG_OF_PLAYERS, "teams": "PlayerOrTeam=T", "shots": "shotchartdetail",
    "box": f"boxscore_{games()[0]}", "actions": f"playbyplay_{games()[1]}",
}  # fmt: skip


def lost_of(full: Night, other: Night) -> set[str]:
    """Documents of games that a calm night has, and this one has not."""
    names = {dataset.name for dataset in OF_GAMES}
    return {path for path in full.files() if parse_landing_path(path).dataset.name in names} - set(other.files())


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_document_of_another_shape_costs_itself_only(full: Night, tmp_path: Path, part: str) -> None:
    """And says where it came from; as the newest of its date it would have emptied a table."""
    strange = night(tmp_path, **{part: reshaped})
    report = strange.fetch(*OF_GAMES)
    (error,) = report.errors
    assert part in error and "the answer was not stored" in error
    (lost,) = lost_of(full, strange)
    assert part in str((full.store.provenance(lost) or {})["request"])


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_an_empty_answer_is_not_stored(full: Night, tmp_path: Path, part: str) -> None:
    empty = night(tmp_path, **{part: emptied})
    report = empty.fetch(*OF_GAMES)
    assert report.errors == []
    assert [part in text and text.endswith("no rows") for text in report.absent] == [True]
    assert len(lost_of(full, empty)) == 1


def test_an_empty_schedule_does_not_take_the_place_of_a_full_one(tmp_path: Path) -> None:
    before = night(tmp_path, now=MORNING_AFTER - timedelta(hours=1))
    before.fetch(NBA_SCHEDULE)
    empty = night(tmp_path, scheduleleaguev2int=emptied)
    report = empty.fetch(NBA_SCHEDULE, NBA_GAME_BOXSCORES)
    assert report.errors == [] and "no rows" in report.absent[0]
    assert len(report.written) == 3
    assert [path for path in empty.files() if "/schedule/" in path] == [
        "nba-com/schedule/2024-25/20250103_140507.json.gz"
    ]


def test_a_document_that_fails_costs_itself_only(full: Night, tmp_path: Path) -> None:
    failing = night(tmp_path, Rule("down", Refusal(500), "*playbyplay_" + games()[0] + "*"))
    report = failing.fetch(*OF_GAMES)
    (error,) = report.errors
    assert "HTTP 500" in error and games()[0] in error
    assert len(lost_of(full, failing)) == 1


# --- again


def test_with_a_standing_clock_the_same_bytes_are_there_already(tmp_path: Path) -> None:
    datasets = NBA_SCHEDULE, NBA_BOXSCORES, NBA_GAME_BOXSCORES
    first = night(tmp_path).fetch(*datasets)
    again = night(tmp_path).fetch(*datasets)
    assert (again.written, sorted(again.present)) == ([], sorted(first.written))


def test_with_a_standing_clock_other_bytes_take_the_next_second(tmp_path: Path) -> None:
    """Nothing is overwritten, and the newest by name is the newest."""
    night(tmp_path).fetch(NBA_SCHEDULE, NBA_BOXSCORES)
    path = f"nba-com/player-boxscores/2025-01-02/{STAMP}.json.gz"
    before = (tmp_path / path).read_bytes()
    corrected = night(tmp_path, **{LOG_OF_PLAYERS: lambda content: content.replace(b'"rowSet"', b' "rowSet"')})
    for _ in range(2):
        report = corrected.fetch(NBA_BOXSCORES)
        assert report.written + report.present == [path.replace("150507", "150508")]
    assert (tmp_path / path).read_bytes() == before
    store = corrected.store
    assert [store.read(file.path) == store.read(path) for file in store.list(path.rpartition("/")[0])] == [True, False]


def test_two_kinds_of_games_on_one_date_both_land(tmp_path: Path) -> None:
    """Their documents arrive in the same second, under the same name."""
    twice = night(tmp_path)
    twice.fetch(NBA_SCHEDULE)
    schedule = twice.store.read(twice.files()[0]).replace(games()[0].encode(), b"005" + games()[0][3:].encode())
    twice.store.write("nba-com/schedule/2024-25/20250103_150600.json.gz", schedule)
    other = night(tmp_path, **{"SeasonType=PlayIn": lambda _: full_log(twice)})
    report = other.fetch(NBA_BOXSCORES)
    assert report.errors == []
    assert [path[-14:] for path in report.written] == ["150507.json.gz", "150508.json.gz"]


def full_log(of: Night) -> bytes:
    return of.asking.stats.league_game_log("P", DAY).content.replace(b'"rowSet"', b' "rowSet"')


def test_a_seasons_schedule_is_fetched_once_a_run(tmp_path: Path) -> None:
    run = night(tmp_path, Rule("last season", Refusal(400), query={"Season": "2023-24"}))
    first, second = (run.fetch(NBA_SCHEDULE, day=day) for day in (DAY, IDLE))
    assert run.network.count("scheduleleaguev2int") == 1
    assert second.written == [] and second.present == first.written
    run.fetch(NBA_SCHEDULE, day=date(2024, 4, 14))
    assert run.network.count("Season=2023-24") == 1
    night(tmp_path, now=MORNING_AFTER + timedelta(days=1)).fetch(NBA_SCHEDULE)
    assert len([path for path in run.files() if "/2024-25/" in path]) == 2, "another run fetches it anew"


def test_a_schedule_that_fails_is_asked_for_once_and_fails_each_date(tmp_path: Path) -> None:
    """Not four attempts for each of two hundred dates."""
    run = night(tmp_path, Rule("down", Refusal(503), "/stats/*"))
    reports = [run.fetch(NBA_SCHEDULE, day=day) for day in (DAY, IDLE)]
    assert reports[0].errors == reports[1].errors and "HTTP 503" in reports[0].errors[0]
    assert run.network.count("scheduleleaguev2int") == 4


def test_the_schedule_is_fetched_whatever_was_read_before(tmp_path: Path) -> None:
    night(tmp_path, now=MORNING_AFTER - timedelta(hours=1)).fetch(NBA_SCHEDULE)
    run = night(tmp_path)
    assert len(run.fetch(NBA_BOXSCORES, NBA_SCHEDULE).written) == 2


# --- the past


@pytest.mark.parametrize("dataset", [NBA_PLAYER_INDEX, NBA_SCOREBOARD], ids=lambda dataset: dataset.name)
@pytest.mark.parametrize("days", [-1, 1], ids=["yesterday", "tomorrow"])
def test_what_has_no_history_is_not_asked_of_another_date(tmp_path: Path, dataset: LandingDataset, days: int) -> None:
    """Today's rosters filed under a date of last season would move players between teams."""
    today = night(tmp_path, now=datetime(2025, 1, 2, 20, tzinfo=UTC) - timedelta(days=days))
    report = today.fetcher.fetch(dataset, DAY)
    assert report.unavailable is not None and "2025-01-02 cannot be fetched" in report.unavailable
    assert (report.errors, today.network.asked, today.files()) == ([], [], [])


def test_of_today_the_present_is_fetched(tmp_path: Path) -> None:
    today = night(tmp_path, now=datetime(2025, 1, 2, 20, tzinfo=UTC))
    report = today.fetch(NBA_PLAYER_INDEX, NBA_SCOREBOARD)
    assert report.errors == []
    assert report.written == [
        "nba-com/player-list/2025-01-02/20250102_200000.json.gz",
        "nba-com/scoreboard/2025-01-02/20250102_200000.json.gz",
    ]


def test_a_scoreboard_that_still_shows_yesterday_is_not_todays(tmp_path: Path) -> None:
    early = night(tmp_path, now=datetime(2025, 1, 2, 9, tzinfo=UTC))
    report = early.fetch(NBA_SCOREBOARD)
    assert report.written == [] and "still shows 2025-01-01" in report.absent[0]


def test_a_scoreboard_of_another_shape_is_an_error(tmp_path: Path) -> None:
    strange = night(tmp_path, now=datetime(2025, 1, 2, 20, tzinfo=UTC), Scoreboard=reshaped)
    report = strange.fetch(NBA_SCOREBOARD)
    assert report.written == [] and "'scoreboard' is missing" in report.errors[0]


# --- injury reports


def test_injury_reports_are_asked_for_before_each_tip_off(full: Night) -> None:
    hours = {path.split("/")[3] for path in full.files() if "injury-report" in path}
    tips = {(fixture.tip - timedelta(hours=1)).astimezone(ET).hour for fixture in league().fixtures_on(DAY)}
    assert hours == {"13"} | {f"{hour:02d}" for hour in tips}


def test_an_injury_report_that_has_landed_is_not_asked_for_again(tmp_path: Path) -> None:
    first = night(tmp_path).fetch(NBA_SCHEDULE, NBA_INJURY_REPORT)
    later = night(tmp_path, now=MORNING_AFTER + timedelta(hours=1))
    again = later.fetch(NBA_INJURY_REPORT)
    assert later.network.asked == [] and again.written == []
    assert sorted(again.present) == [path for path in sorted(first.written) if path.endswith(".pdf")]


def test_an_injury_report_that_is_not_out_yet_is_no_error(tmp_path: Path) -> None:
    afternoon = night(tmp_path, now=datetime(2025, 1, 2, 20, 40, tzinfo=UTC))
    report = afternoon.fetch(NBA_SCHEDULE, NBA_INJURY_REPORT)
    assert report.errors == []
    assert [path.split("/")[3] for path in report.written if path.endswith(".pdf")] == ["13", "15"]
    assert all("is not out yet" in text for text in report.absent) and len(report.absent) == 2


# --- schedules that cannot be used


def test_without_a_schedule_it_says_what_to_fetch(tmp_path: Path) -> None:
    bare = night(tmp_path)
    (error,) = bare.fetch(NBA_PLAY_BY_PLAY).errors
    assert "2025-01-02" in error and "fetch nba_schedule first" in error
    assert bare.network.asked == []


@pytest.mark.parametrize("name", ["20250103_150600.json", "20250103_150600.json.gz"])
def test_a_newest_schedule_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    broken = night(tmp_path)
    broken.fetch(NBA_SCHEDULE)
    (tmp_path / "nba-com/schedule/2024-25" / name).write_bytes(b'{"leagueSchedule": ')
    (error,) = night(tmp_path).fetch(NBA_BOXSCORES).errors
    assert name in error


def test_a_game_whose_id_makes_no_address_costs_itself_only(tmp_path: Path) -> None:
    odd = night(tmp_path)
    odd.fetch(NBA_SCHEDULE)
    schedule = odd.store.read(odd.files()[0]).replace(games()[0].encode(), b"0022X" + games()[0][5:].encode())
    odd.store.write("nba-com/schedule/2024-25/20250103_150600.json.gz", schedule)
    report = night(tmp_path).fetch(NBA_GAME_BOXSCORES)
    assert len(report.written) == 2
    assert len(report.errors) == 1 and "is not an NBA game id" in report.errors[0]
