"""Three real games and the real 2023-24 season through parsers, box-score builders and summaries.

Nothing of the documents is repeated here but their totals.
"""

import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_assets.contracts import TABLES
from nba_assets.transforms import (
    final_games,
    nbac_play_by_play,
    nbac_player_boxscores,
    nbac_schedule,
    nbac_shot_charts,
    nbac_team_boxscores,
    player_game_summary,
    team_defense_game_summary,
    team_offense_game_summary,
)
from nba_assets.transforms.documents import game_boxscore, leaguegamelog, playbyplay, schedule, shotchartdetail
from nba_assets_tests.frames import CONSENSUS_SCHEMA, LINES_SCHEMA, frame, row

NO_LINES = pl.DataFrame(schema=LINES_SCHEMA)
NO_CONSENSUS = pl.DataFrame(schema=CONSENSUS_SCHEMA)


@dataclass(frozen=True)
class Summaries:
    """The three summaries of some games."""

    players: pl.DataFrame
    offense: pl.DataFrame
    defense: pl.DataFrame

    def team(self, abbr: str) -> dict[str, Any]:
        return self.offense.filter(team_abbr=abbr).row(0, named=True)

    def defender(self, abbr: str) -> dict[str, Any]:
        return self.defense.filter(defending_team_abbr=abbr).row(0, named=True)

    def player(self, name: str) -> dict[str, Any]:
        return self.players.filter(pl.col("player_full_name").str.ends_with(name)).row(0, named=True)

    def total(self, *names: str) -> tuple[int, ...]:
        return self.players.select(names).sum().row(0)


def landed(parse: Callable[[bytes], pl.DataFrame], documents: Iterable[Path], day: date | None) -> pl.DataFrame:
    """Parsed rows with the columns the landing reader adds; null `day` = the folder's name."""
    parsed = []
    for path in documents:
        content = path.read_bytes()
        rows = parse(gzip.decompress(content) if path.suffix == ".gz" else content)
        parsed.append(
            rows.with_columns(
                source_path=pl.lit(path.name),
                fetched_at=pl.lit(datetime(2026, 2, 1, tzinfo=UTC), pl.Datetime("us", "UTC")),
                landing_date=pl.lit(day or date.fromisoformat(path.parent.name)),
            )
        )
    return pl.concat(parsed)


def good(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("quarantine_reason").is_null()).drop("quarantine_reason")


def summaries(
    games: pl.DataFrame, players: pl.DataFrame, teams: pl.DataFrame, plays: pl.DataFrame, shots: pl.DataFrame
) -> Summaries:
    """All three summaries; every row must be good and keep its contract."""
    player_rows = player_game_summary.build(
        games, players, teams, frame("nbac_player_list"), plays, shots, NO_LINES, NO_CONSENSUS
    )
    offense_rows = team_offense_game_summary.build(games, teams, players, plays, shots)
    defense_rows = team_defense_game_summary.build(good(offense_rows), teams, plays)
    built = {
        "player_game_summary": player_rows,
        "team_offense_game_summary": offense_rows,
        "team_defense_game_summary": defense_rows,
    }
    for name, rows in built.items():
        assert rows["quarantine_reason"].drop_nulls().to_list() == []
        TABLES[name].schema.validate(good(rows))
    return Summaries(*(good(rows) for rows in built.values()))


def sample_game(samples: Path, nba_game_id: str, day: date, away: str, home: str, box_folder: str) -> Summaries:
    game_id = f"{day:%Y%m%d}_{away}_{home}"
    games = frame(
        "nbac_schedule",
        [
            row(
                "nbac_schedule",
                game_date=day,
                nba_game_id=nba_game_id,
                game_id=game_id,
                season_year=2000 + int(nba_game_id[3:5]),
                home_team_abbr=home,
                away_team_abbr=away,
            )
        ],
    )
    box = [samples / box_folder / f"boxscore_{nba_game_id}.json"]
    actions = [samples / "cdn_playbyplay" / f"playbyplay_{nba_game_id}.json"]
    player_rows = landed(game_boxscore.parse_players, box, day)
    team_rows = landed(game_boxscore.parse_teams, box, day)
    return summaries(
        games,
        good(nbac_player_boxscores.build(player_rows.clear(), player_rows, games)),
        good(nbac_team_boxscores.build(team_rows.clear(), team_rows, games)),
        good(nbac_play_by_play.build(landed(playbyplay.parse, actions, day), games)),
        frame("nbac_shot_charts"),
    )


@pytest.fixture(scope="module")
def nyk_phi(realdata: Path) -> Summaries:
    return sample_game(realdata / "samples", "0022400561", date(2025, 1, 15), "NYK", "PHI", "stats_boxscore_v2")


@pytest.fixture(scope="module")
def atl_cha(realdata: Path) -> Summaries:
    return sample_game(realdata / "samples", "0022500775", date(2026, 2, 11), "ATL", "CHA", "cdn_boxscore")


@pytest.fixture(scope="module")
def gsw_bkn(realdata: Path) -> Summaries:
    return sample_game(realdata / "samples", "0022000001", date(2020, 12, 22), "GSW", "BKN", "cdn_boxscore")


@pytest.fixture(scope="module")
def season(realdata: Path) -> Summaries:
    feeds = realdata / "season-2023-24" / "landing" / "nba-com"

    def files(feed: str) -> Sequence[Path]:
        return sorted((feeds / feed).glob("*/*.json.gz"))

    games = good(nbac_schedule.build(landed(schedule.parse, files("schedule")[-1:], date(2024, 4, 15))))
    player_rows = landed(leaguegamelog.parse_players, files("player-boxscores"), None)
    team_rows = landed(leaguegamelog.parse_teams, files("team-boxscores"), None)
    return summaries(
        games,
        good(nbac_player_boxscores.build(player_rows, player_rows.clear(), games)),
        good(nbac_team_boxscores.build(team_rows, team_rows.clear(), games)),
        frame("nbac_play_by_play"),
        good(nbac_shot_charts.build(landed(shotchartdetail.parse, files("shot-charts"), None), games)),
    )


def rounded(values: dict[str, Any], *names: str) -> tuple[float, ...]:
    return tuple(round(values[name], 4 if name == "ts_pct" else 2) for name in names)


def test_overtime_game_teams(nyk_phi: Summaries) -> None:
    names = ("possessions", "pace", "offensive_rating", "ts_pct")
    phi, nyk = nyk_phi.team("PHI"), nyk_phi.team("NYK")
    assert rounded(phi, *names) == (99.16, 89.81, 120.01, 0.6062)
    assert rounded(nyk, *names) == (94.56, 85.64, 132.19, 0.6473)
    assert (phi["overtime_periods"], phi["points_scored"], phi["margin_of_victory"], phi["win_flag"]) == (
        1,
        119,
        -6,
        False,
    )
    assert (nyk["team_paint_attempts"], nyk["team_mid_range_attempts"]) == (38, 11)
    assert (phi["team_paint_attempts"], phi["team_mid_range_attempts"]) == (46, 11)


def test_overtime_game_defense(nyk_phi: Summaries) -> None:
    phi = nyk_phi.defender("PHI")
    assert rounded(phi, "defensive_rating", "opponent_pace") == (132.19, 85.64)
    assert (phi["points_allowed"], phi["overtime_periods"], phi["opp_paint_attempts"]) == (125, 1, 38)


def test_overtime_game_players(nyk_phi: Summaries) -> None:
    usage = {name: rounded(nyk_phi.player(name), "usage_rate")[0] for name in ("Brunson", "Maxey", "Hart")}
    assert usage == {"Brunson": 32.94, "Maxey": 40.30, "Hart": 13.04}
    assert (nyk_phi.players.height, nyk_phi.players["is_dnp"].sum()) == (25, 8)
    categories = nyk_phi.players["dnp_reason_category"].drop_nulls().to_list()
    assert (categories.count("coach_decision"), categories.count("injury"), len(categories)) == (7, 1, 8)


def test_overtime_game_shots(nyk_phi: Summaries) -> None:
    """Of the 92 makes 55 were assisted; four and-ones, by Oubre Jr., George, Hart and Maxey."""
    zones = nyk_phi.total("paint_attempts", "mid_range_attempts", "three_attempts_pbp")
    assert zones == (84, 22, 72)
    assert nyk_phi.total("fg_attempts", "fg_makes", "assisted_fg_makes", "unassisted_fg_makes") == (178, 92, 55, 37)
    assert sum(nyk_phi.total("paint_blocks", "mid_range_blocks", "three_pt_blocks")) == 5
    scorers = nyk_phi.players.filter(pl.col("and1_count") > 0)
    assert scorers["and1_count"].to_list() == [1] * 4
    assert set(scorers["player_full_name"]) == {"Kelly Oubre Jr.", "Paul George", "Josh Hart", "Tyrese Maxey"}


def test_player_blocks_by_zone_are_the_box_blocks(nyk_phi: Summaries, atl_cha: Summaries, gsw_bkn: Summaries) -> None:
    for game in (nyk_phi, atl_cha, gsw_bkn):
        played = game.players.filter("is_active")
        by_zone = played["paint_blocks"] + played["mid_range_blocks"] + played["three_pt_blocks"]
        assert by_zone.to_list() == played["blocks"].to_list()
        assert played["has_complete_shot_zones"].all()


def test_cdn_game_counts_team_turnovers(atl_cha: Summaries) -> None:
    cha, atl = atl_cha.team("CHA"), atl_cha.team("ATL")
    assert (cha["turnovers"], *rounded(cha, "possessions", "offensive_rating")) == (16, 101.76, 108.10)
    assert (atl["turnovers"], *rounded(atl, "possessions", "offensive_rating")) == (13, 102.20, 104.70)
    assert (cha["points_scored"], atl["points_scored"], cha["overtime_periods"]) == (110, 107, 0)


def test_cdn_game_zones_and_technical_free_throws(atl_cha: Summaries) -> None:
    cha, atl = atl_cha.team("CHA"), atl_cha.team("ATL")
    assert (cha["team_paint_attempts"], cha["team_mid_range_attempts"]) == (33, 4)
    assert (atl["team_paint_attempts"], atl["team_mid_range_attempts"]) == (42, 6)
    totals = atl_cha.total("fg_attempts", "fg_makes", "assisted_fg_makes", "three_attempts_pbp", "and1_count")
    assert totals == (172, 70, 49, 87, 2)


def test_cdn_game_listed_players(atl_cha: Summaries) -> None:
    """Of the five without a stated reason, the dressed ones were the coach's decision."""
    players = atl_cha.players
    assert (players.height, players["is_active"].sum(), players["starter_flag"].sum()) == (36, 21, 10)
    reasons = players.filter("is_dnp").group_by("player_status", "dnp_reason_category").len()
    counts = {(status, category): count for status, category, count in reasons.rows()}
    assert counts == {
        ("inactive", "g_league"): 4,
        ("inactive", "injury"): 3,
        ("dnp", "suspension"): 2,
        ("inactive", "coach_decision"): 1,
        ("dnp", "coach_decision"): 4,
        ("inactive", None): 1,
    }


def test_old_cdn_game_without_area(gsw_bkn: Summaries) -> None:
    gsw, bkn = gsw_bkn.team("GSW"), gsw_bkn.team("BKN")
    assert (gsw["team_paint_attempts"], gsw["team_mid_range_attempts"]) == (52, 14)
    assert (bkn["team_paint_attempts"], bkn["team_mid_range_attempts"]) == (45, 12)
    totals = gsw_bkn.total("fg_attempts", "fg_makes", "assisted_fg_makes", "three_attempts_pbp", "and1_count")
    assert totals == (191, 79, 50, 68, 3)
    assert (gsw_bkn.players.height, gsw_bkn.players["is_active"].sum()) == (34, 28)
    assert (bkn["win_flag"], bkn["margin_of_victory"]) == (True, 26)


def test_season_teams(season: Summaries) -> None:
    offense = season.offense
    assert offense.height == season.defense.height == 2460
    means = offense.select(pl.col("possessions", "pace", "points_scored").mean().round(3)).row(0)
    assert means == (100.807, 100.242, 114.211)
    assert offense.select(pl.col("pace").min().round(2), pl.col("pace").max().round(2).alias("max")).row(0) == (
        82.28,
        116.08,
    )
    overtimes = offense.filter(pl.col("overtime_periods") > 0)["overtime_periods"].to_list()
    assert (overtimes.count(1), overtimes.count(2), len(overtimes)) == (102, 16, 118)
    assert offense.group_by("nba_game_id").agg(pl.col("home_game").sum())["home_game"].unique().to_list() == [1]


def test_season_players(season: Summaries) -> None:
    players = season.players
    assert (players.height, players["nba_player_id"].n_unique()) == (26401, 572)
    assert players["is_active"].all()
    assert players.filter(minutes_played=0).height == 118
    free_throws_only = players.filter((pl.col("fg_attempts") == 0) & (pl.col("ft_attempts") > 0))
    assert (free_throws_only.height, free_throws_only["ts_pct"].null_count()) == (150, 0)


def test_season_zones(season: Summaries) -> None:
    attempts = season.total("paint_attempts", "mid_range_attempts", "three_attempts_pbp")
    makes = season.total("paint_makes", "mid_range_makes", "three_makes_pbp")
    assert (attempts, makes) == ((107758, 24588, 86355), (61866, 10294, 31579))
    incomplete = season.players.filter(~pl.col("has_complete_shot_zones")).select("nba_game_id", "nba_player_id")
    assert set(incomplete.rows()) == {("0022300078", 1628991), ("0022300091", 1630596), ("0022300465", 202684)}


def test_season_game_with_a_wrong_total_is_the_only_one_quarantined(realdata: Path) -> None:
    """One player of one real date loses two points: his game is named, the others of the date stay good."""
    feeds, day = realdata / "season-2023-24" / "landing" / "nba-com", date(2023, 11, 15)
    games = good(nbac_schedule.build(landed(schedule.parse, sorted((feeds / "schedule").glob("*/*"))[-1:], day)))
    player_rows = landed(leaguegamelog.parse_players, sorted((feeds / "player-boxscores" / f"{day}").iterdir()), day)
    team_rows = landed(leaguegamelog.parse_teams, sorted((feeds / "team-boxscores" / f"{day}").iterdir()), day)
    players = good(nbac_player_boxscores.build(player_rows, player_rows.clear(), games))
    teams = good(nbac_team_boxscores.build(team_rows, team_rows.clear(), games))
    wrong = players.with_row_index().with_columns(
        points=pl.when(pl.col("index") == 0).then(pl.col("points") - 2).otherwise("points")
    )
    listed = final_games.final_team_rows(games.filter(game_date=day), teams, wrong).filter("home_game")
    named = listed.filter(pl.col("quarantine_reason").is_not_null())
    assert named["nba_game_id"].to_list() == [players["nba_game_id"][0]]
    assert "player points" in named["quarantine_reason"].item()
    assert listed.height == players["nba_game_id"].n_unique() > 1
