from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nba_assets.transforms.documents import game_boxscore, leaguegamelog, schedule
from nba_assets.transforms.nbac_player_boxscores import build
from nba_assets.transforms.nbac_schedule import build as build_schedule
from nba_assets_tests.transforms.invented import (
    DAY,
    NYK,
    cdn_box,
    cdn_player,
    delivered,
    good,
    log,
    log_player,
    nothing,
    read,
    reasons,
    scheduled,
    season,
)

NAME = "nbac_player_boxscores"
OTHER = "0022300562"
NOTHING = nothing(game_boxscore.PLAYER_SCHEMA)


def _schedule(*games: dict[str, Any]) -> pl.DataFrame:
    parsed = schedule.parse(season(*(games or (scheduled(), scheduled(OTHER)))))
    return build_schedule(delivered(parsed, day=None)).drop("quarantine_reason")


def _log(*rows: dict[str, Any], **delivery: Any) -> pl.DataFrame:
    return delivered(leaguegamelog.parse_players(log(*rows)), **delivery)


def _cdn(*players: dict[str, Any], hours: int = 0, **changes: Any) -> pl.DataFrame:
    away = [cdn_player(9, "Zoe Zane")]
    return delivered(game_boxscore.parse_players(cdn_box(players, away, **changes)), hours=hours, path=f"cdn/{hours}")


def _names(frame: pl.DataFrame) -> list[str]:
    return frame["player_full_name"].to_list()


def test_home_and_away_come_from_the_schedule() -> None:
    rows = good(NAME, build(_log(log_player(1, "José Able Jr."), log_player(2, "Bo Best", NYK)), NOTHING, _schedule()))
    columns = ["player_lookup", "team_abbr", "is_home", "home_team_abbr", "away_team_abbr", "game_id", "data_source"]
    assert rows.select(columns).rows() == [
        ("joseablejr", "PHI", True, "PHI", "NYK", "20240115_NYK_PHI", "leaguegamelog"),
        ("bobest", "NYK", False, "PHI", "NYK", "20240115_NYK_PHI", "leaguegamelog"),
    ]


def test_same_file_twice_and_in_any_order_changes_nothing() -> None:
    rows = [log_player(1, "Ann Able"), log_player(2, "Bo Best", GAME_ID=OTHER)]
    once = _log(*rows, path="a")
    again = _log(*reversed(rows), path="b")
    expected = good(NAME, build(once, NOTHING, _schedule()))
    for order in ([once, once], [once, again], [again, once]):
        result = good(NAME, build(pl.concat(order), NOTHING, _schedule()))
        assert result.drop("source_path").equals(expected.drop("source_path"))


def test_corrected_file_replaces_its_game_and_only_that() -> None:
    first = _log(log_player(1, "Ann Able"), log_player(2, "Bo Best"), log_player(3, "Cy Cole", GAME_ID=OTHER))
    corrected = _log(log_player(1, "Ann Able", PTS=13, FTM=4, FTA=5), hours=2)
    for order in ([first, corrected], [corrected, first]):
        rows = good(NAME, build(pl.concat(order), NOTHING, _schedule()))
        assert rows.select("player_full_name", "points").rows() == [("Ann Able", 13), ("Cy Cole", 10)]


def test_box_score_of_a_game_wins_for_that_game_only() -> None:
    gamelog = _log(log_player(1, "Ann Able"), log_player(3, "Cy Cole", GAME_ID=OTHER), hours=5)
    box = _cdn(cdn_player(1, "Ann Able"), cdn_player(4, "Di Dale", played=False))
    rows = good(NAME, build(gamelog, box, _schedule()))
    assert rows.select("player_full_name", "player_status", "points", "data_source").rows() == [
        ("Ann Able", "active", 10, "cdn_boxscore"),
        ("Di Dale", "dnp", None, "cdn_boxscore"),
        ("Zoe Zane", "active", 10, "cdn_boxscore"),
        ("Cy Cole", "active", 10, "leaguegamelog"),
    ]


def test_cdn_wins_over_a_newer_stats_box_score() -> None:
    stats = _cdn(cdn_player(1, "Ann Able"), hours=3).with_columns(data_source=pl.lit("stats_boxscore"))
    rows = good(
        NAME, build(_log(log_player(1, "Ann Able")), pl.concat([stats, _cdn(cdn_player(1, "Ann Able"))]), _schedule())
    )
    assert set(rows["data_source"]) == {"cdn_boxscore"}


def test_running_game_is_left_out() -> None:
    running = _cdn(cdn_player(1, "Ann Able"), hours=4, gameStatus=2)
    assert build(_log(log_player(1, "Ann Able", WL=None)), running, _schedule()).is_empty()
    final = build(_log(log_player(1, "Ann Able")), pl.concat([running, _cdn(cdn_player(1, "Ann Able"))]), _schedule())
    assert set(good(NAME, final)["source_path"]) == {"cdn/0"}


def test_zero_minutes_are_played() -> None:
    rows = good(NAME, build(_log(log_player(1, "Ann Able", MIN=0)), NOTHING, _schedule()))
    assert rows.select("player_status", "minutes").rows() == [("active", 0.0)]


def test_marked_row_stays_alone() -> None:
    rows = build(_log(log_player(1, "Ann Able"), log_player(2, "Bo Bad", PTS="ten")), NOTHING, _schedule())
    assert _names(good(NAME, rows)) == ["Ann Able"]
    bad = rows.filter(pl.col("quarantine_reason").is_not_null()).row(0, named=True)
    assert (bad["quarantine_reason"], bad["game_date"]) == ("points='ten' is not Int64", DAY)


def test_box_score_without_a_good_row_does_not_displace_the_log() -> None:
    bad = _cdn(cdn_player(1, "Ann Able")).with_columns(quarantine_reason=pl.lit("unreadable"))
    rows = build(_log(log_player(1, "Ann Able")), bad, _schedule())
    assert good(NAME, rows)["data_source"].to_list() == ["leaguegamelog"]
    assert len(reasons(rows)) == 2


def test_preseason_all_star_and_guests_are_dropped() -> None:
    rows = [
        log_player(1, "A", GAME_ID="0012300001"),
        log_player(2, "B", GAME_ID="0032300001"),
        log_player(3, "C", 15016),
    ]
    assert build(_log(*rows), NOTHING, _schedule()).is_empty()


def test_game_that_is_not_in_the_schedule() -> None:
    rows = build(_log(log_player(1, "Ann Able", GAME_ID="0022309999")), NOTHING, _schedule())
    assert reasons(rows) == ["unmatched: game 0022309999 is not in the schedule"]
    assert rows["game_date"].to_list() == [DAY]


def test_file_under_another_date_neither_counts_nor_displaces() -> None:
    wrong = date(2024, 1, 17)
    rows = build(
        pl.concat([_log(log_player(1, "A")), _log(log_player(2, "B"), hours=9, day=wrong)]), NOTHING, _schedule()
    )
    assert _names(good(NAME, rows)) == ["A"]
    assert reasons(rows) == ["the file lies under 2024-01-17, but the schedule has game 0022300561 on 2024-01-15"]
    assert rows.filter(pl.col("quarantine_reason").is_not_null())["game_date"].to_list() == [wrong]


def test_player_of_a_third_team_is_marked() -> None:
    rows = build(_log(log_player(1, "Ann Able", 1610612737)), NOTHING, _schedule())
    assert reasons(rows) == ["team ATL does not play in game 0022300561"]


def test_row_without_game_is_cleared_by_a_corrected_file() -> None:
    broken, fixed = (
        _log(log_player(1, "A", GAME_ID=None)),
        _log(log_player(1, "A"), log_player(2, "B", GAME_ID=None), hours=1),
    )
    assert reasons(build(broken, NOTHING, _schedule())) == ["nba_game_id is missing"]
    assert _names(build(pl.concat([broken, fixed]), NOTHING, _schedule())) == ["A", "B"]


def test_dates_are_independent_of_each_other() -> None:
    late = scheduled(OTHER, gameDateEst="2024-01-16T00:00:00Z", gameDateTimeUTC="2024-01-17T00:30:00Z")
    games, next_day = _schedule(scheduled(), late), date(2024, 1, 16)
    first = _log(log_player(1, "A"), path="a")
    second = _log(log_player(1, "A", GAME_ID=OTHER), log_player(2, "B"), day=next_day, path="b")
    together = build(pl.concat([first, second]), NOTHING, games)
    alone = pl.concat([build(first, NOTHING, games), build(second, NOTHING, games)])
    key = ["game_date", "nba_player_id"]
    assert together.sort(key).equals(alone.sort(key))


def test_no_files() -> None:
    assert build(NOTHING, NOTHING, _schedule()).is_empty()


def test_real_dates(season_landing: Path) -> None:
    landing = season_landing / "nba-com"
    games = build_schedule(read(landing, "schedule/2023-24/*", schedule.parse)).drop("quarantine_reason")
    days = ["2023-10-24", "2024-01-24", "2024-04-14"]
    logs = pl.concat([read(landing, f"player-boxscores/{day}/*", leaguegamelog.parse_players) for day in days])
    rows = build(logs, NOTHING, games)
    final = good(NAME, rows)
    assert reasons(rows) == []
    assert final.height == logs.height
    assert final["game_date"].unique().sort().cast(pl.String).to_list() == days
    assert final.group_by("nba_game_id").agg(pl.col("is_home").any(), pl.len()).filter(~pl.col("is_home")).is_empty()
