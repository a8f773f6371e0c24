"""Features in a fan's words: those that tell the same story are one reason, with one sentence per direction."""

from dataclasses import dataclass

import numpy as np

from ml_models.system import Contribution
from ml_models.systems.formula import largest

LINE = "line"


@dataclass(frozen=True)
class Group:
    """Features of one reason, and what is said when they raise or lower a forecast."""

    name: str
    up: str
    down: str
    features: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group("form", "scoring well lately", "scoring less lately",
          ("points_avg_last_5", "points_avg_last_10", "points_avg_last_3", "recent_trend", "pts_slope_10g",
           "pts_vs_season_zscore", "breakout_flag", "scoring_trend_slope", "deviation_from_avg_last3",
           "consecutive_games_below_avg")),
    Group("season", "a high scorer this season", "a low scorer this season",
          ("points_avg_season", "points_std_last_10", "ppm_avg_last_10")),
    Group("minutes", "plays many minutes", "plays few minutes",
          ("minutes_avg_last_10", "minutes_change", "dnp_rate", "minutes_volatility_last_10",
           "games_since_structural_change")),
    Group("role", "a large part of his team's offence", "a small part of his team's offence",
          ("usage_rate_last_5",)),
    Group("shots", "takes shots that pay", "takes shots that pay less",
          ("pct_paint", "pct_mid_range", "pct_three", "pct_free_throw")),
    Group("rest", "his legs should be fresh", "his legs may be heavy",
          ("fatigue_score", "games_in_last_7_days", "rest_advantage", "back_to_back", "days_rest",
           "minutes_load_last_7d")),
    Group("absences", "more shots with team-mates missing", "his own or his team-mates' health",
          ("usage_spike_score", "injury_risk", "star_teammates_out", "teammate_usage_available")),
    Group("defence", "meets a weak defence", "meets a strong defence",
          ("opponent_def_rating", "shot_zone_mismatch_score")),
    Group("pace", "a fast game is likely", "a slow game is likely",
          ("pace_score", "opponent_pace", "team_pace", "opponent_pace_mismatch")),
    Group("team", "his team's season speaks for him", "his team's season speaks against him",
          ("team_off_rating", "team_win_pct", "blowout_minutes_risk")),
    Group("venue", "the venue suits him", "the venue does not suit him", ("home_away", "playoff_game")),
    Group("history", "did well against this opponent", "did less well against this opponent",
          ("avg_points_vs_opponent", "games_vs_opponent")),
    Group("game line", "bookmakers expect a high-scoring game for his team",
          "bookmakers expect a low-scoring game for his team",
          ("game_total_line", "spread_magnitude", "implied_team_total")),
    Group(LINE, "bookmakers put his line high", "bookmakers put his line low",
          ("vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line", "multi_book_line_std",
           "prop_over_streak", "prop_under_streak", "line_vs_season_avg", "prop_line_delta", "over_rate_last_10",
           "margin_vs_line_avg_last_5")),
)  # fmt: skip

_GROUP_OF = {feature: group.name for group in GROUPS for feature in group.features}


def grouped(values: np.ndarray, features: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Contributions per feature (n x features) added up per reason: name -> points per row."""
    names = [_GROUP_OF[feature] for feature in features]
    return {
        group.name: values[:, [name == group.name for name in names]].sum(axis=1)
        for group in GROUPS
        if group.name in names
    }


def reasons(parts: dict[str, np.ndarray], most: int) -> list[list[Contribution]]:
    """The `most` largest reasons of each row, in words; a part of 0 is none."""
    words = {group.name: group for group in GROUPS}
    rows = len(next(iter(parts.values())))
    return [
        largest(
            (
                Contribution(name, float(values[row]), words[name].up if values[row] > 0 else words[name].down)
                for name, values in parts.items()
                if values[row]
            ),
            most,
        )
        for row in range(rows)
    ]
