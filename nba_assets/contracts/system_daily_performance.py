import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table

_PLAYERS = 1000


def _count(description: str) -> dy.Int64:
    return col.count(description, maximum=_PLAYERS, nullable=False)


def _rate(description: str) -> dy.Float64:
    return col.number(f"{description}; null without any.", unit="fraction", low=0, high=1)


class SystemDailyPerformance(dy.Schema):
    """One row per system and date with graded predictions: what it recommended and what became of it.

    Win rates are wins / (wins + losses) of what was recommended; errors are of every player who played, whatever was
    recommended.
    """

    game_date = col.game_date(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    predictions_count = _count("Graded predictions.")
    recommendations_count = _count("Those that recommended OVER or UNDER.")
    correct_count = _count("Of the recommendations: WIN.")
    incorrect_count = _count("Of the recommendations: LOSS.")
    push_count = _count("Of the recommendations: PUSH.")
    void_count = _count("Of the recommendations: VOID.")
    unrecommended_void_count = _count("VOID without a recommendation.")
    pass_count = _count("PASS.")
    no_line_count = _count("NO_LINE.")
    win_rate = _rate("correct / (correct + incorrect)")
    mae = col.number("Mean absolute error.", unit="points", low=0, high=120)
    avg_bias = col.number("Mean signed error: positive = too many forecast.", unit="points", low=-120, high=120)
    over_count = _count("Recommended OVER.")
    over_correct = _count("Of these WIN.")
    over_win_rate = _rate("WIN / (WIN + LOSS) of OVER")
    under_count = _count("Recommended UNDER.")
    under_correct = _count("Of these WIN.")
    under_win_rate = _rate("WIN / (WIN + LOSS) of UNDER")
    within_3_count = _count("Forecasts at most 3 points off.")
    within_3_pct = _rate("Their share of the players who played")
    within_5_count = _count("Forecasts at most 5 points off.")
    within_5_pct = _rate("Their share of the players who played")
    avg_confidence = _rate("Mean confidence_score of predictions that have one")
    high_confidence_count = _count("Recommendations with a confidence_score of 0.70 or more.")
    high_confidence_correct = _count("Of these WIN.")
    high_confidence_win_rate = _rate("WIN / (WIN + LOSS) of these")
    computed_at = col.instant("When the row first came out as it is.", nullable=False)

    @dy.rule()
    def recommendations_add_up(cls) -> pl.Expr:
        parts = pl.sum_horizontal("correct_count", "incorrect_count", "push_count", "void_count")
        sides = pl.col("over_count") + pl.col("under_count")
        return (pl.col("recommendations_count") == parts) & (parts == sides)

    @dy.rule()
    def predictions_add_up(cls) -> pl.Expr:
        others = ("recommendations_count", "unrecommended_void_count", "pass_count", "no_line_count")
        return pl.col("predictions_count") == pl.sum_horizontal(others)


TABLE = Table(
    "nba_grading",
    "system_daily_performance",
    SystemDailyPerformance,
    source="prediction_accuracy of the date",
    cluster_by=("system_id",),
)
