"""What the market said in the end: the line of a prediction against the last quote of the same book before tip-off."""

import polars as pl

from ml_models import distributions
from nba_assets.contracts.closing_line_value import CLOSE_MINUTES, TABLE
from nba_assets.transforms import lines
from nba_assets.transforms.predictions.stored_pmf import pmf_matrix

PREDICTION_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "system_id",
    "prediction_version",
    "season_year",
    "player_lookup",
    "tipoff_utc",
    "prediction_made_before_game",
    "recommendation",
    "edge_side",
    "line_margin",
    "has_prop_line",
    "sportsbook",
    "current_points_line",
    "line_snapshot_ts",
    "over_price",
    "under_price",
    "points_pmf",
)
QUOTE_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "player_lookup",
    "player_name",
    "odds_api_event_id",
    "pair_no",
    "bookmaker",
    "market_key",
    "points_line",
    "over_price",
    "under_price",
    "snapshot_timestamp",
    "tipoff_utc",
    "minutes_before_tipoff",
    "is_in_play",
)

_KEY = ["game_date", "nba_game_id", "nba_player_id", "system_id"]
_PLAYER = ["game_date", "nba_game_id", "nba_player_id"]
# Rows whose distributions are in memory at once.
_AT_ONCE = 20_000
_SIDE, _LINE = pl.col("edge_side"), pl.col("points_line")


def build(predictions: pl.DataFrame, quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per player, game and system of `predictions` whose last version has a line.

    `quotes`: rows of `odds_api_player_points_props` of the same dates; those seen at tip-off or later are not read.
    """
    last = last_quotes(quotes)
    closes = last.filter(_is_close()).select(
        *_PLAYER,
        sportsbook="bookmaker",
        closing_line="points_line",
        closing_snapshot_ts="snapshot_timestamp",
        close_minutes_before_tip="minutes_before_tipoff",
        closing_over_price="over_price",
        closing_under_price="under_price",
        _p_close="p_over",
    )
    late = last.select(
        *_PLAYER,
        sportsbook="bookmaker",
        late_line="points_line",
        late_minutes_before_tip="minutes_before_tipoff",
    )
    books = last.filter(_is_close()).group_by(_PLAYER).agg(closing_book_count=pl.len().cast(pl.Int64))
    taken = _taken(predictions)
    for found, key in ((closes, [*_PLAYER, "sportsbook"]), (late, [*_PLAYER, "sportsbook"]), (books, _PLAYER)):
        taken = taken.join(found, on=key, how="left", validate="m:1", maintain_order="left")
    rows = taken.with_columns(
        has_true_close=pl.col("closing_line").is_not_null(),
        line_is_close=pl.col("line_snapshot_ts") >= pl.col("closing_snapshot_ts"),
        closing_book_count=pl.col("closing_book_count").fill_null(0),
        clv_points=_gain("closing_line"),
        late_line_points=_gain("late_line"),
    )
    over = _closing_p_over(rows)
    return TABLE.ordered(
        rows.with_columns(closing_p_side=pl.when(_SIDE == "OVER").then(over).when(_SIDE == "UNDER").then(1 - over))
        .with_columns(clv_probability=pl.col("closing_p_side") - 1 / pl.col("price_taken"))
        .drop("points_pmf")
    )


def last_quotes(quotes: pl.DataFrame) -> pl.DataFrame:
    """One row per game, linked player and book: its main line in the last snapshot before tip-off."""
    linked = quotes.filter(pl.col("nba_player_id").is_not_null())
    return lines.latest(lines.main_lines(lines.pre_tip(linked)))


def _is_close() -> pl.Expr:
    return pl.col("tipoff_utc") - pl.col("snapshot_timestamp") <= pl.duration(minutes=CLOSE_MINUTES)


def _taken(predictions: pl.DataFrame) -> pl.DataFrame:
    """The last version of each prediction, where it has a line, with the price of its side."""
    return (
        predictions.filter(pl.col("prediction_version") == pl.col("prediction_version").max().over(_KEY))
        .filter("has_prop_line")
        .rename({"current_points_line": "points_line"})
        .with_columns(
            price_taken=pl.when(_SIDE == "OVER").then("over_price").when(_SIDE == "UNDER").then("under_price")
        )
    )


def _gain(line: str) -> pl.Expr:
    """An Under is the better the higher its line, an Over the lower."""
    under = _LINE - pl.col(line)
    return pl.when(_SIDE == "UNDER").then(under).when(_SIDE == "OVER").then(-under)


def _closing_p_over(rows: pl.DataFrame) -> pl.Series:
    """P(over) at the line taken, pushes left out, as the close has it; null without one."""
    moved = pl.col("closing_line") != _LINE
    # At the same line the prices say it themselves, whatever the distribution.
    known = rows.select(pl.when(~moved).then("_p_close")).to_series().to_numpy(writable=True)
    places = rows.select(moved.fill_null(value=False).arg_true()).to_series()
    for start in range(0, places.len(), _AT_ONCE):
        some = places.slice(start, _AT_ONCE)
        part = rows[some]
        tilted = distributions.tilt_to_p_over(
            pmf_matrix(part["points_pmf"]), part["closing_line"].to_numpy(), part["_p_close"].to_numpy()
        )
        known[some.to_numpy()] = distributions.p_over_no_push(tilted, part["points_line"].to_numpy())
    return pl.Series(known, dtype=pl.Float64).fill_nan(None)
