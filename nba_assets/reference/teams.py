"""The 30 NBA teams: codes, ids, names as providers write them, arena coordinates and time zones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Team:
    """One franchise; `latitude`/`longitude` in degrees locate its current home arena."""

    abbr: str
    team_id: int
    name: str
    latitude: float
    longitude: float
    time_zone: str


TEAMS = (
    Team("ATL", 1610612737, "Atlanta Hawks", 33.757, -84.396, "America/New_York"),
    Team("BKN", 1610612751, "Brooklyn Nets", 40.683, -73.975, "America/New_York"),
    Team("BOS", 1610612738, "Boston Celtics", 42.366, -71.062, "America/New_York"),
    Team("CHA", 1610612766, "Charlotte Hornets", 35.225, -80.839, "America/New_York"),
    Team("CHI", 1610612741, "Chicago Bulls", 41.881, -87.674, "America/Chicago"),
    Team("CLE", 1610612739, "Cleveland Cavaliers", 41.497, -81.688, "America/New_York"),
    Team("DAL", 1610612742, "Dallas Mavericks", 32.791, -96.810, "America/Chicago"),
    Team("DEN", 1610612743, "Denver Nuggets", 39.749, -105.008, "America/Denver"),
    Team("DET", 1610612765, "Detroit Pistons", 42.341, -83.055, "America/New_York"),
    Team("GSW", 1610612744, "Golden State Warriors", 37.768, -122.387, "America/Los_Angeles"),
    Team("HOU", 1610612745, "Houston Rockets", 29.751, -95.362, "America/Chicago"),
    Team("IND", 1610612754, "Indiana Pacers", 39.764, -86.156, "America/New_York"),
    Team("LAC", 1610612746, "LA Clippers", 33.945, -118.343, "America/Los_Angeles"),
    Team("LAL", 1610612747, "Los Angeles Lakers", 34.043, -118.267, "America/Los_Angeles"),
    Team("MEM", 1610612763, "Memphis Grizzlies", 35.138, -90.051, "America/Chicago"),
    Team("MIA", 1610612748, "Miami Heat", 25.781, -80.187, "America/New_York"),
    Team("MIL", 1610612749, "Milwaukee Bucks", 43.044, -87.917, "America/Chicago"),
    Team("MIN", 1610612750, "Minnesota Timberwolves", 44.980, -93.276, "America/Chicago"),
    Team("NOP", 1610612740, "New Orleans Pelicans", 29.949, -90.082, "America/Chicago"),
    Team("NYK", 1610612752, "New York Knicks", 40.751, -73.993, "America/New_York"),
    Team("OKC", 1610612760, "Oklahoma City Thunder", 35.463, -97.515, "America/Chicago"),
    Team("ORL", 1610612753, "Orlando Magic", 28.539, -81.384, "America/New_York"),
    Team("PHI", 1610612755, "Philadelphia 76ers", 39.901, -75.172, "America/New_York"),
    Team("PHX", 1610612756, "Phoenix Suns", 33.446, -112.071, "America/Phoenix"),
    Team("POR", 1610612757, "Portland Trail Blazers", 45.532, -122.667, "America/Los_Angeles"),
    Team("SAC", 1610612758, "Sacramento Kings", 38.582, -121.500, "America/Los_Angeles"),
    Team("SAS", 1610612759, "San Antonio Spurs", 29.427, -98.438, "America/Chicago"),
    Team("TOR", 1610612761, "Toronto Raptors", 43.643, -79.379, "America/Toronto"),
    Team("UTA", 1610612762, "Utah Jazz", 40.768, -111.901, "America/Denver"),
    Team("WAS", 1610612764, "Washington Wizards", 38.898, -77.021, "America/New_York"),
)

TEAM_ABBR_BY_ID: dict[int, str] = {team.team_id: team.abbr for team in TEAMS}

# The Odds API writes "Los Angeles Clippers" where NBA.com writes "LA Clippers"; both are accepted, unknown names are
# not guessed.
TEAM_ABBR_BY_NAME: dict[str, str] = {team.name: team.abbr for team in TEAMS} | {"Los Angeles Clippers": "LAC"}
