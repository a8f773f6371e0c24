"""Why no picks are made on a date, as data. Add or drop a reason here; nothing else names them one by one.

Reasons are asked in this order of one row of facts per date (`transforms/halt_state.py`). One whose answer is unknown
halts the date, too: as UNKNOWN_STATE.
"""

from dataclasses import dataclass

import polars as pl

from nba_assets.transforms.predictions.recommendations import LEAST_EDGE

UNKNOWN_STATE = "unknown_state"

# Games start from October to June.
IDLE_MONTHS = (7, 8, 9)
IDLE_DAYS = 21
LEAST_DATES = 3
# Quotes are asked for from 12 hours before tip-off on.
FRESH_HOURS = 12
# In one real and one simulated season dates are below .5 until histories are long enough in late November, and above .8
# from then on.
LEAST_COMPLETE = 0.5
# A collapse cannot be told from chance on fewer rows with a line.
LEAST_LINES = 10


@dataclass(frozen=True)
class Reason:
    """One reason. `holds`: of the facts of a date; null if it cannot be told, and then `asks` says of what too little
    is known. `words`: said of a date on which it holds. `settles`: where it holds, the later ones are not asked.
    """

    name: str
    description: str
    asks: str
    holds: pl.Expr
    words: pl.Expr
    settles: bool = False


_no_games = pl.col("games") == 0
_idle_for_long = pl.col("game_date").dt.month().is_in(IDLE_MONTHS) | (
    pl.col("days_since_games").fill_null(IDLE_DAYS + 1) > IDLE_DAYS
)

REASONS: tuple[Reason, ...] = (
    Reason(
        "manual", "Somebody placed a halt (nba halt).", "halts that people placed",
        pl.col("manual").list.len() > 0,
        pl.format("Halted by hand: {}.", pl.col("manual").list.join("; ")),
    ),
    Reason(
        "off_season", f"July to September, or no game on the date and the {IDLE_DAYS} days before.", "the schedule",
        _no_games & _idle_for_long,
        pl.lit("The season is over, or has not begun."),
        settles=True,
    ),
    Reason(
        "no_games", "No game on the date.", "the schedule",
        _no_games,
        pl.lit("No games are scheduled."),
        settles=True,
    ),
    Reason(
        "too_little_history", f"Fewer than {LEAST_DATES} game dates of the season before.", "the schedule",
        pl.col("game_dates_before") < LEAST_DATES,
        pl.format(f"The season is {{}} game dates old; {LEAST_DATES} are needed.", "game_dates_before"),
        settles=True,
    ),
    Reason(
        "stale_odds",
        f"Of more than half of the games the newest quote of a player's points is older than {FRESH_HOURS} hours, "
        "counted back from the instant of the row or tip-off.",
        "the quotes",
        2 * pl.col("games_with_odds") < pl.col("games"),
        pl.format(f"{{}} of {{}} games have quotes of the last {FRESH_HOURS} hours.", "games_with_odds", "games"),
    ),
    Reason(
        "slate_quality",
        f"Fewer than {LEAST_COMPLETE:.0%} of the expected players have complete features (what injury reports alone "
        "tell is excused without reports).",
        "the features",
        pl.col("complete_players") < LEAST_COMPLETE * pl.col("expected_players"),
        pl.format("{} of {} expected players have complete features.", "complete_players", "expected_players"),
    ),
    Reason(
        "no_champion", "No model of the week passed its gates as the champion.", "the predictions",
        pl.col("champion_predictions") == 0,
        pl.lit("The champion has no model of this week that passed its gates."),
    ),
    Reason(
        "leak_alarm", "The champion wins more of late than anybody can (leak_alarm of model_performance_daily).",
        "the champion's past results",
        pl.col("champion_too_good"),
        pl.lit("The champion wins more than anybody can: it may know results before the game."),
    ),
    Reason(
        "all_models_blocked", "Every enabled system is BLOCKED, by its latest state before the date.",
        "the systems' past results",
        pl.col("systems_enabled") == pl.col("systems_blocked"),
        pl.format("All {} enabled systems lose (BLOCKED on {}).", "systems_enabled", "judged_on"),
    ),
    Reason(
        "edge_collapse",
        f"Of {LEAST_LINES} or more forecasts of the champion none is {LEAST_EDGE:g} point from its line. The usual "
        "mean is 1.0 to 1.1, so this does not happen by chance: the forecasts have become the line.",
        "the champion's edges",
        (pl.col("champion_lines") >= LEAST_LINES) & (pl.col("largest_edge") < LEAST_EDGE).fill_null(value=False),
        pl.format("None of {} forecasts is {} point from its line.", "champion_lines", pl.lit(f"{LEAST_EDGE:g}")),
    ),
)  # fmt: skip
NAMES = (*(reason.name for reason in REASONS), UNKNOWN_STATE)
