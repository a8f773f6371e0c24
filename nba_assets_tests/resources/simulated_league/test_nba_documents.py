"""The NBA's simulated documents: read by our parsers, equal to the box score, and true to their instant.

Danger covered: documents of one game that contradict each other, results shown before the game, and real-world quirks
(false Z, neutral MATCHUP, team turnovers, unlocated tips) that only production would meet.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_assets.transforms.documents import (
    QUARANTINE_REASON,
    game_boxscore,
    leaguegamelog,
    playbyplay,
    playerindex,
    shotchartdetail,
)
from resources.simulated_league.league import League
from resources.simulated_league.model import BoxLine, Fixture, Stats
from resources.simulated_league.nba_documents import common, game_logs, player_index, shot_chart
from resources.simulated_league.nba_documents.boxscore import box_score
from resources.simulated_league.nba_documents.play_by_play import play_by_play
from resources.simulated_league.nba_documents.schedule import schedule as schedule_of
from resources.simulated_league.nba_documents.scoreboard import scoreboard

SEASON = 2025
DAY = date(2025, 11, 12)
NEXT_DAY = datetime(2025, 11, 13, 17, tzinfo=UTC)
SEASON_OVER = datetime(2026, 7, 1, tzinfo=UTC)
REGULAR = "Regular Season"


@pytest.fixture(scope="module")
def league() -> League:
    return League()


@pytest.fixture(scope="module")
def games(league: League) -> list[Fixture]:
    found = sorted(league.fixtures_on(DAY), key=lambda fixture: fixture.tip)
    assert len(found) > 2
    return found


def _good(frame: pl.DataFrame) -> pl.DataFrame:
    assert frame[QUARANTINE_REASON].null_count() == frame.height, frame[QUARANTINE_REASON].drop_nulls().to_list()
    return frame


def _log(league: League, kind: Any, day: date = DAY, now: datetime = NEXT_DAY, season_type: str = REGULAR) -> bytes:
    return common.encode(game_logs.game_log(league, kind, SEASON, season_type, day, day, now))


def _shots(league: League, now: datetime = NEXT_DAY, **only: Any) -> pl.DataFrame:
    document = shot_chart.shot_chart(league, SEASON, REGULAR, DAY, DAY, now, **only)
    return _good(shotchartdetail.parse(common.encode(document)))


def _sum(line: BoxLine) -> Stats:
    """The player's whole game."""
    result = Stats()
    for part in line.parts:
        for zone in range(len(part.fga)):
            result.fga[zone] += part.fga[zone]
            result.fgm[zone] += part.fgm[zone]
        for name in ("seconds", "fta", "ftm", "oreb", "dreb", "ast", "stl", "blk", "tov", "pf"):
            setattr(result, name, getattr(result, name) + getattr(part, name))
    return result


def _expected(league: League, fixture: Fixture) -> dict[int, tuple[int, ...]]:
    box = league.box(fixture.nba_game_id)
    return {
        line.player.person_id: (
            stats.points, sum(stats.fgm), sum(stats.fga), sum(stats.fgm[3:]), sum(stats.fga[3:]), stats.ftm, stats.fta,
            stats.oreb, stats.dreb, stats.oreb + stats.dreb, stats.ast, stats.stl, stats.blk, stats.tov, stats.pf,
        )
        for lines in box.lines.values()
        for line in lines
        if line.played
        for stats in [_sum(line)]
    }  # fmt: skip


STATISTICS = """
    points field_goals_made field_goals_attempted three_pointers_made three_pointers_attempted free_throws_made
    free_throws_attempted offensive_rebounds defensive_rebounds total_rebounds assists steals blocks turnovers
    personal_fouls
""".split()


def _rows(frame: pl.DataFrame) -> dict[int, tuple[int, ...]]:
    return {row[0]: row[1:] for row in frame.select("nba_player_id", *STATISTICS).iter_rows()}


def test_player_log_is_the_box(league: League, games: list[Fixture]) -> None:
    log = _good(leaguegamelog.parse_players(_log(league, "P")))
    assert log["is_final"].all()
    for fixture in games:
        rows = log.filter(pl.col("nba_game_id") == fixture.nba_game_id)
        assert _rows(rows) == _expected(league, fixture)
        assert rows.group_by("team_id").agg(pl.col("plus_minus").sum())["plus_minus"].sum() == 0


def test_team_log_adds_team_turnovers(league: League, games: list[Fixture]) -> None:
    teams = _good(leaguegamelog.parse_teams(_log(league, "T")))
    players = leaguegamelog.parse_players(_log(league, "P"))
    both = teams.join(
        players.group_by("nba_game_id", "team_id").agg(pl.col("points", "turnovers").sum()),
        on=["nba_game_id", "team_id"],
        suffix="_of_players",
    )
    assert both.height == 2 * len(games)
    assert (both["points"] == both["points_of_players"]).all()
    for fixture in games:
        box = league.box(fixture.nba_game_id)
        for team in fixture.teams:
            row = both.row(
                by_predicate=(pl.col("nba_game_id") == fixture.nba_game_id) & (pl.col("team_id") == team.team_id),
                named=True,
            )
            assert row["turnovers"] - row["turnovers_of_players"] == sum(box.team_turnovers[team.abbr])
            assert row["minutes"] == 240 + 25 * box.overtimes


def test_box_score_is_the_box(league: League, games: list[Fixture]) -> None:
    for fixture in games:
        document = common.encode(box_score(league, fixture, NEXT_DAY) or {})
        players = _good(game_boxscore.parse_players(document))
        box = league.box(fixture.nba_game_id)
        assert players.height == sum(len(lines) for lines in box.lines.values())
        assert _rows(players.filter(pl.col("player_status") == "active")) == _expected(league, fixture)
        minutes = dict(players.select("nba_player_id", "minutes").iter_rows())
        for lines in box.lines.values():
            for line in lines:
                seconds = _sum(line).seconds
                assert minutes[line.player.person_id] == (pytest.approx(seconds / 60) if seconds else None)
        assert players["starter"].sum() == 10
        teams = _good(game_boxscore.parse_teams(document))
        for team in fixture.teams:
            row = teams.row(by_predicate=pl.col("team_id") == team.team_id, named=True)
            assert row["points"] == box.score(team.abbr)
            assert row["turnovers_incl_team"] - row["turnovers"] == sum(box.team_turnovers[team.abbr])


def test_box_score_says_why_somebody_does_not_play(league: League, games: list[Fixture]) -> None:
    listed = []
    for fixture in games:
        document = common.encode(box_score(league, fixture, NEXT_DAY) or {})
        reasons = dict(game_boxscore.parse_players(document).select("nba_player_id", "dnp_reason").iter_rows())
        for lines in league.box(fixture.nba_game_id).lines.values():
            for line in lines:
                if line.absence and line.absence.box_reason:
                    listed.append(line)
                    assert reasons[line.player.person_id].startswith(line.absence.box_reason)
                elif line.played:
                    assert reasons[line.player.person_id] is None
    assert listed


def test_play_by_play_and_shots_are_the_box(league: League, games: list[Fixture]) -> None:
    shots = _shots(league)
    for fixture in games:
        expected = _expected(league, fixture)
        actions = _good(playbyplay.parse(common.encode(play_by_play(league, fixture, NEXT_DAY) or {})))
        points = dict(actions.group_by("player_1_id").agg(pl.col("points").sum()).drop_nulls().iter_rows())
        assert {p: n for p, n in points.items() if n} == {p: row[0] for p, row in expected.items() if row[0]}
        tried = dict(
            shots.filter(pl.col("nba_game_id") == fixture.nba_game_id)["nba_player_id"].value_counts().iter_rows()
        )
        assert tried == {p: row[2] for p, row in expected.items() if row[2]}
        assert actions["shot_made"].is_not_null().sum() == sum(row[2] + row[6] for row in expected.values())
        assert actions["assist_person_id"].is_not_null().sum() == sum(row[10] for row in expected.values())
        final = actions.row(-1, named=True)
        box = league.box(fixture.nba_game_id)
        assert (final["score_away"], final["score_home"]) == tuple(box.score(team.abbr) for team in fixture.teams)


def test_shots_can_be_asked_for_by_game(league: League, games: list[Fixture]) -> None:
    game = games[0].nba_game_id
    assert set(_shots(league, nba_game_id=game)["nba_game_id"]) == {game}
    assert _shots(league, nba_game_id=game).height == _shots(league).filter(pl.col("nba_game_id") == game).height


def test_shots_of_both_feeds_have_the_same_numbers(league: League, games: list[Fixture]) -> None:
    actions = playbyplay.parse(common.encode(play_by_play(league, games[0], NEXT_DAY) or {}))
    tried = actions.filter("is_field_goal").select("event_id", "shot_made", "period")
    shots = _shots(league, nba_game_id=games[0].nba_game_id)
    assert tried.equals(shots.select(event_id="game_event_id", shot_made="shot_made", period="period"))


def test_some_shots_are_not_located(league: League) -> None:
    assert _shots(league).filter((pl.col("loc_x") == 0) & (pl.col("loc_y") == 0)).height > 0


def test_nothing_is_there_before_the_game(league: League, games: list[Fixture]) -> None:
    before = games[0].tip - timedelta(seconds=1)
    assert all(box_score(league, fixture, before) is None for fixture in games)
    assert all(play_by_play(league, fixture, before) is None for fixture in games)
    assert leaguegamelog.parse_players(_log(league, "P", now=before)).is_empty()
    assert leaguegamelog.parse_teams(_log(league, "T", now=before)).is_empty()
    assert _shots(league, before).is_empty()


@pytest.mark.parametrize("season_type", ["Playoffs", "PlayIn", "IST"])
def test_other_season_types_have_no_rows_that_day(league: League, season_type: str) -> None:
    assert leaguegamelog.parse_teams(_log(league, "T", season_type=season_type)).is_empty()


def test_running_game_is_not_final_anywhere(league: League, games: list[Fixture]) -> None:
    fixture = games[0]
    now = fixture.tip + timedelta(minutes=80)
    document = common.encode(box_score(league, fixture, now) or {})
    players = _good(game_boxscore.parse_players(document))
    assert json.loads(document)["game"]["gameStatus"] == 2
    assert not players["is_final"].any()
    log = leaguegamelog.parse_players(_log(league, "P", now=now)).filter(pl.col("nba_game_id") == fixture.nba_game_id)
    assert log.height > 0
    assert not log["is_final"].any()
    final = _expected(league, fixture)
    for person, row in _rows(players.drop_nulls("points")).items():
        assert all(so_far <= at_end for so_far, at_end in zip(row, final[person], strict=True))
    assert 0 < players["points"].sum() < sum(row[0] for row in final.values())
    actions = playbyplay.parse(common.encode(play_by_play(league, fixture, now) or {}))
    assert actions["points"].sum() == players["points"].sum()
    on_court = [
        p["oncourt"] for side in ("homeTeam", "awayTeam") for p in json.loads(document)["game"][side]["players"]
    ]
    assert on_court.count("1") == 10


def test_neutral_games_are_away_games_for_both(league: League) -> None:
    neutral = [f for f in league.fixtures(SEASON) if f.neutral_city and f.game_type == "regular_season"]
    assert neutral
    log = json.loads(_log(league, "T", day=neutral[0].day, now=SEASON_OVER))["resultSets"][0]
    rows = [dict(zip(log["headers"], row, strict=True)) for row in log["rowSet"]]
    texts = [row["MATCHUP"] for row in rows if row["GAME_ID"] == neutral[0].nba_game_id]
    assert len(texts) == 2
    assert all(" @ " in text for text in texts)


def test_player_index_lists_everybody_once(league: League) -> None:
    rows = _good(playerindex.parse(common.encode(player_index.player_index(league, SEASON, NEXT_DAY))))
    assert rows["nba_player_id"].is_unique().all()
    assert rows["team_id"].n_unique() == 30
    assert rows["position"].null_count() > 0


def test_documents_say_that_they_are_simulated(league: League, games: list[Fixture]) -> None:
    for document in (
        schedule_of(league, SEASON, NEXT_DAY),
        scoreboard(league, NEXT_DAY),
        box_score(league, games[0], NEXT_DAY),
        play_by_play(league, games[0], NEXT_DAY),
    ):
        assert document is not None
        assert b"SIMULATED" in common.encode(document)
