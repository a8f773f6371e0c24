"""Simulated sportsbook quotes in The Odds API's historical event-odds shape."""

import hashlib
import random
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Any

from nba_assets.reference.teams import Team
from resources.simulated_landing.league import Player
from resources.simulated_landing.play import Result, expected_points

BOOKS = {"draftkings": "DraftKings", "fanduel": "FanDuel", "betmgm": "BetMGM", "betrivers": "BetRivers"}
COMMENCE_DELAY = timedelta(minutes=10)
HOLD = 1.045
SUFFIXES = ("Jr.", "III", "II")


def event_id(result: Result) -> str:
    """32 hex characters; the ids of some games look like numbers in scientific notation, as real ones do."""
    digest = hashlib.sha256(f"simulated/{result.game.nba_game_id}".encode()).hexdigest()[:32]
    if int(result.game.nba_game_id) % 40 == 1:
        return "2e" + "".join(str(int(c, 16) % 10) for c in digest[:14]) + digest[16:]
    return digest


def game_lines(result: Result, taken: datetime, seed: int, *, american: bool) -> dict[str, Any]:
    """Spreads and totals per book, h2h at one of them."""
    rng = random.Random(f"{seed}/{result.game.nba_game_id}/lines/{taken}")
    home, away = result.game.home, result.game.away
    squads = {abbr: _strength(result.squads[abbr], result.out) for abbr in (home.abbr, away.abbr)}
    edge = 2.5 + 60 * (squads[home.abbr] - squads[away.abbr])
    bookmakers = []
    for key, title in BOOKS.items():
        spread = _half(-edge + rng.gauss(0, 0.5))
        total = _half(226 + rng.gauss(0, 1.5))
        moved = _moved(taken, rng)
        tilt = rng.gauss(0, 0.01)
        markets: list[dict[str, Any]] = [
            _market("spreads", moved, [
                _outcome(_book_name(away), 0.5 + tilt, american, point=-spread),
                _outcome(_book_name(home), 0.5 - tilt, american, point=spread),
            ]),
            _market("totals", moved, [
                _outcome("Over", 0.5 - tilt, american, point=total),
                _outcome("Under", 0.5 + tilt, american, point=total),
            ]),
        ]  # fmt: skip
        if key == "fanduel":
            win = NormalDist(0, 12).cdf(edge)
            sides = ((_book_name(away), 1 - win), (_book_name(home), win))
            markets.append(_market("h2h", moved, [_outcome(name, p, american) for name, p in sides]))
        bookmakers.append({"key": key, "title": title, "last_update": moved, "markets": markets})
    return _document(result, taken, bookmakers)


def player_props(result: Result, taken: datetime, seed: int, *, american: bool, closing: bool) -> dict[str, Any]:
    """`player_points` per book for the eight men expected to play most; betrivers adds alternate lines.

    Before the game the lines know nothing of its result; a snapshot after the tip follows the score, as in play.
    """
    rng = random.Random(f"{seed}/{result.game.nba_game_id}/props/{taken}")
    in_play = taken > result.game.tip
    players: list[tuple[Player, float]] = []
    for squad in result.squads.values():
        known_out = result.out if closing else {}
        expected = expected_points(squad, known_out)
        players += [(p, expected[p.person_id]) for p in squad if p.person_id in expected][:8]
        # Some books still quote a man who has just been ruled out.
        late = [p for p in squad[:8] if closing and p.person_id in result.out and rng.random() < 0.4]
        players += [(p, expected_points(squad, {})[p.person_id]) for p in late]
    opinion = {p.person_id: rng.gauss(0, 0.8) for p, _ in players}
    bookmakers = []
    for key, title in BOOKS.items():
        outcomes: list[dict[str, Any]] = []
        for player, mean in players:
            scored = result.box[player.person_id]["PTS"]
            center = scored if in_play else mean + opinion[player.person_id] + rng.gauss(0, 0.3)
            model = NormalDist(center, max(2.0, 0.38 * center + 1.5))
            line = max(_half(center), 1.5)
            points = [line - 2, line, line + 2] if key == "betrivers" and line > 6 else [line]
            for point in points:
                over = min(max(1 - model.cdf(point), 0.08), 0.92)
                pair = [("Over", over), ("Under", 1 - over)]
                one_sided = key == "betmgm" and rng.random() < 0.03
                outcomes += [
                    _outcome(side, p, american, description=_spelling(player, key), point=point)
                    for side, p in pair[: 1 if one_sided else 2]
                ]
        market = _market("player_points", _moved(taken, rng), outcomes)
        bookmakers.append({"key": key, "title": title, "markets": [market]})
    return _document(result, taken, bookmakers)


def _document(result: Result, taken: datetime, bookmakers: list[dict[str, Any]]) -> dict[str, Any]:
    step = timedelta(minutes=5)
    return {
        "timestamp": _iso(taken),
        "previous_timestamp": _iso(taken - step),
        "next_timestamp": _iso(taken + step),
        "data": {
            "id": event_id(result),
            "sport_key": "basketball_nba",
            "sport_title": "NBA",
            "commence_time": _iso(result.game.tip + COMMENCE_DELAY),
            "home_team": _book_name(result.game.home),
            "away_team": _book_name(result.game.away),
            "bookmakers": bookmakers,
        },
    }


def _outcome(name: str, probability: float, american: bool, **more: Any) -> dict[str, Any]:
    decimal = max(1 / (probability * HOLD), 1.01)
    price: float = round(decimal, 2)
    if american:
        price = round((decimal - 1) * 100) if decimal >= 2 else round(-100 / (decimal - 1))
    description = {"description": more.pop("description")} if "description" in more else {}
    return {"name": name, **description, "price": price, **more}


def _market(key: str, moved: str, outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"key": key, "last_update": moved, "outcomes": outcomes}


def _spelling(player: Player, book: str) -> str:
    """Books write names their own way: without accents, without suffix, family name first."""
    words = player.ascii_name.split()
    if book in ("draftkings", "betmgm") and words[-1] in SUFFIXES:
        words = words[:-1]
    if book == "betrivers" and player.person_id % 7 == 0 and words[-1] not in SUFFIXES:
        words = words[::-1]
    return " ".join(words)


def _book_name(team: Team) -> str:
    return "Los Angeles Clippers" if team.abbr == "LAC" else team.name


def _strength(squad: tuple[Player, ...], out: dict[int, str]) -> float:
    able = [p for p in squad if p.person_id not in out][:10]
    return sum(p.usage * p.shooting for p in able) * 2


def _half(value: float) -> float:
    """The nearest line that cannot push."""
    return round(value - 0.5) + 0.5


def _moved(taken: datetime, rng: random.Random) -> str:
    return _iso(taken - timedelta(seconds=rng.randint(20, 110)))


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
