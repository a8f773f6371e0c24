"""The rules of best bets, as data: which candidates of the champion are picks, and what speaks for a pick.

Blocking rules are asked in this order, those of the bet before those of its system and its date, so that the first to
reject says the most; a candidate is a pick if it passes all of them. A rule whose answer is unknown rejects, unless its
expression says otherwise. Add or drop a rule here; nothing else names them one by one.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from ml_models.systems import ENTRIES

# eligible, side, price: of one candidate. cap: of its place among those that are left, best first. evidence: never
# rejects, only ranks.
Kind = Literal["eligible", "side", "price", "cap", "evidence"]

CHAMPIONS = tuple(entry.system_id for entry in ENTRIES if entry.status == "champion")

LEAST_EDGE = 3.0
LEAST_PAPER_EDGE = 6.0
LEAST_EV = 0.02
LEAST_QUALITY = 85.0

# Values that are equal but for rounding fall on the same side of a limit.
DECIMALS = 9


@dataclass(frozen=True)
class Rule:
    """One rule. `holds` is true of a candidate that passes, or for which the evidence speaks.

    `words`: said of a candidate that a blocking rule rejects, or for which the evidence speaks. `fact`: what the rule
    rests on, measured on `n` bets (None: not a matter of counting).
    """

    name: str
    kind: Kind
    description: str
    words: str
    fact: str
    n: int | None
    holds: pl.Expr


def _at_least(value: pl.Expr, limit: float) -> pl.Expr:
    return value.round(DECIMALS) >= limit


def _first(count: int, *of: str) -> pl.Expr:
    """Among the best `count` of each group; rows are sorted best first."""
    return pl.int_range(pl.len()).over("game_date", *of) < count


_FIVE_SEASONS = "seasons 2021-22 to 2025-26, walked forward"
_TOGETHER = "prudence: bets on one team and side win and lose together (correlation .272, few pairs)"

BLOCKING: tuple[Rule, ...] = (
    Rule(
        "quality", "eligible",
        f"Nothing required is unknown, and feature_quality_score is {LEAST_QUALITY:g} or more unless excused.",
        "too little is known of him",
        "33.2 % of a legacy training set stood on filled-in values", None,
        (pl.col("quality_gate") == "excused")
        | ((pl.col("quality_gate") == "passed") & (pl.col("feature_quality_score") >= LEAST_QUALITY)),
    ),
    Rule(
        "out_or_doubtful", "eligible", "He was neither out nor doubtful when predicted; without a report he may play.",
        "he is out or doubtful",
        "who does not play voids the bet: 14 of 198 published picks of 2025-26", 198,
        ~pl.col("injury_status_at_prediction").is_in(["out", "doubtful"]).fill_null(value=False),
    ),
    Rule(
        "real_line_with_prices", "eligible", "A real book's line with both prices, and an offer for the side.",
        "the line is not a real one with both prices",
        "claims of 81 % rested on invented lines", None,
        (pl.col("line_source") == "ACTUAL_PROP")
        & pl.all_horizontal(pl.col("over_price", "under_price", "best_line", "best_price").is_not_null()),
    ),
    Rule(
        "edge", "side", f"The forecast is {LEAST_EDGE:g} points or more from the line.",
        f"the forecast is less than {LEAST_EDGE:g} points from the line",
        f"about 51 % of all edges win; UNDER of 0-3 points lost 2.2 % per unit at real prices; {_FIVE_SEASONS}", 47_500,
        _at_least(pl.col("edge"), LEAST_EDGE),
    ),
    Rule(
        "side", "side", f"UNDER. OVER is kept on paper from {LEAST_PAPER_EDGE:g} points on, and never published.",
        "it is an OVER",
        "of edges of 3 and more OVER won 46.5 to 50.7 % in each of four seasons and 71.5 % in 2025-26 (UNDER: 57.3 % "
        f"of 981); {_FIVE_SEASONS}",
        822,
        pl.col("edge_side") == "UNDER",
    ),
    Rule(
        "ev", "price", f"The best offer of any book is worth {LEAST_EV:+.0%} of the stake or more, calibrated.",
        f"the best offer is worth less than {LEAST_EV:.0%} of the stake",
        "a random side loses 6.3 % per unit at a random book and 3.4 % at the best: price is the surest edge", 20_410,
        _at_least(pl.col("ev"), LEAST_EV),
    ),
    Rule(
        "system_blocked", "eligible", "The system's latest judged state before the date is not BLOCKED.",
        "the record of the system blocks it",
        "52.4 % must win at -110: once the record rules that out, the edge is gone; no record is no proof", None,
        pl.col("decay_state").ne_missing("BLOCKED"),
    ),
    Rule(
        "model_is_champion", "eligible", "The model passed its gates and predicts as the champion.",
        "the model of the week did not pass its gates",
        "one chosen for its best backtest won 70.6 % of 51 there and 13.6 % live", 22,
        pl.col("model_status") == "champion",
    ),
    Rule(
        "halted", "eligible", "Picks are not halted on the date.", "picks are halted",
        "a halt suppresses picks and fails closed: no word about the date is a halt", None,
        ~pl.col("is_halted"),
    ),
    Rule(
        "one_per_player", "cap", "One pick per player.", "another pick of his ranks higher",
        "prudence: it is the same bet", None,
        _first(1, "nba_player_id"),
    ),
    Rule(
        "two_per_team", "cap", "Two picks per team.", "two picks of his team rank higher", _TOGETHER, 38,
        _first(2, "nba_game_id", "team_abbr"),
    ),
    Rule(
        "three_per_game", "cap", "Three picks per game.", "three picks of the game rank higher", _TOGETHER, 38,
        _first(3, "nba_game_id"),
    ),
    Rule(
        "fifteen_per_day", "cap", "Fifteen picks per date.", "fifteen picks of the date rank higher",
        "usual are 1 to 3 a date: more than fifteen is a fault of the forecasts before it is a chance", 1_803,
        _first(15),
    ),
)  # fmt: skip

# Of UNDER at 3 points and more, which won 57.3 % of 981.
EVIDENCE: tuple[Rule, ...] = (
    Rule(
        "played_yesterday", "evidence", "days_rest is 1.", "he played yesterday",
        "63.2 % won, above break-even in 5 of 5 seasons", 174,
        pl.col("days_rest") == 1,
    ),
    Rule(
        "high_line", "evidence", "The line is 25 or more.", "the line is high", "59.9 % won", 506,
        pl.col("current_points_line") >= 25,
    ),
    Rule(
        "slow_opponent", "evidence", "The opponent's pace is 99 or less.", "the opponent plays slowly",
        "58.7 % won, above break-even in 4 of 4 seasons", 218,
        pl.col("opponent_pace") <= 99,
    ),
    Rule(
        "at_home", "evidence", "He plays at home; nobody does at a neutral site.", "he plays at home",
        "58.5 % won, above break-even in 4 of 5 seasons", 467,
        pl.col("home_away") == 1,
    ),
    Rule(
        "usual_spread", "evidence", "points_std_last_10 is from 5.5 to 8.", "his points vary as usual",
        "58.3 % won, above break-even in 5 of 5 seasons", None,
        pl.col("points_std_last_10").is_between(5.5, 8),
    ),
)  # fmt: skip

JUDGING = tuple(rule for rule in BLOCKING if rule.kind != "cap")
CAPS = tuple(rule for rule in BLOCKING if rule.kind == "cap")
RULES: dict[str, Rule] = {rule.name: rule for rule in (*BLOCKING, *EVIDENCE)}
