"""Documents that say something else later: a corrected box score, a player spelled another way."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from nba_assets.calendar import et_today
from resources.simulated_league.league import League
from resources.simulated_league.model import BoxLine

# Faults are read from files, too: a misspelled word there must not be ignored.
CHECKED = ConfigDict(extra="forbid")

_SUFFIXES = (" Jr.", " Sr.", " II", " III", " IV")
_SPELLED = ("name", "nameI", "familyName", "PLAYER_NAME", "PLAYER_LAST_NAME")
_FANTASY_POINTS_PER_ASSIST = 1.5


@dataclass(frozen=True, config=CHECKED)
class Correction:
    """Until `hours` after the end of a game its documents give one assist of the best passer to a team-mate.

    Player log, CDN box score and play-by-play agree, before and after. `share` of games.
    """

    hours: float = 24.0
    share: float = 1.0
    kind: Literal["correction"] = "correction"


@dataclass(frozen=True, config=CHECKED)
class Respelling:
    """From an ET date on, the NBA writes a `share` of the players with another suffix: `Vadro Jr.`, once `Vadro`."""

    since: date
    share: float = 0.02
    kind: Literal["respelling"] = "respelling"


def revise(body: bytes, revision: Correction | Respelling, league: League, seed: int, now: datetime) -> bytes:
    """The document under a revision; the same bytes where it does not touch it, as any that is no JSON object."""
    if not body.startswith(b"{"):
        return body
    document = json.loads(body)
    if isinstance(revision, Correction):
        touched = _uncorrect(document, revision, league, seed, now)
    else:
        touched = et_today(now) >= revision.since and _respell(document, revision.share, seed)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() if touched else body


# Corrections


def passers(league: League, nba_game_id: str) -> tuple[BoxLine, BoxLine]:
    """Who really made the home team's disputed assist, and who is first credited with it."""
    box = league.box(nba_game_id)
    played = [line for line in box.lines[box.fixture.home.abbr] if line.played]
    maker = max(played, key=lambda line: (sum(part.ast for part in line.parts), line.player.person_id))
    others = (line for line in played if line is not maker)
    return maker, max(others, key=lambda line: (sum(part.seconds for part in line.parts), line.player.person_id))


def _uncorrect(document: Any, revision: Correction, league: League, seed: int, now: datetime) -> bool:
    touched = False
    for nba_game_id, move in _games(document):
        box = league.box(nba_game_id)
        if (
            box.ends_at <= now < box.ends_at + timedelta(hours=revision.hours)
            and random.Random(f"{seed}/correction/{nba_game_id}").random() < revision.share
        ):
            touched |= move(*passers(league, nba_game_id))
    return touched


def _games(document: Any) -> Iterator[tuple[str, Callable[[BoxLine, BoxLine], bool]]]:
    """The games of a document, each with the function that moves its assist."""
    if "game" in document:
        game = document["game"]
        move = _move_in_actions if "actions" in game else _move_in_box
        yield game["gameId"], lambda maker, credited: move(game, maker, credited)
    for result in document.get("resultSets", ()):
        column = {name: at for at, name in enumerate(result["headers"])}
        if {"PLAYER_ID", "GAME_ID", "AST"} <= column.keys():
            for nba_game_id in sorted({row[column["GAME_ID"]] for row in result["rowSet"]}):
                rows = [row for row in result["rowSet"] if row[column["GAME_ID"]] == nba_game_id]
                yield (
                    nba_game_id,
                    lambda maker, credited, rows=rows, column=column: _move_in_rows(rows, column, maker, credited),
                )


def _move_in_rows(rows: list[list[Any]], column: dict[str, int], maker: BoxLine, credited: BoxLine) -> bool:
    found = {row[column["PLAYER_ID"]]: row for row in rows}
    source, target = (found.get(line.player.person_id) for line in (maker, credited))
    if source is None or target is None or not source[column["AST"]]:
        return False
    for row, step in ((source, -1), (target, 1)):
        row[column["AST"]] += step
        points = row[column["FANTASY_PTS"]] + step * _FANTASY_POINTS_PER_ASSIST
        row[column["FANTASY_PTS"]] = round(points, 1)
    return True


def _move_in_box(game: Any, maker: BoxLine, credited: BoxLine) -> bool:
    found = {player["personId"]: player["statistics"] for player in game["homeTeam"]["players"]}
    source, target = (found.get(line.player.person_id) for line in (maker, credited))
    if source is None or target is None or not source["assists"]:
        return False
    source["assists"] -= 1
    target["assists"] += 1
    return True


def _move_in_actions(game: Any, maker: BoxLine, credited: BoxLine) -> bool:
    for action in reversed(game["actions"]):
        if action.get("assistPersonId") == maker.player.person_id and action["personId"] != credited.player.person_id:
            action["assistPersonId"] = credited.player.person_id
            action["assistPlayerNameInitial"] = credited.player.initial_name
            return True
    return False


# Spelling


def respelled(name: str) -> str:
    """A name with its suffix dropped, or with one."""
    bare = next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)
    return bare if bare != name else f"{name} Jr."


def is_respelled(person_id: int, share: float, seed: int) -> bool:
    """Whether a player is among those whose spelling changes."""
    return random.Random(f"{seed}/respelling/{person_id}").random() < share


def _respell(node: Any, share: float, seed: int) -> bool:
    if isinstance(node, list):
        return sum(_respell(child, share, seed) for child in node) > 0
    if not isinstance(node, dict):
        return False
    touched = sum(_respell(child, share, seed) for child in node.values()) > 0
    if "headers" in node and "rowSet" in node:
        return _respell_rows(node["headers"], node["rowSet"], share, seed) or touched
    if "name" in node and is_respelled(node.get("personId", 0), share, seed):
        node |= {key: respelled(node[key]) for key in _SPELLED if key in node}
        return True
    return touched


def _respell_rows(headers: list[str], rows: list[list[Any]], share: float, seed: int) -> bool:
    person = next((at for at, name in enumerate(headers) if name in ("PLAYER_ID", "PERSON_ID")), None)
    spelled = [at for at, name in enumerate(headers) if name in _SPELLED]
    if person is None or not spelled:
        return False
    chosen = [row for row in rows if is_respelled(row[person], share, seed)]
    for row in chosen:
        for at in spelled:
            row[at] = respelled(row[at])
    return bool(chosen)
