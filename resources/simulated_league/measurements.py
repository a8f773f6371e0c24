"""Figures of a season's box scores: the same functions measure the simulated league and the real 2023-24 season.

A measurement is a name, a function of a sample, the real value (in season_2023_24.csv, aggregates only) and the band
in which the simulated value of a few hundred games must lie.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from resources.simulated_league.league import League
from resources.simulated_league.model import Fixture

REAL_FIGURES = "season_2023_24.csv"
_COUNTS = ("points", "fgm", "fga", "three_m", "three_a", "ftm", "fta", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf")


@dataclass(frozen=True, slots=True)
class BoxSample:
    """Box rows of players who played: game, person, team, day, home, whole minutes, counts, `paint_a` .. `mid_m`."""

    players: pl.DataFrame

    @property
    def teams(self) -> pl.DataFrame:
        """One row per team and game, with `possessions` and overtimes."""
        sums = [pl.col(name).sum() for name in (*_COUNTS, "minutes")]
        teams = self.players.group_by("game", "team", "home", "day").agg(*sums, rows=pl.len())
        possessions = pl.col("fga") + 0.44 * pl.col("fta") - pl.col("oreb") + pl.col("tov")
        overtimes = ((pl.col("minutes") - 240) / 25).round().clip(0)
        return teams.with_columns(possessions=possessions, overtimes=overtimes).sort("game", "home")

    @property
    def games(self) -> pl.DataFrame:
        """One row per game: home margin and total."""
        teams = self.teams
        home, away = teams.filter(pl.col("home")), teams.filter(~pl.col("home"))
        both = home.join(away, on="game", suffix="_away")
        margin, total = pl.col("points") - pl.col("points_away"), pl.col("points") + pl.col("points_away")
        return both.select("game", "overtimes", margin=margin, total=total)

    def tier(self, low: float, high: float) -> pl.DataFrame:
        """Rows of players with 15 or more games whose mean is in a tier, with `mean` and `residual`."""
        mean = pl.col("points").mean().over("person")
        rows = self.players.with_columns(mean=mean, played=pl.len().over("person")).filter(pl.col("played") >= 15)
        return rows.filter(pl.col("mean").is_between(low, high, closed="left")).with_columns(
            residual=pl.col("points") - pl.col("mean")
        )


@dataclass(frozen=True, slots=True)
class BoxMeasurement:
    """One figure, and the band in which the simulated one must lie in a sample of a few hundred games."""

    name: str
    low: float
    high: float
    value: Callable[[BoxSample], float]
    season_only: bool = False
    """Means something for a whole season only."""

    @property
    def real(self) -> float:
        return real_figures()[self.name][0]


@dataclass(frozen=True, slots=True)
class Histogram:
    """A distribution: shares per bin."""

    name: str
    edges: tuple[float, ...]
    values: Callable[[BoxSample], pl.Series]

    def shares(self, sample: BoxSample) -> list[float]:
        counts, _ = np.histogram(self.values(sample).to_numpy(), self.edges)
        return (counts / max(counts.sum(), 1)).tolist()


@cache
def real_figures() -> dict[str, list[float]]:
    """Values by figure: one of a measurement, one per bin of a histogram."""
    figures: dict[str, list[float]] = {}
    with (files("resources.simulated_league") / REAL_FIGURES).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            figures.setdefault(row["figure"], []).append(float(row["value"]))
    return figures


def simulated_boxes(league: League, fixtures: Sequence[Fixture]) -> BoxSample:
    """The box rows of simulated games."""
    rows = []
    for fixture in fixtures:
        box = league.box(fixture.nba_game_id)
        for team in fixture.teams:
            for line in box.lines[team.abbr]:
                if not line.played:
                    continue
                fga, fgm = (
                    np.sum([getattr(part, name) for part in line.parts], axis=0).tolist() for name in ("fga", "fgm")
                )
                total = {
                    name: sum(getattr(part, name) for part in line.parts)
                    for name in ("seconds", "ftm", "fta", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf")
                }
                minutes = round(total.pop("seconds") / 60)
                rows.append(
                    {
                        "game": fixture.nba_game_id,
                        "person": line.player.person_id,
                        "team": team.team_id,
                        "home": team is fixture.home,
                        "day": fixture.day,
                        "minutes": minutes,
                        "points": line.points,
                        "fga": sum(fga),
                        "fgm": sum(fgm),
                        "three_a": sum(fga[3:]),
                        "three_m": sum(fgm[3:]),
                        "paint_a": sum(fga[:2]),
                        "paint_m": sum(fgm[:2]),
                        "mid_a": fga[2],
                        "mid_m": fgm[2],
                        **total,
                    }
                )
    return BoxSample(pl.DataFrame(rows))


def _per_team(name: str) -> Callable[[BoxSample], float]:
    return lambda s: _number(s.teams[name].mean())


def _ratio(top: str, bottom: str) -> Callable[[BoxSample], float]:
    return lambda s: _number(s.players[top].sum()) / _number(s.players[bottom].sum())


def _spread(low: float, high: float) -> Callable[[BoxSample], float]:
    return lambda s: _number(s.tier(low, high)["residual"].std())


def _skew(low: float, high: float) -> Callable[[BoxSample], float]:
    return lambda s: _number(s.tier(low, high)["residual"].skew())


def _minutes_rank(rank: int) -> Callable[[BoxSample], float]:
    order = pl.col("minutes").rank("ordinal", descending=True).over("game", "team")
    return lambda s: _number(s.players.filter(order == rank)["minutes"].mean())


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _pace(sample: BoxSample) -> float:
    return _number(sample.teams.select((pl.col("possessions") * 240 / (240 + 25 * pl.col("overtimes"))).mean()).item())


MEASUREMENTS = (
    BoxMeasurement("team points, mean", 112.5, 116.0, _per_team("points")),
    BoxMeasurement("team points, SD", 11.6, 14.2, lambda s: _number(s.teams["points"].std())),
    BoxMeasurement("possessions per team", 99.3, 102.3, _per_team("possessions")),
    BoxMeasurement("pace per 48 minutes", 98.7, 101.7, _pace),
    BoxMeasurement("margin, root mean square", 14.2, 17.4, lambda s: _number((s.games["margin"] ** 2).mean()) ** 0.5),
    BoxMeasurement("total, SD", 17.8, 22.9, lambda s: _number(s.games["total"].std())),
    BoxMeasurement("home win share", 0.47, 0.62, lambda s: _number((s.games["margin"] > 0).mean())),
    BoxMeasurement("overtime share", 0.02, 0.085, lambda s: _number((s.games["overtimes"] > 0).mean())),
    BoxMeasurement("field goals tried", 87.4, 90.5, _per_team("fga")),
    BoxMeasurement("threes tried", 33.4, 36.8, _per_team("three_a")),
    BoxMeasurement("free throws tried", 20.5, 23.0, _per_team("fta")),
    BoxMeasurement("offensive rebounds", 9.8, 11.3, _per_team("oreb")),
    BoxMeasurement("defensive rebounds", 32.0, 34.2, _per_team("dreb")),
    BoxMeasurement("assists", 25.7, 27.7, _per_team("ast")),
    BoxMeasurement("steals", 7.0, 7.9, _per_team("stl")),
    BoxMeasurement("blocks", 4.7, 5.6, _per_team("blk")),
    BoxMeasurement("turnovers of players", 12.3, 13.5, _per_team("tov")),
    BoxMeasurement("personal fouls", 17.7, 19.8, _per_team("pf")),
    BoxMeasurement("paint share of field goals tried", 0.475, 0.510, _ratio("paint_a", "fga")),
    BoxMeasurement("mid-range share", 0.100, 0.125, _ratio("mid_a", "fga")),
    BoxMeasurement("three-point share", 0.375, 0.415, _ratio("three_a", "fga")),
    BoxMeasurement("paint accuracy", 0.560, 0.588, _ratio("paint_m", "paint_a")),
    BoxMeasurement("mid-range accuracy", 0.395, 0.443, _ratio("mid_m", "mid_a")),
    BoxMeasurement("three-point accuracy", 0.352, 0.380, _ratio("three_m", "three_a")),
    BoxMeasurement("free-throw accuracy", 0.765, 0.803, _ratio("ftm", "fta")),
    BoxMeasurement("players used per team and game", 10.3, 11.2, _per_team("rows")),
    BoxMeasurement(
        "rows under half a minute, share", 0.001, 0.009, lambda s: _number((s.players["minutes"] == 0).mean())
    ),
    BoxMeasurement("minutes of the busiest man", 35.8, 38.2, _minutes_rank(1)),
    BoxMeasurement("minutes of the fifth man", 26.0, 28.2, _minutes_rank(5)),
    BoxMeasurement("minutes of the ninth man", 10.6, 13.4, _minutes_rank(9)),
    BoxMeasurement("points of a player, SD over all rows", 8.4, 9.7, lambda s: _number(s.players["points"].std())),
    BoxMeasurement("rows without points, share", 0.09, 0.15, lambda s: _number((s.players["points"] == 0).mean())),
    BoxMeasurement("within-player SD, mean of 8-12 points", 5.2, 6.4, _spread(8, 12)),
    BoxMeasurement("within-player SD, mean of 12-17", 5.9, 7.2, _spread(12, 17)),
    BoxMeasurement("within-player SD, mean of 17-22", 6.5, 8.4, _spread(17, 22)),
    BoxMeasurement("within-player SD, mean over 22", 7.3, 9.4, _spread(22, 99)),
    BoxMeasurement("skewness, mean of 8-12 points", 0.35, 0.95, _skew(8, 12)),
    BoxMeasurement("skewness, mean of 17-22", 0.05, 0.65, _skew(17, 22)),
    BoxMeasurement("players", 530, 600, lambda s: s.players["person"].n_unique(), season_only=True),
    BoxMeasurement(
        "players of two or more teams",
        60,
        95,
        lambda s: _number((s.players.group_by("person").agg(pl.col("team").n_unique())["team"] > 1).sum()),
        season_only=True,
    ),
    BoxMeasurement(
        "net rating of teams, SD",
        3.8,
        7.0,
        lambda s: _number(_net(s).std()),
        season_only=True,
    ),
)


def _net(sample: BoxSample) -> pl.Series:
    teams = sample.teams
    other = pl.col("points").sum().over("game") - pl.col("points")
    return teams.with_columns(net=pl.col("points") - other).group_by("team").agg(pl.col("net").mean())["net"]


HISTOGRAMS = (
    Histogram("points of a player", tuple(range(0, 52, 2)), lambda s: s.players["points"].clip(0, 50)),
    Histogram("minutes of a player", tuple(range(0, 50, 2)), lambda s: s.players["minutes"].clip(0, 48)),
    Histogram("team points", tuple(range(76, 164, 4)), lambda s: s.teams["points"]),
    Histogram("home margin", tuple(range(-48, 52, 4)), lambda s: s.games["margin"]),
)
