"""A SIMULATED landing folder in the providers' own shapes, for the demo and for tests.

Teams are the NBA's, everything else is invented: players, results, quotes. The folder says so in `SIMULATED.txt`, and
so does every document whose shape has room for it (`meta` or `parameters`). Same arguments, same bytes.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from nba_assets.calendar import season_label, season_year
from resources.settings import SIMULATED_MARKER
from resources.simulated_landing import documents, odds
from resources.simulated_landing.league import Game, League, Trade, create_league
from resources.simulated_landing.play import Result, play

__all__ = ["SimulatedLanding", "Trade", "write_simulated_landing"]

NOTICE = """SIMULATED

Every file below this folder is simulated: the players do not exist, the games were not played, the quotes were never
offered. Figures computed from it say nothing about the NBA or about betting.
"""


@dataclass(frozen=True)
class SimulatedLanding:
    """What was written, and where its special cases are."""

    root: Path
    dates: tuple[date, ...]
    files: int
    games: int
    overtime_game_id: str
    moved_game_id: str | None
    date_without_games: date | None
    dates_with_cdn_boxscores: tuple[date, ...]
    in_play_event_id: str
    trade: Trade | None


def write_simulated_landing(
    root: Path,
    seed: int = 7,
    first: date = date(2025, 1, 6),
    days: int = 14,
    on_day: Callable[[date], None] | None = None,
) -> SimulatedLanding:
    """Writes `days` game dates from `first` below `root`; `on_day` hears of each finished date.

    Schedule twice (as announced before the season, as played), player index on the first date and on that of the trade,
    box scores, shots, play-by-play, CDN box scores on every other date, and two pre-game snapshots of lines and props
    per game (one game has a third, taken in play).
    """
    league = create_league(seed, first, days)
    files = _Files(root)
    files.text(SIMULATED_MARKER, NOTICE)
    results: dict[str, Result] = {}
    with_games = sorted({game.day for game in league.games})
    cdn_dates = tuple(with_games[::2])
    for day in league.days:
        played = [play(league, game, seed) for game in league.games if game.day == day]
        results |= {result.game.nba_game_id: result for result in played}
        if played:
            _write_date(files, day, played, seed, first_game=league.games[0], cdn=day in cdn_dates)
        if on_day:
            on_day(day)
    _write_schedules(files, league, results)
    for day in (first, *([league.trade.day] if league.trade else [])):
        noon = datetime.combine(day, time(12), tzinfo=UTC)
        files.json(f"nba-com/player-list/{day}/{_stamp(noon)}.json.gz", documents.player_index(league, day))
    moved = next((g.nba_game_id for g in league.games if g.announced != g.day), None)
    return SimulatedLanding(
        root=root,
        dates=league.days,
        files=files.count,
        games=len(league.games),
        overtime_game_id=next(g.nba_game_id for g in league.games if g.overtime),
        moved_game_id=moved,
        date_without_games=next((day for day in league.days if day not in with_games), None),
        dates_with_cdn_boxscores=cdn_dates,
        in_play_event_id=odds.event_id(results[league.games[0].nba_game_id]),
        trade=league.trade,
    )


def _write_schedules(files: "_Files", league: League, results: dict[str, Result]) -> None:
    year = season_year(league.days[0])
    announced = datetime(year, 9, 16, 12, tzinfo=UTC)
    played = datetime.combine(league.days[-1] + timedelta(days=1), time(12), tzinfo=UTC)
    for issued, known in ((announced, None), (played, results)):
        path = f"nba-com/schedule/{season_label(year)}/{_stamp(issued)}.json.gz"
        files.json(path, documents.schedule(league.games, known, issued))


def _write_date(files: "_Files", day: date, played: list[Result], seed: int, *, first_game: Game, cdn: bool) -> None:
    morning = datetime.combine(day + timedelta(days=1), time(8, 5), tzinfo=UTC)
    for dataset, document in (
        ("player-boxscores", documents.game_log(played, day, "P")),
        ("team-boxscores", documents.game_log(played, day, "T")),
        ("shot-charts", documents.shot_chart(played, day)),
    ):
        files.json(f"nba-com/{dataset}/{day}/{_stamp(morning)}.json.gz", document)
    for result in played:
        game = result.game
        end = _stamp(game.tip + timedelta(hours=3))
        path = f"nba-com/play-by-play/{day}/game-{game.nba_game_id}/{_stamp(morning)}.json.gz"
        files.json(path, documents.play_by_play(result))
        if cdn:
            files.json(f"nba-com/cdn-boxscores/{day}/{game.nba_game_id}/{end}.json.gz", documents.box_score(result))
        american = int(game.nba_game_id) % 2 == 1
        opening, closing = game.tip - timedelta(hours=6, seconds=22), game.tip - timedelta(minutes=25, seconds=22)
        snapshots = [opening, closing]
        if game is first_game:
            snapshots.append(game.tip + timedelta(minutes=64, seconds=38))
        for taken in snapshots:
            event = f"{day}/{odds.event_id(result)}-{game.away.abbr}{game.home.abbr}"
            name = f"{_stamp(taken)}-snap-{taken:%H%M}.json.gz"
            lines = odds.game_lines(result, taken, seed, american=american)
            props = odds.player_props(result, taken, seed, american=not american, closing=taken >= closing)
            files.json(f"odds-api/game-lines-history/{event}/{name}", lines)
            files.json(f"odds-api/player-props-history/{event}/{name}", props)


class _Files:
    def __init__(self, root: Path) -> None:
        self.root, self.count = root, 0

    def json(self, path: str, document: dict[str, Any]) -> None:
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        self._write(path, gzip.compress(content, compresslevel=6, mtime=0))

    def text(self, path: str, content: str) -> None:
        self._write(path, content.encode())

    def _write(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.count += 1


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y%m%d_%H%M%S}"
