import dataframely as dy
import polars as pl

from nba_assets import best_bets_rules as rules
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_prop_predictions import MODEL_STATUSES, QUALITY_GATES, SIDES

_BLOCKING = [rule.name for rule in rules.BLOCKING]


class SignalBestBetsPicks(dy.Schema):
    """One row per player, game and champion system with a line and an edge: a pick, or what rejected it.

    All candidates are kept, so that what a rule rejects can be graded like a pick. The bet is `best_line` at
    `best_price` of `best_book`, on `edge_side`. Rules, with the facts they rest on: nba_assets/best_bets_rules.py. Where
    `prediction_made_before_game` is false the row says what would have been picked; such a pick is never published.
    """

    game_date = col.game_date(primary_key=True)
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    prediction_id = dy.String(min_length=1, description="Of player_prop_predictions.")
    prediction_version = dy.Int64(min=1, description="The version behind the row: the active one.")
    ml_model_id = dy.String(min_length=1, description="The model behind it.")
    game_id = col.game_id()
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    team_abbr = col.team_abbr("His team as of the date.")
    opponent_team_abbr = col.team_abbr("The other team.")

    predicted_points = col.number("The point forecast.", unit="points", low=0, high=80, nullable=False)
    current_points_line = col.number("Line of the cascade.", unit="points", low=5, high=80, nullable=False)
    edge_side = col.one_of(SIDES, "Side of the forecast at that line.")
    edge = col.number("|predicted_points - current_points_line|.", unit="points", low=0, high=80, nullable=False)
    best_line = col.number("Line of the offer worth most.", unit="points", low=-0.5, high=80)
    best_price = col.number("Its price.", unit="decimal odds", low=1)
    best_book = col.text("Its book.")
    fair_price = col.number("Price at which that bet is worth nothing; null if it cannot win.", unit="odds", low=1)
    best_p_win = col.number("P(win) of that offer, calibrated.", unit="probability", low=0, high=1)
    best_p_push = col.number("P(push) of that offer.", unit="probability", low=0, high=1)
    ev = col.number("Expected profit of that offer.", unit="per unit staked", low=-1, high=1000)
    confidence_score = col.number(
        "P(win) at current_points_line, pushes left out, calibrated.", unit="probability", low=0, high=1
    )

    evidence = dy.List(
        dy.String(), description="Names of the evidence rules that speak for it; empty for an OVER. Never a condition."
    )
    failed_rules = dy.List(
        dy.String(),
        description="Blocking rules it fails, in their order; of the caps at most the first, asked of those that pass all else.",
    )
    rejected_by = col.one_of(_BLOCKING, "The first of failed_rules; null for a pick.", nullable=True)
    is_pick = col.flag("Passes all rules.", nullable=False)
    is_paper = col.flag(
        f"An OVER from {rules.LEAST_PAPER_EDGE:g} points on that fails nothing but its side: graded, never published.",
        nullable=False,
    )
    pick_rank = dy.Int64(
        nullable=True, min=1, description="1 is the best pick of the date: by ev, then evidence, then edge."
    )
    stake_flat = col.number(
        "1, or 0.67 for the second and later pick of the same game, team and side; null if no pick.",
        unit="units",
        low=0,
        high=1,
    )
    stake_edge = col.number(
        "On paper: 0.5 + 0.25 * (edge - 3), from 0.5 to 2; null if no pick.", unit="units", low=0.5, high=2
    )
    why = dy.List(dy.String(), description="In plain words: the bet, what speaks for it, what rejected it.")

    decay_state = col.text("The system's latest judged state before the date; null without one.")
    halt_reasons = dy.List(dy.String(), description="Why picks are halted on the date; empty if they are not.")
    quality_gate = col.one_of(QUALITY_GATES, "Of player_prop_predictions.")
    feature_quality_score = col.number("Of ml_feature_store_v2.", unit="percent", low=0, high=100, nullable=False)
    model_status = col.one_of(MODEL_STATUSES, "Of player_prop_predictions.")
    tipoff_utc = col.instant("Scheduled tip-off.", nullable=False)
    as_of_ts = col.instant("Decision instant of the prediction.", nullable=False)
    created_at = col.instant("When the prediction was computed.", nullable=False)
    prediction_made_before_game = col.flag("The prediction was computed before tip-off.", nullable=False)

    @dy.rule()
    def a_pick_fails_nothing(cls) -> pl.Expr:
        nothing = pl.col("failed_rules").list.len() == 0
        return (pl.col("is_pick") == nothing) & pl.col("rejected_by").eq_missing(pl.col("failed_rules").list.first())

    @dy.rule()
    def picks_are_ranked_and_staked(cls) -> pl.Expr:
        known = [pl.col(name).is_not_null() == pl.col("is_pick") for name in ("pick_rank", "stake_flat", "stake_edge")]
        return pl.all_horizontal(known)

    @dy.rule()
    def only_unders_are_picked(cls) -> pl.Expr:
        return (~pl.col("is_pick") | (pl.col("edge_side") == "UNDER")) & ~(pl.col("is_pick") & pl.col("is_paper"))


TABLE = Table(
    "nba_predictions",
    "signal_best_bets_picks",
    SignalBestBetsPicks,
    source="player_prop_predictions, ml_feature_store_v2, model_performance_daily of earlier dates, and halt_state",
    cluster_by=("system_id", "player_lookup"),
)
