"""Who plays whom, when: seasons like the NBA's, 1,230 games with everything that makes a schedule awkward.

Every team plays once in each window of two dates, so that nobody plays on three days in a row; the few games that no
round could take are placed between. `matchups` says who meets whom, `calendar` which dates there are.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from nba_assets.reference.teams import TEAMS
from resources.simulated_league.calendar import cup_final_day, game_days, nth_weekday
from resources.simulated_league.keyed import generator
from resources.simulated_league.matchups import CONFERENCE, Bracket, Game, Rounds, season_rounds
from resources.simulated_league.model import Fixture
from resources.simulated_league.tips import tip_times

FIRST_CUP = 2023
_CUP, _IN_SEASON = "Emirates NBA Cup", "in-season"
_UNDRAWN = 24
_TEAM = {team.abbr: team for team in TEAMS}

# Games that a weekday attracts, Monday first: Wednesdays and Fridays are full, Thursdays belong to television.
_WEEKDAY = (8.5, 6.5, 11.0, 4.0, 10.5, 8.5, 7.5)


@dataclass(slots=True)
class Slot:
    """A game on its way to becoming a fixture."""

    home: str
    away: str
    day: date
    label: str = ""
    sub_label: str = ""
    city: str | None = None
    settled: date | None = None
    """Morning on which a Cup game, missing from the schedule until then, appears in it."""


def season_fixtures(seed: int, season: int) -> tuple[tuple[Fixture, ...], dict[str, str]]:
    """All fixtures in order of tip-off, and by game id who must win for the Cup's bracket to come true."""
    stream = generator(seed, "fixtures", season)
    cup = season >= FIRST_CUP
    windows = _windows(game_days(season, cup=cup))
    cup_round = _cup_round(windows, season) if cup else None
    games = season_rounds(len(windows), cup_round, stream)
    slots = _placed(windows, games, stream, season)
    winners: dict[Game, str] = {}
    if games.bracket and cup_round is not None:
        _label_cup(slots, windows[cup_round], windows[cup_round + 1], games.bracket, stream)
        winners = games.bracket.winners
    _send_abroad(season, slots, stream)
    slots.sort(key=lambda slot: (slot.day, slot.home))
    moved = _moved(slots, stream)
    tips = tip_times([(slot.home, slot.day, slot.city) for slot in slots], stream)
    issued = datetime(season, 8, 15, 18, tzinfo=UTC)
    fixtures: list[Fixture] = []
    decided: dict[str, str] = {}
    for n, (slot, tip) in enumerate(zip(slots, tips, strict=True)):
        announced, settled, postponed = (tip, issued, False)
        if slot.settled:
            announced, settled = None, datetime.combine(slot.settled, time(6), tzinfo=UTC)
        elif n in moved:
            day, notice = moved[n]
            announced = tip + (datetime.combine(day, time()) - datetime.combine(slot.day, time()))
            postponed = notice < 0
            settled = announced + timedelta(days=-notice) if postponed else min(announced, tip) - timedelta(days=notice)
        game_id = f"002{season % 100:02d}{n + 1:05d}"
        knock_out = slot.settled is not None and slot.label == _CUP
        if knock_out:
            decided[game_id] = winners[slot.home, slot.away]
        fixtures.append(
            Fixture(
                nba_game_id=game_id,
                season=season,
                game_type="regular_season",
                home=_TEAM[slot.home],
                away=_TEAM[slot.away],
                day=slot.day,
                tip=tip,
                announced_tip=announced,
                settled_at=settled,
                postponed=postponed,
                neutral_city=slot.city,
                label=slot.label,
                sub_label=slot.sub_label,
                subtype=_IN_SEASON if slot.label == _CUP else "",
            )
        )
    if games.bracket and cup_round is not None:
        final = _final(season, games.bracket, windows[cup_round + 1][-1])
        decided[final.nba_game_id] = games.bracket.champion
        fixtures.append(final)
    return tuple(sorted(fixtures, key=lambda fixture: (fixture.tip, fixture.nba_game_id))), decided


def _windows(days: list[date]) -> list[list[date]]:
    """Two dates a round; the last day of the season is a round of its own."""
    *days, last = days
    pairs = [days[n : n + 2] for n in range(0, len(days) - 1, 2)]
    if len(days) % 2:
        pairs[-1].append(days[-1])
    return [*pairs, [last]]


def _cup_round(windows: list[list[date]], season: int) -> int:
    """The quarter-finals' window: the semi-finals' is the last one before the final."""
    return max(n for n, window in enumerate(windows) if window[-1] < cup_final_day(season)) - 1


def _placed(windows: list[list[date]], games_of: Rounds, stream: np.random.Generator, season: int) -> list[Slot]:
    """Each game on a date of its round's window: full and empty weekdays, few games on successive days."""
    slots: list[Slot] = []
    played: dict[str, set[date]] = defaultdict(set)
    sizes: Counter[date] = Counter()

    def put(game: Game, day: date) -> None:
        slots.append(Slot(*game, day))
        sizes[day] += 1
        for abbr in game:
            played[abbr].add(day)

    bracket = games_of.bracket or Bracket()
    for abbr in bracket.final:
        played[abbr].add(cup_final_day(season))
    for n, (window, games) in enumerate(zip(windows, games_of.rounds, strict=True)):
        quota = _quotas(window, len(games), stream, first=n == 0)
        firsts = bracket.semis if all(game in games for game in bracket.semis) else []
        for game in firsts:
            put(game, window[0])
            quota[window[0]] -= 1
        rest = [game for game in games if game not in firsts]
        tired = {game: _neighbours(game, window[0], played) for game in rest}
        noise = dict(zip(rest, stream.random(len(rest)).tolist(), strict=True))
        # Who played yesterday plays on the later date, as far as there is room for it.
        for game in sorted(rest, key=lambda game: (noise[game] - 0.35 * tired[game], game), reverse=True):
            day = next((day for day in window if quota[day] > 0), window[-1])
            quota[day] -= 1
            put(game, day)
    days = [day for window in windows[1:-1] for day in window if (day.month, day.day) != (12, 25)]
    for game in games_of.loose:
        open_days = [day for day in days if not any(day in played[abbr] for abbr in game) and sizes[day] < 13]
        luck = stream.random(len(open_days))
        costs = [_crowding(game, day, played) + sizes[day] / 13 + luck[k] for k, day in enumerate(open_days)]
        put(game, open_days[int(np.argmin(costs))])
    return slots


def _quotas(window: list[date], games: int, stream: np.random.Generator, *, first: bool) -> dict[date, int]:
    """How many of a round's games each date takes; the opener has two."""
    if first:
        return {window[0]: 2, window[1]: games - 2}
    christmas = [day for day in window if (day.month, day.day) == (12, 25)]
    if christmas:
        other = next(day for day in window if day != christmas[0])
        return dict.fromkeys(window, 0) | {christmas[0]: 5, other: games - 5}
    weights = [_WEEKDAY[day.weekday()] * stream.lognormal(0, 0.3) for day in window]
    quota = {day: round(games * weight / sum(weights)) for day, weight in zip(window, weights, strict=True)}
    quota[window[-1]] += games - sum(quota.values())
    return quota


def _neighbours(game: Game, day: date, played: dict[str, set[date]]) -> int:
    return sum(day - timedelta(days=1) in played[abbr] for abbr in game)


def _crowding(game: Game, day: date, played: dict[str, set[date]]) -> int:
    """Games of both teams on the days beside a date; a third day in a row is out of the question."""
    cost = 0
    for abbr in game:
        near = [day + timedelta(days=n) in played[abbr] for n in (-2, -1, 1, 2)]
        cost += near[1] + near[2]
        cost += 100 * ((near[0] and near[1]) or (near[1] and near[2]) or (near[2] and near[3]))
    return cost


def _label_cup(
    slots: list[Slot], quarter: list[date], semi: list[date], bracket: Bracket, stream: np.random.Generator
) -> None:
    """Group games on November's Tuesdays and Fridays; 24 December games that wait for the group tables."""
    drawn = quarter[0] - timedelta(days=3)
    knock_out = {quarter[0]: bracket.quarters, semi[0]: bracket.semis}
    waiting = [slot for slot in slots if quarter[0] <= slot.day <= semi[-1]]
    chosen: list[Slot] = []
    for slot in waiting:
        game = (slot.home, slot.away)
        if game in knock_out[quarter[0]] and slot.day <= quarter[-1]:
            slot.label, slot.sub_label, slot.settled = _CUP, f"{CONFERENCE[slot.home]} Quarterfinal", drawn
        elif game in knock_out[semi[0]] and slot.day in semi:
            slot.label, slot.sub_label, slot.city = _CUP, f"{CONFERENCE[slot.home]} Semifinal", "Las Vegas"
            slot.settled = quarter[-1] + timedelta(days=1)
        else:
            continue
        chosen.append(slot)
    others = [slot for slot in waiting if slot not in chosen]
    for n in stream.permutation(len(others))[: _UNDRAWN - len(chosen)]:
        others[n].settled = drawn
    for slot in slots:
        group_day = slot.day.month == 11 and slot.day.weekday() in (1, 4) and slot.day < drawn
        if group_day and CONFERENCE[slot.home] == CONFERENCE[slot.away]:
            slot.label, slot.sub_label = _CUP, f"{CONFERENCE[slot.home]} Group {'ABC'[int(stream.integers(3))]}"


def _send_abroad(season: int, slots: list[Slot], stream: np.random.Generator) -> None:
    """One Saturday game in Mexico City in November, one in Paris in January."""
    for city, day in (("Mexico City", nth_weekday(season, 11, 5, 1)), ("Paris", nth_weekday(season + 1, 1, 5, 3))):
        games = [slot for slot in slots if slot.day == day and not slot.label]
        if games:
            slot = games[int(stream.integers(len(games)))]
            slot.city, slot.label, slot.sub_label = city, f"NBA {city} Game", ""


def _moved(slots: list[Slot], stream: np.random.Generator) -> dict[int, tuple[date, int]]:
    """By position: the date in the first schedule, and days of notice; negative: called off, settled so much later."""
    played: dict[str, set[date]] = defaultdict(set)
    for slot in slots:
        played[slot.home].add(slot.day)
        played[slot.away].add(slot.day)
    days = sorted({slot.day for slot in slots})
    postponed, ahead = int(stream.integers(1, 5)), int(stream.integers(2, 9))
    moved: dict[int, tuple[date, int]] = {}
    for n in stream.permutation(len(slots)).tolist():
        if len(moved) == postponed + ahead:
            break
        slot = slots[n]
        called_off = len(moved) < postponed
        near, far = (14, 80) if called_off else (1, 30)
        others = [
            day
            for day in days[2:]
            if near <= abs((slot.day - day).days) <= far
            and (day < slot.day or not called_off)
            and not any(day in played[abbr] for abbr in (slot.home, slot.away))
        ]
        if slot.label or slot.settled or not others or slot.day == days[-1]:
            continue
        notice = -int(stream.integers(2, 11)) if called_off else int(stream.integers(4, 60))
        moved[n] = others[int(stream.integers(len(others)))], notice
    return moved


def _final(season: int, bracket: Bracket, semi_day: date) -> Fixture:
    day = cup_final_day(season)
    return Fixture(
        nba_game_id=f"006{season % 100:02d}00001",
        season=season,
        game_type="cup_final",
        home=_TEAM[bracket.final[0]],
        away=_TEAM[bracket.final[1]],
        day=day,
        tip=datetime.combine(day, time(17, 30), tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC),
        announced_tip=None,
        settled_at=datetime.combine(semi_day + timedelta(days=1), time(6), tzinfo=UTC),
        neutral_city="Las Vegas",
        label=_CUP,
        sub_label="Championship",
        subtype=_IN_SEASON,
    )
