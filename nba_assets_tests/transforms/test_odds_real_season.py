"""The real season's props against its box scores: the figures published with the data."""

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import lines, odds_api_player_points_props
from nba_assets.transforms.documents import QUARANTINE_REASON
from nba_assets_tests.transforms.odds_support import season_box, season_quotes, season_rosters, season_schedule

pytestmark = pytest.mark.slow

# The published figures were made without these two: no rule derives them, only the alias table.
LEGAL_NAMES = ["Edrice Femi Adebayo", "Alfred Joel Horford Reynoso"]


@pytest.fixture(scope="module")
def props(realdata) -> pl.DataFrame:
    built = odds_api_player_points_props.build(
        season_quotes(realdata, "player-props-history"),
        season_schedule(realdata),
        season_rosters(realdata),
        player_aliases(),
    )
    assert built[QUARANTINE_REASON].null_count() == built.height
    return built.drop(QUARANTINE_REASON)


def figures(realdata, props: pl.DataFrame) -> dict[str, float]:
    # The published figures call a quote pre-tip by its last update and commence_time alone.
    moved_before_start = pl.col("market_last_update") <= pl.col("commence_time")
    consensus = lines.consensus(lines.latest(lines.main_lines(props.filter(moved_before_start))))
    box = season_box(realdata).select("nba_game_id", "nba_player_id", "points")
    graded = consensus.join(box, on=["nba_game_id", "nba_player_id"], how="left")
    error = pl.col("points") - pl.col("consensus_line")
    decided = graded.filter(error != 0)
    over = decided["points"] > decided["consensus_line"]
    return {
        "priced": graded.height,
        "played": graded["points"].count(),
        "void": graded.filter(pl.col("nba_player_id").is_not_null(), pl.col("points").is_null()).height,
        "unknown": graded["nba_player_id"].null_count(),
        "mae": round(graded.select(error.abs().mean()).item(), 3),
        "bias": round(graded.select(error.mean()).item(), 2),
        "over_rate": round(over.mean(), 3),
        "brier": round(((decided["consensus_p_over"] - over.cast(pl.Float64)) ** 2).mean(), 4),
    }


PUBLISHED = {"played": 2_687, "void": 140, "mae": 5.203, "bias": 0.13, "over_rate": 0.48, "brier": 0.2495}


def test_published_figures(realdata, props):
    unlinked = pl.when(~pl.col("player_name").is_in(LEGAL_NAMES)).then("nba_player_id")
    found = figures(realdata, props.with_columns(nba_player_id=unlinked))
    assert found == PUBLISHED | {"priced": 2_829, "unknown": 2}


def test_the_alias_table_resolves_the_last_two(realdata, props):
    assert figures(realdata, props) == PUBLISHED | {"priced": 2_827, "unknown": 0}


def test_every_row_keeps_the_contract(props):
    TABLES["odds_api_player_points_props"].schema.validate(props)
    assert props.height == 194_395
    assert props["nba_player_id"].null_count() == 0
    assert props["market_key"].n_unique() == 8


def test_quotes_in_play_are_marked(props):
    after_start = props.filter(pl.col("snapshot_timestamp") > pl.col("commence_time"))
    assert after_start["odds_api_event_id"].n_unique() == 9
    assert after_start["is_in_play"].all()
    # One more was taken between the scheduled tip-off and a later commence_time.
    assert props.filter("is_in_play")["odds_api_event_id"].n_unique() == 10
    assert lines.pre_tip(props).select((pl.col("snapshot_timestamp") < pl.col("tipoff_utc")).all()).item()


def test_the_cascade_prices_most_players(props):
    found = lines.cascade(props)
    assert found.select("nba_game_id", "nba_player_id").is_unique().all()
    assert dict(found["points_line_source"].value_counts().iter_rows()) == {
        "draftkings": 2_542,
        "fanduel": 106,
        "betmgm": 51,
        "pointsbetus": 31,
    }
