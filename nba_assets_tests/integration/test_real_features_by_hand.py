"""Rows of the real season's feature layer, recomputed by plain loops over the games before them."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Any

import polars as pl
import pytest

from ml_models.features import NAMES
from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets_tests.integration.feature_layer import LAYER, compute, with_reports
from nba_assets_tests.integration.season import AFTER_THE_BREAK, Season
from nba_assets_tests.transforms import precompute_loops as loops
from nba_assets_tests.transforms.feature_store_support import by_hand
from nba_assets_tests.transforms.upcoming_support import naive_player, naive_streak, naive_team, naive_teammates

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROWS, SEED = 500, 2024
TEAMS = sorted(TEAM_ABBR_BY_ID.values())
Row = dict[str, Any]

# Of the report, recomputed below on dates with invented ones; and what is a quote, a status or a fact of the schedule.
OF_ABSENCES = {"usage_spike_score", "star_teammates_out", "teammate_usage_available", "injury_risk"}
COPIED = {
    "home_away",
    "playoff_game",
    "vegas_points_line",
    "vegas_opening_line",
    "vegas_line_move",
    "has_vegas_line",
    "game_total_line",
    "spread_magnitude",
    "implied_team_total",
    "multi_book_line_std",
}


class Games:
    """The season's games as rows, each player's and team's once found; later dates are among them."""

    def __init__(self, season: Season) -> None:
        self.tables = season.tables
        self.offense = season.tables["team_offense_game_summary"].to_dicts()
        self.defense = season.tables["team_defense_game_summary"].to_dicts()
        self.dates = set(season.tables["player_game_summary"]["game_date"])
        self.paces = lru_cache(lambda day: loops.paces(day, 2023, TEAMS, self.offense))
        self.defences = lru_cache(lambda day: loops.team_defence(day, 2023, TEAMS, self.defense))

    def of_player(self, player: int) -> pl.DataFrame:
        return self.tables["player_game_summary"].filter(nba_player_id=player)

    def of_teams(self, teams: Iterable[str]) -> list[Row]:
        wanted = set(teams)
        return [game for game in self.offense if game["team_abbr"] in wanted]


@pytest.fixture(scope="module")
def games(season: Season) -> Games:
    return Games(season)


@pytest.fixture(scope="module")
def sample(season: Season) -> list[tuple[Row, Row]]:
    """Rows of the feature store, each with its row of the player context."""
    store = season.tables["ml_feature_store_v2"].sample(ROWS, seed=SEED)
    key = ["game_date", "nba_player_id"]
    context = store.select(key).join(
        season.tables["upcoming_player_game_context"], on=key, how="left", maintain_order="left"
    )
    return list(zip(store.to_dicts(), context.to_dicts(), strict=True))


def stored(season: Season, name: str, key: str = "nba_player_id") -> dict[tuple[date, Any], Row]:
    return {(row["game_date"], row[key]): row for row in season.tables[name].iter_rows(named=True)}


def differing(found: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Columns of `expected` in which a row has something else: (found, expected)."""
    return {
        name: (found[name], value)
        for name, value in expected.items()
        if found[name] != (pytest.approx(value, abs=1e-9) if isinstance(value, int | float) else value)
    }


def assert_row(where: Row, row: Mapping[str, Any] | None, expected: Mapping[str, Any] | None) -> None:
    who = (where["game_date"], where.get("player_lookup"), where["team_abbr"])
    assert (row is None) == (expected is None), who
    if row is not None and expected is not None:
        assert differing(row, expected) == {}, who


def test_players_before_their_games(games: Games, sample: list[tuple[Row, Row]]) -> None:
    streaks = 0
    for _, context in sample:
        day, player, line = context["game_date"], context["nba_player_id"], context["current_points_line"]
        tables = {"player_game_summary": games.of_player(player)}
        expected = naive_player(tables, day, player)
        if line is not None:
            runs = [naive_streak(tables, day, player, line, sign) for sign in (1, -1)]
            expected |= dict(zip(("prop_over_streak", "prop_under_streak"), runs, strict=True))
            streaks += max(runs) > 1
        assert_row(context, context, expected)
    assert streaks > 10


def test_teams_before_their_games(season: Season, games: Games) -> None:
    teams = season.tables["upcoming_team_game_context"]
    away = teams.filter(~pl.col("home_game") | pl.col("is_neutral_site").fill_null(value=False))
    on_road = {team: set(rows["nba_game_id"]) for (team,), rows in away.partition_by("team_abbr", as_dict=True).items()}
    for row in teams.sample(150, seed=SEED).iter_rows(named=True):
        day, team = row["game_date"], row["team_abbr"]
        before = loops.before(games.offense, day, 2023, team_abbr=team)
        fortnight = [game for game in before if (day - game["game_date"]).days < 14]
        away_before = [game["nba_game_id"] in on_road[team] for game in reversed(before)]
        expected = naive_team(season.tables, day, team) | {
            "games_in_last_14_days": len(fortnight),
            "opponent_days_rest": naive_team(season.tables, day, row["opponent_team_abbr"])["team_days_rest"],
            "consecutive_road_games": len(list(takewhile(bool, away_before))) + 1
            if row["nba_game_id"] in on_road[team]
            else 0,
        }
        assert_row(row, row, expected)


def test_shot_zones_and_caches(season: Season, games: Games, sample: list[tuple[Row, Row]]) -> None:
    zones, caches = stored(season, "player_shot_zone_analysis"), stored(season, "player_daily_cache")
    for _, context in sample:
        key = context["game_date"], context["nba_player_id"]
        own = games.of_player(key[1]).to_dicts()
        team = games.of_teams([context["team_abbr"]])
        assert_row(context, zones.get(key), loops.shot_zones(context, own))
        assert_row(context, caches.get(key), loops.daily_cache(context, own, team, games.dates))
    assert {(c["game_date"], c["nba_player_id"]) in zones for _, c in sample} == {True, False}


def test_defences(season: Season, games: Games, sample: list[tuple[Row, Row]]) -> None:
    rows = stored(season, "team_defense_zone_analysis", "team_abbr")
    for day in sorted({context["game_date"] for _, context in sample})[::4]:
        expected = games.defences(day)
        for team in TEAMS:
            assert_row({"game_date": day, "team_abbr": team}, rows.get((day, team)), expected.get(team))


def test_features(games: Games, sample: list[tuple[Row, Row]]) -> None:
    """Every feature of a row from the games alone, through all tables between."""
    recomputed: set[str] = set()
    for row, context in sample:
        expected = features(games, row, context)
        assert_row(row, row, expected)
        recomputed |= expected.keys()
    assert set(NAMES) - recomputed == OF_ABSENCES | COPIED


def features(games: Games, row: Row, context: Row) -> Row:
    day, player = row["game_date"], row["nba_player_id"]
    frame = games.of_player(player)
    own = frame.sort("game_date").to_dicts()
    seen = naive_player({"player_game_summary": frame}, day, player)
    teams = games.of_teams({row["team_abbr"], *frame["team_abbr"]})
    cache = loops.daily_cache(row, own, teams, games.dates)
    zones = loops.shot_zones(row, own)
    opponent = games.defences(day).get(row["opponent_team_abbr"])
    rest = naive_team(games.tables, day, row["opponent_team_abbr"])["team_days_rest"]
    assert cache is not None
    last_5, season, std = (cache[f"points_{name}"] for name in ("avg_last_5", "avg_season", "std_last_10"))
    line, delta = context["current_points_line"], context["consensus_points_line"]
    previous = seen["previous_game_median_line"]
    pace = None if opponent is None else opponent["opponent_pace"]
    factors = (day - date(2023, 10, 24)).days >= 14
    copied = (
        "points_avg_last_5",
        "points_avg_last_10",
        "points_avg_season",
        "points_std_last_10",
        "minutes_avg_last_10",
    )
    return {
        **by_hand(row, own, teams),
        **{name: cache[name] for name in copied},
        "team_pace": cache["team_pace_last_10"],
        "team_off_rating": cache["team_off_rating_last_10"],
        "games_in_last_7_days": seen["games_in_last_7_days"],
        "minutes_load_last_7d": seen["minutes_in_last_7_days"],
        "days_rest": min(10, seen["days_rest"]),
        "back_to_back": float(seen["days_rest"] == 1),
        "rest_advantage": None if rest is None else max(-2, min(2, seen["days_rest"] - rest)),
        "fatigue_score": loops.fatigue(seen) if factors else None,
        "shot_zone_mismatch_score": loops.mismatch(zones, opponent) if factors else None,
        "pace_score": loops.pace(row, games.paces(day)) if factors else None,
        "opponent_def_rating": None if opponent is None else opponent["defensive_rating_last_15"],
        "opponent_pace": pace,
        "opponent_pace_mismatch": None if pace is None else cache["team_pace_last_10"] - pace,
        **{
            f"pct_{word}": None if zones is None else zones[f"{zone}_rate_last_10"] / 100
            for word, zone in (("paint", "paint"), ("mid_range", "mid_range"), ("three", "three_pt"))
        },
        "pts_vs_season_zscore": max(-3, min(3, (last_5 - season) / std)) if std else None,
        "breakout_flag": None if std is None else float(last_5 > season + 1.5 * std),
        "line_vs_season_avg": None if line is None else line - season,
        "prop_line_delta": None if None in (delta, previous) else delta - previous,
        "prop_over_streak": streak(frame, day, player, line, 1),
        "prop_under_streak": streak(frame, day, player, line, -1),
    }  # fmt: skip


def streak(games: pl.DataFrame, day: date, player: int, line: float | None, sign: int) -> int | None:
    return None if line is None else min(20, naive_streak({"player_game_summary": games}, day, player, line, sign))


def test_absences(season: Season, games: Games) -> None:
    """What team-mates leave, on dates with invented injury reports."""
    days = [date(2023, 12, 8), date(2024, 1, 15), AFTER_THE_BREAK, date(2024, 3, 15)]
    tables = with_reports(season.tables, days)
    layers = [compute(LAYER, tables, [day]) for day in days]
    found = {name: pl.concat([layer[name] for layer in layers]) for name in LAYER}
    context = found["upcoming_player_game_context"]
    store = found["ml_feature_store_v2"].sample(120, seed=SEED)
    factors = {(r["game_date"], r["nba_player_id"]): r for r in found["player_composite_factors"].iter_rows(named=True)}
    spikes, stars = [], []
    for row in store.iter_rows(named=True):
        day, team, player = row["game_date"], row["team_abbr"], row["nba_player_id"]
        squad = context.filter(game_date=day, team_abbr=team).to_dicts()
        (me,) = (mate for mate in squad if mate["nba_player_id"] == player)
        absences = naive_teammates(season.tables, me, squad)
        assert_row(me, me, absences)
        team_games = games.of_teams([team])
        played = season.tables["player_game_summary"].filter(team_abbr=team).to_dicts()
        spike = loops.usage_spike(me, squad, played, team_games)
        assert_row(me, factors[day, player], {"usage_spike_score": spike})
        risk = {None: None, "available": 0, "probable": 1, "questionable": 2}[me["player_status"]]
        of_absences = {
            "usage_spike_score": spike,
            "injury_risk": risk,
            "star_teammates_out": absences["star_teammates_out"],
            "teammate_usage_available": absences["teammate_usage_out"],
        }
        assert of_absences.keys() == OF_ABSENCES
        assert_row(row, row, of_absences)
        spikes.append(spike)
        stars.append(absences["star_teammates_out"])
    assert None in spikes and any(spikes)
    assert {0, 1} <= set(stars)
