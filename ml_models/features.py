"""The features of the models, declared once: meaning, unit, range, where each comes from, what a gap costs.

The order is the canonical one of the feature sets and is only ever appended to. Everything else that lists features
(the columns of `nba_predictions.ml_feature_store_v2`, its checks and quality columns, `docs/features.md`) is derived
from here; features are addressed by name, never by position.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

# required: a gap makes the row unfit for a prediction. optional: a gap is normal (no line). alert: optional, but more
# than a few per cent of gaps on a date mean that something upstream is broken.
Need = Literal["required", "optional", "alert"]
# What a feature may know: final games of earlier dates, the schedule, injury reports or quotes before the decision.
Knows = Literal["games", "schedule", "injuries", "market"]
Category = Literal["player_history", "matchup", "team_context", "game_context", "vegas"]
# Whose value it is: a feature of a team or game takes few distinct values on a small slate.
Scope = Literal["player", "team", "game"]


@dataclass(frozen=True)
class Variance:
    """What a feature shows at least on a full slate: standard deviation and number of distinct values.

    `same_after_rest`: rightly the same for everybody on the first night after a break of the league.
    """

    std: float
    distinct: int
    scope: Scope = "player"
    same_after_rest: bool = False


@dataclass(frozen=True)
class Feature:
    """One feature. `low` and `high` bound what can be true, also of a mean over a season's first game; a value outside
    is a mistake of ours.

    `fills`: constants that older systems wrote for "unknown", and that are rare as measurements: many rows with exactly
    such a value mean that somebody filled a gap again.
    """

    name: str
    unit: str
    low: float
    high: float
    category: Category
    source: str
    definition: str
    need: Need = "required"
    knows: Knows = "games"
    variance: Variance | None = None
    fills: tuple[float, ...] = ()


# Sources and their weight in the quality score, 0-100: how directly the value is measured. A missing value weighs 0.
CACHE, COMPOSITE, ZONES, DEFENSE, CONTEXT = (
    "player_daily_cache",
    "player_composite_factors",
    "player_shot_zone_analysis",
    "team_defense_zone_analysis",
    "upcoming_player_game_context",
)
SOURCE_WEIGHTS: dict[str, float] = {
    CACHE: 100,
    COMPOSITE: 100,
    ZONES: 100,
    DEFENSE: 100,
    "calculated": 100,
    "market": 100,
    "minutes_ppm": 95,
    "opponent_history": 90,
    CONTEXT: 87,
}

_PACE = "possessions per 48 min"
_RATING = "points per 100 possessions"

# fmt: off
FEATURES: tuple[Feature, ...] = (
    Feature("points_avg_last_5", "points", 0, 70, "player_history", CACHE,
            "Mean points of the last 5 played games.", variance=Variance(3, 20), fills=(10,)),
    Feature("points_avg_last_10", "points", 0, 70, "player_history", CACHE,
            "Mean points of the last 10 played games.", variance=Variance(3, 20), fills=(10,)),
    Feature("points_avg_season", "points", 0, 70, "player_history", CACHE,
            "Mean points of the season's played games.", variance=Variance(3, 20), fills=(10,)),
    Feature("points_std_last_10", "points", 0, 50, "player_history", CACHE,
            "Sample standard deviation of points, last 10 played games.", variance=Variance(1, 10), fills=(5,)),
    Feature("games_in_last_7_days", "games", 0, 4, "player_history", CACHE,
            "Played games with D - 7 < date < D."),
    Feature("fatigue_score", "score, 100 = rested", 0, 100, "matchup", COMPOSITE,
            "100 minus penalties for back-to-backs, games and minutes of the last days.",
            variance=Variance(2, 3, same_after_rest=True), fills=(50,)),
    Feature("shot_zone_mismatch_score", "score", -10, 10, "matchup", COMPOSITE,
            "Opponent's defence against the league in the player's main zone, weighted by how much he shoots there.",
            variance=Variance(1, 10)),
    Feature("pace_score", "score", -3, 3, "matchup", COMPOSITE,
            "(Opponent pace - league mean pace) / 2."),
    Feature("usage_spike_score", "score", -3, 3, "matchup", COMPOSITE,
            "0.3 * (projected usage with the out and doubtful team-mates gone - recent usage).", knows="injuries"),
    Feature("rest_advantage", "days", -2, 2, "game_context", "calculated",
            "Own days of rest - the opponent's, clamped."),
    Feature("injury_risk", "code", 0, 3, "game_context", CONTEXT,
            "Own status in the latest report: 0 available, 1 probable, 2 questionable, 3 doubtful or out; "
            "null where no report speaks of his team.", knows="injuries"),
    Feature("recent_trend", "code", -2, 2, "game_context", "calculated",
            "Mean points of the newest 2 games - of the 3 before: +-2 from 5 points, +-1 from 2, else 0; needs 5."),
    Feature("minutes_change", "code", -2, 2, "game_context", "calculated",
            "Mean minutes of the last 10 against the season's: +-2 from 20 %, +-1 from 10 %, else 0."),
    Feature("opponent_def_rating", _RATING, 90, 130, "matchup", DEFENSE,
            "Opponent's mean defensive rating, last 15 games.", variance=Variance(1, 5, "team"), fills=(112,)),
    Feature("opponent_pace", _PACE, 90, 115, "matchup", DEFENSE,
            "Mean pace of the opponent's last 15 games.", variance=Variance(0.5, 5, "team"), fills=(100,)),
    Feature("home_away", "flag", 0, 1, "game_context", CONTEXT,
            "1 at home, 0 away; null says that the ground is neutral.", "optional", "schedule", fills=(0.5,)),
    Feature("back_to_back", "flag", 0, 1, "game_context", CONTEXT,
            "1 if he played yesterday (days of rest = 1)."),
    Feature("playoff_game", "flag", 0, 1, "game_context", CONTEXT,
            "1 in the playoffs, by the game id (004); play-in and Cup final are 0.", knows="schedule"),
    Feature("pct_paint", "fraction", 0, 1, "game_context", ZONES,
            "Share of his attempts in the paint, last 10 games with zone data.", fills=(0.35,)),
    Feature("pct_mid_range", "fraction", 0, 1, "game_context", ZONES,
            "Share of two-point attempts outside the paint.", fills=(0.15,)),
    Feature("pct_three", "fraction", 0, 1, "game_context", ZONES,
            "Share of three-point attempts.", fills=(0.35,)),
    Feature("pct_free_throw", "fraction", 0, 0.5, "game_context", "calculated",
            "Free throws made / points, summed over the last 10, clamped; needs 5 games.", fills=(0.15,)),
    Feature("team_pace", _PACE, 80, 125, "team_context", CACHE,
            "Mean pace of the team's last 10 games of the season.", variance=Variance(0.5, 5, "team"), fills=(100,)),
    Feature("team_off_rating", _RATING, 75, 150, "team_context", CACHE,
            "Mean offensive rating of the team's last 10 games.", variance=Variance(1, 5, "team"), fills=(112,)),
    Feature("team_win_pct", "fraction", 0, 1, "team_context", "calculated",
            "Team's wins / games of the season; needs 5 games.", variance=Variance(0.05, 5, "team"), fills=(0.5,)),
    Feature("vegas_points_line", "points", 0, 80, "vegas", "market",
            "Latest line before the decision at the first book of the cascade.", "optional", "market",
            Variance(2, 10)),
    Feature("vegas_opening_line", "points", 0, 80, "vegas", "market",
            "First line of the same book.", "optional", "market"),
    Feature("vegas_line_move", "points", -15, 15, "vegas", "market",
            "vegas_points_line - vegas_opening_line.", "optional", "market"),
    Feature("has_vegas_line", "flag", 0, 1, "vegas", "calculated",
            "1 if there is a vegas_points_line.", knows="market"),
    Feature("avg_points_vs_opponent", "points", 0, 100, "player_history", "opponent_history",
            "Mean points against this opponent, last 365 days, across seasons; null says that they never met.",
            "optional"),
    Feature("games_vs_opponent", "games", 0, 15, "player_history", "opponent_history",
            "Played games against this opponent, last 365 days."),
    Feature("minutes_avg_last_10", "minutes", 0, 65, "player_history", "minutes_ppm",
            "Mean minutes of the last 10 played games.", variance=Variance(5, 15), fills=(25, 28)),
    Feature("ppm_avg_last_10", "points per minute", 0, 4, "player_history", "minutes_ppm",
            "Points / minutes, each summed over the last 10 played games.", variance=Variance(0.1, 10), fills=(0.4,)),
    Feature("dnp_rate", "fraction", 0, 1, "player_history", "calculated",
            "Share of the last 10 games of his teams, since each signed him this season, in which he did not play; "
            "needs 3."),
    Feature("pts_slope_10g", "points per game", -15, 15, "player_history", "calculated",
            "Least-squares slope of points, last 10 oldest to newest; needs 5."),
    Feature("pts_vs_season_zscore", "standard deviations", -3, 3, "player_history", "calculated",
            "(points_avg_last_5 - points_avg_season) / points_std_last_10, clamped; null if that is 0."),
    Feature("breakout_flag", "flag", 0, 1, "player_history", "calculated",
            "1 if points_avg_last_5 > points_avg_season + 1.5 * points_std_last_10."),
    Feature("star_teammates_out", "players", 0, 5, "player_history", CONTEXT,
            "Star team-mates who are out or doubtful, himself not counted.", "alert", "injuries"),
    Feature("game_total_line", "points", 180, 280, "game_context", CONTEXT,
            "Median game total over books.", "optional", "market", Variance(2, 5, "game")),
    Feature("days_rest", "days", 1, 10, "game_context", CONTEXT,
            "Calendar days since his last played game (back-to-back = 1), at most 10.", "alert"),
    Feature("minutes_load_last_7d", "minutes", 0, 250, "game_context", CONTEXT,
            "Minutes played with D - 7 < date < D.", "alert", fills=(80,)),
    Feature("spread_magnitude", "points", 0, 25, "game_context", "calculated",
            "Absolute value of the median spread.", "optional", "market", Variance(1, 5, "game")),
    Feature("implied_team_total", "points", 75, 150, "game_context", "calculated",
            "(game total - team's own spread) / 2.", "optional", "market", Variance(2, 5, "team"), (112,)),
    Feature("points_avg_last_3", "points", 0, 100, "player_history", "calculated",
            "Mean points of the last 3 played games within 60 days.", "alert", variance=Variance(3, 15), fills=(10,)),
    Feature("scoring_trend_slope", "points per game", -20, 20, "player_history", "calculated",
            "Least-squares slope of points, last 7 oldest to newest; needs 4.", "alert"),
    Feature("deviation_from_avg_last3", "standard deviations", -4, 4, "player_history", "calculated",
            "(points_avg_last_3 - mean of 60 days) / sample standard deviation of 60 days; null if that is 0.",
            "alert"),
    Feature("consecutive_games_below_avg", "games", 0, 20, "player_history", "calculated",
            "Newest games in a row below the mean of 60 days, counted up to 20.", "alert"),
    Feature("teammate_usage_available", "percent", 0, 200, "game_context", CONTEXT,
            "Summed 30-day mean usage of out and doubtful team-mates.", "optional", "injuries",
            Variance(2, 10, "team")),
    Feature("usage_rate_last_5", "percent", 0, 60, "player_history", "calculated",
            "Mean usage of the last 5 played games; needs 3 with a usage.", "alert",
            variance=Variance(2, 10), fills=(20,)),
    Feature("games_since_structural_change", "games", 0, 30, "player_history", "calculated",
            "Played games since he changed team or paused more than 14 days, at most 30.", "alert"),
    Feature("multi_book_line_std", "points", 0, 5, "game_context", "market",
            "Standard deviation of the latest line over at least 2 books.", "optional", "market"),
    Feature("prop_over_streak", "games", 0, 20, "game_context", CONTEXT,
            "Newest played games in a row above today's line, pushes skipped, at most 20.", "optional", "market"),
    Feature("prop_under_streak", "games", 0, 20, "game_context", CONTEXT,
            "Newest played games in a row below today's line, pushes skipped, at most 20.", "optional", "market"),
    Feature("line_vs_season_avg", "points", -30, 30, "game_context", "calculated",
            "vegas_points_line - points_avg_season.", "optional", "market"),
    Feature("prop_line_delta", "points", -20, 20, "player_history", "market",
            "Today's median line - that of his previous game within 14 days.", "optional", "market"),
    Feature("over_rate_last_10", "fraction", 0, 1, "player_history", "calculated",
            "Share of the last 10 played games with a line that went over their own median line; needs 5.",
            "optional", "market"),
    Feature("margin_vs_line_avg_last_5", "points", -25, 25, "player_history", "calculated",
            "Mean of points - own median line, last 5 played games with a line; needs 3.", "optional", "market"),
    Feature("blowout_minutes_risk", "fraction", 0, 1, "team_context", "calculated",
            "Share of the team's last 10 games decided by 15 points or more.", "optional"),
    Feature("minutes_volatility_last_10", "minutes", 0, 40, "player_history", "calculated",
            "Sample standard deviation of minutes, last 10 played games; needs 3.", "optional", fills=(4,)),
    Feature("opponent_pace_mismatch", _PACE, -20, 20, "game_context", "calculated",
            "team_pace - opponent_pace.", "optional"),
)
# fmt: on

BY_NAME: dict[str, Feature] = {feature.name: feature for feature in FEATURES}
NAMES: tuple[str, ...] = tuple(BY_NAME)


def content_hash(names: Iterable[str]) -> str:
    """Fingerprint of ordered features and their meaning: 12 hex digits, another for any change of order, name, unit or
    definition.
    """
    meaning = "\n".join(f"{f.name}|{f.unit}|{f.definition}" for f in (BY_NAME[name] for name in names))
    return sha256(meaning.encode()).hexdigest()[:12]


# Written into every row of the store: rows made under another meaning of any feature are recognised and refused.
FEATURE_VERSION = content_hash(NAMES)
