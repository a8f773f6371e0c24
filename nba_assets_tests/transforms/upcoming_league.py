"""A tiny invented league for the pre-game tables: four teams, six players each, a month of games, everything keyed by a
seed.

It has back-to-backs, a neutral site, absences, a trade, players without a team, several books and snapshots (one of
them in play), pushes, unlinked names, teams that have not submitted, and games without any quote.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import polars as pl

from nba_assets_tests.frames import frame, row

TEAMS = ("BOS", "LAC", "PHX", "TOR")
FIRST = date(2024, 2, 20)
DAYS = 26
TRADED, FREE_AGENT = 3, 999
BOOKS = ("draftkings", "fanduel", "bovada", "betrivers")

_TABLES = (
    "nbac_schedule",
    "nbac_player_list",
    "nbac_injury_report",
    "odds_api_game_lines",
    "odds_api_player_points_props",
    "player_game_summary",
    "team_offense_game_summary",
)


def league(seed: int) -> dict[str, pl.DataFrame]:
    """Every input of the pre-game tables, by name."""
    rng = Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    squads = {team: [10 * place + n for n in range(6)] for place, team in enumerate(TEAMS)}
    last_played: dict[int, date] = {}
    number = 0
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        if day == FIRST + timedelta(days=12):
            squads["BOS"].remove(TRADED)
            squads["TOR"].append(TRADED)
        known = dict(last_played)
        playing = rng.choice([(), TEAMS[:2], TEAMS[2:], TEAMS, TEAMS[1:3]])
        teams = rng.sample(playing, len(playing))
        for home, away in zip(teams[::2], teams[1::2], strict=True):
            number += 1
            _game(rng, rows, day, number, home, away, squads, last_played)
        for team, squad in [*squads.items(), (None, [FREE_AGENT])]:
            rows["nbac_player_list"] += [_listed(day, player, team, known.get(player)) for player in squad]
    return {name: frame(name, rows[name]) for name in _TABLES}


def dates(tables: dict[str, pl.DataFrame]) -> list[date]:
    return sorted(tables["nbac_schedule"]["game_date"].unique())


def _who(player: int) -> dict[str, Any]:
    return {"nba_player_id": player + 1, "player_lookup": f"player{player}"}


def _listed(day: date, player: int, team: str | None, last_game: date | None) -> dict[str, Any]:
    return row(
        "nbac_player_list",
        **_who(player),
        game_date=day,
        team_abbr=team,
        last_game_date=last_game,
        player_full_name=f"Player {player}",
    )


def _game(
    rng: Random,
    rows: dict[str, list[dict[str, Any]]],
    day: date,
    number: int,
    home: str,
    away: str,
    squads: dict[str, list[int]],
    last_played: dict[int, date],
) -> None:
    tip = datetime.combine(day, time(23, 30), tzinfo=UTC)
    game = {
        "game_date": day,
        "nba_game_id": f"00223{number:05d}",
        "game_id": f"{day:%Y%m%d}_{away}_{home}",
        "tipoff_utc": tip,
    }
    sides = {"home_team_abbr": home, "away_team_abbr": away}
    scores = {home: rng.randint(90, 110), away: rng.randint(111, 130)}
    if rng.random() < 0.5:
        scores = {home: scores[away], away: scores[home]}
    rows["nbac_schedule"].append(
        row(
            "nbac_schedule",
            **game,
            **sides,
            home_team_score=scores[home],
            away_team_score=scores[away],
            arena_city=rng.choice([None, "Boston", "Mexico City"]),
        )
    )
    for team, other in ((home, away), (away, home)):
        side = game | {"team_abbr": team, "opponent_team_abbr": other, "home_game": team == home}
        del side["tipoff_utc"]
        rows["team_offense_game_summary"].append(
            row(
                "team_offense_game_summary",
                **side,
                margin_of_victory=scores[team] - scores[other],
                points_scored=scores[team],
                pace=rng.uniform(95, 105),
                possessions=rng.uniform(95, 105),
                offensive_rating=rng.uniform(100, 120),
                ft_attempts=rng.randint(10, 30),
            )
        )
        for player in squads[team]:
            played = rng.random() < 0.8
            if played:
                last_played[player] = day
            rows["player_game_summary"].append(_played(rng, side, player, played=played))
        _report(rng, rows, game | sides, team, squads[team])
    if rng.random() < 0.8:
        _quotes(rng, rows, game | sides, squads[home] + squads[away])


def _played(rng: Random, side: dict[str, Any], player: int, *, played: bool) -> dict[str, Any]:
    box = {
        "points": rng.randint(0, 40),
        "minutes_played": rng.uniform(5, 40),
        "usage_rate": rng.uniform(5, 35) if rng.random() < 0.9 else None,
        "starter_flag": player % 10 < 5,
    }
    return row(
        "player_game_summary",
        **side,
        **_who(player),
        **box if played else dict.fromkeys(box),
        is_dnp=not played,
        is_active=played,
        player_status="active" if played else "dnp",
        consensus_points_line=rng.randint(10, 50) / 2 if rng.random() < 0.6 else None,
    )


def _report(
    rng: Random, rows: dict[str, list[dict[str, Any]]], game: dict[str, Any], team: str, squad: list[int]
) -> None:
    for hours in (8, 2, -1):
        report = game | {"team_abbr": team, "report_ts": game["tipoff_utc"] - timedelta(hours=hours)}
        if rng.random() < 0.3:
            nobody = dict.fromkeys(["player_name", "player_lookup", "nba_player_id", "name_rung", "reason"])
            unknown = {"player_name_original": "", "injury_status": "not_yet_submitted", "reason_category": "unknown"}
            rows["nbac_injury_report"].append(row("nbac_injury_report", **report, **nobody, **unknown))
            continue
        for player in rng.sample(squad, 3):
            rows["nbac_injury_report"].append(
                row(
                    "nbac_injury_report",
                    **report,
                    **_who(player),
                    player_name_original=f"{player}, Player",
                    injury_status=rng.choice(["out", "doubtful", "questionable", "probable", "available"]),
                    reason_category=rng.choice(["injury", "injury", "g_league", "rest"]),
                )
            )


def _quotes(rng: Random, rows: dict[str, list[dict[str, Any]]], game: dict[str, Any], players: list[int]) -> None:
    base = {player: rng.randint(11, 60) / 2 for player in players}
    for book in BOOKS:
        for hours in (9.0, 3.0, -0.25):
            seen = {
                "snapshot_timestamp": game["tipoff_utc"] - timedelta(hours=hours),
                "minutes_before_tipoff": int(hours * 60),
                "is_in_play": hours <= 0,
            }
            line = {"bookmaker_key": book, "outcome_name": game["home_team_abbr"], **seen}
            rows["odds_api_game_lines"] += [
                row("odds_api_game_lines", **game, **line, outcome_point=rng.randint(-20, 20) / 2),
                row(
                    "odds_api_game_lines",
                    **game,
                    **line | {"outcome_name": "Over", "market_key": "totals"},
                    outcome_point=220 + rng.randint(-10, 10) / 2,
                ),
            ]
            for player in rng.sample(players, 6):
                linked = _who(player) if rng.random() < 0.9 else _who(player) | {"nba_player_id": None}
                rows["odds_api_player_points_props"].append(
                    row(
                        "odds_api_player_points_props",
                        **game,
                        **linked,
                        **seen,
                        bookmaker=book,
                        player_name=f"Player {player}",
                        points_line=base[player] + rng.choice([-1, 0, 0, 1]),
                    )
                )
