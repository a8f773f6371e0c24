from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from nba_assets.calendar import SEASON_OPENERS
from nba_assets.reference.teams import TEAMS
from nba_assets_tests.resources.simulated_league.leagues import SEASONS, league
from resources.simulated_league.league import League


@pytest.mark.parametrize("season", SEASONS)
def test_a_player_is_on_one_team_at_most(season: int) -> None:
    for days in (0, 60, 112, 170):
        day = SEASON_OPENERS[season] + timedelta(days=days)
        people = Counter(p.person_id for team in TEAMS for p in league().roster(team, day))
        assert max(people.values()) == 1
        assert len(people) >= 480


@pytest.mark.parametrize("season", SEASONS)
def test_rosters_are_about_seventeen(season: int) -> None:
    for days in (0, 60, 112, 170):
        sizes = [len(league().roster(team, SEASON_OPENERS[season] + timedelta(days=days))) for team in TEAMS]
        assert min(sizes) >= 14
        assert max(sizes) <= 20


def test_person_ids_are_of_no_real_player() -> None:
    assert all(99_000_000 < p.person_id < 100_000_000 for s in SEASONS for p in league().players(s))


def test_deadline_day_changes_rosters() -> None:
    before, after = (
        {p.person_id: team.abbr for team in TEAMS for p in league().roster(team, day)}
        for day in (date(2024, 2, 7), date(2024, 2, 8))
    )
    assert 20 <= sum(before.get(person) != team for person, team in after.items()) <= 60


def test_trades_move_about_as_many_players_as_in_the_nba() -> None:
    for season in SEASONS:
        moved = {move.person_id for move in league().world.season(season).moves}
        assert 60 <= len(moved) <= 100


def test_careers_go_on_and_end() -> None:
    first, last = ({p.person_id for p in league().players(s)} for s in (2021, 2026))
    assert 150 < len(first & last) < 450
    assert len(last - first) > 80


def test_a_player_keeps_his_skills_over_summer() -> None:
    one, other = league().world.season(2022), league().world.season(2023)
    both = sorted(set(one.index) & set(other.index))
    abilities = [[w.ability[w.index[p]] for p in both] for w in (one, other)]
    assert 0.75 < np.corrcoef(abilities)[0, 1] < 0.99


def test_names_have_every_difficulty() -> None:
    players = league().players(2023)
    names = Counter(p.name for p in players)
    assert any(p.name != p.ascii_name for p in players)
    assert any(p.family_name.startswith("O'") for p in players)
    assert {"Jr.", "II", "III"} <= {p.family_name.split()[-1] for p in players}
    assert max(names.values()) == 2


def test_asking_in_another_order_changes_nothing() -> None:
    other = League(2024)
    late = other.fixtures(2025)[700]
    assert other.box(late.nba_game_id) == league().box(late.nba_game_id)
    assert other.players(2021) == league().players(2021)


def test_another_seed_is_another_league() -> None:
    assert League(2025).players(2023) != league().players(2023)
