"""The script of a game says when things happened; what happened is in the box score, and must come out of it unchanged.

Danger covered: play-by-play, box scores and shot charts of one game that contradict each other, players who score from
the bench, and live documents that know the end of the game.
"""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.simulated_league.events import Script, period_end
from resources.simulated_league.league import League
from resources.simulated_league.model import ZONES, GameBox, Stats
from resources.simulated_league.rotation import QUARTER, REGULATION, stints
from resources.simulated_league.script import write_script
from resources.simulated_league.tally import tally

SEASON = 2025
# Apart from each other in the season, and all games with overtime among the first two hundred.
STRIDE, SEARCHED = 41, 200


@pytest.fixture(scope="module")
def scripts() -> list[Script]:
    league = League()
    ids = [fixture.nba_game_id for fixture in league.fixtures(SEASON)]
    boxes = [league.box(game) for game in ids[:SEARCHED]]
    chosen = [box for box in boxes if box.overtimes] + [league.box(game) for game in ids[::STRIDE]]
    return [write_script(league.seed, box) for box in chosen]


def _recounted(script: Script) -> dict[tuple[int, int], Stats]:
    """(person, part) -> his counts, from the events alone; seconds are counted elsewhere."""
    found: dict[tuple[int, int], Stats] = {}
    names = {"steal": "stl", "block": "blk", "turnover": "tov", "foul": "pf"}
    for event in script.events:
        if event.player is None or event.sub == "technical":
            continue
        part = max(0, event.period - 4)
        stats = found.setdefault((event.player, part), Stats())
        if event.kind == "freethrow":
            stats.fta += 1
            stats.ftm += bool(event.made)
        elif event.shot:
            zone = ZONES.index(event.zone)
            stats.fga[zone] += 1
            stats.fgm[zone] += bool(event.made)
            if event.made and event.other is not None:
                found.setdefault((event.other, part), Stats()).ast += 1
        elif event.kind == "rebound":
            stats.oreb += event.sub == "offensive"
            stats.dreb += event.sub == "defensive"
        elif event.kind in names:
            setattr(stats, names[event.kind], getattr(stats, names[event.kind]) + 1)
    return found


def test_events_count_up_to_the_box(scripts: list[Script]) -> None:
    for script in scripts:
        found = _recounted(script)
        for team in script.box.fixture.teams:
            for line in script.box.lines[team.abbr]:
                for part, stats in enumerate(line.parts):
                    counted = found.get((line.player.person_id, part), Stats())
                    counted.seconds = stats.seconds
                    assert counted == stats, (script.box.fixture.nba_game_id, line.player.name, part)


def test_seconds_are_those_of_the_box(scripts: list[Script]) -> None:
    for script in scripts:
        counts = tally(script, script.events).players
        for team in script.box.fixture.teams:
            for line in script.box.lines[team.abbr]:
                assert counts[line.player.person_id].seconds == sum(part.seconds for part in line.parts)


def test_team_turnovers_are_those_of_the_box(scripts: list[Script]) -> None:
    for script in scripts:
        box, sides = script.box, tally(script, script.events).sides
        assert [side.team_turnovers for side in sides] == [sum(box.team_turnovers[t.abbr]) for t in box.fixture.teams]


def test_only_those_on_court_act(scripts: list[Script]) -> None:
    for script in scripts:
        on = [set(five) for five in script.starters]
        for event in script.events:
            if event.kind == "substitution" and event.side is not None and event.player is not None:
                assert (event.player in on[event.side]) == (event.sub == "out")
                (on[event.side].add if event.sub == "in" else on[event.side].remove)(event.player)
                continue
            assert [len(five) for five in on] == [5, 5]
            if event.player is not None and event.side is not None:
                assert event.player in on[event.side], event
            assert event.other is None or event.other in on[0] | on[1], event
            if event.shot and event.other is not None and event.side is not None:
                assert event.other != event.player
                assert event.other in on[event.side if event.made else 1 - event.side], event


def test_the_starters_start(scripts: list[Script]) -> None:
    for script in scripts:
        for five, team in zip(script.starters, script.box.fixture.teams, strict=True):
            assert set(five) == {line.player.person_id for line in script.box.lines[team.abbr] if line.starter}


def test_score_is_level_before_every_overtime(scripts: list[Script]) -> None:
    assert any(script.box.overtimes for script in scripts)
    for script in scripts:
        ends = [event for event in script.events if (event.kind, event.sub) == ("period", "end")]
        assert [event.elapsed for event in ends] == [period_end(n) for n in range(1, 5 + script.box.overtimes)]
        assert all(event.score[0] == event.score[1] for event in ends[3:-1])
        assert ends[-1].score == tuple(script.box.score(team.abbr) for team in script.box.fixture.teams)
        assert ends[-1].score[0] != ends[-1].score[1]


def test_time_only_goes_forward(scripts: list[Script]) -> None:
    for script in scripts:
        for earlier, later in pairwise(script.events):
            assert (earlier.elapsed, earlier.period, earlier.at) <= (later.elapsed, later.period, later.at)
            assert earlier.score[0] <= later.score[0]
            assert earlier.score[1] <= later.score[1]
        assert all(0 <= event.clock <= (QUARTER if event.period <= 4 else 300) for event in script.events)
        tip, first, last = script.box.fixture.tip, script.events[0].at, script.events[-1].at
        assert timedelta(minutes=8) <= first - tip <= timedelta(minutes=12)
        assert timedelta(minutes=1) <= script.box.ends_at - last <= timedelta(minutes=2)


def test_action_numbers_are_unique_but_out_of_order(scripts: list[Script]) -> None:
    for script in scripts:
        numbers = [event.number for event in script.events]
        assert len(set(numbers)) == len(numbers)
        assert numbers != sorted(numbers)


def test_events_come_with_what_they_belong_to(scripts: list[Script]) -> None:
    for script in scripts:
        for n, event in enumerate(script.events):
            before = script.events[n - 1]
            if event.kind == "steal":
                assert (before.kind, before.other) == ("turnover", event.player)
            if event.kind == "block":
                assert (before.made, before.other) == (False, event.player)
            if event.kind == "rebound":
                missed = script.events[event.of if event.of is not None else n]
                assert missed.made is False
                assert missed.descriptor != "technical" or missed.shot
                assert (missed.side == event.side) == (event.sub == "offensive")
            if event.kind == "freethrow" and event.descriptor is None:
                fouls = [e for e in script.events[:n] if e.kind == "foul"]
                assert (fouls[-1].other, fouls[-1].elapsed) == (event.player, event.elapsed)


def test_teams_take_turns(scripts: list[Script]) -> None:
    """Nearly always the team attacks that the last play gave the ball."""
    attacks = turns = 0
    for script in scripts:
        ball = None
        for event in script.events:
            if event.kind == "period":
                ball = None
            elif event.kind in ("2pt", "3pt", "turnover"):
                attacks += 1
                turns += ball in (None, event.side)
            if event.side is None:
                continue
            if event.kind in ("turnover", "freethrow") or event.made:
                ball = 1 - event.side
            elif event.kind == "rebound":
                ball = event.side
    assert turns / attacks > 0.85


def test_prefix_knows_nothing_of_what_follows(scripts: list[Script]) -> None:
    script = scripts[0]
    tip, end = script.box.fixture.tip, script.box.ends_at
    elapsed = -1
    for n in range(60):
        instant = tip + (end - tip) * n / 59
        moment = script.until(instant)
        assert all(event.at <= instant for event in script.events[: moment.count])
        assert all(event.at > instant for event in script.events[moment.count :])
        counts = tally(script, script.events[: moment.count], moment.elapsed)
        for side, team in enumerate(script.box.fixture.teams):
            people = [counts.players[line.player.person_id] for line in script.box.lines[team.abbr]]
            assert sum(count.points for count in people) == moment.score[side]
            assert sum(count.seconds for count in people) == 5 * moment.elapsed
        assert moment.elapsed >= elapsed
        assert moment.clock == period_end(moment.period) - moment.elapsed
        elapsed = moment.elapsed
    assert script.until(tip).count == 0
    assert script.until(end).count == len(script.events)


def test_same_seed_same_script(scripts: list[Script]) -> None:
    box: GameBox = scripts[0].box
    assert write_script(5, box).events == write_script(5, box).events
    assert write_script(5, box).events != write_script(6, box).events


def test_stages_of_a_game_take_their_time(scripts: list[Script]) -> None:
    """Half-time is the long break."""
    for script in scripts:
        breaks = [
            (later.at - earlier.at).total_seconds()
            for earlier, later in pairwise(script.events)
            if later.period > earlier.period
        ]
        assert breaks.index(max(breaks)) == 1
        assert 8 * 60 < breaks[1] < 25 * 60


@given(st.lists(st.integers(0, REGULATION), min_size=5, max_size=14), st.lists(st.integers(0, REGULATION), max_size=6))
def test_any_distribution_of_seconds_can_be_played(wanted: list[int], cuts: list[int]) -> None:
    seconds = _fitted(wanted)
    plan = stints(seconds, REGULATION, [], cuts)
    played: Counter[int] = Counter()
    for (start, five), (end, _) in pairwise([*plan, (REGULATION, ())]):
        assert len(set(five)) == 5
        assert end > start
        for person in five:
            played[person] += end - start
    assert dict(played) == {person: time for person, time in seconds.items() if time}


def _fitted(wanted: list[int]) -> dict[int, int]:
    """Changed as little as needed to add up to five whole games."""
    open_seconds = 5 * REGULATION - sum(wanted)
    fitted = []
    for time in wanted:
        step = max(-time, min(REGULATION - time, open_seconds))
        fitted.append(time + step)
        open_seconds -= step
    return dict(enumerate(fitted))


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(dict.fromkeys(range(4), 2880), id="four players"),
        pytest.param({0: 2881, 1: 2879} | dict.fromkeys(range(2, 5), 2880), id="more than the whole game"),
    ],
)
def test_impossible_seconds_are_refused(seconds: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="seconds"):
        stints(seconds, REGULATION, [], [])
