"""The dates of a simulated season: when the NBA plays, and when it never does."""

from datetime import date, timedelta

from nba_assets.calendar import SEASON_OPENERS

# From the opener's week to the last Sunday: 24 weeks and 5 days in every season since 2021.
_SEASON_DAYS = 173
ALL_STAR_DAYS = 6


def game_days(season: int, *, cup: bool) -> list[date]:
    """The dates with games, in order; the last one is everybody's."""
    opener = SEASON_OPENERS[season]
    last = opener + timedelta(days=_SEASON_DAYS)
    last -= timedelta(days=(last.weekday() + 1) % 7)
    idle = {
        nth_weekday(season, 11, 3, 4),
        nth_weekday(season, 11, 0, 1) + timedelta(days=1),  # Election Day: the Tuesday after the first Monday
        date(season, 12, 24),
        _student_final(season + 1),
        last - timedelta(days=1),
    }
    all_star = nth_weekday(season + 1, 2, 6, 3)
    idle |= {all_star + timedelta(days=n) for n in range(-2, ALL_STAR_DAYS - 2)}
    if cup:
        idle |= {cup_final_day(season)}
    days = [opener + timedelta(days=n) for n in range((last - opener).days + 1)]
    return [day for day in days if day not in idle]


def cup_final_day(season: int) -> date:
    """The Tuesday of the Cup final in mid December (in the first year it was a Saturday)."""
    return date(season, 12, 9) if season == 2023 else nth_weekday(season, 12, 1, 3)


def cup_quarter_day(season: int) -> date:
    return cup_final_day(season) - timedelta(days=5 if season == 2023 else 6)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th Monday (0) .. Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _student_final(year: int) -> date:
    """The Monday of the college final, between April 2 and 8."""
    first = date(year, 4, 2)
    return first + timedelta(days=-first.weekday() % 7)
