"""`nba status --season`: every date from the opening on, whatever is stored.

Dangers covered: months nobody loaded that are not shown, an idle date in red, a red check that is not seen, a season
that does not exist.
"""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from nba_assets.contracts import TABLES
from nba_assets.status_season import (
    SeasonStatus,
    UnknownSeasonError,
    as_dict,
    parse_season,
    print_season,
    season_status,
)
from nba_assets_tests.checks.batches import JAN_15, JAN_16, JAN_17, scheduled
from nba_assets_tests.frames import frame
from nba_assets_tests.test_status import CHECK, evaluate
from resources.warehouse import LocalWarehouse

BOXES, SCHEDULE = TABLES["nbac_player_boxscores"].full_name, TABLES["nbac_schedule"].full_name
LATER = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def warehouse(tmp_path: Path) -> LocalWarehouse:
    """Games on the 15th and 17th, none on the 16th; box scores of nothing."""
    warehouse = LocalWarehouse(tmp_path)
    rows = [scheduled("0022300561", JAN_15), scheduled("0022300563", JAN_17)]
    warehouse.replace(TABLES["nbac_schedule"], [JAN_15, JAN_16, JAN_17], frame("nbac_schedule", rows))
    return warehouse


def status(warehouse: LocalWarehouse, instance: dg.DagsterInstance, now: datetime = LATER) -> SeasonStatus:
    return season_status(warehouse, instance, [CHECK], 2023, now)


def test_every_date_from_the_opening_on_has_a_state(warehouse: LocalWarehouse, instance: dg.DagsterInstance) -> None:
    found = as_dict(status(warehouse, instance))
    assert (found["season"], found["from"], found["to"]) == ("2023-24", "2023-10-24", "2024-01-17")
    schedule, boxes = found["tables"][SCHEDULE], found["tables"][BOXES]
    assert (schedule["present"], schedule["no_games"]) == (["2024-01-15", "2024-01-17"], ["2024-01-16"])
    assert boxes["no_games"] == ["2024-01-16"]
    assert boxes["missing"][0] == "2023-10-24"
    assert boxes["missing"][-2:] == ["2024-01-15", "2024-01-17"]
    assert all(sum(map(len, states.values())) == 86 for states in found["tables"].values())
    assert json.loads(json.dumps(found)) == found


def test_the_running_season_is_shown_up_to_today(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """Nothing stored at all: everything that is due is missing."""
    found = status(LocalWarehouse(tmp_path), instance, datetime(2024, 1, 20, 14, tzinfo=UTC))
    assert (found.first, found.last) == (date(2023, 10, 24), date(2024, 1, 20))
    assert as_dict(found)["tables"][BOXES] == {
        "missing": [str(day) for day in found.cells["game_date"].unique().sort()[:-1]],
        "not_due": ["2024-01-20"],
    }


def test_an_error_is_failed_and_a_warning_is_not(warehouse: LocalWarehouse, instance: dg.DagsterInstance) -> None:
    warehouse.replace(TABLES["nbac_player_boxscores"], [JAN_15], TABLES["nbac_player_boxscores"].empty())
    evaluate(instance, JAN_15, passed=False)
    assert "failed" not in as_dict(status(warehouse, instance))["tables"][BOXES]


def test_the_terminal_names_what_is_amiss(warehouse: LocalWarehouse, instance: dg.DagsterInstance) -> None:
    console = Console(file=io.StringIO(), width=200)
    print_season(status(warehouse, instance), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "season 2023-24, 2023-10-24 to 2024-01-17: 86 dates, 2 with games" in text
    # An idle date does not part the dates around it.
    assert f"missing {BOXES}: 2023-10-24 .. 2024-01-17 (85)\n" in text


@pytest.mark.parametrize("text", ["2023-25", "1999-00", "last", "2023-2024"])
def test_a_season_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(UnknownSeasonError, match=text):
        parse_season(text)


def test_seasons_are_named_as_people_do() -> None:
    assert parse_season("2023-24") == parse_season("2023") == 2023


def test_a_past_season_of_which_nothing_is_stored_says_so(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    with pytest.raises(UnknownSeasonError, match="nothing of season 2023-24"):
        status(LocalWarehouse(tmp_path), instance)
