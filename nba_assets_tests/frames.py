"""Tiny typed tables for tests: every default row keeps its contract, so that a test states only what it is about.

The default game is NYK at PHI on 2024-01-15 (0022300561), won by PHI; the default player plays for PHI and has 10
points.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from ml_models.features import FEATURE_VERSION, SOURCE_WEIGHTS
from ml_models.quality_rules import source_column
from nba_assets.contracts import TABLES

GAME_DATE = date(2024, 1, 15)
GAME_ID = "0022300561"
TIPOFF = datetime(2024, 1, 16, 0, 30, tzinfo=UTC)

# What player_game_summary reads of the sportsbooks: one row per game and player with a line of one book, and of all.
LINES_SCHEMA = {
    "nba_game_id": pl.String,
    "nba_player_id": pl.Int64,
    "points_line": pl.Float64,
    "points_line_source": pl.String,
    "opening_line": pl.Float64,
    "opening_line_source": pl.String,
}
CONSENSUS_SCHEMA = {"nba_game_id": pl.String, "nba_player_id": pl.Int64, "consensus_line": pl.Float64}

# Values of required columns by name, the same in every table. A column named nowhere is null if it may be, else 0.
_BY_NAME: dict[str, Any] = {
    "game_date": GAME_DATE,
    "nba_game_id": GAME_ID,
    "game_id": "20240115_NYK_PHI",
    "season_year": 2023,
    "nba_player_id": 203954,
    "player_full_name": "Joel Embiid",
    "player_lookup": "joelembiid",
    "universal_player_id": "203954",
    "team_id": 1610612755,
    "team_abbr": "PHI",
    "defending_team_abbr": "PHI",
    "opponent_team_abbr": "NYK",
    "home_team_id": 1610612755,
    "home_team_abbr": "PHI",
    "away_team_id": 1610612752,
    "away_team_abbr": "NYK",
    "is_home": True,
    "home_game": True,
    "win_flag": True,
    "tipoff_utc": TIPOFF,
    "commence_time": TIPOFF,
    "snapshot_timestamp": datetime(2024, 1, 15, 23, 0, tzinfo=UTC),
    "minutes_before_tipoff": 90,
    "is_in_play": False,
    "odds_api_event_id": "2e87431523192387ff81ff8d741a0be0",
    "source_path": "nba_x/2024-01-15/20240116_120000.json",
    "fetched_at": datetime(2024, 1, 16, 12, 0, tzinfo=UTC),
}

_BY_TABLE: dict[str, dict[str, Any]] = {
    "nbac_schedule": {
        "game_type": "regular_season",
        "game_status": 3,
        "home_team_score": 104,
        "away_team_score": 100,
        "winning_team_abbr": "PHI",
    },
    "nbac_player_boxscores": {
        "player_status": "active",
        "minutes": 30.0,
        "points": 10,
        "field_goals_made": 4,
        "field_goals_attempted": 9,
        "three_pointers_made": 1,
        "three_pointers_attempted": 3,
        "free_throws_made": 1,
        "free_throws_attempted": 2,
        "offensive_rebounds": 1,
        "defensive_rebounds": 4,
        "total_rebounds": 5,
        "assists": 3,
        "steals": 1,
        "blocks": 1,
        "turnovers": 2,
        "personal_fouls": 2,
        "plus_minus": 4,
        "data_source": "leaguegamelog",
    },
    "nbac_team_boxscores": {
        "win_loss": "W",
        "minutes": 240.0,
        "points": 104,
        "fg_made": 38,
        "fg_attempted": 85,
        "three_pt_made": 10,
        "three_pt_attempted": 32,
        "ft_made": 18,
        "ft_attempted": 22,
        "offensive_rebounds": 10,
        "defensive_rebounds": 33,
        "total_rebounds": 43,
        "assists": 24,
        "steals": 7,
        "blocks": 5,
        "turnovers": 13,
        "personal_fouls": 19,
        "plus_minus": 4,
        "data_source": "leaguegamelog",
    },
    "nbac_shot_charts": {"period": 1, "shot_type": "2PT Field Goal", "shot_zone": "paint", "shot_made": True},
    "nbac_play_by_play": {"period": 1, "event_type": "2pt", "player_1_id": 203954, "is_field_goal": False},
    "nbac_player_list": {"roster_source": "boxscore"},
    "nbac_injury_report": {
        "report_ts": datetime(2024, 1, 15, 22, 30, tzinfo=UTC),
        "player_name_original": "Embiid, Joel",
        "player_name": "Joel Embiid",
        "name_rung": "exact",
        "injury_status": "out",
        "reason": "Injury/Illness - Left Knee; Sprain",
        "reason_category": "injury",
        "game_time": "07:30",
        "minutes_before_tipoff": 120,
    },
    "odds_api_game_lines": {
        "bookmaker_key": "draftkings",
        "market_key": "spreads",
        "outcome_name": "PHI",
        "outcome_point": -4.5,
        "outcome_price": 1.91,
        "outcome_price_american": -110,
    },
    "odds_api_player_points_props": {
        "bookmaker": "draftkings",
        "market_key": "player_points",
        "player_name": "Joel Embiid",
        "points_line": 30.5,
        "name_rung": "exact",
        "over_price": 1.91,
        "under_price": 1.91,
        "over_price_american": -110,
        "under_price_american": -110,
    },
    "unresolved_names": {
        "source": "odds_api_player_points_props",
        "player_name": "Joel Embid",
        "player_lookup": "joelembid",
        "bookmakers": ["draftkings"],
        "occurrences": 1,
    },
    "player_game_summary": {
        "points": 10,
        "fg_makes": 4,
        "three_pt_makes": 1,
        "ft_makes": 1,
        "is_active": True,
        "player_status": "active",
        "data_source": "leaguegamelog",
    },
    "team_offense_game_summary": {
        "margin_of_victory": 4,
        "points_scored": 104,
        "fg_attempts": 85,
        "fg_makes": 38,
        "three_pt_attempts": 32,
        "three_pt_makes": 10,
        "ft_attempts": 22,
        "ft_makes": 18,
        "offensive_rebounds": 10,
        "defensive_rebounds": 33,
        "rebounds": 43,
        "assists": 24,
        "turnovers": 13,
        "personal_fouls": 19,
        "possessions": 97.68,
        "pace": 97.68,
        "offensive_rating": 106.47,
        "ts_pct": 0.549,
        "data_source": "leaguegamelog",
    },
    "upcoming_team_game_context": {
        "game_type": "regular_season",
        "season_phase": "mid",
        "as_of_ts": TIPOFF,
        "game_number_in_season": 41,
    },
    "upcoming_player_game_context": {
        "game_type": "regular_season",
        "season_phase": "mid",
        "as_of_ts": TIPOFF,
        "roster_source": "boxscore",
        "expected": "roster",
    },
    "ml_feature_store_v2": {
        "as_of_ts": TIPOFF,
        "missing_features": [],
        "missing_required": [],
        **{source_column(source): "complete" for source in SOURCE_WEIGHTS},
        "quality_tier": "gold",
        "quality_alert_level": "green",
        "feature_version": FEATURE_VERSION,
    },
    "team_defense_zone_analysis": {
        "defensive_rating_last_15": 112.0,
        "opponent_pace": 99.0,
        "games_in_sample": 15,
        "data_quality_tier": "high",
    },
    "player_shot_zone_analysis": {
        "paint_rate_last_10": 50.0,
        "mid_range_rate_last_10": 10.0,
        "three_pt_rate_last_10": 40.0,
        "total_shots_last_10": 100,
        "games_in_sample_10": 10,
        "games_in_sample_20": 12,
        "primary_scoring_zone": "paint",
        "sample_quality_10": "excellent",
        "sample_quality_20": "limited",
        "data_quality_tier": "high",
    },
    "player_daily_cache": {"last_game_date": date(2024, 1, 13), "games_played_season": 30, "games_in_sample_10": 10},
    "player_prop_predictions": {
        "system_id": "catboost_v9",
        "prediction_version": 1,
        "prediction_id": "2024-01-15_joelembiid_catboost_v9",
        "points_pmf": [],
        "line_source": "NO_PROP_LINE",
        "recommendation": "NO_LINE",
        "recommendation_reasons": [],
        "explanation": [],
        "quality_gate": "passed",
        "missing_required": [],
        "ml_model_id": "catboost_v9_2024-01-15",
        "model_sha256": "0" * 64,
        "model_status": "champion",
        "feature_version": FEATURE_VERSION,
        "training_start_date": date(2023, 10, 24),
        "training_end_date": date(2024, 1, 14),
        "as_of_ts": TIPOFF,
        "created_at": datetime(2024, 1, 15, 20, 0, tzinfo=UTC),
        "prediction_made_before_game": True,
        "is_active": True,
    },
    "prediction_accuracy": {
        "system_id": "catboost_v9",
        "prediction_version": 1,
        "line_source": "NO_PROP_LINE",
        "recommendation": "NO_LINE",
        "quality_gate": "passed",
        "model_sha256": "0" * 64,
        "model_status": "champion",
        "feature_version": FEATURE_VERSION,
        "actual_points": 10,
        "outcome": "NO_LINE",
        "graded_at": datetime(2024, 1, 16, 14, 0, tzinfo=UTC),
    },
    "system_daily_performance": {"system_id": "catboost_v9"},
    "model_performance_slices": {
        "system_id": "catboost_v9",
        "window": "7d",
        "dimension": "overall",
        "slice": "all",
    },
    "model_performance_daily": {
        "system_id": "catboost_v9",
        "model_status": "champion",
        "state": "HEALTHY",
        "action": "NO_CHANGE",
        "is_enabled": True,
    },
    "signal_best_bets_picks": {
        "system_id": "catboost_v9",
        "prediction_id": "2024-01-15_joelembiid_catboost_v9",
        "prediction_version": 1,
        "ml_model_id": "catboost_v9_2024-01-15",
        "predicted_points": 26.5,
        "current_points_line": 30.5,
        "edge_side": "UNDER",
        "edge": 4.0,
        "evidence": [],
        "failed_rules": [],
        "is_pick": True,
        "pick_rank": 1,
        "stake_flat": 1.0,
        "stake_edge": 0.75,
        "why": [],
        "halt_reasons": [],
        "quality_gate": "passed",
        "feature_quality_score": 95.0,
        "model_status": "champion",
        "as_of_ts": TIPOFF,
        "created_at": datetime(2024, 1, 15, 20, 0, tzinfo=UTC),
        "prediction_made_before_game": True,
    },
    "scoreboard": {
        "system_id": "catboost_v9",
        "window": "season",
        "made": "live",
        "standing": "cannot tell",
        "verdict": "cannot tell yet: only 0 dates",
    },
    "completeness": {"table_name": "nba_raw.nbac_schedule", "present": True, "rows": 1, "state": "present"},
    "halt_state": {"reasons": [], "words": [], "as_of_ts": TIPOFF},
    "published_picks": {
        "system_id": "catboost_v9",
        "source": "algorithm",
        "prediction_id": "2024-01-15_joelembiid_catboost_v9",
        "prediction_version": 1,
        "ml_model_id": "catboost_v9_2024-01-15",
        "model_sha256": "0" * 64,
        "side": "UNDER",
        "line": 30.5,
        "price": 1.95,
        "book": "betmgm",
        "evidence": [],
        "why": [],
        "first_published_at": datetime(2024, 1, 15, 21, 0, tzinfo=UTC),
        "last_event": "published",
        "last_event_at": datetime(2024, 1, 15, 21, 0, tzinfo=UTC),
        "first_seq": 1,
        "ledger_seq": 1,
        "ledger_hash": "0" * 64,
    },
    "closing_line_value": {
        "system_id": "catboost_v9",
        "prediction_version": 1,
        "prediction_made_before_game": True,
        "recommendation": "UNDER",
        "edge_side": "UNDER",
        "points_line": 25.5,
        "has_true_close": True,
        "line_is_close": False,
        "closing_line": 24.5,
        "close_minutes_before_tip": 10,
        "clv_points": 1.0,
    },
    "team_defense_game_summary": {
        "margin_of_victory": 4,
        "points_allowed": 100,
        "defensive_rating": 102.4,
        "opponent_pace": 97.68,
        "opponent_ts_pct": 0.528,
    },
}

_TEAM_SUMS = {
    "minutes": "minutes",
    "points": "points",
    "fg_made": "field_goals_made",
    "fg_attempted": "field_goals_attempted",
    "three_pt_made": "three_pointers_made",
    "three_pt_attempted": "three_pointers_attempted",
    "ft_made": "free_throws_made",
    "ft_attempted": "free_throws_attempted",
    "offensive_rebounds": "offensive_rebounds",
    "defensive_rebounds": "defensive_rebounds",
    "total_rebounds": "total_rebounds",
    "assists": "assists",
    "steals": "steals",
    "blocks": "blocks",
    "turnovers": "turnovers",
    "personal_fouls": "personal_fouls",
}


def row(table_name: str, **overrides: Any) -> dict[str, Any]:
    """One row that satisfies the contract of `table_name`, with `overrides`; an unknown column name is a KeyError."""
    columns = TABLES[table_name].columns()
    unknown = overrides.keys() - {column.name for column in columns}
    if unknown:
        raise KeyError(f"{table_name} has no column {', '.join(sorted(unknown))}")
    known = _BY_TABLE.get(table_name, {}) | overrides
    values: dict[str, Any] = {}
    for column in columns:
        if column.name in known:
            values[column.name] = known[column.name]
        elif column.primary_key or not column.nullable:
            values[column.name] = _BY_NAME.get(column.name, False if column.dtype == pl.Boolean else 0)
        else:
            values[column.name] = None
    return values


def frame(table_name: str, rows: Sequence[Mapping[str, Any]] = ()) -> pl.DataFrame:
    """Rows as a DataFrame with exactly the columns and dtypes of the contract."""
    return pl.DataFrame(list(rows), schema=TABLES[table_name].polars_schema, orient="row")


def played_game(
    *,
    home: str = "PHI",
    away: str = "NYK",
    home_points: Sequence[int] = (30, 30, 20, 14, 10),
    away_points: Sequence[int] = (30, 26, 20, 14, 10),
    minutes: float = 48.0,
    **shared: Any,
) -> dict[str, list[dict[str, Any]]]:
    """Rows of a final game in the schedule and both box-score tables, by table name, consistent and free to be changed.

    `home_points` and `away_points` are the points of each team's players, who have the ids 1, 2, .. and 101, 102, ..,
    two turnovers each and no threes; `minutes` are each player's. `shared` overrides columns that all three tables have
    (nba_game_id, game_date).
    """
    shared = {"game_id": f"20240115_{away}_{home}"} | shared
    teams, players = [], []
    for side, opponent, points, first_id in ((home, away, home_points, 1), (away, home, away_points, 101)):
        common = shared | {"team_abbr": side, "is_home": side == home}
        listed = [
            row(
                "nbac_player_boxscores",
                **common,
                home_team_abbr=home,
                away_team_abbr=away,
                nba_player_id=first_id + index,
                player_lookup=f"player{first_id + index}",
                minutes=minutes,
                points=scored,
                field_goals_made=scored // 2,
                field_goals_attempted=scored // 2 + 5,
                three_pointers_made=0,
                three_pointers_attempted=0,
                free_throws_made=scored % 2,
                free_throws_attempted=scored % 2 + 1,
            )
            for index, scored in enumerate(points)
        ]
        players += listed
        sums = {name: sum(player[source] for player in listed) for name, source in _TEAM_SUMS.items()}
        won = sum(points) > sum(away_points if opponent == away else home_points)
        teams.append(row("nbac_team_boxscores", **common, **sums, win_loss="W" if won else "L"))
    schedule = row("nbac_schedule", **shared, home_team_abbr=home, away_team_abbr=away)
    return {"nbac_schedule": [schedule], "nbac_team_boxscores": teams, "nbac_player_boxscores": players}


def frames(*games: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pl.DataFrame]:
    """The games' rows together, as one frame per table name."""
    return {name: frame(name, [line for game in games for line in game[name]]) for name in games[0]}
