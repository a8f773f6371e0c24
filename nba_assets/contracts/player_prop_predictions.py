import dataframely as dy
import polars as pl

from ml_models.system import MAX_POINTS
from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.upcoming_player_game_context import PLAYER_STATUSES

# What is said of a prediction, in the order it is decided: no line to bet on, a gate that failed or an edge too small
# to mean anything, an edge below the system's floor, a side.
RECOMMENDATIONS = ["NO_LINE", "PASS", "HOLD", "OVER", "UNDER"]
SIDES = ["OVER", "UNDER"]
QUALITY_GATES = ["passed", "excused", "blocked"]
LINE_SOURCES = ["ACTUAL_PROP", "NO_PROP_LINE"]
MODEL_STATUSES = ["champion", "shadow", "reference", "benchmark"]
# not_expected: he is in no team of the game any more; no_forecast: he is, but the system has nothing to say of him now.
SUPERSEDED_REASONS = [
    "line_moved",
    "forecast_changed",
    "game_postponed",
    "player_inactive",
    "not_expected",
    "no_forecast",
]

# Levels of the stored quantiles, by column.
QUANTILES = {f"points_q{level:02d}": level / 100 for level in (5, 10, 25, 50, 75, 90, 95)}


def _quantile(level: str) -> dy.Float64:
    return col.number(
        f"The {level} % quantile of the distribution, each count of points spread evenly around itself.",
        unit="points",
        low=-0.5,
        high=MAX_POINTS + 0.5,
        nullable=False,
    )


def _probability(description: str, *, nullable: bool = True) -> dy.Float64:
    return col.number(description, unit="probability", low=0, high=1, nullable=nullable)


def _price(description: str) -> dy.Float64:
    return col.number(description, unit="decimal odds", low=1)


class PlayerPropPredictions(dy.Schema):
    """One row per player, game, system and version: what a prediction system said of his points before tip-off.

    Players are those of ml_feature_store_v2, the injured-out ones left out; a system that knows nothing of a player
    has no row. A version is written when the forecast or its line differs from the last one, and never after tip-off:
    from then on the versions stay as they are. Where a system said nothing of a player in time, a row says what its
    model would have said at tip-off, with `prediction_made_before_game` false: a backtest, replaced when computed
    again, and never published.
    """

    game_date = col.game_date(primary_key=True)
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    system_id = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="The prediction system.")
    prediction_version = dy.Int64(
        primary_key=True, min=1, description="1, 2, 3 .. of the same player, game and system."
    )
    prediction_id = dy.String(
        min_length=1, description="{game_date}_{player_lookup}_{system_id}: the same for all versions."
    )
    game_id = col.game_id()
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    team_abbr = col.team_abbr("His team as of the date.")
    opponent_team_abbr = col.team_abbr("The other team.")
    home_game = col.flag("The schedule's home team (nominal at a neutral site).", nullable=False)

    predicted_points = col.number("The point forecast.", unit="points", low=0, high=MAX_POINTS, nullable=False)
    points_q05 = _quantile("5")
    points_q10 = _quantile("10")
    points_q25 = _quantile("25")
    points_q50 = _quantile("50")
    points_q75 = _quantile("75")
    points_q90 = _quantile("90")
    points_q95 = _quantile("95")
    points_pmf = dy.List(
        dy.Float64(),
        description=(
            f"Probability of 0, 1, 2 .. points ({MAX_POINTS} stands for itself and more), to 5 decimals, zeros at the "
            "end left out; its width is calibrated on the system's past forecasts."
        ),
    )

    has_prop_line = col.flag("There is a line to bet on.", nullable=False)
    line_source = col.one_of(LINE_SOURCES, "Whether a real book's line stands behind the row.")
    line_source_api = col.one_of(["ODDS_API"], "Who delivered the quote.", nullable=True)
    sportsbook = col.text("Book of current_points_line.")
    was_line_fallback = col.flag("The book is not the first of the cascade, DraftKings.")
    current_points_line = col.number("The line as of as_of_ts.", unit="points", low=5, high=80)
    line_snapshot_ts = col.instant("When that quote was seen.")
    line_minutes_before_game = dy.Int64(
        nullable=True, min=0, description="Whole minutes from that quote to tip-off.", metadata={"unit": "minutes"}
    )
    over_price = _price("Decimal odds of the Over of that quote.")
    under_price = _price("Decimal odds of the Under of that quote.")
    market_p_over = _probability("P(over) without push that those prices mean, the margin taken out.")
    consensus_points_line = col.number("Median of the books' main lines.", unit="points", low=-0.5, high=80)
    book_count = col.count("Books with a main line.", maximum=100, nullable=False)

    line_margin = col.number(
        "predicted_points - current_points_line: the edge, signed.", unit="points", low=-80, high=80
    )
    p_over = _probability("P(points > line), calibrated on the system's past forecasts.")
    p_under = _probability("P(points < line), calibrated.")
    p_push = _probability("P(points = line); 0 unless the line is a whole number.")
    fair_over_price = _price("Price at which the Over is worth nothing to either side, by p_over and p_under.")
    fair_under_price = _price("The same of the Under.")
    edge_side = col.one_of(SIDES, "Side of the forecast at the line; null without a line or an edge.", nullable=True)
    best_line = col.number("Of edge_side: the line of the offer worth most.", unit="points", low=-0.5, high=80)
    best_price = _price("Of edge_side: price of that offer.")
    best_book = col.text("Of edge_side: book of that offer.")
    best_p_win = _probability(
        "P(win) of that offer, by the distribution tilted to p_over : p_under at current_points_line."
    )
    best_p_push = _probability("P(push) of that offer.")
    ev = col.number(
        "Expected profit of that offer: best_p_win * (best_price - 1) - P(loss).",
        unit="per unit staked",
        low=-1,
        high=1000,
    )
    confidence_score = _probability("P(win) of edge_side at current_points_line, pushes left out, calibrated.")
    recommendation = col.one_of(RECOMMENDATIONS, "NO_LINE, PASS, HOLD, or the side to take.")
    recommendation_reasons = dy.List(dy.String(), description="Why it is no side: names of rules; empty for a side.")
    explanation = dy.List(dy.String(), description="What moved the forecast most, in words, largest first.")

    quality_gate = col.one_of(
        QUALITY_GATES,
        "passed: nothing required is unknown; excused: only what injury reports tell, on a date without them; blocked.",
    )
    feature_quality_score = col.number("Of ml_feature_store_v2.", unit="percent", low=0, high=100, nullable=False)
    required_default_count = col.count("Of ml_feature_store_v2.", maximum=200, nullable=False)
    missing_required = dy.List(dy.String(), description="Of ml_feature_store_v2.")
    injury_status_at_prediction = col.one_of(
        PLAYER_STATUSES, "player_status of upcoming_player_game_context; null without a report.", nullable=True
    )
    injury_checked_at = col.instant("When the report behind it was issued.")

    ml_model_id = dy.String(min_length=1, description="The model: its system's training window.")
    model_sha256 = dy.String(regex=r"^[0-9a-f]{64}$", description="Content of the model's artefact.")
    model_status = col.one_of(
        MODEL_STATUSES, "The system's status, a champion whose model failed a gate being a shadow."
    )
    feature_version = dy.String(regex=r"^[0-9a-f]{12}$", description="Of ml_feature_store_v2.")
    training_start_date = dy.Date(description="First date of the rows the model may have learned from.")
    training_end_date = dy.Date(description="Last such date: before the week of game_date.")

    tipoff_utc = col.instant("Scheduled tip-off.", nullable=False)
    as_of_ts = col.instant("Decision instant: nothing seen at it or later is in the row.", nullable=False)
    created_at = col.instant("When the row was computed.", nullable=False)
    prediction_made_before_game = col.flag("created_at is before tip-off; false: a backtest.", nullable=False)
    is_active = col.flag(
        "The version that counts: the last one, unless the game or the player fell away.", nullable=False
    )
    superseded_at = col.instant("When the version stopped counting.")
    superseded_reason = col.one_of(SUPERSEDED_REASONS, "Why it stopped counting.", nullable=True)

    @dy.rule()
    def decided_before_tipoff(cls) -> pl.Expr:
        return (pl.col("as_of_ts") <= pl.col("tipoff_utc")) & (
            pl.col("prediction_made_before_game") == (pl.col("created_at") < pl.col("tipoff_utc"))
        )

    @dy.rule()
    def line_seen_before(cls) -> pl.Expr:
        return ~pl.col("has_prop_line") | (pl.col("line_snapshot_ts") < pl.col("as_of_ts")).fill_null(value=False)

    @dy.rule()
    def trained_before(cls) -> pl.Expr:
        return pl.col("training_end_date") < pl.col("game_date")

    @dy.rule()
    def side_follows_edge(cls) -> pl.Expr:
        side = pl.col("recommendation").is_in(SIDES)
        return ~side | (pl.col("recommendation") == pl.col("edge_side")).fill_null(value=False)

    @dy.rule()
    def superseded_is_inactive(cls) -> pl.Expr:
        ended = pl.col("superseded_at").is_not_null()
        return (pl.col("is_active") != ended) & (ended == pl.col("superseded_reason").is_not_null())

    @dy.rule()
    def chances_add_up(cls) -> pl.Expr:
        total = pl.col("p_over") + pl.col("p_under") + pl.col("p_push")
        return ((total - 1).abs() < 1e-6).fill_null(~pl.col("has_prop_line"))


TABLE = Table(
    "nba_predictions",
    "player_prop_predictions",
    PlayerPropPredictions,
    source=(
        "ml_feature_store_v2, upcoming_player_game_context, player_daily_cache, player_shot_zone_analysis, "
        "team_defense_zone_analysis, odds_api_player_points_props and the trained models of the date's week"
    ),
    cluster_by=("system_id", "player_lookup"),
)
