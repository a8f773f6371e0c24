import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.documents import QUARANTINE_REASON, DocumentError
from nba_assets.transforms.documents.game_boxscore import PLAYER_SCHEMA, TEAM_SCHEMA, parse_players, parse_teams
from nba_assets_tests.transforms.invented import as_bytes, cdn_box, cdn_player, reasons

SAMPLES = {
    "cdn_boxscore/boxscore_0022500775.json": (36, 21, "cdn_boxscore"),
    "cdn_boxscore/boxscore_0022000001.json": (34, 28, "cdn_boxscore"),
    "stats_boxscore_v2/boxscore_0022400561.json": (25, 17, "stats_boxscore"),
    "stats_boxscore_v3/boxscoretraditionalv3.json": (29, 27, "stats_boxscore"),
}


@pytest.fixture
def sample(realdata: Path) -> Callable[[str], bytes]:
    return lambda name: (realdata / "samples" / name).read_bytes()


@pytest.mark.parametrize("name", SAMPLES)
def test_real_box_scores(sample: Callable[[str], bytes], name: str) -> None:
    listed, played, source = SAMPLES[name]
    players, teams = parse_players(sample(name)), parse_teams(sample(name))
    assert players.schema == {**PLAYER_SCHEMA, QUARANTINE_REASON: pl.String}
    assert teams.schema == {**TEAM_SCHEMA, QUARANTINE_REASON: pl.String}
    assert reasons(players) == reasons(teams) == []
    active = players.filter(pl.col("player_status") == "active")
    idle = players.filter(pl.col("player_status") != "active")
    assert (players.height, active.height, teams.height) == (listed, played, 2)
    assert active.null_count().select("minutes", "points", "plus_minus").row(0) == (0, 0, 0)
    assert idle.select(pl.col("minutes", "points", "personal_fouls").count()).row(0) == (0, 0, 0)
    assert active["starter"].sum() == 10
    assert set(players["data_source"]) == set(teams["data_source"]) == {source}
    assert players["is_final"].all()
    assert teams["is_final"].all()
    assert sorted(teams["win_loss"]) == ["L", "W"]
    sums = active.group_by("team_id").agg(pl.col("points", "total_rebounds", "turnovers").sum()).sort("team_id")
    assert sums.equals(teams.select("team_id", "points", "total_rebounds", "turnovers").sort("team_id"))


def test_team_turnovers_and_rebounds_of_cdn(sample: Callable[[str], bytes]) -> None:
    teams = parse_teams(sample("cdn_boxscore/boxscore_0022500775.json"))
    columns = [
        "turnovers",
        "turnovers_incl_team",
        "total_rebounds",
        "points_second_chance",
        "points_fast_break",
        "minutes",
    ]
    assert teams.select(columns).rows() == [(15, 16, 50, 16, 6, 240.0), (13, 13, 41, 8, 22, 240.0)]


def test_reasons_and_status_of_cdn(sample: Callable[[str], bytes]) -> None:
    idle = parse_players(sample("cdn_boxscore/boxscore_0022500775.json")).filter(pl.col("player_status") != "active")
    counts = dict(
        idle.with_columns(pl.col("dnp_reason").str.split(" - ").list.first()).group_by("dnp_reason").len().rows()
    )
    assert counts == {
        "INACTIVE_GLEAGUE_TWOWAY": 4,
        "INACTIVE_INJURY": 3,
        "DND_LEAGUE_SUSPENSION": 2,
        "INACTIVE_COACH": 1,
        None: 5,
    }
    assert "INACTIVE_INJURY - Left Ankle; Sprain" in idle["dnp_reason"].to_list()
    suspended = idle.filter(pl.col("dnp_reason") == "DND_LEAGUE_SUSPENSION")
    assert set(suspended["player_status"]) == {"dnp"}
    assert sorted(idle["player_status"]).count("inactive") == 9


def test_minutes_and_comments_of_stats_v2(sample: Callable[[str], bytes]) -> None:
    document = sample("stats_boxscore_v2/boxscore_0022400561.json")
    players = parse_players(document)
    assert players["minutes"].null_count() == 8
    minutes = dict(players.select("player_full_name", "minutes").rows())
    assert minutes["Jalen Brunson"] == pytest.approx(45 + 28 / 60)
    drummond = players.row(by_predicate=pl.col("nba_player_id") == 203083, named=True)
    assert (drummond["player_status"], drummond["dnp_reason"]) == ("inactive", "DND - Injury/Illness")
    teams = dict(parse_teams(document).select("team_id", "turnovers").rows())
    assert teams == {1610612755: 12, 1610612752: 13}
    assert parse_teams(document)["minutes"].to_list() == [265.0, 265.0]


def _box(**changes: Any) -> bytes:
    idle = cdn_player(3, "Cy Cole", played=False, status="INACTIVE", notPlayingReason="INACTIVE_COACH")
    return cdn_box([cdn_player(1, "Ann Able"), idle], [cdn_player(2, "Bo Best")], **changes)


def test_played_decides_not_the_zeros() -> None:
    rows = parse_players(_box())
    assert rows["points"].to_list() == [10, None, 10]
    assert rows["minutes"].to_list() == [30.5, None, 30.5]
    assert rows["player_status"].to_list() == ["active", "inactive", "active"]
    assert rows["dnp_reason"].to_list() == [None, "INACTIVE_COACH", None]


def test_running_game_is_not_final() -> None:
    players, teams = parse_players(_box(gameStatus=2)), parse_teams(_box(gameStatus=2))
    assert not players["is_final"].any()
    assert not teams["is_final"].any()
    assert teams["win_loss"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("minutes", "points", "final"),
    [
        (("240:00", "240:00"), (104, 100), True),
        (("290:00", "290:00"), (104, 100), True),
        (("231:40", "231:40"), (104, 100), False),
        (("240:00", "240:00"), (100, 100), False),
        (("250:00", "250:00"), (104, 100), False),
        (("", ""), (104, 100), False),
    ],
)
def test_stats_box_is_final_after_whole_periods_with_a_winner(
    sample: Callable[[str], bytes], minutes: tuple[str, str], points: tuple[int, int], final: bool
) -> None:
    document = json.loads(sample("stats_boxscore_v3/boxscoretraditionalv3.json"))
    for side, text, score in zip(("homeTeam", "awayTeam"), minutes, points, strict=True):
        document["boxScoreTraditional"][side]["statistics"] |= {"minutes": text, "points": score}
    assert set(parse_players(as_bytes(document))["is_final"]) == {final}
    assert set(parse_teams(as_bytes(document))["is_final"]) == {final}


def test_wrong_value_marks_only_its_row() -> None:
    bad = cdn_player(4, "Di Dale") | {"played": "yes"}
    late = cdn_player(5, "Ed East")
    late["statistics"]["minutes"] = "30 minutes"
    rows = parse_players(cdn_box([cdn_player(1, "Ann Able"), bad, late], []))
    assert rows[QUARANTINE_REASON].to_list() == [
        None,
        "played='yes' cannot be read",
        "minutes='30 minutes' cannot be read",
    ]


@pytest.mark.parametrize("key", ["gameId", "gameStatus", "homeTeam", "awayTeam"])
def test_missing_key_is_named(key: str) -> None:
    document = json.loads(_box())
    del document["game"][key]
    with pytest.raises(DocumentError) as error:
        parse_players(as_bytes(document))
    assert error.value.field == key


def test_missing_statistic_is_named() -> None:
    document = json.loads(_box())
    for side in ("homeTeam", "awayTeam"):
        del document["game"][side]["statistics"]["turnoversTotal"]
    with pytest.raises(DocumentError) as error:
        parse_teams(as_bytes(document))
    assert error.value.field == "turnoversTotal"


@pytest.mark.parametrize("document", [b"", _box()[:200], b"{}", b"[]", b'{"game": null}'])
def test_unreadable_documents(document: bytes) -> None:
    for parse in (parse_players, parse_teams):
        with pytest.raises(DocumentError):
            parse(document)
