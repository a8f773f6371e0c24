"""Basketball formulas as polars expressions, unrounded and overtime-safe.

Every formula is null where it is undefined (a denominator of 0, an unknown input), never 0: null is unknown, zero is
zero.
"""

import polars as pl

REGULATION_TEAM_MINUTES = 240
OVERTIME_TEAM_MINUTES = 25

# A free throw ends a possession in about 44 % of cases (and-ones, technicals and first of two do not).
FREE_THROW_WEIGHT = 0.44


def overtime_periods(team_minutes: pl.Expr) -> pl.Expr:
    """Overtimes played, from a team's minutes.

    Sums of rounded player minutes stray a few minutes around 240, 265, 290, so the nearest multiple decides.
    """
    extra = (team_minutes - REGULATION_TEAM_MINUTES) / OVERTIME_TEAM_MINUTES
    return extra.round().clip(lower_bound=0).cast(pl.Int64)


def team_minutes(overtimes: pl.Expr) -> pl.Expr:
    """Exact minutes of the five players of a team in a game with so many overtimes: 240, 265, 290, ..."""
    return REGULATION_TEAM_MINUTES + OVERTIME_TEAM_MINUTES * overtimes


def possessions(fg_attempts: pl.Expr, ft_attempts: pl.Expr, turnovers: pl.Expr, offensive_rebounds: pl.Expr) -> pl.Expr:
    """Possessions of one team, estimated from its own box score; `turnovers` include team turnovers where known."""
    return fg_attempts + FREE_THROW_WEIGHT * ft_attempts + turnovers - offensive_rebounds


def pace(team_possessions: pl.Expr, overtimes: pl.Expr) -> pl.Expr:
    """Possessions per 48 minutes of game time."""
    return team_possessions * 48 / (team_minutes(overtimes) / 5)


def rating(points: pl.Expr, team_possessions: pl.Expr) -> pl.Expr:
    """Points per 100 possessions.

    Offensive rating with own points and own possessions, defensive rating with the opponent's points and the opponent's
    possessions.
    """
    return _ratio(100 * points, team_possessions)


def usage_rate(
    *,
    fg_attempts: pl.Expr,
    ft_attempts: pl.Expr,
    turnovers: pl.Expr,
    minutes: pl.Expr,
    team_fg_attempts: pl.Expr,
    team_ft_attempts: pl.Expr,
    team_turnovers: pl.Expr,
    overtimes: pl.Expr,
) -> pl.Expr:
    """Percent of the team's plays a player used while on court; `team_turnovers` are those of its players.

    Null at 0 minutes, and above 100: a play in a stint of seconds is not a share of anything.
    """
    used = fg_attempts + FREE_THROW_WEIGHT * ft_attempts + turnovers
    team_used = team_fg_attempts + FREE_THROW_WEIGHT * team_ft_attempts + team_turnovers
    share = _ratio(100 * used * (team_minutes(overtimes) / 5), minutes * team_used)
    return pl.when(share <= 100).then(share)


def ts_pct(points: pl.Expr, fg_attempts: pl.Expr, ft_attempts: pl.Expr) -> pl.Expr:
    """True shooting as a fraction; free throws alone are enough to define it."""
    return _ratio(points, 2 * (fg_attempts + FREE_THROW_WEIGHT * ft_attempts))


def efg_pct(fg_makes: pl.Expr, three_pt_makes: pl.Expr, fg_attempts: pl.Expr) -> pl.Expr:
    """Effective field-goal share as a fraction: a three counts one and a half."""
    return _ratio(fg_makes + 0.5 * three_pt_makes, fg_attempts)


def _ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    return pl.when(denominator > 0).then(numerator / denominator)
