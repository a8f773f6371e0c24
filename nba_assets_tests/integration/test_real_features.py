"""Figures of the real season's feature layer: known errors of plain averages, the All-Star break, what is missing."""

from datetime import date, timedelta

import polars as pl
import pytest

from ml_models.features import FEATURES
from nba_assets.transforms import lines
from nba_assets_tests.integration.season import AFTER_THE_BREAK, Season

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# Mean absolute error, in points, of the plain averages over strictly earlier games, on the players whom sportsbooks
# priced. A window off by one game, a game of the date itself or a DNP row in it moves them by more than the tolerance.
PUBLISHED = {"season": 5.500, "last_10": 5.453, "last_5": 5.636, "ewma": 5.342}
TOLERANCE = 0.005

OF_REPORTS = ["injury_risk", "usage_spike_score"]
LAST_BEFORE_THE_BREAK = date(2024, 2, 15)
PLAYER = ["game_date", "nba_player_id"]


@pytest.fixture(scope="module")
def store(season: Season) -> pl.DataFrame:
    return season.table("ml_feature_store_v2")


@pytest.fixture(scope="module")
def priced(season: Season) -> pl.DataFrame:
    """One row per priced player-game with a box score: its points and the stored cache's row, if there is one."""
    props = season.table("odds_api_player_points_props")
    by_update = props.filter(pl.col("market_last_update") <= pl.col("commence_time"))
    box = season.table("player_game_summary").filter("is_active")
    return (
        lines.consensus(lines.latest(lines.main_lines(by_update)))
        .join(box.select("nba_game_id", "nba_player_id", "points"), on=["nba_game_id", "nba_player_id"])
        .join(season.table("player_daily_cache"), on=PLAYER, how="left")
    )


def test_every_priced_player_is_cached(priced: pl.DataFrame) -> None:
    assert priced.height == 2_687
    assert priced["points_avg_season"].null_count() == 0


@pytest.mark.parametrize("average", PUBLISHED)
def test_published_error(priced: pl.DataFrame, average: str) -> None:
    error = priced.select((pl.col("points") - pl.col(f"points_avg_{average}")).abs().mean()).item()
    assert error == pytest.approx(PUBLISHED[average], abs=TOLERANCE)


def test_rested_players_after_the_break_have_features(season: Season, store: pl.DataFrame) -> None:
    tonight = store.filter(game_date=AFTER_THE_BREAK)
    assert (tonight.height, tonight["team_abbr"].n_unique()) == (239, 24)
    assert tonight["days_rest"].min() == 7
    averages = ["points_avg_last_5", "points_avg_last_10", "points_avg_season", "minutes_avg_last_10"]
    assert sum(tonight.select("days_rest", *averages).null_count().row(0)) == 0
    # Form is that of 60 days, and one player has been out for longer.
    without_form = tonight.filter(pl.col("points_avg_last_3").is_null()).select(PLAYER)
    rest = season.table("upcoming_player_game_context").join(without_form, on=PLAYER)["days_rest"]
    assert rest.to_list() == [64]
    # A week without games is a true 0 of workload, not a gap.
    assert tonight.select("games_in_last_7_days", "minutes_load_last_7d").unique().rows() == [(0.0, 0.0)]


def test_nobody_is_left_out_for_the_break(season: Season, store: pl.DataFrame) -> None:
    """Who had a row before his team's last game before the break, has one after it, but for the trades and for those
    whom that last game took below 15 minutes."""
    schedule = season.table("upcoming_team_game_context")
    last = (
        schedule.filter(pl.col("game_date") <= LAST_BEFORE_THE_BREAK)
        .group_by("team_abbr")
        .agg(pl.col("game_date").max())
    )
    playing = schedule.filter(game_date=AFTER_THE_BREAK)["team_abbr"].to_list()
    before = store.join(last, on=["game_date", "team_abbr"]).filter(pl.col("team_abbr").is_in(playing))
    assert before.height == 235
    after = store.filter(game_date=AFTER_THE_BREAK)
    gone = before.join(after, on="nba_player_id", how="anti")
    roster = season.table("nbac_player_list").filter(game_date=AFTER_THE_BREAK)
    minutes = season.table("player_daily_cache").filter(game_date=AFTER_THE_BREAK)
    explained = (
        gone.select("nba_player_id", "player_lookup", "team_abbr")
        .join(roster.select("nba_player_id", now="team_abbr"), on="nba_player_id", how="left")
        .join(minutes.select("nba_player_id", "minutes_avg_last_10"), on="nba_player_id", how="left")
        .filter(pl.col("now").is_in(playing), (pl.col("minutes_avg_last_10") >= 15).fill_null(value=True))
    )
    assert explained.rows() == []
    assert gone.height < 15


def test_the_population_is_the_rule_of_the_evening(season: Season, store: pl.DataFrame) -> None:
    """15 minutes a game over the last ten or a line; played in the last 60 days: no look at who then played."""
    context = season.table("upcoming_player_game_context")
    played = season.table("player_game_summary").filter("is_active").sort("game_date", "nba_game_id")
    for day in (date(2023, 12, 1), AFTER_THE_BREAK, date(2024, 3, 15)):
        history = played.filter(pl.col("game_date") < day).group_by("nba_player_id", maintain_order=True)
        level = history.agg(pl.col("minutes_played").tail(10).mean(), last=pl.col("game_date").last())
        # The league's last 60 playing dates reach further back than 60 days.
        dates = played.filter(pl.col("game_date") < day)["game_date"].unique().sort()
        since = min(day - timedelta(days=60), dates[-60] if len(dates) >= 60 else day)
        expected = (
            context.filter(game_date=day)
            .join(level, on="nba_player_id")
            .filter(pl.col("last") >= since, (pl.col("minutes_played") >= 15) | pl.col("has_prop_line"))
        )
        found = store.filter(game_date=day)
        assert set(found["nba_player_id"]) == set(expected["nba_player_id"])
        # Some of them did not play after all, and some who played had no row: nobody looked.
        box = played.filter(game_date=day)
        assert 0 < found.join(box, on="nba_player_id", how="anti").height < found.height / 2
        assert box.join(found, on="nba_player_id", how="anti").height > 0


def test_without_injury_reports_no_row_is_ready(store: pl.DataFrame) -> None:
    """Whether a player is out is required knowledge and the season's files do not hold it, so nothing is predicted:
    unknown is not healthy. All else is there in four rows of five, and in 97 of 100 from December on; in November there
    are not the 15 games that a judgement of a defence takes.
    """
    assert store["is_quality_ready"].sum() == 0
    assert store.select(OF_REPORTS).null_count().row(0) == (store.height, store.height)
    else_missing = pl.col("missing_required").list.set_difference(OF_REPORTS).list.len()
    ready = store.with_columns(ready=else_missing == 0)
    assert ready["ready"].sum() == 19_528
    assert ready["ready"].mean() == pytest.approx(0.8047, abs=0.0001)
    by_month = ready.group_by(month=pl.col("game_date").dt.month()).agg(pl.col("ready").mean().round(2))
    assert dict(by_month.iter_rows()) == {10: 0.0, 11: 0.16, 12: 0.92, 1: 0.97, 2: 0.97, 3: 0.98, 4: 0.97}


def test_every_feature_is_known_for_somebody(store: pl.DataFrame) -> None:
    """But for those of injury reports and totals, which the season's files lack."""
    empty = {f.name for f in FEATURES if store[f.name].null_count() == store.height}
    assert empty == {
        "usage_spike_score", "injury_risk", "star_teammates_out", "teammate_usage_available",
        "game_total_line", "implied_team_total",
    }  # fmt: skip
