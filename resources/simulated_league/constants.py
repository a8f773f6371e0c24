"""Every constant of the simulated league, with its unit and why it has its value.

"Fitted" means: chosen so that a simulated season has the aggregates of the real 2023-24 one (docs/simulated_league.md).
Minutes are court minutes, rates are per 36 of them unless noted, spreads are standard deviations.
"""

from resources.simulated_league.model import ReportStatus

# --- careers (world.py) ---
ROSTER_SIZE = 18  # players at the opener: 15 contracts and 3 two-ways
TALENT_DRIFT = 0.25  # per season, in standard deviations of the league's talent
LEAVE_BASE = 0.25  # yearly share of the weakest who lose their place
LEAVE_PER_YEAR = 0.15  # ... and of everybody, for each year beyond 33
SUMMER_MOVES = 0.25  # share of players who change teams between seasons
DEADLINE_TRADES = 18  # of two players each; fitted with the rest to 78 players of two teams
EARLY_TRADES = 12
SIGNINGS = 26  # waived and signed elsewhere within three weeks


def age_effect(age: float) -> float:
    """Talent gained or lost by age: a peak at 27.5, a steeper climb than fall."""
    return -(0.012 if age < 27.5 else 0.008) * (age - 27.5) ** 2


# --- availability (availability.py) ---
HEALTHY_DAYS = 88.0  # mean days between injuries; fitted to games played per player
FRAGILITY_SD = 0.5  # of the log rate: some are always hurt
SPELLS = ((0.55, 2, 6), (0.28, 7, 21), (0.12, 22, 60), (0.05, 61, 200))  # share, shortest, longest (days)
LONG_SPELL = 5  # days: longer ones are public as soon as they happen
TWO_WAY_DEPTH, TWO_WAY_AWAY = 15, 0.72  # from this place on the roster; share of the time with the G League team
ASSIGNMENT_DEPTH, ASSIGNED = 13, 0.15
DRESSED = 8  # able men: the league wants so many in uniform
RESTED_DEPTH, VETERAN_AGE, REST = (
    3,
    31,
    0.06,
)  # the best three, on the second night of back-to-backs; twice for veterans
SUSPENDED, PERSONAL = 0.0008, 0.004  # per player and game
LISTED: dict[ReportStatus, float] = {"Questionable": 0.042, "Doubtful": 0.008, "Probable": 0.045}  # per player and game
PLAY_RATE: dict[ReportStatus, float] = {
    "Questionable": 0.5,
    "Doubtful": 0.2,
    "Probable": 0.85,
}  # folklore, and the feed
SURPRISE = 0.012  # per player and game: out without having been listed
SURPRISE_MINUTES = 240.0  # before tip-off: from here on it becomes known, at a steady rate
DECIDED_EARLY, DECIDED_LATE = 0.15, 0.12  # share of game-time decisions made by noon, or after the last report
PRIOR_PLAY = 0.93  # probability of playing before the team has reported, for who is not known to be out

# --- form (skills.py) ---
DRIFT_DAYS = (37.0, 83.0, 171.0)  # periods of the waves that make up form
USAGE_DRIFT = 0.07  # of log usage: a change worth 1.5 points a game for a star
ROLE_DRIFT = 0.42  # of logit minutes
SHOOTING_DRIFT = 0.018  # of log accuracy
TEAM_DRIFT = 0.010  # of log pace and log defence

# --- minutes (minutes.py) ---
# Minutes a player of the n-th place on the roster would get if all were healthy; fitted to minutes by rank.
ROLE_MINUTES = (
    36.0,
    34.5,
    32.5,
    30.5,
    28.0,
    25.0,
    22.0,
    19.0,
    16.0,
    14.0,
    12.0,
    10.5,
    9.0,
    8.0,
    7.0,
    6.5,
    6.0,
    5.5,
    5.0,
)
MINUTES_CAP = 44.0  # of 48: nobody is left on the floor all night
ROLE_SD = 0.32  # persistent, logit
ROTATION = (0.04, 0.46, 0.36, 0.14)  # shares of rotations of 8, 9, 10, 11 men
ROTATION_SHUFFLE = 0.45  # logit noise on who is in the rotation
MINUTES_SD = 0.40  # logit, per player and game
LOOSE_ENDS = ((-1.6, 1.3), (1.4, 0.75))  # role (logit minutes) -> factor on MINUTES_SD and ROLE_DRIFT: stars are steady
INGAME_INJURY = 0.009  # per player and game: leaves for good
GARBAGE_MARGIN, GARBAGE_WIDTH = (
    12.0,
    14.0,
)  # points after three quarters: margins at which benches begin to play, and play all
GARBAGE_ENTRY = 0.13  # share of garbage time from which men outside the rotation come in
CLOSING = 1.15  # steepness of the fourth quarter's minutes: close games belong to the best
CAMEO = 0.062  # per team and game: a man comes in for the last seconds only

# --- what happens on the court (court.py) ---
POSSESSIONS = 101.9  # per team and 48 minutes; fitted: the box formula counts 100.2
PACE_TEAM_SD, PACE_GAME_SD = 0.014, 0.022  # log, per team-season and per game
USAGE_36, USAGE_ABILITY, USAGE_SD = 12.0, 0.31, 0.20  # field goals tried; per standard deviation of ability; persistent
USAGE_GAME_SD = 0.07  # log, per player and game
ACCURACY = (0.665, 0.441, 0.421, 0.394, 0.361)  # by zone, before opponents; fitted
ACCURACY_ABILITY, ACCURACY_SD = 0.022, 0.030  # log
ZONE_SHARE = (0.291, 0.188, 0.104, 0.103, 0.314)  # of field goals tried; fitted: the busiest men like twos
DEFENCE_ABILITY, DEFENCE_SD, DEFENCE_ZONE_SD = 0.022, 0.040, 0.015  # log accuracy of opponents
OFFENCE_SD = 0.048  # log accuracy, per team-season: its system
HOME_EDGE = 0.013  # log accuracy, for the home team and against the visitors
BACK_TO_BACK, LONG_TRIP, RESTED = -0.010, -0.004, 0.003  # log accuracy; trips beyond 1,200 miles; three days off
TURNOVER_RATE = 0.1245  # per possession
TEAM_TURNOVERS = 0.006  # per possession, of no player
TRIP_RATE = 0.092  # trips to the line per possession, without and-ones
TRIP_GAME_SD = 0.08  # log, per team and game: referees and styles
AND_ONE = 0.055  # per made two
FREE_THROW, FREE_THROW_SD = 0.784, 0.45  # share made; logit spread between players
OFFENSIVE_REBOUND = 0.236  # of missed field goals, by a player
DEFENSIVE_REBOUND = 0.912  # of the rest; what remains are team rebounds
PUT_BACK = 0.95  # field goals tried per offensive rebound
ASSISTED, STOLEN, BLOCKED = 0.642, 0.579, 0.212  # per made shot, per turnover, per missed two
EXTRA_FOULS = 6.9  # personal fouls per team and 48 minutes beyond those that led to free throws
COMEBACK = 0.0080  # log accuracy in the fourth quarter per point behind; leads shrink
COMEBACK_LIMIT = 0.16  # log accuracy
FOUL_LIMIT = 6
LATE_TIE = 0.13  # share of games within three points at the end whose last shot ties them
