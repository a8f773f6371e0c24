"""Where landing files lie: every path is understood exactly, or named as a stranger.

Dangers covered: a file filed under the wrong date or dataset, a fetch time read in the wrong zone, a file in a
neighbouring folder that nobody ever reads and nobody misses.
"""

import contextlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.landing_files import (
    LANDING_DATASETS,
    NBA_BOXSCORES,
    NBA_INJURY_REPORT,
    NBA_SCHEDULE,
    ODDS_GAME_LINES,
    ODDS_PLAYER_PROPS,
    LandingDataset,
    LandingPathError,
    parse_landing_path,
)

DAY = date(2024, 1, 15)


def test_a_dated_file() -> None:
    found = parse_landing_path("nba-com/player-boxscores/2024-01-15/20240116_080500.json")
    assert (found.dataset, found.day, found.season) == (NBA_BOXSCORES, DAY, None)
    assert found.fetched_at == datetime(2024, 1, 16, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize("suffix", [".json", ".json.gz", "-snap-1805.json", "-snap-1805.json.gz"])
def test_a_file_of_one_game_below_its_date(suffix: str) -> None:
    found = parse_landing_path(f"odds-api/player-props-history/2024-01-15/2e87-NYKPHI/20240115_180500{suffix}")
    assert (found.dataset, found.day) == (ODDS_PLAYER_PROPS, DAY)
    assert found.fetched_at == datetime(2024, 1, 15, 18, 5, tzinfo=UTC)


def test_an_injury_report_below_its_hour() -> None:
    found = parse_landing_path("nba-com/injury-report-pdf/2024-01-15/17/20240115_223100.pdf")
    assert (found.dataset, found.day) == (NBA_INJURY_REPORT, DAY)
    assert found.fetched_at == datetime(2024, 1, 15, 22, 31, tzinfo=UTC)


def test_a_season_document() -> None:
    found = parse_landing_path("nba-com/schedule/2023-24/20230816_120000.json.gz")
    assert (found.dataset, found.day, found.season) == (NBA_SCHEDULE, None, 2023)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nba-com/boxscores/2024-01-15/20240116_080500.json", "no dataset puts files under 'nba-com/boxscores'"),
        ("SIMULATED.txt", "no dataset puts files under 'SIMULATED.txt'"),
        ("", "no dataset puts files"),
        ("nba-com/player-boxscores/20240116_080500.json", "'' is not a game date"),
        ("nba-com/player-boxscores/2024-02-30/20240116_080500.json", "'2024-02-30' is not a game date"),
        ("nba-com/player-boxscores/15.01.2024/20240116_080500.json", "'15.01.2024' is not a game date"),
        ("nba-com/player-boxscores/2023-24/20240116_080500.json", "'2023-24' is not a game date"),
        ("nba-com/schedule/2024-01-15/20240116_080500.json", "'2024-01-15' is not a season"),
        ("nba-com/schedule/2019-20/20240116_080500.json", "'2019-20' is not a season"),
        ("nba-com/schedule/2023-25/20240116_080500.json", "'2023-25' is not a season"),
        ("nba-com/player-boxscores/2024-01-15/latest.json", "the file name is not"),
        ("nba-com/player-boxscores/2024-01-15/20240116_080500.csv", "the file name is not"),
        ("nba-com/player-boxscores/2024-01-15/20240116_080500.pdf", "the file name is not"),
        ("nba-com/injury-report-pdf/2024-01-15/17/20240115_223100.json", "the file name is not"),
        ("nba-com/injury-report-pdf/2024-01-15/17/20240115_223100.pdf.gz", "the file name is not"),
        ("nba-com/player-boxscores/2024-01-15/20240116_080500.json.gz.part", "the file name is not"),
        ("nba-com/player-boxscores/2024-01-15/20240116_080500.json\n", "the file name is not"),
        ("nba-com/player-boxscores/2024-01-15/20241316_080500.json", "'20241316_080500' is not a time"),
        ("nba-com/player-boxscores/2024-01-15/20240116_250000.json", "'20240116_250000' is not a time"),
    ],
)
def test_a_stranger_is_named_with_what_does_not_fit(path: str, why: str) -> None:
    with pytest.raises(LandingPathError) as caught:
        parse_landing_path(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert why in str(caught.value)


@pytest.mark.parametrize("text", ["20240115", "2024-W03-1"])
def test_other_spellings_of_a_date_are_strangers(text: str) -> None:
    """Python reads them, but nothing lists such a folder: the file would be reported and never read."""
    with pytest.raises(LandingPathError, match="is not a game date"):
        parse_landing_path(f"nba-com/player-boxscores/{text}/20240116_080500.json")


@given(st.text(max_size=60))
def test_no_path_whatever_breaks_the_landing_sensor(path: str) -> None:
    """A file of any name may be dropped: it is understood or refused, never a crash of the tick."""
    for candidate in (path, f"nba-com/schedule/{path}", f"nba-com/player-boxscores/2024-01-15/{path}"):
        with contextlib.suppress(LandingPathError):
            parse_landing_path(candidate)


@given(st.sampled_from(LANDING_DATASETS), st.dates(date(2021, 10, 19), date(2027, 6, 30)), st.booleans())
def test_whatever_is_filed_below_a_prefix_is_parsed_as_that_dataset(
    dataset: LandingDataset, day: date, deep: bool
) -> None:
    """Listing and parsing must agree, in both directions."""
    for prefix in dataset.prefixes(day):
        found = parse_landing_path(
            f"{prefix}/{'game-1/' if deep and not dataset.by_season else ''}20240116_080500{dataset.endings[0]}"
        )
        assert found.dataset == dataset
        if dataset.by_season:
            assert found.season == (day.year if day.month >= 10 else day.year - 1)
        else:
            assert found.day == day


def test_datasets_share_no_folder_and_no_name() -> None:
    """A file belongs to one landing asset only."""
    folders = [folder for dataset in LANDING_DATASETS for folder in dataset.folders]
    assert len(set(folders)) == len(folders)
    assert all(folder.count("/") == 1 for folder in folders), "paths are recognised by their first two parts"
    assert len({dataset.name for dataset in LANDING_DATASETS}) == len(LANDING_DATASETS)


def test_current_and_historical_odds_are_the_same_dataset() -> None:
    """A backfill from the history endpoint must land in the same table as last night's polling."""
    assert ODDS_GAME_LINES.prefixes(DAY) == ["odds-api/game-lines/2024-01-15", "odds-api/game-lines-history/2024-01-15"]


def test_a_season_s_documents_serve_all_its_dates() -> None:
    assert NBA_SCHEDULE.prefixes(date(2024, 6, 17)) == NBA_SCHEDULE.prefixes(date(2023, 10, 24))
    assert NBA_SCHEDULE.prefixes(date(2024, 10, 22)) == ["nba-com/schedule/2024-25"]


def test_every_file_of_the_real_season_is_understood(season_landing: Path) -> None:
    """The templates are those of the real files, not of a specification."""
    files = [path.relative_to(season_landing).as_posix() for path in season_landing.rglob("*.json*") if path.is_file()]
    assert files
    for path in files:
        parse_landing_path(path)


def test_a_season_document_in_a_sub_folder_is_refused() -> None:
    """The newest document is the last by name: `older/2023...json` would have been the newest for ever."""
    with pytest.raises(LandingPathError, match="directly in their season's folder"):
        parse_landing_path("nba-com/schedule/2023-24/older/20230916_120000.json")
