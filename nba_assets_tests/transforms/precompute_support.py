"""An invented league of 30 teams, and the four precomputed tables built from it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl

from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets.transforms import (
    player_composite_factors,
    player_daily_cache,
    player_shot_zone_analysis,
    team_defense_zone_analysis,
)
from nba_assets.transforms.windows import SEASON_DAYS
from nba_assets_tests.frames import frame, row

OPENER = date(2023, 10, 24)
DAYS = 42
TEAMS = sorted(TEAM_ABBR_BY_ID.values())
Row = dict[str, Any]


@dataclass(frozen=True)
class League:
    """Input frames: the history tables and the context of the dates that are asked about."""

    schedule: pl.DataFrame
    player_games: pl.DataFrame
    team_offense: pl.DataFrame
    team_defense: pl.DataFrame
    context: pl.DataFrame

    def histories(self) -> dict[str, pl.DataFrame]:
        return {name: getattr(self, name) for name in ("player_games", "team_offense", "team_defense")}

    def of_dates(self, dates: Sequence[date]) -> "League":
        """What a run of `dates` loads: their own rows, and the look-back before the first of them."""
        own = pl.col("game_date").is_in(list(dates))
        first = min(dates)
        before = pl.col("game_date").is_between(first - timedelta(SEASON_DAYS), max(dates) - timedelta(1))
        return League(
            self.schedule.filter(own),
            **{name: frame.filter(before) for name, frame in self.histories().items()},
            context=self.context.filter(own),
        )

    def changed(self, **frames: pl.DataFrame) -> "League":
        return replace(self, **frames)


def build_all(league: League) -> dict[str, pl.DataFrame]:
    """The four tables in key order, each from the others' rows of the same dates."""
    zones = player_shot_zone_analysis.build(
        league.context, league.player_games.select(player_shot_zone_analysis.GAME_COLUMNS)
    )
    teams = team_defense_zone_analysis.build(
        league.schedule, league.team_defense.select(team_defense_zone_analysis.GAME_COLUMNS)
    )
    daily = player_daily_cache.build(
        league.context,
        zones,
        league.player_games.select(player_daily_cache.GAME_COLUMNS),
        league.team_offense.select(player_daily_cache.TEAM_COLUMNS),
    )
    factors = player_composite_factors.build(
        league.context,
        zones,
        teams,
        league.player_games.select(player_composite_factors.GAME_COLUMNS),
        league.team_offense.select(player_composite_factors.TEAM_COLUMNS),
    )
    return {
        "player_shot_zone_analysis": zones.sort("game_date", "nba_player_id"),
        "team_defense_zone_analysis": teams.sort("game_date", "team_abbr"),
        "player_daily_cache": daily.sort("game_date", "nba_player_id"),
        "player_composite_factors": factors.sort("game_date", "nba_player_id"),
    }


@dataclass
class _Rows:
    schedule: list[Row] = field(default_factory=list)
    player_games: list[Row] = field(default_factory=list)
    team_offense: list[Row] = field(default_factory=list)
    team_defense: list[Row] = field(default_factory=list)
    context: list[Row] = field(default_factory=list)


@cache
def league(seed: int = 0, players_per_team: int = 3) -> League:
    """42 days from the opener of 2023-24 with an idle week, every team on most other days; some players sit out, some
    are traded, some games have no zone data and some no play-by-play.
    """
    rng = random.Random(seed)
    rows = _Rows()
    team_of = {100 * number + k: team for number, team in enumerate(TEAMS, 1) for k in range(players_per_team)}
    number = 0
    for offset in range(DAYS):
        day = OPENER + timedelta(offset)
        if 25 <= offset < 31:
            continue
        if offset % 9 == 8:
            one, other = rng.sample(sorted(team_of), 2)
            team_of[one], team_of[other] = team_of[other], team_of[one]
        resting = rng.sample(TEAMS, 6)
        playing = [team for team in TEAMS if team not in resting]
        rng.shuffle(playing)
        for home, away in zip(playing[::2], playing[1::2], strict=True):
            number += 1
            _game(rng, rows, day, f"00223{number:05d}", home, away, team_of)
    return League(
        frame("nbac_schedule", rows.schedule),
        frame("player_game_summary", rows.player_games),
        frame("team_offense_game_summary", rows.team_offense),
        frame("team_defense_game_summary", rows.team_defense),
        frame("upcoming_player_game_context", rows.context),
    )


def _game(
    rng: random.Random, rows: _Rows, day: date, game: str, home: str, away: str, team_of: Mapping[int, str]
) -> None:
    common = {"game_date": day, "nba_game_id": game, "game_id": f"{day:%Y%m%d}_{away}_{home}", "season_year": 2023}
    rows.schedule.append(row("nbac_schedule", **common, home_team_abbr=home, away_team_abbr=away))
    source = rng.choice(["play_by_play", "play_by_play", "shot_chart", None])
    reported = rng.random() < 0.8
    for team, opponent in ((home, away), (away, home)):
        sides = common | {"opponent_team_abbr": opponent, "home_game": team == home}
        pace, rating = rng.uniform(90, 110), rng.uniform(95, 125)
        rows.team_offense.append(
            row("team_offense_game_summary", **sides, team_abbr=team, pace=pace, offensive_rating=rating)
        )
        rows.team_defense.append(_defence(rng, sides, team, source))
        for player in sorted(player for player, his in team_of.items() if his == team):
            rows.player_games.append(_player_game(rng, sides, player, team, source))
            rows.context.append(_context(rng, sides, player, team, reported))


def _shots(rng: random.Random, scale: int) -> tuple[int, int]:
    attempts = rng.randint(0, scale)
    return attempts, rng.randint(0, attempts)


def _defence(rng: random.Random, sides: Row, team: str, source: str | None) -> Row:
    values: Row = {"defensive_rating": rng.uniform(95, 125), "points_allowed": rng.randint(90, 130)}
    values["opponent_pace"] = rng.uniform(90, 110)
    values["opp_three_pt_attempts"], values["opp_three_pt_makes"] = _shots(rng, 40)
    if source:
        for zone in ("paint", "mid_range"):
            values[f"opp_{zone}_attempts"], values[f"opp_{zone}_makes"] = _shots(rng, 50)
    if source == "play_by_play":
        values |= {f"blocks_{zone}": rng.randint(0, 4) for zone in ("paint", "mid_range", "three_pt")}
    return row("team_defense_game_summary", **sides, defending_team_abbr=team, **values)


def _player_game(rng: random.Random, sides: Row, player: int, team: str, source: str | None) -> Row:
    who = sides | {"nba_player_id": player, "player_lookup": f"player{player}", "team_abbr": team}
    if rng.random() < 0.15:
        return row(
            "player_game_summary",
            **who,
            points=None,
            fg_makes=None,
            three_pt_makes=None,
            ft_makes=None,
            is_active=False,
            is_dnp=True,
            player_status="dnp",
        )
    values: Row = {"points": rng.randint(0, 40), "minutes_played": round(rng.uniform(0, 44), 2), "fg_attempts": 1}
    values["usage_rate"] = rng.choice([None, *(rng.uniform(5, 40) for _ in range(9))])
    values["ts_pct"] = rng.choice([None, rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.9)])
    if source:
        for attempts, makes, scale in (
            ("paint_attempts", "paint_makes", 8),
            ("mid_range_attempts", "mid_range_makes", 4),
            ("three_attempts_pbp", "three_makes_pbp", 9),
        ):
            values[attempts], values[makes] = _shots(rng, scale)
    if source == "play_by_play":
        values["assisted_fg_makes"], values["unassisted_fg_makes"] = rng.randint(0, 4), rng.randint(0, 4)
    return row("player_game_summary", **who, **values, zone_source=source)


def _context(rng: random.Random, sides: Row, player: int, team: str, reported: bool) -> Row:
    known: Row = {"nba_player_id": player, "player_lookup": f"player{player}", "team_abbr": team}
    known["days_rest"] = rng.choice([None, 1, 2, 3, 5])
    known["games_in_last_7_days"] = rng.randint(0, 4)
    known["minutes_in_last_7_days"] = rng.uniform(0, 260)
    known["minutes_in_last_14_days"] = known["minutes_in_last_7_days"] + 60
    known["avg_minutes_per_game_last_7"] = rng.choice([None, rng.uniform(10, 42)])
    known["back_to_backs_last_14_days"] = rng.randint(0, 3)
    known["avg_usage_rate_last_7_games"] = rng.choice([None, *(rng.uniform(5, 40) for _ in range(5))])
    if reported:
        known["player_status"] = rng.choice(["available", "available", "available", "questionable", "out", "doubtful"])
        known["star_teammates_out"] = rng.randint(0, 3)
    return row("upcoming_player_game_context", **sides, **known)
