from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from nba_assets.calendar import ET, SEASON_OPENERS
from nba_assets_tests.resources.simulated_league.leagues import SEASONS, league
from resources.simulated_league.model import Fixture

pytestmark = pytest.mark.parametrize("season", SEASONS)


def regular(season: int) -> list[Fixture]:
    return [f for f in league().fixtures(season) if f.game_type == "regular_season"]


def days_of_teams(season: int) -> dict[str, list[date]]:
    days: dict[str, list[date]] = defaultdict(list)
    for fixture in league().fixtures(season):
        for team in fixture.teams:
            days[team.abbr].append(fixture.day)
    return {abbr: sorted(played) for abbr, played in days.items()}


def test_every_team_plays_82_games_half_of_them_at_home(season: int) -> None:
    games = regular(season)
    assert len(games) == 1230 == len({f.nba_game_id for f in games})
    assert set(Counter(f.home.abbr for f in games).values()) == {41}
    assert set(Counter(team.abbr for f in games for team in f.teams).values()) == {82}


def test_pairs_meet_two_to_four_times(season: int) -> None:
    meetings = Counter(frozenset(team.abbr for team in f.teams) for f in regular(season))
    assert Counter(meetings.values()) == {2: 225, 3: 60, 4: 150}


def test_ids_tell_season_and_type(season: int) -> None:
    for fixture in league().fixtures(season):
        prefix = "006" if fixture.game_type == "cup_final" else "002"
        assert fixture.nba_game_id.startswith(f"{prefix}{season % 100:02d}")
        assert len(fixture.nba_game_id) == 10


def test_nobody_plays_twice_a_day_nor_too_often(season: int) -> None:
    runs = 0
    for days in days_of_teams(season).values():
        assert len(set(days)) == len(days)
        runs += sum(later - day == timedelta(days=2) for day, later in zip(days, days[2:], strict=False))
    assert runs == 0


def test_about_fourteen_back_to_backs(season: int) -> None:
    counts = [
        sum(later - day == timedelta(days=1) for day, later in pairwise(days))
        for days in days_of_teams(season).values()
    ]
    assert 11 <= sum(counts) / 30 <= 16


def test_the_calendar_has_the_nbas_holes(season: int) -> None:
    days = {f.day for f in regular(season)}
    assert min(days) == SEASON_OPENERS[season]
    assert date(season + 1, 4, 8) <= max(days) <= date(season + 1, 4, 15)
    assert 158 <= len(days) <= 166
    assert date(season, 12, 24) not in days
    assert not any(day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28 for day in days)
    february = [date(season + 1, 2, 8) + timedelta(days=n) for n in range(20)]
    breaks = "".join("x" if day in days else "." for day in february)
    assert "......" in breaks


def test_dates_are_of_all_sizes(season: int) -> None:
    sizes = Counter(f.day for f in regular(season))
    assert sizes[SEASON_OPENERS[season]] == 2
    assert max(sizes.values()) == sizes[max(sizes)] == 15
    assert len(set(sizes.values())) >= 9
    assert sizes[date(season, 12, 25)] == 5


def test_tips_are_on_their_et_date(season: int) -> None:
    for fixture in league().fixtures(season):
        assert fixture.tip.astimezone(ET).date() == fixture.day
    assert sum(f.tip.date() != f.day for f in regular(season)) > 600


def test_the_first_schedule_lacks_the_cup_games(season: int) -> None:
    unknown = [f for f in regular(season) if f.announced_tip is None]
    assert len(unknown) == (24 if season >= 2023 else 0)
    assert all(f.settled_at < f.tip for f in unknown)


def test_the_cup_bracket_comes_true(season: int) -> None:
    finals = [f for f in league().fixtures(season) if f.game_type == "cup_final"]
    assert len(finals) == (season >= 2023)
    rounds = {name: [f for f in regular(season) if name in f.sub_label] for name in ("Quarterfinal", "Semifinal")}
    for final in finals:
        won = []
        for games in rounds.values():
            boxes = [league().box(f.nba_game_id) for f in games]
            won.append(
                {max(f.teams, key=lambda t, b=box: b.score(t.abbr)).abbr for f, box in zip(games, boxes, strict=True)}
            )
        assert won[0] == {team.abbr for f in rounds["Semifinal"] for team in f.teams}
        assert won[1] == {team.abbr for team in final.teams}
        assert final.neutral_city == "Las Vegas"
        assert final.settled_at > max(f.tip for f in rounds["Semifinal"])


def test_some_games_move_and_some_are_postponed(season: int) -> None:
    games = regular(season)
    postponed = [f for f in games if f.postponed]
    moved = [f for f in games if f.announced_tip not in (None, f.tip) and not f.postponed]
    assert 1 <= len(postponed) <= 4
    assert 2 <= len(moved) <= 8
    days = days_of_teams(season)
    for fixture in postponed + moved:
        assert fixture.announced_tip
        announced = fixture.announced_tip.astimezone(ET).date()
        assert announced != fixture.day
        assert not any(announced in days[team.abbr] for team in fixture.teams)
        assert (fixture.settled_at > fixture.announced_tip) == fixture.postponed
        assert fixture.settled_at < fixture.tip


def test_two_games_are_played_abroad(season: int) -> None:
    assert Counter(f.neutral_city for f in regular(season) if f.neutral_city in ("Mexico City", "Paris")).total() == 2
