"""An invented league as inputs of the feature store: two seasons, trades, absences, a long break and a Cup final."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from nba_assets_tests.frames import frame, row

TEAMS = ("ATL", "BOS", "CHI", "DEN")
PLAYERS_PER_TEAM = 4
# Ten dates of the season before, then a season with 20 days without games after its 14th date.
GAME_DATES = (
    *(date(2024, 3, 1) + timedelta(2 * n) for n in range(10)),
    *(date(2024, 10, 22) + timedelta(2 * n) for n in range(14)),
    *(date(2024, 12, 8) + timedelta(n) for n in range(14)),
)
ASKED_DATES = (*GAME_DATES[11:14], *GAME_DATES[14:38:3], GAME_DATES[-1] + timedelta(1))
CUP_FINAL = GAME_DATES[20]


def league(seed: int = 1) -> dict[str, pl.DataFrame]:
    """Inputs of `ml_feature_store_v2.build`: history of all game dates, and rows of the `ASKED_DATES`."""
    rng = random.Random(f"feature store league {seed}")
    team_of = {player: TEAMS[player % len(TEAMS)] for player in range(1, PLAYERS_PER_TEAM * len(TEAMS) + 1)}
    inputs: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("context", "cache", "composite", "shot_zones", "defense", "player_games", "team_games")
    }
    for day in sorted({*GAME_DATES, *ASKED_DATES}):
        for player in team_of:
            if rng.random() < 0.02:
                team_of[player] = rng.choice(TEAMS)
        pairs = rng.sample(TEAMS, len(TEAMS))
        for number, (home, away) in enumerate((pairs[:2], pairs[2:])):
            game = _game(day, number, home, away)
            if day in GAME_DATES:
                _play(inputs, game, home, away, team_of, rng)
            if day in ASKED_DATES:
                _expect(inputs, game, home, away, team_of, rng)
    tables = {
        "context": "upcoming_player_game_context",
        "cache": "player_daily_cache",
        "composite": "player_composite_factors",
        "shot_zones": "player_shot_zone_analysis",
        "defense": "team_defense_zone_analysis",
        "player_games": "player_game_summary",
        "team_games": "team_offense_game_summary",
    }
    return {name: frame(table, inputs[name]) for name, table in tables.items()}


def _game(day: date, number: int, home: str, away: str) -> dict[str, Any]:
    prefix = "006" if day == CUP_FINAL and number == 0 else "002"
    return {
        "game_date": day,
        "nba_game_id": f"{prefix}{day:%y%m%d}{number}",
        "game_id": f"{day:%Y%m%d}_{away}_{home}",
        "season_year": day.year if day.month >= 10 else day.year - 1,
    }


def _sides(home: str, away: str) -> tuple[tuple[str, str, bool], ...]:
    return (home, away, True), (away, home, False)


def _play(
    inputs: dict[str, list[dict[str, Any]]],
    game: dict[str, Any],
    home: str,
    away: str,
    team_of: dict[int, str],
    rng: random.Random,
) -> None:
    margin = rng.choice([-22, -15, -9, -3, 4, 8, 15, 21])
    for team, opponent, at_home in _sides(home, away):
        own_margin = margin if at_home else -margin
        side = {"team_abbr": team, "opponent_team_abbr": opponent, "home_game": at_home, "win_flag": own_margin > 0}
        inputs["team_games"].append(row("team_offense_game_summary", **game, **side, margin_of_victory=own_margin))
        for player in (p for p, of in team_of.items() if of == team):
            fate = rng.random()
            identity = game | side | {"nba_player_id": player, "player_lookup": f"player{player}"}
            if fate < 0.75:
                points = rng.randint(0, 40)
                statistics = {
                    "points": points,
                    "ft_makes": rng.randint(0, min(points, 12)),
                    "minutes_played": rng.choice([0.0, float(rng.randint(5, 44)), rng.uniform(5, 44)]),
                    "usage_rate": rng.choice([None, rng.uniform(5, 40)]),
                    "consensus_points_line": rng.choice([None, rng.randint(10, 60) / 2]),
                }
                inputs["player_games"].append(row("player_game_summary", **identity, **statistics))
            elif fate < 0.85:
                absent = {"is_dnp": True, "is_active": False, "player_status": "dnp", "points": None}
                inputs["player_games"].append(row("player_game_summary", **identity, **absent))


def _expect(
    inputs: dict[str, list[dict[str, Any]]],
    game: dict[str, Any],
    home: str,
    away: str,
    team_of: dict[int, str],
    rng: random.Random,
) -> None:
    tipoff = datetime.combine(game["game_date"], datetime.min.time(), UTC) + timedelta(hours=24)
    for team, opponent, at_home in _sides(home, away):
        day = {"game_date": game["game_date"], "season_year": game["season_year"]}
        defense = {"defensive_rating_last_15": rng.uniform(100, 120), "opponent_pace": rng.uniform(95, 105)}
        inputs["defense"].append(row("team_defense_zone_analysis", **day, team_abbr=team, **defense))
        for player in (p for p, of in team_of.items() if of == team):
            who = {"nba_player_id": player, "player_lookup": f"player{player}", "team_abbr": team}
            side = who | {"opponent_team_abbr": opponent}
            line = rng.choice([None, rng.randint(10, 60) / 2])
            market = {
                "has_prop_line": line is not None,
                "current_points_line": line,
                "current_points_line_source": None if line is None else "draftkings",
                "consensus_points_line": line,
            }
            context = {
                "home_game": at_home,
                "tipoff_utc": tipoff,
                "as_of_ts": tipoff,
                "player_status": rng.choice([None, "available", "available", "questionable", "out"]),
                "days_rest": rng.randint(1, 6),
                "opponent_days_rest": rng.randint(1, 6),
            }
            inputs["context"].append(row("upcoming_player_game_context", **game, **side, **context, **market))
            cached = {
                "points_avg_last_5": rng.uniform(5, 30),
                "points_avg_season": rng.uniform(5, 30),
                "points_std_last_10": rng.choice([None, 0.0, rng.uniform(2, 8)]),
                "minutes_avg_last_10": rng.uniform(10, 40),
                "team_pace_last_10": rng.uniform(95, 105),
            }
            game_of_day = {"nba_game_id": game["nba_game_id"]}
            inputs["cache"].append(row("player_daily_cache", **day, **who, **game_of_day, **cached))
            inputs["composite"].append(
                row("player_composite_factors", **day, **side, **game_of_day, fatigue_score=rng.randint(50, 100))
            )
            rates = {"paint_rate_last_10": 50.0, "mid_range_rate_last_10": 20.0, "three_pt_rate_last_10": 30.0}
            inputs["shot_zones"].append(row("player_shot_zone_analysis", **day, **who, **rates))
