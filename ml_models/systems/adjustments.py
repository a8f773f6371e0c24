"""Adjustments that several formulas share, each with its own weight: venue, fatigue, match-up, pace, usage."""

import polars as pl

from ml_models.systems.formula import Term


def venue(home: float, away: float) -> Term:
    """Points at home and away; unknown on neutral ground."""
    points = pl.when(pl.col("home_away") == 1).then(home).when(pl.col("home_away") == 0).then(away)
    return Term("venue", points, "home game", "away game")


def fatigue(tired: float, worn: float) -> Term:
    """Points below a fatigue_score of 50 and from 50 to 70; 100 is rested, and from 70 on nothing is taken off."""
    score = pl.col("fatigue_score")
    points = pl.when(score < 50).then(tired).when(score < 70).then(worn).when(score >= 70).then(0.0)
    return Term("fatigue", points, "rested", "tired legs: many games and minutes in few days")


def zone_match(weight: float) -> Term:
    return Term(
        "zone_match",
        weight * pl.col("shot_zone_mismatch_score"),
        "defence weak where he shoots",
        "defence strong where he shoots",
    )


def pace(weight: float) -> Term:
    return Term("pace", weight * pl.col("pace_score"), "fast opponent", "slow opponent")


def usage(weight: float) -> Term:
    return Term(
        "usage",
        weight * pl.col("usage_spike_score"),
        "more of the ball than lately",
        "less of the ball than lately",
    )
