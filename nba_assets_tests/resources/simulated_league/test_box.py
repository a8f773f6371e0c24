from datetime import timedelta

import pytest

from nba_assets_tests.resources.simulated_league.leagues import league, some_games
from resources.simulated_league.expectations import expect
from resources.simulated_league.model import BoxLine, GameBox, Stats

BOXES = 220


def seconds(line: BoxLine) -> int:
    return sum(part.seconds for part in line.parts)


@pytest.fixture(scope="module")
def boxes() -> list[GameBox]:
    return [league().box(f.nba_game_id) for f in league().fixtures(2024)[:BOXES]]


def parts(box: GameBox, abbr: str) -> list[list[Stats]]:
    """Stats of all players, by part."""
    played = [line for line in box.lines[abbr] if line.played]
    return [[line.parts[n] for line in played] for n in range(box.overtimes + 1)]


def test_seconds_add_up(boxes: list[GameBox]) -> None:
    for box in boxes:
        for abbr in box.lines:
            totals = [sum(stats.seconds for stats in part) for part in parts(box, abbr)]
            assert totals == [5 * 2880] + [5 * 300] * box.overtimes
            assert all(0 <= s.seconds <= (300 if n else 2880) for n, part in enumerate(parts(box, abbr)) for s in part)


def test_only_the_last_part_decides(boxes: list[GameBox]) -> None:
    for box in boxes:
        one, other = ([sum(s.points for s in part) for part in parts(box, abbr)] for abbr in box.lines)
        for n in range(box.overtimes):
            assert sum(one[: n + 1]) == sum(other[: n + 1])
        assert sum(one) != sum(other)
    assert any(box.overtimes for box in boxes)


def test_team_totals_fit_together(boxes: list[GameBox]) -> None:
    for box in boxes:
        for abbr, other in (tuple(box.lines), tuple(box.lines)[::-1]):
            for own, theirs in zip(parts(box, abbr), parts(box, other), strict=True):
                made = sum(sum(s.fgm) for s in own)
                assert all(s.ast <= made - sum(s.fgm) for s in own)
                assert sum(s.ast for s in own) <= made
                assert sum(s.stl for s in own) <= sum(s.tov for s in theirs)
                missed = [sum(s.fga[z] - s.fgm[z] for s in theirs) for z in range(5)]
                assert sum(s.blk for s in own) <= sum(missed[:3])
                assert sum(s.dreb for s in own) + sum(s.oreb for s in theirs) <= sum(missed)


def test_a_line_is_possible(boxes: list[GameBox]) -> None:
    for box in boxes:
        for line in (line for lines in box.lines.values() for line in lines if line.played):
            assert sum(part.pf for part in line.parts) <= 6
            for part in line.parts:
                assert all(0 <= m <= a for m, a in zip(part.fgm, part.fga, strict=True))
                assert 0 <= part.ftm <= part.fta
                if not part.seconds:
                    assert part == Stats()


def test_absent_players_do_not_play(boxes: list[GameBox]) -> None:
    for box in boxes:
        for line in (line for lines in box.lines.values() for line in lines if line.absence):
            assert not line.parts


def test_five_start_and_they_play(boxes: list[GameBox]) -> None:
    for box in boxes:
        for lines in box.lines.values():
            starters = [line for line in lines if line.starter]
            assert len(starters) == 5
            assert all(line.played for line in starters)


def test_games_end_two_hours_and_a_half_after_the_tip(boxes: list[GameBox]) -> None:
    for box in boxes:
        length = box.ends_at - box.fixture.tip - timedelta(minutes=15 * box.overtimes)
        assert timedelta(minutes=135) < length < timedelta(minutes=165)


def test_blowouts_are_the_benchs() -> None:
    close, decided = [], []
    for fixture in some_games(3):
        box = league().box(fixture.nba_game_id)
        margin = abs(box.score(fixture.home.abbr) - box.score(fixture.away.abbr))
        best = [max(seconds(line) for line in lines) for lines in box.lines.values()]
        if not box.overtimes and margin <= 6:
            close += best
        elif margin >= 24:
            decided += best
    assert sum(close) / len(close) > sum(decided) / len(decided) + 180


def test_shots_of_the_absent_go_to_the_others() -> None:
    """A star's team-mates are expected to score more without him."""
    fixture = some_games()[0]
    away, home = (tuple(league().roster(team, fixture.day)) for team in fixture.teams)
    match = league().match(fixture.nba_game_id)
    full = ((1.0,) * len(away), (1.0,) * len(home))
    without = (full[0], (0.0, *full[1][1:]))
    together, alone = (expect(match, fixture, (away, home), able).players for able in (full, without))
    second = home[1].person_id
    assert alone[second].points > together[second].points * 1.04
    assert alone[second].minutes > together[second].minutes
