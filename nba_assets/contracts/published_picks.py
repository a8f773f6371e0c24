import dataframely as dy
import polars as pl

from nba_assets.contracts import columns as col
from nba_assets.contracts.base import Table
from nba_assets.contracts.player_prop_predictions import SIDES
from nba_assets.pick_events import EVENTS

SOURCES = ["algorithm", "manual"]


def _hash(description: str) -> dy.String:
    return dy.String(regex=r"^[0-9a-f]{64}$", description=description)


class PublishedPicks(dy.Schema):
    """One row per published pick, as the ledger has it: what was published is here for ever, whatever became of it.

    The bet is `line` at `price` of `book`, as first published. A run after that may refresh edge, rank, evidence and
    reasons until tip-off, may find that it would not pick it any more (`last_event`), or somebody may withdraw it: it
    stays, and is graded. The ledger lies outside the warehouse; the table can be made from it at any time.
    """

    game_date = col.game_date(primary_key=True)
    nba_game_id = col.nba_game_id(primary_key=True)
    nba_player_id = col.nba_player_id(primary_key=True)
    system_id = dy.String(regex=r"^[a-z0-9_]+$", description="The prediction system.")
    source = col.one_of(SOURCES, "Who picked it.")
    prediction_id = dy.String(min_length=1, description="Of player_prop_predictions.")
    prediction_version = dy.Int64(min=1, description="The version that was published.")
    ml_model_id = dy.String(min_length=1, description="The model behind it.")
    model_sha256 = _hash("Content of the model's artefact.")
    game_id = col.game_id()
    season_year = col.season_year()
    player_lookup = col.player_lookup()
    team_abbr = col.team_abbr("His team when it was published.")
    opponent_team_abbr = col.team_abbr("The other team.")
    tipoff_utc = col.instant("Scheduled tip-off, as last known before it.", nullable=False)

    side = col.one_of(SIDES, "The side taken.")
    line = col.number("The line taken.", unit="points", low=-0.5, high=80, nullable=False)
    price = col.number("Its price.", unit="decimal odds", low=1, nullable=False)
    book = dy.String(min_length=1, description="Its book.")
    predicted_points = col.number("The point forecast.", unit="points", low=0, high=80, nullable=False)
    p_win = col.number("P(win), calibrated.", unit="probability", low=0, high=1, nullable=False)
    p_push = col.number("P(push).", unit="probability", low=0, high=1, nullable=False)
    ev = col.number("Expected profit.", unit="per unit staked", low=-1, high=1000, nullable=False)
    first_edge = col.number("edge when published.", unit="points", low=0, high=80, nullable=False)
    stake_flat = col.number("Stake when published.", unit="units", low=0, high=1, nullable=False)
    first_published_at = col.instant("When it was published.", nullable=False)

    edge = col.number("|forecast - line of the cascade|, as last known.", unit="points", low=0, high=80, nullable=False)
    pick_rank = dy.Int64(nullable=True, min=1, description="Rank among the picks of the last run; null if it is none.")
    evidence = dy.List(dy.String(), description="Names of the evidence rules, as last known.")
    why = dy.List(dy.String(), description="Reasons in plain words, as last known; of a withdrawn pick why it was.")
    rejected_by = col.text("The rule by which the last run would not pick it any more.")
    is_withdrawn = col.flag("Somebody withdrew it before tip-off; it is graded all the same.", nullable=False)
    withdrawn_at = col.instant("When.")
    last_event = col.one_of(
        list(EVENTS),
        "The latest event. dropped_from_signal: a later run does not pick it; model_disabled: nor may its system pick.",
    )
    last_event_at = col.instant("When.", nullable=False)
    event_count = col.count("Events of the pick.", maximum=10_000, nullable=False)
    first_seq = dy.Int64(min=1, description="Number of its first event in the ledger.")
    ledger_seq = dy.Int64(min=1, description="Number of its latest event.")
    ledger_hash = _hash("Hash of that entry: the ledger is held against it.")

    @dy.rule()
    def nothing_happens_after_tipoff(cls) -> pl.Expr:
        return (pl.col("first_published_at") <= pl.col("last_event_at")) & (
            pl.col("last_event_at") < pl.col("tipoff_utc")
        )

    @dy.rule()
    def withdrawn_at_some_time(cls) -> pl.Expr:
        return pl.col("is_withdrawn") == pl.col("withdrawn_at").is_not_null()


TABLE = Table(
    "nba_predictions",
    "published_picks",
    PublishedPicks,
    source="the pick ledger, to which it adds from signal_best_bets_picks, halt_state and player_prop_predictions",
    cluster_by=("system_id", "player_lookup"),
)
