"""Best bets: the champion's candidates of a date, ranked, capped and staked, each with its reason in words."""

import polars as pl

from nba_assets import best_bets_rules as rules
from nba_assets.contracts.signal_best_bets_picks import TABLE

PREDICTION_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "system_id",
    "prediction_id",
    "prediction_version",
    "ml_model_id",
    "game_id",
    "season_year",
    "player_lookup",
    "team_abbr",
    "opponent_team_abbr",
    "predicted_points",
    "has_prop_line",
    "line_source",
    "current_points_line",
    "over_price",
    "under_price",
    "edge_side",
    "line_margin",
    "best_line",
    "best_price",
    "best_book",
    "best_p_win",
    "best_p_push",
    "ev",
    "confidence_score",
    "quality_gate",
    "feature_quality_score",
    "injury_status_at_prediction",
    "model_status",
    "tipoff_utc",
    "as_of_ts",
    "created_at",
    "prediction_made_before_game",
    "is_active",
)
FEATURE_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "days_rest",
    "opponent_pace",
    "home_away",
    "points_std_last_10",
)
HALT_COLUMNS = ("game_date", "is_halted", "reasons")
STATE_COLUMNS = ("game_date", "system_id", "state")
# An older state says nothing of the model of today.
STATE_DAYS = 30

_PLAYER = ["game_date", "nba_game_id", "nba_player_id"]
_TOGETHER = ["game_date", "nba_game_id", "team_abbr", "edge_side"]
_LATER_STAKE = 0.67
NO_HALT_STATE = "nothing is known of the date"


def build(
    predictions: pl.DataFrame, features: pl.DataFrame, states: pl.DataFrame, halts: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per candidate: `predictions` of the champion that are active, have a line and an edge.

    `features`: rows of `ml_feature_store_v2` of the same dates. `states`: `STATE_COLUMNS`, of which those before a date
    count. `halts`: game_date, is_halted, reasons; a date without a row is halted. None: there is no such table.
    """
    judged = (
        _candidates(predictions)
        .join(features.select(FEATURE_COLUMNS), on=_PLAYER, how="left", validate="m:1", maintain_order="left")
        .pipe(_with_state, states)
        .pipe(_with_halt, halts)
        .with_columns(failed_rules=_names(rules.JUDGING, holds=False), evidence=_evidence())
    )
    ranked = judged.sort(
        "game_date",
        -pl.col("ev").round(rules.DECIMALS),
        -pl.col("evidence").list.len().cast(pl.Int64),
        -pl.col("edge").round(rules.DECIMALS),
        *_PLAYER,
        "system_id",
        nulls_last=True,
    )
    passed = pl.col("failed_rules").list.len() == 0
    rows = pl.concat([_capped(ranked.filter(passed)), ranked.filter(~passed)])
    return TABLE.ordered(rows.pipe(_staked).pipe(_told))


def _candidates(predictions: pl.DataFrame) -> pl.DataFrame:
    return predictions.filter(
        pl.col("is_active"),
        pl.col("has_prop_line"),
        pl.col("edge_side").is_not_null(),
        pl.col("system_id").is_in(rules.CHAMPIONS),
    ).with_columns(edge=pl.col("line_margin").abs())


def _with_state(rows: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """`decay_state`: the state of the latest date before the row's."""
    earlier = states.select("game_date", "system_id", decay_state="state").sort("game_date")
    return rows.sort("game_date").join_asof(
        earlier, on="game_date", by="system_id", allow_exact_matches=False, check_sortedness=False
    )


def _with_halt(rows: pl.DataFrame, halts: pl.DataFrame | None) -> pl.DataFrame:
    nobody = pl.lit([], pl.List(pl.String))
    if halts is None:
        return rows.with_columns(is_halted=pl.lit(value=False), halt_reasons=nobody)
    told = halts.select("game_date", "is_halted", halt_reasons="reasons")
    unknown = pl.col("is_halted").is_null()
    return rows.join(told, on="game_date", how="left", validate="m:1", maintain_order="left").with_columns(
        is_halted=pl.col("is_halted").fill_null(value=True),
        halt_reasons=pl.when(unknown)
        .then(pl.lit([NO_HALT_STATE], pl.List(pl.String)))
        .when("is_halted")
        .then(pl.col("halt_reasons").fill_null(nobody))
        .otherwise(nobody),
    )


def _names(of: tuple[rules.Rule, ...], *, holds: bool) -> pl.Expr:
    """List of the names of the rules that hold, or do not: unknown is no."""
    found = [pl.when(rule.holds.fill_null(value=False) == holds).then(pl.lit(rule.name)) for rule in of]
    return pl.concat_list(found).list.drop_nulls()


def _evidence() -> pl.Expr:
    """All of it was measured on UNDER."""
    under = pl.col("edge_side") == "UNDER"
    return pl.when(under).then(_names(rules.EVIDENCE, holds=True)).otherwise(pl.lit([], pl.List(pl.String)))


def _capped(ranked: pl.DataFrame) -> pl.DataFrame:
    """`ranked`, best first, with the cap that rejects a row as its failed rule.

    A player has one game a date, so players lie within teams, teams within games: to cap one after the other, the
    narrowest first, takes the same rows as to go from the best to the worst and take each that fits.
    """
    rejected = []
    for cap in rules.CAPS:
        fits = ranked.select(fits=cap.holds).to_series()
        rejected.append(ranked.filter(~fits).with_columns(failed_rules=pl.lit([cap.name], pl.List(pl.String))))
        ranked = ranked.filter(fits)
    return pl.concat([ranked, *rejected])


def _staked(rows: pl.DataFrame) -> pl.DataFrame:
    """Picks come first in `rows`, best first within their date."""
    is_pick = pl.col("failed_rules").list.len() == 0
    nth = pl.int_range(pl.len())
    rows = rows.with_columns(
        is_pick=is_pick,
        rejected_by=pl.col("failed_rules").list.first(),
        is_paper=(pl.col("failed_rules") == pl.lit(["side"], pl.List(pl.String)))
        & (pl.col("edge").round(rules.DECIMALS) >= rules.LEAST_PAPER_EDGE),
    )
    return rows.with_columns(
        pick_rank=pl.when("is_pick").then(nth.over("game_date", "is_pick") + 1),
        stake_flat=pl.when("is_pick").then(
            pl.when(nth.over(*_TOGETHER, "is_pick") == 0).then(1.0).otherwise(_LATER_STAKE)
        ),
        stake_edge=pl.when("is_pick").then((0.5 + 0.25 * (pl.col("edge") - rules.LEAST_EDGE)).clip(0.5, 2)),
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    lose = 1 - pl.col("best_p_win") - pl.col("best_p_push")
    return (
        rows.with_columns(fair_price=pl.when(pl.col("best_p_win") > 0).then(1 + lose.clip(0) / pl.col("best_p_win")))
        .with_columns(
            _bet=pl.format(
                "Line {}, forecast {}: {} {}",
                pl.col("current_points_line"),
                pl.col("predicted_points").round(1),
                pl.col("edge").round(1),
                pl.col("edge_side").str.to_lowercase(),
            ),
            _fair=pl.format("; fair price {}", _price("fair_price")).fill_null("; it cannot win"),
            _best=pl.format(", best {} at {}", _price("best_price"), "best_book"),
            _line=pl.when(pl.col("best_line") != pl.col("current_points_line"))
            .then(pl.format(", whose line is {}", "best_line"))
            .fill_null(""),
        )
        .with_columns(
            why=pl.concat_list(
                pl.concat_str("_bet", pl.concat_str("_fair", "_best", "_line").fill_null("; nobody offers it")),
                *(
                    pl.when(pl.col("evidence").list.contains(rule.name)).then(pl.lit(_sentence(rule.words)))
                    for rule in rules.EVIDENCE
                ),
                *(
                    pl.when(pl.col("rejected_by") == rule.name).then(pl.lit(f"No pick: {rule.words}"))
                    for rule in rules.BLOCKING
                ),
                pl.when(pl.col("rejected_by") == "halted").then(
                    pl.format("Halted: {}", pl.col("halt_reasons").list.join(", "))
                ),
            ).list.drop_nulls()
        )
    )


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _price(column: str) -> pl.Expr:
    """1.8 -> "1.80"."""
    hundredths = (pl.col(column) * 100).round().cast(pl.Int64)
    return pl.format("{}.{}", hundredths // 100, (hundredths % 100).cast(pl.String).str.zfill(2))
