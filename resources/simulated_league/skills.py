"""What players can do: rates per minute in arrays by player, persistent over a season, drifting within it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from nba_assets.reference.teams import TEAMS
from resources.simulated_league import constants as c
from resources.simulated_league.keyed import generator
from resources.simulated_league.model import ZONES
from resources.simulated_league.world import SeasonWorld

# By position (PG SG SF PF C): log rates relative to the league, and the taste for each zone.
_STYLE = {
    "assists": (0.75, 0.05, -0.15, -0.30, -0.35),
    "offensive_rebounds": (-0.85, -0.65, -0.25, 0.25, 0.85),
    "defensive_rebounds": (-0.35, -0.35, -0.10, 0.20, 0.55),
    "steals": (0.20, 0.15, 0.05, -0.10, -0.25),
    "blocks": (-0.70, -0.45, -0.10, 0.25, 0.95),
    "fouls": (-0.15, -0.12, 0.00, 0.10, 0.30),
    "turnovers": (0.20, -0.05, -0.12, -0.05, 0.00),
    "trips": (0.05, -0.10, -0.05, 0.00, 0.20),
}
_SPREAD = {
    "assists": 0.38,
    "offensive_rebounds": 0.35,
    "defensive_rebounds": 0.25,
    "steals": 0.25,
    "blocks": 0.45,
    "fouls": 0.22,
    "turnovers": 0.18,
    "trips": 0.38,
}
_ZONE_STYLE = np.array(
    [
        [-0.15, 0.00, 0.25, -0.45, 0.20],
        [-0.25, -0.10, 0.10, 0.15, 0.25],
        [-0.10, -0.10, 0.00, 0.35, 0.10],
        [0.05, 0.05, 0.00, 0.20, -0.05],
        [0.65, 0.45, -0.20, -1.10, -1.00],
    ]
)
_ZONE_SPREAD = np.array([0.28, 0.28, 0.55, 0.60, 0.50])
_POSITIONS = {"PG": 0, "SG": 1, "SF": 2, "PF": 3, "C": 4}
RATES = tuple(_STYLE)


@dataclass(frozen=True)
class Skills:
    """One row per player of the season's world."""

    role: np.ndarray
    """Personal deviation of logit minutes."""
    usage: np.ndarray
    zones: np.ndarray
    accuracy: np.ndarray
    free_throw: np.ndarray
    defence: np.ndarray
    rates: dict[str, np.ndarray]
    phases: np.ndarray
    pace: dict[str, float]
    team_offence: dict[str, float]
    team_defence: dict[str, np.ndarray]

    def drift(self, rows: np.ndarray, day: date) -> np.ndarray:
        """Form on a date, standard normal over the season: usage, role and shooting by player."""
        angles = 2 * np.pi * (day.toordinal() / np.array(c.DRIFT_DAYS) + self.phases[rows])
        return np.sin(angles).sum(axis=-1) * np.sqrt(2 / len(c.DRIFT_DAYS))


def season_skills(seed: int, world: SeasonWorld) -> Skills:
    """Skills belong to the player (keyed by person), so they stay his from season to season; ability moves with age."""
    noise = np.array([generator(seed, "skills", p.person_id).standard_normal(20 + 9) for p in world.players])
    phases = np.array([generator(seed, "form", world.season, p.person_id).random((3, 3)) for p in world.players])
    position = np.array([_POSITIONS[p.position] for p in world.players])
    ability = world.ability
    zones = np.array(c.ZONE_SHARE) * np.exp(_ZONE_STYLE[position] + _ZONE_SPREAD * noise[:, 2:7])
    zones /= zones.sum(axis=1, keepdims=True)
    accuracy = np.array(c.ACCURACY) * np.exp(
        c.ACCURACY_ABILITY * ability[:, None] + c.ACCURACY_SD * (0.6 * noise[:, 7:12] + 0.8 * noise[:, 12:13])
    )
    free_throw = 1 / (
        1 + np.exp(-(_logit(c.FREE_THROW) + 0.1 - 0.25 * (position == 4) + c.FREE_THROW_SD * noise[:, 13]))
    )
    rates = {
        name: np.exp(np.array(_STYLE[name])[position] + _SPREAD[name] * noise[:, 14 + n])
        for n, name in enumerate(RATES)
    }
    usage = c.USAGE_36 * np.exp(c.USAGE_ABILITY * ability + c.USAGE_SD * noise[:, 1])
    rates["assists"] *= np.exp(0.12 * ability)
    rates["trips"] *= np.exp(0.10 * ability)
    teams = {
        team.abbr: generator(seed, "team", world.season, team.abbr).standard_normal(3 + len(ZONES)) for team in TEAMS
    }
    return Skills(
        role=c.ROLE_SD * noise[:, 0],
        usage=usage,
        zones=zones,
        accuracy=accuracy,
        free_throw=free_throw,
        defence=c.DEFENCE_ABILITY * ability,
        rates=rates,
        phases=phases,
        pace={abbr: float(c.PACE_TEAM_SD * z[0]) for abbr, z in teams.items()},
        team_offence={abbr: float(c.OFFENCE_SD * z[2]) for abbr, z in teams.items()},
        team_defence={abbr: c.DEFENCE_SD * z[1] + c.DEFENCE_ZONE_SD * z[3:] for abbr, z in teams.items()},
    )


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
