"""What the simulated market believes: its distributions, and its figures beside those of the NBA's market."""

import dataclasses
import gzip
import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_assets.calendar import et_date
from nba_assets.reference.teams import TEAM_ABBR_BY_ID, TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import leaguegamelog, odds_event
from resources.simulated_league.league import League
from resources.simulated_league.market import Belief
from resources.simulated_league.model import Player
from resources.simulated_league.odds_measurements import (
    MEASUREMENTS,
    MarketSample,
    Measurement,
    market_sample,
    simulated_sample,
)
from resources.simulated_league.spellings import Habits, ambiguous_initials, spelling

GAMES = 150
BOTH = ["home_team", "away_team"]
BELIEFS = st.builds(
    Belief,
    mean=st.floats(0.5, 40),
    sd=st.floats(0.5, 10),
    skew=st.floats(0.1, 0.9),
    shift=st.floats(-0.5, 0.5),
)


@pytest.fixture(scope="module")
def sample() -> MarketSample:
    return simulated_sample(League(), 2023, GAMES)


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=[measurement.name for measurement in MEASUREMENTS])
def test_figure_is_like_the_real_one(sample: MarketSample, measurement: Measurement) -> None:
    assert measurement.low <= measurement.value(sample) <= measurement.high


def test_bands_hold_the_real_figures() -> None:
    for measurement in MEASUREMENTS:
        if measurement.real is not None:
            assert measurement.low <= measurement.real <= measurement.high, measurement.name


@pytest.fixture(scope="module")
def real_sample(season_landing: Path) -> MarketSample:
    """The real quotes of 2023-24 beside the real results, whoever played for a team being on its roster."""
    games, people = real_results(season_landing)
    props, lines = (real_quotes(season_landing, folder) for folder in ("player-props-history", "game-lines-history"))
    events = (
        pl.concat([props, lines])
        .select("commence_time", *BOTH, event="odds_api_event_id")
        .unique("event")
        .with_columns(pl.col(*BOTH).replace_strict(TEAM_ABBR_BY_NAME), game_date=et_date(pl.col("commence_time")))
        .drop("commence_time")
    )
    results = events.join(games, left_on=["game_date", "home_team"], right_on=["game_date", "team_abbr"])
    teams = results.unpivot(BOTH, index=["event", "game_date"], value_name="team_abbr").drop("variable")
    rosters = people.select("team_abbr", "nba_player_id", "player_full_name").unique(["team_abbr", "nba_player_id"])
    played = people.select("game_date", "team_abbr", "nba_player_id", "points")
    listed = (
        teams.join(rosters, on="team_abbr")
        .join(played, on=["game_date", "team_abbr", "nba_player_id"], how="left")
        .sort("points", nulls_last=True)
        .unique(["event", "nba_player_id"], keep="first")
        .drop("game_date")
    )
    return market_sample(props, lines, listed, results.select("event", "game_date", "margin", "points"))


def real_quotes(landing: Path, folder: str) -> pl.DataFrame:
    """The quotes of the last snapshot of each event that was taken before it began."""
    files = sorted((landing / "odds-api" / folder).glob("*/*/*.json.gz"))
    quotes = pl.concat(odds_event.parse(gzip.decompress(file.read_bytes())) for file in files)
    early = quotes.filter(pl.col("market_last_update") < pl.col("commence_time"))
    last = pl.col("snapshot_timestamp") == pl.col("snapshot_timestamp").max().over("odds_api_event_id")
    return early.filter(last)


def real_results(landing: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Margin and points per game and home or away team, and the players' rows."""
    logs = []
    for file in sorted((landing / "nba-com/player-boxscores").glob("*/*.json.gz")):
        log = leaguegamelog.parse_players(gzip.decompress(file.read_bytes()))
        logs.append(log.with_columns(game_date=pl.lit(file.parent.name).str.to_date()))
    people = pl.concat(logs).with_columns(team_abbr=pl.col("team_id").replace_strict(TEAM_ABBR_BY_ID))
    scores = people.group_by("game_date", "nba_game_id", "team_abbr").agg(own=pl.col("points").sum())
    both = scores.join(scores, on=["game_date", "nba_game_id"], suffix="_other").filter(
        pl.col("team_abbr") != pl.col("team_abbr_other")
    )
    own, other = pl.col("own"), pl.col("own_other")
    return both.select("game_date", "team_abbr", margin=own - other, points=own + other), people


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=[measurement.name for measurement in MEASUREMENTS])
def test_real_figure_is_measured_the_same_way(real_sample: MarketSample, measurement: Measurement) -> None:
    if measurement.real is None:
        assert math.isnan(measurement.value(real_sample))
    else:
        assert measurement.value(real_sample) == pytest.approx(measurement.real, rel=0.02, abs=0.005)


def failing(sample: MarketSample) -> set[str]:
    return {m.name for m in MEASUREMENTS if not m.low <= m.value(sample) <= m.high}


@pytest.mark.parametrize(
    ("line", "noticed"),
    [
        # Lines that know the result, that know nothing of the player, that lean to one side.
        (pl.coalesce(pl.col("points") + 0.5, pl.col("line")), "points line, mean absolute error"),
        (pl.col("line").shuffle(1), "points line, mean absolute error"),
        (pl.col("line") - 1.5, "over rate without pushes"),
        (pl.col("line") + 1.5, "over rate without pushes"),
    ],
    ids=["clairvoyant", "ignorant", "low", "high"],
)
def test_bad_lines_are_noticed(sample: MarketSample, line: pl.Expr, noticed: str) -> None:
    bad = dataclasses.replace(sample, players=sample.players.with_columns(line=line))
    assert noticed in failing(bad)


def test_overs_come_as_often_as_priced_apart_from_the_public_lean(sample: MarketSample) -> None:
    """At every alternate line of the shared feed: P(over) is coherent over the whole range."""
    quoted = sample.pairs.filter(pl.col("book") == "betrivers", pl.col("p_over").is_not_null())
    played = quoted.join(sample.players.select("event", "player", points="points"), on=["event", "player"]).drop_nulls()
    table = (
        played.with_columns(step=(pl.col("p_over") * 10).floor())
        .group_by("step")
        .agg(pl.col("p_over").mean(), won=(pl.col("points") > pl.col("point")).mean(), size=pl.len())
        .filter(pl.col("size") > 500)
    )
    assert table.height >= 4
    assert (table["won"] - table["p_over"]).abs().max() < 0.07  # type: ignore[operator]


@given(BELIEFS)
def test_half_of_the_chance_lies_above_the_median(belief: Belief) -> None:
    assert belief.over(belief.median) == pytest.approx(0.5, abs=1e-6)


@given(BELIEFS, st.floats(-5, 60), st.floats(0.01, 10))
def test_a_higher_line_is_never_likelier(belief: Belief, line: float, more: float) -> None:
    assert 0 <= belief.over(line + more) <= belief.over(line) <= 1


def test_a_belief_has_its_mean_sd_and_skew() -> None:
    belief = Belief(18, 6.5, 0.5)
    grid = np.arange(-30, 90, 0.02)
    mass = -np.diff([belief.over(x) for x in grid])
    middle = (grid[1:] + grid[:-1]) / 2
    mean = float((mass * middle).sum())
    sd = math.sqrt(float((mass * (middle - mean) ** 2).sum()))
    skew = float((mass * (middle - mean) ** 3).sum()) / sd**3
    assert (mean, sd, skew) == pytest.approx((18, 6.5, 0.5), abs=0.02)


def player(first: str, family: str) -> Player:
    return Player(1, first, family, "PG", 75, 200, "1", "X", "", 2020, 2025, None)


@pytest.mark.parametrize(
    ("habits", "roll", "written"),
    [
        (Habits(), 0.5, "Zorbax Plodlop-Vex Jr"),
        (Habits(dotted=True), 0.5, "Zorbax Plodlop-Vex Jr."),
        (Habits(marks=True), 0.5, "Zörbax Plodlop-Vex Jr"),
        (Habits(drops_suffix=1), 0.5, "Zorbax Plodlop-Vex"),
        (Habits(reverses=1), 0.5, "Plodlop Vex Zorbax"),
        (Habits(initials=0.6), 0.5, "Z. Plodlop-Vex"),
        (Habits(initials=0.4), 0.5, "Zorbax Plodlop-Vex Jr"),
        (Habits(adds_suffix=1), 0.5, "Zorbax Plodlop-Vex Jr"),
    ],
)
def test_spellings(habits: Habits, roll: float, written: str) -> None:
    assert spelling(player("Zörbax", "Plodlop-Vex Jr."), "bovada", habits, roll) == written


def test_a_suffix_that_nobody_has_is_added() -> None:
    assert spelling(player("Zorbax", "Vexmek"), "bovada", Habits(adds_suffix=1), 0.5) == "Zorbax Vexmek Jr."


def test_letters_that_do_not_decompose_stay_letters() -> None:
    assert spelling(player("Łuka", "Đorvæ"), "fanduel", Habits(), 0.5) == "Luka Dorvae"


def test_an_initial_that_two_players_share_is_not_written_alone() -> None:
    pair = [player("Zorbax", "Vexmek"), player("Zelmo", "Vexmek II"), player("Brim", "Vexmek")]
    assert ambiguous_initials(pair) == (True, True, False)
    assert spelling(pair[0], "fliff", Habits(initials=1), 0.5, ambiguous_initial=True) == "Zorbax Vexmek"


def test_the_sample_is_the_same_in_any_process() -> None:
    one, other = (simulated_sample(League(3), 2022, 4) for _ in range(2))
    assert json.loads(one.mains.write_json()) == json.loads(other.mains.write_json())
