"""Venues, miles and clocks (defect 28: travel home was 0, neutral sites and daylight saving were ignored)."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from nba_assets.reference.teams import TEAMS
from nba_assets.reference.venues import arenas
from nba_assets.transforms import travel
from nba_assets_tests.frames import frame, row

PLACES = {team.abbr: (team.latitude, team.longitude) for team in TEAMS}


def venue(**game: object) -> dict[str, object]:
    return travel.with_venues(frame("nbac_schedule", [row("nbac_schedule", **game)])).row(0, named=True)


def miles(one: str, other: str) -> float:
    (lat, lon), (to_lat, to_lon) = PLACES[one], PLACES[other]
    return pl.select(travel.miles(pl.lit(lat), pl.lit(lon), pl.lit(to_lat), pl.lit(to_lon))).item()


@pytest.mark.parametrize(("one", "other", "expected"), [("ATL", "NOP", 425), ("BOS", "NYK", 188), ("BOS", "LAL", 2592)])
def test_distances(one: str, other: str, expected: int) -> None:
    assert round(miles(one, other)) == round(miles(other, one)) == expected
    assert miles(one, one) == 0


def test_a_game_is_at_its_home_team_s_arena() -> None:
    place = venue(arena_city="Philadelphia")
    assert (place["latitude"], place["longitude"], place["time_zone"]) == (39.901, -75.172, "America/New_York")
    assert place["is_neutral_site"] is False


def test_a_team_s_own_city_in_another_team_s_game_is_not_believed() -> None:
    """The 2023-24 document puts a home game of New York into Detroit."""
    assert venue(arena_city="Detroit")["latitude"] == 39.901


def test_neutral_cities() -> None:
    paris = venue(arena_city="Paris", is_neutral=True)
    assert (paris["time_zone"], paris["is_neutral_site"]) == ("Europe/Paris", True)
    assert venue(arena_city="Paris")["is_neutral_site"] is True
    austin = venue(arena_city="Austin", home_team_abbr="SAS")
    assert (austin["latitude"], austin["is_neutral_site"]) == (30.282, False)


def test_unknown_stays_unknown() -> None:
    tokyo = venue(arena_city="Tokyo", is_neutral=True)
    assert (tokyo["latitude"], tokyo["time_zone"], tokyo["is_neutral_site"]) == (None, None, True)
    nowhere = venue(arena_city=None)
    assert (nowhere["latitude"], nowhere["is_neutral_site"]) == (39.901, None)


@pytest.mark.parametrize(("day", "latitude"), [(date(2024, 4, 14), 34.043), (date(2024, 10, 23), 33.945)])
def test_the_clippers_moved(day: date, latitude: float) -> None:
    assert venue(game_date=day, home_team_abbr="LAC")["latitude"] == latitude


def test_every_team_has_an_arena() -> None:
    assert set(arenas()["home_team_abbr"]) == {team.abbr for team in TEAMS}


@pytest.mark.parametrize(
    ("instant", "one", "other", "hours"),
    [
        (datetime(2024, 1, 10, 0, tzinfo=UTC), "America/Phoenix", "America/Denver", 0),
        (datetime(2024, 4, 10, 0, tzinfo=UTC), "America/Phoenix", "America/Denver", 1),
        (datetime(2024, 4, 10, 0, tzinfo=UTC), "America/Phoenix", "America/Los_Angeles", 0),
        (datetime(2024, 1, 10, 0, tzinfo=UTC), "America/New_York", "America/Los_Angeles", 3),
        (datetime(2024, 3, 10, 19, tzinfo=UTC), "America/New_York", "Europe/Paris", 5),
        (datetime(2024, 1, 11, 19, tzinfo=UTC), "Europe/Paris", "America/New_York", 6),
        (datetime(2024, 1, 11, 19, tzinfo=UTC), "America/New_York", None, None),
    ],
)
def test_hours_between_clocks_on_the_date(instant: datetime, one: str, other: str | None, hours: int | None) -> None:
    when = pl.lit(instant)
    assert pl.select(travel.hours_apart(when, pl.lit(one), pl.lit(other, pl.String))).item() == hours


def test_local_time_of_a_late_tip() -> None:
    when = pl.lit(datetime(2024, 1, 16, 3, 30, tzinfo=UTC))
    local = pl.select(travel.local_time(when, pl.lit("America/Los_Angeles"))).item()
    assert f"{local:%Y-%m-%d %H:%M}" == "2024-01-15 19:30"
