"""Where fetched documents land: exactly where the readers look.

Dangers covered: a document filed where nobody reads it, away and home exchanged, a provider's words that leave the
landing folder, a snapshot named in local time.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ODDS_EVENTS,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
    LandingDataset,
    parse_landing_path,
)
from resources.landing_store import LocalLandingStore
from resources.providers.landing_paths import (
    LandingNameError,
    date_path,
    event_folder,
    event_odds_path,
    events_path,
    game_path,
    injury_report_path,
    schedule_path,
    scoreboard_path,
)

DAY = date(2025, 1, 15)
FETCHED = datetime(2025, 1, 16, 1, 5, 9, 999999, tzinfo=UTC)
AT = datetime(2025, 1, 15, 18, 0, tzinfo=UTC)
GAME = "0022400561"
EVENT_ID = "071ee3e84d6e3ecce12d8c5e4ab4da0b"
EVENT = f"{EVENT_ID}-OKCSAS"

CATALOGUE: list[tuple[LandingDataset | None, str, str]] = [
    (NBA_SCHEDULE, schedule_path(2024, FETCHED), "nba-com/schedule/2024-25/20250116_010509.json.gz"),
    (
        NBA_BOXSCORES,
        date_path(NBA_BOXSCORES, DAY, FETCHED),
        "nba-com/player-boxscores/2025-01-15/20250116_010509.json.gz",
    ),
    (NBA_TEAM_BOX, date_path(NBA_TEAM_BOX, DAY, FETCHED), "nba-com/team-boxscores/2025-01-15/20250116_010509.json.gz"),
    (
        NBA_SHOT_CHARTS,
        date_path(NBA_SHOT_CHARTS, DAY, FETCHED),
        "nba-com/shot-charts/2025-01-15/20250116_010509.json.gz",
    ),
    (
        NBA_PLAYER_INDEX,
        date_path(NBA_PLAYER_INDEX, DAY, FETCHED),
        "nba-com/player-list/2025-01-15/20250116_010509.json.gz",
    ),
    (
        NBA_GAME_BOXSCORES,
        game_path(NBA_GAME_BOXSCORES, DAY, GAME, FETCHED),
        "nba-com/cdn-boxscores/2025-01-15/0022400561/20250116_010509.json.gz",
    ),
    (
        NBA_PLAY_BY_PLAY,
        game_path(NBA_PLAY_BY_PLAY, DAY, GAME, FETCHED),
        "nba-com/play-by-play/2025-01-15/game-0022400561/20250116_010509.json.gz",
    ),
    (NBA_SCOREBOARD, scoreboard_path(DAY, FETCHED), "nba-com/scoreboard/2025-01-15/20250116_010509.json.gz"),
    (
        NBA_INJURY_REPORT,
        injury_report_path(DAY, 7, FETCHED),
        "nba-com/injury-report-pdf/2025-01-15/07/20250116_010509.pdf",
    ),
    (ODDS_EVENTS, events_path(DAY, FETCHED), "odds-api/events/2025-01-15/20250116_010509.json.gz"),
    (
        ODDS_EVENTS,
        events_path(DAY, FETCHED, historical=True),
        "odds-api/events-history/2025-01-15/20250116_010509.json.gz",
    ),
    (
        ODDS_GAME_LINES,
        event_odds_path(ODDS_GAME_LINES, DAY, EVENT, FETCHED),
        f"odds-api/game-lines/2025-01-15/{EVENT}/20250116_010509-snap-0105.json.gz",
    ),
    (
        ODDS_PLAYER_PROPS,
        event_odds_path(ODDS_PLAYER_PROPS, DAY, EVENT, FETCHED),
        f"odds-api/player-props/2025-01-15/{EVENT}/20250116_010509-snap-0105.json.gz",
    ),
    (
        ODDS_GAME_LINES,
        event_odds_path(ODDS_GAME_LINES, DAY, EVENT, FETCHED, historical_at=AT),
        f"odds-api/game-lines-history/2025-01-15/{EVENT}/20250116_010509-snap-1800.json.gz",
    ),
    (
        ODDS_PLAYER_PROPS,
        event_odds_path(ODDS_PLAYER_PROPS, DAY, EVENT, FETCHED, historical_at=AT),
        f"odds-api/player-props-history/2025-01-15/{EVENT}/20250116_010509-snap-1800.json.gz",
    ),
]


@pytest.mark.parametrize(("dataset", "path", "expected"), CATALOGUE, ids=[path for _, path, _ in CATALOGUE])
def test_every_entry_of_the_catalogue(dataset: LandingDataset, path: str, expected: str) -> None:
    assert path == expected
    found = parse_landing_path(path)
    assert found.dataset == dataset
    assert found.fetched_at == FETCHED.replace(microsecond=0)
    assert (found.day, found.season) == ((None, 2024) if dataset.by_season else (DAY, None))
    # And it lies below a folder that readers of that date list.
    assert any(path.startswith(f"{prefix}/") for prefix in dataset.prefixes(DAY))


def test_every_dataset_and_folder_has_a_path() -> None:
    built = {"/".join(path.split("/")[:2]) for _, path, _ in CATALOGUE}
    assert {folder for dataset in LANDING_DATASETS for folder in dataset.folders} <= built


@given(
    fetched=st.datetimes(datetime(2021, 1, 1), datetime(2030, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
    day=st.dates(date(2021, 10, 1), date(2027, 6, 30)),
)
def test_paths_round_trip_from_any_time_zone(fetched: datetime, day: date) -> None:
    for path in (date_path(NBA_BOXSCORES, day, fetched), event_odds_path(ODDS_GAME_LINES, day, EVENT, fetched)):
        found = parse_landing_path(path)
        assert (found.day, found.fetched_at) == (day, fetched.astimezone(UTC).replace(microsecond=0))


def test_times_are_utc() -> None:
    evening = datetime(2025, 1, 15, 20, 5, 9, tzinfo=timezone(timedelta(hours=-5)))
    assert date_path(NBA_BOXSCORES, DAY, evening).endswith("/20250116_010509.json.gz")
    assert "-snap-0105." in event_odds_path(ODDS_GAME_LINES, DAY, EVENT, evening)


def test_the_event_folder_is_away_then_home() -> None:
    assert event_folder(EVENT_ID, "Oklahoma City Thunder", "San Antonio Spurs") == EVENT
    assert event_folder("2e1", "Los Angeles Clippers", "Los Angeles Lakers") == "2e1-LACLAL"


STRANGERS = [
    (EVENT_ID, "Seattle Supersonics", "San Antonio Spurs", "Seattle Supersonics"),
    (EVENT_ID, "San Antonio Spurs", "../../etc", "etc"),
    (EVENT_ID, "", "San Antonio Spurs", "''"),
    (EVENT_ID, "San Antonio Spurs", "San Antonio Spurs", "cannot play itself"),
    ("../x", "Miami Heat", "San Antonio Spurs", "is not an event id"),
    ("a/b", "Miami Heat", "San Antonio Spurs", "is not an event id"),
    ("", "Miami Heat", "San Antonio Spurs", "is not an event id"),
    ("a-b", "Miami Heat", "San Antonio Spurs", "is not an event id"),
]


@pytest.mark.parametrize(("event_id", "away", "home", "complaint"), STRANGERS)
def test_words_of_a_provider_are_no_paths(event_id: str, away: str, home: str, complaint: str) -> None:
    with pytest.raises(LandingNameError, match=complaint):
        event_folder(event_id, away, home)


@pytest.mark.parametrize(
    "event", ["", EVENT_ID, f"{EVENT_ID}-", "../x-OKCSAS", f"{EVENT_ID}-OKCXXX", f"{EVENT}/..", "-OKCSAS"]
)
def test_an_event_folder_is_checked_again(event: str) -> None:
    with pytest.raises(LandingNameError):
        event_odds_path(ODDS_GAME_LINES, DAY, event, FETCHED)


@given(st.text())
def test_no_text_leaves_its_folder(text: str) -> None:
    for build in (
        lambda: event_folder(text, "Miami Heat", "San Antonio Spurs"),
        lambda: event_odds_path(ODDS_PLAYER_PROPS, DAY, text, FETCHED),
        lambda: game_path(NBA_PLAY_BY_PLAY, DAY, text, FETCHED),
    ):
        try:
            path = build()
        except LandingNameError:
            continue
        assert ".." not in path and path.isascii() and len(path.split("/")) in (1, 5)


@pytest.mark.parametrize("game", ["", "22400561", "0022400561/..", "../0022400561", "0002240056"])
def test_game_ids_are_checked(game: str) -> None:
    with pytest.raises(LandingNameError, match="is not an NBA game id"):
        game_path(NBA_PLAY_BY_PLAY, DAY, game, FETCHED)


def test_a_dataset_has_paths_of_its_kind_only() -> None:
    for build in (
        lambda: date_path(NBA_PLAY_BY_PLAY, DAY, FETCHED),
        lambda: date_path(NBA_SCHEDULE, DAY, FETCHED),
        lambda: game_path(NBA_BOXSCORES, DAY, GAME, FETCHED),
        lambda: event_odds_path(ODDS_EVENTS, DAY, EVENT, FETCHED),
    ):
        with pytest.raises(LandingNameError, match="paths of another kind"):
            build()


def test_impossible_times_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        date_path(NBA_BOXSCORES, DAY, datetime(2025, 1, 15))  # noqa: DTZ001
    with pytest.raises(TypeError, match="game date"):
        date_path(NBA_BOXSCORES, FETCHED, FETCHED)
    with pytest.raises(LandingNameError, match="no season"):
        schedule_path(1999, FETCHED)
    with pytest.raises(LandingNameError, match="hour"):
        injury_report_path(DAY, 24, FETCHED)


def test_the_store_takes_the_paths_and_keeps_the_bytes(tmp_path: Path) -> None:
    store = LocalLandingStore(tmp_path)
    content = b'{"a":  1}\n'
    for _, path, _ in CATALOGUE:
        store.write(path, content)
        assert store.read(path) == content
    assert sum(1 for _ in store.list("")) == len(CATALOGUE)
