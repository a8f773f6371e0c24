"""The cache's averages on the real season: how far each is from the points of the players whom sportsbooks priced.

The published errors are those of the plain averages over strictly earlier games; a window off by one game, a game of
the date itself or a DNP row in it moves them by more than the tolerance.
"""

import polars as pl
import pytest

from nba_assets.reference.aliases import player_aliases
from nba_assets.transforms import lines, odds_api_player_points_props, player_daily_cache
from nba_assets_tests.frames import frame
from nba_assets_tests.transforms.odds_support import season_box, season_quotes, season_rosters, season_schedule

pytestmark = pytest.mark.slow

PUBLISHED = {"season": 5.500, "last_10": 5.453, "last_5": 5.636, "ewma": 5.342}


@pytest.fixture(scope="module")
def priced(realdata) -> pl.DataFrame:
    """One row per priced player-game with a box score: its points and the cache's row, if it has one."""
    props = odds_api_player_points_props.build(
        season_quotes(realdata, "player-props-history"),
        season_schedule(realdata),
        season_rosters(realdata),
        player_aliases(),
    )
    by_update = props.filter(pl.col("market_last_update") <= pl.col("commence_time"))
    box = season_box(realdata).with_columns(season_year=pl.lit(2023, pl.Int64), is_dnp=pl.lit(False))
    player_games = frame("player_game_summary").select(player_daily_cache.GAME_COLUMNS)
    history = pl.concat(
        [player_games, box.select(pl.col(set(box.columns) & set(player_games.columns)))], how="diagonal"
    )
    played = lines.consensus(lines.latest(lines.main_lines(by_update))).join(
        box.select("nba_game_id", "nba_player_id", "points", "season_year", "team_abbr"),
        on=["nba_game_id", "nba_player_id"],
    )
    no_context = frame("upcoming_player_game_context")
    context = pl.concat(
        [no_context, played.select(pl.col(set(played.columns) & set(no_context.columns)))], how="diagonal"
    )
    cache = player_daily_cache.build(
        context,
        frame("player_shot_zone_analysis"),
        history,
        frame("team_offense_game_summary").select(player_daily_cache.TEAM_COLUMNS),
    )
    return played.join(cache.drop("nba_game_id", "season_year"), on=["game_date", "nba_player_id"], how="left")


def test_every_priced_player_is_cached(priced):
    assert priced.height == 2_687
    assert priced["points_avg_season"].null_count() == 0


@pytest.mark.parametrize("average", PUBLISHED)
def test_published_error(priced, average: str):
    error = priced.select((pl.col("points") - pl.col(f"points_avg_{average}")).abs().mean()).item()
    assert error == pytest.approx(PUBLISHED[average], abs=0.005)
