from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from nba_assets_tests.resources.simulated_league.leagues import league, some_games
from resources.simulated_league.availability import BOX_REASON


def test_out_means_absent_and_absent_means_out_at_the_end() -> None:
    for fixture in some_games(15):
        for team in fixture.teams:
            absent = {a.player.person_id for a in league().absences(fixture, team)}
            report = league().injury_report(fixture, team, fixture.tip)
            assert report is not None
            assert {r.player.person_id for r in report if r.status == "Out"} == absent


def test_nothing_is_known_before_the_team_submits() -> None:
    for fixture in some_games(15):
        for team in fixture.teams:
            submitted = league().availability.submitted_at(fixture, team)
            assert submitted <= fixture.tip - timedelta(hours=3)
            assert league().injury_report(fixture, team, submitted - timedelta(minutes=1)) is None
            assert league().injury_report(fixture, team, submitted) is not None


def test_once_out_always_out() -> None:
    for fixture in some_games(40):
        for team in fixture.teams:
            out: set[int] = set()
            for hours in (20, 8, 5, 2, 1, 0.5, 0):
                report = league().injury_report(fixture, team, fixture.tip - timedelta(hours=hours)) or ()
                now = {r.player.person_id for r in report if r.status == "Out"}
                assert out <= now
                out = now


@pytest.mark.parametrize(
    ("status", "low", "high"), [("Questionable", 0.4, 0.6), ("Doubtful", 0.08, 0.34), ("Probable", 0.78, 0.92)]
)
def test_listed_players_play_as_often_as_their_status_says(status: str, low: float, high: float) -> None:
    plays = []
    for fixture in some_games(3):
        for team in fixture.teams:
            absent = {a.player.person_id for a in league().absences(fixture, team)}
            reports = league().injury_report(fixture, team, fixture.tip - timedelta(hours=9)) or ()
            plays += [report.player.person_id not in absent for report in reports if report.status == status]
    assert low < np.mean(plays) < high


def test_play_probabilities_are_true() -> None:
    seen = defaultdict(list)
    for fixture in some_games(6):
        for team in fixture.teams:
            absent = {a.player.person_id for a in league().absences(fixture, team)}
            chances = league().availability.play_probability(fixture, team, fixture.tip - timedelta(hours=5))
            for person, chance in chances.items():
                seen[round(chance, 1)].append((chance, person not in absent))
    for pairs in seen.values():
        expected, actual = np.array(pairs, dtype=float).T
        assert abs(actual.mean() - expected.mean()) <= 4 * np.sqrt((expected * (1 - expected)).sum() + 0.3) / len(pairs)


def test_one_priced_player_in_twenty_does_not_play() -> None:
    priced = []
    for fixture in some_games(4):
        at = fixture.tip - timedelta(hours=5)
        expected = league().expectations(fixture, at)
        box = league().box(fixture.nba_game_id)
        for team in fixture.teams:
            report = league().injury_report(fixture, team, at) or ()
            out = {r.player.person_id for r in report if r.status == "Out"}
            priced += [
                not line.played
                for line in box.lines[team.abbr]
                if expected[line.player.person_id].minutes >= 18 and line.player.person_id not in out
            ]
    assert 0.035 < np.mean(priced) < 0.06


def test_some_absences_come_after_the_last_report() -> None:
    late = [
        a
        for f in some_games(3)
        for t in f.teams
        for a in league().absences(f, t)
        if a.known_from > f.tip - timedelta(minutes=30)
    ]
    assert 5 <= len(late) <= 150


def test_reasons_are_worded_as_the_nba_does() -> None:
    reasons = {a.reason: a.box_reason for f in some_games(9) for t in f.teams for a in league().absences(f, t)}
    assert {reason.split(" - ")[0] for reason in reasons} >= {"Injury/Illness", "G League", "Rest", "Personal Reasons"}
    assert all(BOX_REASON[reason.split(" - ")[0]] == box for reason, box in reasons.items())


def test_injuries_last() -> None:
    """Who is hurt in a game is far more likely to be hurt in the next one than others are."""
    games = [f for f in league().fixtures(2023) if "BOS" in (f.home.abbr, f.away.abbr)]
    hurt = [
        {
            a.player.person_id
            for t in f.teams
            if t.abbr == "BOS"
            for a in league().absences(f, t)
            if a.reason.startswith("Injury")
        }
        for f in games
    ]
    again = [person in later for now, later in pairwise(hurt) for person in now]
    assert np.mean(again) > 0.5


@pytest.mark.parametrize("season", [2021, 2024])
def test_every_team_can_dress_eight_men(season: int) -> None:
    """A team with five able men gave its players more minutes than a game has."""
    simulated = league()
    for fixture in simulated.fixtures(season):
        for team in fixture.teams:
            able = len(simulated.roster(team, fixture.day)) - len(simulated.absences(fixture, team))
            assert able >= 8, (fixture.nba_game_id, team.abbr)
