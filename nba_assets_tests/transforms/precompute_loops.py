"""The precomputed tables by the words of their rules, one row at a time: slow, plain, and nothing shared with them."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from nba_assets.calendar import SEASON_OPENERS

Row = dict[str, Any]
ZONES = {
    "paint": ("paint_attempts", "paint_makes"),
    "mid_range": ("mid_range_attempts", "mid_range_makes"),
    "three_pt": ("three_attempts_pbp", "three_makes_pbp"),
}
TEAM_ZONES = {zone: (f"opp_{zone}_attempts", f"opp_{zone}_makes", f"blocks_{zone}") for zone in ZONES}


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def total(games: Sequence[Row], name: str) -> int:
    return sum(game[name] or 0 for game in games)


def before(games: Sequence[Row], day: date, season: int, **same: Any) -> list[Row]:
    found = [
        game
        for game in games
        if game["game_date"] < day
        and game["season_year"] == season
        and all(game[name] == value for name, value in same.items())
    ]
    return sorted(found, key=lambda game: game["game_date"])


def played(games: Sequence[Row]) -> list[Row]:
    return [game for game in games if not game["is_dnp"] and game["points"] is not None]


def shot_zones(asked: Row, player_games: Sequence[Row]) -> Row | None:
    games = [
        game
        for game in played(before(player_games, asked["game_date"], asked["season_year"], **_player(asked)))
        if game["paint_attempts"] is not None and (game["minutes_played"] > 0 or game["fg_attempts"] > 0)
    ]
    day = (asked["game_date"] - SEASON_OPENERS[asked["season_year"]]).days
    if day < 14 or len(games) < (min(3 + day // 3, 9) if day < 21 else 10):
        return None
    ten, twenty = games[-10:], games[-20:]
    shots = sum(total(ten, attempts) for attempts, _ in ZONES.values())
    found: Row = {"total_shots_last_10": shots, "games_in_sample_10": len(ten), "games_in_sample_20": len(twenty)}
    for zone, (attempts, makes) in ZONES.items():
        share = ratio(total(ten, attempts), shots)
        found[f"{zone}_rate_last_10"] = None if share is None else 100 * share
        found[f"{zone}_pct_last_10"] = ratio(total(ten, makes), total(ten, attempts))
        found[f"{zone}_attempts_per_game"] = total(ten, attempts) / len(ten)
    shots_20 = sum(total(twenty, attempts) for attempts, _ in ZONES.values())
    known = len(twenty) >= 15 and shots_20 > 0
    found["paint_rate_last_20"] = 100 * total(twenty, "paint_attempts") / shots_20 if known else None
    found["paint_pct_last_20"] = (
        ratio(total(twenty, "paint_makes"), total(twenty, "paint_attempts")) if len(twenty) >= 15 else None
    )
    assisted, alone = total(ten, "assisted_fg_makes"), total(ten, "unassisted_fg_makes")
    found["assisted_rate_last_10"] = 100 * assisted / (assisted + alone) if assisted + alone else None
    paint, three, mid = (found[f"{zone}_rate_last_10"] for zone in ("paint", "three_pt", "mid_range"))
    if paint is None:
        zone = None
    elif paint >= 40:
        zone = "paint"
    elif three >= 40:
        zone = "perimeter"
    else:
        zone = "mid_range" if mid >= 35 else "balanced"
    return found | {"primary_scoring_zone": zone}


def daily_cache(
    asked: Row, player_games: Sequence[Row], team_games: Sequence[Row], league_dates: Iterable[date]
) -> Row | None:
    """`league_dates`: every date on which anybody played."""
    day, season = asked["game_date"], asked["season_year"]
    games = played(before(player_games, day, season, **_player(asked)))
    league = sorted(played_on for played_on in league_dates if played_on < day)[-60:]
    earliest = min(day - timedelta(60), league[0]) if len(league) == 60 else day - timedelta(60)
    if not games or games[-1]["game_date"] < earliest:
        return None
    ten, points = games[-10:], [game["points"] for game in games]
    weights = [0.5 ** (age / 8) for age in reversed(range(len(games)))]
    team = before(team_games, day, season, team_abbr=asked["team_abbr"])[-10:]
    return {
        "points_avg_last_5": mean(points[-5:]),
        "points_avg_last_10": mean(points[-10:]),
        "points_avg_season": mean(points),
        "points_avg_ewma": sum(w * p for w, p in zip(weights, points, strict=True)) / sum(weights),
        "points_std_last_10": statistics.stdev(points[-10:]) if len(ten) > 1 else None,
        "minutes_avg_last_10": mean([game["minutes_played"] for game in ten]),
        "usage_rate_last_10": mean([game["usage_rate"] for game in ten]),
        "ts_pct_last_10": mean([game["ts_pct"] for game in ten]),
        "player_usage_rate_season": mean([game["usage_rate"] for game in games]),
        "games_played_season": len(games),
        "games_in_sample_10": len(ten),
        "last_game_date": games[-1]["game_date"],
        "early_season_flag": len(games) < 10,
        "team_pace_last_10": mean([game["pace"] for game in team]),
        "team_off_rating_last_10": mean([game["offensive_rating"] for game in team]),
        "assisted_share_last_10": ratio(
            total(ten, "assisted_fg_makes"), total(ten, "assisted_fg_makes") + total(ten, "unassisted_fg_makes")
        ),
    }


def team_defence(day: date, season: int, teams: Sequence[str], team_games: Sequence[Row]) -> dict[str, Row]:
    """Rows of one date by team."""
    zoned = [game for game in team_games if game["opp_paint_attempts"] is not None]
    past = {team: before(zoned, day, season, defending_team_abbr=team) for team in teams}
    league_dates = sorted({game["game_date"] for game in zoned if game["game_date"] < day})[-30:]
    since = min(day - timedelta(30), league_dates[0]) if len(league_dates) == 30 else day - timedelta(30)
    recent = {team: [game for game in games if game["game_date"] >= since] for team, games in past.items()}
    counted = [games for games in recent.values() if len(games) >= 10]
    number = (day - SEASON_OPENERS[season]).days
    least = min(5 + number // 3, 14) if number < 21 else 15
    kept = {team: games[-15:] for team, games in past.items() if len(games) >= least}
    if number < 14 or len(kept) < 25:
        return {}
    rows = {}
    for team, games in kept.items():
        found: Row = {"games_in_sample": len(games)}
        versus = {}
        for zone, (attempts, makes, blocks) in TEAM_ZONES.items():
            pct = ratio(total(games, makes), total(games, attempts))
            league = mean([ratio(total(g, makes), total(g, attempts)) for g in counted]) if len(counted) >= 10 else None
            versus[zone] = None if pct is None or league is None else 100 * (pct - league)
            found |= {
                f"{zone}_pct_allowed_last_15": pct,
                f"{zone}_attempts_allowed_per_game": total(games, attempts) / len(games),
                f"{zone}_blocks_per_game": mean([game[blocks] for game in games]),
                f"{zone}_defense_vs_league_avg": versus[zone],
            }
        words = {"paint": "paint", "mid_range": "mid_range", "three_pt": "perimeter"}
        known = all(value is not None for value in versus.values())
        found["strongest_zone"] = words[min(versus, key=lambda zone: versus[zone])] if known else None
        found["weakest_zone"] = words[max(versus, key=lambda zone: versus[zone])] if known else None
        found["defensive_rating_last_15"] = mean([game["defensive_rating"] for game in games])
        found["opponent_points_per_game"] = mean([game["points_allowed"] for game in games])
        found["opponent_pace"] = mean([game["opponent_pace"] for game in games])
        found["paint_points_allowed_per_game"] = 2 * total(games, "opp_paint_makes") / len(games)
        rows[team] = found
    return rows


def fatigue(asked: Row) -> int | None:
    if asked["days_rest"] is None or asked["minutes_in_last_7_days"] is None:
        return None
    score = 100
    if asked["days_rest"] == 1:
        score -= 15
    elif asked["days_rest"] >= 3:
        score += 5
    score -= 10 if asked["games_in_last_7_days"] >= 4 else 0
    score -= 10 if asked["minutes_in_last_7_days"] > 240 else 0
    score -= 8 if (asked["avg_minutes_per_game_last_7"] or 0) > 35 else 0
    score -= {0: 0, 1: 5}.get(asked["back_to_backs_last_14_days"], 12)
    return max(0, min(100, score))


def mismatch(zones: Row | None, opponent: Row | None) -> float | None:
    if zones is None or opponent is None or zones["primary_scoring_zone"] is None:
        return None
    field = {"paint": "paint", "balanced": "paint", "perimeter": "three_pt", "mid_range": "mid_range"}
    zone = field[zones["primary_scoring_zone"]]
    versus = opponent[f"{zone}_defense_vs_league_avg"]
    if versus is None:
        return None
    score = versus * min(zones[f"{zone}_rate_last_10"] / 50, 1)
    return max(-10.0, min(10.0, score * 1.2 if abs(score) > 5 else score))


def paces(day: date, season: int, teams: Sequence[str], team_games: Sequence[Row]) -> dict[str, float | None]:
    """Recent pace of every team, None before its first game."""
    return {team: mean([g["pace"] for g in before(team_games, day, season, team_abbr=team)[-10:]]) for team in teams}


def pace(asked: Row, of_teams: Mapping[str, float | None]) -> float | None:
    known = [value for value in of_teams.values() if value is not None]
    opponent = of_teams[asked["opponent_team_abbr"]]
    if opponent is None or len(known) < 10:
        return None
    return max(-3.0, min(3.0, (opponent - sum(known) / len(known)) / 2))


def usage_spike(
    asked: Row, teammates: Sequence[Row], player_games: Sequence[Row], team_games: Sequence[Row]
) -> float | None:
    """`teammates`: the context's rows of his team on the date, himself included."""
    day, season, team = asked["game_date"], asked["season_year"], asked["team_abbr"]
    recent = {game["nba_game_id"] for game in before(team_games, day, season, team_abbr=team)[-7:]}
    absent = ("out", "doubtful")
    if asked["player_status"] is None or asked["player_status"] in absent:
        return None
    usage, minutes = {}, {}
    for mate in teammates:
        if mate["avg_usage_rate_last_7_games"] is not None:
            who = mate["nba_player_id"]
            games = [g for g in played(player_games) if g["nba_game_id"] in recent and g["team_abbr"] == team]
            usage[who] = mate["avg_usage_rate_last_7_games"]
            minutes[who] = sum(g["minutes_played"] for g in games if g["nba_player_id"] == who)
    present = {mate["nba_player_id"] for mate in teammates if mate["player_status"] not in absent}
    own = usage.get(asked["nba_player_id"])
    everyone = sum(usage[who] * minutes[who] for who in usage)
    left = sum(usage[who] * minutes[who] for who in usage if who in present)
    if own is None or left == 0:
        return None
    share = sum(minutes[who] for who in usage if who in present) / sum(minutes.values())
    rise = 0.3 * (own * everyone / left * share - own)
    if rise > 0:
        rise *= {0: 1.0, 1: 1.15}.get(asked["star_teammates_out"], 1.3)
    return max(-3.0, min(3.0, rise))


def _player(asked: Row) -> Row:
    return {"nba_player_id": asked["nba_player_id"]}
