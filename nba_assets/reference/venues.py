"""Where games are played: each team's arena by date, and the other cities the league plays in."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from nba_assets.reference.teams import TEAMS


@dataclass(frozen=True)
class City:
    """A city with NBA games that is no team's home. `neutral`: both teams are guests there."""

    latitude: float
    longitude: float
    time_zone: str
    neutral: bool = True


# As the schedule writes arenaCity. Only these cities are believed: the 2023-24 document puts a New York home game into
# Detroit.
CITIES: dict[str, City] = {
    "Austin": City(30.282, -97.732, "America/Chicago", neutral=False),
    "Berlin": City(52.505, 13.443, "Europe/Berlin"),
    "Las Vegas": City(36.103, -115.178, "America/Los_Angeles"),
    "London": City(51.503, 0.003, "Europe/London"),
    "Manchester": City(53.488, -2.200, "Europe/London"),
    "Mexico City": City(19.496, -99.175, "America/Mexico_City"),
    "Paris": City(48.839, 2.379, "Europe/Paris"),
}

# Team, first date at its present arena, and where it played until then.
_FORMER_ARENAS = (("LAC", date(2024, 7, 1), 34.043, -118.267),)

_ALWAYS = date(1946, 1, 1)

TIME_ZONES = tuple(sorted({team.time_zone for team in TEAMS} | {city.time_zone for city in CITIES.values()}))


def arenas() -> pl.DataFrame:
    """One row per team and arena, valid from `since`: latitude and longitude in degrees, time zone."""
    moved = {team: since for team, since, _, _ in _FORMER_ARENAS}
    zones = {team.abbr: team.time_zone for team in TEAMS}
    now = [(team.abbr, moved.get(team.abbr, _ALWAYS), team.latitude, team.longitude, team.time_zone) for team in TEAMS]
    former = [(team, _ALWAYS, latitude, longitude, zones[team]) for team, _, latitude, longitude in _FORMER_ARENAS]
    names = ["home_team_abbr", "since", "home_latitude", "home_longitude", "home_time_zone"]
    return pl.DataFrame(now + former, schema=names, orient="row").sort("since")


def cities() -> pl.DataFrame:
    """One row per city of `CITIES`."""
    rows = [(name, city.latitude, city.longitude, city.time_zone, city.neutral) for name, city in CITIES.items()]
    names = ["arena_city", "city_latitude", "city_longitude", "city_time_zone", "city_is_neutral"]
    return pl.DataFrame(rows, schema=names, orient="row")
